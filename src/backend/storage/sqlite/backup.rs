//! Copies of the log: made while it is written to, and checked.

use super::connect::{Files, LOG};
use super::upgrade::{self, Form};
use super::{Sqlite, check, upgrade_copy};
use crate::backend::private_files;
use crate::backend::storage::{CheckReport, StorageError};
use anyhow::{Context, bail, ensure};
use sqlx::Connection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqlitePoolOptions};
use std::ffi::OsString;
use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};

/// A copy that was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedFile {
    pub report: CheckReport,
    /// The rows of an older version's are not read one by one: that is done once it was restored.
    pub is_older: bool,
}

impl Sqlite {
    /// Copies the log of a folder, which a server of this version or another one may be using: see [`write`].
    pub async fn backup_of(folder: &Path, to: &Path) -> Result<CheckedFile, StorageError> {
        write(&Files::of(folder).log, to).await
    }

    /// Checks a file that is a copy of a log, and leaves no trace beside it.
    pub async fn check_file(file: &Path) -> anyhow::Result<CheckedFile> {
        checked(file).await
    }
}

/// Copies the log as of now into a new file, compacted; writing goes on meanwhile. The file has its name once it is whole,
/// on the disk, and was checked: until then there is a partial one beside it. The index is not copied: it is built again.
pub async fn write(log: &Path, to: &Path) -> Result<CheckedFile, StorageError> {
    if to.try_exists().map_err(anyhow::Error::from)? {
        return Err(StorageError::Conflict { what: "a file of this name" });
    }
    let partial = partial(to);
    let written = copy(log, &partial).await;
    if written.is_ok() {
        fs::rename(&partial, to).with_context(|| format!("cannot write {}", to.display()))?;
        private_files::sync_folder(to).map_err(anyhow::Error::from)?;
    } else if let Err(error) = fs::remove_file(&partial) {
        tracing::warn!(%error, "cannot remove {}", partial.display());
    }
    Ok(written?)
}

/// Where a copy is until it is whole.
pub fn partial(to: &Path) -> PathBuf {
    let mut name = to.file_name().map_or_else(OsString::new, ToOwned::to_owned);
    name.push(".partial");
    to.with_file_name(name)
}

async fn copy(log: &Path, partial: &Path) -> anyhow::Result<CheckedFile> {
    let cannot = || format!("cannot write {}", partial.display());
    // What an earlier copy has left that was broken off; the engine fills empty files only.
    let options = &mut OpenOptions::new();
    let file = private_files::open(partial, options.write(true).create(true).truncate(false)).with_context(cannot)?;
    ensure!(file.try_lock().is_ok(), "another daybook is writing {}", partial.display());
    file.set_len(0).with_context(cannot)?;
    let options = SqliteConnectOptions::new().filename(log).busy_timeout(std::time::Duration::from_secs(10));
    let mut connection = SqliteConnection::connect_with(&options).await?;
    let copied =
        sqlx::query("vacuum main into ?").bind(partial.to_string_lossy().into_owned()).execute(&mut connection).await;
    connection.close().await?;
    copied.with_context(cannot)?;
    file.sync_all().with_context(cannot)?;
    let checked = checked(partial).await?;
    if let Some(fault) = checked.report.faults.first() {
        bail!("the copy is damaged, and so may be the log: {fault}; see daybook check");
    }
    Ok(checked)
}

async fn checked(file: &Path) -> anyhow::Result<CheckedFile> {
    let cannot = || format!("cannot check {}", file.display());
    ensure!(fs::metadata(file).with_context(cannot)?.is_file(), "{} is not a file", file.display());
    ensure!(
        upgrade_copy::waiting(file) == 0,
        "{} has a write-ahead log beside it: it is a log in use and no copy. Check it with daybook check --data FOLDER",
        file.display()
    );
    let mut connection = upgrade::open_at_rest(file).await.with_context(cannot)?;
    let form = upgrade::form(&mut connection, &LOG).await.with_context(cannot)?;
    connection.close().await?;
    ensure!(form != Form::Empty, "{} holds no log of Daybook's", file.display());
    let readers = SqlitePoolOptions::new().max_connections(1).connect_with(upgrade::at_rest(file)).await?;
    let is_older = form == Form::Older;
    let report = if is_older { check::check_structure(&readers).await } else { check::check_log(&readers).await };
    readers.close().await;
    Ok(CheckedFile { report: report.with_context(cannot)?, is_older })
}
