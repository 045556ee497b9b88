//! Roll-ups: sums of a log's events over time, so that a chart of a year reads a hundred small rows.
//!
//! Events are summed by quarters of an hour, and the quarters by periods of 16, 256 and 4,096: any span is made of at
//! most some thirty periods of each length. A row holds the sums of one period, each under a number that says what it
//! is of; rows of many values are parted into shards, so that a row never grows with the log.

use super::varint::{put, take};
use crate::backend::storage::StorageError;
use crate::domain::stats::{Quarter, Span, Sum};
use std::collections::BTreeMap;

/// Quarters in a period, as a power of two, for each level of values.
const LEVELS: [u32; 4] = [0, 4, 8, 12];
/// The level of the rhythm: what happened in each quarter, whatever its values. Its periods are those of level 2.
pub const RHYTHM: i64 = 4;
const RHYTHM_BITS: u32 = LEVELS[2];
/// Numbers in one row of values.
const SHARD: u64 = 2_048;
/// Numbers of each quarter in a row of the rhythm: kinds from 0, delays from 8.
const SLOTS: u64 = 16;
const DELAYS: u64 = 8;

/// Where a row stands in its log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    pub level: i64,
    pub period: i64,
    pub shard: i64,
}

/// Consecutive periods of a level; the last is included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Periods {
    pub level: i64,
    pub first: i64,
    pub last: i64,
}

/// The sums of one row, by number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sums(BTreeMap<u64, Sum>);

/// The number of a value in its log's roll-ups: which one it is of its log, and its kind (1 to 4, as facets have it).
pub const fn number(ordinal: i64, kind: i64) -> i64 {
    ordinal * 4 + kind - 1
}

/// Which one of its log's values a number is of.
pub const fn ordinal(number: i64) -> i64 {
    number / 4
}

/// The kind of a number's value.
pub const fn kind(number: u64) -> i64 {
    (number % 4).cast_signed() + 1
}

/// The rows that sum a value at a quarter, one of each level.
pub fn places_of(quarter: i64, number: i64) -> impl Iterator<Item = Place> {
    let shard = number / SHARD.cast_signed();
    (0..).zip(LEVELS).map(move |(level, bits)| Place { level, period: quarter >> bits, shard })
}

/// The row that holds a quarter's rhythm, and its sums there.
pub fn rhythm_of(quarter: &Quarter) -> (Place, impl Iterator<Item = (u64, Sum)>) {
    let base = (quarter.number & ((1 << RHYTHM_BITS) - 1)).cast_unsigned() * SLOTS;
    let kinds = (base..).zip(quarter.kinds);
    let delays = (base + DELAYS..).zip(quarter.delays.map(|events| Sum { events, failed: 0 }));
    let place = Place { level: RHYTHM, period: quarter.number >> RHYTHM_BITS, shard: 0 };
    (place, kinds.chain(delays).filter(|(_, sum)| sum.events > 0))
}

/// Reads the quarters of a row of the rhythm, oldest first.
pub fn read_rhythm(period: i64, bytes: &[u8], mut visit: impl FnMut(Quarter)) -> Result<(), StorageError> {
    let mut current = Quarter::default();
    each(bytes, |number, sum| {
        let quarter = (period << RHYTHM_BITS) + (number / SLOTS).cast_signed();
        if quarter != current.number {
            let done = std::mem::replace(&mut current, Quarter { number: quarter, ..Quarter::default() });
            if done.sum().events > 0 {
                visit(done);
            }
        }
        match usize::try_from(number % SLOTS).unwrap_or(0) {
            kind @ 0..4 => current.kinds[kind] = sum,
            delay @ 8..14 => current.delays[delay - 8] = sum.events,
            _ => {}
        }
    })?;
    if current.sum().events > 0 {
        visit(current);
    }
    Ok(())
}

/// The periods of the rhythm that touch a span.
pub fn rhythm_periods(span: Span) -> Periods {
    let quarters = span.quarters();
    Periods { level: RHYTHM, first: quarters.start >> RHYTHM_BITS, last: (quarters.end - 1) >> RHYTHM_BITS }
}

/// The periods that a span is made of, as long ones as possible.
pub fn value_periods(span: Span) -> Vec<Periods> {
    let mut parts = Vec::new();
    let std::ops::Range { start: mut from, end: mut until } = span.quarters();
    // From both ends inwards: at each level what does not fill a period of the next.
    for (level, bits) in (0..).zip(LEVELS) {
        let next = LEVELS.get(usize::try_from(level + 1).unwrap_or(usize::MAX));
        let up = |quarter: i64, bits: u32| (quarter + (1 << bits) - 1) >> bits << bits;
        let (inner_from, inner_until) = match next {
            Some(next) if up(from, *next) < until >> next << next => (up(from, *next), until >> next << next),
            _ => (until, until),
        };
        let edges = [(from, inner_from), (inner_until, until)];
        parts.extend(edges.into_iter().filter(|(from, until)| from < until).map(|(from, until)| Periods {
            level,
            first: from >> bits,
            last: (until - 1) >> bits,
        }));
        (from, until) = (inner_from, inner_until);
        if from == until {
            break;
        }
    }
    parts
}

impl Sums {
    pub fn add(&mut self, number: u64, sum: Sum) {
        self.0.entry(number).or_default().add(sum);
    }

    /// Adds what [`Self::encode`] wrote.
    pub fn add_encoded(&mut self, bytes: &[u8]) -> Result<(), StorageError> {
        each(bytes, |number, sum| self.add(number, sum))
    }

    /// Each sum with the distance from the number before; the failures only where there are some.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.0.len() * 3);
        let mut last = 0;
        for (number, Sum { events, failed }) in &self.0 {
            put(&mut bytes, number - last);
            put(&mut bytes, events * 2 + u64::from(*failed > 0));
            if *failed > 0 {
                put(&mut bytes, *failed);
            }
            last = *number;
        }
        bytes
    }
}

/// Visits the sums of a row in the order of their numbers.
pub fn each(mut bytes: &[u8], mut visit: impl FnMut(u64, Sum)) -> Result<(), StorageError> {
    let damaged = || StorageError::Damaged("a roll-up of the index; `daybook reindex` builds it anew".to_owned());
    let mut number = 0_u64;
    while !bytes.is_empty() {
        let mut next = || take(&mut bytes).ok_or_else(damaged);
        number = number.checked_add(next()?).ok_or_else(damaged)?;
        let events = next()?;
        let failed = if events % 2 == 1 { next()? } else { 0 };
        visit(number, Sum { events: events / 2, failed });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::stats::QUARTER;
    use crate::domain::time::Timestamp;

    fn span(first: i64, end: i64) -> Span {
        Span::around(Timestamp::from_millis(first * QUARTER), Timestamp::from_millis(end * QUARTER))
    }

    #[test]
    fn sums_come_back_as_written_and_cut_bytes_are_damage_not_a_crash() {
        let mut sums = Sums::default();
        for (number, events, failed) in [(0, 1, 0), (7, 300, 2), (2_047, 1 << 40, 1 << 40)] {
            sums.add(number, Sum { events, failed });
        }
        let bytes = sums.encode();
        let mut twice = Sums::default();
        twice.add_encoded(&bytes).unwrap();
        assert_eq!(twice, sums);
        for cut in 0..bytes.len() {
            let _ = Sums::default().add_encoded(&bytes[..cut]);
        }
        assert!(each(&bytes[..bytes.len() - 1], |_, _| {}).is_err());
        assert!(each(&[0xff; 12], |_, _| {}).is_err());
    }

    #[test]
    fn the_periods_of_a_span_hold_each_of_its_quarters_once_and_are_few() {
        for (first, end) in [(0, 1), (-5, 20), (15, 17), (16, 32), (1_000, 36_000), (-70_000, -3), (4_096, 8_192)] {
            let parts = value_periods(span(first, end));
            let mut quarters: Vec<i64> = parts
                .iter()
                .flat_map(|part| {
                    let bits = LEVELS[usize::try_from(part.level).unwrap()];
                    part.first << bits..(part.last + 1) << bits
                })
                .collect();
            quarters.sort_unstable();
            assert_eq!(quarters, (first..end).collect::<Vec<_>>(), "{parts:?}");
            let rows: i64 = parts.iter().map(|part| part.last - part.first + 1).sum();
            assert!(rows < 120, "{rows} rows for {first}..{end}");
        }
    }

    #[test]
    fn a_quarter_s_rhythm_comes_back() {
        let mut quarters = Vec::new();
        let mut sums = Sums::default();
        for number in [-256, -255, -1] {
            let kinds = [Sum { events: 3, failed: 1 }, Sum::default(), Sum::one(false), Sum::default()];
            let quarter = Quarter { number, kinds, delays: [0, 1, 0, 0, 3, 0] };
            let (place, parts) = rhythm_of(&quarter);
            assert_eq!(place.period, -1);
            parts.for_each(|(number, sum)| sums.add(number, sum));
            quarters.push(quarter);
        }
        let mut read = Vec::new();
        read_rhythm(-1, &sums.encode(), |quarter| read.push(quarter)).unwrap();
        assert_eq!(read, quarters);
    }

    #[test]
    fn a_number_tells_which_value_it_is() {
        assert_eq!((kind(number(5, 3).cast_unsigned()), ordinal(number(5, 3))), (3, 5));
    }
}
