//! Where in a body something is wrong, in words.

use std::fmt;

/// A line and a column, both from 1; columns count bytes, as JSON readers do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    line: usize,
    column: usize,
}

impl Place {
    /// Where `part` begins, which is a slice of `body`.
    pub fn of(body: &str, part: &str) -> Self {
        let offset = (part.as_ptr() as usize).saturating_sub(body.as_ptr() as usize).min(body.len());
        let before = &body.as_bytes()[..offset];
        let line_start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let line = before.split(|byte| *byte == b'\n').count();
        Self { line, column: offset - line_start + 1 }
    }

    /// Where the error is, which a reader found in the part that begins here.
    pub fn within(self, error: &serde_json::Error) -> Self {
        if error.line() <= 1 {
            Self { line: self.line, column: self.column + error.column().saturating_sub(1) }
        } else {
            Self { line: self.line + error.line() - 1, column: error.column() }
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at line {}, column {}", self.line, self.column)
    }
}

/// What a reader says is wrong, without its own words for the place.
pub(super) fn said(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    text.strip_suffix(&place).unwrap_or(&text).to_owned()
}
