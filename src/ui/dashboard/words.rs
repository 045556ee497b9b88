//! How numbers and moments are said.

use crate::domain::stats::{Bar, Step, Sum, local};
use crate::domain::time::Timestamp;
use jiff::{civil, tz::TimeZone};

/// `1,204 events, 3 of them failed`.
pub fn events(sum: Sum, number: &dyn Fn(u64) -> String) -> String {
    let events = match sum.events {
        0 => return "no events".to_owned(),
        1 => "1 event".to_owned(),
        more => format!("{} events", number(more)),
    };
    match sum.failed {
        0 => events,
        failed => format!("{events}, {} failed", number(failed)),
    }
}

/// A part of a hundred; small parts do not vanish.
pub fn percent(part: u64, whole: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "a share, told in tenths at most")]
    let share = if whole == 0 { 0.0 } else { part as f64 / whole as f64 * 100.0 };
    match share {
        _ if part == 0 => "0\u{a0}%".to_owned(),
        share if share < 0.1 => "<\u{a0}0.1\u{a0}%".to_owned(),
        share if share < 10.0 => format!("{share:.1}\u{a0}%"),
        share => format!("{share:.0}\u{a0}%"),
    }
}

/// A step of a time axis in full, such as `Sat 21 Nov 2026` or `Sat 21 Nov 2026, 14:00 to 15:00`.
pub fn step(bar: &Bar, step: Step, zone: &TimeZone) -> String {
    let (from, until) = (local(bar.from, zone), local(bar.until, zone));
    let day = from.strftime("%a %-d %b %Y");
    match step {
        Step::Quarter | Step::Hour | Step::SixHours => {
            let [first, last] = [(from, bar.from), (until, bar.until)]
                .map(|(local, at)| format!("{}{}", local.strftime("%H:%M"), repeated(at, zone)));
            format!("{day}, {first} to {last}")
        }
        Step::Day => day.to_string(),
        Step::Week => format!("week of {}", from.strftime("%-d %b %Y")),
        Step::Month => from.strftime("%B %Y").to_string(),
    }
}

/// The same beside others on an axis, where the step before it says the rest.
pub fn tick(at: Timestamp, before: Option<Timestamp>, step: Step, zone: &TimeZone) -> String {
    let at = local(at, zone);
    let before = before.map(|before| local(before, zone));
    let format = match step {
        Step::Quarter | Step::Hour | Step::SixHours if before.is_some_and(|before| before.date() == at.date()) => {
            "%H:%M"
        }
        Step::Quarter | Step::Hour if at.time() != civil::Time::midnight() => "%-d %b, %H:%M",
        Step::Month => "%b %Y",
        _ => "%-d %b",
    };
    at.strftime(format).to_string()
}

/// Such as `21 Nov 2026, 14:03`.
pub fn minute(at: Timestamp, zone: &TimeZone) -> String {
    local(at, zone).strftime("%-d %b %Y, %H:%M").to_string() + &repeated(at, zone)
}

/// Such as ` (+01:00)` in an hour that the clock shows twice.
fn repeated(at: Timestamp, zone: &TimeZone) -> String {
    if !zone.to_ambiguous_timestamp(local(at, zone)).is_ambiguous() {
        return String::new();
    }
    let instant = jiff::Timestamp::from_millisecond(at.millis()).unwrap_or_default();
    instant.to_zoned(zone.clone()).strftime(" (%:z)").to_string()
}

/// The first round number that is not smaller, and whose half is round too.
pub fn round_up(number: u64) -> u64 {
    const SMALL: [u64; 5] = [2, 4, 6, 8, 10];
    const ROUND: [u64; 11] = [10, 12, 16, 20, 24, 30, 40, 50, 60, 80, 100];
    let mut power = 1_u64;
    while power.saturating_mul(100) < number {
        power = power.saturating_mul(10);
    }
    let larger = ROUND.iter().map(|round| round.saturating_mul(power));
    SMALL.into_iter().chain(larger).find(|round| *round >= number).unwrap_or(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_that_is_there_is_told() {
        assert_eq!(percent(1, 100_000), "<\u{a0}0.1\u{a0}%");
        assert_eq!(percent(0, 5), "0\u{a0}%");
        assert_eq!(percent(0, 0), "0\u{a0}%");
        assert_eq!(percent(1, 3), "33\u{a0}%");
        assert_eq!(percent(5, 100), "5.0\u{a0}%");
    }

    #[test]
    fn a_minute_of_an_hour_that_the_clock_repeats_has_its_offset() {
        let zone = TimeZone::get("Europe/Stockholm").unwrap();
        let said = |at: &str| minute(Timestamp::parse(at).unwrap(), &zone);
        assert_eq!(said("2026-10-25T00:30:00Z"), "25 Oct 2026, 02:30 (+02:00)");
        assert_eq!(said("2026-10-25T01:30:00Z"), "25 Oct 2026, 02:30 (+01:00)");
        assert_eq!(said("2026-10-25T02:30:00Z"), "25 Oct 2026, 03:30");
    }

    #[test]
    fn an_axis_ends_at_a_round_number_whose_half_is_round() {
        for (number, round) in
            [(0, 2), (1, 2), (3, 4), (9, 10), (11, 12), (61, 80), (1_201, 1_600), (u64::MAX, u64::MAX)]
        {
            assert_eq!(round_up(number), round);
        }
    }
}
