//! What an API key may do.

use super::access::NotAName;
use serde::{Serialize, Serializer};
use std::fmt;

/// One thing that a key may be allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyScope {
    /// Send events.
    Ingest,
    /// Find and read events.
    Read,
    /// Take events away as a file.
    Export,
    /// All of these, in the project's account trail too.
    Admin,
}

impl KeyScope {
    /// All of them, the most powerful last.
    pub const ALL: [Self; 4] = [Self::Ingest, Self::Read, Self::Export, Self::Admin];

    /// Its word, in storage, on the command line and in pages.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ingest => "ingest",
            Self::Read => "read",
            Self::Export => "export",
            Self::Admin => "admin",
        }
    }

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

impl fmt::Display for KeyScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// What a key may do: at least one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyScopes(u8);

impl KeyScopes {
    /// What a server that sends events and shows them needs.
    pub const USUAL: Self = Self(KeyScope::Ingest.bit() | KeyScope::Read.bit() | KeyScope::Export.bit());

    /// Reads words; there must be one at least, and each must be known.
    pub fn of_words<'w>(words: impl IntoIterator<Item = &'w str>) -> Result<Self, NotAName> {
        let wrong = || NotAName { expected: "one or more of ingest, read, export and admin".to_owned() };
        let mut bits = 0;
        for word in words {
            let scope = KeyScope::ALL.into_iter().find(|scope| scope.word() == word).ok_or_else(wrong)?;
            bits |= scope.bit();
        }
        if bits == 0 { Err(wrong()) } else { Ok(Self(bits)) }
    }

    /// Reads words with commas or blanks between them.
    pub fn parse(text: &str) -> Result<Self, NotAName> {
        Self::of_words(text.split([',', ' ']).filter(|word| !word.is_empty()))
    }

    /// Whether this is allowed, by itself or because everything is.
    pub const fn allow(self, scope: KeyScope) -> bool {
        self.0 & (scope.bit() | KeyScope::Admin.bit()) != 0
    }

    /// Those that were given, in their order.
    pub fn given(self) -> impl Iterator<Item = KeyScope> {
        KeyScope::ALL.into_iter().filter(move |scope| self.0 & scope.bit() != 0)
    }
}

/// Words with commas between them, as [`KeyScopes::parse`] reads them.
impl fmt::Display for KeyScopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, scope) in self.given().enumerate() {
            write!(f, "{}{scope}", if at == 0 { "" } else { "," })?;
        }
        Ok(())
    }
}

impl Serialize for KeyScopes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.given())
    }
}

/// How long a key's old secret holds beside the new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overlap {
    Hour,
    Day,
    Week,
}

impl Overlap {
    /// All of them, the shortest first.
    pub const ALL: [Self; 3] = [Self::Hour, Self::Day, Self::Week];

    /// As in the parameters of a search.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Hour => "1h",
            Self::Day => "24h",
            Self::Week => "7d",
        }
    }

    /// For people.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hour => "1 hour",
            Self::Day => "24 hours",
            Self::Week => "7 days",
        }
    }

    /// In milliseconds.
    pub const fn millis(self) -> i64 {
        const HOUR: i64 = 60 * 60 * 1_000;
        match self {
            Self::Hour => HOUR,
            Self::Day => 24 * HOUR,
            Self::Week => 7 * 24 * HOUR,
        }
    }

    /// The one of a word.
    pub fn of_word(word: &str) -> Result<Self, NotAName> {
        let found = Self::ALL.into_iter().find(|overlap| overlap.word() == word);
        found.ok_or_else(|| NotAName { expected: "one of 1h, 24h and 7d".to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_read_as_they_are_written() {
        for text in ["ingest", "read,export", "ingest,read,export", "admin"] {
            assert_eq!(KeyScopes::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(KeyScopes::parse("export, read").unwrap().to_string(), "read,export");
        assert_eq!(KeyScopes::USUAL.to_string(), "ingest,read,export");
        for text in ["", " ", "write", "read,all"] {
            assert!(KeyScopes::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn admin_allows_everything_and_the_others_themselves_alone() {
        let admin = KeyScopes::parse("admin").unwrap();
        assert!(KeyScope::ALL.into_iter().all(|scope| admin.allow(scope)));
        let read = KeyScopes::parse("read").unwrap();
        assert_eq!(KeyScope::ALL.into_iter().filter(|scope| read.allow(*scope)).collect::<Vec<_>>(), [KeyScope::Read]);
    }
}
