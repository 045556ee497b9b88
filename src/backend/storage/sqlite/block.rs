//! Some hundred events of one log as columns: enough to tell which of them a filter chooses, without their documents.

use super::varint::{put, put_signed, take, take_signed};
use super::words::Exact;
use crate::backend::storage::StorageError;
use crate::domain::event::{Ending, Event};
use crate::domain::query::Filter;
use std::collections::{BTreeMap, BTreeSet};

/// Events in a block of this log. More make the words' lists shorter and each candidate dearer to look at; a project's
/// log is looked at less often than its clients'.
pub const fn events_in(log: i64) -> usize {
    if log > 0 { 512 } else { 2_048 }
}

/// Numbers that one event's ending may be: one of three, and one that is kept free.
const ENDINGS: u64 = 4;

/// What a block knows of one event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digest {
    pub seq: i64,
    pub occurred_at: i64,
    pub ending: Ending,
    pub action: u32,
    /// 0 for an anonymous event.
    pub actor: u32,
    /// The numbers of all targets' uuids and types.
    pub targets: Vec<u32>,
}

impl Digest {
    /// The digest of an event.
    pub fn new(seq: i64, event: &Event) -> Self {
        let mut targets: Vec<u32> = event
            .targets
            .iter()
            .flat_map(|target| [Exact::Target(&target.uuid).hash(), Exact::TargetType(&target.kind).hash()])
            .collect();
        targets.dedup();
        Self {
            seq,
            occurred_at: event.stamp.occurred_at.millis(),
            ending: event.outcome.ending,
            action: Exact::Action(&event.action).hash(),
            actor: event.actor.as_ref().map_or(0, |actor| Exact::Actor(&actor.uuid).hash()),
            targets,
        }
    }

    /// The numbers under which a block with this event is found.
    pub fn words(&self) -> impl Iterator<Item = u32> {
        let ending = Exact::of_ending(self.ending).map(Exact::hash);
        [self.action, self.actor].into_iter().chain(self.targets.iter().copied()).chain(ending)
    }
}

/// What a filter asks of a digest. An event that passes may still fail: numbers may be shared.
#[derive(Debug, Clone, Default)]
pub struct Sieve {
    actor: Vec<u32>,
    actions: Vec<BTreeSet<u32>>,
    targets: Vec<u32>,
    endings: Vec<Ending>,
    from: i64,
    through: i64,
}

impl Sieve {
    /// From all the filters that must hold, and what the actions they ask for may be.
    pub fn new(filters: &[&Filter], actions: Vec<BTreeSet<u32>>) -> Self {
        let moment = |pick: fn(&Filter) -> Option<crate::domain::time::Timestamp>| {
            filters.iter().filter_map(move |filter| pick(filter)).map(crate::domain::time::Timestamp::millis)
        };
        Self {
            actor: filters.iter().filter_map(|filter| Some(Exact::Actor(filter.actor.as_deref()?).hash())).collect(),
            actions,
            targets: filters
                .iter()
                .flat_map(|filter| {
                    let id = filter.target.as_deref().map(|id| Exact::Target(id).hash());
                    id.into_iter().chain(filter.target_type.as_deref().map(|kind| Exact::TargetType(kind).hash()))
                })
                .collect(),
            endings: filters.iter().filter_map(|filter| filter.outcome).collect(),
            from: moment(|filter| filter.from).max().unwrap_or(i64::MIN),
            through: moment(|filter| filter.through).min().unwrap_or(i64::MAX),
        }
    }

    /// The span of moments that may pass, both ends included.
    pub fn span(&self) -> (i64, i64) {
        (self.from, self.through)
    }

    /// Whether an event may be one of those asked for.
    pub fn passes(&self, digest: &Digest) -> bool {
        (self.from..=self.through).contains(&digest.occurred_at)
            && self.actor.iter().all(|actor| *actor == digest.actor)
            && self.actions.iter().all(|actions| actions.contains(&digest.action))
            && self.targets.iter().all(|target| digest.targets.contains(target))
            && self.endings.iter().all(|ending| *ending == digest.ending)
    }

    /// Whether it asks for no more than a span of time.
    pub fn is_open(&self) -> bool {
        self.actor.is_empty() && self.actions.is_empty() && self.targets.is_empty() && self.endings.is_empty()
    }
}

/// Writes a block's events: a list of the distinct numbers, then each event with small differences and places in it.
pub fn encode(events: &[&Digest]) -> Vec<u8> {
    let mut places = BTreeMap::new();
    for number in
        events.iter().flat_map(|event| [event.action, event.actor].into_iter().chain(event.targets.iter().copied()))
    {
        let next = places.len() as u64;
        places.entry(number).or_insert(next);
    }
    let mut by_place: Vec<(u64, u32)> = places.iter().map(|(number, place)| (*place, *number)).collect();
    by_place.sort_unstable();
    let mut bytes = Vec::new();
    put(&mut bytes, events.len() as u64);
    put(&mut bytes, by_place.len() as u64);
    for (_, number) in &by_place {
        bytes.extend(number.to_le_bytes());
    }
    let (mut seq, mut moment) = (0, 0);
    for event in events {
        put_signed(&mut bytes, event.seq - seq);
        put_signed(&mut bytes, event.occurred_at - moment);
        (seq, moment) = (event.seq, event.occurred_at);
        put(&mut bytes, event.targets.len() as u64 * ENDINGS + event.ending as u64);
        put(&mut bytes, places[&event.action]);
        put(&mut bytes, places[&event.actor]);
        event.targets.iter().for_each(|target| put(&mut bytes, places[target]));
    }
    bytes
}

/// Reads what [`encode`] wrote.
pub fn decode(bytes: &[u8]) -> Result<Vec<Digest>, StorageError> {
    read(bytes)
        .ok_or_else(|| StorageError::Damaged("a block of the index; `daybook reindex` builds it anew".to_owned()))
}

fn read(mut bytes: &[u8]) -> Option<Vec<Digest>> {
    let bytes = &mut bytes;
    let (count, distinct) = (take(bytes)?, take(bytes)?);
    let mut numbers = Vec::new();
    for _ in 0..distinct {
        let (number, rest) = bytes.split_first_chunk::<4>()?;
        numbers.push(u32::from_le_bytes(*number));
        *bytes = rest;
    }
    let number = |place: u64| numbers.get(usize::try_from(place).ok()?).copied();
    let (mut seq, mut moment) = (0_i64, 0_i64);
    let mut events = Vec::new();
    for _ in 0..count {
        seq = seq.checked_add(take_signed(bytes)?)?;
        moment = moment.checked_add(take_signed(bytes)?)?;
        let flags = take(bytes)?;
        let (action, actor) = (number(take(bytes)?)?, number(take(bytes)?)?);
        let targets = (0..flags / ENDINGS).map(|_| number(take(bytes)?)).collect::<Option<_>>()?;
        let ending = *Ending::ALL.get(usize::try_from(flags % ENDINGS).ok()?)?;
        events.push(Digest { seq, occurred_at: moment, ending, action, actor, targets });
    }
    Some(events)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(seq: i64, occurred_at: i64) -> Digest {
        Digest {
            seq,
            occurred_at,
            ending: Ending::ALL[usize::try_from((seq + 2) % 3).unwrap()],
            action: 7,
            actor: u32::MAX,
            targets: vec![1, 2, 7],
        }
    }

    #[test]
    fn a_block_comes_back_as_written() {
        let events =
            [digest(5, -62_135_596_800_000), digest(1, 0), digest(900_000_000_000, 253_402_300_799_999), digest(2, 3)];
        assert_eq!(decode(&encode(&events.iter().collect::<Vec<_>>())).unwrap(), events);
        assert_eq!(decode(&encode(&[])).unwrap(), []);
    }

    #[test]
    fn cut_or_changed_bytes_are_damage_not_a_crash() {
        let bytes = encode(&[&digest(1, 2), &digest(3, 4)]);
        for cut in 0..bytes.len() {
            assert!(decode(&bytes[..cut]).is_err(), "{cut}");
        }
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 0xff;
            let _ = decode(&changed);
        }
    }

    #[test]
    fn a_sieve_passes_what_all_filters_choose() {
        let actor = |id: &str| Filter { actor: Some(id.to_owned()), ..Filter::default() };
        let event = Digest { actor: Exact::Actor("ann").hash(), ..digest(1, 5) };
        assert!(Sieve::new(&[&actor("ann")], vec![]).passes(&event));
        assert!(!Sieve::new(&[&actor("ann"), &actor("bob")], vec![]).passes(&event));
        assert!(!Sieve::new(&[&Filter { outcome: Some(Ending::Failure), ..Filter::default() }], vec![]).passes(&event));
        assert!(Sieve::new(&[], vec![BTreeSet::from([7])]).passes(&event));
        assert!(!Sieve::new(&[], vec![BTreeSet::new()]).passes(&event));
    }
}
