//! The copy of a log that is kept from before an upgrade until the next one.

use super::connect::LOG;
use super::upgrade::{self, Form};
use crate::backend::private_files;
use anyhow::{Context, bail, ensure};
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

/// How its name begins; the version follows.
const NAME: &str = "upgrade-from-";
/// Bytes of the disk that are left when it is made: changing the log takes some as well.
const SPARE: u64 = 64 * 1024 * 1024;

/// Copies a log that nobody has open, and answers with where the copy is. A copy that an upgrade made which did not come
/// to its end stays: it is of what was before.
pub async fn make(log: &Path, version: &str) -> anyhow::Result<PathBuf> {
    let copy = log.with_file_name(format!("{NAME}{version}.db"));
    if copy.exists() && is_of_earlier(&copy, log).await? {
        return Ok(copy);
    }
    let partial = copy.with_extension("db.partial");
    let in_use = || format!("another program has {} open; stop it and start again", log.display());
    ensure!(waiting(log) == 0, in_use());
    let before = fs::metadata(log)?;
    copy_bytes(log, &partial)?;
    let after = fs::metadata(log)?;
    let unchanged = before.len() == after.len() && before.modified()? == after.modified()?;
    ensure!(unchanged && waiting(log) == 0, in_use());
    fs::rename(&partial, &copy)?;
    private_files::sync_folder(&copy)?;
    Ok(copy)
}

/// Bytes in the write-ahead log of a file.
pub fn waiting(log: &Path) -> u64 {
    let mut wal = log.as_os_str().to_owned();
    wal.push("-wal");
    fs::metadata(wal).map_or(0, |wal| wal.len())
}

/// Whether some of the migrations that the log has seen are not in the copy yet.
async fn is_of_earlier(copy: &Path, log: &Path) -> anyhow::Result<bool> {
    let (copy, log) = (migrations(copy).await?, migrations(log).await?);
    Ok(copy.zip(log).is_some_and(|(copy, log)| copy < log))
}

/// How many migrations a log of an older version has seen; nothing of any other file.
async fn migrations(file: &Path) -> anyhow::Result<Option<i64>> {
    let mut connection = upgrade::open_at_rest(file).await?;
    if !matches!(upgrade::form(&mut connection, &LOG).await, Ok(Form::Older)) {
        return Ok(None);
    }
    Ok(Some(sqlx::query_scalar("select count(*) from _sqlx_migrations").fetch_one(&mut connection).await?))
}

/// By sharing the blocks where the file system can; byte by byte otherwise, if there is room.
fn copy_bytes(from: &Path, to: &Path) -> anyhow::Result<()> {
    let told = || format!("cannot copy {} to {}", from.display(), to.display());
    let mut source = File::open(from).with_context(told)?;
    let options = &mut OpenOptions::new();
    let mut target = private_files::open(to, options.write(true).create(true).truncate(true)).with_context(told)?;
    if rustix::fs::ioctl_ficlone(&target, &source).is_err() {
        let (needed, free) = (source.metadata()?.len() + SPARE, free(to)?);
        if free < needed {
            fs::remove_file(to).with_context(told)?;
            bail!(
                "a copy of {} is made first, which needs {} of the disk, and {} are free: make room and start again",
                from.display(),
                mebibytes(needed),
                mebibytes(free)
            );
        }
        io::copy(&mut source, &mut target).with_context(told)?;
    }
    target.sync_all().with_context(told)
}

/// Bytes that this process may still write to the disk of a file.
fn free(file: &Path) -> io::Result<u64> {
    let disk = rustix::fs::statvfs(file)?;
    Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
}

fn mebibytes(bytes: u64) -> String {
    format!("{} MiB", bytes.div_ceil(1024 * 1024))
}

/// Removes the copies of earlier upgrades.
pub fn remove_older(copy: &Path) -> anyhow::Result<()> {
    let folder = copy.parent().context("a copy lies in a folder")?;
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if path != copy && name.starts_with(NAME) {
            fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
        }
    }
    Ok(())
}
