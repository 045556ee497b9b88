//! What Retraced's own server refuses of what can be stored all the same: looked at where a project asks for it.

use crate::backend::strictness::{Violated, Watch};
use crate::domain::problem::{Faults, Problem};
use crate::domain::strictness::Violation;
use crate::domain::time::Timestamp;
use serde_json::{Map, Value};

/// Most events of a bulk.
const MOST: usize = 50;
/// Most bytes of a request.
const LONGEST: usize = 10 * 1024 * 1024;

/// What a field holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Flag,
    Map,
    /// An object of these fields, which needs an id unless it is empty.
    Thing(&'static [(&'static str, Kind)]),
}

const EVENT: &[(&str, Kind)] = &[
    ("action", Kind::Text),
    ("crud", Kind::Text),
    ("group", Kind::Thing(&[("id", Kind::Text), ("name", Kind::Text)])),
    ("created", Kind::Text),
    ("actor", Kind::Thing(&[("id", Kind::Text), ("name", Kind::Text), ("href", Kind::Text), ("fields", Kind::Map)])),
    (
        "target",
        Kind::Thing(&[
            ("id", Kind::Text),
            ("name", Kind::Text),
            ("href", Kind::Text),
            ("type", Kind::Text),
            ("fields", Kind::Map),
        ]),
    ),
    ("source_ip", Kind::Text),
    ("description", Kind::Text),
    ("is_anonymous", Kind::Flag),
    ("is_failure", Kind::Flag),
    ("fields", Kind::Map),
    ("component", Kind::Text),
    ("version", Kind::Text),
    ("external_id", Kind::Text),
    ("metadata", Kind::Map),
    ("displayTitle", Kind::Text),
];

/// Whether a body is as short as it must be.
pub fn check_length(watch: &Watch, bytes: usize) -> Result<(), Problem> {
    if bytes <= LONGEST {
        return Ok(());
    }
    let refused = watch.violated(Violation::LargeBulk, || format!("a request of {bytes} bytes"));
    refused.map_err(|Violated| Problem::TooLarge { what: "The body".to_owned(), limit: LONGEST as u64 })
}

/// Whether a bulk has as few events as it must have.
pub fn check_count(watch: &Watch, events: usize) -> Result<(), Problem> {
    if events <= MOST {
        return Ok(());
    }
    let refused = watch.violated(Violation::LargeBulk, || format!("{events} events in one request"));
    refused.map_err(|Violated| Problem::invalid("events", format!("must be at most {MOST}, received {events}")))
}

/// Every fault of an event by its path.
pub fn check(event: &Value, path: &str, faults: &mut Faults) {
    let Some(object) = event.as_object() else { return };
    for required in ["action", "crud"] {
        if !object.contains_key(required) {
            faults.add(format!("{path}{required}"), "is required");
        }
    }
    if object.get("crud").is_some_and(|crud| !matches!(crud.as_str(), Some("c" | "r" | "u" | "d"))) {
        faults.add(format!("{path}crud"), "must be c, r, u or d");
    }
    let is_anonymous = event["is_anonymous"] == true;
    if !is_anonymous && event["actor"].as_object().is_none_or(Map::is_empty) {
        faults.add(format!("{path}actor"), "is required unless is_anonymous is true");
    }
    if event["created"].as_str().is_some_and(|text| !text.is_empty() && Timestamp::parse(text).is_err()) {
        faults.add(format!("{path}created"), "must be an ISO 8601 date and time");
    }
    check_fields(object, EVENT, path, faults);
}

fn check_fields(object: &Map<String, Value>, known: &[(&str, Kind)], path: &str, faults: &mut Faults) {
    for (name, value) in object {
        let at = format!("{path}{name}");
        match known.iter().find(|(known, _)| known == name) {
            None => faults.add(at, "is not a field that it knows"),
            Some((_, kind)) => check_value(value, *kind, &at, faults),
        }
    }
}

fn check_value(value: &Value, kind: Kind, at: &str, faults: &mut Faults) {
    match (kind, value) {
        (Kind::Text, Value::String(text)) if text.is_empty() => faults.add(at, "must not be empty"),
        (Kind::Text, Value::String(_)) | (Kind::Flag, Value::Bool(_)) => {}
        (Kind::Text, _) => faults.add(at, "must be a string"),
        (Kind::Flag, _) => faults.add(at, "must be true or false"),
        (Kind::Map, Value::Object(map)) if map.values().all(Value::is_string) => {}
        (Kind::Map, _) => faults.add(at, "must be a map of strings"),
        (Kind::Thing(_), Value::Object(thing)) if thing.is_empty() => {}
        (Kind::Thing(known), Value::Object(thing)) => {
            if !thing.contains_key("id") {
                faults.add(format!("{at}.id"), "is required");
            }
            check_fields(thing, known, &format!("{at}."), faults);
        }
        (Kind::Thing(_), _) => faults.add(at, "must be an object"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn paths(event: &Value) -> Vec<String> {
        let mut faults = Faults::default();
        check(event, "", &mut faults);
        faults.iter().map(|(path, _)| path.to_owned()).collect()
    }

    #[test]
    fn what_its_client_sends_is_fine() {
        for event in [
            json!({"action": "a", "crud": "c", "actor": {"id": "u", "fields": {"a": ""}}, "group": {"id": "g", "name": "G"},
                "target": {}, "created": "2026-01-10T10:00:00Z", "source_ip": "::1", "is_failure": true, "fields": {},
                "component": "api", "version": "v7", "external_id": "e", "metadata": {"k": "v"}, "description": "d"}),
            json!({"action": "a", "crud": "r", "is_anonymous": true, "actor": {}}),
        ] {
            assert_eq!(paths(&event), [""; 0], "{event}");
        }
    }

    #[test]
    fn every_violation_of_an_event_is_found_by_its_path() {
        let event = json!({"crud": "x", "group": {"name": ""}, "actor": {"id": "u", "email": "x"}, "target": "t",
            "created": "soon", "description": "", "is_failure": "no", "fields": {"a": 1}, "more": 1, "version": 7});
        let expected = [
            "action",
            "actor.email",
            "created",
            "crud",
            "description",
            "fields",
            "group.id",
            "group.name",
            "is_failure",
            "more",
            "target",
            "version",
        ];
        assert_eq!(paths(&event), expected);
        assert_eq!(paths(&json!({"action": "a", "crud": "c"})), ["actor"]);
    }
}
