//! Whether the files can be written and read, and how large they are.

use super::connect::{self, Files};
use super::reading::IndexState;
use super::wal::WalBound;
use super::{Sqlite, faults};
use crate::backend::storage::{Ailment, Disk, Health, Meters, StorageError, Vitals};
use async_trait::async_trait;
use sqlx::{Row, SqlitePool};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::Mutex;
use tokio::time::timeout;

/// How long what was found counts: whoever asks all the time must not keep the disk busy.
const WELL: Duration = Duration::from_secs(3);
const ILL: Duration = Duration::from_millis(500);
/// How long is waited for an answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// What is written into the folder to see whether there is room: as much as some events take.
const ROOM: usize = 64 * 1_024;

/// What is known of the files, by whoever works with them.
pub struct Condition {
    files: Files,
    found: Mutex<Option<(Instant, Result<(), Ailment>)>>,
    damage: AtomicU8,
    index: Arc<IndexState>,
    pub meters: Meters,
}

/// What the atomic says.
const NONE: u8 = 0;
const BEING_LOOKED_FOR: u8 = 1;
const IN_INDEX: u8 = 2;
const IN_LOG: u8 = 3;

impl Condition {
    /// Of these files, whose index readers find to be sound or not.
    pub fn new(files: Files, index: Arc<IndexState>) -> Self {
        Self { files, found: Mutex::default(), damage: AtomicU8::new(NONE), index, meters: Meters::default() }
    }

    /// What was found counts no more.
    pub async fn forget(&self) {
        *self.found.lock().await = None;
    }

    /// Looks for the damage where a failure is a sign of any; which file it is in, the failure does not say.
    pub fn note(self: &Arc<Self>, error: &anyhow::Error) {
        let begins = faults::is_corrupt(error)
            && self.damage.compare_exchange(NONE, BEING_LOOKED_FOR, Ordering::Relaxed, Ordering::Relaxed).is_ok();
        if begins {
            let own = Arc::clone(self);
            tokio::spawn(async move {
                let found = own.look_for_damage().await;
                tracing::error!(?found, "stored data could not be read, and was looked through");
                own.damage.store(found, Ordering::Relaxed);
            });
        }
    }

    async fn look_for_damage(&self) -> u8 {
        let Ok(readers) = connect::readers(&self.files, 1).await else { return IN_INDEX };
        let damage = if !is_sound(&readers, "pragma idx.quick_check(1)").await {
            IN_INDEX
        } else if !is_sound(&readers, "pragma main.quick_check(1)").await {
            IN_LOG
        } else {
            NONE
        };
        readers.close().await;
        damage
    }

    fn damage(&self) -> Result<(), Ailment> {
        match self.damage.load(Ordering::Relaxed) {
            NONE if self.index.is_damaged() => Err(Ailment::IndexDamaged),
            NONE => Ok(()),
            IN_INDEX => Err(Ailment::IndexDamaged),
            IN_LOG => Err(Ailment::LogDamaged),
            _ => Err(Ailment::Damaged),
        }
    }
}

async fn is_sound(readers: &SqlitePool, check: &'static str) -> bool {
    let found: Result<String, _> = sqlx::query_scalar(check).fetch_one(readers).await;
    found.is_ok_and(|found| found == "ok")
}

#[async_trait]
impl Health for Sqlite {
    async fn diagnose(&self) -> Result<(), Ailment> {
        let mut found = self.condition.found.lock().await;
        if let Some((at, found)) = &*found
            && at.elapsed() < if found.is_ok() { WELL } else { ILL }
        {
            return *found;
        }
        let now = self.examine().await;
        *found = Some((Instant::now(), now));
        now
    }

    async fn vitals(&self) -> Vitals {
        let mut vitals = measure(self.files.clone()).await;
        vitals.queued = self.queue().map_or(0, |queue| queue.waiting());
        match self.unindexed().await {
            Ok((events, since)) => (vitals.unindexed, vitals.unindexed_since) = (events, since),
            Err(error) => tracing::warn!(%error, "it cannot be seen how far behind the index is"),
        }
        vitals
    }

    fn meters(&self) -> Meters {
        self.condition.meters.clone()
    }

    async fn sample_wait(&self) {
        let started = Instant::now();
        // One that cannot be had has been waited for as well.
        let connection = self.readers.acquire().await;
        self.condition.meters.pool_wait.observe(started.elapsed().as_secs_f64());
        drop(connection);
    }
}

impl Sqlite {
    /// The same, where a failure may be a sign that a file is damaged.
    pub(super) fn noted<T>(&self, outcome: Result<T, StorageError>) -> Result<T, StorageError> {
        if let Err(StorageError::Engine(error)) = &outcome {
            self.condition.note(error);
        }
        outcome
    }

    async fn examine(&self) -> Result<(), Ailment> {
        let folder = self.files.log.parent().map(Path::to_owned).unwrap_or_default();
        let written = tokio::task::spawn_blocking(move || try_to_write(&folder)).await;
        written.map_err(|_| Ailment::CannotWrite)?.map_err(|error| match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Ailment::DiskFull,
            _ => {
                tracing::error!(%error, "the data folder cannot be written to");
                Ailment::CannotWrite
            }
        })?;
        let read = timeout(PATIENCE, self.try_to_read()).await;
        match read.map_err(|_| StorageError::Busy).and_then(|read| self.noted(read)) {
            Ok(()) => {}
            Err(StorageError::Full) => return Err(Ailment::DiskFull),
            Err(error) => {
                tracing::error!(error = ?error, "the database cannot be read");
                self.condition.damage()?;
                return Err(Ailment::CannotRead);
            }
        }
        if self.progress.is_some() {
            let stored = match self.queue() {
                Ok(queue) => timeout(PATIENCE, queue.probe()).await.unwrap_or(Err(StorageError::Busy)),
                Err(error) => Err(error),
            };
            match self.noted(stored) {
                Ok(()) => {}
                Err(StorageError::Full) => return Err(Ailment::DiskFull),
                Err(error) => {
                    tracing::error!(error = ?error, "the log cannot be written to");
                    return Err(Ailment::CannotWrite);
                }
            }
        }
        self.condition.damage()
    }

    async fn try_to_read(&self) -> Result<(), StorageError> {
        sqlx::query("select 1 from idx.progress, (select count(*) from project)").fetch_one(&self.readers).await?;
        Ok(())
    }

    /// How many events the index lacks, and for how long the first of them.
    async fn unindexed(&self) -> Result<(u64, Duration), StorageError> {
        let row = sqlx::query(
            "select p.seq, (select max(seq) from event), (select id from event where seq > p.seq order by seq limit 1)
             from idx.progress p",
        )
        .fetch_one(&self.readers)
        .await?;
        let (indexed, last): (i64, Option<i64>) = (row.try_get(0)?, row.try_get(1)?);
        let first: Option<Vec<u8>> = row.try_get(2)?;
        let Some(first) = first else { return Ok((0, Duration::ZERO)) };
        // The first 48 bits of an id are its moment (RFC 9562, section 5.7).
        let stored = first.iter().take(6).fold(0_i64, |millis, byte| millis << 8 | i64::from(*byte));
        let since = u64::try_from(self.clock.now().millis() - stored).unwrap_or(0);
        Ok((u64::try_from(last.unwrap_or(0) - indexed).unwrap_or(0), Duration::from_millis(since)))
    }
}

/// Sizes of the files, and of the file system that they are on.
async fn measure(files: Files) -> Vitals {
    let measured = tokio::task::spawn_blocking(move || {
        let size = |path: PathBuf| std::fs::metadata(path).map_or(0, |file| file.len());
        let sizes = vec![
            ("log", size(files.log.clone())),
            ("log_wal", size(WalBound::path_of(&files.log))),
            ("index", size(files.index.clone())),
            ("index_wal", size(WalBound::path_of(&files.index))),
        ];
        let disk = rustix::fs::statvfs(&files.log).ok();
        let disk = disk.map(|disk| Disk { free: disk.f_bavail * disk.f_frsize, size: disk.f_blocks * disk.f_frsize });
        Vitals { files: sizes, disk, ..Vitals::default() }
    });
    measured.await.unwrap_or_default()
}

/// Whether the folder takes a few events more: the database may have room in files that it has made already.
fn try_to_write(folder: &Path) -> io::Result<()> {
    let path = folder.join("write_probe");
    let create = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&path);
    let written = create.and_then(|mut file| {
        file.write_all(&vec![0; ROOM])?;
        file.sync_data()
    });
    let removed = std::fs::remove_file(&path);
    written.and(removed)
}
