//! How the two files are opened.

use super::index::{self, Standing};
use super::reading::is_damage;
use super::upgrade::{self, Form};
use crate::backend::private_files;
use anyhow::{Context, ensure};
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{AssertSqlSafe, Connection, Executor};
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

    /// Refuses an index without the log that it was built from: an empty log in its place would be taken for all there is.
    pub fn ensure_log_is_not_lost(&self) -> anyhow::Result<()> {
        let length = |path: &Path| std::fs::metadata(path).map_or(0, |file| file.len());
        anyhow::ensure!(length(&self.log) > 0 || length(&self.index) == 0, "{}", self.lost_log());
        Ok(())
    }

    /// What to do where the log is not there, and should be.
    fn lost_log(&self) -> String {
        let (log, index) = (self.log.display(), self.index.display());
        format!(
            "the log {log} is missing or empty, but {index} was built from one with events. Put the log back, from a backup \
             if it is lost. To start an empty log here instead, delete {index}"
        )
    }

    /// Where it is noted that the index is to be built anew at the next start.
    fn condemned(&self) -> PathBuf {
        self.index.with_extension("condemned")
    }

    /// Lets the next start build the index anew.
    pub fn condemn_index(&self) -> std::io::Result<()> {
        private_files::make(&self.condemned())
    }

    /// Removes the index and what belongs to it.
    pub fn remove_index(&self) -> std::io::Result<()> {
        match std::fs::remove_file(self.condemned()) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
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

/// What there is of an index.
enum Found {
    Sound(SqliteConnection),
    /// It cannot be used, and why.
    Unsound(String),
}

/// The connection that writes the index, with the log attached. Power loss may lose its last commits, never its
/// consistency (`synchronous = normal` under a write-ahead log); what is lost is built again from the log.
///
/// An index of another version or another log, and one that is damaged, is made anew by a process that is alone with the
/// folder. Any other reads the log without one that is damaged, for which it gets `None`.
pub async fn index_writer(files: &Files, alone: bool) -> anyhow::Result<Option<SqliteConnection>> {
    if !alone {
        return index_beside_another(files).await;
    }
    let found = if files.condemned().exists() {
        Found::Unsound("the index was found to be damaged".to_owned())
    } else {
        find_index(files).await?
    };
    let why = match found {
        Found::Sound(index) => return Ok(Some(index)),
        Found::Unsound(why) => why,
    };
    tracing::warn!("{why} and is being built anew, as `daybook reindex` does");
    files.remove_index().context("cannot remove the old index")?;
    match find_index(files).await.context("cannot make a new index")? {
        Found::Sound(index) => Ok(Some(index)),
        Found::Unsound(why) => anyhow::bail!("a new index cannot be made: {why}"),
    }
}

/// The index while another process has the folder: it is taken as it is.
async fn index_beside_another(files: &Files) -> anyhow::Result<Option<SqliteConnection>> {
    let opened = async {
        let mut index = open_index(files).await?;
        let form = upgrade::form(&mut index, &INDEX).await;
        if form.as_ref().is_err_and(is_damage) {
            form?;
        } else {
            ensure!(
                matches!(form, Ok(Form::Current)),
                "{} is of another version, and another daybook is using it; stop that first",
                files.index.display()
            );
        }
        attach(&mut index, &files.log, "log_file").await?;
        anyhow::Ok(index)
    };
    match opened.await {
        Ok(index) => Ok(Some(index)),
        Err(error) if is_damage(&error) => {
            tracing::warn!("the index is damaged; the next start of the server builds it anew");
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

async fn find_index(files: &Files) -> anyhow::Result<Found> {
    let opened = async {
        let mut index = open_index(files).await?;
        INDEX.run_direct(None, &mut index, false).await?;
        attach(&mut index, &files.log, "log_file").await?;
        let standing = index::standing(&mut index).await?;
        anyhow::Ok((index, standing))
    };
    let why = match opened.await {
        Ok((index, Standing::InStep)) => return Ok(Found::Sound(index)),
        Ok((index, standing)) => {
            index.close().await?;
            match standing {
                Standing::LogIsEmpty => anyhow::bail!("{}", files.lost_log()),
                Standing::OfAnotherLog => "the index is of another log, or of a later state of this one",
                Standing::InStep | Standing::MissedReplacements => "the index lacks what was replaced in the log",
            }
        }
        Err(error) if is_of_another_version(&error) => "the index is of another version",
        Err(error) if is_damage(&error) => {
            tracing::error!(error = ?error, "the index cannot be read");
            "the index is damaged"
        }
        Err(error) => return Err(error.context("cannot bring the index to this version")),
    };
    Ok(Found::Unsound(why.to_owned()))
}

fn is_of_another_version(error: &anyhow::Error) -> bool {
    use MigrateError::{Dirty, VersionMismatch, VersionMissing, VersionNotPresent};
    let migration = error.downcast_ref::<MigrateError>();
    migration
        .is_some_and(|error| matches!(error, VersionMismatch(_) | VersionMissing(_) | VersionNotPresent(_) | Dirty(_)))
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
            Box::pin(async move {
                // Whoever wants no events wants no index either, and a damaged one keeps nobody from reading.
                match attach(connection, &index, "idx").await {
                    Ok(()) => Ok(()),
                    Err(error) => {
                        tracing::debug!(%error, "the index cannot be attached");
                        attach_empty_index(connection).await
                    }
                }
            })
        })
        .connect_with(options)
        .await
        .context("cannot open the log for reading")
}

/// The same with an empty index in the place of the one that there is: everything is found in the log itself.
pub fn scanning_readers(files: &Files, most: u32) -> SqlitePool {
    let options = shared(&files.log).pragma("query_only", "on").row_buffer_size(256);
    SqlitePoolOptions::new()
        .max_connections(most)
        .acquire_timeout(Duration::from_secs(10))
        .test_before_acquire(false)
        .after_connect(|connection, _| Box::pin(attach_empty_index(connection)))
        .connect_lazy_with(options)
}

/// Attaches an index in memory that has nothing.
async fn attach_empty_index(connection: &mut SqliteConnection) -> sqlx::Result<()> {
    let tables = include_str!("migrations/index/0001_index.sql")
        .replace("create table ", "create table idx.")
        .replace("create virtual table ", "create virtual table idx.")
        .replace("create unique index ", "create unique index idx.");
    connection.execute("pragma query_only = off; attach database ':memory:' as idx").await?;
    connection.execute(AssertSqlSafe(tables)).await?;
    connection.execute("pragma query_only = on").await?;
    Ok(())
}

/// The connection by which rows from before get their checksums. What power loss takes of them is made again.
pub async fn sealer(files: &Files) -> anyhow::Result<SqliteConnection> {
    let options = shared(&files.log).synchronous(SqliteSynchronous::Normal);
    let connection = SqliteConnection::connect_with(&options).await;
    connection.with_context(|| format!("cannot open {}", files.log.display()))
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
