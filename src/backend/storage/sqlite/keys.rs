//! API keys.

use super::faults::{damaged, taken};
use super::trail;
use crate::backend::storage::{KeyRecord, PreviousSecret, StorageError, TrailLine};
use crate::domain::access::{ClientId, KeyId, ProjectId};
use crate::domain::key::KeyScopes;
use crate::domain::time::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqlitePool};

pub async fn create(writers: &SqlitePool, key: &KeyRecord, line: &TrailLine) -> Result<(), StorageError> {
    let KeyRecord { id, project, name, secret_hash, previous, scopes, client, created_at, expires_at, .. } = key;
    let mut tx = writers.begin().await?;
    sqlx::query(
        "insert into api_key (id, project, name, secret_hash, previous_hash, previous_until, scopes, client, created_at,
           expires_at, used_at, revoked_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(id.as_str())
    .bind(project.0)
    .bind(name)
    .bind(secret_hash.as_slice())
    .bind(previous.as_ref().map(|previous| previous.hash.as_slice()))
    .bind(previous.as_ref().map(|previous| previous.until.millis()))
    .bind(scopes.to_string())
    .bind(client.as_ref().map(ClientId::as_str))
    .bind(created_at.millis())
    .bind(expires_at.map(Timestamp::millis))
    .bind(key.used_at.map(Timestamp::millis))
    .bind(key.revoked_at.map(Timestamp::millis))
    .execute(&mut *tx)
    .await
    .map_err(|error| taken(error, "a key of this id"))?;
    trail::add(&mut *tx, *project, line).await?;
    Ok(tx.commit().await?)
}

pub async fn one(readers: &SqlitePool, id: &KeyId) -> Result<Option<KeyRecord>, StorageError> {
    let row = sqlx::query("select * from api_key where id = ?").bind(id.as_str()).fetch_optional(readers).await?;
    row.as_ref().map(record).transpose()
}

pub async fn all(readers: &SqlitePool, project: ProjectId) -> Result<Vec<KeyRecord>, StorageError> {
    let rows = sqlx::query("select * from api_key where project = ? order by created_at, id")
        .bind(project.0)
        .fetch_all(readers)
        .await?;
    rows.iter().map(record).collect()
}

pub async fn roll(
    writers: &SqlitePool,
    project: ProjectId,
    id: &KeyId,
    secret_hash: &[u8; 32],
    until: Timestamp,
    line: &TrailLine,
) -> Result<bool, StorageError> {
    let update = sqlx::query(
        "update api_key set previous_hash = secret_hash, previous_until = ?, secret_hash = ?
         where project = ? and id = ? and revoked_at is null",
    )
    .bind(until.millis())
    .bind(secret_hash.as_slice())
    .bind(project.0)
    .bind(id.as_str());
    trail::with(writers, update, project, line).await
}

pub async fn revoke(
    writers: &SqlitePool,
    project: ProjectId,
    id: &KeyId,
    at: Timestamp,
    line: &TrailLine,
) -> Result<bool, StorageError> {
    let update = sqlx::query("update api_key set revoked_at = ? where project = ? and id = ? and revoked_at is null")
        .bind(at.millis())
        .bind(project.0)
        .bind(id.as_str());
    trail::with(writers, update, project, line).await
}

pub async fn note_use(writers: &SqlitePool, id: &KeyId, at: Timestamp) -> Result<(), StorageError> {
    sqlx::query("update api_key set used_at = max(coalesce(used_at, ?1), ?1) where id = ?2")
        .bind(at.millis())
        .bind(id.as_str())
        .execute(writers)
        .await?;
    Ok(())
}

fn record(row: &SqliteRow) -> Result<KeyRecord, StorageError> {
    let hash = |bytes: &[u8]| {
        <[u8; 32]>::try_from(bytes).map_err(|_| StorageError::Damaged("a key's hash is not 32 bytes".to_owned()))
    };
    let moment = |name: &str| row.try_get::<Option<i64>, _>(name).map(|at| at.map(Timestamp::from_millis));
    let previous = row.try_get::<Option<&[u8]>, _>("previous_hash")?.zip(moment("previous_until")?);
    let client: Option<String> = row.try_get("client")?;
    Ok(KeyRecord {
        id: KeyId::parse(row.try_get::<String, _>("id")?).map_err(damaged)?,
        project: ProjectId(row.try_get("project")?),
        name: row.try_get("name")?,
        secret_hash: hash(row.try_get("secret_hash")?)?,
        previous: previous
            .map(|(bytes, until)| Ok::<_, StorageError>(PreviousSecret { hash: hash(bytes)?, until }))
            .transpose()?,
        scopes: KeyScopes::parse(row.try_get("scopes")?).map_err(damaged)?,
        client: client.map(ClientId::parse).transpose().map_err(damaged)?,
        created_at: Timestamp::from_millis(row.try_get("created_at")?),
        expires_at: moment("expires_at")?,
        used_at: moment("used_at")?,
        revoked_at: moment("revoked_at")?,
    })
}
