//! SQLite: one file for the log, one for what is derived from it.
//!
//! An event's way in: [`writer`] (one task, one commit for all who wait) → the log → [`index`] (behind it, in bulk)
//! → the index. Its way out: [`find`], over both.

mod backup;
mod block;
mod brandings;
mod codec;
mod connect;
mod faults;
mod find;
mod health;
mod ids;
mod index;
mod keys;
mod known;
mod lock;
mod members;
mod openings;
mod people;
mod pictures;
mod projects;
mod queue;
mod rebuild;
mod replace;
mod requests;
mod restore;
mod rollup;
mod seals;
mod second_factor;
mod shelves;
mod tail;
mod trail;
mod upgrade;
mod upgrade_copy;
mod upkeep;
mod varint;
mod views;
mod violations;
mod wal;
mod words;
mod writer;

use super::{
    Append, CheckReport, ClientsWanted, KeyRecord, NewView, Project, Query, Receipt, Replacement, Storage,
    StorageError, Stored, TrailLine,
};
use crate::backend::clock::Clock;
use crate::backend::private_files;
use crate::backend::usage::Usage;
use crate::domain::access::{ClientId, ClientScope, KeyId, ProjectId, ProjectName, Scope};
use crate::domain::event::EventId;
use crate::domain::people::PersonId;
use crate::domain::query::{FacetField, FacetList, Facets, Page, Total};
use crate::domain::stats::{ClientSummary, Span, Stats};
use crate::domain::time::Timestamp;
use async_trait::async_trait;
use connect::Files;
use health::Condition;
use index::{Ask, Indexer};
use lock::{lock, lock_if_free, turn};
use queue::{Counts, Queue};
use sqlx::{Connection, SqlitePool};
use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64};
use tail::Tail;
use tokio::sync::{Mutex, Notify, mpsc, watch};
use tokio::task::JoinHandle;
use wal::WalBound;
use writer::Writer;

pub use backup::CheckedFile;
pub use restore::Restored;
pub use upgrade::VERSION;

/// How a database is opened.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Events a project may store in a calendar month.
    pub monthly_quota: Option<u64>,
    /// Take the log for writing events; one process at a time may. Keys and views can be changed without.
    pub append: bool,
    /// Connections that read.
    pub readers: u32,
    /// Receipts written to the index at once. They are scattered over their whole table, so that a few change as many
    /// pages as many do; until there are so many, they are looked for in memory.
    pub receipts_at_once: i64,
    /// Bytes of a write-ahead log beyond which it is cut. What one step of the index or one commit adds comes on top.
    pub wal_bytes: u64,
    /// While true, nothing can be written, as on a full disk: for tests.
    pub filled: Option<&'static AtomicBool>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            monthly_quota: None,
            append: true,
            readers: 4,
            receipts_at_once: 131_072,
            wal_bytes: 64 * 1_024 * 1_024,
            filled: None,
        }
    }
}

/// A database in a folder.
pub struct Sqlite {
    readers: SqlitePool,
    settings: SqlitePool,
    running: Mutex<Option<Running>>,
    queue: std::sync::RwLock<Option<Arc<Queue>>>,
    /// Receipts that are not in the index yet, where this process appends.
    tail: Option<Arc<Tail>>,
    /// Turns at taking lines of the trail over, which keeps their order.
    taking_over: Mutex<()>,
    progress: Option<watch::Receiver<i64>>,
    /// To the index, which replaces documents together with what it knows of them.
    asks: Option<mpsc::Sender<Ask>>,
    files: Files,
    condition: Arc<Condition>,
    clock: Clock,
    monthly_quota: Option<u64>,
}

/// What a process that appends keeps going.
struct Running {
    writer: JoinHandle<()>,
    indexer: JoinHandle<()>,
    stop: watch::Sender<bool>,
    /// Held until the end, so that no second process appends.
    _lock: File,
}

impl Sqlite {
    /// Opens the database in a folder, made where there is none.
    pub async fn open(folder: &Path, clock: Clock, options: Options) -> anyhow::Result<Self> {
        private_files::secure(folder)?;
        let files = Files::of(folder);
        let turn = turn(folder)?;
        // Only who is alone may bring the files to this version, also one that does not append.
        let lock = if options.append { Some(lock(folder)?) } else { lock_if_free(folder)? };
        upgrade::bring(&files, lock.is_some()).await?;
        let log = connect::log_writer(&files).await?;
        let index = connect::index_writer(&files, lock.is_some()).await?;
        let lock = lock.filter(|_| options.append);
        drop(turn);
        let readers = connect::readers(&files, options.readers).await?;
        let settings = connect::settings_writer(&files).await?;
        let condition = Arc::new(Condition::new(files.clone()));
        let Some(lock) = lock else {
            log.close().await?;
            index.close().await?;
            let (running, queue) = (Mutex::new(None), std::sync::RwLock::new(None));
            let (taking_over, monthly_quota) = (Mutex::default(), options.monthly_quota);
            let (tail, progress, asks) = (None, None, None);
            return Ok(Self {
                readers,
                settings,
                running,
                queue,
                tail,
                taking_over,
                progress,
                asks,
                files,
                condition,
                clock,
                monthly_quota,
            });
        };
        let tail = Arc::new(Tail::default());
        let grown = Arc::new(Notify::new());
        let written = Arc::new(AtomicI64::new(0));
        let (stop, stopped) = watch::channel(false);
        let (asks, asked) = mpsc::channel(1);
        let log_reader = connect::log_reader(&files).await?;
        let indexer = Indexer::open(index, log_reader, Arc::clone(&tail), options.receipts_at_once).await?;
        let indexer = indexer.bounded(WalBound::new(&files.index, options.wal_bytes), options.filled);
        let progress = indexer.progress();
        known::load(&tail, &readers).await?;
        let writer = Writer::open(
            log,
            readers.clone(),
            Arc::clone(&tail),
            clock.clone(),
            options.monthly_quota,
            Arc::clone(&grown),
            Arc::clone(&written),
        )
        .await?
        .bounded(WalBound::new(&files.log, options.wal_bytes), condition.meters.commit.clone(), options.filled);
        let (queue, writer) = writer.start();
        let indexer = tokio::spawn(indexer.run(grown, written, asked, stopped, Arc::clone(&condition)));
        let storage = Self {
            readers,
            settings,
            running: Mutex::new(Some(Running { writer, indexer, stop, _lock: lock })),
            queue: std::sync::RwLock::new(Some(Arc::new(queue))),
            tail: Some(tail),
            taking_over: Mutex::default(),
            progress: Some(progress),
            asks: Some(asks),
            files,
            condition,
            clock,
            monthly_quota: options.monthly_quota,
        };
        storage.take_over().await?;
        Ok(storage)
    }

    fn queue(&self) -> Result<Arc<Queue>, StorageError> {
        let queue = self.queue.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        queue.clone().ok_or_else(|| StorageError::Engine(anyhow::anyhow!("the log is not open for writing")))
    }
}

impl Sqlite {
    /// Takes lines of the trail over into the log, if this process writes it.
    async fn take_over(&self) -> Result<(), StorageError> {
        let Ok(queue) = self.queue() else { return Ok(()) };
        let _turn = self.taking_over.lock().await;
        trail::take_over(&self.readers, &self.settings, &queue).await
    }

    /// The same after a change, which is made and kept with its lines: they are in the log a little later then.
    async fn changed<T>(&self, change: Result<T, StorageError>) -> Result<T, StorageError> {
        let made = change?;
        if let Err(error) = self.take_over().await {
            tracing::warn!(%error, "a line of the account trail waits to be taken into the log");
        }
        Ok(made)
    }

    /// What must be in the log before it is read.
    async fn before_reading(&self, scope: &Scope) -> Result<(), StorageError> {
        if scope.clients == ClientScope::Trail { self.take_over().await } else { Ok(()) }
    }
}

#[async_trait]
impl Storage for Sqlite {
    async fn append(&self, project: ProjectId, batch: Vec<Append>) -> Result<Vec<Receipt>, StorageError> {
        self.queue()?.append(project, batch, Counts::Yes).await
    }

    async fn append_uncounted(&self, project: ProjectId, batch: Vec<Append>) -> Result<Vec<Receipt>, StorageError> {
        self.queue()?.append(project, batch, Counts::No).await
    }

    async fn record(&self, project: ProjectId, line: &TrailLine) -> Result<(), StorageError> {
        self.changed(trail::add(&self.settings, project, line).await.map_err(StorageError::from)).await
    }

    async fn page(&self, scope: &Scope, query: &Query) -> Result<Page<Stored>, StorageError> {
        self.before_reading(scope).await?;
        self.noted(find::page(&self.readers, scope, query).await)
    }

    async fn event(&self, scope: &Scope, id: EventId) -> Result<Option<Stored>, StorageError> {
        self.before_reading(scope).await?;
        self.noted(find::event(&self.readers, scope, id).await)
    }

    async fn named(&self, scope: &Scope, uuid: &str) -> Result<Option<Stored>, StorageError> {
        known::named(scope, uuid, self.tail.as_deref(), &self.readers).await
    }

    async fn count(&self, scope: &Scope, query: &Query, cap: Option<u64>) -> Result<Total, StorageError> {
        self.before_reading(scope).await?;
        self.noted(find::count(&self.readers, scope, query, cap).await)
    }

    async fn facets(&self, scope: &Scope, limit: u32) -> Result<Facets, StorageError> {
        self.before_reading(scope).await?;
        self.noted(find::facets(&self.readers, scope, limit).await)
    }

    async fn find_values(
        &self,
        scope: &Scope,
        field: FacetField,
        text: &str,
        limit: u32,
    ) -> Result<FacetList, StorageError> {
        self.before_reading(scope).await?;
        find::find_values(&self.readers, scope, field, text, limit).await
    }

    async fn usage(&self, project: ProjectId, moment: Timestamp) -> Result<Usage, StorageError> {
        let events = writer::used(&mut *self.readers.acquire().await?, project, moment).await?;
        Ok(Usage { events, limit: self.monthly_quota })
    }

    async fn stats(&self, scope: &Scope, span: Span, most: usize) -> Result<Stats, StorageError> {
        self.noted(find::stats(&self.readers, scope, span, most).await)
    }

    async fn clients(&self, scope: &Scope, wanted: &ClientsWanted) -> Result<Vec<ClientSummary>, StorageError> {
        self.noted(find::clients(&self.readers, scope, wanted).await)
    }

    async fn client_name(&self, project: ProjectId, client: &ClientId) -> Result<Option<String>, StorageError> {
        projects::client_name(&self.readers, project, client).await
    }

    async fn knows_client(&self, project: ProjectId, client: &ClientId) -> Result<bool, StorageError> {
        projects::knows_client(&self.readers, project, client).await
    }

    async fn create_project(
        &self,
        name: &ProjectName,
        owner: Option<PersonId>,
        view: &NewView,
        lines: &[TrailLine],
    ) -> Result<Project, StorageError> {
        self.changed(projects::create_project(&self.settings, name, owner, view, lines).await).await
    }

    async fn project(&self, name: &ProjectName) -> Result<Option<Project>, StorageError> {
        projects::project(&self.readers, name).await
    }

    async fn projects(&self) -> Result<Vec<Project>, StorageError> {
        projects::projects(&self.readers).await
    }

    async fn create_key(&self, key: &KeyRecord, line: &TrailLine) -> Result<(), StorageError> {
        self.changed(keys::create(&self.settings, key, line).await).await
    }

    async fn key(&self, id: &KeyId) -> Result<Option<KeyRecord>, StorageError> {
        keys::one(&self.readers, id).await
    }

    async fn keys(&self, project: ProjectId) -> Result<Vec<KeyRecord>, StorageError> {
        keys::all(&self.readers, project).await
    }

    async fn roll_key(
        &self,
        project: ProjectId,
        id: &KeyId,
        secret_hash: &[u8; 32],
        until: Timestamp,
        line: &TrailLine,
    ) -> Result<bool, StorageError> {
        self.changed(keys::roll(&self.settings, project, id, secret_hash, until, line).await).await
    }

    async fn revoke_key(
        &self,
        project: ProjectId,
        id: &KeyId,
        at: Timestamp,
        line: &TrailLine,
    ) -> Result<bool, StorageError> {
        self.changed(keys::revoke(&self.settings, project, id, at, line).await).await
    }

    async fn use_key(&self, id: &KeyId, at: Timestamp) -> Result<(), StorageError> {
        keys::note_use(&self.settings, id, at).await
    }

    async fn replace(&self, project: ProjectId, documents: &[Replacement]) -> Result<(), StorageError> {
        replace::replace(self, project, documents).await
    }

    async fn overwrite(&self) -> Result<(), StorageError> {
        replace::overwrite(self).await
    }

    async fn settle(&self) -> Result<(), StorageError> {
        let Some(mut progress) = self.progress.clone() else { return Ok(()) };
        let last: Option<i64> = sqlx::query_scalar("select max(seq) from event")
            .fetch_one(&self.readers)
            .await
            .map_err(anyhow::Error::from)?;
        let last = last.unwrap_or(0);
        progress.wait_for(|indexed| *indexed >= last).await.map_err(anyhow::Error::from)?;
        Ok(())
    }

    async fn check(&self) -> Result<CheckReport, StorageError> {
        // By a connection of its own: the full-text engine looks for its pieces where it last found them (SQLite 3.51 does
        // not look anew for `integrity_check`), and calls those damaged that were merged into others since.
        let reader = connect::readers(&self.files, 1).await?;
        let report = upkeep::check(&reader).await;
        reader.close().await;
        report
    }

    async fn backup(&self, to: &Path) -> Result<u64, StorageError> {
        Ok(backup::write(&self.files.log, to).await?.report.events)
    }

    async fn close(&self) {
        self.queue.write().unwrap_or_else(std::sync::PoisonError::into_inner).take();
        if let Some(running) = self.running.lock().await.take() {
            // The queue is gone, so the writer ends when it has answered everyone; then the index may stop.
            let ended = running.writer.await;
            let told = running.stop.send(true);
            if let (Err(error), _) | (_, Err(error)) = (ended, running.indexer.await) {
                tracing::error!(%error, ?told, "a storage task failed");
            }
        }
        self.readers.close().await;
        self.settings.close().await;
        self.condition.forget().await;
    }
}
