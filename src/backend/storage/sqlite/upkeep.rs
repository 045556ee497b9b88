//! Copying.

use crate::backend::storage::StorageError;
use sqlx::SqlitePool;
use std::path::Path;

/// Copies the log as of now into a new file, compacted; writing goes on meanwhile. The index is not copied: it is
/// built again at the first start.
pub async fn backup(readers: &SqlitePool, to: &Path) -> Result<(), StorageError> {
    if to.exists() {
        return Err(StorageError::Conflict { what: "a file of this name" });
    }
    let mut connection = readers.acquire().await?.detach();
    sqlx::query("pragma query_only = off").execute(&mut connection).await?;
    sqlx::query("vacuum main into ?").bind(to.to_string_lossy().into_owned()).execute(&mut connection).await?;
    let copy = std::fs::File::open(to).map_err(anyhow::Error::from)?;
    copy.sync_all().map_err(anyhow::Error::from)?;
    Ok(())
}
