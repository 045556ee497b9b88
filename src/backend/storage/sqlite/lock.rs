//! Who may open the files at the same time.

use anyhow::Context;
use std::fs::File;
use std::path::Path;

/// Two processes that bring the same file to this version at once would each make its tables: one after the other.
pub fn turn(folder: &Path) -> anyhow::Result<File> {
    let path = folder.join("opening");
    let file = File::create(&path).with_context(|| format!("cannot create {}", path.display()))?;
    file.lock().with_context(|| format!("cannot wait for {}", path.display()))?;
    Ok(file)
}

/// Only one process may append: ids and sequence numbers are counted in memory.
pub fn lock(folder: &Path) -> anyhow::Result<File> {
    let path = folder.join("lock");
    let file = File::create(&path).with_context(|| format!("cannot create {}", path.display()))?;
    file.try_lock().with_context(|| format!("another daybook is using {}; stop it first", folder.display()))?;
    Ok(file)
}
