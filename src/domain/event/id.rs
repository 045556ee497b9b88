//! The id we give an event.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// An event's id: a UUIDv7 (RFC 9562 §5.7). Ids grow in the order in which events were stored, within a project
/// and across projects, and carry the moment of reception.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EventId(Uuid);

/// Why a text is not an event id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected an event id such as 01939c5e-8f2a-7b3c-9d4e-5f6071829304")]
pub struct NotAnId;

impl EventId {
    /// From its sixteen bytes.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(Uuid::from_bytes(bytes))
    }

    /// The sixteen bytes, which sort as the ids do.
    pub fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }

    /// The moment of reception: the first 48 bits, in milliseconds since 1970.
    pub fn received_at(&self) -> super::super::time::Timestamp {
        let mut millis = [0; 8];
        millis[2..].copy_from_slice(&self.0.as_bytes()[..6]);
        super::super::time::Timestamp::from_millis(i64::from_be_bytes(millis))
    }
}

impl FromStr for EventId {
    type Err = NotAnId;

    /// With or without dashes, in either case.
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        if text.len() != 36 && text.len() != 32 {
            return Err(NotAnId);
        }
        Uuid::try_parse(text).map(Self).map_err(|_| NotAnId)
    }
}

impl TryFrom<String> for EventId {
    type Error = NotAnId;
    fn try_from(text: String) -> Result<Self, NotAnId> {
        text.parse()
    }
}

impl From<EventId> for String {
    fn from(id: EventId) -> Self {
        id.to_string()
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
