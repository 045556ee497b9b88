//! An event taken apart: everything the index wants to know of it.

use super::super::block::Digest;
use super::super::words::Exact;
use super::super::{codec, writer::event_id};
use crate::backend::storage::StorageError;
use crate::domain::event::person::people;
use crate::domain::event::{Draft, Event, Stamp, search_text};
use crate::domain::json::JsonError;
use crate::domain::query::fold::fold_lines;
use crate::domain::stats::Quarter;
use crate::domain::time::Timestamp;
use crate::domain::view::actor_name;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

/// An event taken apart.
pub struct Taken {
    pub digest: Digest,
    /// The numbers of those whom it means elsewhere than as its actor or target.
    pub people: Vec<u32>,
    stamp: Stamp,
    /// All its texts, folded.
    pub text: String,
    /// The client's own, and the one that it counts in beside: its project's, or its project's trail's.
    pub logs: [i64; 2],
    facets: Vec<(i64, String, String)>,
    pub quarter: Quarter,
}

/// The columns that [`Taken::read`] needs, of an event `e` and its client `c`.
pub const COLUMNS: &str = "e.seq, e.id, e.client, c.log, e.occurred_at, e.body";

impl Taken {
    /// Takes a row of [`COLUMNS`] apart.
    pub fn read(row: &SqliteRow) -> Result<Self, StorageError> {
        let stamp = Stamp { id: event_id(row.try_get(1)?)?, occurred_at: Timestamp::from_millis(row.try_get(4)?) };
        let logs = [row.try_get(2)?, row.try_get(3)?];
        Self::of(row.try_get(0)?, stamp, logs, &codec::decode(row.try_get(5)?)?)
    }

    /// The same event with another document.
    pub fn with(&self, document: &[u8]) -> Result<Self, StorageError> {
        Self::of(self.digest.seq, self.stamp, self.logs, document)
    }

    fn of(seq: i64, stamp: Stamp, logs: [i64; 2], document: &[u8]) -> Result<Self, StorageError> {
        let damaged = |error: JsonError| StorageError::Damaged(format!("event {}: {error}", stamp.id));
        let json = std::str::from_utf8(document).map_err(|error| StorageError::Damaged(error.to_string()))?;
        let draft = Draft::parse(json).map_err(damaged)?;
        let text = fold_lines(&search_text(json)).into_owned();
        let event = draft.into_event(stamp);
        Ok(Self {
            digest: Digest::new(seq, &event),
            people: others(json, &event),
            stamp,
            text,
            logs,
            facets: facets(&event),
            quarter: Quarter::of(&event),
        })
    }

    /// Whether everything that is counted of them is the same.
    pub fn counts_as(&self, other: &Self) -> bool {
        let values =
            |taken: &Self| taken.facets.iter().map(|(kind, value, _)| (*kind, value.clone())).collect::<Vec<_>>();
        self.quarter == other.quarter && self.digest.ending == other.digest.ending && values(self) == values(other)
    }

    /// Its values that can be chosen from in one of its logs: kind, value, what to show.
    pub fn facets_in(&self, log: i64) -> impl Iterator<Item = &(i64, String, String)> {
        self.facets.iter().filter(move |(kind, ..)| is_in(log, *kind))
    }
}

/// Whom a document means elsewhere than as the event's actor or target, whose numbers its digest has.
fn others(json: &str, event: &Event) -> Vec<u32> {
    let is_known = |id: &str| {
        event.actor.as_ref().is_some_and(|actor| actor.uuid == id)
            || event.targets.iter().any(|target| target.uuid == id)
    };
    people(json).iter().filter(|id| !is_known(id)).map(|id| Exact::Person(id).hash()).collect()
}

/// The kinds of values that can be chosen from, as the facet table numbers them.
pub const ACTION: i64 = 1;
pub const ACTOR: i64 = 2;
pub const TARGET_TYPE: i64 = 3;
pub const CLIENT: i64 = 4;

/// Whether a log has values of this kind: the log of one client says nothing about clients.
pub const fn is_in(log: i64, kind: i64) -> bool {
    kind != CLIENT || log < 0
}

/// Whether values of this kind are summed over time.
pub const fn is_summed(log: i64, kind: i64) -> bool {
    kind != TARGET_TYPE && is_in(log, kind)
}

/// An event's values of these kinds: kind, value, what to show.
pub fn facets(event: &Event) -> Vec<(i64, String, String)> {
    let client = event.client.name.as_ref().unwrap_or(&event.client.uuid);
    let mut facets =
        vec![(ACTION, event.action.clone(), event.action.clone()), (CLIENT, event.client.uuid.clone(), client.clone())];
    if let Some(actor) = &event.actor {
        facets.push((ACTOR, actor.uuid.clone(), actor_name(event).unwrap_or(&actor.uuid).to_owned()));
    }
    let mut kinds: Vec<&str> = event.targets.iter().map(|target| target.kind.as_str()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    facets.extend(kinds.into_iter().map(|kind| (TARGET_TYPE, kind.to_owned(), kind.to_owned())));
    facets
}
