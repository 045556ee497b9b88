//! Writes what a batch becomes: many rows a statement, in the order of their keys.

use super::super::block::{self, Home};
use super::super::row::{COLUMNS, Row as EventRow};
use super::ahead::Batch;
use super::cut::{Cut, Log};
use super::taken::Taken;
use crate::backend::storage::StorageError;
use anyhow::Context;
use sqlx::{AssertSqlSafe, Row, SqliteConnection};
use std::sync::Arc;

/// Each event at its moment, in its client's log and in its project's.
pub async fn timeline(index: &mut SqliteConnection, batch: &[Arc<Taken>]) -> anyhow::Result<()> {
    let mut rows: Vec<[i64; 3]> = batch
        .iter()
        .flat_map(|event| event.logs.map(|log| [log, event.digest.occurred_at, event.digest.seq]))
        .collect();
    rows.sort_unstable();
    insert(index, "timeline (log, occurred_at, seq)", &rows).await
}

/// The sender's uuids of events after one seq and through another.
pub async fn receipts(index: &mut SqliteConnection, after: i64, through: i64) -> anyhow::Result<()> {
    sqlx::query(
        "insert into receipt (digest, seq) select digest, seq from log_file.event
         where seq > ? and seq <= ? and digest <> 0 order by digest, seq",
    )
    .bind(after)
    .bind(through)
    .execute(index)
    .await?;
    Ok(())
}

/// How far the index has come, and by which events.
pub async fn progress(index: &mut SqliteConnection, batch: &[Arc<Taken>], receipts: i64) -> anyhow::Result<()> {
    let Some(last) = batch.last() else { return Ok(()) };
    let unreadable = batch.iter().filter(|event| !event.is_readable).count();
    sqlx::query("update progress set seq = ?, receipts = ?, last_id = ?, unreadable = unreadable + ?")
        .bind(last.digest.seq)
        .bind(receipts)
        .bind(last.key.id.as_slice())
        .bind(i64::try_from(unreadable)?)
        .execute(index)
        .await?;
    Ok(())
}

/// The rows of some logs; new ones for those that have none.
pub async fn logs(index: &mut SqliteConnection, ids: impl Iterator<Item = i64>) -> anyhow::Result<Vec<Log>> {
    let ids: Vec<i64> = ids.collect();
    let rows = sqlx::query(
        "select j.value, coalesce(events, 0), coalesce(pending, 0), coalesce(blocks, 0), reach, oldest, newest
         from json_each(?) j left join log on log.id = j.value",
    )
    .bind(serde_json::to_string(&ids)?)
    .fetch_all(index)
    .await?;
    let log = |row: &sqlx::sqlite::SqliteRow| {
        Ok(Log {
            id: row.try_get(0)?,
            events: row.try_get(1)?,
            pending: row.try_get(2)?,
            blocks: row.try_get(3)?,
            reach: row.try_get::<Option<i64>, _>(4)?.unwrap_or(i64::MIN),
            oldest: row.try_get::<Option<i64>, _>(5)?.unwrap_or(i64::MAX),
            newest: row.try_get::<Option<i64>, _>(6)?.unwrap_or(i64::MIN),
        })
    };
    rows.iter().map(log).collect()
}

/// The events of a log that wait for a block, read anew from the log.
pub async fn waiting(index: &mut SqliteConnection, log: i64) -> anyhow::Result<Batch> {
    let columns: Vec<u8> =
        sqlx::query_scalar("select waiting from log where id = ?").bind(log).fetch_one(&mut *index).await?;
    let seqs: Vec<i64> = block::open(Home::Waiting(log), &columns)?.iter().map(|digest| digest.seq).collect();
    let mut events = events(index, &seqs).await?;
    events.retain(|event| event.logs.contains(&log));
    anyhow::ensure!(events.len() == seqs.len(), StorageError::Index(format!("log {log} waits for events of another")));
    Ok(events)
}

/// Events read anew from the log.
pub async fn events(index: &mut SqliteConnection, seqs: &[i64]) -> anyhow::Result<Batch> {
    let statement = format!(
        "select {COLUMNS} from json_each(?) as j join log_file.event e on e.seq = j.value
         join log_file.client c on c.id = e.client"
    );
    let rows = sqlx::query(AssertSqlSafe(statement)).bind(serde_json::to_string(seqs)?).fetch_all(index).await?;
    let taken =
        tokio::task::spawn_blocking(move || rows.iter().map(|row| Arc::new(Taken::of(EventRow::read(row)))).collect());
    Ok(taken.await?)
}

/// Stores the blocks cut from a batch, and which of its events wait. Blocks are written in the order of their numbers,
/// since the full-text engine starts a new piece whenever a number is smaller than the one before.
pub async fn cuts(index: &mut SqliteConnection, cuts: &[Cut]) -> anyhow::Result<()> {
    let mut blocks: Vec<_> = cuts.iter().flat_map(|cut| &cut.blocks).collect();
    blocks.sort_unstable_by_key(|block| block.id);
    for block in blocks {
        sqlx::query("insert into block (id, oldest, newest, reach, columns) values (?, ?, ?, ?, ?)")
            .bind(block.id)
            .bind(block.oldest)
            .bind(block.newest)
            .bind(block.reach)
            .bind(block.columns.as_slice())
            .execute(&mut *index)
            .await?;
        sqlx::query("insert into word (rowid, words) values (?, ?)")
            .bind(block.id)
            .bind(block.words.as_str())
            .execute(&mut *index)
            .await?;
    }
    for Cut { log, waiting, .. } in cuts {
        sqlx::query(
            "insert into log (id, events, oldest, newest, blocks, reach, pending, waiting) values (?, ?, ?, ?, ?, ?, ?, ?)
             on conflict (id) do update set events = excluded.events, oldest = excluded.oldest,
               newest = excluded.newest, blocks = excluded.blocks, reach = excluded.reach, pending = excluded.pending,
               waiting = excluded.waiting",
        )
        .bind(log.id)
        .bind(log.events)
        .bind(log.oldest)
        .bind(log.newest)
        .bind(log.blocks)
        .bind(log.reach)
        .bind(log.pending)
        .bind(waiting.as_slice())
        .execute(&mut *index)
        .await?;
    }
    Ok(())
}

/// Inserts rows of numbers.
async fn insert<const N: usize>(
    index: &mut SqliteConnection,
    table: &'static str,
    rows: &[[i64; N]],
) -> anyhow::Result<()> {
    const MANY: usize = 500;
    let statement = |count: usize| {
        let row = format!("({})", vec!["?"; N].join(", "));
        format!("insert into {table} values {}", vec![row; count].join(", "))
    };
    let many = statement(MANY);
    for chunk in rows.chunks(MANY) {
        let text = if chunk.len() == MANY { many.clone() } else { statement(chunk.len()) };
        // Odd lengths come once a batch: not worth a place among the prepared.
        let mut query = sqlx::query(AssertSqlSafe(text)).persistent(chunk.len() == MANY);
        for number in chunk.as_flattened() {
            query = query.bind(*number);
        }
        query.execute(&mut *index).await.with_context(|| format!("cannot write {table}"))?;
    }
    Ok(())
}
