//! What went wrong, in the product's words.

use crate::backend::storage::StorageError;

impl From<sqlx::Error> for StorageError {
    fn from(error: sqlx::Error) -> Self {
        Self::Engine(error.into())
    }
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
