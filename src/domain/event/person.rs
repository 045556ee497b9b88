//! What an event says of a person, to correct it or to forget it.

use super::sent::Note;
use super::{NOTE, Sent};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use std::borrow::Cow;

/// What stands in the place of what is forgotten.
pub const FORGOTTEN: &str = "[forgotten]";

/// Names under which APIs identify who is meant.
const IDS: [&str; 3] = ["uuid", "id", "user_id"];
/// Texts that say what somebody is or did, not who they are.
const KEPT: [&str; 12] = [
    "type",
    "trigger_type",
    "action",
    "event_name",
    "time",
    "timestamp",
    "client",
    "organization_id",
    "org_id",
    "crud",
    "api",
    "key",
];
/// Types of targets that are people: another thing may have the same id.
const PEOPLE: [&str; 4] = ["user", "person", "member", "actor"];

/// What becomes of a person's name and address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Correction {
    /// Both, and all else that is said of them, are forgotten; and so is what else is known to name them.
    Forget { known: Vec<String> },
    /// They are these from now on; `None` stays as it was.
    Update { name: Option<String>, email: Option<String> },
}

/// The document with a person's name and address corrected, wherever they are meant; `None` where nothing changes. Where
/// they are forgotten, their name and address are taken out of the event's other texts as well.
pub fn corrected(document: &str, uuid: &str, correction: &Correction) -> serde_json::Result<Option<String>> {
    let mut own: Value = serde_json::from_str(document)?;
    if let Some(own) = own.as_object_mut() {
        own.remove(NOTE);
    }
    let Sent { note, .. } = Sent::of(document)?;
    let mut sent = note.event.map(|event| serde_json::from_str::<Value>(event.get())).transpose()?;
    let mut parts: Vec<&mut Value> = std::iter::once(&mut own).chain(&mut sent).collect();
    let known = if let Correction::Forget { known } = correction { known.clone() } else { Vec::new() };
    let mut person = Person { uuid, correction, said: known, meant: false, changed: false };
    for part in &mut parts {
        person.find(part, "");
    }
    if person.meant {
        for part in &mut parts {
            person.erase(part, "");
        }
    }
    if !person.changed {
        return Ok(None);
    }
    let event = sent.map(|sent| RawValue::from_string(sent.to_string())).transpose()?;
    let note = Note { event: event.as_deref(), ..note };
    note.write(own.to_string()).map(Some)
}

/// The ids of everybody whom a document means.
pub fn people(document: &str) -> serde_json::Result<Vec<String>> {
    fn collect(value: &Value, name: &str, ids: &mut Vec<String>) {
        match value {
            Value::Object(object) => {
                ids.extend(IDS.iter().filter(|_| is_person(object, name)).filter_map(|id| text_of(object.get(*id)?)));
                object.iter().for_each(|(name, value)| collect(value, name, ids));
            }
            Value::Array(list) => list.iter().for_each(|item| collect(item, name, ids)),
            _ => {}
        }
    }
    let mut ids = Vec::new();
    collect(&serde_json::from_str(document)?, "", &mut ids);
    Ok(ids)
}

struct Person<'p> {
    uuid: &'p str,
    correction: &'p Correction,
    /// Texts that name them.
    said: Vec<String>,
    meant: bool,
    changed: bool,
}

impl Person<'_> {
    /// Corrects the objects that mean them, and notes what those said.
    fn find(&mut self, value: &mut Value, name: &str) {
        match value {
            Value::Object(object) if self.is_meant(object, name) => {
                self.meant = true;
                for (name, value) in object.iter_mut().filter(|(name, _)| !IDS.contains(&name.as_str())) {
                    self.correct(name, value);
                }
            }
            Value::Object(object) => object.iter_mut().for_each(|(name, value)| self.find(value, name)),
            Value::Array(list) => list.iter_mut().for_each(|item| self.find(item, name)),
            _ => {}
        }
    }

    fn is_meant(&self, object: &Map<String, Value>, name: &str) -> bool {
        is_person(object, name)
            && IDS.iter().any(|id| object.get(*id).and_then(text_of).is_some_and(|id| id == self.uuid))
    }

    fn correct(&mut self, name: &str, value: &mut Value) {
        match (value, self.correction) {
            (Value::String(text), Correction::Forget { .. })
                if !KEPT.contains(&name) && !text.is_empty() && text != FORGOTTEN =>
            {
                self.said.push(std::mem::replace(text, FORGOTTEN.to_owned()));
                self.changed = true;
            }
            (Value::String(text), Correction::Update { name: new_name, email }) => {
                let new = match name {
                    "name" | "label" => new_name,
                    "email" | "user_email" => email,
                    _ => &None,
                };
                if let Some(new) = new.as_ref().filter(|new| *new != text) {
                    new.clone_into(text);
                    self.changed = true;
                }
            }
            (Value::Object(object), Correction::Forget { .. }) => {
                object.iter_mut().for_each(|(name, value)| self.correct(name, value));
            }
            (Value::Array(list), Correction::Forget { .. }) => {
                for item in list {
                    self.correct(name, item);
                }
            }
            _ => {}
        }
    }

    /// Takes what names them out of every other text.
    fn erase(&mut self, value: &mut Value, name: &str) {
        match value {
            Value::String(text) if !KEPT.contains(&name) && !IDS.contains(&name) => {
                for said in &self.said {
                    if let Cow::Owned(erased) = erased(text, said) {
                        *text = erased;
                        self.changed = true;
                    }
                }
            }
            Value::Object(object) => {
                object
                    .iter_mut()
                    .filter(|(name, _)| name.as_str() != "client")
                    .for_each(|(name, value)| self.erase(value, name));
            }
            Value::Array(list) => list.iter_mut().for_each(|item| self.erase(item, name)),
            _ => {}
        }
    }
}

/// Whether an object that may have an id means a person.
fn is_person(object: &Map<String, Value>, name: &str) -> bool {
    match name {
        "actor" | "impersonator" | "targetUser" | "caller" | "user" => true,
        "target" | "targets" | "resource" => {
            let kind = object.get("type").and_then(Value::as_str).unwrap_or_default();
            PEOPLE.iter().any(|person| kind.eq_ignore_ascii_case(person))
        }
        _ => false,
    }
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A text without another, where that stands as whole words. A single character names nobody.
fn erased<'t>(text: &'t str, said: &str) -> Cow<'t, str> {
    if said.chars().count() < 2 || !text.contains(said) {
        return Cow::Borrowed(text);
    }
    let (mut result, mut rest, mut before) = (String::new(), text, None);
    while let Some(at) = rest.find(said) {
        let (start, found) = rest.split_at(at);
        let after = found[said.len()..].chars().next();
        let alone = |beside: Option<char>| !beside.is_some_and(char::is_alphanumeric);
        let is_word = alone(start.chars().next_back().or(before)) && alone(after);
        result.push_str(start);
        result.push_str(if is_word { FORGOTTEN } else { said });
        before = said.chars().next_back();
        rest = &found[said.len()..];
    }
    result.push_str(rest);
    if result == text { Cow::Borrowed(text) } else { Cow::Owned(result) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn forgotten(document: &Value) -> Option<Value> {
        let text = corrected(&document.to_string(), "u-1", &Correction::Forget { known: Vec::new() }).unwrap()?;
        Some(serde_json::from_str(&text).unwrap())
    }

    #[test]
    fn a_person_is_forgotten_wherever_they_are_meant_and_named() {
        let document = json!({
            "client": {"uuid": "c", "name": "Ann Ward"}, "action": "Ann Ward", "description": "Ann Ward (a@b.test) invited Joann Wards",
            "actor": {"uuid": "u-1", "name": "Ann Ward", "email": "a@b.test", "type": "user", "metadata": {"phone": "1", "n": 7}},
            "target": {"type": "User", "uuid": "u-1", "label": "Ann"}, "targets": [{"type": "card", "uuid": "u-1", "label": "Visa"}],
            "metadata": {"by": ["Ann Ward"], "other": "Bob"}
        });
        let expected = json!({
            "client": {"uuid": "c", "name": "Ann Ward"}, "action": "Ann Ward",
            "description": "[forgotten] ([forgotten]) invited Joann Wards",
            "actor": {"uuid": "u-1", "name": "[forgotten]", "email": "[forgotten]", "type": "user",
                "metadata": {"phone": "[forgotten]", "n": 7}},
            "target": {"type": "User", "uuid": "u-1", "label": "[forgotten]"},
            "targets": [{"type": "card", "uuid": "u-1", "label": "Visa"}],
            "metadata": {"by": ["[forgotten]"], "other": "Bob"}
        });
        assert_eq!(forgotten(&document), Some(expected.clone()));
        assert_eq!(forgotten(&expected), None);
        assert_eq!(forgotten(&json!({"actor": {"uuid": "u-2", "name": "u-1"}})), None);
        assert_eq!(people(&document.to_string()).unwrap(), ["u-1", "u-1"]);
    }

    #[test]
    fn what_was_sent_to_another_api_forgets_as_well_and_stays_at_the_end() {
        let sent = json!({"caller": {"user_id": 7, "user_email": "a@b.test"}, "detail": "by a@b.test"});
        let raw = RawValue::from_string(sent.to_string()).unwrap();
        let note = Note { api: Some("epilot".into()), event: Some(&raw), ..Note::default() };
        let document = note.write(json!({"actor": {"uuid": "7", "email": "a@b.test"}}).to_string()).unwrap();
        let text = corrected(&document, "7", &Correction::Forget { known: Vec::new() }).unwrap().unwrap();
        assert!(!text.contains("a@b.test") && text.starts_with("{\"actor\""));
        let sent = Sent::of(&text).unwrap();
        assert_eq!(
            sent.to("epilot"),
            Some(r#"{"caller":{"user_email":"[forgotten]","user_id":7},"detail":"by [forgotten]"}"#)
        );
    }

    #[test]
    fn an_update_changes_the_name_and_the_address_alone() {
        let document = json!({"actor": {"uuid": "u-1", "name": "Ann", "email": "a@b.test"}, "description": "Ann"});
        let update = Correction::Update { name: Some("Anna".to_owned()), email: None };
        let text = corrected(&document.to_string(), "u-1", &update).unwrap().unwrap();
        let expected = json!({"actor": {"uuid": "u-1", "name": "Anna", "email": "a@b.test"}, "description": "Ann"});
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), expected);
        assert_eq!(corrected(&text, "u-1", &update).unwrap(), None);
    }
}
