//! What the preview shows: the viewer's own page, made of a draft and of events at hand.

use super::sample::Shown;
use crate::domain::event::{Event, search_text};
use crate::domain::query::fold::{fold, fold_lines};
use crate::domain::query::{FacetValue, Facets, Order, Total};
use crate::domain::time::Timestamp;
use crate::domain::view::{Calendar, ViewConfig};
use crate::ui::viewer::{Assets, Direction, Found, Place, Shell, ViewerPage};
use jiff::tz::TimeZone;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// A state that the viewer can be in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum State {
    #[default]
    Events,
    Details,
    Long,
    Empty,
    Loading,
    Trouble,
}

impl State {
    /// All of them, each with its word and what it is called.
    pub const ALL: [(Self, &'static str, &'static str); 6] = [
        (Self::Events, "events", "Events"),
        (Self::Details, "details", "Details open"),
        (Self::Long, "long", "Long values"),
        (Self::Empty, "empty", "No events"),
        (Self::Loading, "loading", "Loading"),
        (Self::Trouble, "trouble", "Access denied"),
    ];

    /// The state of a word.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, known, _)| *known == word).map(|(state, ..)| state)
    }
}

/// Everything a preview is made of, beside the draft.
pub struct Scene<'a> {
    pub events: &'a [Shown],
    pub state: State,
    pub direction: Direction,
    pub now: Timestamp,
    pub style: String,
    pub nonce: String,
    pub locale: String,
}

/// What is seen of some events, newest first, at a place of the log.
fn chosen<'e>(events: &'e [Shown], place: &Place) -> (Vec<&'e Shown>, Vec<Event>) {
    let terms: Vec<String> = place.filter.terms().iter().map(|term| fold(term).into_owned()).collect();
    let says = |shown: &Shown| {
        let text = search_text(shown.document.get());
        let text = fold_lines(&text);
        terms.iter().all(|term| text.contains(term.as_str()))
    };
    let read = events.iter().filter_map(|shown| Some((shown, shown.event()?)));
    let mut found: Vec<_> = read.filter(|(shown, event)| place.filter.fits(event) && says(shown)).collect();
    if place.order == Order::Oldest {
        found.reverse();
    }
    found.into_iter().unzip()
}

/// The filters that customers choose from, as these events have them.
fn facets(events: &[Shown]) -> Facets {
    let events: Vec<Event> = events.iter().filter_map(Shown::event).collect();
    let count = |of: &dyn Fn(&Event) -> Option<(String, String)>| {
        let mut counts = BTreeMap::<(String, String), u64>::new();
        events.iter().filter_map(of).for_each(|value| *counts.entry(value).or_default() += 1);
        let values = counts.into_iter().map(|((value, label), count)| FacetValue { value, label, count });
        let mut values: Vec<FacetValue> = values.collect();
        values.sort_by_key(|value| Reverse(value.count));
        values
    };
    Facets {
        actions: count(&|event| Some((event.action.clone(), event.action.clone()))),
        actors: count(&|event| {
            let actor = event.actor.as_ref()?;
            Some((actor.uuid.clone(), actor.name.clone().unwrap_or_else(|| actor.uuid.clone())))
        }),
        target_types: count(&|event| event.targets.first().map(|target| (target.kind.clone(), target.kind.clone()))),
        ..Facets::default()
    }
}

/// The viewer's page of a draft.
pub fn page(config: &ViewConfig, scene: &Scene<'_>, calendar: &dyn Calendar) -> ViewerPage {
    let place = if scene.state == State::Empty { Place::default() } else { Place::starting(&config.start) };
    let (shown, events) = chosen(if scene.state == State::Empty { &[] } else { scene.events }, &place);
    let open = shown.first().zip(events.first()).filter(|_| scene.state == State::Details);
    let place = match open {
        Some((first, _)) => place.opening(first.id),
        None => place,
    };
    let found = Found {
        events: &events,
        next: None,
        total: Total { count: events.len() as u64, exact: true },
        facets: &facets(scene.events),
        looked_up: None,
        open: open.map(|(first, event)| (event, first.document.get().as_bytes())),
    };
    let client_name = scene.events.iter().filter_map(Shown::event).find_map(|event| event.client.name);
    let shell = Shell {
        config: config.clone(),
        client_name,
        base: String::new(),
        renew: String::new(),
        news: None,
        session: None,
        parent: None,
        searchable: true,
        may: crate::domain::opening::Rights::ALL,
        of_all_clients: false,
        assets: Assets { style: scene.style.clone(), script: String::new(), wasm: String::new() },
        nonce: scene.nonce.clone(),
        locale: scene.locale.clone(),
        direction: scene.direction,
        local_zone: None,
        now: scene.now,
    };
    ViewerPage::lay_out(shell, place, &found, calendar, TimeZone::UTC, &|number| number.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::customize::sample;

    #[test]
    fn the_preview_has_the_filters_that_customers_get() {
        let facets = facets(&sample(Timestamp::parse("2026-05-13T10:23:00Z").unwrap(), false));
        for list in [&facets.actions, &facets.actors, &facets.target_types] {
            assert!(list.len() > 1 && list.is_sorted_by_key(|value| Reverse(value.count)), "{list:?}");
        }
    }
}
