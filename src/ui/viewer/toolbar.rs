//! Search and filters: one form, sent by GET.

use super::model::{Choice, Choices, ViewerPage};
use super::place::{ORDER, ZoneChoice};
use super::values::{self, Names};
use crate::domain::access::ClientId;
use crate::domain::event::Ending;
use crate::domain::query::{Filter, Order, Preset};
use crate::domain::time::Timestamp;
use crate::domain::view::CLIENT;
use jiff::{Span, civil, tz::TimeZone};
use leptos::prelude::*;

/// The whole form. Its search box is never replaced while somebody types; each other part is one by itself.
pub fn view(page: &ViewerPage) -> AnyView {
    let search = page.shell.searchable.then(|| search(page));
    view! {
        <form id="filters" class="filters" method="get" action=page.shell.base.clone() role="search">
            {search}
            <div class="facets">{facets(page)}</div>
        </form>
    }
    .into_any()
}

fn search(page: &ViewerPage) -> AnyView {
    let text = page.place.filter.text.clone();
    view! {
        <div class="search">
            <button type="submit" class="glass" aria-label="Search"></button>
            <input
                type="search"
                id="q"
                name="q"
                value=text
                placeholder="Search events"
                aria-label="Search events"
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                enterkeyhint="search"
            />
        </div>
    }
    .into_any()
}

fn facets(page: &ViewerPage) -> AnyView {
    let Filter { actor, action, target, target_type, outcome, kinds, last, .. } = &page.place.filter;
    let outcome = outcome.map(Ending::word);
    let endings = [(Ending::Success, "Succeeded"), (Ending::Failure, "Failed"), (Ending::Other, "Other")];
    let outcomes = endings.map(|(ending, label)| Choice {
        value: ending.word().to_owned(),
        label: label.to_owned(),
        count: String::new(),
    });
    let hidden = |name: &'static str, value: Option<String>| {
        value.map(|value| view! { <input type="hidden" name=name value=value /> })
    };
    let zone = match &page.place.zone {
        ZoneChoice::Local => None,
        ZoneChoice::Utc => Some("utc".to_owned()),
        ZoneChoice::Named(name) => Some(name.clone()),
    };
    let client = page.place.client.as_ref().map(ClientId::as_str);
    let clients = page.shell.of_all_clients.then(|| {
        let names = Names { name: CLIENT, label: "Client", any: "Any client", many: "clients" };
        view! { <div id="by-client">{values::menu(page, names, &page.choices.clients, client)}</div> }
    });
    let list = |name, label, any, many, list, chosen: &Option<String>| {
        values::menu(page, Names { name, label, any, many }, list, chosen.as_deref())
    };
    let Choices { actors, actions, targets, target_types, .. } = &page.choices;
    view! {
        {clients}
        <div id="by-actor">{list("actor", "Actor", "Any actor", "actors", actors, actor)}</div>
        <div id="by-action">{list("action", "Action", "Any action", "actions", actions, action)}</div>
        <div id="by-target">{list("target", "Target", "Any target", "targets", targets, target)}</div>
        <div id="by-type">{list("type", "Target type", "Any type", "target types", target_types, target_type)}</div>
        <div id="by-outcome">{pick("outcome", "Outcome", "Any outcome", &outcomes, outcome)}</div>
        <div id="by-time">{time(page)}</div>
        <div id="by-more">
            {hidden(CLIENT, client.map(str::to_owned))}
            {hidden("actor", actor.clone())}
            {hidden("action", action.clone())}
            {hidden("target", target.clone())}
            {hidden("type", target_type.clone())}
            {kinds.iter().map(|kind| hidden("crud", Some(kind.word().to_owned()))).collect_view()}
            {page.place.filter.exact().map(|(name, value)| hidden(name, Some(value.to_owned()))).collect_view()}
            {hidden("last", last.map(|last| last.code().to_owned()))}
            {hidden("zone", zone)}
            {hidden(ORDER, (page.place.order != Order::default()).then(|| page.place.order.code().to_owned()))}
        </div>
        <noscript><button type="submit">"Apply"</button></noscript>
    }
    .into_any()
}

/// A filter of few values, as a list.
fn pick(
    name: &'static str,
    label: &'static str,
    any: &'static str,
    choices: &[Choice],
    chosen: Option<&str>,
) -> AnyView {
    let options = choices.iter().map(|Choice { value, label, .. }| {
        let selected = Some(value.as_str()) == chosen;
        view! { <option value=value.clone() selected=selected>{label.clone()}</option> }
    });
    view! {
        <span class="pick" class:chosen=chosen.is_some()>
            <select id=format!("f-{name}") name=name aria-label=label>
                <option value="">{any}</option>
                {options.collect_view()}
            </select>
        </span>
    }
    .into_any()
}

/// The time range: spans as links, and two fields for anything else.
fn time(page: &ViewerPage) -> AnyView {
    let filter = &page.place.filter;
    let base = &page.shell.base;
    let now = match (filter.last, filter.from.or(filter.through)) {
        (Some(last), _) => last.label(),
        (None, Some(_)) => "Chosen time",
        (None, None) => "Any time",
    };
    let set = move |last| move |filter: &mut Filter| (filter.last, filter.from, filter.through) = (last, None, None);
    let spans = [None].into_iter().chain(Preset::ALL.map(Some)).map(|last| {
        let current = (filter.last == last && filter.from.is_none() && filter.through.is_none()).then_some("true");
        let link = page.place.filtered(set(last)).link(base);
        let label = last.map_or("Any time", Preset::label);
        view! { <li><a href=link aria-current=current>{label}</a></li> }
    });
    let days = Days::of(filter, &page.zone);
    view! {
        <details class="menu" name="menu" id="time" class:chosen=now != "Any time">
            <summary id="f-time"><span class="vh">"Time: "</span>{now}</summary>
            <div class="panel">
                <ul>{spans.collect_view()}</ul>
                <label for="f-from">"From"</label>
                <input type=days.kind id="f-from" name="from" value=days.from step=days.step />
                <label for="f-through">"Through"</label>
                <input type=days.kind id="f-through" name="through" value=days.through step=days.step />
                <p class="zone-note">"In " {page.zone_name.clone()}</p>
                <button type="submit">"Apply"</button>
            </div>
        </details>
    }
    .into_any()
}

/// What the two fields hold: days, where the range is made of whole ones, or else exact times, so that sending the
/// form again never changes the range.
#[derive(Debug, PartialEq, Eq)]
struct Days {
    kind: &'static str,
    step: Option<&'static str>,
    from: String,
    through: String,
}

impl Days {
    fn of(filter: &Filter, zone: &TimeZone) -> Self {
        let clock = |moment: Timestamp| {
            jiff::Timestamp::from_millisecond(moment.millis())
                .map(|instant| zone.to_datetime(instant))
                .unwrap_or_default()
        };
        let from = filter.from.map(clock);
        let through = filter.through.map(clock);
        let starts = from.is_none_or(|from| from.time() == civil::Time::midnight());
        let next = |through: civil::DateTime| through.checked_add(Span::new().milliseconds(1)).unwrap_or(through);
        let ends = through.is_none_or(|through| next(through).time() == civil::Time::midnight());
        let text =
            |at: Option<civil::DateTime>, format| at.map(|at| at.strftime(format).to_string()).unwrap_or_default();
        if starts && ends {
            Self { kind: "date", step: None, from: text(from, "%Y-%m-%d"), through: text(through, "%Y-%m-%d") }
        } else if [filter.from, filter.through].into_iter().flatten().any(|moment| is_repeated(moment, zone)) {
            // A field of the browser's own has no room for which of the two hours it is.
            let text = |at: Option<Timestamp>| at.map(|at| with_offset(at, zone)).unwrap_or_default();
            Self { kind: "text", step: None, from: text(filter.from), through: text(filter.through) }
        } else {
            let format = "%Y-%m-%dT%H:%M:%S";
            Self { kind: "datetime-local", step: Some("1"), from: text(from, format), through: text(through, format) }
        }
    }
}

/// Whether a zone's clock shows the moment's time twice.
fn is_repeated(moment: Timestamp, zone: &TimeZone) -> bool {
    let instant = jiff::Timestamp::from_millisecond(moment.millis()).unwrap_or_default();
    zone.to_ambiguous_timestamp(zone.to_datetime(instant)).is_ambiguous()
}

/// Such as `2026-10-25T02:30:00+01:00`.
fn with_offset(moment: Timestamp, zone: &TimeZone) -> String {
    let instant = jiff::Timestamp::from_millisecond(moment.millis()).unwrap_or_default();
    instant.to_zoned(zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::viewer::Place;

    #[test]
    fn the_fields_say_which_of_two_hours_is_meant() {
        let zone = TimeZone::get("Europe/Stockholm").unwrap();
        for moment in ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"] {
            let filter = Place::parse(&format!("from={moment}"), &zone).filter;
            let days = Days::of(&filter, &zone);
            let again = form_urlencoded::Serializer::new(String::new()).append_pair("from", &days.from).finish();
            assert_eq!(Place::parse(&again, &zone).filter, filter, "{days:?}");
        }
    }

    #[test]
    fn the_fields_say_again_what_the_form_said() {
        let zone = TimeZone::fixed(jiff::tz::offset(2));
        let days = |query: &str| Days::of(&Place::parse(query, &zone).filter, &zone);
        let whole = days("from=2026-05-01&through=2026-05-31");
        assert_eq!((whole.kind, &*whole.from, &*whole.through), ("date", "2026-05-01", "2026-05-31"));
        let exact = days("from=2026-05-01T08:30:05Z");
        assert_eq!((exact.kind, &*exact.from, &*exact.through), ("datetime-local", "2026-05-01T10:30:05", ""));
        assert_eq!(days(&format!("from={}", exact.from)), exact);
    }
}
