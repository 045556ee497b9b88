//! SQLite: one file for the log, one for what is derived from it.
//!
//! An event's way in: [`writer`] (one task, one commit for all who wait) → the log → [`index`] (behind it, in bulk)
//! → the index. Its way out: [`find`], over both.

mod backup;
mod block;
mod brandings;
mod check;
mod codec;
mod connect;
mod faults;
mod find;
mod health;
mod ids;
mod index;
mod insert;
mod keys;
mod known;
mod lock;
mod members;
mod open;
mod openings;
mod part;
mod people;
mod pictures;
mod projects;
mod queue;
mod reading;
mod rebuild;
mod replace;
mod requests;
mod restore;
mod rollup;
mod row;
mod sealing;
mod seals;
mod second_factor;
mod shelves;
mod tail;
mod trail;
mod upgrade;
mod upgrade_copy;
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
use index::Ask;
use queue::{Counts, Queue};
use reading::Reading;
use sqlx::SqlitePool;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use tail::Tail;
use tokio::sync::{Mutex, mpsc, watch};
use tokio::task::JoinHandle;

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
    /// How events are read.
    reading: Reading,
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
    /// Gives rows from before their checksums, where there are some.
    sealing: Option<JoinHandle<()>>,
    stop: watch::Sender<bool>,
    /// Held until the end, so that no second process appends.
    _lock: File,
}

impl Sqlite {
    fn queue(&self) -> Result<Arc<Queue>, StorageError> {
        let queue = self.queue.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        queue.clone().ok_or_else(|| StorageError::Engine(anyhow::anyhow!("the log is not open for writing")))
    }

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
        self.noted(self.reading.read(|source| async move { find::page(&source.pool, scope, query).await }).await)
    }

    async fn event(&self, scope: &Scope, id: EventId) -> Result<Option<Stored>, StorageError> {
        self.before_reading(scope).await?;
        self.noted(self.reading.read(|source| async move { find::event(&source.pool, scope, id).await }).await)
    }

    async fn named(&self, scope: &Scope, uuid: &str) -> Result<Option<Stored>, StorageError> {
        self.reading
            .read(|source| async move {
                // Without the index, the log says what is there already.
                let tail = self.tail.as_deref().filter(|_| !source.scans);
                known::named(scope, uuid, tail, &source).await
            })
            .await
    }

    async fn count(&self, scope: &Scope, query: &Query, cap: Option<u64>) -> Result<Total, StorageError> {
        self.before_reading(scope).await?;
        self.noted(self.reading.read(|source| async move { find::count(&source.pool, scope, query, cap).await }).await)
    }

    async fn facets(&self, scope: &Scope, limit: u32) -> Result<Facets, StorageError> {
        self.before_reading(scope).await?;
        self.noted(self.reading.read(|source| async move { find::facets(&source.pool, scope, limit).await }).await)
    }

    async fn find_values(
        &self,
        scope: &Scope,
        field: FacetField,
        text: &str,
        limit: u32,
    ) -> Result<FacetList, StorageError> {
        self.before_reading(scope).await?;
        let ask =
            |source: reading::Source| async move { find::find_values(&source.pool, scope, field, text, limit).await };
        self.noted(self.reading.read(ask).await)
    }

    async fn usage(&self, project: ProjectId, moment: Timestamp) -> Result<Usage, StorageError> {
        let events = writer::used(&mut *self.readers.acquire().await?, project, moment).await?;
        Ok(Usage { events, limit: self.monthly_quota })
    }

    async fn stats(&self, scope: &Scope, span: Span, most: usize) -> Result<Stats, StorageError> {
        self.noted(self.reading.read(|source| async move { find::stats(&source.pool, scope, span, most).await }).await)
    }

    async fn clients(&self, scope: &Scope, wanted: &ClientsWanted) -> Result<Vec<ClientSummary>, StorageError> {
        self.noted(self.reading.read(|source| async move { find::clients(&source.pool, scope, wanted).await }).await)
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

    async fn unreadable(&self) -> Result<u64, StorageError> {
        let unreadable = |source: reading::Source| async move {
            let events: i64 = sqlx::query_scalar("select unreadable from idx.progress").fetch_one(&source.pool).await?;
            Ok(events.cast_unsigned())
        };
        self.reading.read(unreadable).await
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
        let report = check::check(&reader).await;
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
            if let Some(sealing) = running.sealing
                && let Err(error) = sealing.await
            {
                tracing::error!(%error, "a storage task failed");
            }
        }
        self.reading.close().await;
        self.settings.close().await;
        self.condition.forget().await;
    }
}
