//! How the two files are opened.

use super::index;
use super::upgrade::{self, Form};
use crate::backend::private_files;
use anyhow::{Context, ensure};
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Connection, Executor};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What a write-ahead log keeps of its file when it begins anew: bytes.
const WAL_KEPT: &str = "67108864";

/// What makes a log.
pub static LOG: Migrator = sqlx::migrate!("src/backend/storage/sqlite/migrations/log");
static INDEX: Migrator = sqlx::migrate!("src/backend/storage/sqlite/migrations/index");

/// The two files in the data folder.
#[derive(Debug, Clone)]
pub struct Files {
    pub log: PathBuf,
    pub index: PathBuf,
}

impl Files {
    /// Those of a data folder.
    pub fn of(folder: &Path) -> Self {
        Self { log: folder.join("daybook.db"), index: folder.join("index.db") }
    }

    /// Removes the index and what belongs to it.
    pub fn remove_index(&self) -> std::io::Result<()> {
        for suffix in ["", "-wal", "-shm"] {
            let mut path = self.index.clone().into_os_string();
            path.push(suffix);
            match std::fs::remove_file(path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }
}

/// The connection that writes the log, which is of this version by then. A commit returns when the disk has it
/// (`synchronous = full`).
pub async fn log_writer(files: &Files) -> anyhow::Result<SqliteConnection> {
    let connection = SqliteConnection::connect_with(&log_options(&files.log)).await;
    connection.with_context(|| format!("cannot open {}", files.log.display()))
}

/// How the log is written.
pub fn log_options(log: &Path) -> SqliteConnectOptions {
    // Checkpoints move pages from the write-ahead log to their places; fewer of them move each page less often.
    shared(log)
        .synchronous(SqliteSynchronous::Full)
        .pragma("wal_autocheckpoint", "4000")
        .pragma("journal_size_limit", WAL_KEPT)
}

/// The connection that writes the index, with the log attached. Power loss may lose its last commits, never its
/// consistency (`synchronous = normal` under a write-ahead log); what is lost is built again from the log.
///
/// An index of another version is made anew where that is allowed: by the one process that may write to it.
pub async fn index_writer(files: &Files, may_replace: bool) -> anyhow::Result<SqliteConnection> {
    let mut connection = open_index(files).await?;
    if !may_replace {
        let form = upgrade::form(&mut connection, &INDEX).await;
        ensure!(
            matches!(form, Ok(Form::Current)),
            "{} is of another version, and another daybook is using it; stop that first",
            files.index.display()
        );
        attach(&mut connection, &files.log, "log_file").await?;
        return Ok(connection);
    }
    match INDEX.run_direct(None, &mut connection, false).await {
        Err(MigrateError::VersionMismatch(_) | MigrateError::VersionMissing(_)) => {
            tracing::warn!("the index is of another version and is being built anew");
            connection.close().await?;
            files.remove_index().context("cannot remove the old index")?;
            connection = open_index(files).await?;
            INDEX.run_direct(None, &mut connection, false).await.context("cannot make a new index")?;
        }
        outcome => outcome.context("cannot bring the index to this version")?,
    }
    attach(&mut connection, &files.log, "log_file").await?;
    if !index::in_step(&mut connection).await? {
        tracing::warn!("the last stop came between log and index, which is being built anew");
        connection.close().await?;
        files.remove_index().context("cannot remove the old index")?;
        connection = open_index(files).await?;
        INDEX.run_direct(None, &mut connection, false).await.context("cannot make a new index")?;
        attach(&mut connection, &files.log, "log_file").await?;
        index::in_step(&mut connection).await?;
    }
    Ok(connection)
}

async fn open_index(files: &Files) -> anyhow::Result<SqliteConnection> {
    private_files::make(&files.index).with_context(|| format!("cannot create {}", files.index.display()))?;
    let options = shared(&files.index)
        .synchronous(SqliteSynchronous::Normal)
        .pragma("wal_autocheckpoint", "4000")
        .pragma("journal_size_limit", WAL_KEPT)
        .pragma("cache_size", "-16000")
        // Pages that are written anyway keep nothing that was taken out of them: labels are people's names.
        .pragma("secure_delete", "fast");
    let connection = SqliteConnection::connect_with(&options).await;
    connection.with_context(|| format!("cannot open {}", files.index.display()))
}

/// The connection that reads the log for the index, in long stretches.
pub async fn log_reader(files: &Files) -> anyhow::Result<SqliteConnection> {
    let options = shared(&files.log).pragma("query_only", "on").row_buffer_size(1_024);
    let connection = SqliteConnection::connect_with(&options).await;
    connection.with_context(|| format!("cannot open {}", files.log.display()))
}

/// Connections that only read, the index attached to each as `idx`.
pub async fn readers(files: &Files, most: u32) -> anyhow::Result<SqlitePool> {
    let index = files.index.clone();
    let options = shared(&files.log).pragma("query_only", "on").row_buffer_size(256);
    SqlitePoolOptions::new()
        .max_connections(most)
        .min_connections(1)
        .acquire_timeout(Duration::from_secs(10))
        // A file does not hang up.
        .test_before_acquire(false)
        .after_connect(move |connection, _| {
            let index = index.clone();
            Box::pin(async move { attach(connection, &index, "idx").await })
        })
        .connect_with(options)
        .await
        .context("cannot open the log for reading")
}

/// Connections for the few writes that are not events: keys, views, projects.
pub async fn settings_writer(files: &Files) -> anyhow::Result<SqlitePool> {
    SqlitePoolOptions::new()
        .max_connections(1)
        // What is changed here may be somebody's name.
        .connect_with(shared(&files.log).synchronous(SqliteSynchronous::Full).pragma("secure_delete", "on"))
        .await
        .context("cannot open the log for writing")
}

async fn attach(connection: &mut SqliteConnection, file: &Path, name: &'static str) -> sqlx::Result<()> {
    let statement = match name {
        "idx" => "attach database ? as idx",
        _ => "attach database ? as log_file",
    };
    connection.execute(sqlx::query(statement).bind(file.to_string_lossy().into_owned())).await?;
    Ok(())
}

/// Another process's commit is waited for; foreign keys hold; readers never block the writer (WAL).
fn shared(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file)
        .busy_timeout(Duration::from_secs(10))
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        .statement_cache_capacity(64)
}
