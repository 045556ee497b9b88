//! Reads the log ahead of the index: while one batch is being stored, the next is taken apart on another core.

use super::super::row::{COLUMNS, FROM, Row};
use super::taken::Taken;
use anyhow::Context;
use futures::TryStreamExt;
use sqlx::{AssertSqlSafe, SqliteConnection};
use std::sync::Arc;
use tokio::task::JoinHandle;

/// Events taken into the index at once.
pub const BATCH: u16 = 4_096;
/// Rows taken apart together, so that only so many bodies are held beside what they become.
const PIECE: usize = 512;

/// Events of the log in their order, ready to be indexed.
pub type Batch = Vec<Arc<Taken>>;

/// A batch on its way, with the connection that reads it: it is wanted again whatever becomes of the batch.
type Reading = JoinHandle<(SqliteConnection, anyhow::Result<Batch>)>;

/// A place in the log, and the batch after it that is being read already.
pub struct Ahead {
    reading: Option<(i64, Reading)>,
    log: Option<SqliteConnection>,
}

impl Ahead {
    /// Reads through a connection of its own.
    pub fn new(log: SqliteConnection) -> Self {
        Self { reading: None, log: Some(log) }
    }

    /// The next batch after a seq. A full one is likely followed by more, which is begun to be read at once.
    pub async fn next(&mut self, after: i64) -> anyhow::Result<Batch> {
        let reading = match self.reading.take() {
            Some((from, reading)) if from == after => reading,
            other => {
                // Whatever was read for another place is of no use; its connection is.
                if let Some((_, reading)) = other {
                    self.log = Some(reading.await?.0);
                }
                self.begin(after)?
            }
        };
        let (log, batch) = reading.await?;
        self.log = Some(log);
        let batch = batch?;
        if batch.len() == usize::from(BATCH)
            && let Some(last) = batch.last()
        {
            let last = last.digest.seq;
            self.reading = Some((last, self.begin(last)?));
        }
        Ok(batch)
    }

    /// Drops what was read: the log says something else by now.
    pub async fn forget(&mut self) -> anyhow::Result<()> {
        if let Some((_, reading)) = self.reading.take() {
            self.log = Some(reading.await?.0);
        }
        Ok(())
    }

    fn begin(&mut self, after: i64) -> anyhow::Result<Reading> {
        let log = self.log.take().context("the log is being read already")?;
        Ok(tokio::spawn(read(log, after)))
    }
}

async fn read(mut log: SqliteConnection, after: i64) -> (SqliteConnection, anyhow::Result<Batch>) {
    let batch = batch(&mut log, after).await;
    (log, batch)
}

async fn batch(log: &mut SqliteConnection, after: i64) -> anyhow::Result<Batch> {
    let statement = format!("select {COLUMNS} from {FROM} where e.seq > ? order by e.seq limit {BATCH}");
    let mut batch = Batch::new();
    let mut pieces = sqlx::query(AssertSqlSafe(statement)).bind(after).fetch(log).try_chunks(PIECE);
    while let Some(rows) = pieces.try_next().await? {
        let taken =
            tokio::task::spawn_blocking(move || rows.iter().map(|row| Arc::new(Taken::of(Row::read(row)))).collect());
        let taken: Batch = taken.await?;
        batch.extend(taken);
    }
    drop(pieces);
    Ok(batch)
}
