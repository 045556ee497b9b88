//! Moments as the admin's pages show them.

use crate::domain::time::Timestamp;
use leptos::prelude::*;

/// A moment, such as `13 May 2026, 10:23 UTC`. Where scripts run it is written in the reader's locale and zone.
pub(in crate::ui) fn moment(at: Timestamp) -> AnyView {
    let exact = at.to_string();
    view! { <time datetime=exact.clone() title=exact data-local="">{minute(at)}</time> }.into_any()
}

/// The same in another zone than the reader's, which the page names. `text` stands where no scripts run.
pub(in crate::ui) fn moment_in(at: Timestamp, zone: Option<&str>, text: String) -> AnyView {
    let (exact, zone) = (at.to_string(), zone.unwrap_or("UTC").to_owned());
    view! { <time datetime=exact.clone() title=exact data-local=zone>{text}</time> }.into_any()
}

/// A moment as text, with its zone.
pub fn minute(at: Timestamp) -> String {
    crate::ui::dashboard::minute(at, &jiff::tz::TimeZone::UTC) + " UTC"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_says_its_zone() {
        let at = Timestamp::parse("2026-05-03T09:05:59Z").unwrap();
        assert_eq!(minute(at), "3 May 2026, 09:05 UTC");
    }
}
