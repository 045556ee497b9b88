//! Small documents beside the log.

use super::{Sqlite, trail};
use crate::backend::storage::{
    Exchanged, KeptDocument, Name, NewDocument, Put, Shelves, Side, StorageError, Stretch, TrailLine,
};
use crate::domain::access::{ClientId, ClientScope, ProjectId, Scope, TRAIL};
use crate::domain::time::Timestamp;
use async_trait::async_trait;
use sqlx::Row;
use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteRow};

/// Chooses what a scope reaches: its project, a shelf, and a client where there is one.
const WITHIN: &str = "project = ?1 and shelf = ?2 and (?3 is null or client = ?3)";

/// A shelf and its parts.
const WITH_PARTS: &str = "project = ?1 and (shelf = ?2 or (shelf > ?2 || '/' and shelf < ?2 || '0'))";

/// Clients of the log that a shelf lacks; the account trail is none.
const LACKING: &str = "from client c where c.project = ?1 and c.log = -c.project and (?3 is null or c.uuid = ?3)
    and not exists (select 1 from shelf s where s.project = c.project and s.shelf = ?2 and s.id = c.uuid)";

fn client(scope: &Scope) -> Option<&str> {
    match &scope.clients {
        ClientScope::One(client) => Some(client.as_str()),
        ClientScope::All => None,
        // Which has no documents.
        ClientScope::Trail => Some(TRAIL),
    }
}

#[async_trait]
impl Shelves for Sqlite {
    async fn put(
        &self,
        project: ProjectId,
        on: &str,
        document: &NewDocument,
        line: Option<&TrailLine>,
    ) -> Result<bool, StorageError> {
        let NewDocument { id, alias, client, body, created_at } = document;
        let put = sqlx::query(
            "insert into shelf (project, shelf, id, alias, client, body, created_at, updated_at, revision)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, 0) on conflict do nothing",
        )
        .bind(project.0)
        .bind(on)
        .bind(id)
        .bind(alias)
        .bind(client.as_ref().map(ClientId::as_str))
        .bind(body)
        .bind(created_at.millis());
        self.changed(made(self, put, project, line).await.map_err(StorageError::from)).await
    }

    async fn put_within(
        &self,
        project: ProjectId,
        on: &str,
        document: &NewDocument,
        room: u32,
    ) -> Result<Put, StorageError> {
        let NewDocument { id, alias, client, body, created_at } = document;
        let mut tx = self.settings.begin().await?;
        // One writer at a time: what is counted is still so when the document is put there.
        let put = sqlx::query(
            "insert into shelf (project, shelf, id, alias, client, body, created_at, updated_at, revision)
             select ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, 0
             where (select count(*) from shelf where project = ?1 and shelf = ?2 and client is ?5) < ?8
             on conflict do nothing",
        )
        .bind(project.0)
        .bind(on)
        .bind(id)
        .bind(alias)
        .bind(client.as_ref().map(ClientId::as_str))
        .bind(body)
        .bind(created_at.millis())
        .bind(room)
        .execute(&mut *tx)
        .await?;
        let taken: bool = sqlx::query_scalar(
            "select exists (select 1 from shelf where project = ?1 and shelf = ?2 and (id = ?3 or alias = ?4))",
        )
        .bind(project.0)
        .bind(on)
        .bind(id)
        .bind(alias)
        .fetch_one(&mut *tx)
        .await?;
        tx.commit().await?;
        match put.rows_affected() {
            0 if taken => Ok(Put::Taken),
            0 => Ok(Put::Full),
            _ => self.changed(Ok(Put::Done)).await,
        }
    }

    async fn parts(&self, project: ProjectId, on: &str) -> Result<Vec<String>, StorageError> {
        let statement = format!("select distinct shelf from shelf where {WITH_PARTS} order by shelf");
        let parts = sqlx::query_scalar(sqlx::AssertSqlSafe(statement)).bind(project.0).bind(on);
        Ok(parts.fetch_all(&self.readers).await?)
    }

    async fn take_before(&self, scope: &Scope, on: &str, moment: Timestamp) -> Result<(), StorageError> {
        let old = format!("from shelf where {WITH_PARTS} and (?3 is null or client = ?3) and created_at < ?4");
        // Mostly there is none, which a reader finds out without waiting for the disk.
        let any: bool = sqlx::query_scalar(sqlx::AssertSqlSafe(format!("select exists (select 1 {old})")))
            .bind(scope.project.0)
            .bind(on)
            .bind(client(scope))
            .bind(moment.millis())
            .fetch_one(&self.readers)
            .await?;
        if any {
            sqlx::query(sqlx::AssertSqlSafe(format!("delete {old}")))
                .bind(scope.project.0)
                .bind(on)
                .bind(client(scope))
                .bind(moment.millis())
                .execute(&self.settings)
                .await?;
        }
        Ok(())
    }

    async fn kept(&self, scope: &Scope, on: &str, name: Name<'_>) -> Result<Option<KeptDocument>, StorageError> {
        let (column, name) = match name {
            Name::Id(id) => ("id", id),
            Name::Alias(alias) => ("alias", alias),
        };
        let row = sqlx::query(sqlx::AssertSqlSafe(format!("select * from shelf where {WITHIN} and {column} = ?4")))
            .bind(scope.project.0)
            .bind(on)
            .bind(client(scope))
            .bind(name)
            .fetch_optional(&self.readers)
            .await?;
        row.as_ref().map(kept).transpose()
    }

    async fn stretch(&self, scope: &Scope, on: &str, stretch: &Stretch) -> Result<Vec<KeptDocument>, StorageError> {
        let (side, beside) = match &stretch.beside {
            None => (Side::After, None),
            Some((side, id)) => (*side, Some(id)),
        };
        // What comes before is read from there on backwards, so that the limit keeps the nearest.
        let rising = stretch.oldest_first == (side == Side::After);
        let (sign, order) = if rising { (">", "asc") } else { ("<", "desc") };
        let statement = format!(
            "select * from shelf where {WITHIN}
             and (?4 is null or seq {sign} (select seq from shelf where {WITHIN} and id = ?4)) order by seq {order} limit ?5"
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(statement))
            .bind(scope.project.0)
            .bind(on)
            .bind(client(scope))
            .bind(beside)
            .bind(stretch.limit)
            .fetch_all(&self.readers)
            .await?;
        let mut documents: Vec<KeptDocument> = rows.iter().map(kept).collect::<Result<_, _>>()?;
        if side == Side::Before {
            documents.reverse();
        }
        Ok(documents)
    }

    async fn exchange(
        &self,
        scope: &Scope,
        on: &str,
        document: &KeptDocument,
        at: Timestamp,
        line: Option<&TrailLine>,
    ) -> Result<Exchanged, StorageError> {
        let statement = format!(
            "update shelf set body = ?4, alias = ?5, updated_at = ?6, revision = revision + 1
             where {WITHIN} and id = ?7 and revision = ?8"
        );
        let done = sqlx::query(sqlx::AssertSqlSafe(statement))
            .bind(scope.project.0)
            .bind(on)
            .bind(client(scope))
            .bind(&document.body)
            .bind(&document.alias)
            .bind(at.millis())
            .bind(&document.id)
            .bind(document.revision);
        match made(self, done, scope.project, line).await {
            Ok(true) => self.changed(Ok(Exchanged::Done)).await,
            Ok(false) => Ok(Exchanged::Stale),
            Err(sqlx::Error::Database(error)) if error.is_unique_violation() => Ok(Exchanged::AliasTaken),
            Err(error) => Err(error.into()),
        }
    }

    async fn take(&self, scope: &Scope, on: &str, id: &str) -> Result<bool, StorageError> {
        let done = sqlx::query(sqlx::AssertSqlSafe(format!("delete from shelf where {WITHIN} and id = ?4")))
            .bind(scope.project.0)
            .bind(on)
            .bind(client(scope))
            .bind(id)
            .execute(&self.settings)
            .await?;
        Ok(done.rows_affected() > 0)
    }

    async fn adopt_clients(&self, scope: &Scope, on: &str, at: Timestamp) -> Result<(), StorageError> {
        // Mostly there is none, which a reader finds out without waiting for the disk.
        let lacking: bool = sqlx::query_scalar(sqlx::AssertSqlSafe(format!("select exists (select 1 {LACKING})")))
            .bind(scope.project.0)
            .bind(on)
            .bind(client(scope))
            .fetch_one(&self.readers)
            .await?;
        if lacking {
            let statement = format!(
                "insert into shelf (project, shelf, id, client, body, created_at, updated_at, revision)
                 select c.project, ?2, c.uuid, c.uuid, json_object('name', coalesce(c.name, c.uuid)), ?4, ?4, 0 {LACKING}
                 order by c.id"
            );
            sqlx::query(sqlx::AssertSqlSafe(statement))
                .bind(scope.project.0)
                .bind(on)
                .bind(client(scope))
                .bind(at.millis())
                .execute(&self.settings)
                .await?;
        }
        Ok(())
    }
}

/// Makes one change, with its line where it has one; false, and no line, where it changes nothing.
async fn made(
    storage: &Sqlite,
    change: Query<'_, sqlx::Sqlite, SqliteArguments>,
    project: ProjectId,
    line: Option<&TrailLine>,
) -> sqlx::Result<bool> {
    let Some(line) = line else { return Ok(change.execute(&storage.settings).await?.rows_affected() > 0) };
    let mut tx = storage.settings.begin().await?;
    if change.execute(&mut *tx).await?.rows_affected() == 0 {
        return Ok(false);
    }
    trail::add(&mut *tx, project, line).await?;
    tx.commit().await?;
    Ok(true)
}

fn kept(row: &SqliteRow) -> Result<KeptDocument, StorageError> {
    Ok(KeptDocument {
        id: row.try_get("id")?,
        alias: row.try_get("alias")?,
        body: row.try_get("body")?,
        created_at: Timestamp::from_millis(row.try_get("created_at")?),
        updated_at: Timestamp::from_millis(row.try_get("updated_at")?),
        revision: row.try_get("revision")?,
    })
}
