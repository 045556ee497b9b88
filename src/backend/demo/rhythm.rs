//! When people work.

use super::places::Home;

pub const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

/// How busy each hour of a working day is.
const HOURS: [u64; 24] =
    [20, 15, 12, 12, 15, 25, 60, 160, 420, 800, 950, 1000, 700, 760, 960, 920, 840, 600, 300, 150, 90, 70, 50, 30];

/// In percent of a working day, from Monday on.
const WEEKDAYS: [u64; 7] = [100, 108, 104, 100, 84, 14, 7];

/// How busy an office is in the hour that begins at this moment (milliseconds since 1970).
pub fn busyness(home: &Home, hour: i64) -> u64 {
    let local = hour + home.offset * HOUR;
    let at = usize::try_from(local.rem_euclid(DAY) / HOUR).expect("an hour of a day");
    // 1970 began on a Thursday.
    let weekday = usize::try_from((local.div_euclid(DAY) + 3).rem_euclid(7)).expect("a day of a week");
    (HOURS[at] * WEEKDAYS[weekday] / 100).max(1)
}

/// Whether hardly anybody is at work, so that what happens is the machines' doing.
pub fn is_quiet(busyness: u64) -> bool {
    busyness < 50
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::demo::places::HOMES;
    use crate::domain::time::Timestamp;

    #[test]
    fn an_office_is_busy_on_its_own_weekday_mornings() {
        let at = |text: &str| Timestamp::parse(text).unwrap().millis();
        let (felixstowe, yokohama) = (&HOMES[0], &HOMES[2]);
        assert_eq!(busyness(felixstowe, at("2026-05-13T11:00:00Z")), 1040);
        assert_eq!(busyness(yokohama, at("2026-05-13T02:00:00Z")), 1040);
        assert!(is_quiet(busyness(felixstowe, at("2026-05-16T21:00:00Z"))), "a Saturday night");
        assert!(is_quiet(busyness(felixstowe, at("2026-05-13T03:00:00Z"))));
    }
}
