//! Where a reader is in a log, and how that is written in a URL.

use crate::domain::access::ClientId;
use crate::domain::event::EventId;
use crate::domain::query::{Cursor, Filter, Order};
use crate::domain::time::Timestamp;
use crate::domain::view::{CLIENT, Start};
use jiff::{Span, civil, tz::TimeZone};

/// The name under which a URL says the order.
pub const ORDER: &str = "order";

/// The longest way back that a URL remembers, in pages; further down, only the first page can be reached directly.
const LONGEST_TRAIL: usize = 12;

/// Everything a viewer's URL says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    pub filter: Filter,
    /// The one client whose events are shown, in a log of all clients.
    pub client: Option<ClientId>,
    pub order: Order,
    /// The page begins just after this event; the first page where `None`.
    pub after: Option<Cursor>,
    /// Where the pages between the first and this one begin, the nearest last: keyset pages only lead onward, so the
    /// way back has to be remembered.
    pub trail: Vec<Cursor>,
    pub zone: ZoneChoice,
    /// The event whose details are open.
    pub event: Option<EventId>,
}

/// In which zone times are written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum ZoneChoice {
    /// The reader's own, as their browser or token told.
    #[default]
    Local,
    Utc,
    /// An IANA zone such as `Europe/Stockholm`.
    Named(String),
}

impl ZoneChoice {
    /// Reads it from a URL's query; it has to be known before the rest, whose dates mean days in this zone.
    pub fn in_query(query: &str) -> Self {
        let value = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "zone").map(|(_, value)| value);
        match value.as_deref() {
            None | Some("" | "local") => Self::Local,
            Some("utc" | "UTC") => Self::Utc,
            Some(name) => Self::Named(name.to_owned()),
        }
    }

    /// The zone's IANA name; UTC where the reader's own is not known.
    pub fn resolve<'a>(&'a self, local: Option<&'a str>) -> &'a str {
        match self {
            Self::Local => local.unwrap_or("UTC"),
            Self::Utc => "UTC",
            Self::Named(name) => name,
        }
    }

    /// As a URL writes it; the reader's own needs no word.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Local => None,
            Self::Utc => Some("utc"),
            Self::Named(name) => Some(name),
        }
    }
}

impl Place {
    /// Reads a URL's query. What makes no sense is left out, as if it were not there: the filters in force are always
    /// shown. Dates without a zone are days and hours in `zone`.
    pub fn parse(query: &str, zone: &TimeZone) -> Self {
        let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let value = |wanted: &str| pairs.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
        let parts = pairs.iter().map(|(name, value)| (name.as_str(), anchored(name, value, zone)));
        let parts: Vec<_> =
            parts.filter(|(name, value)| Filter::from_pairs([(*name, value.as_str())]).is_ok()).collect();
        let filter = Filter::from_pairs(parts.iter().map(|(name, value)| (*name, value.as_str())));
        // Each part was read alone, so that together they have no fault.
        let mut filter = filter.unwrap_or_default();
        if filter.from.is_some() || filter.through.is_some() {
            // Given dates say more than a span that moves on with the clock.
            filter.last = None;
        }
        let after = value("after").and_then(|text| text.parse().ok());
        let trail = value("trail").into_iter().flat_map(|text| text.split('_')).filter_map(|text| text.parse().ok());
        Self {
            filter,
            client: value(CLIENT).and_then(|client| ClientId::parse(client).ok()),
            order: value(ORDER).and_then(Order::of_code).unwrap_or_default(),
            after,
            trail: if after.is_some() { trail.take(LONGEST_TRAIL).collect() } else { Vec::new() },
            zone: ZoneChoice::in_query(query),
            event: value("event").and_then(|text| text.parse().ok()),
        }
    }

    /// Where a view's log opens.
    pub fn starting(start: &Start) -> Self {
        Self { filter: start.filter(), order: start.order, ..Self::default() }
    }

    /// As a URL's query, without the `?`.
    pub fn to_query(&self) -> String {
        let Self { filter, client, order, after, trail, zone, event } = self;
        let mut query = form_urlencoded::Serializer::new(filter.to_query());
        if let Some(client) = client {
            query.append_pair(CLIENT, client.as_str());
        }
        if *order != Order::default() {
            query.append_pair(ORDER, order.code());
        }
        if let Some(after) = after {
            query.append_pair("after", &after.to_string());
        }
        if !trail.is_empty() {
            let trail: Vec<String> = trail.iter().map(Cursor::to_string).collect();
            query.append_pair("trail", &trail.join("_"));
        }
        if let Some(zone) = zone.code() {
            query.append_pair("zone", zone);
        }
        if let Some(event) = event {
            query.append_pair("event", &event.to_string());
        }
        query.finish()
    }

    /// As a link below `base`.
    pub fn link(&self, base: &str) -> String {
        let query = self.to_query();
        if query.is_empty() { base.to_owned() } else { format!("{base}?{query}") }
    }

    /// The first page of another choice of events.
    #[must_use]
    pub fn filtered(&self, change: impl FnOnce(&mut Filter)) -> Self {
        let mut filter = self.filter.clone();
        change(&mut filter);
        Self { filter, client: self.client.clone(), order: self.order, zone: self.zone.clone(), ..Self::default() }
    }

    /// The first page of the same choice, of one client or of all.
    #[must_use]
    pub fn of_client(&self, client: Option<ClientId>) -> Self {
        Self { client, ..self.filtered(|_| {}) }
    }

    /// The same choice, narrowed to events with this value; `name` as in [`crate::domain::view::Line::filter`].
    #[must_use]
    pub fn narrowed(&self, name: &str, value: &str) -> Self {
        if let (CLIENT, Ok(client)) = (name, ClientId::parse(value)) {
            return self.of_client(Some(client));
        }
        let Ok(part) = Filter::from_pairs([(name, value)]) else { return self.clone() };
        self.filtered(|filter| {
            let Filter {
                text: _,
                actor,
                action,
                target,
                target_type,
                outcome,
                session,
                correlation,
                ip,
                impersonator,
                from: _,
                through: _,
                last: _,
                conditions: _,
                kinds,
                received: _,
            } = part;
            filter.actor = actor.or(filter.actor.take());
            filter.action = action.or(filter.action.take());
            filter.target = target.or(filter.target.take());
            filter.target_type = target_type.or(filter.target_type.take());
            filter.outcome = outcome.or(filter.outcome);
            filter.session = session.or(filter.session.take());
            filter.correlation = correlation.or(filter.correlation.take());
            filter.ip = ip.or(filter.ip.take());
            filter.impersonator = impersonator.or(filter.impersonator.take());
            if !kinds.is_empty() {
                filter.kinds = kinds;
            }
        })
    }

    /// The whole log as it is usually read.
    #[must_use]
    pub fn everything(&self) -> Self {
        Self { zone: self.zone.clone(), ..Self::default() }
    }

    /// The first page of the same choice in another order.
    #[must_use]
    pub fn ordered(&self, order: Order) -> Self {
        Self { order, ..self.filtered(|_| {}) }
    }

    /// This page with an event's details open.
    #[must_use]
    pub fn opening(&self, event: EventId) -> Self {
        Self { event: Some(event), ..self.clone() }
    }

    /// This page with no details open.
    #[must_use]
    pub fn closed(&self) -> Self {
        Self { event: None, ..self.clone() }
    }

    /// The same events, times in another zone.
    #[must_use]
    pub fn in_zone(&self, zone: ZoneChoice) -> Self {
        Self { zone, ..self.clone() }
    }

    /// The page that begins just after `cursor`.
    #[must_use]
    pub fn onward(&self, cursor: Cursor) -> Self {
        let mut trail = self.trail.clone();
        trail.extend(self.after);
        let trail = trail.split_off(trail.len().saturating_sub(LONGEST_TRAIL));
        Self { after: Some(cursor), trail, event: None, ..self.clone() }
    }

    /// The page before this one; `None` on the first page.
    pub fn back(&self) -> Option<Self> {
        self.after?;
        let mut trail = self.trail.clone();
        Some(Self { after: trail.pop(), trail, event: None, ..self.clone() })
    }

    /// The first page of the same choice.
    #[must_use]
    pub fn first(&self) -> Self {
        Self { after: None, trail: Vec::new(), event: None, ..self.clone() }
    }
}

/// A date or a date and hour without a zone, made a moment in `zone`; everything else as it is.
fn anchored(name: &str, value: &str, zone: &TimeZone) -> String {
    let start = match (name, value.trim()) {
        ("from" | "through", text) if text.parse::<jiff::Timestamp>().is_err() => text.parse::<civil::DateTime>().ok(),
        _ => None,
    };
    let Some(start) = start else { return value.to_owned() };
    let whole_day = value.trim().parse::<civil::Date>().is_ok() && !value.contains(['T', ' ', ':']);
    let moment =
        |local: civil::DateTime| zone.to_timestamp(local).ok().map(|at| Timestamp::from_millis(at.as_millisecond()));
    let anchored = if name == "through" && whole_day {
        start.checked_add(Span::new().days(1)).ok().and_then(moment).map(|next| next.plus_millis(-1))
    } else {
        moment(start)
    };
    anchored.map_or_else(|| value.to_owned(), |at| at.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::event::Ending;

    fn cursor(millis: i64) -> Cursor {
        Cursor { occurred_at: Timestamp::from_millis(millis), id: EventId::from_bytes([7; 16]) }
    }

    #[test]
    fn a_place_survives_the_url() {
        let place = Place {
            filter: Filter { text: "a & b".to_owned(), outcome: Some(Ending::Failure), ..Filter::default() },
            client: ClientId::parse("acme").ok(),
            order: Order::Oldest,
            after: Some(cursor(3)),
            trail: vec![cursor(1), cursor(2)],
            zone: ZoneChoice::Named("Europe/Stockholm".to_owned()),
            event: Some(EventId::from_bytes([9; 16])),
        };
        assert_eq!(Place::parse(&place.to_query(), &TimeZone::UTC), place);
    }

    #[test]
    fn what_makes_no_sense_is_as_if_absent() {
        let place = Place::parse("outcome=maybe&from=soon&after=x&trail=_&event=1&actor=ann", &TimeZone::UTC);
        assert_eq!(
            place,
            Place { filter: Filter { actor: Some("ann".to_owned()), ..Filter::default() }, ..Place::default() }
        );
    }

    #[test]
    fn dates_are_days_in_the_readers_zone() {
        let zone = TimeZone::fixed(jiff::tz::offset(2));
        let filter = Place::parse("from=2026-05-01&through=2026-05-01&last=7d", &zone).filter;
        assert_eq!(filter.from.unwrap().to_string(), "2026-04-30T22:00:00.000Z");
        assert_eq!(filter.through.unwrap().to_string(), "2026-05-01T21:59:59.999Z");
        assert_eq!(filter.last, None, "given dates win over a span");
        let filter = Place::parse("from=2026-05-01T12:30&through=2026-05-01T12:30:00Z", &zone).filter;
        assert_eq!(filter.from.unwrap().to_string(), "2026-05-01T10:30:00.000Z");
        assert_eq!(filter.through.unwrap().to_string(), "2026-05-01T12:30:00.000Z");
    }

    #[test]
    fn pages_lead_back_the_way_that_led_here() {
        let first = Place::default();
        let third = first.onward(cursor(2)).onward(cursor(1));
        assert_eq!(third.back(), Some(first.onward(cursor(2))));
        assert_eq!(third.back().unwrap().back(), Some(first.clone()));
        assert_eq!(first.back(), None);
        let deep = (0..40).fold(first.clone(), |place, at| place.onward(cursor(at)));
        assert_eq!(deep.trail.len(), LONGEST_TRAIL);
        assert_eq!(deep.trail.last(), Some(&cursor(38)));
        assert_eq!(deep.first(), first);
    }

    #[test]
    fn a_cell_narrows_what_is_chosen_already() {
        let place = Place::parse("actor=ann&after=x&event=01939c5e-8f2a-7b3c-9d4e-5f6071829304", &TimeZone::UTC);
        assert_eq!(place.narrowed("outcome", "failure").to_query(), "actor=ann&outcome=failure");
        assert_eq!(place.narrowed("actor", "bo").to_query(), "actor=bo");
        let of_client = place.narrowed("client", "acme");
        assert_eq!(of_client.narrowed("actor", "bo").to_query(), "actor=bo&client=acme");
        assert_eq!(of_client.of_client(None).to_query(), "actor=ann");
    }

    #[test]
    fn an_order_stays_while_the_choice_changes_and_begins_anew_when_it_is_turned() {
        let place = Place::parse("actor=ann&order=oldest&after=1.01939c5e-8f2a-7b3c-9d4e-5f6071829304", &TimeZone::UTC);
        assert_eq!(place.filtered(|filter| filter.actor = None).to_query(), "order=oldest");
        assert_eq!(place.ordered(Order::Newest).to_query(), "actor=ann");
        assert_eq!(Place::parse("order=best", &TimeZone::UTC), Place::default());
    }
}
