//! AuditLedge's files: what `GET /events/export` gives as JSON or CSV, pages of `GET /events`, and events as they are sent.

use super::map::AuditLedge;
use crate::backend::ingest::Translation;
use crate::http::dialects::history::Cell::{Json, Moment, Text};
use crate::http::dialects::history::{Column, History, Taken, nest, take_text};
use serde_json::Value;

/// AuditLedge's files.
pub struct Files;

/// The flat form's fields, and where they were when they were sent.
const FLAT: [(&str, &str); 6] = [
    ("actor_id", "actor.id"),
    ("actor_name", "actor.name"),
    ("actor_email", "actor.email"),
    ("resource_type", "resource.type"),
    ("resource_id", "resource.id"),
    ("resource_name", "resource.name"),
];

impl History for Files {
    fn translation(&self) -> Option<&'static dyn Translation> {
        Some(&AuditLedge)
    }

    fn client(&self) -> &'static str {
        "organization_id"
    }

    fn is_one(&self, event: &Value) -> bool {
        let sent = event["resource"].is_object() && event["actor"]["id"].is_string();
        let told = !event["actor_id"].is_null() && event.get("resource_type").is_some();
        event["action"].is_string() && (sent || told)
    }

    fn signs(&self) -> &'static [&'static str] {
        &["actor_id", "action", "resource_type"]
    }

    fn columns(&self) -> &'static [Column] {
        &[
            ("id", "id", Text),
            ("timestamp", "timestamp", Moment),
            ("actor_id", "actor.id", Text),
            ("actor_name", "actor.name", Text),
            ("actor_email", "actor.email", Text),
            ("action", "action", Text),
            ("resource_type", "resource.type", Text),
            ("resource_id", "resource.id", Text),
            ("resource_name", "resource.name", Text),
            ("metadata", "metadata", Json),
            ("organization_id", "organization_id", Text),
            ("api_key_id", "api_key_id", Text),
        ]
    }

    fn sent(&self, mut event: Value) -> Taken {
        let id = take_text(&mut event, "id");
        nest(&mut event, &FLAT);
        Taken::known_by(event, id)
    }
}
