//! Clients as a whole: how many events each has, and since when.

use super::look::indexed;
use crate::backend::storage::{ClientsWanted, StorageError};
use crate::domain::access::{ClientId, ClientScope, Scope};
use crate::domain::query::fold::fold;
use crate::domain::stats::ClientSummary;
use crate::domain::time::Timestamp;
use futures::TryStreamExt;
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
        // It is no client.
        ClientScope::Trail => return Ok(Vec::new()),
    };
    let mut tx = readers.begin().await?;
    let indexed = indexed(&mut tx).await?;
    let mut rows = sqlx::query(
        "with tail as materialized (
           select client, count(*) as events, min(occurred_at) as oldest, max(occurred_at) as newest
           from event where seq > ?1 group by client
         ), known as (
           select c.uuid, c.name, coalesce(l.events, 0) + coalesce(t.events, 0) as events,
             min(coalesce(l.oldest, t.oldest), coalesce(t.oldest, l.oldest)) as oldest,
             max(coalesce(l.newest, t.newest), coalesce(t.newest, l.newest)) as newest
           from client c left join idx.log l on l.id = c.id left join tail t on t.client = c.id
           where c.log = -?2 and (?3 is null or c.uuid = ?3)
         )
         select uuid, name, events, oldest, newest from known
         where events > 0 and (?4 is null or (newest, uuid) < (?4, ?5)) order by newest desc, uuid desc",
    )
    .bind(indexed)
    .bind(scope.project.0)
    .bind(one)
    .bind(after.as_ref().map(|(moment, _)| moment.millis()))
    .bind(after.as_ref().map(|(_, client)| client.as_str()))
    .fetch(&mut *tx);
    // The engine knows the case of ASCII letters alone, so the names are looked at here, as far as are wanted.
    let (text, mut clients) = (fold(text), Vec::new());
    while clients.len() < usize::try_from(*limit).unwrap_or(usize::MAX)
        && let Some(row) = rows.try_next().await?
    {
        // A name that is none (its row is damaged) is nobody's to ask for, and keeps nobody from the others.
        let Some(client) = summary(&row)? else { continue };
        if std::iter::once(client.id.as_str()).chain(client.name.as_deref()).any(|name| fold(name).contains(&*text)) {
            clients.push(client);
        }
    }
    Ok(clients)
}

fn summary(row: &SqliteRow) -> Result<Option<ClientSummary>, StorageError> {
    let Ok(id) = ClientId::parse(row.try_get::<String, _>(0)?) else { return Ok(None) };
    Ok(Some(ClientSummary {
        id,
        name: row.try_get(1)?,
        events: row.try_get::<i64, _>(2)?.cast_unsigned(),
        first: Timestamp::from_millis(row.try_get(3)?),
        last: Timestamp::from_millis(row.try_get(4)?),
    }))
}
