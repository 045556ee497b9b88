//! Our own files: events as they are sent, and the exports of another Daybook. AuditLog.co's have the same shape.

use crate::backend::ingest::Translation;
use crate::http::dialects::history::Cell::{Flag, Json, Moment, Text, Whole};
use crate::http::dialects::history::{Column, History, Taken, take_text, without_nothing};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

/// What is put under these names is the sender's own.
const THEIRS: [&str; 3] = ["metadata", "fields", "changes"];

/// Our own files.
pub struct Files;

impl History for Files {
    fn translation(&self) -> Option<&'static dyn Translation> {
        None
    }

    fn client(&self) -> &'static str {
        "client.uuid"
    }

    fn is_one(&self, event: &Value) -> bool {
        event["client"]["uuid"].is_string() && event["action"].is_string()
    }

    fn signs(&self) -> &'static [&'static str] {
        &["client.uuid", "action"]
    }

    fn columns(&self) -> &'static [Column] {
        &COLUMNS
    }

    /// An exported event is told by its id and the moment it was received, which a sender does not know.
    fn sent(&self, mut event: Value) -> Taken {
        if event["id"].is_null() || event["receptionTime"].is_null() {
            return Taken::of(event);
        }
        let repeat = take_text(&mut event, "id").map(|id| format!("daybook:{id}"));
        let api = take_text(&mut event, "api");
        let masked = event.as_object_mut().and_then(|object| object.remove("masked")).unwrap_or_default();
        let mut event = without_nothing(event, &THEIRS);
        if let Some(object) = event.as_object_mut() {
            object.retain(|name, value| match name.as_str() {
                "_links" | "receptionTime" | "replaced" => false,
                "anonymous" => *value != false,
                _ => true,
            });
            // The first of all targets stands by itself once more.
            if object.contains_key("targets") {
                object.remove("target");
            }
        }
        let masked = masked.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
        Taken { event, uuid: None, repeat, api, masked }
    }
}

/// Whether a text is an event as it is sent, not as it is exported. Asked of every line, so that most need no more than
/// this look.
pub fn is_as_sent(text: &str) -> bool {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Marks<'t> {
        #[serde(borrow)]
        id: Option<&'t RawValue>,
        #[serde(borrow)]
        reception_time: Option<&'t RawValue>,
    }
    serde_json::from_str::<Marks<'_>>(text).is_ok_and(|marks| marks.id.is_none() || marks.reception_time.is_none())
}

static COLUMNS: [Column; 52] = [
    ("id", "id", Text),
    ("uuid", "uuid", Text),
    ("receptionTime", "receptionTime", Text),
    ("time", "time", Moment),
    ("client.uuid", "client.uuid", Text),
    ("client.name", "client.name", Text),
    ("action", "action", Text),
    ("crud", "crud", Text),
    ("outcome.result", "outcome.result", Text),
    ("outcome.reason", "outcome.reason", Text),
    ("outcome.code", "outcome.code", Text),
    ("description", "description", Text),
    ("url", "url", Text),
    ("anonymous", "anonymous", Flag),
    ("actor.uuid", "actor.uuid", Text),
    ("actor.name", "actor.name", Text),
    ("actor.email", "actor.email", Text),
    ("actor.type", "actor.type", Text),
    ("actor.url", "actor.url", Text),
    ("actor.metadata", "actor.metadata", Json),
    ("impersonator.uuid", "impersonator.uuid", Text),
    ("impersonator.name", "impersonator.name", Text),
    ("impersonator.email", "impersonator.email", Text),
    ("impersonator.type", "impersonator.type", Text),
    ("impersonator.url", "impersonator.url", Text),
    ("impersonator.metadata", "impersonator.metadata", Json),
    ("target.type", "target.type", Text),
    ("target.uuid", "target.uuid", Text),
    ("target.label", "target.label", Text),
    ("target.url", "target.url", Text),
    ("targets", "targets", Json),
    ("context.client.ipAddress", "context.client.ipAddress", Text),
    ("context.client.browserAgent", "context.client.browserAgent", Text),
    ("context.client.location", "context.client.location", Text),
    ("context.server.serverId", "context.server.serverId", Text),
    ("context.server.version", "context.server.version", Text),
    ("context.server.service", "context.server.service", Text),
    ("context.http.method", "context.http.method", Text),
    ("context.http.path", "context.http.path", Text),
    ("context.http.domain", "context.http.domain", Text),
    ("sessionId", "sessionId", Text),
    ("correlationId", "correlationId", Text),
    ("externalId", "externalId", Text),
    ("schemaVersion", "schemaVersion", Whole),
    ("changes", "changes", Json),
    ("metadata", "metadata", Json),
    ("fields", "fields", Json),
    ("detail", "detail", Text),
    ("api", "api", Text),
    ("masked", "masked", Json),
    ("context.client.ipAddresses", "context.client.ipAddresses", Json),
    ("replaced", "replaced", Json),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::export::CANONICAL;

    #[test]
    fn every_column_of_an_export_can_be_read_again() {
        assert_eq!(COLUMNS.map(|(title, ..)| title), CANONICAL.map(|(title, _)| title));
    }
}
