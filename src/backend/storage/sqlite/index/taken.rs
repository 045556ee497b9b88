//! An event taken apart: everything the index wants to know of it.

use super::super::block::Digest;
use super::super::{codec, writer::event_id};
use crate::backend::storage::StorageError;
use crate::domain::event::{Draft, Event, Stamp, search_text};
use crate::domain::query::fold::fold;
use crate::domain::stats::Quarter;
use crate::domain::time::Timestamp;
use crate::domain::view::actor_name;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

/// An event taken apart.
pub struct Taken {
    pub digest: Digest,
    /// All its texts, folded.
    pub text: String,
    /// The client's number, and its project's, negated.
    pub logs: [i64; 2],
    facets: Vec<(i64, String, String)>,
    pub quarter: Quarter,
}

/// The columns that [`Taken::read`] needs, of an event `e` and its client `c`.
pub const COLUMNS: &str = "e.seq, e.id, e.client, c.project, e.occurred_at, e.body";

impl Taken {
    /// Takes a row of [`COLUMNS`] apart.
    pub fn read(row: &SqliteRow) -> Result<Self, StorageError> {
        let stamp = Stamp { id: event_id(row.try_get(1)?)?, occurred_at: Timestamp::from_millis(row.try_get(4)?) };
        let document = codec::decode(row.try_get(5)?)?;
        let damaged = |error: serde_json::Error| StorageError::Damaged(format!("event {}: {error}", stamp.id));
        let draft: Draft<'_> = serde_json::from_slice(&document).map_err(damaged)?;
        let text = std::str::from_utf8(&document).map_err(|error| StorageError::Damaged(error.to_string()))?;
        let text = fold(&search_text(text)).into_owned();
        let event = draft.into_event(stamp);
        let project: i64 = row.try_get(3)?;
        Ok(Self {
            digest: Digest::new(row.try_get(0)?, &event),
            text,
            logs: [row.try_get(2)?, -project],
            facets: facets(&event),
            quarter: Quarter::of(&event),
        })
    }

    /// Its values that can be chosen from in one of its logs: kind, value, what to show.
    pub fn facets_in(&self, log: i64) -> impl Iterator<Item = &(i64, String, String)> {
        self.facets.iter().filter(move |(kind, ..)| is_in(log, *kind))
    }
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
