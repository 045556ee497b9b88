//! What the product asks of a database about requests that may come twice.

use super::StorageError;
use crate::domain::access::ProjectId;
use crate::domain::time::Timestamp;
use async_trait::async_trait;

/// A request that its sender named, so that a repeat is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedRequest {
    /// A digest of the name, and of the key that it was sent with.
    pub name: [u8; 32],
    /// A digest of its body.
    pub body: [u8; 32],
    /// When it came first.
    pub at: Timestamp,
}

/// Requests that their senders named (`Idempotency-Key`).
#[async_trait]
pub trait NamedRequests: Send + Sync + 'static {
    /// Notes a request, unless one of its name came since `since`; gives back which one came first. Forgets those before.
    async fn note_request(
        &self,
        project: ProjectId,
        request: &NamedRequest,
        since: Timestamp,
    ) -> Result<NamedRequest, StorageError>;
    /// Forgets a request that came to nothing: its name may be used for another.
    async fn forget_request(&self, project: ProjectId, request: &NamedRequest) -> Result<(), StorageError>;
}
