//! A page of a log, for whoever reads it: a customer in their own product, or the company's own people.

use crate::backend::Backend;
use crate::backend::auth::Reader;
use crate::backend::calendar::{ReaderCalendar, time_zone};
use crate::backend::search;
use crate::backend::storage::Stored;
use crate::domain::access::ClientScope;
use crate::domain::event::{Event, EventId};
use crate::domain::problem::Problem;
use crate::domain::query::{FacetField, FacetList, Facets, MoreValues, Total};
use crate::ui::viewer::{Found, Lookup, Place, Shell, ViewerPage, ZoneChoice};

/// Events on a page.
const PAGE: u32 = 50;
/// Values of each filter whose names a page knows.
const CHOICES: u32 = 100;
/// Values that are listed of those that have what is typed.
const MATCHES: u32 = 50;

/// What the query of a URL asks of a reader's log, laid out in its shell.
pub async fn read(backend: &Backend, reader: &Reader, query: &str, shell: Shell) -> Result<ViewerPage, Problem> {
    let zone = ZoneChoice::in_query(query);
    let zone = zone.resolve(shell.local_zone.as_deref()).to_owned();
    let place = Place::parse(query, &time_zone(&zone));
    // Only among all clients is there one to choose.
    let client = place.client.filter(|_| reader.is_of_all_clients());
    // What is not asked must not be said to be found.
    let place = Place { filter: search::allowed(reader, place.filter), client, ..place };
    let narrowed = place.client.clone().and_then(|client| reader.of(&ClientScope::One(client)));
    let chosen = narrowed.as_ref().unwrap_or(reader);
    let lookup = Lookup::in_query(query);
    let found = match &lookup {
        None => None,
        // Of the clients of the whole log another can be chosen.
        Some(Lookup { field, text, .. }) => {
            let of = if *field == FacetField::Client { reader } else { chosen };
            Some(search::find_values(backend, of, *field, text, MATCHES).await?)
        }
    };
    let found = lookup.zip(found);
    if let Some((Lookup { alone: true, .. }, _)) = &found {
        return Ok(list_alone(shell, place, found, &zone));
    }
    let page = search::page_in(backend, chosen, place.order, place.filter.clone(), place.after, PAGE).await?;
    let total = search::count(backend, chosen, place.filter.clone()).await?;
    let facets = choices(backend, reader, narrowed.as_ref()).await?;
    let open = match place.event {
        None => None,
        Some(id) => open(backend, reader, id).await?,
    };
    let events: Vec<Event> = page.items.iter().map(Stored::event).collect();
    let open_event = open.as_ref().map(Stored::event);
    let sent = open.as_ref().and_then(Stored::sent);
    let found = Found {
        events: &events,
        next: page.next,
        total,
        facets: &facets,
        looked_up: found,
        open: open_event.as_ref().map(|event| (event, sent.as_ref().map_or(&b""[..], |sent| sent.event.as_bytes()))),
    };
    let calendar = ReaderCalendar::new(&shell.locale, &zone).read_at(shell.now);
    let time_zone = calendar.time_zone().clone();
    Ok(ViewerPage::lay_out(shell, place, &found, &calendar, time_zone, &|number| calendar.number(number)))
}

/// A page that has only the values that were looked up: what is typed asks for nothing else.
fn list_alone(shell: Shell, place: Place, found: Option<(Lookup, FacetList)>, zone: &str) -> ViewerPage {
    let none = Found {
        events: &[],
        next: None,
        total: Total { count: 0, exact: true },
        facets: &Facets::default(),
        looked_up: found,
        open: None,
    };
    let calendar = ReaderCalendar::new(&shell.locale, zone).read_at(shell.now);
    let time_zone = calendar.time_zone().clone();
    ViewerPage::lay_out(shell, place, &none, &calendar, time_zone, &|number| calendar.number(number))
}

/// The values of the log that is looked at; the clients are those of the whole log, so that another can be chosen.
async fn choices(backend: &Backend, reader: &Reader, narrowed: Option<&Reader>) -> Result<Facets, Problem> {
    let all = search::facets(backend, reader, CHOICES).await?;
    match narrowed {
        None => Ok(all),
        Some(one) => {
            let own = search::facets(backend, one, CHOICES).await?;
            let more = MoreValues { clients: all.more.clients, ..own.more };
            Ok(Facets { clients: all.clients, more, ..own })
        }
    }
}

/// The event that the URL names, if it is this reader's.
async fn open(backend: &Backend, reader: &Reader, id: EventId) -> Result<Option<Stored>, Problem> {
    match search::event(backend, reader, id).await {
        Ok(stored) => Ok(Some(stored)),
        Err(Problem::NotFound) => Ok(None),
        Err(problem) => Err(problem),
    }
}
