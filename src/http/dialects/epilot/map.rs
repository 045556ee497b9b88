//! From epilot's events to ours, and back.

use super::wire;
use crate::backend::ingest::Translation;
use crate::backend::storage::{StorageError, Stored};
use crate::domain::access::ClientId;
use crate::domain::event::{Actor, Context, Event, Outcome};
use crate::http::dialects::fields::{Fields, at, number_to_text, put};
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const API: &str = "epilot";
/// The log of events that name no organization.
const NO_ORGANIZATION: &str = "default";

const FIELDS: Fields = Fields(&[
    ("id", "uuid"),
    ("org_id", "client.uuid"),
    ("event_name", "action"),
    ("timestamp", "time"),
    ("caller.user_id", "actor.uuid"),
    ("caller.user_email", "actor.email"),
    ("caller.trigger_type", "actor.type"),
    ("http.method", "context.http.method"),
    ("http.path", "context.http.path"),
    ("http.domainName", "context.http.domain"),
    ("http.headers", "context.http.headers"),
    ("http.query", "context.http.query"),
    ("http.pathParams", "context.http.pathParams"),
    ("http.ip", "context.client.ipAddress"),
    ("service_name", "context.server.service"),
    ("detail", "detail"),
    ("activity", "description"),
    ("source_url", "url"),
]);

/// The API's events as ours; those that name no organization are of the one that the request names.
pub struct Epilot {
    pub organization: Option<ClientId>,
}

impl Translation for Epilot {
    fn api(&self) -> &'static str {
        API
    }

    fn translate(&self, sent: &Value) -> Value {
        let mut event = FIELDS.moved(sent);
        for path in ["uuid", "client.uuid", "actor.uuid"] {
            number_to_text(&mut event, path);
        }
        if at(&event, "client.uuid").is_none() {
            let organization = self.organization.as_ref().map_or(NO_ORGANIZATION, ClientId::as_str);
            put(&mut event, "client.uuid", organization.into());
        }
        name_actor(&mut event);
        if let Some(status) = at(sent, "status_code").and_then(status_code) {
            put(&mut event, "outcome", json!({"result": result(status), "code": status.to_string()}));
        }
        if let Some(crud) = at(sent, "http.method").and_then(Value::as_str).and_then(crud) {
            put(&mut event, "crud", crud.into());
        }
        if let Some(agent) = at(sent, "http.headers").and_then(browser) {
            put(&mut event, "context.client.browserAgent", agent.into());
        }
        if let Some(detail) = at(&event, "detail").filter(|detail| !detail.is_string()) {
            let text = detail.to_string();
            put(&mut event, "detail", text.into());
        }
        event
    }

    fn their_path(&self, ours: &str) -> String {
        match ours {
            "client" => "org_id".to_owned(),
            ours => FIELDS.theirs(ours),
        }
    }
}

/// Somebody known by their address alone is named by it; an event without either is nobody's in particular.
fn name_actor(event: &mut Value) {
    let given = |path| at(event, path).filter(|value| **value != "").cloned();
    match (given("actor.uuid"), given("actor.email")) {
        (Some(_), _) => {}
        (None, Some(email)) => put(event, "actor.uuid", email),
        (None, None) => {
            put(event, "actor", Value::Null);
            put(event, "anonymous", true.into());
        }
    }
}

fn status_code(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.trim().parse().ok())
}

fn result(status: u64) -> &'static str {
    if status >= 400 { "failure" } else { "success" }
}

fn crud(method: &str) -> Option<&'static str> {
    match method.to_ascii_uppercase().as_str() {
        "GET" | "HEAD" => Some("read"),
        "POST" => Some("create"),
        "PUT" | "PATCH" => Some("update"),
        "DELETE" => Some("delete"),
        _ => None,
    }
}

fn browser(headers: &Value) -> Option<&str> {
    let agent = headers.as_object()?.iter().find(|(name, _)| name.eq_ignore_ascii_case("user-agent"));
    agent.and_then(|(_, value)| value.as_str())
}

/// An event as this API reads it: as it came, if it came here.
pub fn log(stored: &Stored) -> Result<Box<RawValue>, StorageError> {
    let sent = stored.sent();
    let own = sent.as_ref().and_then(|sent| as_it_came(sent.to(API)?, stored, &sent.note.masked).ok());
    match own {
        Some(own) => Ok(own),
        None => Ok(to_raw_value(&of_another(stored.event())).map_err(anyhow::Error::from)?),
    }
}

/// Only what the sender left to us is added: an id, and which values were masked.
fn as_it_came(own: &str, stored: &Stored, masked: &[std::borrow::Cow<'_, str>]) -> serde_json::Result<Box<RawValue>> {
    let mut event: BTreeMap<String, &RawValue> = serde_json::from_str(own)?;
    let has_id = event.get("id").is_some_and(|id| !matches!(id.get(), "null" | "\"\""));
    if has_id && masked.is_empty() {
        return RawValue::from_string(own.to_owned());
    }
    let (id, masked_paths) = (to_raw_value(&stored.stamp.id)?, to_raw_value(masked)?);
    if !has_id {
        event.insert("id".to_owned(), &id);
    }
    if !masked.is_empty() {
        event.insert("masked".to_owned(), &masked_paths);
    }
    to_raw_value(&event)
}

fn of_another(event: Event) -> wire::Log {
    let Event { stamp, nanos, client, action, description, url, outcome, actor, context, metadata, detail, .. } = event;
    wire::Log {
        id: stamp.id.to_string(),
        org_id: client.uuid,
        service_name: context.service.clone(),
        event_name: action,
        status_code: status_of(&outcome),
        timestamp: stamp.exactly(nanos).to_string(),
        caller: caller(actor),
        http: http(context),
        detail: detail.or_else(|| (!metadata.is_empty()).then(|| Value::Object(metadata).to_string())),
        activity: description,
        source_url: url,
    }
}

/// The status that the event came with, or one that says how it ended.
fn status_of(outcome: &Outcome) -> u16 {
    let given = outcome.code.as_ref().and_then(|code| code.parse().ok()).filter(|code| (100..600).contains(code));
    given.unwrap_or(if outcome.failed() { 400 } else { 200 })
}

fn caller(actor: Option<Actor>) -> wire::Caller {
    let Some(actor) = actor else {
        return wire::Caller { user_email: None, user_id: None, trigger_type: "automation" };
    };
    let trigger_type = match actor.kind.as_deref() {
        Some("api") => "api",
        Some("automation" | "system") => "automation",
        _ => "user",
    };
    wire::Caller { user_email: actor.email, user_id: Some(actor.uuid), trigger_type }
}

fn http(context: Context) -> wire::Http {
    wire::Http {
        method: context.http.method,
        ip: context.ip_address,
        headers: context.browser_agent.into_iter().map(|agent| ("User-Agent", agent)).collect(),
        query: BTreeMap::new(),
        path_params: BTreeMap::new(),
        path: context.http.path,
        domain_name: context.http.domain,
    }
}
