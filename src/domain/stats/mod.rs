//! Sums of a log's events over time: what charts are drawn from.

mod range;
mod shape;

pub use range::{Range, Step, local};
pub use shape::{Bar, Week, WeekHour, bars, week};

use super::event::Event;
use super::time::Timestamp;

/// A quarter of an hour in milliseconds: the finest step of a sum. The days of every time zone in use begin at one.
pub const QUARTER: i64 = 15 * 60_000;

/// A number of events, and how many of them failed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sum {
    pub events: u64,
    pub failed: u64,
}

impl Sum {
    /// One event.
    pub fn one(failed: bool) -> Self {
        Self { events: 1, failed: u64::from(failed) }
    }

    pub fn add(&mut self, other: Self) {
        self.events += other.events;
        self.failed += other.failed;
    }
}

/// Time from one quarter of an hour up to another, which is not included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    first: i64,
    end: i64,
}

impl Span {
    /// The quarters that hold everything from one moment up to another; at least one.
    pub fn around(from: Timestamp, until: Timestamp) -> Self {
        let first = from.millis().div_euclid(QUARTER);
        let end = until.millis().div_euclid(QUARTER) + i64::from(until.millis().rem_euclid(QUARTER) > 0);
        Self { first, end: end.max(first + 1) }
    }

    /// The number of the first quarter since 1970, and of the first after the last.
    pub fn quarters(self) -> std::ops::Range<i64> {
        self.first..self.end
    }

    /// The first moment.
    pub fn from(self) -> Timestamp {
        Timestamp::from_millis(self.first.saturating_mul(QUARTER))
    }

    /// The first moment after it.
    pub fn until(self) -> Timestamp {
        Timestamp::from_millis(self.end.saturating_mul(QUARTER))
    }

    /// Its length in milliseconds.
    pub fn millis(self) -> i64 {
        (self.end - self.first).saturating_mul(QUARTER)
    }
}

/// How long after it happened an event was received.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Delay {
    /// The sender's clock runs ahead by more than a second.
    Ahead,
    Second,
    Minute,
    Hour,
    Day,
    Longer,
}

impl Delay {
    /// All of them, shortest first.
    pub const ALL: [Self; 6] = [Self::Ahead, Self::Second, Self::Minute, Self::Hour, Self::Day, Self::Longer];

    /// An event's own.
    pub fn of(event: &Event) -> Self {
        match event.stamp.id.received_at().millis() - event.stamp.occurred_at.millis() {
            ..-1_000 => Self::Ahead,
            -1_000..=1_000 => Self::Second,
            1_001..=60_000 => Self::Minute,
            60_001..=3_600_000 => Self::Hour,
            3_600_001..=86_400_000 => Self::Day,
            _ => Self::Longer,
        }
    }

    /// As a person reads it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Ahead => "before it happened",
            Self::Second => "within a second",
            Self::Minute => "within a minute",
            Self::Hour => "within an hour",
            Self::Day => "within a day",
            Self::Longer => "after more than a day",
        }
    }
}

/// The sums of a quarter of an hour.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Quarter {
    /// Its number since 1970.
    pub number: i64,
    /// By kind of act, in the order of [`super::event::Crud::ALL`].
    pub kinds: [Sum; 4],
    /// By delay, in the order of [`Delay::ALL`].
    pub delays: [u64; 6],
}

impl Quarter {
    /// The quarter of an event, with nothing in it but the event.
    pub fn of(event: &Event) -> Self {
        let number = event.stamp.occurred_at.millis().div_euclid(QUARTER);
        let mut quarter = Self { number, ..Self::default() };
        quarter.kinds[event.crud as usize] = Sum::one(event.outcome.failed());
        quarter.delays[Delay::of(event) as usize] = 1;
        quarter
    }

    /// Everything that happened in it.
    pub fn sum(&self) -> Sum {
        self.kinds.iter().fold(Sum::default(), |mut all, kind| {
            all.add(*kind);
            all
        })
    }

    /// Adds what another one has.
    pub fn add(&mut self, other: &Self) {
        self.kinds.iter_mut().zip(other.kinds).for_each(|(own, more)| own.add(more));
        self.delays.iter_mut().zip(other.delays).for_each(|(own, more)| *own += more);
    }
}

/// A value of a field, with the events that have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ranked {
    /// What to filter by.
    pub value: String,
    /// What to show; the value where there is nothing better.
    pub label: String,
    pub sum: Sum,
}

/// The values of one field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ranking {
    /// Those of most events, most first.
    pub most: Vec<Ranked>,
    /// Those of most failures, most first; none without a failure.
    pub failing: Vec<Ranked>,
    /// How many different ones there are.
    pub distinct: u64,
    /// How many of them have a failure.
    pub distinct_failing: u64,
}

/// An action, with the moments at which the log has it first and last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    pub action: String,
    pub first: Timestamp,
    pub last: Timestamp,
}

/// The sums of a span.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stats {
    /// Those that have events, oldest first.
    pub quarters: Vec<Quarter>,
    pub actions: Ranking,
    pub actors: Ranking,
    /// Empty for the log of one client.
    pub clients: Ranking,
    /// Actions that the log did not have before, the newest first.
    pub new_actions: Vec<Seen>,
    /// Actions of the span of the same length before that did not happen since, those that stopped last first.
    pub stopped_actions: Vec<Seen>,
}

/// A client as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientSummary {
    pub id: super::access::ClientId,
    pub name: Option<String>,
    pub events: u64,
    /// When its first and its last event happened.
    pub first: Timestamp,
    pub last: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_made_of_whole_quarters_of_an_hour() {
        let at = |text| Timestamp::parse(text).unwrap();
        let span = Span::around(at("2026-11-21T10:20:00Z"), at("2026-11-21T11:00:00.001Z"));
        assert_eq!(span.from(), at("2026-11-21T10:15:00Z"));
        assert_eq!(span.until(), at("2026-11-21T11:15:00Z"));
        assert_eq!(span.millis(), 4 * QUARTER);
        let none = Span::around(at("2026-11-21T10:15:00Z"), at("2026-11-21T10:15:00Z"));
        assert_eq!(none.millis(), QUARTER);
        assert_eq!(Span::around(at("1969-12-31T23:50:00Z"), at("1970-01-01T00:00:00Z")).quarters(), -1..0);
    }
}
