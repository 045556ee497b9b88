//! What the product asks of a database about views.

use super::{Sealed, StorageError, TrailLine};
use crate::domain::access::{ClientId, Origin, ProjectId, ViewId};
use crate::domain::opening::{RecordedOpenings, Rights, TokenLife};
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
    /// How often it was said who may open it.
    pub revision: u32,
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
    pub recorded: RecordedOpenings,
    /// Who may frame it; none means nobody but this machine's own pages.
    pub origins: Vec<Origin>,
}

impl ViewRecord {
    /// The access keys that open it at a moment, as far as keys do: its own, and the one before within its grace.
    pub fn access_keys(&self, now: Timestamp) -> impl Iterator<Item = &Sealed> {
        let former = self.former_key.iter().filter(move |former| now < former.until).map(|former| &former.key);
        std::iter::once(&self.access_key).chain(former)
    }
}

/// A view to be, of a project that may be made with it.
#[derive(Debug, Clone)]
pub struct NewView {
    pub id: ViewId,
    pub name: String,
    pub created_at: Timestamp,
    pub config: ViewConfig,
    /// Whoever makes it, as they are called now.
    pub author: String,
    pub access_key: Sealed,
    pub signing_secrets: Vec<SigningSecret>,
    pub tokens_only: bool,
    pub may: Rights,
    pub token_life: TokenLife,
    pub recorded: RecordedOpenings,
    pub origins: Vec<Origin>,
}

impl NewView {
    /// As it is once the project has it.
    pub fn of(self, project: ProjectId) -> ViewRecord {
        let Self { id, name, created_at, config, access_key, signing_secrets, .. } = self;
        let Self { tokens_only, may, token_life, recorded, origins, .. } = self;
        ViewRecord {
            id,
            project,
            name,
            created_at,
            archived_at: None,
            version: 1,
            revision: 0,
            config,
            access_key,
            former_key: None,
            signing_secrets,
            tokens_only,
            may,
            token_life,
            recorded,
            origins,
        }
    }
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

/// Views, and what they looked like.
#[async_trait]
pub trait Views: Send + Sync + 'static {
    /// Stores a new view and its first version.
    async fn create_view(&self, project: ProjectId, view: &NewView, line: &TrailLine) -> Result<(), StorageError>;
    async fn view(&self, id: &ViewId) -> Result<Option<ViewRecord>, StorageError>;
    /// A project's, by age.
    async fn views(&self, project: ProjectId) -> Result<Vec<ViewRecord>, StorageError>;
    /// Stores who may open a view and its secrets, as they are in the record, but not when a secret was last used; and
    /// with it a next version of what it looks like. False, and nothing is stored, where either has changed since the
    /// record was read.
    async fn secure_view(
        &self,
        view: &ViewRecord,
        next: Option<&VersionRecord>,
        lines: &[TrailLine],
    ) -> Result<bool, StorageError>;
    /// Gives a view another name.
    async fn rename_view(
        &self,
        project: ProjectId,
        id: &ViewId,
        name: &str,
        line: &TrailLine,
    ) -> Result<(), StorageError>;
    /// Puts a view away as of a moment, or takes it back into use; nothing where it is so already.
    async fn archive_view(
        &self,
        project: ProjectId,
        id: &ViewId,
        at: Option<Timestamp>,
        line: &TrailLine,
    ) -> Result<(), StorageError>;
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
}
