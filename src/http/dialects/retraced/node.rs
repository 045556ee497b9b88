//! An event as a search's answer has it, every field that can be asked for.

use super::event::{letter, told};
use crate::backend::storage::Stored;
use crate::domain::event::Event;
use crate::domain::time::Timestamp;
use serde_json::{Value, json};

/// The node of a stored event. Things that are not there are objects of nulls: the viewer's own columns look into them.
pub fn of(stored: &Stored) -> Value {
    let event = stored.event();
    let told = told(stored, &event);
    let created = if told["created"].is_null() { None } else { Some(event.stamp.occurred_at) };
    json!({
        "id": id(stored),
        "action": told["action"],
        "crud": letter(event.crud),
        "description": told["description"],
        "group": thing(&told["group"]),
        "actor": thing(&told["actor"]),
        "target": thing(&told["target"]),
        "display": {"markdown": sentence(&event)},
        "received": moment(event.stamp.id.received_at()),
        "created": created.map(moment),
        "canonical_time": moment(event.stamp.occurred_at),
        "is_failure": event.outcome.failed(),
        "is_anonymous": told["is_anonymous"] == true,
        "source_ip": told["source_ip"],
        // Places are not looked up.
        "country": null,
        "loc_subdiv1": null,
        "loc_subdiv2": null,
        "component": told["component"],
        "version": told["version"],
        "fields": pairs(&told["fields"]),
        "external_id": told["external_id"],
        "metadata": pairs(&told["metadata"]),
        "raw": told.to_string(),
    })
}

/// An event's id as this API writes it.
pub fn id(stored: &Stored) -> String {
    plain(&stored.stamp.id.to_string())
}

/// Without dashes.
pub fn plain(id: &str) -> String {
    id.replace('-', "")
}

fn thing(thing: &Value) -> Value {
    json!({"id": thing["id"], "name": thing["name"], "href": thing["href"], "type": thing["type"],
        "fields": pairs(&thing["fields"])})
}

/// Maps come as lists.
fn pairs(map: &Value) -> Value {
    let pair = |(key, value): (&String, &Value)| json!({"key": key, "value": value});
    map.as_object().map_or(Value::Null, |map| map.iter().map(pair).collect())
}

/// To the second, as this API has always written them.
fn moment(moment: Timestamp) -> String {
    let text = moment.to_string();
    text.split_once('.').map_or(text.clone(), |(seconds, _)| format!("{seconds}Z"))
}

/// What the viewer shows of an event, in Markdown.
fn sentence(event: &Event) -> String {
    let name = event.actor.as_ref().and_then(|actor| actor.name.as_deref());
    let who = name.map_or_else(|| "**An unknown actor**".to_owned(), |name| format!("**{}**", harmless(name)));
    let what = event.targets.first().and_then(|target| target.label.as_deref());
    let what = what.map_or_else(String::new, |what| format!(" on the item **{}**", harmless(what)));
    format!("{who} performed the action **{}**{what}.", harmless(&event.action))
}

fn harmless(text: &str) -> String {
    html_escape::encode_quoted_attribute(text).into_owned()
}
