//! A file's events: from values of JSON or from rows of a table, each with the line on which it begins.

use super::values::{Found, Values, line_ends};
use anyhow::{Context, bail, ensure};
use daybook::http::history::{Column, Format};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use std::collections::VecDeque;
use std::io::BufRead;

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

/// What the caller says of a file; the rest is asked of the file itself.
#[derive(Debug, Clone)]
pub struct Asked {
    pub format: Option<Format>,
    /// Titles of columns, and the titles that the format knows for them.
    pub map: Vec<(String, String)>,
}

/// The events of a file.
pub struct Events {
    pub format: Format,
    /// The file told its format, not the caller.
    pub is_guess: bool,
    form: Form,
}

enum Form {
    Json { values: Values, waiting: VecDeque<Line>, in_pages: bool },
    Table(Box<Table>),
}

struct Table {
    rows: csv::Reader<Box<dyn BufRead + Send>>,
    titles: Vec<(String, Option<&'static Column>)>,
}

impl Events {
    /// Finds out what a file holds.
    pub fn of(mut reader: Box<dyn BufRead + Send>, asked: &Asked) -> anyhow::Result<Self> {
        match first_sign(&mut reader)? {
            Some(b'{' | b'[') | None => Self::of_json(Values::new(reader), asked),
            Some(_) => Self::of_table(reader, asked),
        }
    }

    fn of_json(mut values: Values, asked: &Asked) -> anyhow::Result<Self> {
        ensure!(asked.map.is_empty(), "--map names columns, and this file is no table");
        let first = values.next()?;
        let in_pages = first.as_ref().and_then(|found| std::str::from_utf8(&found.text).ok()).is_some_and(is_page);
        let waiting: VecDeque<Line> = first.map(|first| lines(first, in_pages)).unwrap_or_default().into();
        let guess = || {
            let event = waiting.front()?.event.as_ref().ok()?;
            Format::of_event(&serde_json::from_str(event).ok()?)
        };
        let format = match asked.format.or_else(guess) {
            Some(format) => format,
            // Nothing of nobody's.
            None if waiting.is_empty() => Format::Native,
            None => bail!("cannot tell whose events these are; name it with --format"),
        };
        let form = Form::Json { values, waiting, in_pages };
        Ok(Self { format, is_guess: asked.format.is_none(), form })
    }

    fn of_table(mut reader: Box<dyn BufRead + Send>, asked: &Asked) -> anyhow::Result<Self> {
        let delimiter = delimiter(reader.fill_buf()?);
        let mut rows = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(reader);
        let titles: Vec<String> = rows.headers().context("cannot read the titles")?.iter().map(str::to_owned).collect();
        for (title, _) in &asked.map {
            ensure!(titles.contains(title), "--map names the column {title:?}, which is not in the file");
        }
        let known: Vec<String> = titles.iter().map(|title| renamed(title, &asked.map).to_owned()).collect();
        let format = asked.format.or_else(|| Format::of_titles(&known));
        let format =
            format.context("cannot tell whose table this is; name it with --format, and columns with --map")?;
        for (_, field) in &asked.map {
            ensure!(format.column(field).is_some(), "--map names {field:?}; expected one of {}", fields(format));
        }
        let columns: Vec<_> = known.iter().map(|title| format.column(title)).collect();
        ensure!(columns.iter().any(Option::is_some), "no column of this table is one of {}", fields(format));
        let titles = titles.into_iter().zip(columns).collect();
        Ok(Self { format, is_guess: asked.format.is_none(), form: Form::Table(Box::new(Table { rows, titles })) })
    }

    /// The next event, if there is one.
    pub fn next(&mut self) -> anyhow::Result<Option<Line>> {
        match &mut self.form {
            Form::Json { values, waiting, in_pages } => {
                while waiting.is_empty() {
                    let Some(found) = values.next()? else { return Ok(None) };
                    waiting.extend(lines(found, *in_pages));
                }
                Ok(waiting.pop_front())
            }
            Form::Table(table) => table.next(self.format),
        }
    }
}

/// The first byte that is no blank, which is left where it is.
fn first_sign(reader: &mut Box<dyn BufRead + Send>) -> anyhow::Result<Option<u8>> {
    let buffer = reader.fill_buf()?;
    Ok(buffer.iter().copied().find(|byte| !byte.is_ascii_whitespace()))
}

/// What parts the cells: as the titles have it.
fn delimiter(beginning: &[u8]) -> u8 {
    let titles = beginning.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |sign: u8| titles.split(|byte| *byte == sign).count();
    [b';', b'\t'].into_iter().find(|sign| count(*sign) > count(b',')).unwrap_or(b',')
}

fn renamed<'t>(title: &'t str, map: &'t [(String, String)]) -> &'t str {
    map.iter().find(|(from, _)| from == title).map_or(title, |(_, to)| to)
}

fn fields(format: Format) -> String {
    format.history().columns().iter().map(|(title, ..)| *title).collect::<Vec<_>>().join(", ")
}

/// What an API answers to a question: some of its events, and more.
#[derive(Deserialize)]
struct Page<'p> {
    #[serde(borrow, alias = "entries", alias = "logs", alias = "edges")]
    events: Option<Vec<&'p RawValue>>,
    #[serde(borrow, alias = "search")]
    data: Option<&'p RawValue>,
    /// Of an event alone.
    #[serde(borrow, alias = "event_name")]
    action: Option<&'p RawValue>,
}

/// An event among others, in what a search tells of it.
#[derive(Deserialize)]
struct Edge<'e> {
    #[serde(borrow)]
    node: Option<&'e RawValue>,
}

fn is_page(text: &str) -> bool {
    events_of(text).is_some()
}

/// The events of a page; `None` for what is none.
fn events_of(text: &str) -> Option<Vec<&str>> {
    let page: Page<'_> = serde_json::from_str(text).ok()?;
    match page {
        Page { action: Some(_), .. } => None,
        Page { events: Some(events), .. } => Some(events.into_iter().map(|event| of_edge(event.get())).collect()),
        Page { data: Some(data), .. } => events_of(data.get()),
        Page { .. } => None,
    }
}

fn of_edge(text: &str) -> &str {
    let edge = serde_json::from_str::<Edge<'_>>(text).ok();
    edge.and_then(|edge| edge.node).map_or(text, RawValue::get)
}

/// The events of a value: itself, or those of a page, each on its own line of the file.
fn lines(found: Found, in_pages: bool) -> Vec<Line> {
    let Found { line: number, text } = found;
    let text = match String::from_utf8(text) {
        Ok(text) => text,
        Err(error) => {
            let reason = format!("expected UTF-8, which ends at byte {}", error.utf8_error().valid_up_to());
            let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
            return vec![Line { number, event: Err(Unreadable { text, reason }) }];
        }
    };
    let Some(events) = Some(&text).filter(|_| in_pages).and_then(|text| events_of(text)) else {
        return vec![Line { number, event: Ok(text) }];
    };
    let on = |event: &str| {
        let before = (event.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
        number + line_ends(&text.as_bytes()[..before])
    };
    events.into_iter().map(|event| Line { number: on(event), event: Ok(event.to_owned()) }).collect()
}

impl Table {
    fn next(&mut self, format: Format) -> anyhow::Result<Option<Line>> {
        let mut row = csv::ByteRecord::new();
        while self.rows.read_byte_record(&mut row)? {
            let number = row.position().map_or(0, csv::Position::line);
            match self.event(&row, format) {
                Ok(None) => {}
                Ok(Some(event)) => return Ok(Some(Line { number, event: Ok(event.to_string()) })),
                Err(reason) => {
                    let cells: Vec<_> = row.iter().map(String::from_utf8_lossy).collect();
                    return Ok(Some(Line { number, event: Err(Unreadable { text: cells.join(","), reason }) }));
                }
            }
        }
        Ok(None)
    }

    fn event(&self, row: &csv::ByteRecord, format: Format) -> Result<Option<Value>, String> {
        if row.len() != self.titles.len() {
            return Err(format!("expected {} cells, found {}", self.titles.len(), row.len()));
        }
        let texts = row.iter().map(std::str::from_utf8).collect::<Result<Vec<_>, _>>();
        let texts = texts.map_err(|_| "expected UTF-8".to_owned())?;
        Ok(format.row(self.titles.iter().zip(texts).map(|((title, column), text)| (title.as_str(), *column, text))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events(text: &str) -> Vec<(u64, String)> {
        let asked = Asked { format: Some(Format::AuditLedge), map: Vec::new() };
        let mut events = Events::of(Box::new(std::io::Cursor::new(text.to_owned())), &asked).unwrap();
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
