//! Reading a log.

use super::auth::Reader;
use super::storage::{Query, Stored};
use super::{Backend, activity, clients};
use crate::domain::access::{ClientId, ClientScope};
use crate::domain::event::{self, EventId, NOTE, Stamp, Unreadable};
use crate::domain::json;
use crate::domain::problem::Problem;
use crate::domain::query::fold::fold;
use crate::domain::query::{After, Cursor, FacetField, FacetList, FacetValue, Facets, Filter, Order, Page, Total};
use std::collections::{BTreeMap, BTreeSet};

/// Most events that one page may hold.
pub const LONGEST_PAGE: u32 = 1_000;
/// Most bytes that the events of a numbered page have together, and events of it that are read at once.
const PAGE_BYTES: usize = 32 * 1024 * 1024;
const AT_ONCE: u64 = 100;
/// Where counting stops for people, who do not read further.
const COUNT_CAP: u64 = 10_000;

/// One page of what the reader may see, newest first.
pub async fn page(
    backend: &Backend,
    reader: &Reader,
    filter: Filter,
    after: Option<Cursor>,
    limit: u32,
) -> Result<Page<Stored>, Problem> {
    page_in(backend, reader, Order::Newest, filter, after, limit).await
}

/// The same from either end.
pub async fn page_in(
    backend: &Backend,
    reader: &Reader,
    order: Order,
    filter: Filter,
    after: Option<Cursor>,
    limit: u32,
) -> Result<Page<Stored>, Problem> {
    let query = query(backend, reader, filter, after, limit.clamp(1, LONGEST_PAGE));
    ask(backend, reader, &Query { order, ..query }).await
}

/// The answer to a reader's own [`query`].
pub(super) async fn ask(backend: &Backend, reader: &Reader, query: &Query) -> Result<Page<Stored>, Problem> {
    let Page { items, next } =
        backend.storage.page(reader.scope(), query).await.map_err(|error| backend.internal(error))?;
    let items = items.into_iter().map(|event| seen(backend, reader, event)).collect();
    Ok(Page { items, next })
}

/// The same for one log of those that the reader may see; any other has no events.
pub async fn page_of(
    backend: &Backend,
    reader: &Reader,
    clients: &ClientScope,
    filter: Filter,
    after: Option<Cursor>,
    limit: u32,
) -> Result<Page<Stored>, Problem> {
    let clients = clients::meant_log(backend, reader.scope().project, clients.clone()).await?;
    match reader.of(&clients) {
        Some(reader) => page(backend, &reader, filter, after, limit).await,
        None => Ok(Page { items: Vec::new(), next: None }),
    }
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
    let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
    let filter = Filter::from_pairs(pairs.iter().map(|(name, value)| (name.as_ref(), value.as_ref())))
        .map_err(|faults| Problem::Invalid { faults })?;
    newer_of(backend, reader, filter, top).await
}

/// The same of what a filter chooses, for those who may see events as they arrive.
pub async fn newer_of(backend: &Backend, reader: &Reader, filter: Filter, top: Option<Cursor>) -> Result<u32, Problem> {
    const MOST: u32 = 100;
    if !reader.rights().tail {
        return Err(Problem::NotAllowed);
    }
    let newest = page(backend, reader, filter, None, MOST).await?;
    let is_above = |stamp: &Stamp| top.is_none_or(|top| (stamp.occurred_at, stamp.id) > (top.occurred_at, top.id));
    let above = newest.items.iter().take_while(|stored| is_above(&stored.stamp));
    // That they have opened the log is no news to whoever looks at it.
    let is_news = |stored: &Stored| !activity::is_own_opening(reader, &stored.event());
    let count = above.filter(|stored| top.is_none() || is_news(stored)).count();
    Ok(u32::try_from(count).unwrap_or(MOST))
}

/// A part of a log by its place from the newest, and how many events there are in all.
#[derive(Debug)]
pub struct Numbered {
    pub items: Vec<Stored>,
    pub total: u64,
}

/// For APIs whose callers count: `limit` events after the newest `offset` ones, none where `limit` is 0. Unlike pages by
/// cursor, these shift when events arrive, and the cost grows with the offset. All are counted, for which many a document
/// may have to be read.
pub async fn numbered(
    backend: &Backend,
    reader: &Reader,
    client: Option<ClientId>,
    filter: Filter,
    offset: u64,
    limit: u32,
) -> Result<Numbered, Problem> {
    let Some(reader) = narrowed(reader, client) else { return Ok(Numbered { items: Vec::new(), total: 0 }) };
    let mut rest = query(backend, &reader, filter, None, LONGEST_PAGE);
    let total = total(backend, &reader, &rest).await?;
    let (mut before, mut items, mut bytes) = (offset, Vec::new(), 0);
    while (items.len() as u64) < u64::from(limit) && offset < total {
        let missing = (u64::from(limit) - items.len() as u64).min(AT_ONCE);
        rest.limit = u32::try_from(before + missing).unwrap_or(LONGEST_PAGE).min(LONGEST_PAGE);
        let page = ask(backend, &reader, &rest).await?;
        let passed = before.min(page.items.len() as u64);
        before -= passed;
        let own = page.items.into_iter().skip(usize::try_from(passed).unwrap_or(usize::MAX));
        items.extend(own.inspect(|event| bytes += event.bytes()));
        if bytes > PAGE_BYTES {
            // Fewer than were asked for would be the last page to whoever counts.
            let what = "The page of events, of which fewer can be asked for,".to_owned();
            return Err(Problem::TooLarge { what, limit: PAGE_BYTES as u64 });
        }
        rest.after = page.next;
        if rest.after.is_none() {
            break;
        }
    }
    items.truncate(limit as usize);
    let total = total.max(offset.min(total) + items.len() as u64);
    Ok(Numbered { items, total })
}

/// A client's event by our id, or by the sender's `uuid` where that is a UUID as well; of all the reader's clients, or of
/// one. No line of the account trail is one.
pub async fn event_named(
    backend: &Backend,
    reader: &Reader,
    client: Option<ClientId>,
    name: &str,
) -> Result<Stored, Problem> {
    let reader = &narrowed(&reader.of_clients(), client).ok_or(Problem::NotFound)?;
    let id: EventId = name.parse().map_err(|_| Problem::NotFound)?;
    match event(backend, reader, id).await {
        Err(Problem::NotFound) => event_of_sender(backend, reader, name).await,
        found => found,
    }
}

/// The reader of one client, where one is asked for; `None` for one who may not read it.
fn narrowed(reader: &Reader, client: Option<ClientId>) -> Option<Reader> {
    match client {
        Some(client) => reader.of(&ClientScope::One(client)),
        None => Some(reader.clone()),
    }
}

/// A UUID is the same in small and in large letters; senders write all of one in either.
async fn event_of_sender(backend: &Backend, reader: &Reader, uuid: &str) -> Result<Stored, Problem> {
    let spellings = BTreeSet::from([uuid.to_owned(), uuid.to_ascii_lowercase(), uuid.to_ascii_uppercase()]);
    for uuid in spellings {
        let found = backend.storage.named(reader.scope(), &uuid).await.map_err(|error| backend.internal(error))?;
        if let Some(found) = found {
            return shown(backend, reader, found);
        }
    }
    Err(Problem::NotFound)
}

/// One event, if the reader may see it.
pub async fn event(backend: &Backend, reader: &Reader, id: EventId) -> Result<Stored, Problem> {
    let mut found = None;
    for reader in [Some(reader.clone()), reader.of(&ClientScope::Trail)].into_iter().flatten() {
        if found.is_none() {
            found = backend.storage.event(reader.scope(), id).await.map_err(|error| backend.internal(error))?;
        }
    }
    shown(backend, reader, found.ok_or(Problem::NotFound)?)
}

/// An event of a reader's log as far as their credential lets them see it.
fn shown(backend: &Backend, reader: &Reader, found: Stored) -> Result<Stored, Problem> {
    if let Some(restriction) = reader.restriction()
        && !restriction.fits(&found.event())
    {
        return Err(Problem::NotFound);
    }
    Ok(seen(backend, reader, found))
}

/// A found event as its reader sees it. A damaged row is counted whenever somebody meets it.
fn seen(backend: &Backend, reader: &Reader, found: Stored) -> Stored {
    if found.document.is_err() {
        backend.metrics.damaged_event_met();
    }
    hidden(found, reader)
}

/// How many events the reader's filter chooses.
pub async fn count(backend: &Backend, reader: &Reader, filter: Filter) -> Result<Total, Problem> {
    let query = query(backend, reader, filter, None, 0);
    backend.storage.count(reader.scope(), &query, Some(COUNT_CAP)).await.map_err(|error| backend.internal(error))
}

/// The same for programs that page by it: all of them, however long that takes.
pub async fn count_all(backend: &Backend, reader: &Reader, filter: Filter) -> Result<u64, Problem> {
    total(backend, reader, &query(backend, reader, filter, None, 0)).await
}

async fn total(backend: &Backend, reader: &Reader, query: &Query) -> Result<u64, Problem> {
    let counted = backend.storage.count(reader.scope(), query, None).await;
    counted.map(|total| total.count).map_err(|error| backend.internal(error))
}

/// The values to choose from. A reader whose credential narrows the log to some events gets none: the values of the
/// others are not theirs to know.
pub async fn facets(backend: &Backend, reader: &Reader, limit: u32) -> Result<Facets, Problem> {
    if reader.restriction().is_some() {
        return Ok(Facets::default());
    }
    let mut facets = backend.storage.facets(reader.scope(), limit).await.map_err(|error| backend.internal(error))?;
    if hides_values(reader, FacetField::Actor) {
        (facets.actors, facets.more.actors) = (Vec::new(), 0);
    }
    if hides_values(reader, FacetField::TargetType) {
        (facets.target_types, facets.more.target_types) = (Vec::new(), 0);
    }
    Ok(facets)
}

/// Whether the values of a field are not a reader's to know.
fn hides_values(reader: &Reader, field: FacetField) -> bool {
    match field {
        FacetField::Actor => reader.hide().iter().any(|path| path.starts_with("actor")),
        FacetField::Target | FacetField::TargetType => reader.hides("target"),
        FacetField::Action | FacetField::Client => false,
    }
}

/// The values of a field that have a text in them, or in what is shown for them; as [`facets`] has them.
pub async fn find_values(
    backend: &Backend,
    reader: &Reader,
    field: FacetField,
    text: &str,
    limit: u32,
) -> Result<FacetList, Problem> {
    if reader.restriction().is_some() || hides_values(reader, field) {
        return Ok(FacetList { values: Vec::new(), more: Some(0) });
    }
    if field == FacetField::Target {
        return find_targets(backend, reader, text, limit).await;
    }
    let found = backend.storage.find_values(reader.scope(), field, text, limit).await;
    found.map_err(|error| backend.internal(error))
}

/// Events that are looked through for targets.
const LOOKED_THROUGH: u32 = 500;

/// Targets that have a text in their name, id or type. There are as many of them as events, so that no list is kept:
/// they are those of the newest events that have the text anywhere.
async fn find_targets(backend: &Backend, reader: &Reader, text: &str, limit: u32) -> Result<FacetList, Problem> {
    let words = Filter { text: text.to_owned(), ..Filter::default() };
    let Page { items, next } = page(backend, reader, words, None, LOOKED_THROUGH).await?;
    let text = fold(text.trim());
    let mut targets: BTreeMap<String, FacetValue> = BTreeMap::new();
    for event in items {
        for target in event.event().targets {
            let name = target.label.as_deref().unwrap_or(&target.uuid);
            let own = [name, &target.uuid, &target.kind];
            let words = own.iter().map(|own| fold(own)).collect::<Vec<_>>();
            // Words in any order, as the search has them.
            if text.split_whitespace().all(|wanted| words.iter().any(|own| own.contains(wanted))) {
                let new = || FacetValue { value: target.uuid.clone(), label: name.to_owned(), count: 0 };
                targets.entry(target.uuid.clone()).or_insert_with(new).count += 1;
            }
        }
    }
    let mut values: Vec<FacetValue> = targets.into_values().collect();
    values.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.label.cmp(&b.label)));
    let more = values.len().saturating_sub(limit as usize) as u64;
    values.truncate(limit as usize);
    Ok(FacetList { values, more: next.is_none().then_some(more) })
}

/// The client's name, for a reader of one client.
pub async fn client_name(backend: &Backend, reader: &Reader) -> Result<Option<String>, Problem> {
    let Some(client) = reader.client() else { return Ok(None) };
    backend.storage.client_name(reader.scope().project, client).await.map_err(|error| backend.internal(error))
}

/// What of a filter a reader may ask. A question about what their credential hides would find it out guess by guess,
/// so it counts as not asked; and words may mean any field.
#[must_use]
pub fn allowed(reader: &Reader, filter: Filter) -> Filter {
    if reader.hide().is_empty() {
        return filter;
    }
    // Taken apart, so that whoever adds a question says here what it is about.
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
        from,
        through,
        last,
        conditions: _,
        kinds,
        received,
    } = filter;
    Filter {
        text: String::new(),
        actor: actor.filter(|_| !reader.hides("actor.uuid")),
        action,
        target: target.filter(|_| !reader.hides("target")),
        target_type: target_type.filter(|_| !reader.hides("target")),
        outcome: outcome.filter(|_| !reader.hides("outcome")),
        session: session.filter(|_| !reader.hides("sessionId")),
        correlation: correlation.filter(|_| !reader.hides("correlationId")),
        ip: ip.filter(|_| !reader.hides("context.client.ipAddress")),
        impersonator: impersonator.filter(|_| !reader.hides("impersonator.uuid")),
        from,
        through,
        last,
        conditions: Vec::new(),
        kinds,
        received,
    }
}

/// What a reader's question comes to: without what may not be asked, and "the last week" resolved by the clock.
pub(super) fn query(backend: &Backend, reader: &Reader, filter: Filter, after: Option<Cursor>, limit: u32) -> Query {
    let mut filter = allowed(reader, filter);
    if let Some(last) = filter.last.take() {
        let start = backend.clock.now().plus_millis(-last.millis());
        filter.from = Some(filter.from.map_or(start, |from| from.max(start)));
    }
    let restriction = reader.restriction().cloned();
    Query { filter, restriction, order: Order::Newest, after, limit, means: None }
}

/// The event without what is hidden from the reader. Of what cannot be read nothing can be hidden, so nothing is shown.
fn hidden(event: Stored, reader: &Reader) -> Stored {
    if reader.hide().is_empty() {
        return event;
    }
    let document = event.document.and_then(|document| {
        event::read(&document)?;
        let mut document = json::value_of_bytes(&document).map_err(|_| Unreadable::Json)?;
        reader.redact(&mut document);
        // The address stands among all addresses as well.
        if reader.hides("context.client.ipAddress")
            && let Some(client) = document.pointer_mut("/context/client").and_then(serde_json::Value::as_object_mut)
        {
            client.remove("ipAddresses");
        }
        // The same event in another API's words.
        if let Some(document) = document.as_object_mut() {
            document.remove(NOTE);
        }
        serde_json::to_vec(&document).map(Into::into).map_err(|_| Unreadable::Json)
    });
    Stored { document, ..event }
}
