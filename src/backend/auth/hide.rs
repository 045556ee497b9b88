//! Which parts of an event a token may hide, and how they are hidden.

use super::Reader;
use crate::domain::problem::Refusal;
use serde_json::Value;

/// Most paths that a token may hide, and their length in all, in bytes: they travel in a cookie.
const MOST_PATHS: usize = 32;
const LONGEST_PATHS: usize = 800;

/// Every part of an event that can be hidden; hiding `context` hides all that begins with it.
const PARTS: [&str; 29] = [
    "actor.uuid",
    "actor.name",
    "actor.email",
    "actor.type",
    "actor.url",
    "actor.metadata",
    "impersonator.uuid",
    "impersonator.name",
    "impersonator.email",
    "impersonator.type",
    "impersonator.url",
    "impersonator.metadata",
    "context.client.ipAddress",
    "context.client.browserAgent",
    "context.client.location",
    "context.server.serverId",
    "context.server.version",
    "context.server.service",
    "context.http.method",
    "context.http.path",
    "context.http.domain",
    "description",
    "url",
    "detail",
    "changes",
    "sessionId",
    "correlationId",
    "externalId",
    "outcome",
];
/// Whatever the company calls what is in these.
const OPEN: [&str; 4] = ["metadata", "fields", "actor.metadata", "impersonator.metadata"];
/// Targets come in three forms, and are hidden whole and in all of them.
const TARGETS: [&str; 3] = ["target", "targets", "targetUser"];

/// The `hide` claim as paths of the stored document. A name that no event has is refused: most likely it is misspelt,
/// and what it means would be seen.
pub fn document_paths(hide: &[String]) -> Result<Vec<String>, Refusal> {
    let length: usize = hide.iter().map(String::len).sum();
    if hide.len() > MOST_PATHS || length > LONGEST_PATHS {
        return Err(Refusal::WrongClaims);
    }
    let mut paths = Vec::new();
    for path in hide {
        if TARGETS.contains(&path.as_str()) {
            paths.extend(TARGETS.map(str::to_owned));
        } else if PARTS.iter().any(|part| is_within(part, path)) || OPEN.iter().any(|open| is_within(path, open)) {
            paths.push(path.clone());
        } else {
            return Err(Refusal::WrongClaims);
        }
    }
    Ok(paths)
}

impl Reader {
    /// Whether a part of an event is hidden, alone or with what is around it.
    pub fn hides(&self, part: &str) -> bool {
        self.hide.iter().any(|path| is_within(part, path))
    }

    /// Takes out of an event's JSON what this reader may not see.
    pub fn redact(&self, document: &mut Value) {
        for path in &self.hide {
            let (parents, last) = path.rsplit_once('.').unwrap_or(("", path));
            let mut parents = parents.split('.').filter(|part| !part.is_empty());
            let parent = parents.try_fold(&mut *document, |value, part| value.get_mut(part));
            if let Some(object) = parent.and_then(Value::as_object_mut) {
                object.remove(last);
            }
        }
    }
}

/// Whether a path is another one, or leads on from it.
fn is_within(path: &str, around: &str) -> bool {
    path.strip_prefix(around).is_some_and(|rest| rest.is_empty() || rest.len() > 1 && rest.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(hide: &[&str]) -> Result<Vec<String>, Refusal> {
        document_paths(&hide.iter().map(|path| (*path).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn a_part_is_hidden_alone_or_with_all_that_is_around_it() {
        let hide = ["actor.email", "context", "metadata.plan.seats", "context.client.ipAddress"];
        assert_eq!(paths(&hide).unwrap(), hide);
        assert_eq!(paths(&[]).unwrap(), Vec::<String>::new());
    }

    #[test]
    fn targets_are_hidden_in_each_of_their_forms() {
        assert_eq!(paths(&["target"]).unwrap(), TARGETS);
        assert_eq!(paths(&["targets"]).unwrap(), TARGETS);
    }

    #[test]
    fn what_cannot_be_hidden_refuses_the_token() {
        for hide in [
            "actor.mail",
            "email",
            "target.label",
            "changes.before",
            "actor.",
            "",
            "action",
            "client",
            "metadata.",
            "act",
        ] {
            assert_eq!(paths(&[hide]), Err(Refusal::WrongClaims), "{hide}");
        }
        assert!(paths(&["actor.email"; 33]).is_err());
    }
}
