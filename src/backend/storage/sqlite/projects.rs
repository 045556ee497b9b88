//! Projects, and what their clients are called.

use super::faults::taken;
use super::{members, trail, views};
use crate::backend::storage::{NewView, Project, StorageError, TrailLine};
use crate::domain::access::{ClientId, ProjectId, ProjectName};
use crate::domain::people::{PersonId, Role};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqlitePool};

pub async fn create_project(
    writers: &SqlitePool,
    name: &ProjectName,
    owner: Option<PersonId>,
    view: &NewView,
    lines: &[TrailLine],
) -> Result<Project, StorageError> {
    let mut tx = writers.begin().await?;
    let id = sqlx::query_scalar("insert into project (name, created_at) values (?, ?) returning id")
        .bind(name.as_str())
        .bind(view.created_at.millis())
        .fetch_one(&mut *tx)
        .await
        .map_err(|error| taken(error, "a project of this name"))?;
    let id = ProjectId(id);
    if let Some(owner) = owner {
        members::add(&mut *tx, id, owner, Role::Owner).await?;
    }
    views::add(&mut tx, id, view).await?;
    for line in lines {
        trail::add(&mut *tx, id, line).await?;
    }
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

pub async fn knows_client(readers: &SqlitePool, project: ProjectId, client: &ClientId) -> Result<bool, StorageError> {
    let known = sqlx::query_scalar("select exists (select 1 from client where project = ? and uuid = ?)");
    Ok(known.bind(project.0).bind(client.as_str()).fetch_one(readers).await?)
}
