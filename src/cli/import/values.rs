//! JSON as it stands in files: a value on each line, values one after another, one array of them, or the list of a page
//! such as `{"Records": […]}`, each handed on by itself however long the file is.

use super::line_ends::UnixLines;
use super::pages::{ListStart, Pages};
use std::io::{self, BufRead, Cursor, Read};

/// The longest value that is read, in bytes.
const LONGEST: usize = 64 * 1024 * 1024;
/// A page that is longer, in bytes, is not read whole but entry by entry. No event is as long.
const LONGEST_PAGE: usize = 1024 * 1024;

/// A value's text, and the line on which it begins, from 1.
#[derive(Debug, PartialEq, Eq)]
pub struct Found {
    pub line: u64,
    pub text: Vec<u8>,
    /// It is an entry of a page that was too long to be read whole.
    pub is_entry: bool,
}

/// What a file holds, piece by piece.
pub struct Values {
    reader: UnixLines<Box<dyn BufRead + Send>>,
    /// What was read too far, and comes before the reader's.
    ahead: Cursor<Vec<u8>>,
    pages: Pages,
    longest_page: usize,
    /// Objects that are open around the list of a page, whose entries come one by one.
    open_page: Option<usize>,
    shape: Option<Shape>,
    /// The next one, where it was read to find out about the shape.
    next: Option<Found>,
    line: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// A value on each line, so that a broken one spoils no other.
    Lines,
    /// Values, alone or in arrays, whose ends only their brackets tell.
    Brackets,
}

impl Values {
    /// What comes out of a reader, whose first line is this one.
    pub fn new(reader: Box<dyn BufRead + Send>, pages: Pages) -> Self {
        Self {
            reader: UnixLines::new(reader),
            ahead: Cursor::default(),
            pages,
            longest_page: LONGEST_PAGE,
            open_page: None,
            shape: None,
            next: None,
            line: 1,
        }
    }

    /// From now on a line may hold a page, and so more than should be read at once.
    pub fn expect_pages(&mut self) {
        self.shape = Some(Shape::Brackets);
    }

    /// The next value, if there is one.
    pub fn next(&mut self) -> io::Result<Option<Found>> {
        if let Some(found) = self.next.take() {
            return Ok(Some(found));
        }
        match self.shape {
            Some(Shape::Lines) => self.next_line(),
            Some(Shape::Brackets) => self.next_value(),
            None => self.first(),
        }
    }

    /// A first value that ends with its line, and is no array, is followed by others on theirs.
    fn first(&mut self) -> io::Result<Option<Found>> {
        self.shape = Some(Shape::Brackets);
        self.skip_between(false)?;
        if self.peek()? != Some(b'{') {
            return self.next_value();
        }
        let found = self.next_value()?;
        let is_alone = found.as_ref().is_some_and(|found| found.line == self.line && !found.is_entry);
        if is_alone && self.rest_of_line_is_blank()? {
            self.shape = Some(Shape::Lines);
        }
        Ok(found)
    }

    fn next_line(&mut self) -> io::Result<Option<Found>> {
        loop {
            let (line, mut text) = (self.line, Vec::new());
            let ahead = self.ahead.by_ref().chain(&mut self.reader);
            if ahead.take(LONGEST as u64).read_until(b'\n', &mut text)? == 0 {
                return Ok(None);
            }
            if text.len() == LONGEST {
                return Err(too_long(line));
            }
            self.line += 1;
            let trimmed = text.trim_ascii();
            if !trimmed.is_empty() {
                return Ok(Some(Found { line, text: trimmed.to_vec(), is_entry: false }));
            }
        }
    }

    fn next_value(&mut self) -> io::Result<Option<Found>> {
        if self.open_page.is_some()
            && let Some(entry) = self.next_entry()?
        {
            return Ok(Some(entry));
        }
        self.skip_between(true)?;
        let Some(first) = self.peek()? else { return Ok(None) };
        let (line, mut text, mut scan) = (self.line, Vec::new(), Scan::default());
        scan.is_plain = first != b'{';
        // Sought again once there is twice as much: the list of a page may begin late.
        let mut sought_beyond = self.longest_page;
        loop {
            let is_whole = self.read_on(&mut scan, &mut text, line)?;
            if first == b'{' && text.len() > sought_beyond {
                sought_beyond = text.len() * 2;
                if let Some(start) = self.pages.list_start(&text) {
                    self.open(&start, line, text);
                    return self.next_value();
                }
            }
            if is_whole {
                break;
            }
        }
        Ok(Some(Found { line, text: text.trim_ascii().to_vec(), is_entry: false }))
    }

    /// Reads some more of a value; whether that was its end.
    fn read_on(&mut self, scan: &mut Scan, text: &mut Vec<u8>, line: u64) -> io::Result<bool> {
        let buffer = self.buffer()?;
        if buffer.is_empty() {
            return Ok(true);
        }
        let end = scan.end(buffer);
        let part = &buffer[..end.unwrap_or(buffer.len())];
        text.extend_from_slice(part);
        let (length, lines) = (part.len(), line_ends(part));
        self.line += lines;
        self.consume(length);
        if text.len() > LONGEST {
            return Err(too_long(line));
        }
        Ok(end.is_some())
    }

    /// Goes back to where the list of a page begins, which was read too far.
    fn open(&mut self, start: &ListStart, line: u64, text: Vec<u8>) {
        let mut ahead = text;
        self.line = line + line_ends(&ahead[..start.at]);
        ahead.drain(..start.at);
        ahead.extend_from_slice(&self.ahead.get_ref()[self.ahead_at()..]);
        self.ahead = Cursor::new(ahead);
        self.open_page = Some(start.depth);
    }

    /// The next entry of the page's list; at its end what remains of the page is passed over.
    fn next_entry(&mut self) -> io::Result<Option<Found>> {
        let Some(depth) = self.open_page else { return Ok(None) };
        self.skip_while(|byte| byte.is_ascii_whitespace() || byte == b',')?;
        match self.peek()? {
            None => Err(cut_off(self.line)),
            Some(b']') => {
                self.consume(1);
                self.open_page = None;
                self.close(depth)?;
                Ok(None)
            }
            Some(first) => {
                let (line, mut text, mut scan) = (self.line, Vec::new(), Scan::default());
                scan.is_plain = first != b'{';
                while !self.read_on(&mut scan, &mut text, line)? {}
                Ok(Some(Found { line, text: text.trim_ascii().to_vec(), is_entry: true }))
            }
        }
    }

    /// Passes over the end of so many objects.
    fn close(&mut self, depth: usize) -> io::Result<()> {
        let mut scan = Scan { depth: depth as u64, ..Scan::default() };
        loop {
            let buffer = self.buffer()?;
            if buffer.is_empty() {
                return Err(cut_off(self.line));
            }
            let end = scan.end(buffer);
            let part = &buffer[..end.unwrap_or(buffer.len())];
            let (length, lines) = (part.len(), line_ends(part));
            self.line += lines;
            self.consume(length);
            if end.is_some() {
                return Ok(());
            }
        }
    }

    /// Passes over blanks, and over what stands between values in and around arrays.
    fn skip_between(&mut self, brackets: bool) -> io::Result<()> {
        self.skip_while(|byte| byte.is_ascii_whitespace() || (brackets && matches!(byte, b',' | b'[' | b']')))
    }

    fn skip_while(&mut self, is_skipped: impl Fn(u8) -> bool) -> io::Result<()> {
        while let Some(byte) = self.peek()?.filter(|byte| is_skipped(*byte)) {
            self.line += u64::from(byte == b'\n');
            self.consume(1);
        }
        Ok(())
    }

    fn rest_of_line_is_blank(&mut self) -> io::Result<bool> {
        while let Some(byte) = self.peek()? {
            if !byte.is_ascii_whitespace() {
                return Ok(false);
            }
            self.consume(1);
            if byte == b'\n' {
                self.line += 1;
                return Ok(true);
            }
        }
        Ok(true)
    }

    fn peek(&mut self) -> io::Result<Option<u8>> {
        Ok(self.buffer()?.first().copied())
    }

    fn ahead_at(&self) -> usize {
        usize::try_from(self.ahead.position()).unwrap_or(usize::MAX).min(self.ahead.get_ref().len())
    }

    fn buffer(&mut self) -> io::Result<&[u8]> {
        if self.ahead_at() < self.ahead.get_ref().len() {
            return self.ahead.fill_buf();
        }
        self.reader.fill_buf()
    }

    fn consume(&mut self, length: usize) {
        if self.ahead_at() < self.ahead.get_ref().len() {
            self.ahead.consume(length);
        } else {
            self.reader.consume(length);
        }
    }
}

/// How far a value's end is known.
#[derive(Default)]
struct Scan {
    depth: u64,
    in_text: bool,
    escaped: bool,
    /// Neither an object nor an array: it ends with what stands between values.
    is_plain: bool,
}

impl Scan {
    /// The length of the value's part in the buffer, if it ends there.
    fn end(&mut self, buffer: &[u8]) -> Option<usize> {
        for (at, byte) in buffer.iter().enumerate() {
            if self.in_text {
                match byte {
                    _ if self.escaped => self.escaped = false,
                    b'\\' => self.escaped = true,
                    b'"' => self.in_text = false,
                    _ => {}
                }
                continue;
            }
            match byte {
                b'"' => self.in_text = true,
                b',' | b']' | b'\n' if self.is_plain && self.depth == 0 => return Some(at),
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 0 && !self.is_plain {
                        return Some(at + 1);
                    }
                }
                _ => {}
            }
        }
        None
    }
}

/// How many lines end in a text.
pub fn line_ends(text: &[u8]) -> u64 {
    text.split(|byte| *byte == b'\n').skip(1).count() as u64
}

fn cut_off(line: u64) -> io::Error {
    io::Error::other(format!("the file ends on line {line}, within a list of events"))
}

fn too_long(line: u64) -> io::Error {
    io::Error::other(format!("what begins on line {line} is longer than {} MiB", LONGEST / 1024 / 1024))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    /// Read three bytes at a time, so that every value is met in pieces.
    fn found(text: &str) -> Vec<(u64, String)> {
        let (found, error) = found_before(text, LONGEST_PAGE);
        assert!(error.is_none(), "{error:?}");
        found
    }

    /// And why no more is found, with pages of so many bytes read entry by entry.
    fn found_before(text: &str, longest_page: usize) -> (Vec<(u64, String)>, Option<String>) {
        let reader = io::BufReader::with_capacity(3, Cursor::new(text.to_owned()));
        let mut values = Values { longest_page, ..Values::new(Box::new(reader), Pages::default()) };
        let mut all = Vec::new();
        loop {
            match values.next() {
                Ok(Some(Found { line, text, .. })) => all.push((line, String::from_utf8(text).unwrap())),
                Ok(None) => return (all, None),
                Err(error) => return (all, Some(error.to_string())),
            }
        }
    }

    fn expected(list: &[(u64, &str)]) -> Vec<(u64, String)> {
        list.iter().map(|(line, text)| (*line, (*text).to_owned())).collect()
    }

    #[test]
    fn values_are_found_on_lines_in_arrays_and_one_after_another() {
        let one = r#"{"a":"]},\"{"}"#;
        assert_eq!(found(&format!("\n{one}\r\n\n {one}\n")), expected(&[(2, one), (4, one)]));
        assert_eq!(found(&format!("[{one},\n\n{one}\n]\n")), expected(&[(1, one), (3, one)]));
        assert_eq!(found(&format!("[{one}][{one}]")), expected(&[(1, one), (1, one)]));
        assert_eq!(found("{\n\"a\": [1]\n}\n{\n}"), expected(&[(1, "{\n\"a\": [1]\n}"), (4, "{\n}")]));
        assert_eq!(found("[1, \"x,y\",\n null]"), expected(&[(1, "1"), (1, "\"x,y\""), (2, "null")]));
        assert_eq!(found(" \n[]\n"), []);
    }

    #[test]
    fn a_broken_line_spoils_no_other_and_a_broken_array_ends_the_file() {
        assert_eq!(found("{}\n{\"a\" \n{}\n"), expected(&[(1, "{}"), (2, "{\"a\""), (3, "{}")]));
        assert_eq!(found("[{},\n{\"a\": {,\n{}]"), expected(&[(1, "{}"), (2, "{\"a\": {,\n{}]")]));
    }

    #[test]
    fn lines_may_end_with_cr_alone() {
        assert_eq!(
            found("{\"a\":1}\r{\"a\":2}\r\r\n{\"a\":3}"),
            expected(&[(1, "{\"a\":1}"), (2, "{\"a\":2}"), (4, "{\"a\":3}")])
        );
    }

    #[test]
    fn the_entries_of_a_long_page_come_one_by_one() {
        let page =
            "{\"a\": [0], \"Records\":\n[{\"x\": \"]}\"},\n {\"x\": [2]}, 3, null], \"next\": {\"Records\": [\"}\"]}}";
        let entries = [(2, "{\"x\": \"]}\"}"), (3, "{\"x\": [2]}"), (3, "3"), (3, "null")];
        assert_eq!(found_before(page, 20), (expected(&entries), None));
        let twice = format!("{page}\n{page}");
        let both: Vec<_> = entries.into_iter().chain(entries.map(|(line, text)| (line + 3, text))).collect();
        assert_eq!(found_before(&twice, 20), (expected(&both), None));
        let deep = "{\"data\": {\"search\": {\"edges\": [{\"node\": 1}, {\"node\": 2}]}}} {\"y\": 1}";
        let entries = [(1, "{\"node\": 1}"), (1, "{\"node\": 2}"), (1, "{\"y\": 1}")];
        assert_eq!(found_before(deep, 30), (expected(&entries), None));
    }

    #[test]
    fn a_long_page_that_is_cut_off_says_so_after_its_entries() {
        let (found, error) = found_before("{\"Records\": [{\"number\": 1},\n{\"number\": 2}, ", 20);
        assert_eq!(found, expected(&[(1, "{\"number\": 1}"), (2, "{\"number\": 2}")]));
        assert_eq!(error.as_deref(), Some("the file ends on line 2, within a list of events"));
    }
}
