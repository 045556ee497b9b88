//! How far an import has come, kept in the data folder, so that one that was broken off goes on where it stopped.
//!
//! It may be a little behind what is stored: what is read again is known by then and is not stored twice.

use anyhow::Context;
use daybook::backend::private_files;
use serde::{Deserialize, Serialize};
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

/// What was done.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// Events read from the file.
    pub read: u64,
    pub stored: u64,
    pub repeated: u64,
    pub refused: u64,
}

/// Where it is kept of one file; nowhere for standard input.
pub struct Progress {
    path: Option<PathBuf>,
}

impl Progress {
    /// That of a file and the way in which it is imported.
    pub fn of(data: &Path, identity: Option<&str>, way: &str) -> Self {
        Self { path: identity.map(|identity| data.join("imports").join(format!("{identity}-{way}.json"))) }
    }

    /// What an earlier run has done, if it was broken off.
    pub fn read(&self) -> anyhow::Result<Option<Done>> {
        let Some(path) = &self.path else { return Ok(None) };
        match fs::read(path) {
            Ok(text) => Ok(Some(serde_json::from_slice(&text).with_context(|| damaged(path))?)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
        }
    }

    /// Keeps what is done now: the whole of it, or what was there before.
    pub fn keep(&self, done: &Done) -> anyhow::Result<()> {
        let Some(path) = &self.path else { return Ok(()) };
        let cannot = || format!("cannot write {}", path.display());
        if let Some(folder) = path.parent() {
            private_files::make_folder(folder)?;
        }
        let beside = path.with_extension("new");
        let options = &mut OpenOptions::new();
        let mut file =
            private_files::open(&beside, options.write(true).create(true).truncate(true)).with_context(cannot)?;
        file.write_all(&serde_json::to_vec(done)?).with_context(cannot)?;
        fs::rename(&beside, path).with_context(cannot)
    }

    /// It has come to its end.
    pub fn end(&self) -> anyhow::Result<()> {
        let Some(path) = &self.path else { return Ok(()) };
        match fs::remove_file(path) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(error).with_context(|| format!("cannot remove {}", path.display()))
            }
            _ => Ok(()),
        }
    }
}

fn damaged(path: &Path) -> String {
    format!("{} is damaged; remove it to begin anew, what is stored is not stored twice", path.display())
}
