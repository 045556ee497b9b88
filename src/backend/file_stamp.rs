//! Moments in the names of files: `20261201T050000Z`, in UTC, so that names in their order are in the order of time.

use crate::domain::time::Timestamp;

/// A moment, to the second.
pub fn of(moment: Timestamp) -> String {
    let text = moment.to_string();
    let second = text.split(['.', 'Z']).next().unwrap_or_default();
    format!("{}Z", second.replace(['-', ':'], ""))
}

/// The moment of a text that [`of`] made.
pub fn read(text: &str) -> Option<Timestamp> {
    let digits = text.strip_suffix('Z')?;
    let (date, time) = digits.split_once('T')?;
    if !digits.is_ascii() || date.len() != 8 || time.len() != 6 {
        return None;
    }
    let (date, time) =
        (format!("{}-{}-{}", &date[..4], &date[4..6], &date[6..]), [&time[..2], &time[2..4], &time[4..]]);
    Timestamp::parse(&format!("{date}T{}Z", time.join(":"))).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_read_as_it_was_written_to_the_second() {
        let moment = Timestamp::from_millis(1_768_478_401_234);
        assert_eq!(of(moment), "20260115T120001Z");
        assert_eq!(read(&of(moment)), Some(Timestamp::from_millis(1_768_478_401_000)));
        for wrong in
            ["", "20260115T120001", "2026-01-15T12:00:01Z", "20261315T120001Z", "2026011ST120001Z", "2026é115T20001Z"]
        {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
