//! Looking after the data. Whoever does this has the files, so causes are told in full.

use super::Backend;
use super::storage::{CheckReport, StorageError};
use std::path::Path;

/// Copies the log, while it is written to, into a new file.
pub async fn backup(backend: &Backend, to: &Path) -> Result<(), StorageError> {
    backend.storage.backup(to).await
}

/// Reads everything and compares.
pub async fn check(backend: &Backend) -> Result<CheckReport, StorageError> {
    backend.storage.check().await
}

impl Backend {
    /// Finishes what was begun and closes the database.
    pub async fn close(&self) {
        self.closing.send_replace(true);
        self.storage.close().await;
    }
}
