//! The one way in which stored documents change.

use super::find;
use super::index::{Ask, Change, Redo};
use super::{Sqlite, codec, faults};
use crate::backend::storage::{Replacement, StorageError};
use crate::domain::access::ProjectId;
use tokio::sync::oneshot;

/// Documents handed over at once; the index takes them in turns, between which the log is written to.
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
        ask(storage, |done| Ask::Redo(Redo { changes, done })).await?;
    }
    Ok(())
}

/// Overwrites what replaced documents left behind.
pub async fn overwrite(storage: &Sqlite) -> Result<(), StorageError> {
    ask(storage, Ask::Overwrite).await
}

async fn ask(
    storage: &Sqlite,
    what: impl FnOnce(oneshot::Sender<anyhow::Result<()>>) -> Ask,
) -> Result<(), StorageError> {
    let (done, answered) = oneshot::channel();
    let gone = || StorageError::Engine(anyhow::anyhow!("the log is not open for writing"));
    let index = storage.asks.as_ref().ok_or_else(gone)?;
    index.send(what(done)).await.map_err(|_| gone())?;
    answered.await.map_err(|_| gone())?.map_err(faults::storage_error)
}
