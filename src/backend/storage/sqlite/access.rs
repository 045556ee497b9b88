//! Projects and views.

use super::{members, trail};
use crate::backend::storage::{Project, Sealed, SigningSecret, StorageError, TrailLine, ViewRecord};
use crate::domain::access::{ClientId, Origin, ProjectId, ProjectName, ViewId};
use crate::domain::people::{PersonId, Role};
use crate::domain::time::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqlitePool};

pub async fn create_project(
    writers: &SqlitePool,
    name: &ProjectName,
    owner: Option<PersonId>,
    line: &TrailLine,
) -> Result<Project, StorageError> {
    let mut tx = writers.begin().await?;
    let id = sqlx::query_scalar("insert into project (name, created_at) values (?, ?) returning id")
        .bind(name.as_str())
        .bind(line.at.millis())
        .fetch_one(&mut *tx)
        .await
        .map_err(|error| taken(error, "a project of this name"))?;
    let id = ProjectId(id);
    if let Some(owner) = owner {
        members::add(&mut *tx, id, owner, Role::Owner).await?;
    }
    trail::add(&mut *tx, id, line).await?;
    tx.commit().await?;
    Ok(Project { id, name: name.clone() })
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

pub async fn save_view(writers: &SqlitePool, view: &ViewRecord, lines: &[TrailLine]) -> Result<(), StorageError> {
    let ViewRecord { id, project, config, access_key, signing_secrets, tokens_only, origins } = view;
    let mut tx = writers.begin().await?;
    sqlx::query(
        "insert into view (id, project, config, access_key, tokens_only, origins) values (?, ?, ?, ?, ?, ?)
         on conflict (id) do update set config = excluded.config, access_key = excluded.access_key,
           tokens_only = excluded.tokens_only, origins = excluded.origins where project = excluded.project",
    )
    .bind(id.as_str())
    .bind(project.0)
    .bind(json(config)?)
    .bind(&access_key.0)
    .bind(tokens_only)
    .bind(json(origins)?)
    .execute(&mut *tx)
    .await?;
    sqlx::query("delete from signing_secret where view = ?").bind(id.as_str()).execute(&mut *tx).await?;
    for secret in signing_secrets {
        sqlx::query("insert into signing_secret (kid, view, secret, created_at) values (?, ?, ?, ?)")
            .bind(&secret.kid)
            .bind(id.as_str())
            .bind(&secret.secret.0)
            .bind(secret.created_at.millis())
            .execute(&mut *tx)
            .await?;
    }
    for line in lines {
        trail::add(&mut *tx, *project, line).await?;
    }
    Ok(tx.commit().await?)
}

pub async fn view(readers: &SqlitePool, id: &ViewId) -> Result<Option<ViewRecord>, StorageError> {
    let row = sqlx::query("select * from view where id = ?").bind(id.as_str()).fetch_optional(readers).await?;
    match row {
        None => Ok(None),
        Some(row) => view_record(readers, &row).await.map(Some),
    }
}

pub async fn views(readers: &SqlitePool, project: ProjectId) -> Result<Vec<ViewRecord>, StorageError> {
    let rows =
        sqlx::query("select * from view where project = ? order by id").bind(project.0).fetch_all(readers).await?;
    let mut views = Vec::new();
    for row in &rows {
        views.push(view_record(readers, row).await?);
    }
    Ok(views)
}

async fn view_record(readers: &SqlitePool, row: &SqliteRow) -> Result<ViewRecord, StorageError> {
    let id: String = row.try_get("id")?;
    let secrets =
        sqlx::query("select kid, secret, created_at from signing_secret where view = ? order by created_at, kid")
            .bind(&id)
            .fetch_all(readers)
            .await?;
    let signing_secrets = secrets.iter().map(signing_secret).collect::<Result<_, _>>()?;
    let origins: Vec<Origin> = from_json(row.try_get("origins")?)?;
    Ok(ViewRecord {
        id: ViewId::parse(id).map_err(damaged)?,
        project: ProjectId(row.try_get("project")?),
        config: from_json(row.try_get("config")?)?,
        access_key: Sealed(row.try_get("access_key")?),
        signing_secrets,
        tokens_only: row.try_get("tokens_only")?,
        origins,
    })
}

fn signing_secret(row: &SqliteRow) -> Result<SigningSecret, StorageError> {
    Ok(SigningSecret {
        kid: row.try_get("kid")?,
        secret: Sealed(row.try_get("secret")?),
        created_at: Timestamp::from_millis(row.try_get("created_at")?),
    })
}

fn json(value: &impl serde::Serialize) -> Result<String, StorageError> {
    serde_json::to_string(value).map_err(|error| StorageError::Engine(error.into()))
}

fn from_json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, StorageError> {
    serde_json::from_str(text).map_err(damaged)
}

pub fn damaged(error: impl std::fmt::Display) -> StorageError {
    StorageError::Damaged(error.to_string())
}

pub fn taken(error: sqlx::Error, what: &'static str) -> StorageError {
    match &error {
        sqlx::Error::Database(database) if database.is_unique_violation() => StorageError::Conflict { what },
        _ => error.into(),
    }
}
