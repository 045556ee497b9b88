//! A table's events, a row each.

use super::events::{Line, Unreadable};
use super::format::{EventFormat, Requested};
use super::line_ends::NumberedLines;
use anyhow::{Context, ensure};
use daybook::http::history::{Column, Format};
use serde_json::{Map, Value};
use std::io::{BufRead, Cursor, Read};

/// Signs that may part cells, the usual first.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// The rows of a table.
pub struct Table {
    rows: csv::Reader<NumberedLines<Box<dyn BufRead + Send>>>,
    titles: Vec<(String, Option<&'static Column>)>,
}

impl Table {
    /// Reads the titles. `beginning` is what has been read of the reader already.
    pub fn open(
        beginning: Vec<u8>,
        reader: Box<dyn BufRead + Send>,
        requested: &Requested,
    ) -> anyhow::Result<(Self, EventFormat)> {
        let (skipped, delimiter) = match declared_delimiter(&beginning) {
            Some((length, delimiter)) => (length, delimiter),
            None => (0, delimiter(&beginning)),
        };
        let mut text = Cursor::new(beginning);
        text.set_position(skipped as u64);
        let text: Box<dyn BufRead + Send> = Box::new(text.chain(reader));
        let lines = NumberedLines::new(text, 1 + u64::from(skipped > 0));
        let mut rows = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(lines);
        let titles: Vec<String> = rows.headers().context("cannot read the titles")?.iter().map(str::to_owned).collect();
        let format = requested.of_table(&titles)?;
        let titles = match &format {
            EventFormat::Spoken(format) => known_titles(titles, *format, requested)?,
            EventFormat::Mapped(_) => titles.into_iter().map(|title| (title, None)).collect(),
        };
        Ok((Self { rows, titles }, format))
    }

    /// The next row that has something in it.
    pub fn next(&mut self, format: &EventFormat) -> anyhow::Result<Option<Line>> {
        let mut row = csv::ByteRecord::new();
        while self.rows.read_byte_record(&mut row)? {
            let byte = row.position().map_or(0, csv::Position::byte);
            let number = self.rows.get_mut().line_at(byte);
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

    fn event(&self, row: &csv::ByteRecord, format: &EventFormat) -> Result<Option<Value>, String> {
        if row.len() != self.titles.len() {
            return Err(format!("expected {} cells, found {}", self.titles.len(), row.len()));
        }
        let texts = row.iter().map(std::str::from_utf8).collect::<Result<Vec<_>, _>>();
        let texts = texts.map_err(|_| "expected UTF-8".to_owned())?;
        let cells = self.titles.iter().zip(texts);
        Ok(match format {
            EventFormat::Spoken(format) => {
                format.row(cells.map(|((title, column), text)| (title.as_str(), *column, text)))
            }
            EventFormat::Mapped(_) => {
                let cells = cells.filter(|(_, text)| !text.is_empty());
                let row: Map<_, _> = cells.map(|((title, _), text)| (title.clone(), Value::from(text))).collect();
                (!row.is_empty()).then(|| row.into())
            }
        })
    }
}

/// The columns that a format has for titles.
fn known_titles(
    titles: Vec<String>,
    format: Format,
    requested: &Requested,
) -> anyhow::Result<Vec<(String, Option<&'static Column>)>> {
    for (_, field) in &requested.pairs {
        ensure!(format.column(field).is_some(), "--map names {field:?}; expected one of {}", fields(format));
    }
    let columns: Vec<_> = titles.iter().map(|title| format.column(requested.renamed(title))).collect();
    ensure!(columns.iter().any(Option::is_some), "no column of this table is one of {}", fields(format));
    Ok(titles.into_iter().zip(columns).collect())
}

fn fields(format: Format) -> String {
    format.history().columns().iter().map(|(title, ..)| *title).collect::<Vec<_>>().join(", ")
}

/// What parts the cells by a first line such as `sep=;`, which spreadsheets read and write; and how long that line is.
fn declared_delimiter(beginning: &[u8]) -> Option<(usize, u8)> {
    let end = beginning.iter().position(|byte| matches!(byte, b'\r' | b'\n'))?;
    let line = beginning[..end].trim_ascii_start();
    let line = line.strip_prefix(b"\"").and_then(|line| line.strip_suffix(b"\"")).unwrap_or(line);
    let (name, delimiter) = line.split_at_checked(4)?;
    let [delimiter] = delimiter else { return None };
    let is_pair = beginning[end..].starts_with(b"\r\n");
    name.eq_ignore_ascii_case(b"sep=").then_some((end + 1 + usize::from(is_pair), *delimiter))
}

/// What parts the cells: the sign that stands most often between the titles, not within their quotes.
fn delimiter(beginning: &[u8]) -> u8 {
    let mut counts = [0_usize; DELIMITERS.len()];
    let (mut quoted, mut before) = (false, b',');
    for byte in beginning.iter().copied() {
        let begins_cell = DELIMITERS.contains(&before);
        match byte {
            b'"' if quoted => quoted = false,
            // The second of two quotes within a cell, or a cell's first.
            b'"' => quoted = before == b'"' || begins_cell,
            b'\r' | b'\n' if !quoted => break,
            _ if quoted => {}
            _ => {
                if let Some(at) = DELIMITERS.iter().position(|delimiter| *delimiter == byte) {
                    counts[at] += 1;
                }
            }
        }
        before = byte;
    }
    let most = counts.iter().max().copied().unwrap_or_default();
    counts.iter().position(|count| *count == most).map_or(b',', |at| DELIMITERS[at])
}

#[cfg(test)]
mod tests {
    use super::*;
    use daybook::backend::export::{CANONICAL, CsvPen, Pen, Table as Columns};
    use daybook::backend::storage::Stored;
    use daybook::domain::event::{EventId, Stamp};
    use daybook::domain::time::Timestamp;
    use proptest::prelude::*;
    use serde_json::json;

    fn rows(text: &[u8]) -> Vec<(u64, Value)> {
        let requested = Requested { format: Some(EventFormat::Spoken(Format::Native)), ..Requested::default() };
        let (mut table, format) = Table::open(text.to_vec(), Box::new(Cursor::new(Vec::new())), &requested).unwrap();
        let mut rows = Vec::new();
        while let Some(Line { number, event }) = table.next(&format).unwrap() {
            let event = event.map(|text| serde_json::from_str(&text).unwrap());
            rows.push((number, event.unwrap_or_else(|unreadable| unreadable.reason.into())));
        }
        rows
    }

    #[test]
    fn a_row_is_on_its_line_of_the_file_whatever_ends_the_lines() {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["action,detail", "a,\"1", "", "2\"", "", "b,x", "c,y,z", "", "", "d,\"\""].join(end);
            let lines: Vec<u64> = rows(text.as_bytes()).into_iter().map(|(line, _)| line).collect();
            assert_eq!(lines, [2, 6, 7, 10], "{end:?}");
            let long = format!("action{end}{}", format!("a{end}").repeat(20_000));
            let rows = rows(long.as_bytes());
            assert_eq!(rows.last().unwrap().0, 20_001, "{end:?}");
        }
    }

    #[test]
    fn what_parts_the_cells_is_found_beside_quotes_and_may_be_declared() {
        for (titles, expected) in [
            ("a,b", b','),
            ("a;b", b';'),
            ("a\tb,c\td", b'\t'),
            ("a|b", b'|'),
            ("\"a,b,c\";d", b';'),
            ("\"a \"\"x,y,z\"\",\n,\";d", b';'),
            ("5\" disk;b", b';'),
            ("a", b','),
        ] {
            assert_eq!(delimiter(format!("{titles}\r\n,,,,,,\r\n").as_bytes()), expected, "{titles}");
        }
        assert_eq!(declared_delimiter(b"sep=;\r\na,b"), Some((7, b';')));
        assert_eq!(declared_delimiter(b"\"SEP=|\"\na"), Some((8, b'|')));
        assert_eq!(declared_delimiter(b"sep=ab\n"), None);
        assert_eq!(rows(b"sep=;\naction;detail\na;\"x,y\"\n"), [(3, json!({"action": "a", "detail": "x,y"}))]);
    }

    proptest! {
        #[test]
        fn every_text_comes_back_out_of_an_exported_table(texts in proptest::collection::vec(text(), 1..4)) {
            let stored: Vec<Stored> = texts.iter().map(|text| stored(text)).collect();
            for mut pen in [CsvPen::of(Columns::Columns(&CANONICAL)), CsvPen::marked(Columns::Columns(&CANONICAL))] {
                let mut file = Vec::new();
                pen.begin(&mut file).unwrap();
                pen.write(&stored, &mut file).unwrap();
                let file = file.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&file);
                let read = rows(file);
                prop_assert_eq!(read.len(), texts.len());
                for (text, (_, event)) in texts.iter().zip(&read) {
                    prop_assert_eq!(&event["detail"], text);
                    prop_assert_eq!(&event["metadata"], &json!({"text": text}));
                }
            }
        }
    }

    fn stored(text: &str) -> Stored {
        let document = json!({"client": {"uuid": "c"}, "action": "a", "actor": {"uuid": "u"}, "detail": text,
            "metadata": {"text": text}});
        let stamp = Stamp { id: EventId::from_bytes([0; 16]), occurred_at: Timestamp::MIN };
        Stored { stamp, document: document.to_string().into_bytes().into() }
    }

    /// Any text that says something, and often what tables and spreadsheets read as more than text.
    fn text() -> impl Strategy<Value = String> {
        let signs = [
            "'", "=", "+", "-", "@", "＝", "\"", "\r", "\n", "\r\n", "\t", "\0", "\u{feff}", "\u{200b}", ",", ";", "|",
        ];
        let part = prop_oneof![4 => prop::sample::select(signs.to_vec()).prop_map(str::to_owned), 1 => any::<String>()];
        let text = proptest::collection::vec(part, 1..6).prop_map(|parts| parts.concat());
        text.prop_filter("a text of blanks is none", |text| !text.trim().is_empty())
    }
}
