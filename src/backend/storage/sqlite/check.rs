//! Reads everything and compares: the log, row by row, and the index.

use super::block::{self, Home};
use super::find;
use super::reading::may_be_the_index;
use super::row::{COLUMNS, Row};
use super::{queue, rollup};
use crate::backend::storage::{CheckReport, StorageError};
use crate::domain::access::{ProjectId, TRAIL};
use crate::domain::event::{self, Unreadable};
use crate::domain::problem::Faults;
use futures::TryStreamExt;
use sqlx::{AssertSqlSafe, Row as _, Sqlite, SqliteConnection, SqlitePool, Transaction};

/// Rows read at once while checking.
const BATCH: i64 = 4_096;
/// Faults told; a file damaged all over says enough with these.
const FAULTS: usize = 100;

/// Checks a log and the index beside it, by readers of both.
pub async fn check(readers: &SqlitePool) -> Result<CheckReport, StorageError> {
    let mut report = check_log(readers).await?;
    match check_index(readers, &mut report).await {
        Err(error) if may_be_the_index(&error) => report.faults.push(format!("the index: {error}")),
        outcome => outcome?,
    }
    Ok(report)
}

/// The engine's own structure of a log that may be of an older version, and how many events it has.
pub async fn check_structure(log: &SqlitePool) -> Result<CheckReport, StorageError> {
    let faults = structure(&mut *log.acquire().await?, "the log", "pragma main.integrity_check").await?;
    let events: i64 = sqlx::query_scalar("select count(*) from event").fetch_one(log).await?;
    Ok(CheckReport { faults, events: events.cast_unsigned(), ..CheckReport::default() })
}

/// Checks a log alone, such as a copy that has no index: the engine's own structure, and of every event its checksum, its
/// id, its document and what stands beside that. Each fault names its event.
pub async fn check_log(log: &SqlitePool) -> Result<CheckReport, StorageError> {
    let mut log = log.acquire().await?;
    let faults = structure(&mut log, "the log", "pragma main.integrity_check").await?;
    let mut report = CheckReport { faults, ..CheckReport::default() };
    let statement = format!(
        "select {COLUMNS} from event e left join client c on c.id = e.client where e.seq > ? order by e.seq limit {BATCH}"
    );
    let (mut after, mut last_id) = (i64::MIN, Vec::new());
    while report.faults.len() < FAULTS {
        let rows = sqlx::query(AssertSqlSafe(statement.as_str())).bind(after).fetch_all(&mut *log).await?;
        if rows.is_empty() {
            break;
        }
        for row in rows.iter().map(Row::read) {
            let name = format!("event {} ({})", row.key.seq, row.stored.stamp.id);
            if row.key.id <= last_id {
                report.faults.push(format!("{name}: its id is not greater than the one before"));
            }
            if let Err(fault) = check_event(&row) {
                // A checksum that matches says that it was written so.
                let list = if row.is_sealed { &mut report.unreadable } else { &mut report.faults };
                list.push(format!("{name}: {fault}"));
            }
            after = row.key.seq;
            last_id = row.key.id;
            report.events += 1;
        }
    }
    Ok(report)
}

async fn structure(
    connection: &mut SqliteConnection,
    file: &str,
    statement: &'static str,
) -> Result<Vec<String>, StorageError> {
    let lines: Vec<String> = sqlx::query_scalar(statement).fetch_all(connection).await?;
    Ok(lines.into_iter().filter(|line| line != "ok").map(|line| format!("{file}: {line}")).collect())
}

fn check_event(Row { key, logs, stored, .. }: &Row) -> Result<(), String> {
    if logs[0] == 0 {
        return Err("its client is missing".to_owned());
    }
    let document = stored.document.as_ref().map_err(Unreadable::to_string)?;
    let draft = event::read(document).map_err(|why| why.to_string())?;
    if key.client == TRAIL {
        return Ok(());
    }
    let mut faults = Faults::default();
    let checked =
        draft.check("", &mut faults).ok_or_else(|| format!("its document has {} invalid fields", faults.len()))?;
    if checked.client.as_str() != key.client {
        return Err("its document names another client".to_owned());
    }
    let project = ProjectId(key.project);
    let digest = checked.uuid.as_deref().map_or(0, |uuid| queue::digest(project, &key.client, uuid));
    if digest != key.digest {
        return Err("its digest does not match its uuid".to_owned());
    }
    Ok(())
}

async fn check_index(readers: &SqlitePool, report: &mut CheckReport) -> Result<(), StorageError> {
    let mut tx = readers.begin().await?;
    let file: String =
        sqlx::query_scalar("select file from pragma_database_list where name = 'idx'").fetch_one(&mut *tx).await?;
    if file.is_empty() {
        return Err(StorageError::Index("it cannot be opened".to_owned()));
    }
    report.faults.extend(structure(&mut tx, "the index", "pragma idx.integrity_check").await?);
    let through = find::indexed(&mut tx).await?;
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
    check_blocks(&mut tx).await
}

/// How many events the roll-ups of all clients come to; every one is opened.
async fn summed(tx: &mut Transaction<'static, Sqlite>) -> Result<u64, StorageError> {
    let mut summed = 0;
    let mut rows = sqlx::query("select log, level, period, shard, sums from idx.rollup").fetch(&mut **tx);
    while let Some(row) = rows.try_next().await? {
        let log: i64 = row.try_get(0)?;
        let place = rollup::Place { level: row.try_get(1)?, period: row.try_get(2)?, shard: row.try_get(3)? };
        let sums = place.open(log, row.try_get(4)?)?;
        if log > 0 && place.level == rollup::RHYTHM {
            rollup::read_rhythm(place.period, sums, |quarter| summed += quarter.sum().events)?;
        }
    }
    Ok(summed)
}

async fn check_blocks(tx: &mut Transaction<'static, Sqlite>) -> Result<(), StorageError> {
    for (home, statement) in [
        (Home::Block as fn(i64) -> Home, "select id, columns from idx.block"),
        (Home::Waiting as fn(i64) -> Home, "select id, waiting from idx.log"),
    ] {
        let mut rows = sqlx::query(statement).fetch(&mut **tx);
        while let Some(row) = rows.try_next().await? {
            block::open(home(row.try_get(0)?), row.try_get(1)?)?;
        }
    }
    Ok(())
}
