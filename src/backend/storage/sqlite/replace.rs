//! The one way in which stored documents change.

use super::find;
use super::index::{Change, Redo};
use super::{Sqlite, codec};
use crate::backend::storage::{Replacement, StorageError};
use crate::domain::access::ProjectId;
use tokio::sync::oneshot;

/// Documents replaced at once: the log's writer waits meanwhile.
const AT_ONCE: usize = 256;

/// Replaces a project's documents; ids of others are passed over.
pub async fn replace(storage: &Sqlite, project: ProjectId, documents: &[Replacement]) -> Result<(), StorageError> {
    for documents in documents.chunks(AT_ONCE) {
        let mut changes = Vec::with_capacity(documents.len());
        for Replacement { id, document } in documents {
            if let Some(seq) = find::seq_of(&storage.readers, project, *id).await? {
                changes.push(Change { seq, body: codec::encode(document)? });
            }
        }
        let (done, answered) = oneshot::channel();
        let gone = || StorageError::Engine(anyhow::anyhow!("the log is not open for writing"));
        let redo = storage.redo.as_ref().ok_or_else(gone)?;
        redo.send(Redo { changes, done }).await.map_err(|_| gone())?;
        answered.await.map_err(|_| gone())??;
    }
    Ok(())
}
