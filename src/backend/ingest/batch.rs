//! From a request's bytes to the events to store, or to every fault in them.

use super::desk::{Desk, Past};
use super::document;
use super::place::{Place, said};
use crate::backend::storage::Append;
use crate::domain::limits::LIMITS;
use crate::domain::problem::{Faults, Problem};
use serde::de::{Deserialize, Deserializer, IgnoredAny, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;

/// Most faults that one answer lists.
pub(super) const MOST_FAULTS: usize = 100;

/// Why a batch is not stored, and how many events it had as far as is known.
#[derive(Debug)]
pub(super) struct Refused {
    pub events: u64,
    pub problem: Problem,
}

/// Reads and checks a whole body.
pub(super) fn read(body: &[u8], desk: &Desk<'_>) -> Result<Vec<Append>, Refused> {
    let refused = |events, problem| Refused { events, problem };
    let text = text_of(body).map_err(|problem| refused(0, problem))?;
    let mut faults = Faults::default();
    let texts = split(text, &mut faults).map_err(|problem| refused(0, problem))?;
    let events = texts.count;
    if events > LIMITS.events_per_request {
        let what = "The number of events in the request".to_owned();
        return Err(refused(events, Problem::TooLarge { what, limit: LIMITS.events_per_request }));
    }
    let mut batch = Vec::with_capacity(texts.kept.len());
    for (at, event) in texts.kept {
        if faults.len() > MOST_FAULTS {
            break;
        }
        batch.extend(check(text, (at, event), desk, &mut faults));
    }
    first(faults).or(batch).map_err(|problem| refused(events, problem))
}

/// Whether a body is one event, and no list or lines of several.
pub(super) fn is_one(body: &[u8]) -> Result<(), Problem> {
    let text = text_of(body)?;
    let one: &RawValue = serde_json::from_str(text).map_err(|error| broken(text, &error))?;
    if one.get().starts_with('{') {
        Ok(())
    } else {
        Err(Problem::invalid("body", "expected one event as a JSON object"))
    }
}

fn text_of(body: &[u8]) -> Result<&str, Problem> {
    let text = std::str::from_utf8(body).map_err(|error| {
        Problem::invalid("body", format!("expected UTF-8, which ends at byte {}", error.valid_up_to()))
    })?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

fn broken(text: &str, error: &serde_json::Error) -> Problem {
    let place = Place::of(text, text).within(error);
    Problem::invalid("body", format!("expected JSON: {} {place}", said(error)))
}

/// The events' own texts, each with its place in the order.
#[derive(Default)]
struct Texts<'a> {
    kept: Vec<(u64, &'a str)>,
    /// All there were, of which no more are kept than a request may have.
    count: u64,
}

impl<'a> Texts<'a> {
    fn push(&mut self, text: Option<&'a str>) {
        if self.count < LIMITS.events_per_request {
            self.kept.extend(text.map(|text| (self.count, text)));
        }
        self.count += 1;
    }
}

/// An array, one value, or a value on each line: the text itself tells. In NDJSON each broken line is a fault of its
/// own; any other broken text has no parts that could be trusted.
fn split<'a>(text: &'a str, faults: &mut Faults) -> Result<Texts<'a>, Problem> {
    let trimmed = text.trim_start();
    if trimmed.is_empty() {
        return Err(Problem::invalid("body", "expected a JSON array of events, one event, or an event on each line"));
    }
    if trimmed.starts_with('[') {
        return serde_json::from_str(text).map_err(|error| broken(text, &error));
    }
    let first_line = trimmed.lines().next().unwrap_or_default();
    if first_line.len() < trimmed.trim_end().len() && serde_json::from_str::<&RawValue>(first_line).is_ok() {
        return Ok(lines(text, faults));
    }
    let event: &RawValue = serde_json::from_str(text).map_err(|error| broken(text, &error))?;
    let mut texts = Texts::default();
    texts.push(Some(event.get()));
    Ok(texts)
}

fn lines<'a>(text: &'a str, faults: &mut Faults) -> Texts<'a> {
    let mut texts = Texts::default();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let event = serde_json::from_str::<&RawValue>(line);
        if let Err(error) = &event
            && faults.len() <= MOST_FAULTS
        {
            let place = Place::of(text, line).within(error);
            faults.add(format!("[{}]", texts.count), format!("expected JSON: {} {place}", said(error)));
        }
        texts.push(event.ok().map(RawValue::get));
    }
    texts
}

impl<'de: 'a, 'a> Deserialize<'de> for Texts<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Array;
        impl<'de> Visitor<'de> for Array {
            type Value = Texts<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an array of events")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                let mut texts = Texts::default();
                while texts.count < LIMITS.events_per_request {
                    let Some(event) = list.next_element::<&RawValue>()? else { return Ok(texts) };
                    texts.push(Some(event.get()));
                }
                while list.next_element::<IgnoredAny>()?.is_some() {
                    texts.push(None);
                }
                Ok(texts)
            }
        }
        deserializer.deserialize_seq(Array)
    }
}

/// One event, ready to store; `None` leaves a fault behind.
fn check(body: &str, (at, event): (u64, &str), desk: &Desk<'_>, faults: &mut Faults) -> Option<Append> {
    let path = &*format!("[{at}]");
    if !fits(event, path, faults) {
        return None;
    }
    let repeat = desk.repeat.map(|request| format!("{request}:{at}"));
    let past = Past { repeat: repeat.as_deref(), ..Past::default() };
    document::sound(event).and_then(|()| desk.take(event, &past, path, faults)).unwrap_or_else(|error| {
        faults.add(path, format!("{} {}", error.reason, Place::of(body, event.get(error.at..).unwrap_or(event))));
        None
    })
}

/// Whether a text may be an event: an object, and not too long.
pub(super) fn fits(event: &str, path: &str, faults: &mut Faults) -> bool {
    let before = faults.len();
    if event.len() as u64 > LIMITS.event_bytes {
        faults.add(path, format!("expected at most {} bytes, found {}", LIMITS.event_bytes, event.len()));
    } else if !event.starts_with('{') {
        faults.add(path, "expected an object");
    }
    faults.len() == before
}

/// No more faults than anybody reads, and a word about the others.
fn first(faults: Faults) -> Faults {
    if faults.len() <= MOST_FAULTS {
        return faults;
    }
    let mut shown = Faults::default();
    for (path, expected) in faults.iter().take(MOST_FAULTS) {
        for expected in expected {
            shown.add(path, expected);
        }
    }
    shown.add("body", format!("only {MOST_FAULTS} faults are listed; there are more"));
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::ingest::rules::Rules;
    use crate::domain::access::KeyId;
    use crate::domain::time::Timestamp;

    fn read(body: &[u8]) -> Result<Vec<Append>, Refused> {
        let (rules, key) = (Rules::default(), KeyId::parse("ck_1").unwrap());
        let desk =
            Desk { rules: &rules, translation: None, repeat: None, key: Some(&key), now: Timestamp::from_millis(0) };
        super::read(body, &desk)
    }

    const EVENT: &str = r#"{"client":{"uuid":"c"},"action":"a","actor":{"uuid":"u"}}"#;

    fn faults(body: &str) -> Vec<(String, String)> {
        match read(body.as_bytes()) {
            Err(Refused { problem: Problem::Invalid { faults }, .. }) => {
                faults.iter().map(|(path, expected)| (path.to_owned(), expected.join("; "))).collect()
            }
            other => panic!("{other:?}"),
        }
    }

    fn count(body: &str) -> usize {
        read(body.as_bytes()).unwrap().len()
    }

    #[test]
    fn an_array_an_object_and_lines_are_told_apart_by_content() {
        assert_eq!(count(&format!("[{EVENT},\n {EVENT}]")), 2);
        assert_eq!(count("[]"), 0);
        assert_eq!(count(&EVENT.replace(',', ",\n  ")), 1);
        assert_eq!(count(&format!("\u{feff}{EVENT}\n")), 1);
        assert_eq!(count(&format!("{EVENT}\r\n\n{EVENT}\n{EVENT}\n")), 3);
    }

    #[test]
    fn broken_json_is_named_with_its_line_and_column() {
        assert_eq!(
            faults("[{},\n {\"a\" 1}]"),
            [("body".into(), "expected JSON: expected `:` at line 2, column 7".into())]
        );
        assert_eq!(faults(&format!("{EVENT}\n{{\"a\"\n{EVENT}\n}}"))[0].0, "[1]");
        assert_eq!(
            faults(&format!("{EVENT}\n{{]\n{EVENT}\n!"))[0].1,
            "expected JSON: key must be a string at line 2, column 2"
        );
        assert_eq!(faults(&format!("{EVENT}\n{{]\n{EVENT}\n!"))[1].0, "[3]");
        assert_eq!(faults("action=x")[0].1, "expected JSON: expected value at line 1, column 1");
        assert_eq!(faults("")[0].0, "body");
    }

    #[test]
    fn what_no_reader_could_read_is_refused() {
        let with = |extra: &str| format!("[\n{},{extra}}}]", EVENT.strip_suffix('}').unwrap());
        assert_eq!(faults(&with(r#""action":"b""#)), [("[0].action".into(), "expected this name once only".into())]);
        assert_eq!(count(&with(r#""x":"\ud800","\udc00":1e999,"action\u0000":"\u0001""#)), 1);
        let deep = format!("\"x\":{}{}", "[".repeat(64), "]".repeat(64));
        assert!(faults(&with(&deep))[0].1.starts_with("expected at most 64 levels of nesting at line 2, column"));
        assert_eq!(count(&with(&format!("\"x\":{}{}", "[".repeat(63), "]".repeat(63)))), 1);
        assert_eq!(faults("[1]"), [("[0]".into(), "expected an object".into())]);
        let Err(Refused { problem: Problem::Invalid { faults }, .. }) = read(b"{\"a\":\"\xff\"}") else { panic!() };
        assert_eq!(faults.iter().next().unwrap().1, ["expected UTF-8, which ends at byte 6"]);
    }

    #[test]
    fn too_many_events_are_counted_and_none_is_kept() {
        let body = format!("[{}1]", "1,".repeat(5_000));
        let Err(refused) = read(body.as_bytes()) else { panic!() };
        assert_eq!(refused.events, 5_001);
        assert!(matches!(refused.problem, Problem::TooLarge { limit: 5_000, .. }));
    }

    #[test]
    fn no_more_than_a_hundred_faults_are_listed() {
        let found = faults(&format!("[{}{{}}]", "{},".repeat(200)));
        assert_eq!(found.len(), 101);
        assert_eq!(found.last().unwrap().1, "only 100 faults are listed; there are more");
    }
}
