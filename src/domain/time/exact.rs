//! Moments to the nanosecond, as senders write them.

use super::{EPOCH, NotATime, Timestamp};
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use std::fmt;

const NANOS_PER_MILLI: i128 = 1_000_000;
const NANOS_PER_SECOND: i128 = 1_000_000_000;

/// A moment with all digits down to the nanosecond.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ExactTime {
    pub moment: Timestamp,
    /// Nanoseconds after it: below a million.
    pub nanos: u32,
}

impl ExactTime {
    /// Reads ISO 8601 with or without an offset or a named zone, or a bare date (its first moment). Neither an offset nor
    /// a zone means UTC. Digits beyond the ninth of a second are dropped.
    ///
    /// A zone in brackets (RFC 9557) says what a time without an offset means. Beside an offset, the offset counts; where
    /// they contradict each other, or the zone is not known, a zone marked as critical (`[!Europe/Berlin]`) is refused.
    pub fn parse(text: &str) -> Result<Self, NotATime> {
        let text = text.trim();
        let (text, suffix) = text.find('[').map_or((text, ""), |at| text.split_at(at));
        let zone = Zone::read(suffix)?;
        let Some(separator) = text.find(['T', 't', ' ']) else {
            return if suffix.is_empty() { Self::midnight(text) } else { Err(NotATime) };
        };
        let (clock, offset) = split_offset(text, separator)?;
        let local = local(clock)?;
        match (offset, zone) {
            (None, None) => Self::at_offset(local, 0),
            (None, Some(zone)) => Self::of_nanos(zone.known.ok_or(NotATime)?.nanos(local)?),
            (Some(offset), zone) => {
                let time = Self::at_offset(local, offset.seconds())?;
                match zone {
                    Some(zone) if zone.critical && !zone.agrees(local, offset) => Err(NotATime),
                    _ => Ok(time),
                }
            }
        }
    }

    /// Reads the text of a JSON number: seconds since 1970 below 10^11 (year 5138), milliseconds above.
    pub fn from_number(text: &str) -> Result<Self, NotATime> {
        let size = text.parse::<f64>().map_err(|_| NotATime)?.abs();
        if !size.is_finite() || size > 9e15 {
            return Err(NotATime);
        }
        let unit = if size < 1e11 { NANOS_PER_SECOND } else { NANOS_PER_MILLI };
        Self::of_nanos(decimal_times(text, unit).ok_or(NotATime)?)
    }

    /// Reads the text of a table's cell, which may be a number or anything that [`Self::parse`] reads.
    pub fn from_cell(text: &str) -> Result<Self, NotATime> {
        epoch_number(text).map_or_else(|| Self::parse(text), Self::from_number)
    }

    fn midnight(text: &str) -> Result<Self, NotATime> {
        Self::at_offset(text.parse::<Date>().map_err(|_| NotATime)?.at(0, 0, 0, 0), 0)
    }

    fn at_offset(local: DateTime, seconds: i32) -> Result<Self, NotATime> {
        Self::of_nanos(local.duration_since(EPOCH).as_nanos() - i128::from(seconds) * NANOS_PER_SECOND)
    }

    /// From nanoseconds since 1970.
    fn of_nanos(nanos: i128) -> Result<Self, NotATime> {
        let millis = i64::try_from(nanos.div_euclid(NANOS_PER_MILLI)).map_err(|_| NotATime)?;
        let moment = Timestamp::from_millis(millis);
        if moment.millis() != millis {
            return Err(NotATime);
        }
        Ok(Self { moment, nanos: u32::try_from(nanos.rem_euclid(NANOS_PER_MILLI)).map_err(|_| NotATime)? })
    }
}

impl From<Timestamp> for ExactTime {
    fn from(moment: Timestamp) -> Self {
        Self { moment, nanos: 0 }
    }
}

impl fmt::Display for ExactTime {
    /// RFC 3339 in UTC with three, six or nine digits of a second: as many as say something.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { moment, nanos } = self;
        let millis = moment.to_string();
        match (nanos, millis.strip_suffix('Z')) {
            (0, _) | (_, None) => f.write_str(&millis),
            (nanos, Some(millis)) if nanos % 1_000 == 0 => write!(f, "{millis}{:03}Z", nanos / 1_000),
            (nanos, Some(millis)) => write!(f, "{millis}{nanos:06}Z"),
        }
    }
}

/// The number in a table's cell that counts seconds or milliseconds since 1970, where it is one: as many digits as
/// seconds have since 1973. A cell of eight digits is a date, and shorter ones are no moment.
pub fn epoch_number(cell: &str) -> Option<&str> {
    let cell = cell.trim();
    let (whole, fraction) = cell.strip_prefix('-').unwrap_or(cell).split_once('.').unwrap_or((cell, "0"));
    let whole = whole.strip_prefix('-').unwrap_or(whole);
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    (digits(whole) && digits(fraction) && (9..=16).contains(&whole.len()) && !whole.starts_with('0')).then_some(cell)
}

/// A decimal number times a unit, what is left of it dropped.
fn decimal_times(text: &str, unit: i128) -> Option<i128> {
    if text.contains(['e', 'E']) {
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            reason = "an exponent says no digits"
        )]
        return Some((text.parse::<f64>().ok()? * unit as f64).round() as i128);
    }
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |digits| (-1, digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let places = unit.ilog10() as usize;
    let fraction = format!("{:0<places$}", &fraction[..fraction.len().min(places)]);
    let whole = whole.parse::<i128>().ok()?.checked_mul(unit)?;
    Some(sign * (whole + fraction.parse::<i128>().ok()?))
}

/// What is before an offset, and the offset if there is one.
fn split_offset(text: &str, separator: usize) -> Result<(&str, Option<Offset>), NotATime> {
    if let Some(clock) = text.strip_suffix(['Z', 'z']) {
        return Ok((clock.trim_end(), Some(Offset::Utc)));
    }
    match text[separator..].rfind(['+', '-']) {
        None => Ok((text, None)),
        Some(at) => {
            let (clock, offset) = text.split_at(separator + at);
            Ok((clock.trim_end(), Some(Offset::Seconds(offset_seconds(offset)?))))
        }
    }
}

/// A local date and time, with no more digits than count.
fn local(text: &str) -> Result<DateTime, NotATime> {
    let fraction = text.find(['.', ',']).map_or(text.len(), |at| (at + 10).min(text.len()));
    if !text.bytes().skip(fraction).all(|byte| byte.is_ascii_digit()) {
        return Err(NotATime);
    }
    text[..fraction].parse().map_err(|_| NotATime)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Offset {
    /// `Z`: the moment is known, and nothing is said of the local time.
    Utc,
    Seconds(i32),
}

impl Offset {
    fn seconds(self) -> i32 {
        if let Self::Seconds(seconds) = self { seconds } else { 0 }
    }
}

/// `+02:00`, `-0530` or `+01`: below a day, as RFC 3339 has it.
fn offset_seconds(text: &str) -> Result<i32, NotATime> {
    let (sign, rest) = match text.as_bytes().first() {
        Some(b'+') => (1, &text[1..]),
        Some(b'-') => (-1, &text[1..]),
        _ => return Err(NotATime),
    };
    let (hours, minutes) = match (rest.len(), rest.split_once(':')) {
        (2, None) => (rest, "00"),
        (4, None) => rest.split_at_checked(2).ok_or(NotATime)?,
        (5, Some(parts)) => parts,
        _ => return Err(NotATime),
    };
    let number = |text: &str, below: i32| match text.as_bytes() {
        [a @ b'0'..=b'9', b @ b'0'..=b'9'] => {
            Some(i32::from(a - b'0') * 10 + i32::from(b - b'0')).filter(|number| *number < below).ok_or(NotATime)
        }
        _ => Err(NotATime),
    };
    Ok(sign * (number(hours, 24)? * 3_600 + number(minutes, 60)? * 60))
}

/// What stands in brackets behind a time.
struct Zone {
    critical: bool,
    /// `None` where nobody here knows a zone of the name.
    known: Option<Known>,
}

enum Known {
    Named(TimeZone),
    Offset(i32),
}

impl Zone {
    /// Reads the suffix of RFC 9557: a zone, then tags such as `[u-ca=gregory]`, which say nothing of the moment.
    fn read(suffix: &str) -> Result<Option<Self>, NotATime> {
        let mut zone = None;
        let mut rest = suffix;
        while !rest.is_empty() {
            let (part, after) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')).ok_or(NotATime)?;
            let (critical, name) = part.strip_prefix('!').map_or((false, part), |name| (true, name));
            match name.contains('=') {
                true if critical => return Err(NotATime),
                true => {}
                false if rest.len() < suffix.len() || name.is_empty() => return Err(NotATime),
                false => zone = Some(Self { critical, known: Known::read(name) }),
            }
            rest = after;
        }
        Ok(zone)
    }

    /// Whether the zone has this offset then.
    fn agrees(&self, local: DateTime, offset: Offset) -> bool {
        match (&self.known, offset) {
            (None, _) => false,
            (Some(_), Offset::Utc) => true,
            (Some(Known::Offset(own)), Offset::Seconds(seconds)) => *own == seconds,
            (Some(Known::Named(zone)), Offset::Seconds(seconds)) => {
                let Ok(moment) = jiff::tz::Offset::from_seconds(seconds).and_then(|offset| offset.to_timestamp(local))
                else {
                    return false;
                };
                zone.to_offset(moment).seconds() == seconds
            }
        }
    }
}

impl Known {
    fn read(name: &str) -> Option<Self> {
        if name.starts_with(['+', '-']) {
            return offset_seconds(name).ok().map(Self::Offset);
        }
        TimeZone::get(name).ok().map(Self::Named)
    }

    /// Nanoseconds since 1970 of a local time. Where clocks were turned back it is the first of two moments, and within the
    /// hour that was left out, as much later.
    fn nanos(&self, local: DateTime) -> Result<i128, NotATime> {
        match self {
            Self::Offset(seconds) => {
                Ok(local.duration_since(EPOCH).as_nanos() - i128::from(*seconds) * NANOS_PER_SECOND)
            }
            Self::Named(zone) => {
                Ok(zone.to_ambiguous_timestamp(local).compatible().map_err(|_| NotATime)?.as_nanosecond())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Option<String> {
        ExactTime::parse(text).ok().map(|time| time.to_string())
    }

    #[test]
    fn all_digits_of_a_second_are_kept_to_the_ninth() {
        for (text, written) in [
            ("2026-05-13T10:23:00.123456789Z", "2026-05-13T10:23:00.123456789Z"),
            ("2026-05-13T12:23:00.123456+02:00", "2026-05-13T10:23:00.123456Z"),
            ("2026-05-13 10:23:00.1234567899999", "2026-05-13T10:23:00.123456789Z"),
            ("1969-12-31T23:59:59.9999Z", "1969-12-31T23:59:59.999900Z"),
            ("2026-05-13T10:23:00.120Z", "2026-05-13T10:23:00.120Z"),
            ("9999-12-31T23:59:59.999999999Z", "9999-12-31T23:59:59.999999999Z"),
        ] {
            assert_eq!(read(text).as_deref(), Some(written), "{text}");
        }
    }

    #[test]
    fn a_named_zone_is_honored() {
        for (text, written) in [
            ("2026-01-01T00:00:00[Europe/Berlin]", "2025-12-31T23:00:00.000Z"),
            ("2026-07-01T00:00:00[Europe/Berlin][u-ca=gregory]", "2026-06-30T22:00:00.000Z"),
            ("2026-01-01T00:00:00+01:00[Europe/Berlin]", "2025-12-31T23:00:00.000Z"),
            ("2026-01-01T00:00:00Z[!Europe/Berlin]", "2026-01-01T00:00:00.000Z"),
            ("2026-01-01T00:00:00[-03:30]", "2026-01-01T03:30:00.000Z"),
            // Not consistent, and not critical: the offset counts, as RFC 9557 section 3.4 allows.
            ("2026-01-01T00:00:00+02:00[Europe/Berlin]", "2025-12-31T22:00:00.000Z"),
            ("2026-01-01T00:00:00+02:00[Mars/Olympus]", "2025-12-31T22:00:00.000Z"),
        ] {
            assert_eq!(read(text).as_deref(), Some(written), "{text}");
        }
    }

    #[test]
    fn a_zone_that_cannot_be_honored_is_refused() {
        for text in [
            "2026-01-01T00:00:00[Mars/Olympus]",
            "2026-01-01T00:00:00+02:00[!Europe/Berlin]",
            "2026-01-01T00:00:00+02:00[!Mars/Olympus]",
            "2026-01-01T00:00:00Z[!u-ca=hebrew]",
            "2026-01-01T00:00:00Z[",
            "2026-01-01T00:00:00Z[]",
            "2026-01-01T00:00:00Z[Europe/Berlin]x",
            "2026-01-01T00:00:00[u-ca=gregory][Europe/Berlin]",
            "2026-01-01[Europe/Berlin]",
            "2026-01-01T00:00:00[+24:00]",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn an_offset_of_a_day_or_more_is_refused() {
        for offset in [
            "+24:00",
            "+99:99",
            "-24:00",
            "+25",
            "+0160",
            "+01:60",
            "+1",
            "+01:00:00",
            "+",
            "-",
            "+aa:bb",
            "+０１:００",
        ] {
            assert_eq!(read(&format!("2026-01-01T00:00:00{offset}")), None, "{offset}");
        }
        for (offset, hours) in [("+23:59", "00:01"), ("-00:00", "00:00"), ("+05", "19:00"), ("-0530", "05:30")] {
            let read = read(&format!("2026-01-02T00:00:00{offset}")).unwrap();
            assert_eq!(&read[11..16], hours, "{offset}");
        }
    }

    #[test]
    fn numbers_are_seconds_or_milliseconds_by_size() {
        let number = |text: &str| ExactTime::from_number(text).ok().map(|time| time.to_string());
        for (text, written) in [
            ("1522315212", "2018-03-29T09:20:12.000Z"),
            ("1522315212000", "2018-03-29T09:20:12.000Z"),
            ("1522315212.123456789", "2018-03-29T09:20:12.123456789Z"),
            ("1522315212000.25", "2018-03-29T09:20:12.000250Z"),
            ("-0.5", "1969-12-31T23:59:59.500Z"),
            ("1.522315212e9", "2018-03-29T09:20:12.000Z"),
        ] {
            assert_eq!(number(text).as_deref(), Some(written), "{text}");
        }
        for text in ["1e400", "1e16", "9999999999999999999999", "NaN"] {
            assert_eq!(number(text), None, "{text}");
        }
    }

    #[test]
    fn a_cell_of_digits_counts_from_1970() {
        for (cell, written) in [
            ("1522315212", Some("2018-03-29T09:20:12.000Z")),
            (" 1522315212000 ", Some("2018-03-29T09:20:12.000Z")),
            ("1522315212.5", Some("2018-03-29T09:20:12.500Z")),
            ("-1522315212", Some("1921-10-05T14:39:48.000Z")),
            ("20180329", Some("2018-03-29T00:00:00.000Z")),
            ("2018-03-29", Some("2018-03-29T00:00:00.000Z")),
            ("2018", None),
            ("", None),
        ] {
            let read = ExactTime::from_cell(cell).ok().map(|time| time.to_string());
            assert_eq!(read.as_deref(), written, "{cell}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_the_same(millis in -62_135_596_800_000_i64..253_402_300_799_999, nanos in 0_u32..1_000_000) {
            let time = ExactTime { moment: Timestamp::from_millis(millis), nanos };
            prop_assert_eq!(ExactTime::parse(&time.to_string()), Ok(time));
        }

        #[test]
        fn no_text_breaks_the_reader(text in "\\PC{0,40}") {
            let _ = ExactTime::parse(&text);
            let _ = ExactTime::from_cell(&text);
            let _ = ExactTime::from_number(&text);
        }
    }
}
