//! Keeps a write-ahead log from growing without end.
//!
//! The engine moves pages from it to their places as it goes, but begins it anew only in a moment when nobody reads it;
//! while one search follows on another, there is none. So beyond a limit the readers of the moment are waited for: those
//! who come meanwhile read what has been moved already, and are in nobody's way.

use crate::backend::quiet::Quiet;
use sqlx::{AssertSqlSafe, SqliteConnection};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How long readers are waited for at first, and at most: who writes waits as well.
const SHORTEST: Duration = Duration::from_millis(250);
const LONGEST: Duration = Duration::from_secs(2);
/// From one attempt that failed to the next.
const PAUSE: Duration = Duration::from_millis(500);
/// How long everybody else waits for a lock, as connections are opened with.
const USUAL: Duration = Duration::from_secs(10);

/// The bound of one file's write-ahead log, kept by the connection that writes the file.
pub struct WalBound {
    path: PathBuf,
    checkpoint: &'static str,
    limit: u64,
    patience: Duration,
    next: Option<Instant>,
    quiet: Quiet,
}

impl WalBound {
    /// Where a file of the database has its write-ahead log.
    pub fn path_of(file: &Path) -> PathBuf {
        let mut path = file.to_owned().into_os_string();
        path.push("-wal");
        path.into()
    }

    /// Of the file that a connection calls `main`; beyond `limit` bytes it is cut.
    pub fn new(file: &Path, limit: u64) -> Self {
        let (path, checkpoint) = (Self::path_of(file), "pragma main.wal_checkpoint(truncate)");
        Self { path, checkpoint, limit, patience: SHORTEST, next: None, quiet: Quiet::default() }
    }

    fn bytes(&self) -> u64 {
        std::fs::metadata(&self.path).map_or(0, |file| file.len())
    }

    /// Whether it is so large that nothing should be added before it was cut.
    pub fn is_far_over(&self) -> bool {
        self.bytes() > self.limit.saturating_mul(2)
    }

    /// Cuts it where it is over its limit, as soon as that is possible.
    pub async fn keep(&mut self, connection: &mut SqliteConnection) -> sqlx::Result<()> {
        if self.next.is_some_and(|next| Instant::now() < next) || self.bytes() <= self.limit {
            return Ok(());
        }
        set_busy_timeout(connection, self.patience).await?;
        let cut = sqlx::query_as::<_, (i64, i64, i64)>(self.checkpoint).fetch_one(&mut *connection).await;
        set_busy_timeout(connection, USUAL).await?;
        let (busy, _, _) = cut?;
        if busy == 0 {
            (self.patience, self.next) = (SHORTEST, None);
            return Ok(());
        }
        self.patience = (self.patience * 2).min(LONGEST);
        self.next = Some(Instant::now() + PAUSE);
        if self.is_far_over() {
            let (file, bytes) = (self.path.display(), self.bytes());
            self.quiet.say(|more| tracing::warn!(%file, bytes, more, "somebody reads for so long that it grows"));
        }
        Ok(())
    }
}

async fn set_busy_timeout(connection: &mut SqliteConnection, timeout: Duration) -> sqlx::Result<()> {
    let statement = format!("pragma busy_timeout = {}", timeout.as_millis());
    sqlx::query(AssertSqlSafe(statement)).execute(connection).await?;
    Ok(())
}
