//! The people in a project's events: what is known of them, correcting it, and forgetting it.
//!
//! Only here do stored documents change. Whoever is forgotten is put on a list first, so that no event that comes in
//! meanwhile, or ever, brings their name back; then every event that means them is written anew.

use super::Backend;
use super::auth::{Reader, Writer};
use super::search::{self, LONGEST_PAGE};
use super::storage::{NewDocument, Query, Replacement, StorageError, Stored, Stretch};
use super::trail::{self, Deed, OnEvents};
use crate::domain::access::{ClientScope, ProjectId, Scope};
use crate::domain::event::person::{Correction, FORGOTTEN, corrected};
use crate::domain::problem::Problem;
use crate::domain::query::Filter;
use std::collections::BTreeSet;

/// Somebody whom events mean, as the newest of them that say it do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownActor {
    pub uuid: String,
    pub name: Option<String>,
    pub email: Option<String>,
    pub forgotten: bool,
}

/// Newest events that are asked for a name and an address: not every one says both.
const LOOKS: u32 = 50;

/// A document for each person who is forgotten, by their id.
const SHELF: &str = "forgotten";

/// What the reader's events say of an actor.
pub async fn find(backend: &Backend, reader: &Reader, uuid: &str) -> Result<KnownActor, Problem> {
    let filter = Filter { actor: Some(uuid.to_owned()), ..Filter::default() };
    let uuid = uuid.to_owned();
    let page = search::page(backend, reader, filter, None, LOOKS).await?;
    let newest = page.items.iter().map(Stored::event).collect::<Result<Vec<_>, _>>();
    let newest = newest.map_err(|error| backend.internal(error))?;
    // Whom another client's events mean is not for a reader of one client to know.
    let may_know = !newest.is_empty() || reader.client().is_none();
    if may_know && forgotten(backend, reader.scope().project).await?.contains(&uuid) {
        let nothing = || Some(FORGOTTEN.to_owned());
        return Ok(KnownActor { uuid, name: nothing(), email: nothing(), forgotten: true });
    }
    if newest.is_empty() {
        return Err(Problem::NotFound);
    }
    let mut said = newest.into_iter().filter_map(|event| event.actor);
    let mut known = KnownActor { uuid, name: None, email: None, forgotten: false };
    while let Some(actor) = said.next().filter(|_| known.name.is_none() || known.email.is_none()) {
        known.name = known.name.or(actor.name);
        known.email = known.email.or(actor.email);
    }
    Ok(known)
}

/// Corrects the name and address of an actor in all events of the writer's project. Nothing becomes of somebody forgotten.
pub async fn update(
    backend: &Backend,
    writer: &Writer,
    uuid: &str,
    name: Option<String>,
    email: Option<String>,
) -> Result<(), Problem> {
    of_all_clients(writer)?;
    if forgotten(backend, writer.project()).await?.contains(uuid) {
        return Ok(());
    }
    // The line comes first: what it tells takes many transactions, and one that is broken off is told as well.
    let line = trail::line(backend, &writer.by(), &Deed::OnEvents(OnEvents::PersonCorrected { uuid }));
    backend.storage.record(writer.project(), &line).await.map_err(|error| backend.internal(error))?;
    correct(backend, writer.project(), uuid, &Correction::Update { name, email }).await
}

/// Forgets a person for good: in all events of the writer's project, those to come included. What the reader's events
/// call them is taken out of every event that means them.
pub async fn forget(backend: &Backend, reader: &Reader, writer: &Writer, uuid: &str) -> Result<(), Problem> {
    of_all_clients(writer)?;
    let project = writer.project();
    let KnownActor { name, email, .. } = find(backend, reader, uuid).await?;
    let known = name.into_iter().chain(email).filter(|text| text != FORGOTTEN).collect();
    let created_at = backend.clock.now();
    let note = NewDocument { id: uuid.to_owned(), alias: None, client: None, body: "{}".to_owned(), created_at };
    // Asked again, it is done again: the first time may have been broken off. The line is stored with the note, by which
    // they are forgotten for events to come; writing the others anew takes many transactions, and no more lines.
    let line = trail::line(backend, &writer.by(), &Deed::OnEvents(OnEvents::PersonForgotten { uuid }));
    backend.storage.put(project, SHELF, &note, Some(&line)).await.map_err(|error| backend.internal(error))?;
    backend.known_rules.forget(project);
    correct(backend, project, uuid, &Correction::Forget { known }).await
}

/// A person is the same in every client's events, so a key for one client alone changes nobody.
fn of_all_clients(writer: &Writer) -> Result<(), Problem> {
    if writer.client().is_some() { Err(Problem::NotAllowed) } else { Ok(()) }
}

/// Everybody whom a project has forgotten.
pub(super) async fn forgotten(backend: &Backend, project: ProjectId) -> Result<BTreeSet<String>, Problem> {
    let all = Stretch { oldest_first: true, beside: None, limit: u32::MAX };
    let people = backend.storage.stretch(&whole(project), SHELF, &all).await;
    Ok(people.map_err(|error| backend.internal(error))?.into_iter().map(|person| person.id).collect())
}

/// Every event that means somebody says their id: so they are found as any words are.
async fn correct(backend: &Backend, project: ProjectId, uuid: &str, correction: &Correction) -> Result<(), Problem> {
    let filter = Filter { text: format!("\"{}\"", uuid.replace('"', "\" \"")), ..Filter::default() };
    let scope = whole(project);
    let mut rest = Some(Query { filter, limit: LONGEST_PAGE, ..Query::default() });
    while let Some(query) = rest {
        let step = async {
            let page = backend.storage.page(&scope, &query).await?;
            let documents = page.items.iter().filter_map(|stored| replacement(stored, uuid, correction).transpose());
            backend.storage.replace(project, &documents.collect::<Result<Vec<_>, _>>()?).await?;
            Ok(page.next)
        };
        let next = step.await.map_err(|error| backend.internal(error))?;
        rest = next.map(|next| Query { after: Some(next), ..query });
    }
    Ok(())
}

fn replacement(stored: &Stored, uuid: &str, correction: &Correction) -> Result<Option<Replacement>, StorageError> {
    let id = stored.stamp.id;
    let damaged = |error: String| StorageError::Damaged(format!("event {id}: {error}"));
    let document = std::str::from_utf8(&stored.document).map_err(|error| damaged(error.to_string()))?;
    let corrected = corrected(document, uuid, correction).map_err(|error| damaged(error.to_string()))?;
    Ok(corrected.map(|document| Replacement { id, document: document.into_bytes().into() }))
}

fn whole(project: ProjectId) -> Scope {
    Scope { project, clients: ClientScope::All }
}
