//! What a dashboard's URL says.

use crate::domain::stats::{Range, Span};
use crate::domain::time::Timestamp;
use crate::ui::viewer::{self, ZoneChoice};
use jiff::tz::TimeZone;

/// The longest span that is shown, in milliseconds: ten years.
const LONGEST: i64 = 3_653 * 86_400_000;

/// Which time, how told apart, in which zone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    pub time: Time,
    pub stack: Stack,
    pub zone: ZoneChoice,
}

/// The time looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Time {
    /// Up to now.
    Range(Range),
    /// Between two moments.
    Chosen(Span),
}

impl Default for Time {
    fn default() -> Self {
        Self::Range(Range::default())
    }
}

/// What the parts of a bar are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Stack {
    #[default]
    Outcome,
    Kind,
}

impl Place {
    /// Reads a URL's query. What makes no sense is left out. Dates without a zone are days in `zone`.
    pub fn parse(query: &str, zone: &TimeZone) -> Self {
        let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
        let value = |wanted: &str| pairs.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_ref());
        let viewer::Place { filter, zone: choice, .. } = viewer::Place::parse(query, zone);
        let chosen = filter.from.zip(filter.through).filter(|(from, through)| from <= through);
        let time = match chosen {
            Some((from, through)) => {
                let from = from.max(through.plus_millis(-LONGEST));
                Time::Chosen(Span::around(from, through.plus_millis(1)))
            }
            None => Time::Range(value("range").and_then(Range::of_code).unwrap_or_default()),
        };
        let stack = if value("by") == Some("kind") { Stack::Kind } else { Stack::Outcome };
        Self { time, stack, zone: choice }
    }

    /// The span that is looked at when it is `now`.
    pub fn span(&self, now: Timestamp, zone: &TimeZone) -> Span {
        match self.time {
            Time::Range(range) => range.span(now, zone),
            Time::Chosen(span) => span,
        }
    }

    /// As a link to a dashboard.
    pub fn link(&self, address: &str) -> String {
        let Self { time, stack, zone } = self;
        let mut query = form_urlencoded::Serializer::new(String::new());
        match time {
            Time::Range(range) if *range == Range::default() => {}
            Time::Range(range) => {
                query.append_pair("range", range.code());
            }
            Time::Chosen(span) => {
                query.append_pair("from", &span.from().to_string());
                query.append_pair("through", &through(*span).to_string());
            }
        }
        if *stack == Stack::Kind {
            query.append_pair("by", "kind");
        }
        if let Some(zone) = zone.code() {
            query.append_pair("zone", zone);
        }
        let query = query.finish();
        if query.is_empty() { address.to_owned() } else { format!("{address}?{query}") }
    }
}

/// The last moment of a span, as filters have it.
pub fn through(span: Span) -> Timestamp {
    span.until().plus_millis(-1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_survives_the_url() {
        let at = |text| Timestamp::parse(text).unwrap();
        let chosen = Time::Chosen(Span::around(at("2026-11-01T10:00:00Z"), at("2026-11-03T00:00:00Z")));
        for time in [Time::Range(Range::Year), Time::default(), chosen] {
            let place = Place { time, stack: Stack::Kind, zone: ZoneChoice::Utc };
            let link = place.link("/x");
            assert_eq!(Place::parse(link.split_once('?').unwrap().1, &TimeZone::UTC), place, "{link}");
        }
        assert_eq!(Place::default().link("/x"), "/x");
    }

    #[test]
    fn what_makes_no_sense_is_as_if_absent() {
        let place = Place::parse("range=9y&by=size&from=2026-02-01&through=2026-01-01", &TimeZone::UTC);
        assert_eq!(place, Place::default());
        let place = Place::parse("from=0001-01-01&through=9999-12-31", &TimeZone::UTC);
        assert!(place.span(Timestamp::MIN, &TimeZone::UTC).millis() <= LONGEST + 2 * 86_400_000);
    }
}
