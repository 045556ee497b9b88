//! The people in a project's events: what is known of them, correcting it, and forgetting it.
//!
//! Only here do stored documents change. Whoever is forgotten is noted first ([`note`]), and what was taken in before that
//! reaches the log; so every event is either taken in without their name, or there when [`walk`] writes the events that
//! mean them anew.

mod note;
mod walk;

pub(super) use note::forgotten;
pub use walk::{Walks, go_on};

use super::Backend;
use super::auth::{Reader, Writer};
use super::search;
use super::storage::Stored;
use super::trail::{self, Deed, OnEvents};
use crate::domain::event::person::{Correction, FORGOTTEN};
use crate::domain::problem::Problem;
use crate::domain::query::Filter;

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

/// What the reader's events say of an actor.
pub async fn find(backend: &Backend, reader: &Reader, uuid: &str) -> Result<KnownActor, Problem> {
    let filter = Filter { actor: Some(uuid.to_owned()), ..Filter::default() };
    let uuid = uuid.to_owned();
    let page = search::page(backend, reader, filter, None, LOOKS).await?;
    let newest: Vec<_> = page.items.iter().map(Stored::event).collect();
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
    walk::update(backend, writer.project(), uuid, Correction::Update { name, email }).await
}

/// Forgets a person for good: in all events of the writer's project, those to come included. What the reader's events
/// call them is taken out of every event that means them. It goes on where the caller does not wait for it, and after a
/// restart; whoever asks meanwhile waits for the same.
pub async fn forget(backend: &Backend, reader: &Reader, writer: &Writer, uuid: &str) -> Result<(), Problem> {
    of_all_clients(writer)?;
    let project = writer.project();
    let KnownActor { name, email, .. } = find(backend, reader, uuid).await?;
    if !walk::is_under_way(backend, project, uuid) {
        let known = name.into_iter().chain(email).filter(|text| text != FORGOTTEN).collect();
        // The line is stored with the note, by which they are forgotten for events to come; writing the others anew takes
        // many transactions. Asked again, it is done again, and no more lines.
        let line = trail::line(backend, &writer.by(), &Deed::OnEvents(OnEvents::PersonForgotten { uuid }));
        note::begin(backend, project, uuid, known, &line).await.map_err(|error| backend.internal(error))?;
        backend.known_rules.changed(project).await;
    }
    walk::forget(backend, project, uuid).await
}

/// A person is the same in every client's events, so a key for one client alone changes nobody.
fn of_all_clients(writer: &Writer) -> Result<(), Problem> {
    if writer.client().is_some() { Err(Problem::NotAllowed) } else { Ok(()) }
}
