//! Writes log and index together, and notices where one was written without the other.
//!
//! A transaction over two files is whole in each of them, but a crash may leave it in one alone. So each counts the turns in
//! which documents were replaced: where the counts differ, the index is built anew.

use super::redo::Prepared;
use anyhow::ensure;
use sqlx::{AssertSqlSafe, SqliteConnection};
use std::time::Duration;

/// How often it is tried to overwrite a file's past while somebody reads it, and after which pause again.
const TRIES: usize = 5;
const PAUSE: Duration = Duration::from_millis(300);

/// How an index stands to the log beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It knows a beginning of this log.
    InStep,
    /// It knows more than the log holds, or was built from another.
    OfAnotherLog,
    /// It has events, and the log has none.
    LogIsEmpty,
    /// A stop came between the two files.
    MissedReplacements,
}

/// How the index stands to the log. One that has no events yet follows this log from here on.
pub async fn standing(index: &mut SqliteConnection) -> sqlx::Result<Standing> {
    let seq: i64 = sqlx::query_scalar("select seq from progress").fetch_one(&mut *index).await?;
    if seq == 0 {
        sqlx::query(
            "update progress set turn = (select turn from log_file.redone), log_id = (select id from log_file.identity)",
        )
        .execute(&mut *index)
        .await?;
    }
    let (has_events, is_ours, is_in_step): (bool, Option<bool>, bool) = sqlx::query_as(
        "select exists (select 1 from log_file.event),
           log_id = (select id from log_file.identity)
             and (seq = 0 or last_id = (select id from log_file.event e where e.seq = progress.seq)),
           turn = (select turn from log_file.redone)
         from progress",
    )
    .fetch_one(index)
    .await?;
    Ok(if seq > 0 && !has_events {
        Standing::LogIsEmpty
    } else if is_ours != Some(true) {
        Standing::OfAnotherLog
    } else if !is_in_step {
        Standing::MissedReplacements
    } else {
        Standing::InStep
    })
}

/// Empties the index, which follows the log from its beginning then. Readers go on, each by its own snapshot.
pub async fn empty(index: &mut SqliteConnection) -> anyhow::Result<()> {
    sqlx::query("begin immediate").execute(&mut *index).await?;
    let emptied = async {
        for table in ["timeline", "receipt", "block", "facet", "rollup", "log"] {
            sqlx::query(AssertSqlSafe(format!("delete from {table}"))).execute(&mut *index).await?;
        }
        sqlx::query("insert into word (word) values ('delete-all')").execute(&mut *index).await?;
        sqlx::query("update progress set seq = 0, receipts = 0, last_id = null, unreadable = 0")
            .execute(&mut *index)
            .await?;
        standing(index).await?;
        sqlx::query("commit").execute(&mut *index).await?;
        anyhow::Ok(())
    };
    let emptied = emptied.await;
    if emptied.is_err() {
        sqlx::query("rollback").execute(&mut *index).await?;
    }
    emptied
}

/// One turn, in one transaction. What was there before is overwritten, not only let go.
pub async fn write(index: &mut SqliteConnection, turn: &Prepared) -> anyhow::Result<()> {
    for pragma in ["pragma main.secure_delete = on", "pragma log_file.secure_delete = on"] {
        sqlx::query(pragma).execute(&mut *index).await?;
    }
    sqlx::query("begin immediate").execute(&mut *index).await?;
    let written = async {
        ensure!(
            standing(index).await? == Standing::InStep,
            "the index tells of other replacements than the log; a restart builds it anew"
        );
        turn.write(index).await?;
        sqlx::query("update progress set turn = turn + 1").execute(&mut *index).await?;
        sqlx::query("update log_file.redone set turn = turn + 1").execute(&mut *index).await?;
        sqlx::query("commit").execute(&mut *index).await?;
        Ok(())
    };
    let written = written.await;
    if written.is_err() {
        sqlx::query("rollback").execute(&mut *index).await?;
    }
    // Following the log writes much that is nobody's name.
    sqlx::query("pragma main.secure_delete = fast").execute(index).await?;
    written
}

/// Moves everything from the write-ahead logs to its place and cuts them, so that no earlier page is left there.
pub async fn overwrite(index: &mut SqliteConnection) -> anyhow::Result<()> {
    // Whoever writes waits meanwhile, so not for long.
    sqlx::query("pragma busy_timeout = 300").execute(&mut *index).await?;
    let mut busy = true;
    for _ in 0..TRIES {
        busy = cut(index, "pragma main.wal_checkpoint(truncate)").await?
            | cut(index, "pragma log_file.wal_checkpoint(truncate)").await?;
        if !busy {
            break;
        }
        tokio::time::sleep(PAUSE).await;
    }
    sqlx::query("pragma busy_timeout = 10000").execute(index).await?;
    if busy {
        tracing::warn!("somebody reads the log: earlier pages are overwritten when it is written to next");
    }
    Ok(())
}

/// Whether somebody was in the way.
async fn cut(index: &mut SqliteConnection, checkpoint: &'static str) -> sqlx::Result<bool> {
    let (busy, _, _): (i64, i64, i64) = sqlx::query_as(checkpoint).fetch_one(index).await?;
    Ok(busy != 0)
}
