//! Times and numbers in a reader's language and zone: ICU4X writes, jiff knows the zones.

use crate::domain::time::Timestamp;
use crate::domain::view::Calendar;
use icu_calendar::{Date, Gregorian};
use icu_datetime::fieldsets::{T, YMD, YMDT};
use icu_datetime::input::{DateTime, Time};
use icu_datetime::{DateTimeFormatterLoadError, FixedCalendarDateTimeFormatter, NoCalendarFormatter};
use icu_decimal::{DecimalFormatter, input::Decimal};
use icu_locale_core::{Locale, locale};
use jiff::civil;
use jiff::tz::{AmbiguousOffset, TimeZone};

/// One reader's calendar. Years are always Gregorian, so that a date means the same to everybody who reads the log.
pub struct ReaderCalendar {
    zone: TimeZone,
    formats: Formats,
    now: Option<Timestamp>,
}

struct Formats {
    date: FixedCalendarDateTimeFormatter<Gregorian, YMD>,
    time: NoCalendarFormatter<T>,
    both: FixedCalendarDateTimeFormatter<Gregorian, YMDT>,
    number: DecimalFormatter,
}

impl ReaderCalendar {
    /// For a language tag such as `en-GB` and an IANA zone such as `Europe/Stockholm`; English and UTC where one is
    /// not known.
    pub fn new(locale: &str, zone: &str) -> Self {
        let formats = Locale::try_from_str(locale).ok().and_then(|locale| Formats::new(&locale).ok());
        let formats = formats.unwrap_or_else(Formats::english);
        Self { zone: time_zone(zone), formats, now: None }
    }

    /// The same, read at a moment: what is counted from now is counted from then.
    #[must_use]
    pub fn read_at(self, now: Timestamp) -> Self {
        Self { now: Some(now), ..self }
    }

    /// The zone, for reading dates that a reader enters.
    pub fn time_zone(&self) -> &TimeZone {
        &self.zone
    }

    /// A number with its digits grouped, such as `2,041`.
    pub fn number(&self, number: u64) -> String {
        self.formats.number.format(&Decimal::from(number)).to_string()
    }

    /// Such as ` UTC+1` in an hour that the clock shows twice, where the time alone would be two moments.
    fn offset_in_fold(&self, moment: Timestamp) -> String {
        let local = self.zone.to_ambiguous_timestamp(self.local(moment));
        match local.offset() {
            AmbiguousOffset::Fold { .. } => format!("\u{a0}{}", offset_name(&self.zone, moment)),
            AmbiguousOffset::Unambiguous { .. } | AmbiguousOffset::Gap { .. } => String::new(),
        }
    }

    /// The wall clock at a moment.
    fn local(&self, moment: Timestamp) -> civil::DateTime {
        self.zone.to_datetime(instant(moment))
    }
}

/// The zone of an IANA name; UTC where it is not known.
pub fn time_zone(name: &str) -> TimeZone {
    let known = if name.eq_ignore_ascii_case("utc") { None } else { TimeZone::get(name).ok() };
    known.unwrap_or(TimeZone::UTC)
}

impl Calendar for ReaderCalendar {
    fn date(&self, moment: Timestamp) -> String {
        self.formats.date.format(&date(self.local(moment))).to_string()
    }

    fn time(&self, moment: Timestamp) -> String {
        self.formats.time.format(&time(self.local(moment))).to_string() + &self.offset_in_fold(moment)
    }

    fn both(&self, moment: Timestamp) -> String {
        let local = self.local(moment);
        self.formats.both.format(&DateTime { date: date(local), time: time(local) }).to_string()
            + &self.offset_in_fold(moment)
    }

    fn ago(&self, moment: Timestamp) -> String {
        let near = self.now.and_then(|now| moment.ago(now));
        near.unwrap_or_else(|| self.both(moment))
    }

    fn zone(&self, moment: Timestamp) -> String {
        zone_name(&self.zone, moment)
    }
}

/// Moments for programs, and for people of any language: ISO 8601 with the zone's offset, such as
/// `2026-11-21T15:03:22.000+01:00`.
pub struct IsoCalendar(pub TimeZone);

impl Calendar for IsoCalendar {
    fn date(&self, moment: Timestamp) -> String {
        self.both(moment)
    }

    fn time(&self, moment: Timestamp) -> String {
        self.both(moment)
    }

    fn both(&self, moment: Timestamp) -> String {
        instant(moment).to_zoned(self.0.clone()).strftime("%Y-%m-%dT%H:%M:%S%.3f%:z").to_string()
    }

    fn zone(&self, moment: Timestamp) -> String {
        zone_name(&self.0, moment)
    }
}

impl Formats {
    fn english() -> Self {
        Self::new(&locale!("en")).expect("English is compiled in")
    }

    fn new(locale: &Locale) -> Result<Self, DateTimeFormatterLoadError> {
        let number = DecimalFormatter::try_new(locale.into(), icu_decimal::options::DecimalFormatterOptions::default());
        Ok(Self {
            date: FixedCalendarDateTimeFormatter::try_new(locale.into(), YMD::medium())?,
            time: NoCalendarFormatter::try_new(locale.into(), T::hms())?,
            both: FixedCalendarDateTimeFormatter::try_new(locale.into(), YMD::medium().with_time_hms())?,
            number: number.map_err(DateTimeFormatterLoadError::Data)?,
        })
    }
}

/// The same moment; the last day of the year 9999, where jiff ends, is its end.
fn instant(moment: Timestamp) -> jiff::Timestamp {
    jiff::Timestamp::from_millisecond(moment.millis()).unwrap_or(jiff::Timestamp::MAX)
}

fn date(local: civil::DateTime) -> Date<Gregorian> {
    let [month, day] = [local.month(), local.day()].map(|part| u8::try_from(part).unwrap_or(1));
    Date::try_new_gregorian(i32::from(local.year()), month, day).expect("a civil date is a Gregorian one")
}

fn time(local: civil::DateTime) -> Time {
    let [hour, minute, second] =
        [local.hour(), local.minute(), local.second()].map(|part| u8::try_from(part).unwrap_or(0));
    Time::try_new(hour, minute, second, 0).expect("a civil time is within the day")
}

/// Such as `Europe/Stockholm, UTC+2` in summer, or `UTC` alone.
fn zone_name(zone: &TimeZone, moment: Timestamp) -> String {
    let Some(name) = zone.iana_name().filter(|name| *name != "UTC") else { return "UTC".to_owned() };
    format!("{name}, {}", offset_name(zone, moment))
}

/// Such as `UTC+5:30`.
fn offset_name(zone: &TimeZone, moment: Timestamp) -> String {
    let minutes = zone.to_offset(instant(moment)).seconds() / 60;
    let sign = if minutes < 0 { '−' } else { '+' };
    let (hours, minutes) = (minutes.abs() / 60, minutes.abs() % 60);
    let minutes = if minutes == 0 { String::new() } else { format!(":{minutes:02}") };
    format!("UTC{sign}{hours}{minutes}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calendar(locale: &str, zone: &str) -> ReaderCalendar {
        ReaderCalendar::new(locale, zone)
    }

    fn said(locale: &str, zone: &str) -> [String; 3] {
        let (calendar, moment) = (calendar(locale, zone), Timestamp::parse("2026-11-21T16:05:09.400Z").unwrap());
        [calendar.date(moment), calendar.time(moment), calendar.both(moment)]
    }

    #[test]
    fn every_language_writes_its_own_way() {
        assert_eq!(said("en-GB", "UTC"), ["21 Nov 2026", "16:05:09", "21 Nov 2026, 16:05:09"]);
        assert_eq!(said("en-US", "UTC"), ["Nov 21, 2026", "4:05:09\u{202f}PM", "Nov 21, 2026, 4:05:09\u{202f}PM"]);
        assert_eq!(said("de", "UTC"), ["21.11.2026", "16:05:09", "21.11.2026, 16:05:09"]);
        assert_eq!(said("ja", "UTC"), ["2026/11/21", "16:05:09", "2026/11/21 16:05:09"]);
        let [date, time, _] = said("ar-EG", "UTC");
        assert!(date.contains("٢٠٢٦") && time.contains("٠٥"), "{date} {time}");
    }

    #[test]
    fn the_zone_moves_the_clock_and_the_day() {
        assert_eq!(said("en-GB", "Asia/Tokyo")[2], "22 Nov 2026, 01:05:09");
        assert_eq!(said("en-GB", "Europe/Stockholm")[1], "17:05:09");
    }

    #[test]
    fn a_zone_is_named_with_its_offset_of_the_moment() {
        let at = |zone: &str, moment| calendar("en", zone).zone(Timestamp::parse(moment).unwrap());
        let summer = |zone| at(zone, "2026-07-01T00:00:00Z");
        assert_eq!(summer("Europe/Stockholm"), "Europe/Stockholm, UTC+2");
        assert_eq!(at("Europe/Stockholm", "2026-12-01T00:00:00Z"), "Europe/Stockholm, UTC+1");
        assert_eq!(summer("Asia/Kolkata"), "Asia/Kolkata, UTC+5:30");
        assert_eq!(summer("America/New_York"), "America/New_York, UTC−4");
        assert_eq!(summer("utc"), "UTC");
    }

    #[test]
    fn a_time_in_the_hour_that_a_clock_repeats_has_its_offset() {
        let said = |zone: &str, moment| {
            let (calendar, moment) = (calendar("en-GB", zone), Timestamp::parse(moment).unwrap());
            [calendar.time(moment), calendar.both(moment)]
        };
        let stockholm = |moment| said("Europe/Stockholm", moment);
        assert_eq!(stockholm("2026-10-25T00:30:00Z"), ["02:30:00\u{a0}UTC+2", "25 Oct 2026, 02:30:00\u{a0}UTC+2"]);
        assert_eq!(stockholm("2026-10-25T01:30:00Z"), ["02:30:00\u{a0}UTC+1", "25 Oct 2026, 02:30:00\u{a0}UTC+1"]);
        for moment in ["2026-10-24T23:59:59Z", "2026-10-25T02:00:00Z", "2026-03-29T01:30:00Z"] {
            assert!(!stockholm(moment)[0].contains("UTC"), "{moment}");
        }
        assert_eq!(said("Australia/Lord_Howe", "2026-04-04T15:00:00Z")[0], "01:30:00\u{a0}UTC+10:30");
        assert_eq!(said("America/New_York", "2026-11-01T06:10:00Z")[0], "01:10:00\u{a0}UTC−5");
        assert!(!said("UTC", "2026-10-25T01:30:00Z")[0].contains("UTC"));
    }

    #[test]
    fn what_is_not_known_falls_back_to_english_and_utc() {
        assert_eq!(said("no such tag", "Mars/Olympus"), said("en", "UTC"));
        assert_eq!(calendar("", "").zone(Timestamp::MIN), "UTC");
    }

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(calendar("en-GB", "UTC").number(2_041), "2,041");
        assert_eq!(calendar("de", "UTC").number(10_000), "10.000");
        assert_eq!(calendar("en-IN", "UTC").number(1_234_567), "12,34,567");
    }

    #[test]
    fn the_ends_of_time_can_be_written() {
        for zone in ["UTC", "Asia/Tokyo", "America/New_York"] {
            assert!(!calendar("en", zone).both(Timestamp::MIN).is_empty());
            assert!(!calendar("en", zone).both(Timestamp::MAX).is_empty());
        }
    }
}
