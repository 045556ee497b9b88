//! What went wrong, in the product's words.

use crate::backend::storage::StorageError;

/// As on a full disk; what a test fills a disk with.
#[derive(Debug, thiserror::Error)]
#[error("the disk is full, as a test would have it")]
pub struct Filled;

/// What the engine says in its primary result codes (<https://www.sqlite.org/rescode.html>).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    Full,
    Locked,
    Corrupt,
    Other,
}

impl From<sqlx::Error> for StorageError {
    fn from(error: sqlx::Error) -> Self {
        match said(&error) {
            Said::Full => Self::Full,
            Said::Locked => Self::Busy,
            Said::Corrupt | Said::Other => Self::Engine(error.into()),
        }
    }
}

fn said(error: &sqlx::Error) -> Said {
    /// `SQLITE_IOERR_SHMSIZE`: no room for the file that readers and writers share.
    const SHARED_SIZE: u32 = 4_874;
    match error {
        // Every connection was in use for as long as anybody should wait.
        sqlx::Error::PoolTimedOut => Said::Locked,
        sqlx::Error::Database(database) => {
            let code: u32 = database.code().and_then(|code| code.parse().ok()).unwrap_or(0);
            match (code, code & 0xff) {
                (SHARED_SIZE, _) | (_, 13) => Said::Full,
                (_, 5 | 6) => Said::Locked,
                (_, 11 | 26) => Said::Corrupt,
                _ => Said::Other,
            }
        }
        _ => Said::Other,
    }
}

fn causes(error: &anyhow::Error) -> impl Iterator<Item = Said> {
    let engine = error.chain().filter_map(|cause| cause.downcast_ref::<sqlx::Error>()).map(said);
    let filled = error.chain().any(<dyn std::error::Error>::is::<Filled>).then_some(Said::Full);
    engine.chain(filled)
}

/// A failure with its context, in the product's words.
pub fn storage_error(error: anyhow::Error) -> StorageError {
    if is_full(&error) { StorageError::Full } else { StorageError::Engine(error) }
}

/// Whether there was no room on the disk.
pub fn is_full(error: &anyhow::Error) -> bool {
    causes(error).any(|said| said == Said::Full)
}

/// Whether a file holds what the engine cannot have written.
pub fn is_corrupt(error: &anyhow::Error) -> bool {
    causes(error).any(|said| said == Said::Corrupt)
}

/// What is stored cannot be read as what was written.
pub fn damaged(error: impl std::fmt::Display) -> StorageError {
    StorageError::Damaged(error.to_string())
}

/// `what` is there already, where that is what the engine says.
pub fn taken(error: sqlx::Error, what: &'static str) -> StorageError {
    match &error {
        sqlx::Error::Database(database) if database.is_unique_violation() => StorageError::Conflict { what },
        _ => error.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sqlx::{Connection, SqliteConnection};

    #[tokio::test]
    async fn a_full_file_and_a_damaged_one_are_told_from_other_failures() {
        let mut connection = SqliteConnection::connect("sqlite::memory:").await.unwrap();
        for statement in ["create table t (x blob)", "pragma max_page_count = 3"] {
            sqlx::query(statement).execute(&mut connection).await.unwrap();
        }
        let full = sqlx::query("insert into t values (zeroblob(100000))").execute(&mut connection).await.unwrap_err();
        assert!(is_full(&anyhow::Error::from(full).context("storing")));
        let other = sqlx::query("select nothing").execute(&mut connection).await.unwrap_err();
        assert!(matches!(StorageError::from(other), StorageError::Engine(_)));
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("no.db");
        std::fs::write(&file, vec![7; 8_192]).unwrap();
        let mut connection = SqliteConnection::connect(&format!("sqlite:{}", file.display())).await.unwrap();
        let corrupt = sqlx::query("select * from sqlite_master").execute(&mut connection).await.unwrap_err();
        assert!(is_corrupt(&corrupt.into()));
        assert!(matches!(storage_error(Filled.into()), StorageError::Full));
        assert!(matches!(sqlx::Error::PoolTimedOut.into(), StorageError::Busy));
    }
}
