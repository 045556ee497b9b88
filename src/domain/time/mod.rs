//! Moments in time, as events carry them.

mod exact;

pub use exact::{ExactTime, epoch_number};

use jiff::{SignedDuration, civil, tz::TimeZone};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A moment, in milliseconds since 1970-01-01T00:00:00Z.
///
/// Logs are ordered by it, and events of one millisecond by their arrival. Finer digits of an event's own time are in its
/// [`ExactTime`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

/// When moments are counted from, on a clock in UTC. jiff's own moments end a day before their last year does, and
/// `9999-12-31` is what people write for a range without an end.
const EPOCH: civil::DateTime = civil::date(1970, 1, 1).at(0, 0, 0, 0);

/// Why a text is not a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected an ISO 8601 date and time such as 2026-05-13T10:23:00Z, or seconds or milliseconds since 1970")]
pub struct NotATime;

impl Timestamp {
    /// The earliest moment an event may carry: year 1.
    pub const MIN: Self = Self(-62_135_596_800_000);
    /// The latest moment an event may carry: the end of year 9999.
    pub const MAX: Self = Self(253_402_300_799_999);

    /// From milliseconds since 1970, held within [`Self::MIN`] and [`Self::MAX`].
    pub fn from_millis(millis: i64) -> Self {
        Self(millis.clamp(Self::MIN.0, Self::MAX.0))
    }

    /// Milliseconds since 1970.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// The moment this many milliseconds later (or earlier).
    #[must_use]
    pub fn plus_millis(self, millis: i64) -> Self {
        Self::from_millis(self.0.saturating_add(millis))
    }

    /// Reads ISO 8601 with or without an offset or a named zone (RFC 9557; neither means UTC), or a bare date (its first
    /// moment). Digits below the millisecond are dropped: see [`ExactTime::parse`].
    pub fn parse(text: &str) -> Result<Self, NotATime> {
        ExactTime::parse(text).map(|time| time.moment)
    }

    /// Like [`Self::parse`], but a bare date means its last millisecond: for the end of a range.
    pub fn parse_end(text: &str) -> Result<Self, NotATime> {
        let start = Self::parse(text)?;
        let bare = text.trim().parse::<civil::Date>().is_ok() && !text.contains(['T', ':']);
        Ok(if bare { start.plus_millis(86_400_000 - 1) } else { start })
    }

    /// How long ago this is at `now`, such as `3 h ago`; `None` after a week, when a date says more, and for what is to
    /// come by more than a minute.
    pub fn ago(self, now: Self) -> Option<String> {
        let seconds = (now.0 - self.0) / 1_000;
        let (count, unit) = match seconds {
            -60..60 => return Some("just now".to_owned()),
            60..3_600 => (seconds / 60, "min"),
            3_600..86_400 => (seconds / 3_600, "h"),
            86_400..604_800 => (seconds / 86_400, "d"),
            _ => return None,
        };
        Some(format!("{count}\u{a0}{unit} ago"))
    }
}

impl fmt::Display for Timestamp {
    /// `2026-05-13T10:23:00.000Z`: RFC 3339 in UTC with exactly three fraction digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let local = EPOCH.saturating_add(SignedDuration::from_millis(self.0));
        write!(f, "{local:.3}Z")
    }
}

/// A calendar month in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month(civil::Date);

/// Why a text is no month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a year and a month such as 202611")]
pub struct NotAMonth;

impl Month {
    /// The one that a moment is in.
    pub fn of(moment: Timestamp) -> Self {
        let moment = jiff::Timestamp::from_millisecond(moment.millis()).unwrap_or(jiff::Timestamp::MAX);
        Self(TimeZone::UTC.to_datetime(moment).date().first_of_month())
    }

    /// The one after it; the last of all is followed by itself.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.last_of_month().tomorrow().unwrap_or(self.0))
    }

    /// Its first moment.
    pub fn first(self) -> Timestamp {
        let midnight = TimeZone::UTC.to_timestamp(self.0.at(0, 0, 0, 0));
        midnight.map_or(Timestamp::MAX, |moment| Timestamp::from_millis(moment.as_millisecond()))
    }

    /// Its last millisecond.
    pub fn last(self) -> Timestamp {
        let days = i64::from(self.0.days_in_month());
        self.first().plus_millis(days * 86_400_000 - 1)
    }
}

impl std::str::FromStr for Month {
    type Err = NotAMonth;
    fn from_str(text: &str) -> Result<Self, NotAMonth> {
        if text.len() != 6 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(NotAMonth);
        }
        let (year, month) = (text[..4].parse().map_err(|_| NotAMonth)?, text[4..].parse().map_err(|_| NotAMonth)?);
        let first = civil::Date::new(year, month, 1).map_err(|_| NotAMonth)?;
        if year == 0 { Err(NotAMonth) } else { Ok(Self(first)) }
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}{:02}", self.0.year(), self.0.month())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_without_a_zone_is_utc() {
        let moment = Timestamp::parse("2018-06-30T16:35:52").unwrap();
        assert_eq!(moment.to_string(), "2018-06-30T16:35:52.000Z");
        assert_eq!(moment, Timestamp::parse("2018-06-30T18:35:52+02:00").unwrap());
    }

    #[test]
    fn the_last_day_of_all_is_read_and_written() {
        for text in ["9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999"] {
            assert_eq!(Timestamp::parse(text), Ok(Timestamp::MAX), "{text}");
        }
        assert_eq!(Timestamp::parse_end("9999-12-31"), Ok(Timestamp::MAX));
        assert_eq!(Timestamp::MAX.to_string(), "9999-12-31T23:59:59.999Z");
        assert_eq!(Timestamp::MIN.to_string(), "0001-01-01T00:00:00.000Z");
        assert_eq!(Timestamp::parse("9999-12-31Z"), Err(NotATime));
    }

    #[test]
    fn a_bare_date_ends_with_its_last_millisecond() {
        let end = Timestamp::parse_end("2026-01-31").unwrap();
        assert_eq!(end.to_string(), "2026-01-31T23:59:59.999Z");
        assert_eq!(Timestamp::parse_end("2026-01-31T10:00:00Z").unwrap().to_string(), "2026-01-31T10:00:00.000Z");
    }

    #[test]
    fn a_month_begins_and_ends_with_its_days() {
        let month: Month = "202602".parse().unwrap();
        assert_eq!(month.first().to_string(), "2026-02-01T00:00:00.000Z");
        assert_eq!(month.last().to_string(), "2026-02-28T23:59:59.999Z");
        assert_eq!((month, month.next().to_string().as_str()), (Month::of(month.last()), "202603"));
        let last = Month::of(Timestamp::MAX);
        assert_eq!((last.next(), last.last()), (last, Timestamp::MAX));
        for text in ["", "2026-2", "202613", "000001", "20261", "２０２６01"] {
            assert_eq!(text.parse::<Month>(), Err(NotAMonth), "{text}");
        }
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["", "yesterday", "2026-13-01T00:00:00Z", "None", "12:00"] {
            assert_eq!(Timestamp::parse(text), Err(NotATime), "{text}");
        }
    }

    #[test]
    fn how_long_ago_is_said_in_the_largest_fitting_unit() {
        let now = Timestamp::from_millis(1_000_000_000_000);
        let ago = |seconds: i64| now.plus_millis(-seconds * 1_000).ago(now);
        assert_eq!(ago(5).as_deref(), Some("just now"));
        assert_eq!(ago(150).as_deref(), Some("2\u{a0}min ago"));
        assert_eq!(ago(3 * 3_600).as_deref(), Some("3\u{a0}h ago"));
        assert_eq!(ago(6 * 86_400).as_deref(), Some("6\u{a0}d ago"));
        assert_eq!((ago(8 * 86_400), ago(-3_600)), (None, None));
    }
}
