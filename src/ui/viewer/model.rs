//! What a page of the viewer is made from: plain values, ready to be set.

use super::detail::Detail;
use super::lookup::Lookup;
use super::place::Place;
use crate::domain::event::{Ending, Event, EventId, UNREADABLE_TEXT};
use crate::domain::opening::Rights;
use crate::domain::query::{Cursor, FacetField, FacetList, FacetValue, Facets, Total};
use crate::domain::time::Timestamp;
use crate::domain::view::{self, Brand, Calendar, Cell, Column, Theme, ViewConfig};
use jiff::tz::TimeZone;

/// What stays while a reader moves about in one document.
#[derive(Debug, Clone)]
pub struct Shell {
    /// Columns, branding, and the theme with the host page's own tokens already set over it.
    pub config: ViewConfig,
    pub client_name: Option<String>,
    /// Whether it is a log of all clients, one of which can be chosen.
    pub of_all_clients: bool,
    /// The path all links lead to, such as `/embed/{view}/s/{handle}`; without a query.
    pub base: String,
    /// The path that gives a new session for a credential, such as `/embed/{view}/session`.
    pub renew: String,
    /// The path that tells how many events have come, for a document that has no session to ask with.
    pub news: Option<String>,
    /// The session that the browser part shows; none on a page opened by a plain link, which has only its cookie.
    pub session: Option<Session>,
    /// The origin of the page around this one, exactly and on the view's list; the only one we speak to.
    pub parent: Option<String>,
    /// Whether words can be searched for: not where the credential hides fields that they would probe.
    pub searchable: bool,
    /// What else its reader may do.
    pub may: Rights,
    pub assets: Assets,
    /// Of this response's content security policy.
    pub nonce: String,
    /// A language tag such as `en-GB`.
    pub locale: String,
    pub direction: Direction,
    /// The reader's own zone as an IANA name, if it is known.
    pub local_zone: Option<String>,
    pub now: Timestamp,
}

/// What proves to the server that this document was opened with a credential.
#[derive(Clone)]
pub struct Session {
    pub token: String,
    /// How long it holds from now.
    pub seconds: u32,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").field("seconds", &self.seconds).finish_non_exhaustive()
    }
}

/// Paths of the viewer's files, each with its hash in the name.
#[derive(Debug, Clone)]
pub struct Assets {
    pub style: String,
    pub script: String,
    pub wasm: String,
}

/// Which way the reader's script runs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Direction {
    #[default]
    LeftToRight,
    RightToLeft,
}

impl Direction {
    /// As the `dir` attribute says it.
    pub fn code(self) -> &'static str {
        match self {
            Self::LeftToRight => "ltr",
            Self::RightToLeft => "rtl",
        }
    }

    /// The direction of a language's usual script.
    pub fn of_locale(locale: &str) -> Self {
        let language = locale.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        match language.as_str() {
            "ar" | "arc" | "ckb" | "dv" | "fa" | "he" | "iw" | "ps" | "sd" | "ug" | "ur" | "yi" => Self::RightToLeft,
            _ => Self::LeftToRight,
        }
    }
}

/// A whole page of the viewer.
#[derive(Debug, Clone)]
pub struct ViewerPage {
    pub shell: Shell,
    pub place: Place,
    pub rows: Vec<Row>,
    /// The first row's place; `None` on a page without rows.
    pub top: Option<Cursor>,
    /// Where the next page begins; `None` on the last.
    pub next: Option<Cursor>,
    pub total: Counted,
    pub choices: Choices,
    /// The zone that times are written in: for people, and for reading dates.
    pub zone_name: String,
    pub zone: TimeZone,
    pub open: Opened,
    /// The ends of the chosen time range, as a person reads them.
    pub from: Option<String>,
    pub through: Option<String>,
}

/// What the side panel shows.
#[derive(Debug, Clone, PartialEq)]
pub enum Opened {
    Nothing,
    Event(Box<Detail>),
    /// The URL names an event that is not there, or not this reader's.
    Missing,
}

/// What a search of a log gave.
#[derive(Debug)]
pub struct Found<'a> {
    pub events: &'a [Event],
    pub next: Option<Cursor>,
    pub total: Total,
    pub facets: &'a Facets,
    /// The values that somebody looked for in one of the lists.
    pub looked_up: Option<(Lookup, FacetList)>,
    /// The event that the URL names, with its document as the sender wrote it; `None` where there is no such event.
    pub open: Option<(&'a Event, &'a [u8])>,
}

/// One event of the table.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    pub id: EventId,
    /// How it ended, in a word, unless it succeeded as most do; and whether it failed.
    pub ended: Option<(String, bool)>,
    /// Why it did, where the event says.
    pub reason: Option<String>,
    /// One for each column.
    pub cells: Vec<Cell>,
    /// What it is called aloud, such as `user.invite by Roberta Wharton`.
    pub name: String,
}

/// A number of events, with its digits grouped as the reader does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    pub total: Total,
    pub text: String,
}

/// Values that a filter lists before anything is typed.
const LISTED: usize = 20;

/// The values that filters can take.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choices {
    pub actors: ChoiceList,
    pub actions: ChoiceList,
    /// None until some are looked for.
    pub targets: ChoiceList,
    pub target_types: ChoiceList,
    /// None in a log of one client.
    pub clients: ChoiceList,
}

/// The values of one filter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChoiceList {
    pub values: Vec<Choice>,
    /// How many of them are listed; the others are known by their names.
    pub listed: usize,
    /// How many are not listed.
    pub more: More,
    /// What was looked for, where something was.
    pub text: Option<String>,
}

/// How many values a list leaves out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum More {
    #[default]
    None,
    /// The number, as its reader writes it.
    Number(String),
    /// Not all of the log was looked through.
    Unknown,
}

/// One value of a filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub value: String,
    pub label: String,
    pub count: String,
}

impl ViewerPage {
    /// Lays out what was found. `number` groups a number's digits as the reader does.
    pub fn lay_out(
        shell: Shell,
        place: Place,
        found: &Found<'_>,
        calendar: &dyn Calendar,
        zone: TimeZone,
        number: &dyn Fn(u64) -> String,
    ) -> Self {
        let Found { events, next, total, facets, looked_up, open } = found;
        let rows: Vec<Row> = events.iter().map(|event| Row::of(event, &shell.config.columns, calendar)).collect();
        let open = match (open, place.event) {
            (Some((event, document)), Some(_)) => Opened::Event(Box::new(Detail::of(event, document, &rows, calendar))),
            (None, Some(_)) => Opened::Missing,
            (_, None) => Opened::Nothing,
        };
        let top = events.first().map(|event| Cursor { occurred_at: event.stamp.occurred_at, id: event.stamp.id });
        Self {
            rows,
            top,
            next: *next,
            total: Counted { total: *total, text: number(total.count) },
            choices: Choices::of(facets, looked_up.as_ref(), number),
            zone_name: zone_name(events, calendar, shell.now),
            zone,
            open,
            from: place.filter.from.map(|from| calendar.both(from)),
            through: place.filter.through.map(|through| calendar.both(through)),
            shell,
            place,
        }
    }
}

/// The zone with its offset, where all events have the same one: not all of summer's and winter's.
fn zone_name(events: &[Event], calendar: &dyn Calendar, now: Timestamp) -> String {
    let of = |event: Option<&Event>| calendar.zone(event.map_or(now, |event| event.stamp.occurred_at));
    let (newest, oldest) = (of(events.first()), of(events.last()));
    match newest.split_once(',') {
        Some((name, _)) if newest != oldest => name.to_owned(),
        _ => newest,
    }
}

impl Row {
    /// An event's row in a table of `columns`.
    pub fn of(event: &Event, columns: &[Column], calendar: &dyn Calendar) -> Self {
        if event.unreadable.is_some() {
            let (cells, name) = (view::unreadable_row(event, columns, calendar), UNREADABLE_TEXT.to_owned());
            return Self { id: event.stamp.id, ended: None, reason: None, cells, name };
        }
        let actor = view::actor_name(event).unwrap_or("somebody anonymous");
        Self {
            id: event.stamp.id,
            ended: (event.outcome.ending != Ending::Success)
                .then(|| (view::outcome_word(&event.outcome).to_owned(), event.outcome.failed())),
            reason: event.outcome.reason.clone(),
            cells: view::row(event, columns, calendar),
            name: format!("{} by {actor}", event.action),
        }
    }
}

impl Choices {
    fn of(facets: &Facets, looked_up: Option<&(Lookup, FacetList)>, number: &dyn Fn(u64) -> String) -> Self {
        let choice = |FacetValue { value, label, count }: &FacetValue| Choice {
            value: value.clone(),
            label: label.clone(),
            count: number(*count),
        };
        let list = |values: &[FacetValue], more: Option<u64>, text: Option<String>| {
            let listed = if text.is_none() { values.len().min(LISTED) } else { values.len() };
            ChoiceList {
                values: values.iter().map(choice).collect(),
                listed,
                more: match more.map(|more| more + (values.len() - listed) as u64) {
                    None => More::Unknown,
                    Some(0) => More::None,
                    Some(more) => More::Number(number(more)),
                },
                text,
            }
        };
        let Facets { actions, actors, target_types, clients, more } = facets;
        let mut choices = Self {
            actors: list(actors, Some(more.actors), None),
            actions: list(actions, Some(more.actions), None),
            targets: ChoiceList::default(),
            target_types: list(target_types, Some(more.target_types), None),
            clients: list(clients, Some(more.clients), None),
        };
        if let Some((lookup, found)) = looked_up {
            *choices.list_mut(lookup.field) = list(&found.values, found.more, Some(lookup.text.clone()));
        }
        choices
    }

    fn list_mut(&mut self, field: FacetField) -> &mut ChoiceList {
        match field {
            FacetField::Actor => &mut self.actors,
            FacetField::Action => &mut self.actions,
            FacetField::Target => &mut self.targets,
            FacetField::TargetType => &mut self.target_types,
            FacetField::Client => &mut self.clients,
        }
    }
}

/// A page that says why there is no log to see.
#[derive(Debug, Clone)]
pub struct Notice {
    /// A word for the host page's program, such as `expired`.
    pub code: &'static str,
    /// Whose log it would be, where that is known.
    pub brand: Option<Brand>,
    pub title: String,
    /// What happened and what to do, in a sentence or two.
    pub text: String,
    /// The path that opens the view anew, if there is such a view.
    pub again: Option<String>,
    /// Whether the reader can do something by trying again.
    pub retry: bool,
    /// What to quote when asking for help.
    pub request: Option<String>,
    pub theme: Theme,
    pub style: String,
    pub nonce: String,
    pub locale: String,
    pub direction: Direction,
    /// As in [`Shell::parent`].
    pub parent: Option<String>,
}
