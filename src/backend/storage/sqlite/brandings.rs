//! What views show single clients of themselves.

use super::trail;
use super::views::{from_json, json};
use crate::backend::storage::{BrandingRecord, StorageError, TrailLine};
use crate::domain::access::{ClientId, ProjectId, ViewId};
use crate::domain::time::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqlitePool};

pub async fn one(
    readers: &SqlitePool,
    view: &ViewId,
    client: &ClientId,
) -> Result<Option<BrandingRecord>, StorageError> {
    let row = sqlx::query("select client, branding, author, saved_at from branding where view = ? and client = ?")
        .bind(view.as_str())
        .bind(client.as_str())
        .fetch_optional(readers)
        .await?;
    row.as_ref().map(record).transpose()
}

pub async fn all(readers: &SqlitePool, view: &ViewId) -> Result<Vec<BrandingRecord>, StorageError> {
    let rows = sqlx::query("select client, branding, author, saved_at from branding where view = ? order by client")
        .bind(view.as_str())
        .fetch_all(readers)
        .await?;
    rows.iter().map(record).collect()
}

pub async fn save(
    writers: &SqlitePool,
    (project, view): (ProjectId, &ViewId),
    branding: &BrandingRecord,
    line: &TrailLine,
) -> Result<(), StorageError> {
    let BrandingRecord { client, branding, author, saved_at } = branding;
    let save = sqlx::query(
        "insert into branding (view, client, branding, author, saved_at) values (?, ?, ?, ?, ?)
         on conflict do update set branding = excluded.branding, author = excluded.author, saved_at = excluded.saved_at",
    )
    .bind(view.as_str())
    .bind(client.as_str())
    .bind(json(branding)?)
    .bind(author)
    .bind(saved_at.millis());
    trail::with(writers, save, project, line).await.map(|_| ())
}

pub async fn remove(
    writers: &SqlitePool,
    (project, view): (ProjectId, &ViewId),
    client: &ClientId,
    line: &TrailLine,
) -> Result<(), StorageError> {
    let remove =
        sqlx::query("delete from branding where view = ? and client = ?").bind(view.as_str()).bind(client.as_str());
    trail::with(writers, remove, project, line).await.map(|_| ())
}

fn record(row: &SqliteRow) -> Result<BrandingRecord, StorageError> {
    let client: String = row.try_get(0)?;
    Ok(BrandingRecord {
        client: ClientId::parse(client).map_err(|error| StorageError::Damaged(format!("a client's id: {error}")))?,
        branding: from_json(row.try_get(1)?)?,
        author: row.try_get(2)?,
        saved_at: Timestamp::from_millis(row.try_get(3)?),
    })
}
