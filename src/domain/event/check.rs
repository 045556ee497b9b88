//! What makes a draft fit to be kept: required fields, lengths and forms, all faults found at once.

use super::draft::{ActorDraft, Draft, TargetDraft};
use super::lenient::{Field, Moment, Object, Text, TextOr, Texts};
use super::model::Crud;
use crate::domain::access::ClientId;
use crate::domain::limits::LIMITS;
use crate::domain::problem::Faults;
use crate::domain::time::{ExactTime, NotATime, Timestamp};

/// What storage needs to know of an event beside its document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    pub client: ClientId,
    pub client_name: Option<String>,
    /// The sender's identifier, or what stands for it in an import; equal ones of one client are one event.
    pub uuid: Option<String>,
    /// When it happened, if the sender said so.
    pub occurred_at: Option<Timestamp>,
}

/// Collects faults under a path such as `[0]`.
struct Check<'f> {
    faults: &'f mut Faults,
    path: String,
}

impl Check<'_> {
    fn fault(&mut self, field: &str, expected: impl Into<String>) {
        let dot = if self.path.is_empty() || field.is_empty() { "" } else { "." };
        self.faults.add(format!("{}{dot}{field}", self.path), expected);
    }

    fn at(&mut self, field: &str) -> Check<'_> {
        let dot = if self.path.is_empty() || field.starts_with('[') { "" } else { "." };
        Check { path: format!("{}{dot}{field}", self.path), faults: self.faults }
    }

    /// A field of the right type, or a fault.
    fn typed<'a, T>(&mut self, name: &str, field: &'a Field<T>) -> Option<&'a T> {
        if let Field::Wrong(expected) = field {
            self.fault(name, format!("expected {expected}"));
        }
        field.given()
    }

    fn text<'a>(&mut self, name: &str, field: &'a Field<Text<'_>>, longest: u64) -> Option<&'a str> {
        let text = self.typed(name, field)?;
        self.length(name, text, longest);
        present(text)
    }

    fn length(&mut self, name: &str, text: &str, longest: u64) {
        // Bytes bound characters from above, so the count is seldom needed.
        if text.len() as u64 > longest && text.chars().count() as u64 > longest {
            self.fault(name, format!("expected at most {longest} characters, found {}", text.chars().count()));
        }
    }

    /// Addresses, of which a proxy's list may hold several in one text.
    fn addresses(&mut self, name: &str, field: &Field<Texts<'_>>) {
        let Some(texts) = self.typed(name, field) else { return };
        let (mut count, longest) = (0, LIMITS.fields.ip_address);
        for address in texts.addresses() {
            count += 1;
            if address.chars().count() as u64 > longest {
                self.fault(name, format!("expected at most {longest} characters in an address"));
                return;
            }
        }
        if count > LIMITS.addresses {
            self.fault(name, format!("expected at most {} addresses, found {count}", LIMITS.addresses));
        }
    }

    fn required<'a>(&mut self, name: &str, field: &'a Field<Text<'_>>, longest: u64) -> Option<&'a str> {
        let text = self.text(name, field, longest);
        if text.is_none() && !matches!(field, Field::Wrong(_)) {
            self.fault(name, "is required");
        }
        text
    }

    fn actor(&mut self, name: &str, field: &Field<Object<ActorDraft<'_>>>) -> bool {
        let Some(Object(actor)) = self.typed(name, field) else { return matches!(field, Field::Wrong(_)) };
        if is_blank(actor) {
            return false;
        }
        let mut check = self.at(name);
        let limit = LIMITS.fields;
        check.required("uuid", &actor.uuid, limit.identifier);
        check.text("name", &actor.name, limit.name);
        check.text("email", &actor.email, limit.email);
        check.text("type", &actor.kind, limit.name);
        check.text("url", &actor.url, limit.url);
        check.typed("metadata", &actor.metadata);
        true
    }

    fn target(&mut self, name: &str, field: &Field<Object<TargetDraft<'_>>>) {
        let Some(Object(target)) = self.typed(name, field) else { return };
        if target_is_blank(target) {
            return;
        }
        let mut check = self.at(name);
        let limit = LIMITS.fields;
        check.required("type", &target.kind, limit.name);
        check.required("uuid", &target.uuid, limit.identifier);
        check.text("label", &target.label, limit.label);
        check.text("url", &target.url, limit.url);
        check.typed("metadata", &target.metadata);
    }
}

impl Draft<'_> {
    /// What stands for a `uuid`. Only a note of ours says it: see [`super::check_reserved`].
    fn repeat(&self) -> Option<&str> {
        present(self.note.given()?.0.repeat.given()?)
    }

    /// Finds every fault, each under `path` (such as `[0]`), or says what storage needs to know.
    pub fn check(&self, path: &str, faults: &mut Faults) -> Option<Checked> {
        let before = faults.len();
        let mut check = Check { faults, path: path.to_owned() };
        let limit = LIMITS.fields;
        let uuid = check.text("uuid", &self.uuid, limit.identifier).or_else(|| self.repeat()).map(str::to_owned);
        let client = self.check_client(&mut check);
        let occurred_at = self.check_time(&mut check);
        check.required("action", &self.action, limit.action);
        check.text("description", &self.description, limit.description);
        check.text("url", &self.url, limit.url);
        if check.text("crud", &self.crud, limit.name).is_some_and(|crud| Crud::parse(crud).is_none()) {
            check.fault("crud", "expected create, read, update or delete");
        }
        self.check_outcome(&mut check);
        self.check_people(&mut check);
        self.check_targets(&mut check);
        self.check_context(&mut check);
        check.text("sessionId", &self.session_id, limit.identifier);
        check.text("correlationId", &self.correlation_id, limit.identifier);
        check.text("externalId", &self.external_id, limit.identifier);
        check.typed("schemaVersion", &self.schema_version);
        self.check_changes(&mut check);
        check.typed("metadata", &self.metadata);
        check.typed("fields", &self.fields);
        check.typed("detail", &self.detail);
        if faults.len() > before {
            return None;
        }
        let (client, client_name) = client?;
        Some(Checked { client, client_name, uuid, occurred_at })
    }

    fn check_client(&self, check: &mut Check<'_>) -> Option<(ClientId, Option<String>)> {
        let Some(Object(client)) = check.typed("client", &self.client) else {
            if self.client == Field::Absent {
                check.fault("client", "is required");
            }
            return None;
        };
        let mut check = check.at("client");
        let name = check.text("name", &client.name, LIMITS.fields.name).map(str::to_owned);
        let uuid = check.required("uuid", &client.uuid, LIMITS.fields.identifier)?;
        match ClientId::parse(uuid) {
            Ok(id) => Some((id, name)),
            Err(error) => {
                check.fault("uuid", error.to_string());
                None
            }
        }
    }

    fn check_time(&self, check: &mut Check<'_>) -> Option<Timestamp> {
        let time = moment(check.typed("time", &self.time)?)?;
        time.map(|time| time.moment).map_err(|error| check.fault("time", error.to_string())).ok()
    }

    /// What the event's own time says below the millisecond, in nanoseconds.
    pub(super) fn nanos(&self) -> u32 {
        self.time.given().and_then(moment).and_then(Result::ok).map_or(0, |time| time.nanos)
    }

    fn check_outcome(&self, check: &mut Check<'_>) {
        match check.typed("outcome", &self.outcome) {
            None => {}
            Some(TextOr::Text(text)) => check.length("outcome", text, LIMITS.fields.name),
            Some(TextOr::Object(outcome)) => {
                let mut check = check.at("outcome");
                check.text("result", &outcome.result, LIMITS.fields.name);
                check.text("reason", &outcome.reason, LIMITS.fields.label);
                check.text("code", &outcome.code, LIMITS.fields.name);
            }
        }
    }

    fn check_people(&self, check: &mut Check<'_>) {
        let anonymous = check.typed("anonymous", &self.anonymous).is_some_and(|anonymous| *anonymous);
        if !check.actor("actor", &self.actor) && !anonymous {
            check.fault("actor", "is required, unless anonymous is true");
        }
        check.actor("impersonator", &self.impersonator);
        check.actor("targetUser", &self.target_user);
    }

    fn check_targets(&self, check: &mut Check<'_>) {
        check.target("target", &self.target);
        let Some(list) = check.typed("targets", &self.targets) else { return };
        if list.0.len() as u64 > LIMITS.targets {
            check.fault("targets", format!("expected at most {} entries", LIMITS.targets));
        }
        for (at, target) in list.0.iter().enumerate() {
            check.target(&format!("targets[{at}]"), target);
        }
    }

    fn check_context(&self, check: &mut Check<'_>) {
        let Some(Object(context)) = check.typed("context", &self.context) else { return };
        let mut check = check.at("context");
        let limit = LIMITS.fields;
        if let Some(Object(client)) = check.typed("client", &context.client) {
            let mut check = check.at("client");
            check.addresses("ipAddress", &client.ip_address);
            check.addresses("ipAddresses", &client.ip_addresses);
            check.text("browserAgent", &client.browser_agent, limit.browser_agent);
            check.text("location", &client.location, limit.label);
        }
        if let Some(Object(server)) = check.typed("server", &context.server) {
            let mut check = check.at("server");
            check.text("serverId", &server.server_id, limit.name);
            check.text("version", &server.version, limit.name);
            check.text("service", &server.service, limit.name);
        }
        if let Some(Object(http)) = check.typed("http", &context.http) {
            let mut check = check.at("http");
            check.text("method", &http.method, limit.name);
            check.text("path", &http.path, limit.url);
            check.text("domain", &http.domain, limit.name);
        }
    }

    fn check_changes(&self, check: &mut Check<'_>) {
        let Some(list) = check.typed("changes", &self.changes) else { return };
        if list.0.len() as u64 > LIMITS.changes {
            check.fault("changes", format!("expected at most {} entries", LIMITS.changes));
        }
        for (at, change) in list.0.iter().enumerate() {
            let path = format!("changes[{at}]");
            let Some(Object(change)) = check.typed(&path, change) else { continue };
            let mut check = check.at(&path);
            match check.typed("field", &change.field) {
                Some(field) if field.chars().count() as u64 > LIMITS.fields.label => {
                    check.fault("field", format!("expected at most {} characters", LIMITS.fields.label));
                }
                Some(field) if !field.is_empty() => {}
                None if change.field != Field::Absent => {}
                _ => check.fault("field", "is required"),
            }
        }
    }
}

/// An actor of nothing but absent or empty fields, as samples send for "none".
fn is_blank(actor: &ActorDraft<'_>) -> bool {
    [&actor.uuid, &actor.name, &actor.email].into_iter().all(blank)
}

fn target_is_blank(target: &TargetDraft<'_>) -> bool {
    [&target.kind, &target.uuid, &target.label].into_iter().all(blank)
}

fn blank(field: &Field<Text<'_>>) -> bool {
    match field {
        Field::Absent => true,
        Field::Given(text) => present(text).is_none(),
        Field::Wrong(_) => false,
    }
}

/// The moment that a field gives; `None` where its text says nothing.
fn moment(moment: &Moment<'_>) -> Option<Result<ExactTime, NotATime>> {
    match moment {
        Moment::Text(text) => Some(ExactTime::parse(present(text)?)),
        Moment::Number(number) => Some(ExactTime::from_number(number)),
    }
}

/// A text that says something.
pub(super) fn present(text: &str) -> Option<&str> {
    (!text.trim().is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(json: &str) -> Vec<(String, String)> {
        let draft: Draft<'_> = serde_json::from_str(json).unwrap();
        let mut faults = Faults::default();
        let checked = draft.check("[0]", &mut faults);
        assert_eq!(checked.is_some(), faults.is_empty());
        faults.iter().map(|(path, expected)| (path.to_owned(), expected.join("; "))).collect()
    }

    #[test]
    fn every_fault_is_found_at_once_with_its_path() {
        let found = faults(
            r#"{"client":{"name":7},"time":"soon","actor":{"name":"A"},"target":{"type":"user"},"outcome":7,
                "targets":[{"uuid":"1"}],"changes":[{"before":1}],"metadata":[],"anonymous":"no"}"#,
        );
        let paths: Vec<&str> = found.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(
            paths,
            [
                "[0].action",
                "[0].actor.uuid",
                "[0].anonymous",
                "[0].changes[0].field",
                "[0].client.name",
                "[0].client.uuid",
                "[0].metadata",
                "[0].outcome",
                "[0].target.uuid",
                "[0].targets[0].type",
                "[0].time",
            ]
        );
    }

    #[test]
    fn an_anonymous_event_needs_no_actor() {
        let found =
            faults(r#"{"client":{"uuid":"c"},"action":"site.view","anonymous":true,"actor":{"uuid":"","name":""}}"#);
        assert_eq!(found, []);
        let found = faults(r#"{"client":{"uuid":"c"},"action":"site.view"}"#);
        assert_eq!(found, [("[0].actor".to_owned(), "is required, unless anonymous is true".to_owned())]);
    }

    #[test]
    fn lengths_count_characters_not_bytes() {
        let name = "あ".repeat(255);
        assert_eq!(
            faults(&format!(r#"{{"client":{{"uuid":"c"}},"action":"a","actor":{{"uuid":"u","name":"{name}"}}}}"#)),
            []
        );
        let action = "x".repeat(256);
        let found = faults(&format!(r#"{{"client":{{"uuid":"c"}},"action":"{action}","actor":{{"uuid":"u"}}}}"#));
        assert_eq!(found[0].1, "expected at most 255 characters, found 256");
    }
}
