//! The forms in which a log can be taken away.

use std::str::FromStr;

/// A file's form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A table for spreadsheets.
    Csv,
    /// One array of events.
    Json,
    /// An event on each line.
    Ndjson,
}

/// Why a text names no form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected csv, json or ndjson")]
pub struct NotAFormat;

impl Format {
    /// All of them, the most asked for first.
    pub const ALL: [Self; 3] = [Self::Csv, Self::Json, Self::Ndjson];

    /// As a URL and a file's name write it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Ndjson => "ndjson",
        }
    }
}

impl FromStr for Format {
    type Err = NotAFormat;
    fn from_str(text: &str) -> Result<Self, NotAFormat> {
        Self::ALL.into_iter().find(|format| format.code() == text).ok_or(NotAFormat)
    }
}
