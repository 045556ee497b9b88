//! Looking after the data. Whoever does this has the files, so causes are told in full.

use super::storage::{CheckReport, StorageError};
use super::{Backend, strictness};

/// Reads everything and compares.
pub async fn check(backend: &Backend) -> Result<CheckReport, StorageError> {
    backend.storage.check().await
}

impl Backend {
    /// Finishes what was begun and closes the database.
    pub async fn close(&self) {
        self.closing.send_replace(true);
        // A failure is in the log; nothing depends on these counts.
        strictness::store(self).await.ok();
        self.storage.close().await;
    }
}
