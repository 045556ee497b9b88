//! The sender's uuids of events whose receipts are not in the index yet.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// In memory, some fifty bytes an event. The writer adds what it has committed; the index takes away what it has.
#[derive(Default)]
pub struct Tail(Mutex<Held>);

#[derive(Default)]
struct Held {
    /// Digest, then seq: different uuids may share a digest.
    by_digest: BTreeSet<(i64, i64)>,
    order: VecDeque<(i64, i64)>,
}

impl Tail {
    fn held(&self) -> MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes events of the log by digest and seq, in the order of seq; one with the digest 0 has no uuid to note.
    pub fn add(&self, events: impl IntoIterator<Item = (i64, i64)>) {
        let mut held = self.held();
        for (digest, seq) in events.into_iter().filter(|(digest, _)| *digest != 0) {
            held.by_digest.insert((digest, seq));
            held.order.push_back((digest, seq));
        }
    }

    /// Notes all events of the log again, in the order of seq, with those that came meanwhile: the index is about to have
    /// none of them any more.
    pub fn begin_anew(&self, events: Vec<(i64, i64)>) {
        let last = events.last().map_or(0, |(_, seq)| *seq);
        let mut held = self.held();
        held.by_digest.extend(events.iter().copied());
        let later: Vec<_> = held.order.iter().copied().filter(|(_, seq)| *seq > last).collect();
        held.order = events.into_iter().chain(later).collect();
    }

    /// Drops what the index has.
    pub fn indexed(&self, through: i64) {
        let mut held = self.held();
        while let Some(event) = held.order.front().copied().filter(|(_, seq)| *seq <= through) {
            held.order.pop_front();
            held.by_digest.remove(&event);
        }
    }

    /// The seqs of events with these digests.
    pub fn find(&self, digests: &[i64]) -> Vec<i64> {
        let held = self.held();
        if held.order.is_empty() {
            return Vec::new();
        }
        let of = |digest: &i64| held.by_digest.range((*digest, i64::MIN)..=(*digest, i64::MAX)).map(|(_, seq)| *seq);
        digests.iter().flat_map(of).collect()
    }
}
