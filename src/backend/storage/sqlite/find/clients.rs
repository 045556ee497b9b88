//! Clients as a whole: how many events each has, and since when.

use crate::backend::storage::{ClientsWanted, StorageError};
use crate::domain::access::{ClientId, ClientScope, Scope};
use crate::domain::stats::ClientSummary;
use crate::domain::time::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqlitePool};

/// From the index what it has, from the log's tail what came after.
pub async fn clients(
    readers: &SqlitePool,
    scope: &Scope,
    wanted: &ClientsWanted,
) -> Result<Vec<ClientSummary>, StorageError> {
    let ClientsWanted { text, after, limit } = wanted;
    let one = match &scope.clients {
        ClientScope::All => None,
        ClientScope::One(client) => Some(client.as_str()),
    };
    // The index first: what it lacks is then in the log's snapshot, which is taken later.
    let mut tx = readers.begin().await?;
    let indexed: i64 = sqlx::query_scalar("select seq from idx.progress").fetch_one(&mut *tx).await?;
    let rows = sqlx::query(
        "with tail as materialized (
           select client, count(*) as events, min(occurred_at) as oldest, max(occurred_at) as newest
           from event where seq > ?1 group by client
         ), known as (
           select c.uuid, c.name, coalesce(l.events, 0) + coalesce(t.events, 0) as events,
             min(coalesce(l.oldest, t.oldest), coalesce(t.oldest, l.oldest)) as oldest,
             max(coalesce(l.newest, t.newest), coalesce(t.newest, l.newest)) as newest
           from client c left join idx.log l on l.id = c.id left join tail t on t.client = c.id
           where c.project = ?2 and (?3 is null or c.uuid = ?3) and (instr(lower(c.uuid), ?4) or instr(lower(c.name), ?4))
         )
         select uuid, name, events, oldest, newest from known
         where events > 0 and (?5 is null or (newest, uuid) < (?5, ?6)) order by newest desc, uuid desc limit ?7",
    )
    .bind(indexed)
    .bind(scope.project.0)
    .bind(one)
    .bind(text.to_ascii_lowercase())
    .bind(after.as_ref().map(|(moment, _)| moment.millis()))
    .bind(after.as_ref().map(|(_, client)| client.as_str()))
    .bind(limit)
    .fetch_all(&mut *tx)
    .await?;
    rows.iter().map(summary).collect()
}

fn summary(row: &SqliteRow) -> Result<ClientSummary, StorageError> {
    let id: String = row.try_get(0)?;
    Ok(ClientSummary {
        id: ClientId::parse(id).map_err(|error| StorageError::Damaged(error.to_string()))?,
        name: row.try_get(1)?,
        events: row.try_get::<i64, _>(2)?.cast_unsigned(),
        first: Timestamp::from_millis(row.try_get(3)?),
        last: Timestamp::from_millis(row.try_get(4)?),
    })
}
