//! What the product asks of a database about second factors.

use super::{Sealed, StorageError, TrailLine};
use crate::domain::access::ProjectId;
use crate::domain::people::PersonId;
use crate::domain::time::Timestamp;
use async_trait::async_trait;

/// A second factor, as stored: its secret sealed with the server's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecondFactorRecord {
    pub secret: Sealed,
    /// Since when it is asked for; not until a first code was right.
    pub confirmed_at: Option<Timestamp>,
}

/// Second factors, and the projects that require one. The lines go into the trail of each of the person's projects.
#[async_trait]
pub trait SecondFactors: Send + Sync + 'static {
    async fn second_factor(&self, person: PersonId) -> Result<Option<SecondFactorRecord>, StorageError>;
    /// Keeps a secret to be confirmed, over an earlier one; false where one is confirmed already.
    async fn offer_second_factor(&self, person: PersonId, secret: &Sealed) -> Result<bool, StorageError>;
    /// Confirms the secret by a code of a step, with the hashes of the recovery codes; false where there is none to confirm.
    async fn confirm_second_factor(
        &self,
        person: PersonId,
        step: i64,
        recovery: &[[u8; 32]],
        line: &TrailLine,
    ) -> Result<bool, StorageError>;
    /// Takes a code of a step; false where a code of this step or a later one was taken before.
    async fn use_step(&self, person: PersonId, step: i64) -> Result<bool, StorageError>;
    /// Takes a recovery code, which is used up; false where there is none such.
    async fn use_recovery_code(
        &self,
        person: PersonId,
        hash: &[u8; 32],
        line: &TrailLine,
    ) -> Result<bool, StorageError>;
    /// Recovery codes that are left.
    async fn recovery_codes(&self, person: PersonId) -> Result<u32, StorageError>;
    async fn end_second_factor(&self, person: PersonId, line: &TrailLine) -> Result<(), StorageError>;

    async fn requires_second_factor(&self, project: ProjectId) -> Result<bool, StorageError>;
    /// The line goes into this project's trail.
    async fn require_second_factor(
        &self,
        project: ProjectId,
        required: bool,
        line: &TrailLine,
    ) -> Result<(), StorageError>;
}
