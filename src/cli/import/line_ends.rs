//! The lines of a file, whether they end with LF, CR LF or CR.

use std::collections::VecDeque;
use std::io::{self, BufRead, Read};

/// Hands a text on with every line end as LF. Only for what has no line ends but between its tokens, as JSON has.
pub struct UnixLines<R> {
    inner: R,
    /// Bytes at the beginning of the inner buffer in which no CR stands.
    clear: usize,
    /// A CR is next, and is handed on as LF.
    at_return: bool,
    /// A CR was last: an LF that follows belongs to it.
    after_return: bool,
}

impl<R: BufRead> UnixLines<R> {
    pub fn new(inner: R) -> Self {
        Self { inner, clear: 0, at_return: false, after_return: false }
    }
}

impl<R: BufRead> BufRead for UnixLines<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.after_return {
            let is_pair = self.inner.fill_buf()?.first() == Some(&b'\n');
            self.inner.consume(usize::from(is_pair));
            self.after_return = false;
        }
        if self.clear == 0 {
            let buffer = self.inner.fill_buf()?;
            self.clear = buffer.iter().position(|byte| *byte == b'\r').unwrap_or(buffer.len());
            self.at_return = self.clear == 0 && !buffer.is_empty();
        }
        if self.at_return {
            return Ok(b"\n");
        }
        let buffer = self.inner.fill_buf()?;
        Ok(&buffer[..self.clear.min(buffer.len())])
    }

    fn consume(&mut self, length: usize) {
        if length == 0 {
            return;
        }
        self.inner.consume(length);
        if self.at_return {
            self.at_return = false;
            self.after_return = true;
        } else {
            self.clear = self.clear.saturating_sub(length);
        }
    }
}

impl<R: BufRead> Read for UnixLines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let length = available.len().min(buffer.len());
        buffer[..length].copy_from_slice(&available[..length]);
        self.consume(length);
        Ok(length)
    }
}

/// Hands a text on as it is, and knows on which line its parts begin.
pub struct NumberedLines<R> {
    inner: R,
    /// Bytes read.
    length: u64,
    after_return: bool,
    /// Line ends that were read and not asked about yet.
    ends: VecDeque<LineEnd>,
    /// The line on which what was asked about last begins.
    line: u64,
}

/// Where a line end stands, and whether it ends a line by itself: an LF belongs to the CR before it.
struct LineEnd {
    start: u64,
    end: u64,
    lines: u64,
}

impl<R> NumberedLines<R> {
    /// What is read first stands on this line.
    pub fn new(inner: R, line: u64) -> Self {
        Self { inner, length: 0, after_return: false, ends: VecDeque::new(), line }
    }

    /// The line of what begins at a byte or, where line ends stand there, after them. Asked in the order of the text.
    pub fn line_at(&mut self, byte: u64) -> u64 {
        let mut byte = byte;
        while let Some(end) = self.ends.front().filter(|end| end.start <= byte) {
            byte = byte.max(end.end);
            self.line += end.lines;
            self.ends.pop_front();
        }
        self.line
    }

    fn note(&mut self, bytes: &[u8]) {
        for byte in bytes {
            let at = self.length;
            self.length += 1;
            let after_return = std::mem::replace(&mut self.after_return, *byte == b'\r');
            if matches!(byte, b'\r' | b'\n') {
                let lines = u64::from(!(after_return && *byte == b'\n'));
                self.ends.push_back(LineEnd { start: at, end: at + 1, lines });
            }
        }
    }
}

impl<R: Read> Read for NumberedLines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(buffer)?;
        self.note(&buffer[..length]);
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{BufReader, Cursor};

    #[test]
    fn every_line_end_becomes_one_lf() {
        for capacity in 1..6 {
            let reader = BufReader::with_capacity(capacity, Cursor::new("\ra\r\n\r\nb\n\rc\r"));
            let mut text = String::new();
            UnixLines::new(reader).read_to_string(&mut text).unwrap();
            assert_eq!(text, "\na\n\nb\n\nc\n");
        }
    }

    #[test]
    fn a_part_is_on_the_line_on_which_it_begins_whatever_ends_the_lines() {
        for (text, expected) in [
            ("a\nb\n\n\nc", vec![('a', 1), ('b', 2), ('c', 5)]),
            ("a\r\nb\r\n\r\n\r\nc", vec![('a', 1), ('b', 2), ('c', 5)]),
            ("a\rb\r\r\rc", vec![('a', 1), ('b', 2), ('c', 5)]),
            ("a\n\rb", vec![('a', 1), ('b', 3)]),
        ] {
            let mut lines = NumberedLines::new(text.as_bytes(), 1);
            lines.read_to_end(&mut Vec::new()).unwrap();
            for (letter, line) in expected {
                let at = text.find(letter).unwrap() as u64;
                // As a reader of tables asks: from the end of the row before, which may be within a CR LF.
                let before = text[..text.find(letter).unwrap()].rfind(char::is_alphabetic).map_or(0, |end| end + 2);
                assert_eq!(lines.line_at((before as u64).min(at)), line, "{text:?} {letter}");
            }
        }
    }
}
