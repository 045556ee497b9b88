//! An event taken apart: everything the index wants to know of it.

use super::super::block::Digest;
use super::super::row::{Key, Row, event_id};
use super::super::words::Exact;
use crate::backend::storage::Stored;
use crate::domain::event::person::people;
use crate::domain::event::{Event, Stamp, search_text};
use crate::domain::query::fold::fold_lines;
use crate::domain::stats::Quarter;
use crate::domain::time::Timestamp;
use crate::domain::view::actor_name;

/// An event taken apart. One that cannot be read is taken in as what stands for it.
pub struct Taken {
    pub digest: Digest,
    /// The numbers of those whom it means elsewhere than as its actor or target.
    pub people: Vec<u32>,
    pub key: Key,
    /// All its texts, folded; none of what cannot be read.
    pub text: String,
    /// The client's own, and the one that it counts in beside: its project's, or its project's trail's.
    pub logs: [i64; 2],
    facets: Vec<(i64, String, String)>,
    pub quarter: Quarter,
    pub is_readable: bool,
    /// Whether the row is as it was written.
    pub is_whole: bool,
}

impl Taken {
    /// Takes a row apart.
    pub fn of(row: Row) -> Self {
        let Row { key, logs, stored, .. } = row;
        let event = stored.event();
        let is_readable = event.unreadable.is_none();
        let json = stored.text().unwrap_or_default();
        let text = if is_readable { fold_lines(&search_text(json)).into_owned() } else { String::new() };
        Self {
            digest: Digest::new(key.seq, &event),
            // Whoever is forgotten is so in what cannot be shown, too.
            people: others(json, &event),
            key,
            text,
            logs,
            facets: facets(&event),
            quarter: Quarter::of(&event),
            is_readable,
            is_whole: stored.document.is_ok(),
        }
    }

    /// The same event with another document.
    pub fn with(&self, document: Box<[u8]>) -> Self {
        let occurred_at = Timestamp::from_millis(self.key.occurred_at);
        let stamp = Stamp { id: event_id(&self.key.id), occurred_at };
        let stored = Stored { stamp, client: self.key.client.clone(), document: Ok(document) };
        Self::of(Row { key: self.key.clone(), logs: self.logs, stored, is_sealed: false })
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
