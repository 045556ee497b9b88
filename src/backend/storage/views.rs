//! What the product asks of a database about views.

use super::{Sealed, StorageError, TrailLine};
use crate::domain::access::{ClientId, Origin, ProjectId, ViewId};
use crate::domain::opening::{Rights, TokenLife};
use crate::domain::time::Timestamp;
use crate::domain::view::{Branding, ViewConfig};
use async_trait::async_trait;

/// A view, as stored: its access key and signing secrets sealed with the server's own secret.
#[derive(Debug, Clone)]
pub struct ViewRecord {
    pub id: ViewId,
    pub project: ProjectId,
    /// What the company's own people call it.
    pub name: String,
    pub created_at: Timestamp,
    /// Since when it is out of the list, and closed to customers.
    pub archived_at: Option<Timestamp>,
    /// How often it was saved.
    pub version: u32,
    pub config: ViewConfig,
    pub access_key: Sealed,
    /// The key before it, while that still opens the view.
    pub former_key: Option<FormerKey>,
    pub signing_secrets: Vec<SigningSecret>,
    /// Refuse bare access keys.
    pub tokens_only: bool,
    /// What tokens and access keys can give at most.
    pub may: Rights,
    pub token_life: TokenLife,
    /// Who may frame it; none means nobody but this machine's own pages.
    pub origins: Vec<Origin>,
}

/// An access key that was replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormerKey {
    pub key: Sealed,
    /// It opens nothing from then on.
    pub until: Timestamp,
}

/// A secret that signs view tokens; a view has several while one replaces another.
#[derive(Debug, Clone)]
pub struct SigningSecret {
    /// Named in a token's header, such as `vs_7Gh…`.
    pub kid: String,
    pub secret: Sealed,
    pub created_at: Timestamp,
    /// To a minute.
    pub last_used_at: Option<Timestamp>,
}

/// What a view looked like once, as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct VersionRecord {
    pub version: u32,
    pub config: ViewConfig,
    /// Whoever saved it, as they were called then.
    pub author: String,
    pub saved_at: Timestamp,
}

/// What a view shows one client of itself, as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct BrandingRecord {
    pub client: ClientId,
    pub branding: Branding,
    /// Whoever saved it, as they were called then.
    pub author: String,
    pub saved_at: Timestamp,
}

/// A logo that was uploaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// SHA-256 of the bytes, in hexadecimal.
    pub id: String,
    /// Such as `image/png`.
    pub kind: String,
    pub bytes: Vec<u8>,
}

/// Views, what they looked like, and their pictures.
#[async_trait]
pub trait Views: Send + Sync + 'static {
    /// Stores a new view and its first version.
    async fn create_view(&self, view: &ViewRecord, author: &str, line: &TrailLine) -> Result<(), StorageError>;
    async fn view(&self, id: &ViewId) -> Result<Option<ViewRecord>, StorageError>;
    /// A project's, by age.
    async fn views(&self, project: ProjectId) -> Result<Vec<ViewRecord>, StorageError>;
    /// Stores who may open a view and its secrets, as they are in the record; but not when a secret was last used.
    async fn secure_view(&self, view: &ViewRecord, lines: &[TrailLine]) -> Result<(), StorageError>;
    /// Stores what a view is called, and since when it is archived, as they are in the record.
    async fn label_view(&self, view: &ViewRecord, line: &TrailLine) -> Result<(), StorageError>;
    /// Stores what a view looks like over version `base`: false where somebody has saved since.
    async fn save_view(
        &self,
        id: &ViewId,
        base: u32,
        version: &VersionRecord,
        line: &TrailLine,
    ) -> Result<bool, StorageError>;
    /// What a view looked like, the latest first.
    async fn view_versions(&self, id: &ViewId) -> Result<Vec<VersionRecord>, StorageError>;

    /// A client's own branding of a view.
    async fn branding(&self, view: &ViewId, client: &ClientId) -> Result<Option<BrandingRecord>, StorageError>;
    /// All of a view's, by client.
    async fn brandings(&self, view: &ViewId) -> Result<Vec<BrandingRecord>, StorageError>;
    /// Stores a client's own branding of a view of the project, over an earlier one.
    async fn save_branding(
        &self,
        (project, view): (ProjectId, &ViewId),
        branding: &BrandingRecord,
        line: &TrailLine,
    ) -> Result<(), StorageError>;
    /// Takes it away; no line where there was none.
    async fn remove_branding(
        &self,
        (project, view): (ProjectId, &ViewId),
        client: &ClientId,
        line: &TrailLine,
    ) -> Result<(), StorageError>;

    /// Keeps a picture; one that is there already stays.
    async fn keep_picture(&self, picture: &Picture) -> Result<(), StorageError>;
    async fn picture(&self, id: &str) -> Result<Option<Picture>, StorageError>;
}
