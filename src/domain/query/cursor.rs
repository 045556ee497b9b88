//! The opaque mark between two pages.

use crate::domain::event::EventId;
use crate::domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A place in a log: just after this event, in whichever order it is read. Carries no sequence numbers, so that a reader
/// cannot learn from it how much other clients do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Cursor {
    pub occurred_at: Timestamp,
    pub id: EventId,
}

/// Why a text is not a cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a cursor as an earlier answer gave it, or the id of an event")]
pub struct NotACursor;

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.occurred_at.millis(), self.id)
    }
}

impl FromStr for Cursor {
    type Err = NotACursor;
    fn from_str(text: &str) -> Result<Self, NotACursor> {
        let (millis, id) = text.split_once('.').ok_or(NotACursor)?;
        let millis = millis.parse().map_err(|_| NotACursor)?;
        Ok(Self { occurred_at: Timestamp::from_millis(millis), id: id.parse().map_err(|_| NotACursor)? })
    }
}

/// Where a caller wants to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum After {
    /// Where an earlier answer ended.
    Place(Cursor),
    /// Just after an event, such as the last one that arrived before a connection broke.
    Event(EventId),
}

impl FromStr for After {
    type Err = NotACursor;
    fn from_str(text: &str) -> Result<Self, NotACursor> {
        text.parse().map(Self::Place).or_else(|_| text.parse().map(Self::Event).map_err(|_| NotACursor))
    }
}

impl TryFrom<String> for Cursor {
    type Error = NotACursor;
    fn try_from(text: String) -> Result<Self, NotACursor> {
        text.parse()
    }
}

impl From<Cursor> for String {
    fn from(cursor: Cursor) -> Self {
        cursor.to_string()
    }
}
