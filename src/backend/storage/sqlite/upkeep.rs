//! Checking.

use super::{codec, queue, rollup};
use crate::backend::storage::{CheckReport, StorageError};
use crate::domain::access::{ProjectId, TRAIL};
use crate::domain::event::Draft;
use futures::TryStreamExt;
use sqlx::{Row, Sqlite, SqlitePool, Transaction};

/// Rows read at once while checking.
const BATCH: i64 = 4_096;
/// Faults told; a file damaged all over says enough with these.
const FAULTS: usize = 100;

/// Reads every event: the engine's own structure, the order of ids, each body, its uuid against its digest, and
/// whether the index has as many as the log.
pub async fn check(readers: &SqlitePool) -> Result<CheckReport, StorageError> {
    let mut report = check_log(readers).await?;
    report.faults.extend(structure(readers, "the index", "pragma idx.integrity_check").await?);
    check_index(readers, &mut report).await?;
    Ok(report)
}

/// The engine's own structure of a log that may be of an older version, and how many events it has.
pub async fn check_structure(log: &SqlitePool) -> Result<CheckReport, StorageError> {
    let faults = structure(log, "the log", "pragma main.integrity_check").await?;
    let events: i64 = sqlx::query_scalar("select count(*) from event").fetch_one(log).await?;
    Ok(CheckReport { faults, events: events.cast_unsigned(), ..CheckReport::default() })
}

async fn structure(readers: &SqlitePool, file: &str, statement: &'static str) -> Result<Vec<String>, StorageError> {
    let lines: Vec<String> = sqlx::query_scalar(statement).fetch_all(readers).await?;
    Ok(lines.into_iter().filter(|line| line != "ok").map(|line| format!("{file}: {line}")).collect())
}

/// The same of a log alone, such as a copy that has no index.
pub async fn check_log(readers: &SqlitePool) -> Result<CheckReport, StorageError> {
    let faults = structure(readers, "the log", "pragma main.integrity_check").await?;
    let mut report = CheckReport { faults, ..CheckReport::default() };
    let (mut after, mut last_id) = (0_i64, Vec::new());
    loop {
        let rows = sqlx::query(
            "select e.seq, e.id, e.digest, e.body, c.project, c.uuid as client from event e left join client c on c.id = e.client
             where e.seq > ? order by e.seq limit ?",
        )
        .bind(after)
        .bind(BATCH)
        .fetch_all(readers)
        .await?;
        if rows.is_empty() || report.faults.len() >= FAULTS {
            break;
        }
        for row in &rows {
            after = row.try_get("seq")?;
            let id: Vec<u8> = row.try_get("id")?;
            if id <= last_id {
                report.faults.push(format!("event {after}: its id is not greater than the one before"));
            }
            last_id = id;
            if let Err(fault) = check_event(row) {
                report.faults.push(format!("event {after}: {fault}"));
            }
            report.events += 1;
        }
    }
    Ok(report)
}

fn check_event(row: &sqlx::sqlite::SqliteRow) -> Result<(), StorageError> {
    let client: Option<String> = row.try_get("client")?;
    let client = client.ok_or_else(|| StorageError::Damaged("its client is missing".to_owned()))?;
    let document = codec::decode(row.try_get("body")?)?;
    let draft: Draft<'_> =
        serde_json::from_slice(&document).map_err(|error| StorageError::Damaged(format!("its document: {error}")))?;
    if client == TRAIL {
        return Ok(());
    }
    let mut faults = crate::domain::problem::Faults::default();
    let checked = draft
        .check("", &mut faults)
        .ok_or_else(|| StorageError::Damaged(format!("its document has {} invalid fields", faults.len())))?;
    if checked.client.as_str() != client {
        return Err(StorageError::Damaged("its document names another client".to_owned()));
    }
    let project = ProjectId(row.try_get("project")?);
    let digest = checked.uuid.as_deref().map_or(0, |uuid| queue::digest(project, &client, uuid));
    if digest != row.try_get::<i64, _>("digest")? {
        return Err(StorageError::Damaged("its digest does not match its uuid".to_owned()));
    }
    Ok(())
}

async fn check_index(readers: &SqlitePool, report: &mut CheckReport) -> Result<(), StorageError> {
    let mut tx = readers.begin().await?;
    let through: i64 = sqlx::query_scalar("select seq from idx.progress").fetch_one(&mut *tx).await?;
    let indexed: i64 =
        sqlx::query_scalar("select coalesce(sum(events), 0) from idx.log where id > 0").fetch_one(&mut *tx).await?;
    let logged: i64 =
        sqlx::query_scalar("select count(*) from event where seq <= ?").bind(through).fetch_one(&mut *tx).await?;
    if indexed != logged {
        report.faults.push(format!("the index has {indexed} of {logged} events; `daybook reindex` builds it anew"));
    }
    let summed = summed(&mut tx).await?;
    if summed != indexed.cast_unsigned() {
        report
            .faults
            .push(format!("the roll-ups sum {summed} of {indexed} events; `daybook reindex` builds them anew"));
    }
    Ok(())
}

/// How many events the roll-ups of all clients come to.
async fn summed(tx: &mut Transaction<'static, Sqlite>) -> Result<u64, StorageError> {
    let mut summed = 0;
    let mut rows = sqlx::query("select period, sums from idx.rollup where log > 0 and level = ?")
        .bind(rollup::RHYTHM)
        .fetch(&mut **tx);
    while let Some(row) = rows.try_next().await? {
        rollup::read_rhythm(row.try_get(0)?, row.try_get(1)?, |quarter| summed += quarter.sum().events)?;
    }
    Ok(summed)
}
