//! A copy of the log put into a data folder.

use super::Sqlite;
use super::backup::{self, CheckedFile};
use super::connect::Files;
use super::lock::{lock, turn};
use crate::backend::{file_stamp, private_files};
use crate::domain::time::Timestamp;
use anyhow::{Context, bail, ensure};
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// What was done.
#[derive(Debug)]
pub struct Restored {
    pub checked: CheckedFile,
    /// Where the log that was there is now.
    pub aside: Option<PathBuf>,
}

impl Sqlite {
    /// Puts a checked copy into a folder that nobody uses. A log that is there already is refused, or kept aside under the
    /// name of the moment. What was made from it goes: its index, and how far imports had come.
    pub async fn restore(file: &Path, folder: &Path, replace: bool, now: Timestamp) -> anyhow::Result<Restored> {
        ensure!(file.is_file(), "there is no file {}", file.display());
        private_files::secure(folder)?;
        let _turn = turn(folder)?;
        let _lock = lock(folder)?;
        let files = Files::of(folder);
        let is_there = files.log.try_exists()?;
        ensure!(
            replace || !is_there,
            "there is a log in {} already: name another folder, or keep that log aside with --replace",
            folder.display()
        );
        // The bytes that are checked are those that will be used.
        let partial = backup::partial(&files.log);
        let checked = fetched(file, &partial).await;
        if checked.is_err() {
            remove(&partial)?;
        }
        let checked = checked?;
        let aside = if is_there { Some(put_aside(&files.log, now)?) } else { None };
        files.remove_index().context("cannot remove the index of the log that was there")?;
        forget_imports(&folder.join("imports"))?;
        fs::rename(&partial, &files.log).with_context(|| format!("cannot create {}", files.log.display()))?;
        private_files::sync_folder(&files.log)?;
        Ok(Restored { checked, aside })
    }
}

/// Copies the file and checks the copy.
async fn fetched(file: &Path, partial: &Path) -> anyhow::Result<CheckedFile> {
    let cannot = || format!("cannot copy {} to {}", file.display(), partial.display());
    let mut source = File::open(file).with_context(cannot)?;
    ensure!(
        super::upgrade_copy::waiting(file) == 0,
        "{} has a write-ahead log beside it: it is a log in use and no copy. Make a copy with daybook backup",
        file.display()
    );
    let options = &mut OpenOptions::new();
    let mut target =
        private_files::open(partial, options.write(true).create(true).truncate(true)).with_context(cannot)?;
    io::copy(&mut source, &mut target).with_context(cannot)?;
    target.sync_all().with_context(cannot)?;
    drop(target);
    let checked = Sqlite::check_file(partial).await?;
    if let Some(fault) = checked.report.faults.first() {
        bail!(
            "{} is damaged ({} faults, the first: {fault}); nothing was changed",
            file.display(),
            checked.report.faults.len()
        );
    }
    Ok(checked)
}

/// The log, with what waits in its write-ahead log.
fn put_aside(log: &Path, now: Timestamp) -> anyhow::Result<PathBuf> {
    let aside = log.with_file_name(format!("replaced-{}.db", file_stamp::of(now)));
    ensure!(!aside.try_exists()?, "{} exists already", aside.display());
    let cannot = || format!("cannot keep {} aside", log.display());
    for suffix in ["-wal", ""] {
        let with_suffix = |path: &Path| {
            let mut name = path.as_os_str().to_owned();
            name.push(suffix);
            PathBuf::from(name)
        };
        match fs::rename(with_suffix(log), with_suffix(&aside)) {
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            renamed => renamed.with_context(cannot)?,
        }
    }
    let mut shared = log.as_os_str().to_owned();
    shared.push("-shm");
    remove(Path::new(&shared))?;
    Ok(aside)
}

/// They tell how much of a file is in a log that is not there any more.
fn forget_imports(imports: &Path) -> anyhow::Result<()> {
    match fs::remove_dir_all(imports) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", imports.display()))
        }
        _ => Ok(()),
    }
}

fn remove(path: &Path) -> anyhow::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", path.display()))
        }
        _ => Ok(()),
    }
}
