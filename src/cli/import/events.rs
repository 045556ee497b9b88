//! A file's events: from values of JSON or from rows of a table, each with the line on which it begins.

use super::format::{EventFormat, Requested};
use super::pages::{Pages, entry};
use super::table::Table;
use super::values::{Found, Values, line_ends};
use std::collections::VecDeque;
use std::io::{BufRead, Cursor, Read};

/// Bytes at a file's beginning that tell what it is.
const BEGINNING: u64 = 64 * 1024;

/// An event of a file, or what stands where one should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub number: u64,
    pub event: Result<String, Unreadable>,
}

/// A part of a file that is no event at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    pub text: String,
    pub reason: String,
}

/// The events of a file.
pub struct Events {
    pub format: EventFormat,
    /// The file told its format, not the caller.
    pub is_guess: bool,
    form: Form,
}

enum Form {
    Json { values: Box<Values>, waiting: VecDeque<Line>, pages: Option<Pages> },
    Table(Box<Table>),
}

impl Events {
    /// Finds out what a file holds.
    pub fn of(mut reader: Box<dyn BufRead + Send>, requested: &Requested) -> anyhow::Result<Self> {
        let mut beginning = Vec::new();
        reader.by_ref().take(BEGINNING).read_to_end(&mut beginning)?;
        match beginning.iter().find(|byte| !byte.is_ascii_whitespace()) {
            Some(b'{' | b'[') | None => Self::of_json(Box::new(Cursor::new(beginning).chain(reader)), requested),
            Some(_) => {
                let (table, format) = Table::open(beginning, reader, requested)?;
                Ok(Self { format, is_guess: requested.format.is_none(), form: Form::Table(Box::new(table)) })
            }
        }
    }

    fn of_json(reader: Box<dyn BufRead + Send>, requested: &Requested) -> anyhow::Result<Self> {
        let pages = requested.pages();
        let mut values = Box::new(Values::new(reader, pages.clone()));
        let first = values.next()?;
        let is_page = |found: &Found| {
            let text = std::str::from_utf8(&found.text).ok();
            found.is_entry || text.is_some_and(|text| pages.events(text).is_some())
        };
        let pages = first.as_ref().is_some_and(is_page).then_some(pages);
        if pages.is_some() {
            values.expect_pages();
        }
        let waiting: VecDeque<Line> = first.map(|first| lines(first, pages.as_ref())).unwrap_or_default().into();
        let event = waiting.front().map(|line| line.event.as_ref().map_or("", String::as_str));
        let format = requested.of_json(event)?;
        Ok(Self { format, is_guess: requested.format.is_none(), form: Form::Json { values, waiting, pages } })
    }

    /// The next event, if there is one.
    pub fn next(&mut self) -> anyhow::Result<Option<Line>> {
        match &mut self.form {
            Form::Json { values, waiting, pages } => {
                while waiting.is_empty() {
                    let Some(found) = values.next()? else { return Ok(None) };
                    waiting.extend(lines(found, pages.as_ref()));
                }
                Ok(waiting.pop_front())
            }
            Form::Table(table) => table.next(&self.format),
        }
    }
}

/// The events of a value: itself, or those of a page, each on its own line of the file.
fn lines(found: Found, pages: Option<&Pages>) -> Vec<Line> {
    let Found { line: number, text, is_entry } = found;
    let text = match String::from_utf8(text) {
        Ok(text) => text,
        Err(error) => {
            let reason = format!("expected UTF-8, which ends at byte {}", error.utf8_error().valid_up_to());
            let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
            return vec![Line { number, event: Err(Unreadable { text, reason }) }];
        }
    };
    if is_entry {
        return vec![Line { number, event: Ok(entry(&text).to_owned()) }];
    }
    let Some(events) = pages.and_then(|pages| pages.events(&text)) else {
        return vec![Line { number, event: Ok(text) }];
    };
    let on = |event: &str| {
        let before = (event.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
        number + line_ends(&text.as_bytes()[..before])
    };
    events.into_iter().map(|event| Line { number: on(event), event: Ok(event.to_owned()) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use daybook::http::history::Format;

    fn events(text: &str) -> Vec<(u64, String)> {
        let format = Some(EventFormat::Spoken(Format::AuditLedge));
        let requested = Requested { format, ..Requested::default() };
        let mut events = Events::of(Box::new(Cursor::new(text.to_owned())), &requested).unwrap();
        let mut all = Vec::new();
        while let Some(line) = events.next().unwrap() {
            all.push((line.number, line.event.unwrap_or_else(|unreadable| unreadable.reason)));
        }
        all
    }

    fn expected(list: &[(u64, &str)]) -> Vec<(u64, String)> {
        list.iter().map(|(line, text)| (*line, (*text).to_owned())).collect()
    }

    #[test]
    fn pages_of_every_api_are_taken_apart() {
        for page in [
            "{\"events\": [{\"a\": 1},\n{\"a\": 2}], \"total\": 2}",
            "{\"_id\": {}, \"entries\": [{\"a\": 1},\n{\"a\": 2}]}",
            "{\"logs\": [{\"a\": 1},\n{\"a\": 2}]}",
            "{\"Records\": [{\"a\": 1},\n{\"a\": 2}]}",
            "{\"kind\": \"EventList\", \"items\": [{\"a\": 1},\n{\"a\": 2}]}",
            "{\"data\": {\"search\": {\"edges\": [{\"node\": {\"a\": 1}},\n{\"node\": {\"a\": 2}}]}}}",
        ] {
            assert_eq!(events(page), expected(&[(1, "{\"a\": 1}"), (2, "{\"a\": 2}")]), "{page}");
        }
        let event = r#"{"action":"a","events":[1]}"#;
        assert_eq!(events(event), expected(&[(1, event)]));
    }

    #[test]
    fn rows_are_events_by_their_titles_and_wrong_ones_say_what_is_wrong() {
        let table = "actor_id;action;more\nu;a;\"x\ny\"\n;;\nu;a\n";
        let event = r#"{"action":"a","actor":{"id":"u"},"more":"x\ny"}"#;
        assert_eq!(events(table), expected(&[(2, event), (5, "expected 3 cells, found 2")]));
    }
}
