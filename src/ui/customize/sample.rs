//! Events to show a view with: made up, or a client's own.

use crate::domain::event::{Draft, Event, EventId, Stamp};
use crate::domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// A made-up afternoon of a customer's.
const SAMPLE: &str = include_str!("sample.json");

/// An event to show, as it is sent to the browser.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Shown {
    pub id: EventId,
    pub occurred_at: Timestamp,
    /// The sender's JSON.
    pub document: Box<RawValue>,
}

impl Shown {
    /// The event; `None` where the document is none, which the server has made sure of.
    pub fn event(&self) -> Option<Event> {
        let draft: Draft<'_> = serde_json::from_str(self.document.get()).ok()?;
        Some(draft.into_event(Stamp { id: self.id, occurred_at: self.occurred_at }))
    }
}

#[derive(Deserialize)]
struct Sample {
    /// Minutes before now.
    ago: i64,
    /// Has the longest values that a table may meet.
    #[serde(default)]
    long: bool,
    document: Box<RawValue>,
}

/// The made-up events at a moment, newest first; `long` puts those with long values before the others.
pub fn sample(now: Timestamp, long: bool) -> Vec<Shown> {
    let all: Vec<Sample> = serde_json::from_str(SAMPLE).unwrap_or_default();
    let (longest, usual): (Vec<_>, Vec<_>) = all.into_iter().partition(|sample| sample.long);
    let chosen = longest.into_iter().filter(|_| long).chain(usual);
    chosen.enumerate().map(|(at, sample)| shown(at, sample, now)).collect()
}

fn shown(at: usize, sample: Sample, now: Timestamp) -> Shown {
    let occurred_at = now.plus_millis(-sample.ago * 60_000);
    let mut id = [u8::try_from(at).unwrap_or(u8::MAX); 16];
    id[..6].copy_from_slice(&occurred_at.plus_millis(180).millis().to_be_bytes()[2..]);
    Shown { id: EventId::from_bytes(id), occurred_at, document: sample.document }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_reads_and_shows_what_columns_can_show() {
        let now = Timestamp::from_millis(1_768_478_400_000);
        let events: Vec<Event> = sample(now, true).iter().filter_map(Shown::event).collect();
        assert_eq!(events.len(), 10);
        assert!(
            events.iter().any(|event| event.outcome.failed()) && events.iter().any(|event| !event.changes.is_empty())
        );
        assert!(sample(now, false).iter().all(|shown| !shown.document.get().contains("Gothenburg")));
        assert!(sample(now, false).is_sorted_by_key(|shown| std::cmp::Reverse(shown.occurred_at)));
    }
}
