//! Making, rolling and revoking API keys.

use super::auth::Steward;
use super::storage::{KeyRecord, PreviousSecret};
use super::trail::{self, Deed};
use super::{Backend, clients, secrets};
use crate::domain::access::{ClientId, KeyId, ProjectId};
use crate::domain::key::{KeyScope, KeyScopes, Overlap};
use crate::domain::name::checked_name;
use crate::domain::problem::{Faults, Problem};
use crate::domain::time::Timestamp;
use serde::Serialize;

/// A key to be.
#[derive(Debug, Clone)]
pub struct NewKey {
    /// For people: 1 to 80 characters, without control characters.
    pub name: String,
    pub scopes: KeyScopes,
    /// The only client that it is for; such a key cannot have the scope `admin`, which is about the whole project.
    pub client: Option<ClientId>,
    /// In the future.
    pub expires_at: Option<Timestamp>,
}

impl NewKey {
    /// A key for a server of the company's own: it sends, reads and exports, for every client, until it is revoked.
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), scopes: KeyScopes::USUAL, client: None, expires_at: None }
    }
}

/// A key just made or rolled: the only moment its secret is known.
#[derive(Serialize)]
pub struct CreatedKey {
    pub id: KeyId,
    pub secret: String,
    /// Both in one text, for `Authorization: Bearer`.
    pub bearer: String,
}

impl CreatedKey {
    fn new(id: KeyId, secret: String) -> Self {
        Self { bearer: format!("{id}.{secret}"), id, secret }
    }
}

/// A key, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct KeySummary {
    pub id: KeyId,
    pub name: String,
    pub scopes: KeyScopes,
    /// The only client that it is for.
    pub client: Option<ClientId>,
    pub created_at: Timestamp,
    pub expires_at: Option<Timestamp>,
    /// To the minute.
    pub last_used_at: Option<Timestamp>,
    /// Until when the secret before the last roll holds, if it still does.
    pub old_secret_until: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
}

/// Makes a key for a project.
///
/// # Panics
/// Never: what `random_name` makes is a key's id.
pub async fn create(backend: &Backend, steward: &Steward, key: NewKey) -> Result<CreatedKey, Problem> {
    let now = backend.clock.now();
    let NewKey { name, scopes, client, expires_at } = check(key, now)?;
    let client = match client {
        Some(client) => Some(clients::meant(backend, steward.project(), client).await?),
        None => None,
    };
    let secret = secrets::random_secret();
    let id = KeyId::parse(secrets::random_name("ck_")).expect("a random name is a key id");
    let deed = Deed::KeyCreated { id: &id, name: &name, scopes, client: client.as_ref(), expires_at };
    let line = trail::line(backend, steward.by(), &deed);
    let record = KeyRecord {
        id: id.clone(),
        project: steward.project(),
        name,
        secret_hash: secrets::hash(&secret),
        previous: None,
        scopes,
        client,
        created_at: now,
        expires_at,
        used_at: None,
        revoked_at: None,
    };
    backend.storage.create_key(&record, &line).await.map_err(|error| backend.internal(error))?;
    Ok(CreatedKey::new(id, secret))
}

fn check(key: NewKey, now: Timestamp) -> Result<NewKey, Problem> {
    let mut faults = Faults::default();
    let name = checked_name(&key.name).unwrap_or_else(|wrong| {
        faults.add("name", wrong.to_string());
        key.name.clone()
    });
    if key.client.is_some() && key.scopes.given().any(|scope| scope == KeyScope::Admin) {
        faults.add("scopes", "a key for one client cannot have the scope admin");
    }
    if key.expires_at.is_some_and(|at| at <= now) {
        faults.add("expires", "expected a moment in the future");
    }
    faults.or(NewKey { name, ..key })
}

/// A project's keys, revoked ones included.
pub async fn list(backend: &Backend, project: ProjectId) -> Result<Vec<KeySummary>, Problem> {
    let now = backend.clock.now();
    let records = backend.storage.keys(project).await.map_err(|error| backend.internal(error))?;
    Ok(records.into_iter().map(|record| summary(record, now)).collect())
}

fn summary(record: KeyRecord, now: Timestamp) -> KeySummary {
    let KeyRecord { id, name, scopes, client, previous, created_at, expires_at, used_at, revoked_at, .. } = record;
    let held = previous.map(|PreviousSecret { until, .. }| until).filter(|until| *until > now);
    KeySummary {
        id,
        name,
        scopes,
        client,
        created_at,
        expires_at,
        last_used_at: used_at,
        old_secret_until: held.filter(|_| revoked_at.is_none()),
        revoked_at,
    }
}

/// Gives a key a new secret. The old one holds beside it for the overlap, so that servers can change over one by one;
/// a secret that was replaced earlier holds no more.
pub async fn roll(backend: &Backend, steward: &Steward, id: &KeyId, overlap: Overlap) -> Result<CreatedKey, Problem> {
    let name = name_of(backend, steward, id).await?;
    let secret = secrets::random_secret();
    let until = backend.clock.now().plus_millis(overlap.millis());
    let line = trail::line(backend, steward.by(), &Deed::KeyRolled { id, name: &name, overlap });
    let rolled = backend.storage.roll_key(steward.project(), id, &secrets::hash(&secret), until, &line).await;
    backend.known_keys.forget(id);
    if rolled.map_err(|error| backend.internal(error))? {
        Ok(CreatedKey::new(id.clone(), secret))
    } else {
        Err(Problem::NotFound)
    }
}

/// Makes a key useless for good, within a second in every process on the same data. A key that is revoked already is not
/// found.
pub async fn revoke(backend: &Backend, steward: &Steward, id: &KeyId) -> Result<(), Problem> {
    let name = name_of(backend, steward, id).await?;
    let line = trail::line(backend, steward.by(), &Deed::KeyRevoked { id, name: &name });
    let revoked = backend.storage.revoke_key(steward.project(), id, backend.clock.now(), &line).await;
    backend.known_keys.forget(id);
    if revoked.map_err(|error| backend.internal(error))? { Ok(()) } else { Err(Problem::NotFound) }
}

/// The name of a key of the steward's project.
async fn name_of(backend: &Backend, steward: &Steward, id: &KeyId) -> Result<String, Problem> {
    let record = backend.storage.key(id).await.map_err(|error| backend.internal(error))?;
    record.filter(|key| key.project == steward.project()).map(|key| key.name).ok_or(Problem::NotFound)
}
