//! Events for tests.

use crate::domain::event::{Draft, Event, EventId, Stamp};
use crate::domain::time::Timestamp;
use crate::domain::view::Calendar;
use serde_json::Value;

/// The `number`th event: one a minute, since the morning of 21 November 2026.
pub fn event(number: u8, document: &Value) -> Event {
    stamped(number, document.to_string().as_bytes())
}

/// The same from a document's bytes.
pub fn stamped(number: u8, document: &[u8]) -> Event {
    let occurred_at = Timestamp::parse("2026-11-21T09:00:00Z").unwrap().plus_millis(i64::from(number) * 61_000);
    let mut id = [number; 16];
    id[..6].copy_from_slice(&occurred_at.plus_millis(240).millis().to_be_bytes()[2..]);
    let draft: Draft<'_> = serde_json::from_slice(document).unwrap();
    draft.into_event(Stamp { id: EventId::from_bytes(id), occurred_at })
}

/// A calendar without a language.
pub struct Utc;

impl Calendar for Utc {
    fn date(&self, moment: Timestamp) -> String {
        moment.to_string()[..10].to_owned()
    }
    fn time(&self, moment: Timestamp) -> String {
        moment.to_string()[11..19].to_owned()
    }
    fn both(&self, moment: Timestamp) -> String {
        format!("{} {}", self.date(moment), self.time(moment))
    }
    fn zone(&self, _: Timestamp) -> String {
        "UTC".to_owned()
    }
}
