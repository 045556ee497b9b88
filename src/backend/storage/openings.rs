//! What the product asks of a database about the openings of views.

use super::{StorageError, TrailLine};
use crate::domain::access::{ClientId, Origin, ProjectId, ViewId};
use crate::domain::time::Timestamp;
use async_trait::async_trait;

/// A page that has asked for a view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenOrigin {
    pub origin: Origin,
    /// When it last did.
    pub at: Timestamp,
}

/// A client for which nothing that was opened until a moment is open any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosedClient {
    pub client: ClientId,
    pub at: Timestamp,
}

/// Who has opened views, and what was closed again.
#[async_trait]
pub trait Openings: Send + Sync + 'static {
    /// Notes that a page of an origin has asked for a view. Of each view the latest `keep` origins stay.
    async fn note_origin(&self, view: &ViewId, seen: &SeenOrigin, keep: u32) -> Result<(), StorageError>;
    /// Those noted of a view, the latest first.
    async fn seen_origins(&self, view: &ViewId) -> Result<Vec<SeenOrigin>, StorageError>;
    /// Notes that a secret of a view has signed something.
    async fn note_signing(&self, view: &ViewId, kid: &str, at: Timestamp) -> Result<(), StorageError>;
    /// Closes what was opened of a view for a client until now, and forgets what was closed before `forget`.
    async fn close_client(
        &self,
        project: ProjectId,
        view: &ViewId,
        closed: &ClosedClient,
        forget: Timestamp,
        line: &TrailLine,
    ) -> Result<(), StorageError>;
    /// When a client's sessions of a view were last closed, if that is still known.
    async fn client_closed_at(&self, view: &ViewId, client: &ClientId) -> Result<Option<Timestamp>, StorageError>;
}
