//! How quarters of an hour become the bars of a time axis, and the hours of a week.

use super::{QUARTER, Quarter, Span};
use crate::domain::time::Timestamp;
use jiff::tz::TimeZone;

const HOUR: i64 = 4 * QUARTER;

/// One step of a time axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bar {
    pub from: Timestamp,
    /// The first moment after it.
    pub until: Timestamp,
    /// What happened in it; its own number means nothing.
    pub sums: Quarter,
}

/// The bars that begin at `starts`, which are in order and begin with the span.
pub fn bars(quarters: &[Quarter], starts: &[Timestamp], span: Span) -> Vec<Bar> {
    let ends = starts.iter().skip(1).copied().chain([span.until()]);
    let mut rest = quarters.iter().peekable();
    let bar = |(from, until): (&Timestamp, Timestamp)| {
        let mut sums = Quarter::default();
        while let Some(quarter) = rest.next_if(|quarter| quarter.number.saturating_mul(QUARTER) < until.millis()) {
            sums.add(quarter);
        }
        Bar { from: *from, until, sums }
    };
    starts.iter().zip(ends).map(bar).collect()
}

/// An hour of the week, over all weeks of a span.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WeekHour {
    pub events: u64,
    /// The hour among them in which most happened, and how much; none without events.
    pub busiest: Option<(Timestamp, u64)>,
}

/// The hours of a week, Monday first, each by the wall clock of a zone.
pub type Week = [[WeekHour; 24]; 7];

/// Adds quarters, which are in order, up by hour and weekday.
pub fn week(quarters: &[Quarter], zone: &TimeZone) -> Week {
    let mut week = Week::default();
    let mut clock = WallClock { zone, until: i64::MIN, offset: 0 };
    let mut hour: Option<Hour> = None;
    for quarter in quarters {
        let start = clock.hour_of(quarter.number.saturating_mul(QUARTER));
        let events = quarter.sum().events;
        match &mut hour {
            Some(hour) if hour.start == start => hour.events += events,
            _ => {
                hour.replace(Hour { start, local: start + clock.offset, events })
                    .into_iter()
                    .for_each(|hour| hour.put(&mut week));
            }
        }
    }
    if let Some(hour) = hour {
        hour.put(&mut week);
    }
    week
}

/// An hour of the wall clock, in milliseconds since 1970: as time goes, and as the clock shows.
struct Hour {
    start: i64,
    local: i64,
    events: u64,
}

impl Hour {
    fn put(self, week: &mut Week) {
        let hours = self.local.div_euclid(HOUR);
        // 1970 began on a Thursday.
        let weekday = usize::try_from((hours.div_euclid(24) + 3).rem_euclid(7)).unwrap_or(0);
        let place = &mut week[weekday][usize::try_from(hours.rem_euclid(24)).unwrap_or(0)];
        place.events += self.events;
        if place.busiest.is_none_or(|(_, most)| self.events > most) {
            place.busiest = Some((Timestamp::from_millis(self.start), self.events));
        }
    }
}

/// A zone's wall clock, which asks the zone only where it changes: a year has tens of thousands of quarters.
struct WallClock<'z> {
    zone: &'z TimeZone,
    /// Through when the offset holds, and the offset, in milliseconds.
    until: i64,
    offset: i64,
}

impl WallClock<'_> {
    /// The moment at which the hour began that the clock shows at a moment; moments come in order.
    fn hour_of(&mut self, moment: i64) -> i64 {
        if moment >= self.until {
            let instant = jiff::Timestamp::from_millisecond(moment).unwrap_or(jiff::Timestamp::MAX);
            self.offset = i64::from(self.zone.to_offset(instant).seconds()) * 1_000;
            let next = self.zone.following(instant).next();
            self.until = next.map_or(i64::MAX, |next| next.timestamp().as_millisecond());
        }
        (moment + self.offset).div_euclid(HOUR) * HOUR - self.offset
    }
}

#[cfg(test)]
mod tests {
    use super::super::Sum;
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    fn quarter(text: &str, events: u64) -> Quarter {
        let mut quarter = Quarter { number: at(text).millis().div_euclid(QUARTER), ..Quarter::default() };
        quarter.kinds[0] = Sum { events, failed: 0 };
        quarter
    }

    #[test]
    fn bars_hold_each_quarter_once() {
        let quarters = [
            quarter("2026-01-01T00:00:00Z", 1),
            quarter("2026-01-01T00:45:00Z", 2),
            quarter("2026-01-01T02:00:00Z", 4),
        ];
        let span = Span::around(at("2026-01-01"), at("2026-01-01T03:00:00Z"));
        let starts = [at("2026-01-01"), at("2026-01-01T01:00:00Z"), at("2026-01-01T02:00:00Z")];
        let bars = bars(&quarters, &starts, span);
        assert_eq!(bars.iter().map(|bar| bar.sums.sum().events).collect::<Vec<_>>(), [3, 0, 4]);
        assert_eq!((bars[2].from, bars[2].until), (starts[2], span.until()));
    }

    #[test]
    fn an_hour_is_that_of_the_reader_s_wall_clock_also_where_it_is_half_an_hour_off_and_where_it_changes() {
        // 20:00 on Sunday in UTC is half past one on Monday in India.
        let india = TimeZone::fixed(jiff::tz::Offset::from_seconds(19_800).unwrap());
        let quarters = [
            quarter("2026-11-22T19:30:00Z", 1),
            quarter("2026-11-22T20:15:00Z", 2),
            quarter("2026-11-22T20:30:00Z", 4),
        ];
        let hours = week(&quarters, &india);
        assert_eq!(hours[0][1], WeekHour { events: 3, busiest: Some((at("2026-11-22T19:30:00Z"), 3)) });
        assert_eq!(hours[0][2].events, 4);
        // The clock shows two to three twice on the last Sunday of October.
        let europe = TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap();
        let quarters = [
            quarter("2026-10-25T00:15:00Z", 1),
            quarter("2026-10-25T01:15:00Z", 2),
            quarter("2026-10-25T02:00:00Z", 4),
        ];
        let hours = week(&quarters, &europe);
        assert_eq!(hours[6][2], WeekHour { events: 3, busiest: Some((at("2026-10-25T01:00:00Z"), 2)) });
        assert_eq!(hours[6][3].events, 4);
    }
}
