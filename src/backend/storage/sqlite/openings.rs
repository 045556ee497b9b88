//! Who has opened views, and what was closed again.

use super::{Sqlite, trail};
use crate::backend::storage::{ClosedClient, Openings, SeenOrigin, StorageError, TrailLine};
use crate::domain::access::{ClientId, Origin, ProjectId, ViewId};
use crate::domain::time::Timestamp;
use async_trait::async_trait;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

#[async_trait]
impl Openings for Sqlite {
    async fn note_origin(&self, view: &ViewId, seen: &SeenOrigin, keep: u32) -> Result<(), StorageError> {
        let mut tx = self.settings.begin().await?;
        sqlx::query(
            "insert into seen_origin (view, origin, seen_at) values (?, ?, ?)
             on conflict do update set seen_at = max(seen_at, excluded.seen_at)",
        )
        .bind(view.as_str())
        .bind(seen.origin.as_str())
        .bind(seen.at.millis())
        .execute(&mut *tx)
        .await?;
        sqlx::query(
            "delete from seen_origin where view = ?1 and origin not in
             (select origin from seen_origin where view = ?1 order by seen_at desc, origin limit ?2)",
        )
        .bind(view.as_str())
        .bind(keep)
        .execute(&mut *tx)
        .await?;
        Ok(tx.commit().await?)
    }

    async fn seen_origins(&self, view: &ViewId) -> Result<Vec<SeenOrigin>, StorageError> {
        let rows = sqlx::query("select origin, seen_at from seen_origin where view = ? order by seen_at desc, origin")
            .bind(view.as_str())
            .fetch_all(&self.readers)
            .await?;
        rows.iter().map(seen_origin).collect()
    }

    async fn note_signing(&self, view: &ViewId, kid: &str, at: Timestamp) -> Result<(), StorageError> {
        sqlx::query("update signing_secret set last_used_at = ? where view = ? and kid = ?")
            .bind(at.millis())
            .bind(view.as_str())
            .bind(kid)
            .execute(&self.settings)
            .await?;
        Ok(())
    }

    async fn close_client(
        &self,
        project: ProjectId,
        view: &ViewId,
        closed: &ClosedClient,
        forget: Timestamp,
        line: &TrailLine,
    ) -> Result<(), StorageError> {
        let mut tx = self.settings.begin().await?;
        sqlx::query("delete from closed_client where closed_at < ?").bind(forget.millis()).execute(&mut *tx).await?;
        sqlx::query(
            "insert into closed_client (view, client, closed_at) values (?, ?, ?)
             on conflict do update set closed_at = excluded.closed_at",
        )
        .bind(view.as_str())
        .bind(closed.client.as_str())
        .bind(closed.at.millis())
        .execute(&mut *tx)
        .await?;
        trail::add(&mut *tx, project, line).await?;
        self.changed(tx.commit().await.map_err(StorageError::from)).await
    }

    async fn client_closed_at(&self, view: &ViewId, client: &ClientId) -> Result<Option<Timestamp>, StorageError> {
        let closed: Option<i64> =
            sqlx::query_scalar("select closed_at from closed_client where view = ? and client = ?")
                .bind(view.as_str())
                .bind(client.as_str())
                .fetch_optional(&self.readers)
                .await?;
        Ok(closed.map(Timestamp::from_millis))
    }
}

fn seen_origin(row: &SqliteRow) -> Result<SeenOrigin, StorageError> {
    let origin: String = row.try_get(0)?;
    Ok(SeenOrigin {
        origin: Origin::parse(origin).map_err(|error| StorageError::Damaged(format!("a seen origin: {error}")))?,
        at: Timestamp::from_millis(row.try_get(1)?),
    })
}
