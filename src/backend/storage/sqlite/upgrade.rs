//! Bringing a log to the form of this version: where nobody else uses it, and never without a copy of what it was.

use super::connect::{Files, LOG};
use super::upgrade_copy;
use crate::backend::private_files;
use anyhow::{Context, bail, ensure};
use futures::future::BoxFuture;
use sqlx::Connection;
use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use std::collections::BTreeMap;
use std::path::Path;

/// This version of Daybook.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
/// The version that wrote logs before they told it.
const FIRST: &str = "0.1.0";

/// How a file stands to the form that this version knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Nothing is in it yet.
    Empty,
    /// An older version's.
    Older,
    /// This version's.
    Current,
}

/// Why a file has no form that this version can use.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    #[error("it holds tables, but none of Daybook's")]
    Foreign,
    #[error(
        "it was written by a newer version of Daybook{}: this is {VERSION}, which does not know its migration {migration}. \
         Use that version, or restore a copy that was made before the upgrade",
        .version.as_ref().map(|version| format!(", {version}")).unwrap_or_default()
    )]
    Newer { version: Option<String>, migration: i64 },
    #[error(
        "its migration {0} was broken off and cannot go on. Restore the copy that was made before the upgrade \
         (upgrade-from-*.db beside it), or a backup, with daybook restore"
    )]
    BrokenOff(i64),
    #[error(
        "its migration {0} is not the one that Daybook {VERSION} has: a build that was never released has written it, or \
         it was altered. Restore a backup with daybook restore"
    )]
    Altered(i64),
}

/// The form of an opened file, by the migrations that it tells of.
pub async fn form(connection: &mut SqliteConnection, known: &Migrator) -> anyhow::Result<Form> {
    let tables: Vec<String> =
        sqlx::query_scalar("select name from sqlite_schema where type = 'table'").fetch_all(&mut *connection).await?;
    if tables.is_empty() {
        return Ok(Form::Empty);
    }
    ensure!(tables.iter().any(|table| table == "_sqlx_migrations"), Unusable::Foreign);
    let told: Vec<(i64, Vec<u8>, bool)> =
        sqlx::query_as("select version, checksum, success from _sqlx_migrations order by version")
            .fetch_all(&mut *connection)
            .await?;
    let mut missing: BTreeMap<i64, &[u8]> =
        known.iter().map(|migration| (migration.version, migration.checksum.as_ref())).collect();
    for (migration, checksum, success) in told {
        match missing.remove(&migration) {
            _ if !success => bail!(Unusable::BrokenOff(migration)),
            None => bail!(Unusable::Newer { version: newer(connection).await, migration }),
            Some(ours) if ours != checksum => bail!(Unusable::Altered(migration)),
            Some(_) => {}
        }
    }
    Ok(match missing.len() {
        0 => Form::Current,
        all if all == known.iter().count() => Form::Empty,
        _ => Form::Older,
    })
}

/// The version that has written a log, unless it is this one or does not say.
async fn newer(connection: &mut SqliteConnection) -> Option<String> {
    version(connection).await.ok().filter(|version| version != VERSION && version != FIRST)
}

/// The version that has brought a log to its form.
pub async fn version(connection: &mut SqliteConnection) -> sqlx::Result<String> {
    let tells: bool = sqlx::query_scalar("select count(*) > 0 from sqlite_schema where name = 'installation'")
        .fetch_one(&mut *connection)
        .await?;
    if !tells {
        return Ok(FIRST.to_owned());
    }
    sqlx::query_scalar("select version from installation").fetch_one(connection).await
}

/// Brings the log of a folder to this version. `alone` says that nobody else uses it, and will not meanwhile: only then
/// may it change.
///
/// Boxed, since the compiler cannot see through the migrations that it may move between threads.
pub fn bring(files: &Files, alone: bool) -> BoxFuture<'_, anyhow::Result<()>> {
    Box::pin(async move {
        let name = || format!("cannot open {}", files.log.display());
        private_files::make(&files.log).with_context(name)?;
        let mut connection = open(&files.log).await.with_context(name)?;
        let form = form(&mut connection, &LOG).await.with_context(name)?;
        match form {
            Form::Current if !alone => return Ok(connection.close().await?),
            Form::Empty | Form::Older if !alone => bail!(
                "{} is of an older version, and another daybook is using it: this command, of Daybook {VERSION}, changes \
                 nothing meanwhile. Stop the other one first, or use the command of its own version",
                files.log.display()
            ),
            Form::Current => {}
            Form::Empty => migrate(&mut connection).await.with_context(name)?,
            Form::Older => connection = upgrade(files, connection).await?,
        }
        sqlx::query("update installation set version = ?1 where version <> ?1")
            .bind(VERSION)
            .execute(&mut connection)
            .await?;
        Ok(connection.close().await?)
    })
}

/// Copies the log as it is, and then changes it.
async fn upgrade(files: &Files, mut connection: SqliteConnection) -> anyhow::Result<SqliteConnection> {
    let from = version(&mut connection).await?;
    // What is in the write-ahead log goes to its place, and with the last connection the write-ahead log goes.
    sqlx::query("pragma wal_checkpoint(truncate)").execute(&mut connection).await?;
    connection.close().await?;
    let copy = upgrade_copy::make(&files.log, &from).await.context("cannot upgrade the log")?;
    tracing::info!("upgrading the log from Daybook {from} to {VERSION}; a copy as it was is {}", copy.display());
    let mut connection = open(&files.log).await?;
    let upgraded = migrate(&mut connection).await;
    upgraded.with_context(|| format!("cannot upgrade the log; as it was, it is in {}", copy.display()))?;
    upgrade_copy::remove_older(&copy)?;
    Ok(connection)
}

async fn migrate(connection: &mut SqliteConnection) -> anyhow::Result<()> {
    Ok(LOG.run_direct(None, connection, false).await?)
}

async fn open(log: &Path) -> sqlx::Result<SqliteConnection> {
    SqliteConnection::connect_with(&super::connect::log_options(log)).await
}

/// A file that nobody writes to, such as a backup, opened without a trace beside it.
pub async fn open_at_rest(file: &Path) -> sqlx::Result<SqliteConnection> {
    SqliteConnection::connect_with(&at_rest(file)).await
}

/// How it is opened.
pub fn at_rest(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new().filename(file).read_only(true).immutable(true)
}
