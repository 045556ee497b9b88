//! Tables of text (RFC 4180), which spreadsheets open and must not run.

use super::{Pen, Table};
use crate::backend::storage::{StorageError, Stored};
use std::borrow::Cow;

/// Writes the rows of a table: UTF-8, every cell in quotes, lines that end with CR LF.
///
/// A spreadsheet takes a cell for a formula by its first sign, and would run what some sender of events wrote. Such a
/// cell gets an apostrophe before it. The quotes around every cell keep programs that part cells at semicolons from
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
            write_row(&mut rows, self.table.row(&event.event()).into_iter())?;
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
    let written = cells.try_for_each(|cell| rows.write_field(defused(cell).as_bytes()));
    written.and_then(|()| rows.write_record(None::<&[u8]>)).map_err(|error| StorageError::Engine(error.into()))
}

/// The cell as no spreadsheet takes it for a formula. Those begin with one of these signs, for some programs also with
/// their full-width forms.
fn defused(cell: Cow<'_, str>) -> Cow<'_, str> {
    const SIGNS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    if cell.starts_with(SIGNS) { Cow::Owned(format!("'{cell}")) } else { cell }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        for cell in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠x"] {
            assert_eq!(defused(cell.into()), format!("'{cell}"));
        }
        for cell in ["", "a=1", "'=1", "1-1", "{\"a\":1}", "user@x.test", "− 5 s"] {
            assert_eq!(defused(cell.into()), cell);
        }
    }

    #[test]
    fn every_cell_stands_in_quotes_and_its_own_quotes_are_doubled() {
        assert_eq!(written(&["a", "", "b,c"]), "\"a\",\"\",\"b,c\"\r\n");
        assert_eq!(written(&["say \"hi\"", "two\r\nlines", "Zoë"]), "\"say \"\"hi\"\"\",\"two\r\nlines\",\"Zoë\"\r\n");
        assert_eq!(written(&["x;=1", "=\"a\""]), "\"x;=1\",\"'=\"\"a\"\"\"\r\n");
    }

    #[test]
    fn what_was_written_reads_back_but_for_the_apostrophes() {
        let cells = ["a,b", "\"", "\r\n", ";\t|", "' =", "\u{0}", "日本"];
        let text = written(&cells);
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
        let row = reader.records().next().unwrap().unwrap();
        let read: Vec<&str> = row.iter().collect();
        assert_eq!(read, ["a,b", "\"", "'\r\n", ";\t|", "' =", "\u{0}", "日本"]);
    }
}
