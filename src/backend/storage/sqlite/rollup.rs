//! Roll-ups: sums of a log's events over time, so that a chart of a year reads a hundred small rows.
//!
//! Values are summed over periods of 16 quarters of an hour, which tell the quarters apart, and over those of 256 and
//! 4,096, which do not: any span is made of at most some thirty periods of each length. A row holds the sums of one
//! period, each under a number that says what it is of; rows of many values are parted into shards, so that a row
//! never grows with the log.

use super::part;
use super::varint::{put, take};
use crate::backend::storage::StorageError;
use crate::domain::stats::{Quarter, Span, Sum};
use std::collections::BTreeMap;

/// Quarters in a period, as a power of two, for each level of values.
const LEVELS: [u32; 3] = [4, 8, 12];
/// The level of the rhythm: what happened in each quarter, whatever its values. Its periods are those of level 1.
pub const RHYTHM: i64 = 3;
const RHYTHM_BITS: u32 = LEVELS[1];
/// Values in one row.
const SHARD: i64 = 512;
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

impl Place {
    /// The sums of a row as they are stored there, in the log of this number.
    pub fn seal(self, log: i64, sums: Sums) -> Vec<u8> {
        part::seal(self.of(log), &sums.encode())
    }

    /// The bytes of the sums that stand there.
    pub fn open(self, log: i64, bytes: &[u8]) -> Result<&[u8], StorageError> {
        part::open(self.of(log), bytes)
    }

    const fn of(self, log: i64) -> part::Place {
        [log, self.level, self.period, self.shard]
    }
}

/// Consecutive periods of a level; the last is included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Periods {
    pub level: i64,
    pub first: i64,
    pub last: i64,
}

/// The sums of one row, by number; a number may be there more than once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sums(Vec<(u64, Sum)>);

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

/// The rows that sum a value at a quarter, one of each level, and the value's number in each.
pub fn places_of(quarter: i64, number: i64) -> impl Iterator<Item = (Place, u64)> {
    let shard = ordinal(number) / SHARD;
    (0..).zip(LEVELS).map(move |(level, bits)| {
        let own = if level == 0 { (number << LEVELS[0]) + (quarter & ((1 << LEVELS[0]) - 1)) } else { number };
        (Place { level, period: quarter >> bits, shard }, own.cast_unsigned())
    })
}

/// Visits the values of a row of some level that are of a span, each with its number.
pub fn read_values(
    Place { level, period, .. }: Place,
    span: Span,
    bytes: &[u8],
    mut visit: impl FnMut(u64, Sum),
) -> Result<(), StorageError> {
    if level > 0 {
        return each(bytes, visit);
    }
    let quarters = span.quarters();
    each(bytes, |number, sum| {
        let quarter = (period << LEVELS[0]) + (number & ((1 << LEVELS[0]) - 1)).cast_signed();
        if quarters.contains(&quarter) {
            visit(number >> LEVELS[0], sum);
        }
    })
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

/// The periods that a span is made of, as long ones as possible. Those of the first level may reach beyond its ends.
pub fn value_periods(span: Span) -> Vec<Periods> {
    let mut parts = Vec::new();
    let std::ops::Range { start: mut from, end: mut until } = span.quarters();
    // From both ends inwards: at each level what does not fill a period of the next.
    for (level, bits) in (0..).zip(LEVELS) {
        let next = LEVELS.iter().copied().find(|next| *next > bits);
        let inner = next.map(|next| ((from + (1 << next) - 1) >> next << next, until >> next << next));
        let (inner_from, inner_until) = inner.filter(|(from, until)| from < until).unwrap_or((until, until));
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
        self.0.push((number, sum));
    }

    /// Adds what [`Self::encode`] wrote.
    pub fn add_encoded(&mut self, bytes: &[u8]) -> Result<(), StorageError> {
        each(bytes, |number, sum| self.add(number, sum))
    }

    /// These without those of another.
    pub fn without(self, other: Self) -> Self {
        let mut left: BTreeMap<u64, Sum> = BTreeMap::new();
        for (number, sum) in self.0 {
            left.entry(number).or_default().add(sum);
        }
        for (number, sum) in other.0 {
            let own = left.entry(number).or_default();
            own.events = own.events.saturating_sub(sum.events);
            own.failed = own.failed.saturating_sub(sum.failed);
        }
        Self(left.into_iter().filter(|(_, sum)| sum.events > 0).collect())
    }

    /// Each number's sum with the distance from the number before; the failures only where there are some.
    pub fn encode(mut self) -> Vec<u8> {
        self.0.sort_unstable_by_key(|(number, _)| *number);
        let mut bytes = Vec::with_capacity(self.0.len() * 3);
        let mut last = 0;
        for same in self.0.chunk_by(|(a, _), (b, _)| a == b) {
            let number = same[0].0;
            let mut sum = Sum::default();
            for (_, more) in same {
                sum.add(*more);
            }
            put(&mut bytes, number - last);
            put(&mut bytes, sum.events * 2 + u64::from(sum.failed > 0));
            if sum.failed > 0 {
                put(&mut bytes, sum.failed);
            }
            last = number;
        }
        bytes
    }
}

/// Visits the sums of a row in the order of their numbers.
pub fn each(mut bytes: &[u8], mut visit: impl FnMut(u64, Sum)) -> Result<(), StorageError> {
    let damaged = || StorageError::Index("a roll-up is damaged".to_owned());
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
        let bytes = sums.clone().encode();
        let mut again = Sums::default();
        again.add_encoded(&bytes).unwrap();
        assert_eq!(again, sums);
        again.add_encoded(&bytes).unwrap();
        let mut doubled = Vec::new();
        each(&again.encode(), |number, sum| doubled.push((number, sum.events, sum.failed))).unwrap();
        assert_eq!(doubled, [(0, 2, 0), (7, 600, 4), (2_047, 1 << 41, 1 << 41)]);
        for cut in 0..bytes.len() {
            let _ = Sums::default().add_encoded(&bytes[..cut]);
        }
        assert!(each(&bytes[..bytes.len() - 1], |_, _| {}).is_err());
        assert!(each(&[0xff; 12], |_, _| {}).is_err());
    }

    #[test]
    fn the_periods_of_a_span_hold_each_of_its_quarters_once_and_are_few() {
        for (first, end) in [(0, 1), (-5, 20), (15, 17), (16, 32), (1_000, 36_000), (-70_000, -3), (4_096, 8_192)] {
            let span = span(first, end);
            let parts = value_periods(span);
            let mut seen = Vec::new();
            for part in &parts {
                for period in part.first..=part.last {
                    let bits = LEVELS[usize::try_from(part.level).unwrap()];
                    for quarter in period << bits..(period + 1) << bits {
                        let place = Place { level: part.level, period, shard: 0 };
                        let (_, number) = places_of(quarter, 7).find(|(own, _)| *own == place).unwrap();
                        let mut sums = Sums::default();
                        sums.add(number, Sum::one(false));
                        read_values(place, span, &sums.encode(), |number, _| seen.push((quarter, number))).unwrap();
                    }
                }
            }
            seen.sort_unstable();
            assert_eq!(seen, (first..end).map(|quarter| (quarter, 7)).collect::<Vec<_>>(), "{parts:?}");
            let rows: i64 = parts.iter().map(|part| part.last - part.first + 1).sum();
            assert!(rows < 90, "{rows} rows for {first}..{end}");
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
