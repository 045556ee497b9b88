//! Views: made, shown to whoever runs the server, changed.

mod branding;
mod design;
mod list;
mod pictures;
mod security;

pub(super) use branding::as_seen_by;
pub use branding::{branded, brandings, public_to, set_branding, worn_by};
pub use design::{Saving, restore, save, versions};
pub use list::{archive, create, designed, duplicate, list, rename, unarchive};
pub use pictures::{LARGEST_PICTURE, keep_picture, picture};
pub use security::{
    Rules, Secret, Security, add_signing_secret, allow_origin, close_client, end_former_key, forbid_origin,
    replace_access_key, reveal, revoke_signing_secret, security, set_rules,
};

use super::Backend;
use super::auth::{Member, Steward};
use super::secrets::{random_name, random_secret};
use super::storage::{SigningSecret, ViewRecord};
use super::trail::{self, Deed};
use crate::domain::access::{Origin, ProjectId, ViewId};
use crate::domain::opening::{Rights, TokenLife};
use crate::domain::people::Right;
use crate::domain::problem::{Problem, Refusal};
use crate::domain::view::ViewConfig;

/// What the first view of a project is called.
const FIRST: &str = "Main view";
/// Who saves where nobody is signed in: whoever has the data folder.
const OPERATOR: &str = "the command line";

/// What anyone may know of a view who knows its id: enough to frame it, and to say why it does not open.
#[derive(Debug, Clone)]
pub struct PublicView {
    pub id: ViewId,
    pub config: ViewConfig,
    pub origins: Vec<Origin>,
}

/// A view as its owner sees it, secrets opened.
#[derive(Clone)]
pub struct OwnedView {
    pub id: ViewId,
    pub name: String,
    pub config: ViewConfig,
    pub access_key: String,
    /// Names the newest signing secret in a token's header.
    pub kid: String,
    pub signing_secret: String,
    pub tokens_only: bool,
    pub origins: Vec<Origin>,
}

/// What is to change; `None` stays as it is.
#[derive(Debug, Clone, Default)]
pub struct Change {
    pub tokens_only: Option<bool>,
    pub origins: Option<Vec<Origin>>,
    pub config: Option<ViewConfig>,
    /// A new access key; the old one opens nothing from then on.
    pub new_access_key: bool,
    /// A new signing secret; the one before it still signs, the one before that no more.
    pub new_signing_secret: bool,
}

/// Makes a view with the usual columns, an access key and a signing secret.
pub async fn create_default(backend: &Backend, steward: &Steward) -> Result<ViewId, Problem> {
    let record = fresh(backend, steward.project(), FIRST.to_owned(), ViewConfig::default())?;
    let line = trail::line(backend, steward.by(), &Deed::ViewCreated { id: &record.id, name: &record.name });
    backend.storage.create_view(&record, OPERATOR, &line).await.map_err(|error| backend.internal(error))?;
    Ok(record.id)
}

/// A view to be, with secrets of its own.
fn fresh(backend: &Backend, project: ProjectId, name: String, config: ViewConfig) -> Result<ViewRecord, Problem> {
    Ok(ViewRecord {
        id: ViewId::parse(random_name("vw_")).map_err(|_| Problem::Internal)?,
        project,
        name,
        created_at: backend.clock.now(),
        archived_at: None,
        version: 1,
        config,
        access_key: backend.secret.seal(random_secret().as_bytes()),
        former_key: None,
        signing_secrets: vec![new_signing_secret(backend, None)],
        tokens_only: false,
        may: Rights::ALL,
        token_life: TokenLife::LONGEST,
        origins: Vec::new(),
    })
}

/// A view of the member's own project, for those who may do this with it.
pub(super) async fn owned(
    backend: &Backend,
    member: &Member,
    id: &ViewId,
    right: Right,
) -> Result<ViewRecord, Problem> {
    let project = member.project_to(right)?;
    let found = backend.storage.view(id).await.map_err(|error| backend.internal(error))?;
    found.filter(|view| view.project == project).ok_or(Problem::NotFound)
}

/// What may be told of a view to whoever asks.
pub async fn public(backend: &Backend, id: &ViewId) -> Result<PublicView, Problem> {
    let ViewRecord { id, config, origins, .. } = in_use(backend, id).await?;
    Ok(PublicView { id, config, origins })
}

/// The whole view for somebody who may know its secrets; that they looked is in the trail.
pub async fn show_to(backend: &Backend, steward: &Steward, id: &ViewId) -> Result<OwnedView, Problem> {
    let view = kept(backend, steward, id).await?;
    let line = trail::line(backend, steward.by(), &Deed::SecretsShown { id, name: &view.name });
    backend.storage.record(view.project, &line).await.map_err(|error| backend.internal(error))?;
    show(backend, id).await
}

/// The whole view, for the server itself.
pub async fn show(backend: &Backend, id: &ViewId) -> Result<OwnedView, Problem> {
    let ViewRecord { id, name, config, access_key, signing_secrets, tokens_only, origins, .. } =
        record(backend, id).await?;
    let open = |sealed| {
        let plain = backend.secret.open_sealed(sealed).map_err(|error| backend.internal(error))?;
        String::from_utf8(plain).map_err(|_| Problem::Internal)
    };
    let newest = signing_secrets.last().ok_or(Problem::Internal)?;
    Ok(OwnedView {
        access_key: open(&access_key)?,
        kid: newest.kid.clone(),
        signing_secret: open(&newest.secret)?,
        id,
        name,
        config,
        tokens_only,
        origins,
    })
}

/// Changes a view of the steward's project.
pub async fn change(backend: &Backend, steward: &Steward, id: &ViewId, change: Change) -> Result<(), Problem> {
    let _turn = backend.securing.lock().await;
    let before = kept(backend, steward, id).await?;
    let mut view = before.clone();
    let Change { tokens_only, origins, config, new_access_key, new_signing_secret: rotate } = change;
    view.tokens_only = tokens_only.unwrap_or(view.tokens_only);
    view.origins = origins.unwrap_or(view.origins);
    if new_access_key {
        view.access_key = backend.secret.seal(random_secret().as_bytes());
        view.former_key = None;
    }
    if rotate {
        let before = view.signing_secrets.pop();
        let fresh = new_signing_secret(backend, before.as_ref());
        view.signing_secrets = before.into_iter().chain([fresh]).collect();
    }
    if let Some(config) = config {
        design::overwrite(backend, steward, &view, config).await?;
    }
    let lines = security::lines(backend, steward.by(), &before, &view);
    backend.storage.secure_view(&view, &lines).await.map_err(|error| backend.internal(error))
}

/// A view of the steward's project; any other is none.
async fn kept(backend: &Backend, steward: &Steward, id: &ViewId) -> Result<ViewRecord, Problem> {
    let found = backend.storage.view(id).await.map_err(|error| backend.internal(error))?;
    found.filter(|view| view.project == steward.project()).ok_or(Problem::NotFound)
}

/// A view that is not put away.
pub(super) async fn in_use(backend: &Backend, id: &ViewId) -> Result<ViewRecord, Problem> {
    let view = record(backend, id).await?;
    if view.archived_at.is_none() { Ok(view) } else { Err(Problem::refused(Refusal::UnknownView)) }
}

async fn record(backend: &Backend, id: &ViewId) -> Result<ViewRecord, Problem> {
    let found = backend.storage.view(id).await.map_err(|error| backend.internal(error))?;
    found.ok_or(Problem::refused(Refusal::UnknownView))
}

/// They are told apart by age, also within a millisecond and after the clock was set back.
fn new_signing_secret(backend: &Backend, before: Option<&SigningSecret>) -> SigningSecret {
    let now = backend.clock.now();
    SigningSecret {
        kid: random_name("vs_"),
        secret: backend.secret.seal(random_secret().as_bytes()),
        created_at: before.map_or(now, |before| now.max(before.created_at.plus_millis(1))),
        last_used_at: None,
    }
}
