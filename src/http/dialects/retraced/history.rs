//! Retraced's files: nodes of its GraphQL searches, the CSV of its viewer's exports, and events as they are sent.

use super::event::Retraced;
use crate::backend::ingest::Translation;
use crate::domain::json;
use crate::http::dialects::history::Cell::{Flag, Json, Moment, Text};
use crate::http::dialects::history::{Column, History, Taken, nest, take_text, without_nothing};
use serde_json::{Map, Value};

/// Retraced's files.
pub struct Files;

/// What a search or an export says beyond what was sent.
const TOLD: [&str; 8] =
    ["hash", "display", "received", "canonical_time", "country", "loc_subdiv1", "loc_subdiv2", "raw"];

impl History for Files {
    fn translation(&self) -> Option<&'static dyn Translation> {
        Some(&Retraced)
    }

    fn client(&self) -> &'static str {
        "group.id"
    }

    fn is_one(&self, event: &Value) -> bool {
        let crud = matches!(event["crud"].as_str(), Some("c" | "r" | "u" | "d"));
        crud && event["action"].is_string() && event["client"].is_null()
    }

    fn signs(&self) -> &'static [&'static str] {
        &["action", "crud", "canonical_time"]
    }

    fn columns(&self) -> &'static [Column] {
        &[
            ("id", "id", Text),
            ("action", "action", Text),
            ("crud", "crud", Text),
            ("description", "description", Text),
            ("created", "created", Moment),
            ("received", "received", Text),
            ("canonical_time", "canonical_time", Text),
            ("group", "group", Json),
            ("group_id", "group.id", Text),
            ("group_name", "group.name", Text),
            ("actor", "actor", Json),
            ("actor_id", "actor.id", Text),
            ("actor_name", "actor.name", Text),
            ("actor_href", "actor.href", Text),
            ("actor_url", "actor.href", Text),
            ("actor_fields", "actor.fields", Json),
            ("target", "target", Json),
            ("target_id", "target.id", Text),
            ("target_name", "target.name", Text),
            ("target_href", "target.href", Text),
            ("target_url", "target.href", Text),
            ("target_type", "target.type", Text),
            ("target_fields", "target.fields", Json),
            ("object_name", "target.name", Text),
            ("object_href", "target.href", Text),
            ("object_url", "target.href", Text),
            ("object_type", "target.type", Text),
            ("object_fields", "target.fields", Json),
            ("source_ip", "source_ip", Text),
            ("is_failure", "is_failure", Flag),
            ("is_anonymous", "is_anonymous", Flag),
            ("component", "component", Text),
            ("version", "version", Text),
            ("external_id", "external_id", Text),
            ("fields", "fields", Json),
            ("metadata", "metadata", Json),
        ]
    }

    fn sent(&self, mut event: Value) -> Taken {
        let id = take_text(&mut event, "id");
        let created = moment(&event);
        let mut sent = as_it_came(&event).unwrap_or_else(|| put_together(event));
        if sent["created"].is_null()
            && let Some(created) = created
        {
            sent["created"] = created;
        }
        Taken::known_by(sent, id)
    }
}

/// The sender's own words, which a search can be asked for.
fn as_it_came(event: &Value) -> Option<Value> {
    let raw = event["raw"].as_str()?;
    json::value(raw).ok().filter(Value::is_object)
}

/// When it happened, as far as Retraced knows.
fn moment(event: &Value) -> Option<Value> {
    let known = ["created", "canonical_time", "received"].into_iter().map(|name| &event[name]);
    known.into_iter().find(|moment| !moment.is_null()).cloned()
}

fn put_together(mut event: Value) -> Value {
    for part in ["/fields", "/metadata", "/actor/fields", "/target/fields", "/group/fields"] {
        if let Some(pairs) = event.pointer_mut(part) {
            *pairs = map(std::mem::take(pairs));
        }
    }
    if let Some(event) = event.as_object_mut() {
        event.retain(|name, _| !TOLD.contains(&name.as_str()));
    }
    let mut event = without_nothing(event, &["fields", "metadata"]);
    for part in ["actor", "target", "group"] {
        if let Some(foreign) = event[part].get("foreign_id").cloned() {
            event[part]["id"] = foreign;
            nest(&mut event[part], &[("url", "href")]);
        }
    }
    // Its table leaves the actors' ids out.
    if event["actor"]["id"].is_null() && event["actor"]["name"].is_string() {
        event["actor"]["id"] = event["actor"]["name"].clone();
    }
    without_nothing(event, &["fields", "metadata"])
}

/// Searches tell maps as lists of keys and values.
fn map(pairs: Value) -> Value {
    let Value::Array(list) = pairs else { return pairs };
    let pair = |pair: &Value| Some((pair["key"].as_str()?.to_owned(), pair["value"].clone()));
    list.iter().filter_map(pair).collect::<Map<_, _>>().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_node_of_a_search_is_the_event_that_was_sent() {
        let taken = Files.sent(json!({
            "id": "0a1b", "action": "a", "crud": "u", "description": null, "group": {"id": "g", "name": null},
            "actor": {"id": "u", "name": "Ann", "href": null, "fields": [{"key": "role", "value": "admin"}]},
            "target": {"id": null, "name": null}, "display": {"markdown": "x"}, "received": "2026-01-02T00:00:00Z",
            "created": null, "canonical_time": "2026-01-01T00:00:00Z", "is_failure": false, "fields": [], "country": null,
        }));
        let sent = json!({"action": "a", "crud": "u", "group": {"id": "g"}, "is_failure": false,
            "actor": {"id": "u", "name": "Ann", "fields": {"role": "admin"}}, "created": "2026-01-01T00:00:00Z"});
        assert_eq!((taken.event, taken.uuid.as_deref()), (sent, Some("0a1b")));
    }

    #[test]
    fn a_sender_s_own_words_are_taken_where_they_are_told() {
        let raw = json!({"action": "a", "crud": "c", "more": 1}).to_string();
        let taken = Files.sent(json!({"id": "1", "action": "a", "raw": raw, "canonical_time": "2026-01-01T00:00:00Z"}));
        assert_eq!(taken.event, json!({"action": "a", "crud": "c", "more": 1, "created": "2026-01-01T00:00:00Z"}));
    }

    #[test]
    fn an_actor_whose_id_was_left_out_is_known_by_name() {
        let taken = Files.sent(json!({"action": "a", "crud": "c", "actor": {"name": "Ann"}}));
        assert_eq!(taken.event["actor"], json!({"id": "Ann", "name": "Ann"}));
    }
}
