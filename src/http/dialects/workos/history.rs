//! WorkOS's files: the CSV of an audit-log export, and events as they are sent or as a log stream hands them on.
//!
//! The columns of the CSV are documented nowhere; these are the names of its events' fields, joined in the usual ways.

use super::event::Translated;
use crate::backend::ingest::Translation;
use crate::http::dialects::history::Cell::{Json, Moment, Text, Whole};
use crate::http::dialects::history::{Column, History, Taken, take_text};
use serde_json::{Value, json};

/// WorkOS's files.
pub struct Files;

static TRANSLATION: Translated = Translated { uuid: None, name: None };

impl History for Files {
    fn translation(&self) -> Option<&'static dyn Translation> {
        Some(&TRANSLATION)
    }

    fn client(&self) -> &'static str {
        "organization_id"
    }

    fn is_one(&self, event: &Value) -> bool {
        let own = if event["event"].is_object() { &event["event"] } else { event };
        own["action"].is_string() && own["occurred_at"].is_string()
    }

    fn signs(&self) -> &'static [&'static str] {
        &["action", "occurred_at"]
    }

    fn columns(&self) -> &'static [Column] {
        &[
            ("id", "id", Text),
            ("organization_id", "organization_id", Text),
            ("action", "event.action", Text),
            ("version", "event.version", Whole),
            ("occurred_at", "event.occurred_at", Moment),
            ("actor", "event.actor", Json),
            ("actor_id", "event.actor.id", Text),
            ("actor_type", "event.actor.type", Text),
            ("actor_name", "event.actor.name", Text),
            ("actor_metadata", "event.actor.metadata", Json),
            ("targets", "event.targets", Json),
            ("target_id", "event.target.id", Text),
            ("target_type", "event.target.type", Text),
            ("target_name", "event.target.name", Text),
            ("target_metadata", "event.target.metadata", Json),
            ("context", "event.context", Json),
            ("context_location", "event.context.location", Text),
            ("location", "event.context.location", Text),
            ("ip_address", "event.context.location", Text),
            ("context_user_agent", "event.context.user_agent", Text),
            ("user_agent", "event.context.user_agent", Text),
            ("metadata", "event.metadata", Json),
        ]
    }

    /// The event itself may stand alone, with its organization beside it; a table has one target.
    fn sent(&self, mut event: Value) -> Taken {
        let mut id = take_text(&mut event, "id");
        if !event["event"].is_object() {
            let organization = event.as_object_mut().and_then(|object| object.remove("organization_id"));
            let mut whole = json!({"organization_id": organization.unwrap_or_default()});
            whole["event"] = event;
            event = whole;
        }
        let own = &mut event["event"];
        id = id.or_else(|| take_text(own, "id"));
        let target = own.as_object_mut().and_then(|own| own.remove("target"));
        if let Some(target) = target.filter(|_| own["targets"].is_null()) {
            own["targets"] = Value::Array(vec![target]);
        }
        Taken::known_by(event, id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_that_stands_alone_is_sent_with_its_organization() {
        let told = json!({"id": "ev_1", "organization_id": "org_1", "action": "a", "target": {"id": "t"}});
        let taken = Files.sent(told);
        let sent = json!({"organization_id": "org_1", "event": {"action": "a", "targets": [{"id": "t"}]}});
        assert_eq!((taken.event, taken.uuid.as_deref()), (sent, Some("ev_1")));
    }
}
