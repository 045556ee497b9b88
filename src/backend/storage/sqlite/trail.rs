//! Lines of the account trail on their way into the log.
//!
//! Any process may change a setting, only one may write the log. So a line waits in a table, where it came in one
//! transaction with the change it tells, until the process that writes the log takes it over: at once where it is the
//! same, otherwise before anybody reads the trail.

use super::queue::Queue;
use crate::backend::storage::{StorageError, TrailLine};
use crate::domain::access::ProjectId;
use crate::domain::people::PersonId;
use crate::domain::time::Timestamp;
use sqlx::query::Query;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Row, Sqlite, SqliteExecutor, SqlitePool};

/// Lines taken over at once.
const BATCH: i64 = 100;

/// Adds a line to a project's trail.
pub async fn add(writers: impl SqliteExecutor<'_>, project: ProjectId, line: &TrailLine) -> sqlx::Result<()> {
    let TrailLine { uuid, at, document } = line;
    sqlx::query("insert into trail_line (project, uuid, at, document) values (?, ?, ?, ?)")
        .bind(project.0)
        .bind(uuid)
        .bind(at.millis())
        .bind(document)
        .execute(writers)
        .await?;
    Ok(())
}

/// Adds a line to the trail of each project that somebody is a member of.
pub async fn add_for(writers: impl SqliteExecutor<'_>, person: PersonId, line: &TrailLine) -> Result<(), StorageError> {
    let TrailLine { uuid, at, document } = line;
    sqlx::query(
        "insert into trail_line (project, uuid, at, document) select project, ?, ?, ? from member where person = ?",
    )
    .bind(uuid)
    .bind(at.millis())
    .bind(document)
    .bind(person.0)
    .execute(writers)
    .await?;
    Ok(())
}

/// Makes one change with its line; false, and no line, where it changes nothing.
pub async fn with(
    writers: &SqlitePool,
    change: Query<'_, Sqlite, SqliteArguments>,
    project: ProjectId,
    line: &TrailLine,
) -> Result<bool, StorageError> {
    let mut tx = writers.begin().await?;
    if change.execute(&mut *tx).await?.rows_affected() == 0 {
        return Ok(false);
    }
    add(&mut *tx, project, line).await?;
    tx.commit().await?;
    Ok(true)
}

/// Makes one change with its line in the trail of each project of a person; no line where it changes nothing.
pub async fn with_for(
    writers: &SqlitePool,
    change: Query<'_, Sqlite, SqliteArguments>,
    person: PersonId,
    line: &TrailLine,
) -> Result<(), StorageError> {
    let mut tx = writers.begin().await?;
    if change.execute(&mut *tx).await?.rows_affected() > 0 {
        add_for(&mut *tx, person, line).await?;
    }
    Ok(tx.commit().await?)
}

/// Takes over what waits, in its order. A line that was taken over just before a crash is met again, and is one event all
/// the same: its uuid is known.
pub async fn take_over(readers: &SqlitePool, writers: &SqlitePool, queue: &Queue) -> Result<(), StorageError> {
    loop {
        let rows = sqlx::query("select seq, project, uuid, at, document from trail_line order by seq limit ?")
            .bind(BATCH)
            .fetch_all(readers)
            .await?;
        let Some(last) = rows.last() else { return Ok(()) };
        let last: i64 = last.try_get("seq")?;
        for row in rows {
            let document: String = row.try_get("document")?;
            let at = Timestamp::from_millis(row.try_get("at")?);
            let line = (row.try_get("uuid")?, at, document.into_bytes());
            queue.append_to_trail(ProjectId(row.try_get("project")?), vec![line]).await?;
        }
        sqlx::query("delete from trail_line where seq <= ?").bind(last).execute(writers).await?;
    }
}
