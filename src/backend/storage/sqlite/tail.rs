//! The sender's uuids of events that the index does not have yet.

use crate::domain::event::EventId;
use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// In memory, as many as the index is behind. The writer adds; the index takes away what it has committed.
#[derive(Default)]
pub struct Tail(Mutex<Held>);

#[derive(Default)]
struct Held {
    by_digest: HashMap<i64, Vec<Entry>>,
    order: VecDeque<(i64, i64)>,
}

struct Entry {
    seq: i64,
    /// `None` for those read at the start, whose documents are looked at instead.
    fresh: Option<Fresh>,
}

struct Fresh {
    id: EventId,
    client: i64,
    uuid: String,
}

impl Tail {
    fn held(&self) -> MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes an event about to be stored; one without a uuid has nothing to note.
    pub fn add(&self, digest: i64, seq: i64, id: EventId, client: i64, uuid: Option<&str>) {
        let Some(uuid) = uuid else { return };
        let fresh = Fresh { id, client, uuid: uuid.to_owned() };
        self.insert(digest, Entry { seq, fresh: Some(fresh) });
    }

    /// Notes an event found in the log's tail at the start.
    pub fn add_stored(&self, digest: i64, seq: i64) {
        self.insert(digest, Entry { seq, fresh: None });
    }

    fn insert(&self, digest: i64, entry: Entry) {
        let mut held = self.held();
        held.order.push_back((entry.seq, digest));
        held.by_digest.entry(digest).or_default().push(entry);
    }

    /// Takes one back that was not stored after all.
    pub fn forget(&self, digest: i64, seq: i64) {
        let mut held = self.held();
        held.remove(digest, seq);
        held.order.retain(|(at, _)| *at != seq);
    }

    /// Takes all back that a failed commit had added.
    pub fn forget_after(&self, seq: i64) {
        let mut held = self.held();
        while let Some((at, digest)) = held.order.back().copied().filter(|(at, _)| *at > seq) {
            held.order.pop_back();
            held.remove(digest, at);
        }
    }

    /// Drops what the index has.
    pub fn indexed(&self, through: i64) {
        let mut held = self.held();
        while let Some((at, digest)) = held.order.front().copied().filter(|(at, _)| *at <= through) {
            held.order.pop_front();
            held.remove(digest, at);
        }
        if held.order.is_empty() {
            *held = Held::default();
        }
    }

    /// The events with these digests.
    pub fn find(&self, digests: &[i64], into: &mut HashMap<i64, Vec<i64>>) {
        let held = self.held();
        if held.order.is_empty() {
            return;
        }
        for digest in digests {
            if let Some(entries) = held.by_digest.get(digest) {
                into.entry(*digest).or_default().extend(entries.iter().map(|entry| entry.seq));
            }
        }
    }

    /// The id of the event that is the same, if it is still here: the quick way to an answer that the document gives too.
    pub fn same(&self, digest: i64, client: i64, uuid: &str) -> Option<EventId> {
        let held = self.held();
        let mut fresh = held.by_digest.get(&digest)?.iter().filter_map(|entry| entry.fresh.as_ref());
        fresh.find(|fresh| fresh.client == client && fresh.uuid == uuid).map(|fresh| fresh.id)
    }
}

impl Held {
    fn remove(&mut self, digest: i64, seq: i64) {
        if let Some(entries) = self.by_digest.get_mut(&digest) {
            entries.retain(|entry| entry.seq != seq);
            if entries.is_empty() {
                self.by_digest.remove(&digest);
            }
        }
    }
}
