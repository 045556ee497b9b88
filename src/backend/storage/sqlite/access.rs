//! Projects, keys and views.

use crate::backend::storage::{KeyRecord, Project, StorageError};
use crate::domain::access::{ClientId, KeyId, ProjectId, ProjectName};
use crate::domain::time::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteExecutor, SqlitePool};

pub async fn create_project(
    writers: impl SqliteExecutor<'_>,
    name: &ProjectName,
    now: Timestamp,
) -> Result<Project, StorageError> {
    let id = sqlx::query_scalar("insert into project (name, created_at) values (?, ?) returning id")
        .bind(name.as_str())
        .bind(now.millis())
        .fetch_one(writers)
        .await
        .map_err(|error| taken(error, "a project of this name"))?;
    Ok(Project { id: ProjectId(id), name: name.clone() })
}

pub async fn project(readers: &SqlitePool, name: &ProjectName) -> Result<Option<Project>, StorageError> {
    let id: Option<i64> =
        sqlx::query_scalar("select id from project where name = ?").bind(name.as_str()).fetch_optional(readers).await?;
    Ok(id.map(|id| Project { id: ProjectId(id), name: name.clone() }))
}

pub async fn projects(readers: &SqlitePool) -> Result<Vec<Project>, StorageError> {
    let rows = sqlx::query("select id, name from project order by name").fetch_all(readers).await?;
    rows.iter().map(project_record).collect()
}

/// A project of a row that begins with its id and its name.
pub fn project_record(row: &SqliteRow) -> Result<Project, StorageError> {
    let name = ProjectName::parse(row.try_get::<String, _>(1)?);
    let name = name.map_err(|error| StorageError::Damaged(format!("a project's name: {error}")))?;
    Ok(Project { id: ProjectId(row.try_get(0)?), name })
}

pub async fn client_name(
    readers: &SqlitePool,
    project: ProjectId,
    client: &ClientId,
) -> Result<Option<String>, StorageError> {
    let name: Option<Option<String>> = sqlx::query_scalar("select name from client where project = ? and uuid = ?")
        .bind(project.0)
        .bind(client.as_str())
        .fetch_optional(readers)
        .await?;
    Ok(name.flatten())
}

pub async fn create_key(writers: &SqlitePool, key: &KeyRecord) -> Result<(), StorageError> {
    let KeyRecord { id, project, name, secret_hash, created_at, revoked_at } = key;
    sqlx::query(
        "insert into api_key (id, project, name, secret_hash, created_at, revoked_at) values (?, ?, ?, ?, ?, ?)",
    )
    .bind(id.as_str())
    .bind(project.0)
    .bind(name)
    .bind(secret_hash.as_slice())
    .bind(created_at.millis())
    .bind(revoked_at.map(Timestamp::millis))
    .execute(writers)
    .await
    .map_err(|error| taken(error, "a key of this id"))?;
    Ok(())
}

pub async fn key(readers: &SqlitePool, id: &KeyId) -> Result<Option<KeyRecord>, StorageError> {
    let row = sqlx::query("select * from api_key where id = ?").bind(id.as_str()).fetch_optional(readers).await?;
    row.as_ref().map(key_record).transpose()
}

pub async fn keys(readers: &SqlitePool, project: ProjectId) -> Result<Vec<KeyRecord>, StorageError> {
    let rows = sqlx::query("select * from api_key where project = ? order by created_at, id")
        .bind(project.0)
        .fetch_all(readers)
        .await?;
    rows.iter().map(key_record).collect()
}

pub async fn revoke_key(
    writers: &SqlitePool,
    project: ProjectId,
    id: &KeyId,
    at: Timestamp,
) -> Result<bool, StorageError> {
    let done = sqlx::query("update api_key set revoked_at = coalesce(revoked_at, ?) where project = ? and id = ?")
        .bind(at.millis())
        .bind(project.0)
        .bind(id.as_str())
        .execute(writers)
        .await?;
    Ok(done.rows_affected() > 0)
}

fn key_record(row: &SqliteRow) -> Result<KeyRecord, StorageError> {
    let hash: &[u8] = row.try_get("secret_hash")?;
    Ok(KeyRecord {
        id: KeyId::parse(row.try_get::<String, _>("id")?).map_err(damaged)?,
        project: ProjectId(row.try_get("project")?),
        name: row.try_get("name")?,
        secret_hash: hash.try_into().map_err(|_| StorageError::Damaged("a key's hash is not 32 bytes".to_owned()))?,
        created_at: Timestamp::from_millis(row.try_get("created_at")?),
        revoked_at: row.try_get::<Option<i64>, _>("revoked_at")?.map(Timestamp::from_millis),
    })
}

fn damaged(error: impl std::fmt::Display) -> StorageError {
    StorageError::Damaged(error.to_string())
}

fn taken(error: sqlx::Error, what: &'static str) -> StorageError {
    match &error {
        sqlx::Error::Database(database) if database.is_unique_violation() => StorageError::Conflict { what },
        _ => error.into(),
    }
}
