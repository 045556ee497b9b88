//! Shelves: small documents beside the log, of one kind each, that an API keeps for its callers.

use super::Backend;
use super::auth::{Holder, Steward};
use super::storage::{self, Exchanged, KeptDocument, Name, NewDocument, Put, Stretch};
use super::trail::{self, Deed};
use crate::domain::access::{ClientId, ClientScope, ProjectId, Scope};
use crate::domain::problem::Problem;
use crate::domain::time::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::borrow::Cow;
use std::marker::PhantomData;

/// Shelves whose documents say what somebody looked for, names of people among it.
pub(super) const LOOKED_FOR: [&str; 2] = ["workos/exports", "retraced/exports"];

/// Documents of one kind.
pub struct Shelf<T> {
    /// As storage knows it, such as `workos/actions`.
    name: &'static str,
    whose: Whose,
    kind: PhantomData<fn() -> T>,
}

/// Whose the documents of a shelf are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whose {
    /// Each its client's: whoever may reach only one client reaches that one's.
    Clients,
    /// Each its reader's: of those who read the same client's log, each reaches their own.
    Readers,
    /// The project's: every key of it may read them, and one for all clients may change them.
    Project,
}

/// A document about to be put on a shelf.
pub struct New<'n, T> {
    pub id: &'n str,
    /// Another name, of which the shelf holds each once. It is the project's to give: whether one is taken is nothing that
    /// a holder of one client's documents learns.
    pub alias: Option<&'n str>,
    /// The client whose it is; the project's own where `None`.
    pub client: Option<ClientId>,
    pub body: &'n T,
}

/// A document as the shelf holds it.
#[derive(Debug, Clone)]
pub struct Kept<T> {
    pub id: String,
    pub alias: Option<String>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub body: T,
    /// The alias as it was read.
    known_as: Option<String>,
    revision: i64,
}

impl<T: Serialize + DeserializeOwned> Shelf<T> {
    /// The shelf of this name, each of whose documents is a client's.
    pub const fn of_clients(name: &'static str) -> Self {
        Self { name, whose: Whose::Clients, kind: PhantomData }
    }

    /// The shelf of this name, each of whose documents is a reader's of a client's log.
    pub const fn of_readers(name: &'static str) -> Self {
        Self { name, whose: Whose::Readers, kind: PhantomData }
    }

    /// The shelf of this name, whose documents are the project's own.
    pub const fn of_project(name: &'static str) -> Self {
        Self { name, whose: Whose::Project, kind: PhantomData }
    }

    /// What somebody reads there.
    fn read(&self, holder: &Holder) -> Scope {
        let clients = match self.whose {
            Whose::Clients | Whose::Readers => holder.scope().clients.clone(),
            Whose::Project => ClientScope::All,
        };
        Scope { clients, ..holder.scope().clone() }
    }

    /// Its name in storage, for somebody: each reader has a part of their own.
    fn name(&self, holder: &Holder) -> Result<Cow<'static, str>, Problem> {
        match (self.whose, holder.reader_mark()) {
            (Whose::Readers, Some(mark)) => Ok(Cow::Owned(format!("{}/{mark}", self.name))),
            (Whose::Readers, None) => Err(Problem::NotAllowed),
            _ => Ok(Cow::Borrowed(self.name)),
        }
    }

    /// What somebody may change there.
    fn changed<'h>(&self, holder: &'h Holder) -> Result<&'h Scope, Problem> {
        let scope = holder.scope();
        let theirs = self.whose != Whose::Project || scope.clients == ClientScope::All;
        if theirs { Ok(scope) } else { Err(Problem::NotAllowed) }
    }

    /// Whether somebody may change anything there; to be asked before work that only a change is worth.
    pub fn may_change(&self, holder: &Holder) -> Result<(), Problem> {
        self.changed(holder).map(|_| ())
    }

    /// Puts a document there; false where its id or its alias is taken.
    pub async fn put(&self, backend: &Backend, holder: &Holder, new: New<'_, T>) -> Result<bool, Problem> {
        let (project, document) = self.made(backend, holder, new)?;
        let put = backend.storage.put(project, &self.name(holder)?, &document, None).await;
        put.map_err(|error| backend.internal(error))
    }

    /// The same where its client has fewer than so many there.
    pub async fn put_within(
        &self,
        backend: &Backend,
        holder: &Holder,
        room: u32,
        new: New<'_, T>,
    ) -> Result<Put, Problem> {
        let (project, document) = self.made(backend, holder, new)?;
        let put = backend.storage.put_within(project, &self.name(holder)?, &document, room).await;
        put.map_err(|error| backend.internal(error))
    }

    /// A document to put there, for whoever may.
    fn made(&self, backend: &Backend, holder: &Holder, new: New<'_, T>) -> Result<(ProjectId, NewDocument), Problem> {
        let scope = self.changed(holder)?;
        let reached = scope.clients.holds(&new.client.clone().map_or(ClientScope::All, ClientScope::One));
        let names_freely = new.alias.is_none() || scope.clients == ClientScope::All;
        if !(reached && names_freely) {
            return Err(Problem::NotAllowed);
        }
        Ok((scope.project, document(backend, new)?))
    }

    /// One document.
    pub async fn get(&self, backend: &Backend, holder: &Holder, name: Name<'_>) -> Result<Option<Kept<T>>, Problem> {
        let kept = backend.storage.kept(&self.read(holder), &self.name(holder)?, name).await;
        kept.map_err(|error| backend.internal(error))?.map(|kept| read(backend, kept)).transpose()
    }

    /// Some documents, in the order in which they were put there or the other way round.
    pub async fn list(&self, backend: &Backend, holder: &Holder, stretch: &Stretch) -> Result<Vec<Kept<T>>, Problem> {
        let kept = backend.storage.stretch(&self.read(holder), &self.name(holder)?, stretch).await;
        kept.map_err(|error| backend.internal(error))?.into_iter().map(|kept| read(backend, kept)).collect()
    }

    /// All of them, the oldest first. For shelves on which there are few.
    pub async fn all(&self, backend: &Backend, holder: &Holder) -> Result<Vec<Kept<T>>, Problem> {
        self.list(backend, holder, &Stretch { oldest_first: true, beside: None, limit: u32::MAX }).await
    }

    /// Puts body and alias of a document that was read in the place of those there. A holder of one client's documents may
    /// take an alias away, and give none.
    pub async fn exchange(&self, backend: &Backend, holder: &Holder, kept: &Kept<T>) -> Result<Exchanged, Problem> {
        let scope = self.changed(holder)?;
        let names_anew = kept.alias.is_some() && kept.alias != kept.known_as;
        if names_anew && scope.clients != ClientScope::All {
            return Err(Problem::NotAllowed);
        }
        let (document, now) = (changed(backend, kept)?, backend.clock.now());
        let exchanged = backend.storage.exchange(scope, &self.name(holder)?, &document, now, None).await;
        exchanged.map_err(|error| backend.internal(error))
    }

    /// Takes away what was put there before a moment, of all readers.
    pub async fn take_before(&self, backend: &Backend, holder: &Holder, moment: Timestamp) -> Result<(), Problem> {
        let taken = backend.storage.take_before(self.changed(holder)?, self.name, moment).await;
        taken.map_err(|error| backend.internal(error))
    }

    /// Takes a document away that they can reach; false where there is none.
    pub async fn take(&self, backend: &Backend, holder: &Holder, id: &str) -> Result<bool, Problem> {
        let taken = backend.storage.take(self.changed(holder)?, &self.name(holder)?, id).await;
        taken.map_err(|error| backend.internal(error))
    }

    /// Puts every client of the log that the shelf lacks there: its uuid the id, and the body `{"name": …}`.
    pub async fn adopt_clients(&self, backend: &Backend, holder: &Holder) -> Result<(), Problem> {
        let now = backend.clock.now();
        let adopted = backend.storage.adopt_clients(holder.scope(), self.name, now).await;
        adopted.map_err(|error| backend.internal(error))
    }
}

/// For those who look after a project: what they change has a line of the account trail.
impl<T: Serialize + DeserializeOwned> Shelf<T> {
    /// One of the project's documents.
    pub async fn get_of(&self, backend: &Backend, project: ProjectId, id: &str) -> Result<Option<Kept<T>>, Problem> {
        let kept = backend.storage.kept(&Scope::whole(project), self.name, Name::Id(id)).await;
        kept.map_err(|error| backend.internal(error))?.map(|kept| read(backend, kept)).transpose()
    }

    /// The ids and bodies of the project's documents, the newest first.
    pub async fn list_of(&self, backend: &Backend, project: ProjectId, limit: u32) -> Result<Vec<Kept<T>>, Problem> {
        let newest = Stretch { oldest_first: false, beside: None, limit };
        let kept = backend.storage.stretch(&Scope::whole(project), self.name, &newest).await;
        kept.map_err(|error| backend.internal(error))?.into_iter().map(|kept| read(backend, kept)).collect()
    }

    /// Puts a document there; false where its id or its alias is taken.
    pub async fn put_by(
        &self,
        backend: &Backend,
        steward: &Steward,
        new: New<'_, T>,
        deed: &Deed<'_>,
    ) -> Result<bool, Problem> {
        let (document, line) = (document(backend, new)?, trail::line(backend, steward.by(), deed));
        let put = backend.storage.put(steward.project(), self.name, &document, Some(&line)).await;
        put.map_err(|error| backend.internal(error))
    }

    /// Puts body and alias of a document that was read in the place of those there.
    pub async fn exchange_by(
        &self,
        backend: &Backend,
        steward: &Steward,
        kept: &Kept<T>,
        deed: &Deed<'_>,
    ) -> Result<Exchanged, Problem> {
        let (document, line) = (changed(backend, kept)?, trail::line(backend, steward.by(), deed));
        let (scope, now) = (Scope::whole(steward.project()), backend.clock.now());
        let exchanged = backend.storage.exchange(&scope, self.name, &document, now, Some(&line)).await;
        exchanged.map_err(|error| backend.internal(error))
    }
}

fn document<T: Serialize>(backend: &Backend, new: New<'_, T>) -> Result<NewDocument, Problem> {
    Ok(NewDocument {
        id: new.id.to_owned(),
        alias: new.alias.map(str::to_owned),
        client: new.client,
        body: written(backend, new.body)?,
        created_at: backend.clock.now(),
    })
}

fn changed<T: Serialize>(backend: &Backend, kept: &Kept<T>) -> Result<KeptDocument, Problem> {
    Ok(KeptDocument {
        id: kept.id.clone(),
        alias: kept.alias.clone(),
        body: written(backend, &kept.body)?,
        created_at: kept.created_at,
        updated_at: kept.updated_at,
        revision: kept.revision,
    })
}

fn written(backend: &Backend, body: &impl Serialize) -> Result<String, Problem> {
    serde_json::to_string(body).map_err(|error| backend.internal(anyhow::Error::from(error).into()))
}

fn read<T: DeserializeOwned>(backend: &Backend, kept: KeptDocument) -> Result<Kept<T>, Problem> {
    let KeptDocument { id, alias, body, created_at, updated_at, revision } = kept;
    let body = serde_json::from_str(&body).map_err(|error| {
        backend.internal(storage::StorageError::Damaged(format!("document {id} of a shelf: {error}")))
    })?;
    Ok(Kept { id, known_as: alias.clone(), alias, created_at, updated_at, body, revision })
}
