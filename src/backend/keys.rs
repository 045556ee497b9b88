//! Making and revoking API keys.

use super::storage::KeyRecord;
use super::{Backend, secrets};
use crate::domain::access::{KeyId, ProjectId};
use crate::domain::problem::Problem;
use crate::domain::time::Timestamp;
use serde::Serialize;

/// A key just made: the only moment its secret is known.
#[derive(Serialize)]
pub struct CreatedKey {
    pub id: KeyId,
    pub secret: String,
    /// Both in one text, for `Authorization: Bearer`.
    pub bearer: String,
}

/// A key, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct KeySummary {
    pub id: KeyId,
    pub name: String,
    pub created_at: Timestamp,
    pub revoked_at: Option<Timestamp>,
}

/// Longest name of a key, in characters.
const LONGEST_NAME: usize = 80;

/// Makes a key for a project. The name is for people: 1 to 80 characters, without control characters.
///
/// # Panics
/// Never: what `random_name` makes is a key's id.
pub async fn create(backend: &Backend, project: ProjectId, name: &str) -> Result<CreatedKey, Problem> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
        return Err(Problem::invalid("name", format!("expected 1 to {LONGEST_NAME} printable characters")));
    }
    let secret = secrets::random_secret();
    let id = KeyId::parse(secrets::random_name("ck_")).expect("a random name is a key id");
    let record = KeyRecord {
        id: id.clone(),
        project,
        name: name.to_owned(),
        secret_hash: secrets::hash(&secret),
        created_at: backend.clock.now(),
        revoked_at: None,
    };
    backend.storage.create_key(&record).await.map_err(|error| backend.internal(error))?;
    Ok(CreatedKey { bearer: format!("{id}.{secret}"), id, secret })
}

/// A project's keys, revoked ones included.
pub async fn list(backend: &Backend, project: ProjectId) -> Result<Vec<KeySummary>, Problem> {
    let records = backend.storage.keys(project).await.map_err(|error| backend.internal(error))?;
    Ok(records
        .into_iter()
        .map(|KeyRecord { id, project: _, name, secret_hash: _, created_at, revoked_at }| KeySummary {
            id,
            name,
            created_at,
            revoked_at,
        })
        .collect())
}

/// Makes a key useless for good, within a second in every process on the same data.
pub async fn revoke(backend: &Backend, project: ProjectId, id: &KeyId) -> Result<(), Problem> {
    let now = backend.clock.now();
    let known = backend.storage.revoke_key(project, id, now).await.map_err(|error| backend.internal(error))?;
    backend.known_keys.forget(id);
    if known { Ok(()) } else { Err(Problem::NotFound) }
}
