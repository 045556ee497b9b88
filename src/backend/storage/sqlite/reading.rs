//! Reads go through the index while it is sound, and through the log alone while it is not: slower, and never wrong.

use crate::backend::storage::StorageError;
use sqlx::SqlitePool;
use sqlx::error::DatabaseError;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::Notify;

/// Connections to read by.
#[derive(Clone)]
pub struct Source {
    pub pool: SqlitePool,
    /// Whether an empty index is attached, so that everything is looked for in the log.
    pub scans: bool,
}

/// Both ways to read, and which of them is in use.
#[derive(Clone)]
pub struct Reading {
    pub indexed: SqlitePool,
    scanning: SqlitePool,
    state: Arc<IndexState>,
}

/// Whether the index can be used.
#[derive(Default)]
pub struct IndexState {
    is_damaged: AtomicBool,
    /// Tells whoever builds the index that it is to be built anew.
    pub condemned: Notify,
}

impl IndexState {
    /// Whether everything is looked for in the log.
    pub fn is_damaged(&self) -> bool {
        self.is_damaged.load(Ordering::Acquire)
    }

    /// It is sound again.
    pub fn heal(&self) {
        self.is_damaged.store(false, Ordering::Release);
    }

    /// It is not to be used until it has been built anew. Logged once, not for every read.
    pub fn condemn(&self, error: &impl std::fmt::Display) {
        if !self.is_damaged.swap(true, Ordering::AcqRel) {
            tracing::error!(
                %error,
                "the index is damaged: until it is built anew, everything is looked for in the log itself. The server builds it \
                 anew; if this comes again, stop it and run `daybook reindex`"
            );
            self.condemned.notify_one();
        }
    }
}

impl Reading {
    pub fn new(indexed: SqlitePool, scanning: SqlitePool, state: Arc<IndexState>) -> Self {
        Self { indexed, scanning, state }
    }

    /// The answer to a question: by the index, or without it where it is damaged.
    pub async fn read<T, F>(&self, ask: impl Fn(Source) -> F) -> Result<T, StorageError>
    where
        F: Future<Output = Result<T, StorageError>>,
    {
        let scanning = || Source { pool: self.scanning.clone(), scans: true };
        if self.state.is_damaged() {
            return ask(scanning()).await;
        }
        let error = match ask(Source { pool: self.indexed.clone(), scans: false }).await {
            Err(error) if may_be_the_index(&error) => error,
            answer => return answer,
        };
        // Where the log alone cannot answer either, it is the log that is damaged.
        let Ok(answer) = ask(scanning()).await else { return Err(error) };
        self.state.condemn(&error);
        Ok(answer)
    }

    pub async fn close(&self) {
        self.indexed.close().await;
        self.scanning.close().await;
    }
}

/// Whether an error may come from a damaged index.
pub fn may_be_the_index(error: &StorageError) -> bool {
    match error {
        StorageError::Index(_) => true,
        StorageError::Engine(error) => is_damage(error),
        _ => false,
    }
}

/// Whether an error says that a file is damaged, or that it is none of ours.
pub fn is_damage(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        let storage = cause.downcast_ref::<StorageError>().is_some_and(may_be_the_index);
        let engine = cause.downcast_ref::<sqlx::Error>().and_then(sqlx::Error::as_database_error);
        storage || engine.is_some_and(says_damage)
    })
}

fn says_damage(error: &dyn DatabaseError) -> bool {
    /// `SQLITE_CORRUPT` and `SQLITE_NOTADB`, the low bytes of all codes that say more.
    const DAMAGE: [i32; 2] = [11, 26];
    let code = error.code().and_then(|code| code.parse::<i32>().ok());
    code.is_some_and(|code| DAMAGE.contains(&(code & 0xff)))
        || (error.message().starts_with("no such") && error.message().contains("idx."))
}
