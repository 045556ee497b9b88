//! Which parts of an event a token may hide, and how they are hidden.

use super::Reader;
use crate::domain::problem::{Faults, Problem};
use serde_json::Value;
use std::collections::BTreeSet;

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

/// The `hide` claim as paths of the stored document. A path that hides nothing for certain is refused by name: most
/// likely it is misspelt, and what it means would be seen.
pub fn document_paths(hide: &[String]) -> Result<Vec<String>, Problem> {
    let length: usize = hide.iter().map(String::len).sum();
    if hide.len() > MOST_PATHS || length > LONGEST_PATHS {
        let expected = format!("expected at most {MOST_PATHS} paths of {LONGEST_PATHS} bytes in all");
        return Err(Problem::invalid("hide", expected));
    }
    let (mut paths, mut faults) = (Vec::new(), Faults::default());
    for (at, path) in hide.iter().enumerate() {
        if TARGETS.contains(&path.as_str()) {
            paths.extend(TARGETS.map(str::to_owned));
        } else if PARTS.iter().any(|part| is_within(part, path)) || OPEN.iter().any(|open| is_named_within(path, open))
        {
            paths.push(path.clone());
        } else {
            faults.add(format!("hide[{at}]"), format!("“{path}” is no part of an event that can be hidden"));
        }
    }
    faults.or(paths)
}

impl Reader {
    /// Whether a part of an event is hidden, alone or with what is around it.
    pub fn hides(&self, part: &str) -> bool {
        self.hide.iter().any(|path| is_within(part, path))
    }

    /// Takes out of an event's JSON what this reader may not see.
    pub fn redact(&self, document: &mut Value) {
        redact(document, &self.hide.iter().map(String::as_str).collect());
    }
}

/// Takes out everything that a path can mean. A dot may lead into an object or belong to a name; a number may be a name
/// or a place in a list; and a name after a list is meant in each of its items. Each value is visited once, with all
/// that is left of the paths there, so that no document makes this slow.
fn redact(value: &mut Value, paths: &BTreeSet<&str>) {
    match value {
        Value::Object(members) => {
            members.retain(|name, _| !paths.iter().any(|path| is_within(name, path)));
            for (name, member) in members.iter_mut() {
                let below = below(paths, name);
                if !below.is_empty() {
                    redact(member, &below);
                }
            }
        }
        Value::Array(items) => {
            for (at, item) in items.iter_mut().enumerate() {
                let at = at.to_string();
                if paths.contains(at.as_str()) {
                    // The others keep their places.
                    *item = Value::Null;
                    continue;
                }
                let mut below = below(paths, &at);
                below.extend(paths);
                redact(item, &below);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// What is left of the paths that lead into a member.
fn below<'p>(paths: &BTreeSet<&'p str>, name: &str) -> BTreeSet<&'p str> {
    paths.iter().filter_map(|path| path.strip_prefix(name)?.strip_prefix('.')).collect()
}

/// Whether a path is another one, or leads on from it.
fn is_within(path: &str, around: &str) -> bool {
    path.strip_prefix(around).is_some_and(|rest| rest.is_empty() || rest.len() > 1 && rest.starts_with('.'))
}

/// The same for the sender's own names, of which none is empty; and a place in a list is written in one way.
fn is_named_within(path: &str, around: &str) -> bool {
    let is_place = |name: &str| name.parse::<usize>().is_ok_and(|place| place.to_string() != name);
    is_within(path, around) && path.split('.').all(|name| !name.is_empty() && !is_place(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn paths(hide: &[&str]) -> Result<Vec<String>, Problem> {
        document_paths(&hide.iter().map(|path| (*path).to_owned()).collect::<Vec<_>>())
    }

    fn redacted(mut document: Value, hide: &[&str]) -> Value {
        redact(&mut document, &hide.iter().copied().collect());
        document
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
    fn what_cannot_be_hidden_refuses_the_token_by_its_path() {
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
            "metadata..",
            "metadata..a",
            "metadata.a.",
            "metadata.a..b",
            "metadata.list.01",
            "metadata.list.+1",
            "act",
        ] {
            let Err(Problem::Invalid { faults }) = paths(&["actor.email", hide]) else { panic!("{hide:?}") };
            let (at, told) = faults.iter().next().unwrap();
            assert!(at == "hide[1]" && told[0].contains(&format!("“{hide}”")), "{hide:?}: {told:?}");
        }
        assert!(paths(&["actor.email"; 33]).is_err());
    }

    #[test]
    fn a_path_hides_whatever_it_can_mean() {
        let named = json!({"metadata": {"user.ip": 1, "user": {"ip": 2, "ip.v4": 3, "id": 4}}});
        assert_eq!(redacted(named, &["metadata.user.ip"]), json!({"metadata": {"user": {"id": 4}}}),);
        let nested = json!({"actor": {"uuid": "1", "metadata": {"a.b": 1, "a": {"b": 2, "c": 3}}}});
        assert_eq!(
            redacted(nested, &["actor.metadata.a.b"]),
            json!({"actor": {"uuid": "1", "metadata": {"a": {"c": 3}}}}),
        );
        let lists = json!({"metadata": {"list": [{"z": 1, "y": 2}, {"z": 3}, [{"z": 4}]], "0": {"z": 5}}});
        assert_eq!(
            redacted(lists.clone(), &["metadata.list.0.z"]),
            json!({"metadata": {"list": [{"y": 2}, {"z": 3}, [{}]], "0": {"z": 5}}}),
            "the first item, and the first of any list in the list",
        );
        assert_eq!(
            redacted(lists.clone(), &["metadata.list.z"]),
            json!({"metadata": {"list": [{"y": 2}, {}, [{}]], "0": {"z": 5}}}),
        );
        assert_eq!(
            redacted(lists, &["metadata.list.1", "metadata.0"]),
            json!({"metadata": {"list": [{"z": 1, "y": 2}, null, [{"z": 4}]]}}),
        );
    }

    #[test]
    fn lists_within_lists_cost_no_more_than_their_size() {
        let deep = (0..60).fold(json!("x"), |inner, _| json!([inner]));
        let path = format!("metadata{}", ".0".repeat(200));
        let hidden = redacted(json!({"metadata": {"0": deep}}), &[&path]);
        assert!(hidden.to_string().contains('x'), "the path leads beyond it");
    }

    /// JSON with few names, dots and numbers among them, so that paths meet it in every way.
    fn any_json() -> impl Strategy<Value = Value> {
        let name = prop::sample::select(vec!["a", "b", "a.b", "b.a", "0", "1", "0.a", "a.b.a"]);
        let leaf = any::<u64>().prop_map(|number| Value::String(format!("secret-{number:020}")));
        leaf.prop_recursive(4, 24, 4, move |inner| {
            let members = prop::collection::vec((name.clone(), inner.clone()), 0..4);
            prop_oneof![
                prop::collection::vec(inner, 0..3).prop_map(Value::Array),
                members.prop_map(|members| members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()),
            ]
        })
    }

    /// Everything that stands below a value, each under the path that leads there, names joined by dots.
    fn leaves(value: &Value, path: &str, found: &mut Vec<(String, String)>) {
        match value {
            Value::Object(members) => {
                members.iter().for_each(|(name, value)| leaves(value, &format!("{path}.{name}"), found));
            }
            Value::Array(items) => {
                for (at, item) in items.iter().enumerate() {
                    leaves(item, &format!("{path}.{at}"), found);
                    leaves(item, path, found);
                }
            }
            leaf => found.push((path.to_owned(), leaf.to_string())),
        }
    }

    proptest! {
        #[test]
        fn nothing_under_a_hidden_path_is_in_any_byte(
            metadata in any_json(),
            parts in prop::collection::vec(prop::sample::select(vec!["a", "b", "0", "1"]), 1..4),
        ) {
            let hide = format!("metadata.{}", parts.join("."));
            prop_assert!(paths(&[&hide]).is_ok());
            let document = json!({"action": "x", "metadata": {"a": metadata}});
            let mut found = Vec::new();
            leaves(&document, "", &mut found);
            let left = redacted(document, &[&hide]).to_string();
            for (path, leaf) in found {
                if is_within(path.trim_start_matches('.'), &hide) {
                    prop_assert!(!left.contains(&leaf), "{path} in {left}");
                }
            }
        }
    }
}
