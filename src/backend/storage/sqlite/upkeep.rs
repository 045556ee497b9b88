//! Checking, copying.

use super::{codec, queue, rollup};
use crate::backend::storage::{CheckReport, StorageError};
use crate::domain::access::ProjectId;
use crate::domain::event::Draft;
use futures::TryStreamExt;
use sqlx::{Row, Sqlite, SqlitePool, Transaction};
use std::path::Path;

/// Rows read at once while checking.
const BATCH: i64 = 4_096;
/// Faults told; a file damaged all over says enough with these.
const FAULTS: usize = 100;

/// Reads every event: the engine's own structure, the order of ids, each body, its uuid against its digest, and
/// whether the index has as many as the log.
pub async fn check(readers: &SqlitePool) -> Result<CheckReport, StorageError> {
    let mut report = CheckReport::default();
    for (file, statement) in [("the log", "pragma main.integrity_check"), ("the index", "pragma idx.integrity_check")] {
        let lines: Vec<String> = sqlx::query_scalar(statement).fetch_all(readers).await?;
        report.faults.extend(lines.into_iter().filter(|line| line != "ok").map(|line| format!("{file}: {line}")));
    }
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
    check_index(readers, &mut report).await?;
    Ok(report)
}

fn check_event(row: &sqlx::sqlite::SqliteRow) -> Result<(), StorageError> {
    let client: Option<String> = row.try_get("client")?;
    let client = client.ok_or_else(|| StorageError::Damaged("its client is missing".to_owned()))?;
    let document = codec::decode(row.try_get("body")?)?;
    let draft: Draft<'_> =
        serde_json::from_slice(&document).map_err(|error| StorageError::Damaged(format!("its document: {error}")))?;
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

/// Copies the log as of now into a new file, compacted; writing goes on meanwhile. The index is not copied: it is
/// built again at the first start.
pub async fn backup(readers: &SqlitePool, to: &Path) -> Result<(), StorageError> {
    if to.exists() {
        return Err(StorageError::Conflict { what: "a file of this name" });
    }
    let mut connection = readers.acquire().await?.detach();
    sqlx::query("pragma query_only = off").execute(&mut connection).await?;
    sqlx::query("vacuum main into ?").bind(to.to_string_lossy().into_owned()).execute(&mut connection).await?;
    let copy = std::fs::File::open(to).map_err(anyhow::Error::from)?;
    copy.sync_all().map_err(anyhow::Error::from)?;
    Ok(())
}
