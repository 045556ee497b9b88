//! Pictures that views show.

use super::{Sqlite, trail};
use crate::backend::storage::{Picture, PictureLimits, PictureRoom, PictureStored, Pictures, StorageError, TrailLine};
use crate::domain::access::ProjectId;
use crate::domain::time::Timestamp;
use crate::domain::view::KEPT;
use async_trait::async_trait;
use futures::TryStreamExt;
use sqlx::Row;
use sqlx::sqlite::SqliteConnection;
use std::collections::HashSet;

#[async_trait]
impl Pictures for Sqlite {
    async fn keep_picture(
        &self,
        project: ProjectId,
        picture: &Picture,
        limits: &PictureLimits,
        line: &TrailLine,
    ) -> Result<PictureStored, StorageError> {
        let mut tx = self.settings.begin_with("begin immediate").await?;
        release_unused(&mut tx, limits.unused_before).await?;
        if let Some(full) = full(&mut tx, project, picture, limits).await? {
            // What was released stays so.
            tx.commit().await?;
            return Ok(full);
        }
        sqlx::query("insert into picture (id, kind, bytes) values (?, ?, ?) on conflict do nothing")
            .bind(&picture.id)
            .bind(&picture.kind)
            .bind(&picture.bytes)
            .execute(&mut *tx)
            .await?;
        sqlx::query(
            "insert into picture_owner (project, picture, uploaded_at) values (?, ?, ?)
             on conflict do update set uploaded_at = max(uploaded_at, excluded.uploaded_at)",
        )
        .bind(project.0)
        .bind(&picture.id)
        .bind(line.at.millis())
        .execute(&mut *tx)
        .await?;
        trail::add(&mut *tx, project, line).await?;
        tx.commit().await?;
        self.changed(Ok(PictureStored::Kept)).await
    }

    async fn picture(&self, id: &str) -> Result<Option<Picture>, StorageError> {
        let row = sqlx::query("select id, kind, bytes from picture where id = ?")
            .bind(id)
            .fetch_optional(&self.readers)
            .await?;
        row.map(|row| Ok(Picture { id: row.try_get(0)?, kind: row.try_get(1)?, bytes: row.try_get(2)? })).transpose()
    }
}

/// Whose room is used up, if another picture of a project does not fit.
async fn full(
    tx: &mut SqliteConnection,
    project: ProjectId,
    picture: &Picture,
    limits: &PictureLimits,
) -> Result<Option<PictureStored>, StorageError> {
    let row = sqlx::query(
        "select exists (select 1 from picture_owner where project = ?1 and picture = ?2),
                exists (select 1 from picture where id = ?2)",
    )
    .bind(project.0)
    .bind(&picture.id)
    .fetch_one(&mut *tx)
    .await?;
    let (is_own, is_kept): (bool, bool) = (row.try_get(0)?, row.try_get(1)?);
    let fits = |used: PictureRoom, most: PictureRoom| {
        used.pictures < most.pictures && used.bytes + picture.bytes.len() as u64 <= most.bytes
    };
    if !is_own {
        let used = sqlx::query(
            "select count(*), coalesce(sum(length(bytes)), 0)
             from picture_owner join picture on id = picture where project = ?",
        );
        let used = used.bind(project.0).fetch_one(&mut *tx).await?;
        if !fits(room(&used)?, limits.of_project) {
            return Ok(Some(PictureStored::ProjectFull));
        }
    }
    if !is_kept {
        let used = sqlx::query("select count(*), coalesce(sum(length(bytes)), 0) from picture");
        if !fits(room(&used.fetch_one(&mut *tx).await?)?, limits.of_server) {
            return Ok(Some(PictureStored::ServerFull));
        }
    }
    Ok(None)
}

fn room(row: &sqlx::sqlite::SqliteRow) -> Result<PictureRoom, StorageError> {
    let (pictures, bytes): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
    Ok(PictureRoom { pictures: pictures.cast_unsigned(), bytes: bytes.cast_unsigned() })
}

/// Takes pictures away that were uploaded before a moment and stand in no view, no version of one, and no client's
/// branding, of whatever project.
async fn release_unused(tx: &mut SqliteConnection, before: Timestamp) -> Result<(), StorageError> {
    let old: Vec<String> = sqlx::query_scalar(
        "select id from picture
         where not exists (select 1 from picture_owner where picture = id and uploaded_at >= ?)",
    )
    .bind(before.millis())
    .fetch_all(&mut *tx)
    .await?;
    if old.is_empty() {
        return Ok(());
    }
    let shown = shown(&mut *tx).await?;
    for id in old.iter().filter(|id| !shown.contains(*id)) {
        sqlx::query("delete from picture where id = ?").bind(id).execute(&mut *tx).await?;
    }
    Ok(())
}

/// The ids of all pictures that something shows.
async fn shown(tx: &mut SqliteConnection) -> Result<HashSet<String>, StorageError> {
    let mut texts = sqlx::query_scalar::<_, String>(
        "select config from view where instr(config, '/pictures/') > 0
         union all select config from view_version where instr(config, '/pictures/') > 0
         union all select branding from branding where instr(branding, '/pictures/') > 0",
    )
    .fetch(tx);
    let mut shown = HashSet::new();
    while let Some(text) = texts.try_next().await? {
        let ids = text.split(KEPT).skip(1).filter_map(|rest| rest.get(..64));
        shown.extend(ids.map(str::to_ascii_lowercase));
    }
    Ok(shown)
}
