//! Writes log and index together, and notices where one was written without the other.
//!
//! A transaction over two files is whole in each of them, but a crash may leave it in one alone. So each counts the turns in
//! which documents were replaced: where the counts differ, the index is built anew.

use super::redo::Prepared;
use anyhow::ensure;
use sqlx::SqliteConnection;
use std::time::Duration;

/// How often it is tried to overwrite a file's past while somebody reads it, and after which pause again.
const TRIES: usize = 5;
const PAUSE: Duration = Duration::from_millis(300);

/// Whether index and log tell of the same replacements. An index that has no events yet follows the log from here on.
pub async fn in_step(index: &mut SqliteConnection) -> sqlx::Result<bool> {
    sqlx::query("update progress set turn = (select turn from log_file.redone) where seq = 0")
        .execute(&mut *index)
        .await?;
    sqlx::query_scalar("select turn = (select turn from log_file.redone) from progress").fetch_one(index).await
}

/// One turn, in one transaction. What was there before is overwritten, not only let go.
pub async fn write(index: &mut SqliteConnection, turn: &Prepared) -> anyhow::Result<()> {
    for pragma in ["pragma main.secure_delete = on", "pragma log_file.secure_delete = on"] {
        sqlx::query(pragma).execute(&mut *index).await?;
    }
    sqlx::query("begin immediate").execute(&mut *index).await?;
    let written = async {
        ensure!(in_step(index).await?, "the index tells of other replacements than the log; a restart builds it anew");
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
