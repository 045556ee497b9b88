//! What the product asks of a database about requests that a vendor would have refused.

use super::{StorageError, TrailLine};
use crate::domain::access::ProjectId;
use crate::domain::strictness::{Api, Violation};
use crate::domain::time::Timestamp;
use async_trait::async_trait;

/// How often requests violated a vendor's rules in one way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViolationRecord {
    pub violation: Violation,
    /// Requests that were accepted all the same, and requests that were refused.
    pub accepted: u64,
    pub refused: u64,
    /// The last of them, and what it was in words.
    pub at: Timestamp,
    pub example: String,
}

/// Violations of vendors' rules, counted by project and kind.
#[async_trait]
pub trait Violations: Send + Sync + 'static {
    /// Adds to what is counted.
    async fn add_violations(&self, project: ProjectId, counted: &[ViolationRecord]) -> Result<(), StorageError>;
    /// All that are counted, in the order of their kinds.
    async fn violations(&self, project: ProjectId) -> Result<Vec<ViolationRecord>, StorageError>;
    /// Begins anew for one API.
    async fn forget_violations(&self, project: ProjectId, api: Api, line: &TrailLine) -> Result<(), StorageError>;
}
