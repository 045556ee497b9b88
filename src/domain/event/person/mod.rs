//! What an event says of a person, to correct it or to forget it. All else stays as it came, byte for byte.

mod parts;
pub(super) mod tree;
mod words;

use parts::Layer;
use serde::de::IgnoredAny;
use std::borrow::Cow;
use std::ops::Range;
use tree::{Kind, Tree};
use words::Words;

/// What stands in the place of what is forgotten.
pub const FORGOTTEN: &str = "[forgotten]";
/// Texts that hold JSON are looked into, and those in them, so many times.
const DEEPEST: u8 = 3;

/// What becomes of a person's name and address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Correction {
    /// Both, and all else that is said of them, are forgotten; and so is what else is known to name them.
    Forget { known: Vec<String> },
    /// They are these from now on; `None` stays as it was.
    Update { name: Option<String>, email: Option<String> },
}

/// The document with a person's name and address corrected, wherever they are meant; `None` where nothing changes. Where
/// they are forgotten, their name and address are taken out of the event's other texts as well. `document` is valid JSON.
pub fn corrected(document: &str, uuid: &str, correction: &Correction) -> Option<String> {
    match correction {
        Correction::Update { name, email } => updated(document, uuid, name.as_deref(), email.as_deref()),
        Correction::Forget { known } => {
            let mut said = Vec::new();
            let is_meant = gather(document, (Layer::Document, DEEPEST), uuid, &mut said);
            let words = Words::of(said.into_iter().chain(known.iter().cloned()));
            if is_meant { forgotten(document, (Layer::Document, DEEPEST), uuid, &words) } else { None }
        }
    }
}

/// The ids of everybody whom a document means, in the words of any API. `document` is valid JSON.
pub fn people(document: &str) -> Vec<String> {
    fn collect(json: &str, (layer, deepest): (Layer, u8), ids: &mut Vec<String>) {
        let Some(tree) = Tree::of(json) else { return };
        tree.visit(|at, path| {
            let Some(path) = layer.within(path) else { return };
            let name = path.last().map_or("", |name| name);
            ids.extend(parts::ids_of(&tree, at, name).into_iter().map(Cow::into_owned));
            if let Some(text) = json_in(&tree, at, deepest) {
                collect(&text, (Layer::Text, deepest - 1), ids);
            }
        });
    }
    let mut ids = Vec::new();
    collect(document, (Layer::Document, DEEPEST), &mut ids);
    ids
}

/// Whether a text in some JSON says any of these, as whole words.
pub fn says(json: &str, texts: &[String]) -> bool {
    let words = Words::of(texts.iter().cloned());
    let mut says = false;
    if let Some(tree) = Tree::of(json) {
        tree.visit(|at, _| says |= tree.said(at).is_some_and(|text| words.erased(&text).is_some()));
    }
    says
}

/// An object that means the person.
struct Meant {
    /// The places of all values in it.
    places: Range<usize>,
    /// How many names lead to it.
    depth: usize,
}

/// The objects that mean a person, in their order.
fn meant(tree: &Tree<'_>, layer: Layer, uuid: &str) -> Vec<Meant> {
    let mut meant = Vec::new();
    tree.visit(|at, path| {
        let Some(path) = layer.within(path) else { return };
        let name = path.last().map_or("", |name| name);
        if parts::ids_of(tree, at, name).iter().any(|id| id == uuid) {
            meant.push(Meant { places: at + 1..tree.nodes[at].end, depth: path.len() });
        }
    });
    meant
}

/// Whether a value is in one of the objects, and a text about the person there.
fn is_theirs(meant: &[Meant], at: usize, path: &[Cow<'_, str>]) -> Option<bool> {
    let object = meant.iter().find(|object| object.places.contains(&at))?;
    let is_member = path.len() == object.depth + 1;
    Some(!(is_member && path.last().is_some_and(|name| parts::is_neutral(name))))
}

/// Collects what names the person in the objects that mean them; whether there are any.
fn gather(json: &str, (layer, deepest): (Layer, u8), uuid: &str, said: &mut Vec<String>) -> bool {
    let Some(tree) = Tree::of(json) else { return false };
    let meant = meant(&tree, layer, uuid);
    let mut is_meant = !meant.is_empty();
    tree.visit(|at, path| {
        let Some(path) = layer.within(path).filter(|_| tree.nodes[at].kind == Kind::Text) else { return };
        let text = tree.said(at).unwrap_or_default();
        if is_theirs(&meant, at, path) == Some(true) {
            let names = path.last().is_some_and(|name| parts::names_somebody(name, &text));
            said.extend(names.then(|| text.into_owned()));
        } else if let Some(text) = json_in(&tree, at, deepest) {
            is_meant |= gather(&text, (Layer::Text, deepest - 1), uuid, said);
        }
    });
    is_meant
}

/// The JSON without what is said of the person, and without these words elsewhere.
fn forgotten(json: &str, (layer, deepest): (Layer, u8), uuid: &str, words: &Words) -> Option<String> {
    let tree = Tree::of(json)?;
    let meant = meant(&tree, layer, uuid);
    let mut cuts = Cuts::default();
    tree.visit(|at, path| {
        let Some(path) = layer.within(path) else { return };
        let node = &tree.nodes[at];
        if let (Some(part), Some(name)) = (&node.name, path.last())
            && layer.is_chosen(path)
            && let Some(erased) = words.erased(name)
        {
            cuts.rename(json, part, &erased);
        }
        if node.kind != Kind::Text {
            return;
        }
        let text = tree.said(at).unwrap_or_default();
        match is_theirs(&meant, at, path) {
            Some(true) if !text.is_empty() && text != FORGOTTEN => cuts.say(&node.part, FORGOTTEN),
            None if !layer.is_fact(path) => {
                let instead = match json_in(&tree, at, deepest) {
                    Some(text) => forgotten(&text, (Layer::Text, deepest - 1), uuid, words),
                    None => words.erased(&text),
                };
                if let Some(instead) = instead {
                    cuts.say(&node.part, &instead);
                }
            }
            _ => {}
        }
    });
    cuts.made(json)
}

/// The document with another name and address in the objects that mean the person; in those of our own API that lack one,
/// it is put in.
fn updated(document: &str, uuid: &str, name: Option<&str>, email: Option<&str>) -> Option<String> {
    let tree = Tree::of(document)?;
    let meant = meant(&tree, Layer::Document, uuid);
    let mut cuts = Cuts::default();
    tree.visit(|at, path| {
        let Some(within) = Layer::Document.within(path) else { return };
        let node = &tree.nodes[at];
        let is_member = meant.iter().any(|object| object.places.contains(&at) && within.len() == object.depth + 1);
        let new = match within.last().map_or("", |name| name) {
            "name" | "label" => name,
            "email" | "user_email" => email,
            _ => None,
        };
        let token = &document[node.part.clone()];
        if let Some(new) = new.filter(|_| is_member && (node.kind == Kind::Text || token == "null"))
            && !tree.said(at).is_some_and(|old| old == new || old == FORGOTTEN)
        {
            cuts.say(&node.part, new);
        }
        let is_ours = matches!(path, [object] if ["actor", "impersonator", "targetUser"].contains(&&**object));
        if is_ours && meant.iter().any(|object| object.places.start == at + 1) {
            for (member, new) in [("name", name), ("email", email)] {
                if let Some(new) = new.filter(|_| tree.member(at, member).is_none()) {
                    cuts.put_in(node.part.end - 1, member, new);
                }
            }
        }
    });
    cuts.made(document)
}

/// What a text holds, if that is JSON and may be looked into.
fn json_in<'j>(tree: &Tree<'j>, at: usize, deepest: u8) -> Option<Cow<'j, str>> {
    let text = tree.said(at).filter(|_| tree.nodes[at].kind == Kind::Text && deepest > 0)?;
    let is_json = text.trim_start().starts_with(['{', '[']) && serde_json::from_str::<IgnoredAny>(&text).is_ok();
    is_json.then_some(text)
}

/// Parts of some JSON, and what is to stand there.
#[derive(Default)]
struct Cuts {
    cuts: Vec<(Range<usize>, String)>,
    /// New names of members.
    names: Vec<String>,
}

impl Cuts {
    fn say(&mut self, part: &Range<usize>, text: &str) {
        self.cuts.push((part.clone(), quoted(text)));
    }

    /// Two members of an object never come to have the same name.
    fn rename(&mut self, json: &str, part: &Range<usize>, name: &str) {
        let numbered = (2..).map(|number| quoted(&format!("{name} {number}")));
        let is_free = |name: &String| !self.names.contains(name) && !json.contains(name.as_str());
        let free = std::iter::once(quoted(name)).chain(numbered).find(is_free);
        if let Some(name) = free {
            self.names.push(name.clone());
            self.cuts.push((part.clone(), name));
        }
    }

    /// At the end of an object that has members.
    fn put_in(&mut self, end: usize, name: &str, text: &str) {
        self.cuts.push((end..end, format!(",{}:{}", quoted(name), quoted(text))));
    }

    /// The JSON with all of them; `None` where there are none.
    fn made(mut self, json: &str) -> Option<String> {
        if self.cuts.is_empty() {
            return None;
        }
        self.cuts.sort_by_key(|(part, _)| part.start);
        let (mut made, mut at) = (String::with_capacity(json.len()), 0);
        for (part, instead) in self.cuts {
            made.push_str(&json[at..part.start]);
            made.push_str(&instead);
            at = part.end;
        }
        made.push_str(&json[at..]);
        Some(made)
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::event::{Note, Sent};
    use serde_json::value::RawValue;
    use serde_json::{Value, json};

    fn forgotten(document: &Value) -> Option<Value> {
        let text = corrected(&document.to_string(), "u-1", &Correction::Forget { known: Vec::new() })?;
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
        assert_eq!(people(&document.to_string()), ["u-1", "u-1"]);
    }

    #[test]
    fn what_was_sent_to_another_api_forgets_as_well_and_stays_at_the_end() {
        let sent = r#"{"caller":{"user_id":7,"user_email":"a@b.test"},"n":1.50,"n":12345678901234567890123,"detail":"by a@b.test"}"#;
        let raw = RawValue::from_string(sent.to_owned()).unwrap();
        let note = Note { api: Some("epilot".into()), event: Some(&raw), ..Note::default() };
        let document = note.write(json!({"actor": {"uuid": "7", "email": "a@b.test"}}).to_string()).unwrap();
        let text = corrected(&document, "7", &Correction::Forget { known: Vec::new() }).unwrap();
        assert!(!text.contains("a@b.test") && text.starts_with("{\"actor\""));
        let sent = Sent::of(&text).unwrap();
        assert_eq!(
            sent.to("epilot"),
            Some(
                r#"{"caller":{"user_id":7,"user_email":"[forgotten]"},"n":1.50,"n":12345678901234567890123,"detail":"by [forgotten]"}"#
            )
        );
    }

    #[test]
    fn an_update_changes_the_name_and_the_address_alone() {
        let document = json!({"actor": {"uuid": "u-1", "name": "Ann", "email": "a@b.test"}, "description": "Ann"});
        let update = Correction::Update { name: Some("Anna".to_owned()), email: None };
        let text = corrected(&document.to_string(), "u-1", &update).unwrap();
        let expected = json!({"actor": {"uuid": "u-1", "name": "Anna", "email": "a@b.test"}, "description": "Ann"});
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), expected);
        assert_eq!(corrected(&text, "u-1", &update), None);
    }

    #[test]
    fn the_whole_name_goes_where_only_a_part_of_it_is_known() {
        let document = json!({"actor": {"uuid": "u-1", "name": "Ann Ward"}, "description": "Ann Ward invited Bo",
            "detail": r#"{"by":"ann w\u0061rd","Ann Ward":1,"ANN WARD":2}"#, "metadata": {"Ann Ward": 1, "x": "Ann"}});
        let known = vec!["Ann".to_owned()];
        let text = corrected(&document.to_string(), "u-1", &Correction::Forget { known }).unwrap();
        let event: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(event["description"], "[forgotten] invited Bo");
        assert_eq!(event["detail"], r#"{"by":"[forgotten]","[forgotten]":1,"[forgotten] 2":2}"#);
        assert_eq!(event["metadata"], json!({"[forgotten]": 1, "x": "[forgotten]"}));
    }

    #[test]
    fn only_the_facts_of_an_event_keep_their_words_and_only_names_are_looked_for() {
        let document = json!({"action": "failure", "outcome": "failure", "client": {"uuid": "admin"}, "crud": "read",
            "actor": {"uuid": "u-1", "name": "Ann Ward", "metadata": {"role": "admin", "last": "failure", "key": "Ann Ward"}},
            "target": {"type": "admin", "uuid": "Ann Ward", "label": "admin"}, "changes": [{"field": "role", "after": "admin"}],
            "metadata": {"action": "Ann Ward accepted"}, "fields": {"client": "Ann Ward"},
            "context": {"client": {"location": "Ann Ward's"}}});
        let mut expected = document.clone();
        let said = json!({"role": FORGOTTEN, "last": FORGOTTEN, "key": FORGOTTEN});
        expected["actor"] = json!({"uuid": "u-1", "name": FORGOTTEN, "metadata": said});
        expected["metadata"]["action"] = "[forgotten] accepted".into();
        expected["fields"]["client"] = FORGOTTEN.into();
        expected["context"]["client"]["location"] = "[forgotten]'s".into();
        assert_eq!(forgotten(&document), Some(expected));
    }

    #[test]
    fn whoever_only_the_original_or_json_in_a_text_means_is_known() {
        let sent = r#"{"actor":{"id":"admin"},"user":{"id":"u-1","name":"Ann"},"detail":"{\"caller\":{\"id\":7}}"}"#;
        let raw = RawValue::from_string(sent.to_owned()).unwrap();
        let note = Note { api: Some("auditledge".into()), event: Some(&raw), ..Note::default() };
        let document = note.write(r#"{"actor":{"uuid":"admin"}}"#.to_owned()).unwrap();
        assert_eq!(people(&document), ["admin", "admin", "u-1", "7"]);
        let text = corrected(&document, "u-1", &Correction::Forget { known: Vec::new() }).unwrap();
        assert_eq!(text, document.replace("\"Ann\"", "\"[forgotten]\""));
    }

    #[test]
    fn an_update_puts_a_name_where_there_was_none_and_gives_nobody_forgotten_one() {
        let update = Correction::Update { name: Some("Ann".to_owned()), email: None };
        let text = corrected(r#"{"actor":{"uuid":"u-1"},"x":1.50}"#, "u-1", &update);
        assert_eq!(text.as_deref(), Some(r#"{"actor":{"uuid":"u-1","name":"Ann"},"x":1.50}"#));
        assert_eq!(corrected(r#"{"actor":{"uuid":"u-1","name":"[forgotten]"}}"#, "u-1", &update), None);
    }
}
