//! What is sealed with the server's secret, as a whole: to tell whether a secret is the right one, and to do without it.

use super::{Sealed, StorageError, TrailLine, ViewRecord};
use crate::domain::access::ProjectId;
use async_trait::async_trait;

/// Everything in a log that only one server secret opens.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SealedValues {
    /// A known text. A log of a version before 0.2.0 has none until it is used.
    pub proof: Option<Sealed>,
    /// Of the views, former ones included.
    pub access_keys: Vec<Sealed>,
    pub signing_secrets: Vec<Sealed>,
    pub second_factors: Vec<Sealed>,
}

impl SealedValues {
    /// All but the proof.
    pub fn all(&self) -> impl Iterator<Item = &Sealed> {
        self.access_keys.iter().chain(&self.signing_secrets).chain(&self.second_factors)
    }
}

/// What takes the place of what a lost secret has sealed.
#[derive(Debug, Clone)]
pub struct FreshSeals {
    pub proof: Sealed,
    /// Every view, with new keys and secrets.
    pub views: Vec<ViewRecord>,
    pub lines: Vec<(ProjectId, TrailLine)>,
}

/// The seals of all projects: for whoever has the data folder.
#[async_trait]
pub trait Seals: Send + Sync + 'static {
    async fn sealed_values(&self) -> Result<SealedValues, StorageError>;
    /// Keeps a proof, unless there is one.
    async fn keep_proof(&self, proof: &Sealed) -> Result<(), StorageError>;
    /// Puts fresh seals in the place of all others, and ends second factors and sessions, in one transaction; false where
    /// a view has changed since it was read.
    async fn reseal(&self, fresh: &FreshSeals) -> Result<bool, StorageError>;
}
