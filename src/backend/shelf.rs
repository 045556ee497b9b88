//! Shelves: small documents beside the log, of one kind each, that an API keeps for its callers.

use super::Backend;
use super::auth::Holder;
use super::storage::{self, Exchanged, KeptDocument, Name, NewDocument, Stretch};
use crate::domain::access::{ClientId, ClientScope, Scope};
use crate::domain::problem::Problem;
use crate::domain::time::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
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
    /// The project's: every key of it may read them, and one for all clients may change them.
    Project,
}

/// A document about to be put on a shelf.
pub struct New<'n, T> {
    pub id: &'n str,
    /// Another name, of which the shelf holds each once.
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
    revision: i64,
}

impl<T: Serialize + DeserializeOwned> Shelf<T> {
    /// The shelf of this name, each of whose documents is a client's.
    pub const fn of_clients(name: &'static str) -> Self {
        Self { name, whose: Whose::Clients, kind: PhantomData }
    }

    /// The shelf of this name, whose documents are the project's own.
    pub const fn of_project(name: &'static str) -> Self {
        Self { name, whose: Whose::Project, kind: PhantomData }
    }

    /// What somebody reads there.
    fn read(&self, holder: &Holder) -> Scope {
        let clients = match self.whose {
            Whose::Clients => holder.scope().clients.clone(),
            Whose::Project => ClientScope::All,
        };
        Scope { clients, ..holder.scope().clone() }
    }

    /// What somebody may change there.
    fn changed<'h>(&self, holder: &'h Holder) -> Result<&'h Scope, Problem> {
        let scope = holder.scope();
        let theirs = self.whose == Whose::Clients || scope.clients == ClientScope::All;
        if theirs { Ok(scope) } else { Err(Problem::NotAllowed) }
    }

    /// Whether somebody may change anything there; to be asked before work that only a change is worth.
    pub fn may_change(&self, holder: &Holder) -> Result<(), Problem> {
        self.changed(holder).map(|_| ())
    }

    /// Puts a document there; false where its id or its alias is taken.
    pub async fn put(&self, backend: &Backend, holder: &Holder, new: New<'_, T>) -> Result<bool, Problem> {
        let scope = self.changed(holder)?;
        if !scope.clients.holds(&new.client.clone().map_or(ClientScope::All, ClientScope::One)) {
            return Err(Problem::NotAllowed);
        }
        let document = NewDocument {
            id: new.id.to_owned(),
            alias: new.alias.map(str::to_owned),
            client: new.client,
            body: written(backend, new.body)?,
            created_at: backend.clock.now(),
        };
        let put = backend.storage.put(scope.project, self.name, &document, None).await;
        put.map_err(|error| backend.internal(error))
    }

    /// One document.
    pub async fn get(&self, backend: &Backend, holder: &Holder, name: Name<'_>) -> Result<Option<Kept<T>>, Problem> {
        let kept = backend.storage.kept(&self.read(holder), self.name, name).await;
        kept.map_err(|error| backend.internal(error))?.map(|kept| read(backend, kept)).transpose()
    }

    /// Some documents, in the order in which they were put there or the other way round.
    pub async fn list(&self, backend: &Backend, holder: &Holder, stretch: &Stretch) -> Result<Vec<Kept<T>>, Problem> {
        let kept = backend.storage.stretch(&self.read(holder), self.name, stretch).await;
        kept.map_err(|error| backend.internal(error))?.into_iter().map(|kept| read(backend, kept)).collect()
    }

    /// Puts body and alias of a document that was read in the place of those there.
    pub async fn exchange(&self, backend: &Backend, holder: &Holder, kept: &Kept<T>) -> Result<Exchanged, Problem> {
        let document = KeptDocument {
            id: kept.id.clone(),
            alias: kept.alias.clone(),
            body: written(backend, &kept.body)?,
            created_at: kept.created_at,
            updated_at: kept.updated_at,
            revision: kept.revision,
        };
        let now = backend.clock.now();
        let exchanged = backend.storage.exchange(self.changed(holder)?, self.name, &document, now, None).await;
        exchanged.map_err(|error| backend.internal(error))
    }

    /// Takes a document away that they can reach; false where there is none.
    pub async fn take(&self, backend: &Backend, holder: &Holder, id: &str) -> Result<bool, Problem> {
        backend.storage.take(self.changed(holder)?, self.name, id).await.map_err(|error| backend.internal(error))
    }

    /// Puts every client of the log that the shelf lacks there: its uuid the id, and the body `{"name": …}`.
    pub async fn adopt_clients(&self, backend: &Backend, holder: &Holder) -> Result<(), Problem> {
        let now = backend.clock.now();
        let adopted = backend.storage.adopt_clients(holder.scope(), self.name, now).await;
        adopted.map_err(|error| backend.internal(error))
    }
}

fn written(backend: &Backend, body: &impl Serialize) -> Result<String, Problem> {
    serde_json::to_string(body).map_err(|error| backend.internal(anyhow::Error::from(error).into()))
}

fn read<T: DeserializeOwned>(backend: &Backend, kept: KeptDocument) -> Result<Kept<T>, Problem> {
    let KeptDocument { id, alias, body, created_at, updated_at, revision } = kept;
    let body = serde_json::from_str(&body).map_err(|error| {
        backend.internal(storage::StorageError::Damaged(format!("document {id} of a shelf: {error}")))
    })?;
    Ok(Kept { id, alias, created_at, updated_at, body, revision })
}
