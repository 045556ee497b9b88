//! An event as Retraced's clients write it, the way from it to ours, and back.

use crate::backend::ingest::Translation;
use crate::backend::storage::Stored;
use crate::domain::event::{Crud, Event};
use crate::domain::json;
use crate::domain::problem::Faults;
use crate::http::dialects::fields::without_nulls;
use serde_json::{Map, Value, json};
use std::net::IpAddr;

/// Whose log holds the events that name no group.
pub const NO_GROUP: &str = "(no group)";
/// What a target of no type is.
const NO_TYPE: &str = "target";
/// This API's name among ours.
const API: &str = "retraced";

/// How an event becomes one of ours.
pub struct Retraced;

impl Translation for Retraced {
    fn api(&self) -> &'static str {
        API
    }

    fn translate(&self, sent: &Value) -> Value {
        let group = if is_empty(&sent["group"]) { json!({"uuid": NO_GROUP}) } else { named(&sent["group"], "name") };
        let mut document = json!({
            "client": group,
            "time": sent["created"],
            "action": sent["action"],
            "crud": sent["crud"],
            "description": sent["description"],
            "outcome": if sent["is_failure"] == true { "failure" } else { "success" },
            "anonymous": sent["is_anonymous"],
            "context": {
                "client": {"ipAddress": sent["source_ip"]},
                "server": {"service": sent["component"], "version": sent["version"]},
            },
            "externalId": sent["external_id"],
            "metadata": sent["metadata"],
            "fields": sent["fields"],
        });
        if !is_empty(&sent["actor"]) {
            document["actor"] = with_more(named(&sent["actor"], "name"), &sent["actor"]);
        }
        if !is_empty(&sent["target"]) {
            document["target"] =
                typed(with_more(named(&sent["target"], "label"), &sent["target"]), &sent["target"]["type"]);
        }
        without_nulls(document)
    }

    fn their_path(&self, ours: &str) -> String {
        match ours {
            "client" => return "group".to_owned(),
            "time" => return "created".to_owned(),
            "anonymous" => return "is_anonymous".to_owned(),
            "externalId" => return "external_id".to_owned(),
            "context.client.ipAddress" => return "source_ip".to_owned(),
            "context.server.service" => return "component".to_owned(),
            "context.server.version" => return "version".to_owned(),
            _ => {}
        }
        let (thing, field) = ours.split_once('.').unwrap_or((ours, ""));
        let thing = if thing == "client" { "group" } else { thing };
        let field = match field {
            "" => return thing.to_owned(),
            "uuid" => "id",
            "label" => "name",
            "url" => "href",
            "metadata" if thing != "metadata" => "fields",
            other => other,
        };
        format!("{thing}.{field}")
    }
}

/// What the translation alone would not find: each fault by its path.
pub fn check(event: &Value, path: &str, faults: &mut Faults) {
    let address = event["source_ip"].as_str().filter(|address| !address.is_empty());
    if address.is_some_and(|address| address.parse::<IpAddr>().is_err()) {
        faults.add(format!("{path}source_ip"), "must be an IP address");
    }
    for (name, map) in [
        ("fields", &event["fields"]),
        ("metadata", &event["metadata"]),
        ("actor.fields", &event["actor"]["fields"]),
        ("target.fields", &event["target"]["fields"]),
    ] {
        if map.as_object().is_some_and(|map| map.values().any(|value| !value.is_string())) {
            faults.add(format!("{path}{name}"), "must be a map of strings");
        }
    }
    for flag in ["is_failure", "is_anonymous"] {
        if !(event[flag].is_null() || event[flag].is_boolean()) {
            faults.add(format!("{path}{flag}"), "must be true or false");
        }
    }
}

/// Absent, or an object of nothing.
fn is_empty(value: &Value) -> bool {
    value.is_null() || value.as_object().is_some_and(Map::is_empty)
}

/// What has an id and a name; what is no object stays wrong.
fn named(one: &Value, name: &str) -> Value {
    if one.is_object() { json!({"uuid": one["id"], name: one["name"]}) } else { one.clone() }
}

fn with_more(mut one: Value, sent: &Value) -> Value {
    if one.is_object() {
        one["url"] = sent["href"].clone();
        one["metadata"] = sent["fields"].clone();
    }
    one
}

fn typed(mut target: Value, kind: &Value) -> Value {
    if target.is_object() {
        target["type"] = if kind.is_null() || kind == "" { NO_TYPE.into() } else { kind.clone() };
    }
    target
}

/// A stored event in this API's words: as it was sent here, else translated.
pub fn told(stored: &Stored, event: &Event) -> Value {
    let own = stored.sent().and_then(|sent| json::value(sent.to(API)?).ok());
    own.unwrap_or_else(|| foreign(event))
}

fn foreign(event: &Event) -> Value {
    let target = event.targets.first().map(|target| {
        json!({"id": target.uuid, "name": target.label, "href": target.url, "type": target.kind,
            "fields": texts(&target.metadata)})
    });
    let actor = event.actor.as_ref().map(
        |actor| json!({"id": actor.uuid, "name": actor.name, "href": actor.url, "fields": texts(&actor.metadata)}),
    );
    json!({
        "action": event.action,
        "group": {"id": event.client.uuid, "name": event.client.name},
        "actor": actor,
        "target": target,
        "crud": letter(event.crud),
        "created": event.exact_time().to_string(),
        "source_ip": event.context.ip_address,
        "description": event.description,
        "is_failure": event.outcome.failed(),
        "is_anonymous": event.actor.is_none(),
        "fields": texts(&event.fields),
        "component": event.context.service,
        "version": event.context.version,
        "external_id": event.external_id,
        "metadata": texts(&event.metadata),
    })
}

/// Other APIs' values are of any kind; here they are texts.
fn texts(map: &Map<String, Value>) -> Value {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    map.iter().map(|(name, value)| (name.clone(), Value::String(text(value)))).collect::<Map<_, _>>().into()
}

/// The letter that stands for a kind of act.
pub fn letter(crud: Crud) -> &'static str {
    match crud {
        Crud::Create => "c",
        Crud::Read => "r",
        Crud::Update => "u",
        Crud::Delete => "d",
    }
}
