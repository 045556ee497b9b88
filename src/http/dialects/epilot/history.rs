//! epilot's files: events as `POST /v1/logs` and `GET /v1/logs/{id}` give them, which is as its services write them.

use super::map::Epilot;
use crate::backend::ingest::Translation;
use crate::http::dialects::history::Cell::{Json, Moment, Text, Whole};
use crate::http::dialects::history::{Column, History, Taken};
use serde_json::Value;

/// epilot's files.
pub struct Files;

static TRANSLATION: Epilot = Epilot { organization: None };

impl History for Files {
    fn translation(&self) -> Option<&'static dyn Translation> {
        Some(&TRANSLATION)
    }

    fn client(&self) -> &'static str {
        "org_id"
    }

    fn is_one(&self, event: &Value) -> bool {
        event["event_name"].is_string()
    }

    fn signs(&self) -> &'static [&'static str] {
        &["event_name", "timestamp"]
    }

    /// There is no table of epilot's own: these are the fields for one that somebody made.
    fn columns(&self) -> &'static [Column] {
        &[
            ("id", "id", Text),
            ("org_id", "org_id", Text),
            ("service_name", "service_name", Text),
            ("event_name", "event_name", Text),
            ("status_code", "status_code", Whole),
            ("timestamp", "timestamp", Moment),
            ("caller.user_email", "caller.user_email", Text),
            ("caller.user_id", "caller.user_id", Text),
            ("caller.trigger_type", "caller.trigger_type", Text),
            ("http.method", "http.method", Text),
            ("http.ip", "http.ip", Text),
            ("http.path", "http.path", Text),
            ("http.domainName", "http.domainName", Text),
            ("http.headers", "http.headers", Json),
            ("http.query", "http.query", Json),
            ("http.pathParams", "http.pathParams", Json),
            ("detail", "detail", Text),
            ("activity", "activity", Text),
            ("source_url", "source_url", Text),
        ]
    }

    fn sent(&self, event: Value) -> Taken {
        Taken::of(event)
    }
}
