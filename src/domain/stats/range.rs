//! The time that a chart is of, and the steps of its axis: whole hours, days and weeks of a reader's own zone.

use super::{QUARTER, Span};
use crate::domain::time::Timestamp;
use jiff::{ToSpan, Zoned, civil, tz::TimeZone};

const HOUR: i64 = 4 * QUARTER;
const DAY: i64 = 24 * HOUR;

/// Time up to now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Range {
    Day,
    Week,
    #[default]
    Month,
    Quarter,
    Year,
}

impl Range {
    /// All of them, shortest first.
    pub const ALL: [Self; 5] = [Self::Day, Self::Week, Self::Month, Self::Quarter, Self::Year];

    /// As a URL writes it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Day => "24h",
            Self::Week => "7d",
            Self::Month => "30d",
            Self::Quarter => "90d",
            Self::Year => "12mo",
        }
    }

    /// As a person reads it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Day => "24 hours",
            Self::Week => "7 days",
            Self::Month => "30 days",
            Self::Quarter => "90 days",
            Self::Year => "12 months",
        }
    }

    /// The range of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|range| range.code() == code)
    }

    /// From its first moment to the end of the hour or day that `now` is in.
    pub fn span(self, now: Timestamp, zone: &TimeZone) -> Span {
        if self == Self::Day {
            let until = Step::Hour.after(now, zone);
            return Span::around(until.plus_millis(-DAY), until);
        }
        let until = Step::Day.after(now, zone);
        let today = local(now, zone).date();
        let first = match self {
            Self::Day | Self::Week => today.saturating_sub(6.days()),
            Self::Month => today.saturating_sub(29.days()),
            Self::Quarter => today.saturating_sub(89.days()),
            Self::Year => monday(today.saturating_sub(1.year())),
        };
        Span::around(moment(first.at(0, 0, 0, 0), zone).unwrap_or(now), until)
    }
}

/// What one step of a time axis is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Quarter,
    Hour,
    SixHours,
    Day,
    Week,
    Month,
}

impl Step {
    /// The one that parts a span into some tens.
    pub fn of(span: Span) -> Self {
        match span.millis() {
            ..=21_600_000 => Self::Quarter,
            21_600_001..=259_200_000 => Self::Hour,
            259_200_001..=1_296_000_000 => Self::SixHours,
            1_296_000_001..=10_368_000_000 => Self::Day,
            10_368_000_001..=63_158_400_000 => Self::Week,
            _ => Self::Month,
        }
    }

    /// Where the steps of a span begin, the first with the span itself.
    pub fn starts(self, span: Span, zone: &TimeZone) -> Vec<Timestamp> {
        let next = |at: &Timestamp| Some(self.after(*at, zone)).filter(|next| next > at && *next < span.until());
        std::iter::successors(Some(span.from()), next).collect()
    }

    /// Where the step after a moment begins.
    fn after(self, at: Timestamp, zone: &TimeZone) -> Timestamp {
        let local = local(at, zone);
        let midnight = |date: civil::Date| date.at(0, 0, 0, 0);
        let next = match self {
            Self::Quarter => return at.plus_millis(QUARTER - at.millis().rem_euclid(QUARTER)),
            // By the wall clock's minutes, in time that goes on evenly: an hour that a zone has twice is two steps.
            Self::Hour => {
                let into = i64::from(local.minute()) * 60_000
                    + i64::from(local.second()) * 1_000
                    + i64::from(local.millisecond());
                return at.plus_millis(HOUR - into);
            }
            Self::SixHours if local.hour() < 18 => local.date().at(local.hour() / 6 * 6 + 6, 0, 0, 0),
            Self::SixHours | Self::Day => midnight(local.date().saturating_add(1.day())),
            Self::Week => midnight(monday(local.date()).saturating_add(7.days())),
            Self::Month => midnight(local.date().first_of_month().saturating_add(1.month())),
        };
        moment(next, zone).unwrap_or(at)
    }
}

/// The wall clock at a moment; the end of the year 9999 is the last it shows.
pub fn local(at: Timestamp, zone: &TimeZone) -> civil::DateTime {
    zone.to_datetime(jiff::Timestamp::from_millisecond(at.millis()).unwrap_or(jiff::Timestamp::MAX))
}

/// The moment of a wall clock's time; what a zone skips is moved on.
fn moment(local: civil::DateTime, zone: &TimeZone) -> Option<Timestamp> {
    let zoned: Zoned = zone.to_zoned(local).ok()?;
    Some(Timestamp::from_millis(zoned.timestamp().as_millisecond()))
}

/// The Monday of a date's week.
fn monday(date: civil::Date) -> civil::Date {
    date.saturating_sub(i64::from(date.weekday().to_monday_zero_offset()).days())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    fn ends(span: Span) -> (String, String) {
        (span.from().to_string(), span.until().to_string())
    }

    #[test]
    fn a_range_is_made_of_whole_days_of_the_reader_s_zone() {
        let zone = TimeZone::fixed(jiff::tz::offset(2));
        let now = at("2026-11-21T22:30:00Z");
        let of = |range: Range| ends(range.span(now, &zone));
        assert_eq!(of(Range::Day), ("2026-11-20T23:00:00.000Z".into(), "2026-11-21T23:00:00.000Z".into()));
        assert_eq!(of(Range::Week), ("2026-11-15T22:00:00.000Z".into(), "2026-11-22T22:00:00.000Z".into()));
        assert_eq!(Step::of(Range::Week.span(now, &zone)), Step::SixHours);
        assert_eq!(Step::SixHours.starts(Range::Week.span(now, &zone), &zone).len(), 28);
        assert_eq!(Step::Day.starts(Range::Month.span(now, &zone), &zone).len(), 30);
        let year = Range::Year.span(now, &zone);
        assert_eq!(local(year.from(), &zone).weekday(), civil::Weekday::Monday);
        assert!((52..=54).contains(&Step::of(year).starts(year, &zone).len()));
    }

    #[test]
    fn a_day_of_twenty_five_hours_has_as_many_steps() {
        let zone = TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap();
        let day = Span::around(at("2026-10-24T22:00:00Z"), at("2026-10-25T23:00:00Z"));
        assert_eq!(Step::Hour.starts(day, &zone).len(), 25);
        assert_eq!(Step::Day.starts(day, &zone).len(), 1);
        assert_eq!(Step::SixHours.starts(day, &zone).len(), 4);
    }

    #[test]
    fn steps_end_with_time_itself() {
        let span = Span::around(at("9999-12-30T00:00:00Z"), Timestamp::MAX);
        for step in [Step::Quarter, Step::Hour, Step::SixHours, Step::Day, Step::Week, Step::Month] {
            assert!(step.starts(span, &TimeZone::UTC).len() < 300, "{step:?}");
        }
    }

    #[test]
    fn every_range_reads_back_from_its_code() {
        for range in Range::ALL {
            assert_eq!(Range::of_code(range.code()), Some(range));
        }
        assert_eq!(Range::of_code("1y"), None);
    }
}
