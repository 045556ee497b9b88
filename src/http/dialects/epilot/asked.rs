//! What a search of epilot's API may say.

use crate::backend::search::LONGEST_PAGE;
use crate::domain::event::Ending;
use crate::domain::problem::{Faults, Problem};
use crate::domain::query::{Condition, Filter, Part};
use crate::domain::time::Timestamp;
use crate::http::dialects::fields::at;
use serde_json::Value;

/// Events on a page, unless asked otherwise.
const USUAL_PAGE: u32 = 50;
/// Most bytes of a search.
const LONGEST: usize = 64 * 1024;

/// A search, read. Names that the API does not know are passed over.
#[derive(Debug, PartialEq)]
pub struct Asked {
    pub filter: Filter,
    /// From 0.
    pub page: u64,
    pub limit: u32,
}

impl Asked {
    /// Reads a body; an empty one asks for everything.
    pub fn parse(body: &[u8]) -> Result<Self, Problem> {
        if body.len() > LONGEST {
            return Err(Problem::TooLarge { what: "The search".to_owned(), limit: LONGEST as u64 });
        }
        let asked = if body.trim_ascii().is_empty() {
            Value::Object(serde_json::Map::new())
        } else {
            let broken = |error: serde_json::Error| Problem::invalid("body", format!("expected JSON: {error}"));
            serde_json::from_slice(body).map_err(broken)?
        };
        if !asked.is_object() {
            return Err(Problem::invalid("body", "expected an object"));
        }
        let mut reading = Reading { asked: &asked, faults: Faults::default() };
        let limit = reading.whole("limit").unwrap_or(u64::from(USUAL_PAGE)).min(u64::from(LONGEST_PAGE));
        let page = reading.whole("page").unwrap_or(0);
        let filter = reading.filter();
        reading.faults.or(Self { filter, page, limit: u32::try_from(limit).unwrap_or(LONGEST_PAGE) })
    }
}

struct Reading<'r> {
    asked: &'r Value,
    faults: Faults,
}

impl<'r> Reading<'r> {
    fn filter(&mut self) -> Filter {
        let mut filter = Filter::default();
        for (path, part) in
            [("service_name", Part::Service), ("method", Part::Method), ("user.email", Part::ActorEmail)]
        {
            filter.conditions.extend(self.text(path).map(|text| Condition::exactly(part, text)));
        }
        match self.text("event_name") {
            // A star is one.
            Some(name) if name.contains('*') => filter.conditions.push(Condition::exactly(Part::Action, name)),
            name => filter.action = name,
        }
        filter.actor = self.text("user.user_id");
        filter.outcome = self.outcome();
        // An object, or one moment; a bare date is all of its day.
        let (from, through) = match self.given("timestamp") {
            Some(Value::String(_)) => ("timestamp", "timestamp"),
            Some(Value::Object(_)) => ("timestamp.from", "timestamp.to"),
            Some(_) => {
                self.faults.add("timestamp", "expected an object with from and to, or a text");
                return filter;
            }
            None => return filter,
        };
        filter.from = self.moment(from, Timestamp::parse);
        filter.through = self.moment(through, Timestamp::parse_end);
        filter
    }

    fn given(&self, path: &str) -> Option<&'r Value> {
        at(self.asked, path).filter(|value| !value.is_null() && **value != "")
    }

    /// A text; a number counts as the text of it.
    fn text(&mut self, path: &str) -> Option<String> {
        match self.given(path)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => self.fault(path, "expected a text"),
        }
    }

    fn whole(&mut self, path: &str) -> Option<u64> {
        let value = self.given(path)?;
        let number = value.as_u64().or_else(|| value.as_str()?.trim().parse().ok());
        number.or_else(|| self.fault(path, "expected a whole number"))
    }

    fn outcome(&mut self) -> Option<Ending> {
        match self.given("outcome")?.as_str() {
            Some("success") => Some(Ending::Success),
            Some("failure") => Some(Ending::Failure),
            _ => self.fault("outcome", "expected success or failure"),
        }
    }

    fn moment<E: ToString>(&mut self, path: &str, read: fn(&str) -> Result<Timestamp, E>) -> Option<Timestamp> {
        let text = self.text(path)?;
        read(&text).map_or_else(|error| self.fault(path, &error.to_string()), Some)
    }

    fn fault<T>(&mut self, path: &str, expected: &str) -> Option<T> {
        self.faults.add(path, expected);
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_asks_for_everything() {
        for body in ["", " ", "{}", r#"{"user":{"email":null},"service_name":"","colour":1}"#] {
            let expected = Asked { filter: Filter::default(), page: 0, limit: USUAL_PAGE };
            assert_eq!(Asked::parse(body.as_bytes()).unwrap(), expected, "{body}");
        }
    }

    #[test]
    fn a_moment_may_be_a_text_and_a_user_a_number() {
        let asked = Asked::parse(br#"{"timestamp":"2026-01-02","user":{"user_id":7},"limit":"5","page":2}"#).unwrap();
        assert_eq!(asked.filter.from.unwrap().to_string(), "2026-01-02T00:00:00.000Z");
        assert_eq!(asked.filter.through.unwrap().to_string(), "2026-01-02T23:59:59.999Z");
        assert_eq!((asked.filter.actor.as_deref(), asked.limit, asked.page), (Some("7"), 5, 2));
        let range = Asked::parse(br#"{"timestamp":{"from":"2026-01-02T00:00:00Z"}}"#).unwrap().filter;
        assert_eq!((range.from.is_some(), range.through), (true, None));
    }

    #[test]
    fn every_wrong_value_is_named() {
        let body = br#"{"timestamp":{"from":"soon","to":[]},"outcome":"maybe","limit":-1,"method":{}}"#;
        let Err(Problem::Invalid { faults }) = Asked::parse(body) else { panic!() };
        let names: Vec<&str> = faults.iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["limit", "method", "outcome", "timestamp.from", "timestamp.to"]);
        let long = format!("{{\"x\":\"{}\"}}", "y".repeat(LONGEST));
        assert!(matches!(Asked::parse(long.as_bytes()), Err(Problem::TooLarge { .. })));
        for body in ["[]", "{", "\u{0}", "7"] {
            assert!(matches!(Asked::parse(body.as_bytes()), Err(Problem::Invalid { .. })), "{body}");
        }
    }
}
