//! Histories: files of events as each API's customers can take them out of it. Here they are told apart, and brought into
//! the words in which they were once sent.

pub use super::fields::put;

use super::fields::at;
use super::{auditledge, epilot, native, retraced, workos};
use crate::backend::export::unguarded;
use crate::backend::ingest::{Item, Translation};
use crate::domain::access::ClientId;
use crate::domain::json;
use crate::domain::time::epoch_number;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

/// Whose events a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Ours.
    Native,
    AuditLedge,
    WorkOs,
    /// AuditLog.co, whose events have our own shape.
    AuditLog,
    Epilot,
    Retraced,
}

/// What an API's customers can take out of it.
pub trait History: Sync {
    /// How its events become ours; `None` for our own.
    fn translation(&self) -> Option<&'static dyn Translation>;

    /// Where an event, as it is sent, names whose log it belongs to.
    fn client(&self) -> &'static str;

    /// Whether an event is certainly one of its: none of another API's looks like this.
    fn is_one(&self, event: &Value) -> bool;

    /// Titles that its tables have together, and no other API's.
    fn signs(&self) -> &'static [&'static str];

    /// What its tables may have.
    fn columns(&self) -> &'static [Column];

    /// An event as it was taken out, in the words in which it was sent.
    fn sent(&self, event: Value) -> Taken;
}

/// A column of a table: its title, the path of its cells in an event, and what stands in them.
pub type Column = (&'static str, &'static str, Cell);

/// What stands in a cell. One that holds something else is handed on as text, and found when the event is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell {
    Text,
    Json,
    /// A date and time, or seconds or milliseconds since 1970.
    Moment,
    /// A number without a fraction.
    Whole,
    /// `true` or `false`, or `1` and `0`.
    Flag,
}

/// An event as it was sent, and what else was said of it.
#[derive(Debug, Default, PartialEq)]
pub struct Taken {
    pub event: Value,
    /// Its id there, if it is to be known by it here.
    pub uuid: Option<String>,
    /// What repeats of it are known by; its line and its text where `None`.
    pub repeat: Option<String>,
    /// Of an event that another Daybook kept: the API that it was sent to at first, and where something was masked.
    pub api: Option<String>,
    pub masked: Vec<String>,
}

impl Taken {
    /// An event that says all of itself.
    pub fn of(event: Value) -> Self {
        Self { event, ..Self::default() }
    }

    /// An event that is known by its id.
    pub fn known_by(event: Value, id: Option<String>) -> Self {
        Self { event, uuid: id.filter(|id| !id.trim().is_empty()), ..Self::default() }
    }
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Native, Self::AuditLedge, Self::WorkOs, Self::AuditLog, Self::Epilot, Self::Retraced];

    /// Its word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Native => "native",
            Self::AuditLedge => "auditledge",
            Self::WorkOs => "workos",
            Self::AuditLog => "auditlog",
            Self::Epilot => "epilot",
            Self::Retraced => "retraced",
        }
    }

    /// The format of a word.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.word() == word)
    }

    /// What its files are like.
    pub fn history(self) -> &'static dyn History {
        match self {
            Self::Native | Self::AuditLog => &native::history::Files,
            Self::AuditLedge => &auditledge::history::Files,
            Self::WorkOs => &workos::history::Files,
            Self::Epilot => &epilot::history::Files,
            Self::Retraced => &retraced::history::Files,
        }
    }

    /// Whose event this is, where only one answer is possible. Those of AuditLog.co are told as ours.
    pub fn of_event(event: &Value) -> Option<Self> {
        Self::only(|history| history.is_one(event))
    }

    /// Whose table has these titles, likewise.
    pub fn of_titles(titles: &[String]) -> Option<Self> {
        let has = |sign: &&str| titles.iter().any(|title| same(title) == same(sign));
        Self::only(|history| history.signs().iter().all(has))
    }

    fn only(is: impl Fn(&dyn History) -> bool) -> Option<Self> {
        let mut found = Self::ALL.into_iter().filter(|format| *format != Self::AuditLog && is(format.history()));
        found.next().filter(|_| found.next().is_none())
    }

    /// The column of a title, however its words are joined.
    pub fn column(self, title: &str) -> Option<&'static Column> {
        self.history().columns().iter().find(|(known, ..)| same(known) == same(title))
    }

    /// An event of a file, ready to be taken in: `text` is its JSON, and `client` whose it is where it names nobody. What
    /// is no JSON is handed on, to be refused by its fault.
    pub fn item(self, text: &str, line: u64, client: Option<&ClientId>) -> Item {
        let repeat = || repeat_of(text, line);
        let as_it_is =
            |json: &str| Item { json: json.to_owned(), uuid: None, repeat: repeat(), api: None, masked: Vec::new() };
        let is_ours = self.history().translation().is_none();
        if client.is_none() && is_ours && native::history::is_as_sent(text) {
            return as_it_is(text);
        }
        let Ok(event @ Value::Object(_)) = json::value(text) else { return as_it_is(text) };
        let taken = self.history().sent(event);
        let mut event = taken.event;
        let named = |value: &Value| value.as_str().map_or(!value.is_null(), |text| !text.trim().is_empty());
        if let Some(client) = client.filter(|_| !at(&event, self.history().client()).is_some_and(named)) {
            put(&mut event, self.history().client(), client.as_str().into());
        }
        let Taken { uuid, repeat: known_by, api, masked, .. } = taken;
        Item { json: event.to_string(), uuid, repeat: known_by.unwrap_or_else(repeat), api, masked }
    }

    /// A table's row as an event: `None` where all its cells are empty. What no column is known for stays under its title.
    pub fn row<'c>(self, cells: impl Iterator<Item = (&'c str, Option<&'static Column>, &'c str)>) -> Option<Value> {
        // Daybook writes tables with these titles, whose cells may be guarded.
        let is_written_here = matches!(self, Self::Native | Self::AuditLedge);
        let mut event = Value::Object(Map::new());
        let mut is_empty = true;
        for (title, column, text) in cells.filter(|(.., text)| !text.is_empty()) {
            is_empty = false;
            let text = if is_written_here { unguarded(text) } else { text };
            match column {
                Some((_, path, cell)) => put(&mut event, path, cell.value(text)),
                None => event[title] = text.into(),
            }
        }
        (!is_empty).then_some(event)
    }
}

impl Cell {
    fn value(self, text: &str) -> Value {
        let read = match self {
            Self::Text => None,
            Self::Json => json::value(text).ok(),
            Self::Moment => epoch_number(text).and_then(|number| json::value(number).ok()),
            Self::Whole => text.trim().parse::<i64>().ok().map(Value::from),
            Self::Flag => match text.trim().to_ascii_lowercase().as_str() {
                "true" | "1" => Some(true.into()),
                "false" | "0" => Some(false.into()),
                _ => None,
            },
        };
        read.unwrap_or_else(|| text.into())
    }
}

/// What repeats of an event without an id are known by: its line in the file, and its text.
pub fn repeat_of(text: &str, line: u64) -> String {
    let digest = Sha256::new().chain_update(line.to_le_bytes()).chain_update(text).finalize();
    format!("line:{}", URL_SAFE_NO_PAD.encode(digest))
}

/// Equal for titles that only join or spell their words differently.
fn same(title: &str) -> String {
    title.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Without what nobody said: nulls, texts of nothing and objects of those. What a sender put under one of these names is
/// theirs, and stays as it is.
pub fn without_nothing(value: Value, theirs: &[&str]) -> Value {
    match value {
        Value::Object(object) => object
            .into_iter()
            .map(|(name, value)| {
                let value = if theirs.contains(&name.as_str()) { value } else { without_nothing(value, theirs) };
                (name, value)
            })
            .filter(|(_, value)| !is_nothing(value))
            .collect(),
        other => other,
    }
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Object(object) => object.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Takes a member out of an object, as a text.
pub fn take_text(event: &mut Value, name: &str) -> Option<String> {
    match event.as_object_mut()?.remove(name)? {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Moves members of an object to paths within it; one that holds nothing is left out.
pub fn nest(event: &mut Value, moves: &[(&str, &str)]) {
    for (from, to) in moves {
        let taken = event.as_object_mut().and_then(|object| object.remove(*from));
        if let Some(value) = taken.filter(|value| !is_nothing(value)) {
            put(event, to, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn digits_where_a_moment_stands_count_from_1970_and_numbers_in_cells_keep_their_text() {
        for (text, value) in [
            ("1768478400", json!(1_768_478_400)),
            ("1768478400000", json!(1_768_478_400_000_u64)),
            ("20260115", json!("20260115")),
            ("2026-01-15", json!("2026-01-15")),
        ] {
            assert_eq!(Cell::Moment.value(text), value);
        }
        assert_eq!(Cell::Json.value("[1e400,1.50]").to_string(), "[1e400,1.50]");
        let text = r#"{"action":"a","actor":{"uuid":"u"},"metadata":{"a":1e400,"b":1.50}}"#;
        let item = Format::Native.item(text, 1, Some(&ClientId::parse("c").unwrap()));
        assert!(item.json.contains(r#"{"a":1e400,"b":1.50}"#), "{}", item.json);
    }

    /// An event of each API, as it is sent and as it is taken out.
    fn events() -> Vec<(Format, Value)> {
        vec![
            (Format::Native, json!({"client": {"uuid": "c"}, "action": "a", "actor": {"uuid": "u"}})),
            (
                Format::AuditLedge,
                json!({"actor": {"id": "u"}, "action": "a", "resource": {"type": "t", "id": "r"}, "organization_id": "c"}),
            ),
            (
                Format::AuditLedge,
                json!({"id": "1", "timestamp": "2026-01-01T00:00:00Z", "actor_id": "u", "action": "a", "resource_type": "t",
                    "resource_id": "r", "organization_id": "c"}),
            ),
            (
                Format::WorkOs,
                json!({"organization_id": "c", "event": {"action": "a", "occurred_at": "2026-01-01T00:00:00Z",
                    "actor": {"id": "u", "type": "user"}, "targets": [], "context": {"location": "Oslo"}}}),
            ),
            (
                Format::WorkOs,
                json!({"organization_id": "c", "action": "a", "occurred_at": "2026-01-01T00:00:00Z", "actor": {"id": "u",
                    "type": "user"}, "targets": [], "context": {"location": "Oslo"}}),
            ),
            (
                Format::Epilot,
                json!({"id": "1", "org_id": "c", "service_name": "s", "event_name": "a", "caller": {"user_id": "u"}}),
            ),
            (Format::Retraced, json!({"action": "a", "crud": "c", "group": {"id": "c"}, "actor": {"id": "u"}})),
            (
                Format::Retraced,
                json!({"id": "1", "action": "a", "crud": "c", "received": "2026-01-01T00:00:00Z", "group": {"id": "c"},
                    "canonical_time": "2026-01-01T00:00:00Z", "actor": {"id": "u", "fields": null}}),
            ),
        ]
    }

    #[test]
    fn events_tell_whose_they_are_and_what_nobody_s_is_does_not() {
        for (format, event) in events() {
            assert_eq!(Format::of_event(&event), Some(format), "{event}");
        }
        for event in [json!({}), json!({"action": "a"}), json!([1]), json!({"action": "a", "actor": {"id": "u"}})] {
            assert_eq!(Format::of_event(&event), None, "{event}");
        }
    }

    #[test]
    fn what_is_sent_already_stays_as_it_is_but_for_its_id() {
        for (format, event) in events() {
            let once = format.history().sent(event);
            let twice = format.history().sent(once.event.clone());
            assert_eq!(once.event, twice.event, "{format:?}");
        }
    }

    #[test]
    fn titles_tell_whose_a_table_is_and_may_join_their_words_in_any_way() {
        let titles = |list: &str| list.split(',').map(str::to_owned).collect::<Vec<_>>();
        for (format, list) in [
            (Format::Native, "id,time,client.uuid,action,crud"),
            (Format::Native, "Client UUID,Action"),
            (Format::AuditLedge, "id,timestamp,actor_id,actor_name,action,resource_type,resource_id"),
            (Format::WorkOs, "id,action,occurred_at,actor_id"),
            (Format::Retraced, "action,crud,canonical_time,actor_name"),
            (Format::Epilot, "event_name,timestamp"),
        ] {
            assert_eq!(Format::of_titles(&titles(list)), Some(format), "{list}");
        }
        assert_eq!(Format::of_titles(&titles("when,who,what")), None);
        assert_eq!(Format::AuditLedge.column("Actor-Id").map(|(_, path, _)| *path), Some("actor.id"));
    }

    #[test]
    fn an_event_that_names_nobody_belongs_to_whom_the_caller_says() {
        let client = ClientId::parse("acme").unwrap();
        for (format, event, path) in [
            (Format::Native, json!({"action": "a"}), "/client/uuid"),
            (Format::AuditLedge, json!({"action": "a"}), "/organization_id"),
            (Format::WorkOs, json!({"action": "a"}), "/organization_id"),
            (Format::Epilot, json!({"event_name": "a"}), "/org_id"),
            (Format::Retraced, json!({"action": "a", "group": {"id": ""}}), "/group/id"),
        ] {
            let item = format.item(&event.to_string(), 1, Some(&client));
            let json: Value = serde_json::from_str(&item.json).unwrap();
            assert_eq!(json.pointer(path), Some(&json!("acme")), "{format:?}");
        }
        let named = Format::Native.item(r#"{"client":{"uuid":"c"},"action":"a"}"#, 1, Some(&client));
        assert_eq!(named.json, r#"{"action":"a","client":{"uuid":"c"}}"#);
    }

    #[test]
    fn equal_events_on_two_lines_are_two_and_on_one_line_are_one() {
        let item = |text, line| Format::Native.item(text, line, None).repeat;
        assert_eq!(item("{}", 1), item("{}", 1));
        assert_ne!(item("{}", 1), item("{}", 2));
        assert_ne!(item("{}", 1), item(r#"{"a":1}"#, 1));
    }
}
