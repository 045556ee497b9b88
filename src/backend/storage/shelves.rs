//! What the product asks of a database about small documents beside the log: what the callers of an API register.

use super::{StorageError, TrailLine};
use crate::domain::access::{ClientId, ProjectId, Scope};
use crate::domain::time::Timestamp;
use async_trait::async_trait;

/// A document about to be put on a shelf.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDocument {
    /// Names it; a shelf holds each once.
    pub id: String,
    /// Another name, of which a shelf holds each once.
    pub alias: Option<String>,
    /// The client whose it is; the project's own where `None`.
    pub client: Option<ClientId>,
    /// JSON.
    pub body: String,
    pub created_at: Timestamp,
}

/// A document as a shelf holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptDocument {
    pub id: String,
    pub alias: Option<String>,
    pub body: String,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// How often it was changed.
    pub revision: i64,
}

/// What a document is asked for by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Name<'n> {
    Id(&'n str),
    Alias(&'n str),
}

/// One stretch of a shelf.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch {
    pub oldest_first: bool,
    /// Only those that follow on the document of this id in that order, or come before it.
    pub beside: Option<(Side, String)>,
    pub limit: u32,
}

/// On which side of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Before,
    After,
}

/// What becomes of a document that somebody changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exchanged {
    Done,
    /// Somebody was faster, or it is gone: read it again.
    Stale,
    /// Another document has the alias.
    AliasTaken,
}

/// What becomes of a document that is put on a shelf with room for some.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Put {
    Done,
    /// Its id or its alias is taken.
    Taken,
    /// Its client, or the project where it is no client's, has as many there as there is room for.
    Full,
}

/// Shelves of documents, each named by whoever keeps it. A scope of one client reaches that client's documents alone. A
/// shelf may have parts, such as one for each reader: they are shelves whose names go on after its own and a slash.
#[async_trait]
pub trait Shelves: Send + Sync + 'static {
    /// Puts a document there, with the line of the account trail that tells of it, if there is one; false, and no line,
    /// where its id or its alias is taken.
    async fn put(
        &self,
        project: ProjectId,
        shelf: &str,
        document: &NewDocument,
        line: Option<&TrailLine>,
    ) -> Result<bool, StorageError>;

    /// The same on a shelf that has room for so many of each client.
    async fn put_within(
        &self,
        project: ProjectId,
        shelf: &str,
        document: &NewDocument,
        room: u32,
    ) -> Result<Put, StorageError>;

    /// A shelf's own name and those of its parts, as far as documents of a project are there.
    async fn parts(&self, project: ProjectId, shelf: &str) -> Result<Vec<String>, StorageError>;

    /// Takes away what was put on a shelf, or a part of it, before a moment.
    async fn take_before(&self, scope: &Scope, shelf: &str, moment: Timestamp) -> Result<(), StorageError>;

    /// One document.
    async fn kept(&self, scope: &Scope, shelf: &str, name: Name<'_>) -> Result<Option<KeptDocument>, StorageError>;

    /// Some documents in the order in which they were put there. Nothing stands beside a document that is not there.
    async fn stretch(&self, scope: &Scope, shelf: &str, stretch: &Stretch) -> Result<Vec<KeptDocument>, StorageError>;

    /// Puts body and alias in the place of those of the same id and revision, with a line as above.
    async fn exchange(
        &self,
        scope: &Scope,
        shelf: &str,
        document: &KeptDocument,
        at: Timestamp,
        line: Option<&TrailLine>,
    ) -> Result<Exchanged, StorageError>;

    /// Takes a document away; false where there is none.
    async fn take(&self, scope: &Scope, shelf: &str, id: &str) -> Result<bool, StorageError>;

    /// Puts every client of the log that a shelf lacks there: its uuid the id, and the body `{"name": …}`.
    async fn adopt_clients(&self, scope: &Scope, shelf: &str, at: Timestamp) -> Result<(), StorageError>;
}
