//! Who may open the files at the same time.

use crate::backend::private_files;
use anyhow::{Context, bail};
use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;

/// Two processes that bring the same file to this version at once would each make its tables: one after the other. Whoever
/// wants [`lock`] as well takes this one first.
pub fn turn(folder: &Path) -> anyhow::Result<File> {
    let path = folder.join("opening");
    let file = create(&path)?;
    file.lock().with_context(|| format!("cannot wait for {}", path.display()))?;
    Ok(file)
}

/// Only one process may append: ids and sequence numbers are counted in memory.
pub fn lock(folder: &Path) -> anyhow::Result<File> {
    lock_if_free(folder)?.with_context(|| format!("another daybook is using {}; stop it first", folder.display()))
}

/// The same; nothing where another process has it.
pub fn lock_if_free(folder: &Path) -> anyhow::Result<Option<File>> {
    let path = folder.join("lock");
    let file = create(&path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => bail!("cannot lock {}: {error}", path.display()),
    }
}

fn create(path: &Path) -> anyhow::Result<File> {
    let file = private_files::open(path, OpenOptions::new().write(true).create(true).truncate(false));
    file.with_context(|| format!("cannot create {}", path.display()))
}
