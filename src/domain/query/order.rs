//! Which end of a log is read first.

use serde::{Deserialize, Serialize};

/// The order of events by the moments at which they happened; of those of one moment, by their arrival.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Order {
    #[default]
    Newest,
    Oldest,
}

impl Order {
    /// All of them, the usual one first.
    pub const ALL: [Self; 2] = [Self::Newest, Self::Oldest];

    /// Its word in URLs: the end that comes first.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Newest => "newest",
            Self::Oldest => "oldest",
        }
    }

    /// The order of a word.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|order| order.code() == code)
    }

    /// The other one.
    #[must_use]
    pub const fn turned(self) -> Self {
        match self {
            Self::Newest => Self::Oldest,
            Self::Oldest => Self::Newest,
        }
    }

    /// Whether `a` is met strictly before `b`, both places of a log from its beginning.
    pub fn meets_first<P: Ord>(self, a: &P, b: &P) -> bool {
        match self {
            Self::Newest => a > b,
            Self::Oldest => a < b,
        }
    }
}
