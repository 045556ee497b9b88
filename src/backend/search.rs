//! Reading a log.

use super::Backend;
use super::auth::Reader;
use super::storage::{Query, Stored};
use crate::domain::access::{ClientId, ClientScope, Scope};
use crate::domain::event::EventId;
use crate::domain::problem::Problem;
use crate::domain::query::{After, Cursor, Facets, Filter, Page, Total};

/// Most events that one page may hold.
pub const LONGEST_PAGE: u32 = 1_000;
/// Where counting stops.
const COUNT_CAP: u64 = 10_000;

/// One page of what the reader may see, newest first.
pub async fn page(
    backend: &Backend,
    reader: &Reader,
    filter: Filter,
    after: Option<Cursor>,
    limit: u32,
) -> Result<Page<Stored>, Problem> {
    ask(backend, reader, &query(backend, reader, filter, after, limit.clamp(1, LONGEST_PAGE))).await
}

/// The answer to a reader's own [`query`].
pub(super) async fn ask(backend: &Backend, reader: &Reader, query: &Query) -> Result<Page<Stored>, Problem> {
    let Page { items, older } =
        backend.storage.page(reader.scope(), query).await.map_err(|error| backend.internal(error))?;
    let items = items.into_iter().map(|event| hidden(event, reader)).collect::<Result<_, _>>();
    Ok(Page { items: items.map_err(|error| backend.internal(error))?, older })
}

/// The same for one client of a reader who may see all; of a reader of one client, no other client has any events.
pub async fn page_of_client(
    backend: &Backend,
    reader: &Reader,
    client: ClientId,
    filter: Filter,
    after: Option<Cursor>,
    limit: u32,
) -> Result<Page<Stored>, Problem> {
    match of_client(reader, client) {
        Some(reader) => page(backend, &reader, filter, after, limit).await,
        None => Ok(Page { items: Vec::new(), older: None }),
    }
}

/// The same reader of this client alone; `None` for a reader of another one.
pub fn of_client(reader: &Reader, client: ClientId) -> Option<Reader> {
    let theirs = reader.client().is_none_or(|own| *own == client);
    let scope = Scope { project: reader.scope().project, clients: ClientScope::One(client) };
    theirs.then(|| reader.narrowed(scope))
}

/// The place to go on from. An event that the reader may not see is none.
pub async fn place(backend: &Backend, reader: &Reader, after: After) -> Result<Cursor, Problem> {
    match after {
        After::Place(cursor) => Ok(cursor),
        After::Event(id) => match event(backend, reader, id).await {
            Ok(found) => Ok(Cursor { occurred_at: found.stamp.occurred_at, id }),
            Err(Problem::NotFound) => Err(Problem::invalid("cursor", "expected the id of an event that is there")),
            Err(problem) => Err(problem),
        },
    }
}

/// How many events a page with this query of a URL would now show above the one at `top`, to a hundred; all it would
/// show, without one.
pub async fn newer(backend: &Backend, reader: &Reader, query: &str, top: Option<Cursor>) -> Result<u32, Problem> {
    const MOST: u32 = 100;
    let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
    let filter = Filter::from_pairs(pairs.iter().map(|(name, value)| (name.as_ref(), value.as_ref())))
        .map_err(|faults| Problem::Invalid { faults })?;
    let newest = page(backend, reader, filter, None, MOST).await?;
    let above = newest.items.iter().map(|event| (event.stamp.occurred_at, event.stamp.id));
    let count = above.take_while(|place| top.is_none_or(|top| *place > (top.occurred_at, top.id))).count();
    Ok(u32::try_from(count).unwrap_or(MOST))
}

/// One event, if the reader may see it.
pub async fn event(backend: &Backend, reader: &Reader, id: EventId) -> Result<Stored, Problem> {
    let found = backend.storage.event(reader.scope(), id).await.map_err(|error| backend.internal(error))?;
    let found = found.ok_or(Problem::NotFound)?;
    if let Some(restriction) = reader.restriction() {
        let event = found.event().map_err(|error| backend.internal(error))?;
        if !restriction.fits(&event) {
            return Err(Problem::NotFound);
        }
    }
    hidden(found, reader).map_err(|error| backend.internal(error))
}

/// How many events the reader's filter chooses.
pub async fn count(backend: &Backend, reader: &Reader, filter: Filter) -> Result<Total, Problem> {
    let query = query(backend, reader, filter, None, 0);
    backend.storage.count(reader.scope(), &query, COUNT_CAP).await.map_err(|error| backend.internal(error))
}

/// The values to choose from. A reader whose credential narrows the log to some events gets none: the values of the
/// others are not theirs to know.
pub async fn facets(backend: &Backend, reader: &Reader, limit: u32) -> Result<Facets, Problem> {
    if reader.restriction().is_some() {
        return Ok(Facets::default());
    }
    let mut facets = backend.storage.facets(reader.scope(), limit).await.map_err(|error| backend.internal(error))?;
    if reader.hide().iter().any(|path| path.starts_with("actor")) {
        facets.actors.clear();
    }
    if reader.hides("target") {
        facets.target_types.clear();
    }
    Ok(facets)
}

/// The client's name, for a reader of one client.
pub async fn client_name(backend: &Backend, reader: &Reader) -> Result<Option<String>, Problem> {
    let Some(client) = reader.client() else { return Ok(None) };
    backend.storage.client_name(reader.scope().project, client).await.map_err(|error| backend.internal(error))
}

/// What of a filter a reader may ask. A question about what their credential hides would find it out guess by guess,
/// so it counts as not asked; and words may mean any field.
#[must_use]
pub fn allowed(reader: &Reader, mut filter: Filter) -> Filter {
    if !reader.hide().is_empty() {
        filter.text.clear();
    }
    if reader.hides("actor.uuid") {
        filter.actor = None;
    }
    if reader.hides("target") {
        (filter.target, filter.target_type) = (None, None);
    }
    if reader.hides("outcome") {
        filter.failed = None;
    }
    filter
}

/// What a reader's question comes to: without what may not be asked, and "the last week" resolved by the clock.
pub(super) fn query(backend: &Backend, reader: &Reader, filter: Filter, after: Option<Cursor>, limit: u32) -> Query {
    let mut filter = allowed(reader, filter);
    if let Some(last) = filter.last.take() {
        let start = backend.clock.now().plus_millis(-last.millis());
        filter.from = Some(filter.from.map_or(start, |from| from.max(start)));
    }
    Query { filter, restriction: reader.restriction().cloned(), after, limit }
}

/// The event without what is hidden from the reader.
fn hidden(event: Stored, reader: &Reader) -> Result<Stored, super::storage::StorageError> {
    if reader.hide().is_empty() {
        return Ok(event);
    }
    let damaged = |error: serde_json::Error| super::storage::StorageError::Damaged(error.to_string());
    let mut document: serde_json::Value = serde_json::from_slice(&event.document).map_err(damaged)?;
    reader.redact(&mut document);
    Ok(Stored { document: serde_json::to_vec(&document).map_err(damaged)?.into(), ..event })
}
