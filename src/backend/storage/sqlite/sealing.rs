//! Gives rows from before there were checksums theirs: behind everything else, a few at a time.

use super::connect::{self, Files};
use super::row::{COLUMNS, FROM, Row, checksum};
use anyhow::Context;
use sqlx::{AssertSqlSafe, Connection, Row as _, SqliteConnection};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Rows of one transaction, for which the log's writer waits.
const BATCH: i64 = 1_000;
/// The pause after each, in which it does not.
const PAUSE: Duration = Duration::from_millis(20);

/// Begins, where there is something to do.
pub async fn start(files: &Files, stop: watch::Receiver<bool>) -> anyhow::Result<Option<JoinHandle<()>>> {
    let mut log = connect::sealer(files).await?;
    let (done, through): (i64, i64) = sqlx::query_as("select done, through from unsealed").fetch_one(&mut log).await?;
    if done >= through {
        log.close().await?;
        return Ok(None);
    }
    tracing::info!(rows = through - done, "events from before are given checksums in the background");
    Ok(Some(tokio::spawn(run(log, stop))))
}

async fn run(mut log: SqliteConnection, stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        match step(&mut log).await {
            Ok(true) => tokio::time::sleep(PAUSE).await,
            Ok(false) => {
                tracing::info!("all events have checksums");
                break;
            }
            Err(error) => {
                // The rows are as they were, and so is what is left to do: the next start goes on.
                tracing::error!(error = ?error, "events from before could not be given checksums");
                break;
            }
        }
    }
    if let Err(error) = log.close().await {
        tracing::debug!(%error, "the connection for checksums did not close cleanly");
    }
}

/// The next rows; false where none are left.
async fn step(log: &mut SqliteConnection) -> anyhow::Result<bool> {
    let mut tx = log.begin_with("begin immediate").await?;
    let statement = format!(
        "select {COLUMNS} from {FROM}, unsealed u where e.seq > u.done and e.seq <= u.through order by e.seq limit {BATCH}"
    );
    let rows = sqlx::query(AssertSqlSafe(statement)).fetch_all(&mut *tx).await?;
    let mut last = None;
    for row in &rows {
        let key = Row::read(row).key;
        let sum = checksum(&key, row.try_get_unchecked(4).unwrap_or_default());
        sqlx::query("update event set checksum = ? where seq = ? and checksum is null")
            .bind(sum)
            .bind(key.seq)
            .execute(&mut *tx)
            .await?;
        last = Some(key.seq);
    }
    sqlx::query("update unsealed set done = coalesce(?, through)")
        .bind(last)
        .execute(&mut *tx)
        .await
        .context("cannot note how far checksums are made")?;
    tx.commit().await?;
    Ok(last.is_some())
}
