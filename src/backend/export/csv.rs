//! Tables of text (RFC 4180), which spreadsheets open and must not run.

use super::{Pen, Table};
use crate::backend::storage::{StorageError, Stored};
use icu_properties::props::{DefaultIgnorableCodePoint, GeneralCategory};
use icu_properties::{CodePointMapData, CodePointSetData};
use std::borrow::Cow;

/// What keeps a spreadsheet from running a cell.
const GUARD: char = '\'';
/// Signs that begin a formula, with the forms that some programs take for them.
const FORMULA_SIGNS: [char; 12] = ['=', '+', '-', '@', '＝', '＋', '－', '＠', '﹦', '﹢', '﹣', '﹫'];
/// Signs that begin another cell or row for programs that do not read quotes.
const BREAKS: [char; 3] = ['\t', '\r', '\n'];

/// Writes the rows of a table: UTF-8, every cell in quotes, lines that end with CR LF.
///
/// A spreadsheet takes a cell for a formula by its first visible sign, and would run what some sender of events wrote. Such
/// a cell gets an apostrophe before it ([`unguarded`] takes it off). The quotes around every cell keep programs that part cells at semicolons from
/// finding a beginning elsewhere.
pub struct CsvPen {
    table: Table,
    marked: bool,
}

impl CsvPen {
    /// For programs.
    pub fn of(table: Table) -> Self {
        Self { table, marked: false }
    }

    /// With the mark at its beginning by which spreadsheets know UTF-8.
    pub fn marked(table: Table) -> Self {
        Self { table, marked: true }
    }
}

impl Pen for CsvPen {
    fn begin(&mut self, file: &mut Vec<u8>) -> Result<(), StorageError> {
        if self.marked {
            file.extend_from_slice("\u{feff}".as_bytes());
        }
        let mut rows = rows(file);
        write_row(&mut rows, self.table.titles().into_iter().map(Cow::Borrowed))?;
        Ok(rows.flush().map_err(anyhow::Error::from)?)
    }

    fn write(&mut self, events: &[Stored], file: &mut Vec<u8>) -> Result<(), StorageError> {
        let mut rows = rows(file);
        for event in events {
            write_row(&mut rows, self.table.row(&event.event()?).into_iter())?;
        }
        Ok(rows.flush().map_err(anyhow::Error::from)?)
    }

    fn end(&mut self, _: &mut Vec<u8>) {}
}

fn rows(file: &mut Vec<u8>) -> csv::Writer<&mut Vec<u8>> {
    csv::WriterBuilder::new().quote_style(csv::QuoteStyle::Always).terminator(csv::Terminator::CRLF).from_writer(file)
}

fn write_row<'c>(
    rows: &mut csv::Writer<&mut Vec<u8>>,
    mut cells: impl Iterator<Item = Cow<'c, str>>,
) -> Result<(), StorageError> {
    let written = cells.try_for_each(|cell| rows.write_field(guarded(cell).as_bytes()));
    written.and_then(|()| rows.write_record(None::<&[u8]>)).map_err(|error| StorageError::Engine(error.into()))
}

/// The cell as no spreadsheet takes it for a formula.
fn guarded(cell: Cow<'_, str>) -> Cow<'_, str> {
    if needs_guard(&cell) { Cow::Owned(format!("{GUARD}{cell}")) } else { cell }
}

/// The text of a cell that an export has guarded: the inverse for every text.
pub fn unguarded(cell: &str) -> &str {
    cell.strip_prefix(GUARD).filter(|text| needs_guard(text)).unwrap_or(cell)
}

/// Whether a spreadsheet might run a cell. A text that has the guard before such a beginning needs another one, so that
/// taking one off gives back what was written.
fn needs_guard(cell: &str) -> bool {
    let cell = cell.trim_start_matches(GUARD);
    cell.starts_with(BREAKS) || cell.trim_start_matches(is_invisible).starts_with(FORMULA_SIGNS)
}

/// Whether programs may skip a character at the beginning of a cell: white space, controls (NUL), marks of format (U+FEFF,
/// U+200B) and whatever else is shown as nothing.
fn is_invisible(c: char) -> bool {
    let category = CodePointMapData::<GeneralCategory>::new().get(c);
    c.is_whitespace()
        || matches!(category, GeneralCategory::Control | GeneralCategory::Format | GeneralCategory::NonspacingMark)
        || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(cells: &[&str]) -> String {
        let mut file = Vec::new();
        let mut rows = rows(&mut file);
        write_row(&mut rows, cells.iter().copied().map(Cow::Borrowed)).unwrap();
        rows.flush().unwrap();
        drop(rows);
        String::from_utf8(file).unwrap()
    }

    #[test]
    fn a_cell_that_would_be_a_formula_gets_an_apostrophe() {
        for cell in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠x", "﹦1"] {
            assert_eq!(guarded(cell.into()), format!("'{cell}"));
        }
        for cell in ["", "a=1", "'tis", "1-1", "{\"a\":1}", "user@x.test", "− 5 s", " a", "\u{200b}a", "'"] {
            assert_eq!(guarded(cell.into()), cell);
        }
    }

    #[test]
    fn nothing_that_is_not_seen_hides_a_formula() {
        for invisible in "\0\u{1}\u{7f}\u{85}\u{a0}\u{ad}\u{34f}\u{61c}\u{115f}\u{180e}\u{200b}\u{200e}\u{2028}\u{202e}\u{2060}\u{3000}\u{3164}\u{fe0f}\u{feff}\u{fff9}\u{e0001}\u{e0100} "
            .chars()
        {
            for sign in FORMULA_SIGNS {
                let cell = format!("{invisible}{invisible}{sign}1");
                assert_eq!(guarded(cell.as_str().into()), format!("'{cell}"), "{cell:?}");
            }
        }
    }

    #[test]
    fn every_cell_stands_in_quotes_and_its_own_quotes_are_doubled() {
        assert_eq!(written(&["a", "", "b,c"]), "\"a\",\"\",\"b,c\"\r\n");
        assert_eq!(written(&["say \"hi\"", "two\r\nlines", "Zoë"]), "\"say \"\"hi\"\"\",\"two\r\nlines\",\"Zoë\"\r\n");
        assert_eq!(written(&["x;=1", "=\"a\""]), "\"x;=1\",\"'=\"\"a\"\"\"\r\n");
    }

    #[test]
    fn a_guard_is_taken_off_where_it_was_put_and_nowhere_else() {
        for (cell, text) in
            [("'=1+1", "=1+1"), ("''=1", "'=1"), ("'tis", "'tis"), ("=1", "=1"), ("''", "''"), ("'\0-", "\0-")]
        {
            assert_eq!(unguarded(cell), text);
        }
    }

    proptest! {
        #[test]
        fn what_was_written_reads_back(cells in proptest::collection::vec(cell(), 1..6)) {
            let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
            let text = written(&cells);
            let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
            let row = reader.records().next().unwrap().unwrap();
            let read: Vec<&str> = row.iter().map(unguarded).collect();
            prop_assert_eq!(read, cells);
        }
    }

    /// Any text, and often what a table, a spreadsheet or the guard itself makes of one.
    fn cell() -> impl Strategy<Value = String> {
        let part = prop_oneof![
            4 => prop::sample::select(vec!["'", "=", "+", "-", "@", "＝", "\"", "\r", "\n", "\r\n", "\t", "\0", "\u{feff}", "\u{200b}", ",", ";", " "])
                .prop_map(str::to_owned),
            1 => any::<String>(),
        ];
        proptest::collection::vec(part, 0..6).prop_map(|parts| parts.concat())
    }
}
