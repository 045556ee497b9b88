//! JSON as it stands in files: a value on each line, values one after another, or one array of them, each handed on by
//! itself however long the file is.

use std::io::{self, BufRead};

/// The longest value that is read, in bytes: a page of events may be one.
const LONGEST: usize = 64 * 1024 * 1024;

/// A value's text, and the line on which it begins, from 1.
#[derive(Debug, PartialEq, Eq)]
pub struct Found {
    pub line: u64,
    pub text: Vec<u8>,
}

/// What a file holds, piece by piece.
pub struct Values {
    reader: Box<dyn BufRead + Send>,
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
    pub fn new(reader: Box<dyn BufRead + Send>) -> Self {
        Self { reader, shape: None, next: None, line: 1 }
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
        let is_alone = found.as_ref().is_some_and(|found| found.line == self.line);
        if is_alone && self.rest_of_line_is_blank()? {
            self.shape = Some(Shape::Lines);
        }
        Ok(found)
    }

    fn next_line(&mut self) -> io::Result<Option<Found>> {
        loop {
            let (line, mut text) = (self.line, Vec::new());
            let mut limited = io::Read::take(&mut self.reader, LONGEST as u64);
            if limited.read_until(b'\n', &mut text)? == 0 {
                return Ok(None);
            }
            if text.len() == LONGEST {
                return Err(too_long(line));
            }
            self.line += 1;
            let trimmed = text.trim_ascii();
            if !trimmed.is_empty() {
                return Ok(Some(Found { line, text: trimmed.to_vec() }));
            }
        }
    }

    fn next_value(&mut self) -> io::Result<Option<Found>> {
        self.skip_between(true)?;
        let Some(first) = self.peek()? else { return Ok(None) };
        let (line, mut text, mut scan) = (self.line, Vec::new(), Scan::default());
        if first != b'{' {
            scan.is_plain = true;
        }
        loop {
            let buffer = self.reader.fill_buf()?;
            if buffer.is_empty() {
                break;
            }
            let end = scan.end(buffer);
            let part = &buffer[..end.unwrap_or(buffer.len())];
            text.extend_from_slice(part);
            self.line += line_ends(part);
            let taken = part.len();
            self.reader.consume(taken);
            if text.len() > LONGEST {
                return Err(too_long(line));
            }
            if end.is_some() {
                break;
            }
        }
        Ok(Some(Found { line, text: text.trim_ascii().to_vec() }))
    }

    /// Passes over blanks, and over what stands between values in and around arrays.
    fn skip_between(&mut self, brackets: bool) -> io::Result<()> {
        while let Some(byte) = self.peek()? {
            let is_between = byte.is_ascii_whitespace() || (brackets && matches!(byte, b',' | b'[' | b']'));
            if !is_between {
                break;
            }
            self.line += u64::from(byte == b'\n');
            self.reader.consume(1);
        }
        Ok(())
    }

    fn rest_of_line_is_blank(&mut self) -> io::Result<bool> {
        while let Some(byte) = self.peek()? {
            if !byte.is_ascii_whitespace() {
                return Ok(false);
            }
            self.reader.consume(1);
            if byte == b'\n' {
                self.line += 1;
                return Ok(true);
            }
        }
        Ok(true)
    }

    fn peek(&mut self) -> io::Result<Option<u8>> {
        Ok(self.reader.fill_buf()?.first().copied())
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

fn too_long(line: u64) -> io::Error {
    io::Error::other(format!("what begins on line {line} is longer than {} MiB", LONGEST / 1024 / 1024))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    /// Read three bytes at a time, so that every value is met in pieces.
    fn found(text: &str) -> Vec<(u64, String)> {
        let mut values = Values::new(Box::new(io::BufReader::with_capacity(3, Cursor::new(text.to_owned()))));
        let mut all = Vec::new();
        while let Some(Found { line, text }) = values.next().unwrap() {
            all.push((line, String::from_utf8(text).unwrap()));
        }
        all
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
}
