//! Views, and what they looked like.

use super::{Sqlite, brandings, trail};
use crate::backend::storage::{
    BrandingRecord, FormerKey, NewView, Sealed, SigningSecret, StorageError, TrailLine, VersionRecord, ViewRecord,
    Views,
};
use crate::domain::access::{ClientId, Origin, ProjectId, ViewId};
use crate::domain::opening::{RecordedOpenings, Rights, TokenLife};
use crate::domain::time::Timestamp;
use async_trait::async_trait;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{Row, SqlitePool};

#[async_trait]
impl Views for Sqlite {
    async fn create_view(&self, project: ProjectId, view: &NewView, line: &TrailLine) -> Result<(), StorageError> {
        let mut tx = self.settings.begin().await?;
        add(&mut tx, project, view).await?;
        trail::add(&mut *tx, project, line).await?;
        self.changed(tx.commit().await.map_err(StorageError::from)).await
    }

    async fn view(&self, id: &ViewId) -> Result<Option<ViewRecord>, StorageError> {
        let row =
            sqlx::query("select * from view where id = ?").bind(id.as_str()).fetch_optional(&self.readers).await?;
        match row {
            None => Ok(None),
            Some(row) => record(&self.readers, &row).await.map(Some),
        }
    }

    async fn views(&self, project: ProjectId) -> Result<Vec<ViewRecord>, StorageError> {
        let rows = sqlx::query("select * from view where project = ? order by created_at, id")
            .bind(project.0)
            .fetch_all(&self.readers)
            .await?;
        let mut views = Vec::new();
        for row in &rows {
            views.push(record(&self.readers, row).await?);
        }
        Ok(views)
    }

    async fn secure_view(
        &self,
        view: &ViewRecord,
        next: Option<&VersionRecord>,
        lines: &[TrailLine],
    ) -> Result<bool, StorageError> {
        let mut tx = self.settings.begin().await?;
        if !secure(&mut tx, view).await? {
            return Ok(false);
        }
        if let Some(next) = next
            && save(&mut tx, &view.id, view.version, next).await?.is_none()
        {
            return Ok(false);
        }
        for line in lines {
            trail::add(&mut *tx, view.project, line).await?;
        }
        self.changed(tx.commit().await.map(|()| true).map_err(StorageError::from)).await
    }

    async fn rename_view(
        &self,
        project: ProjectId,
        id: &ViewId,
        name: &str,
        line: &TrailLine,
    ) -> Result<(), StorageError> {
        let update = sqlx::query("update view set name = ? where project = ? and id = ?")
            .bind(name)
            .bind(project.0)
            .bind(id.as_str());
        self.changed(trail::with(&self.settings, update, project, line).await).await.map(|_| ())
    }

    async fn archive_view(
        &self,
        project: ProjectId,
        id: &ViewId,
        at: Option<Timestamp>,
        line: &TrailLine,
    ) -> Result<(), StorageError> {
        let update = sqlx::query(
            "update view set archived_at = ?1 where project = ?2 and id = ?3 and (archived_at is null) <> (?1 is null)",
        )
        .bind(at.map(Timestamp::millis))
        .bind(project.0)
        .bind(id.as_str());
        self.changed(trail::with(&self.settings, update, project, line).await).await.map(|_| ())
    }

    async fn save_view(
        &self,
        id: &ViewId,
        base: u32,
        version: &VersionRecord,
        line: &TrailLine,
    ) -> Result<bool, StorageError> {
        let mut tx = self.settings.begin().await?;
        let Some(project) = save(&mut tx, id, base, version).await? else { return Ok(false) };
        trail::add(&mut *tx, project, line).await?;
        tx.commit().await?;
        self.changed(Ok(true)).await
    }

    async fn view_versions(&self, id: &ViewId) -> Result<Vec<VersionRecord>, StorageError> {
        let rows = sqlx::query(
            "select version, config, author, saved_at from view_version where view = ? order by version desc",
        )
        .bind(id.as_str())
        .fetch_all(&self.readers)
        .await?;
        rows.iter().map(version_record).collect()
    }

    async fn branding(&self, view: &ViewId, client: &ClientId) -> Result<Option<BrandingRecord>, StorageError> {
        brandings::one(&self.readers, view, client).await
    }

    async fn brandings(&self, view: &ViewId) -> Result<Vec<BrandingRecord>, StorageError> {
        brandings::all(&self.readers, view).await
    }

    async fn save_branding(
        &self,
        of: (ProjectId, &ViewId),
        branding: &BrandingRecord,
        line: &TrailLine,
    ) -> Result<(), StorageError> {
        self.changed(brandings::save(&self.settings, of, branding, line).await).await
    }

    async fn remove_branding(
        &self,
        of: (ProjectId, &ViewId),
        client: &ClientId,
        line: &TrailLine,
    ) -> Result<(), StorageError> {
        self.changed(brandings::remove(&self.settings, of, client, line).await).await
    }
}

/// A new view and its first version.
pub async fn add(tx: &mut SqliteConnection, project: ProjectId, view: &NewView) -> Result<(), StorageError> {
    let NewView { id, name, created_at, config, author, .. } = view.clone();
    sqlx::query(
        "insert into view (id, project, name, created_at, config, access_key, tokens_only, origins)
         values (?, ?, ?, ?, ?, x'', 0, '[]')",
    )
    .bind(id.as_str())
    .bind(project.0)
    .bind(name)
    .bind(created_at.millis())
    .bind(json(&config)?)
    .execute(&mut *tx)
    .await?;
    secure(tx, &view.clone().of(project)).await?;
    keep_version(tx, &id, &VersionRecord { version: 1, config, author, saved_at: created_at }).await
}

/// The next version over `base`: the view's project, or nothing where the view is another version.
async fn save(
    tx: &mut SqliteConnection,
    id: &ViewId,
    base: u32,
    next: &VersionRecord,
) -> Result<Option<ProjectId>, StorageError> {
    let saved: Option<i64> =
        sqlx::query_scalar("update view set config = ?, version = ? where id = ? and version = ? returning project")
            .bind(json(&next.config)?)
            .bind(next.version)
            .bind(id.as_str())
            .bind(base)
            .fetch_optional(&mut *tx)
            .await?;
    if saved.is_some() {
        keep_version(tx, id, next).await?;
    }
    Ok(saved.map(ProjectId))
}

/// Who may open a view, unless that has changed since the record was read: then false.
pub async fn secure(tx: &mut SqliteConnection, view: &ViewRecord) -> Result<bool, StorageError> {
    let ViewRecord { id, access_key, former_key, signing_secrets, tokens_only, may, token_life, origins, .. } = view;
    let secured = sqlx::query(
        "update view set access_key = ?, former_access_key = ?, former_access_key_until = ?, tokens_only = ?,
         may_export = ?, may_tail = ?, token_minutes = ?, recorded_openings = ?, origins = ?, revision = revision + 1
         where id = ? and revision = ?",
    )
    .bind(&access_key.0)
    .bind(former_key.as_ref().map(|former| former.key.0.as_slice()))
    .bind(former_key.as_ref().map(|former| former.until.millis()))
    .bind(tokens_only)
    .bind(may.export)
    .bind(may.tail)
    .bind(token_life.minutes())
    .bind(view.recorded.word())
    .bind(json(origins)?)
    .bind(id.as_str())
    .bind(view.revision)
    .execute(&mut *tx)
    .await?;
    if secured.rows_affected() == 0 {
        return Ok(false);
    }
    keep_secrets(tx, id, signing_secrets).await?;
    Ok(true)
}

/// These signing secrets and no others.
async fn keep_secrets(tx: &mut SqliteConnection, id: &ViewId, secrets: &[SigningSecret]) -> Result<(), StorageError> {
    let kids: Vec<&str> = secrets.iter().map(|secret| secret.kid.as_str()).collect();
    sqlx::query("delete from signing_secret where view = ? and kid not in (select value from json_each(?))")
        .bind(id.as_str())
        .bind(json(&kids)?)
        .execute(&mut *tx)
        .await?;
    for secret in secrets {
        sqlx::query(
            "insert into signing_secret (kid, view, secret, created_at) values (?, ?, ?, ?) on conflict do nothing",
        )
        .bind(&secret.kid)
        .bind(id.as_str())
        .bind(&secret.secret.0)
        .bind(secret.created_at.millis())
        .execute(&mut *tx)
        .await?;
    }
    Ok(())
}

async fn keep_version(tx: &mut SqliteConnection, id: &ViewId, version: &VersionRecord) -> Result<(), StorageError> {
    let VersionRecord { version, config, author, saved_at } = version;
    sqlx::query("insert into view_version (view, version, config, author, saved_at) values (?, ?, ?, ?, ?)")
        .bind(id.as_str())
        .bind(version)
        .bind(json(config)?)
        .bind(author)
        .bind(saved_at.millis())
        .execute(&mut *tx)
        .await?;
    Ok(())
}

async fn record(readers: &SqlitePool, row: &SqliteRow) -> Result<ViewRecord, StorageError> {
    let id: String = row.try_get("id")?;
    let secrets = sqlx::query("select * from signing_secret where view = ? order by created_at, kid")
        .bind(&id)
        .fetch_all(readers)
        .await?;
    let signing_secrets = secrets.iter().map(signing_secret).collect::<Result<_, _>>()?;
    let origins: Vec<Origin> = from_json(row.try_get("origins")?)?;
    let archived_at: Option<i64> = row.try_get("archived_at")?;
    Ok(ViewRecord {
        id: ViewId::parse(id).map_err(|error| StorageError::Damaged(format!("a view's id: {error}")))?,
        project: ProjectId(row.try_get("project")?),
        name: row.try_get("name")?,
        created_at: Timestamp::from_millis(row.try_get("created_at")?),
        archived_at: archived_at.map(Timestamp::from_millis),
        version: row.try_get("version")?,
        revision: row.try_get("revision")?,
        config: from_json(row.try_get("config")?)?,
        access_key: Sealed(row.try_get("access_key")?),
        former_key: former_key(row)?,
        signing_secrets,
        tokens_only: row.try_get("tokens_only")?,
        may: Rights { export: row.try_get("may_export")?, tail: row.try_get("may_tail")? },
        token_life: TokenLife::of_minutes(row.try_get("token_minutes")?)
            .ok_or_else(|| StorageError::Damaged("a token's life".to_owned()))?,
        recorded: RecordedOpenings::of_word(row.try_get("recorded_openings")?)
            .ok_or_else(|| StorageError::Damaged("whose openings are recorded".to_owned()))?,
        origins,
    })
}

fn former_key(row: &SqliteRow) -> Result<Option<FormerKey>, StorageError> {
    let key: Option<Vec<u8>> = row.try_get("former_access_key")?;
    let until: Option<i64> = row.try_get("former_access_key_until")?;
    let both = key.map(Sealed).zip(until.map(Timestamp::from_millis));
    Ok(both.map(|(key, until)| FormerKey { key, until }))
}

fn signing_secret(row: &SqliteRow) -> Result<SigningSecret, StorageError> {
    let last_used_at: Option<i64> = row.try_get("last_used_at")?;
    Ok(SigningSecret {
        last_used_at: last_used_at.map(Timestamp::from_millis),
        kid: row.try_get("kid")?,
        secret: Sealed(row.try_get("secret")?),
        created_at: Timestamp::from_millis(row.try_get("created_at")?),
    })
}

fn version_record(row: &SqliteRow) -> Result<VersionRecord, StorageError> {
    Ok(VersionRecord {
        version: row.try_get(0)?,
        config: from_json(row.try_get(1)?)?,
        author: row.try_get(2)?,
        saved_at: Timestamp::from_millis(row.try_get(3)?),
    })
}

pub(super) fn json(value: &impl Serialize) -> Result<String, StorageError> {
    serde_json::to_string(value).map_err(|error| StorageError::Engine(error.into()))
}

pub(super) fn from_json<T: DeserializeOwned>(text: &str) -> Result<T, StorageError> {
    serde_json::from_str(text).map_err(|error| StorageError::Damaged(error.to_string()))
}
