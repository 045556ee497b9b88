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
pub use pictures::{keep_picture, picture};
pub use security::{
    Rules, Secret, Security, add_signing_secret, allow_origin, close_client, end_former_key, forbid_origin,
    replace_access_key, reveal, revoke_signing_secret, security, set_rules,
};

use super::Backend;
use super::auth::{By, Member, Steward};
use super::secrets::{random_name, random_secret};
use super::storage::{NewView, SigningSecret, TrailLine, ViewRecord};
use super::trail::{self, Deed};
use crate::domain::access::{Origin, ViewId};
use crate::domain::opening::{RecordedOpenings, Rights, TokenLife};
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
    pub recorded: Option<RecordedOpenings>,
    pub origins: Option<Vec<Origin>>,
    pub config: Option<ViewConfig>,
    /// A new access key; the old one opens nothing from then on.
    pub new_access_key: bool,
    /// A new signing secret; the one before it still signs, the one before that no more.
    pub new_signing_secret: bool,
}

/// Makes a view with the usual columns, an access key and a signing secret.
pub async fn create_default(backend: &Backend, steward: &Steward) -> Result<ViewId, Problem> {
    let (view, line) = first(backend, steward.by())?;
    let made = backend.storage.create_view(steward.project(), &view, &line).await;
    made.map_err(|error| backend.internal(error))?;
    Ok(view.id)
}

/// The first view of a project, to be made, and what the trail tells of it.
pub(super) fn first(backend: &Backend, by: &By) -> Result<(NewView, TrailLine), Problem> {
    let view = fresh(backend, by, FIRST.to_owned(), ViewConfig::default())?;
    let line = trail::line(backend, by, &Deed::ViewCreated { id: &view.id, name: &view.name });
    Ok((view, line))
}

/// A view to be, with secrets of its own.
fn fresh(backend: &Backend, by: &By, name: String, config: ViewConfig) -> Result<NewView, Problem> {
    Ok(NewView {
        id: ViewId::parse(random_name("vw_")).map_err(|_| Problem::Internal)?,
        name,
        created_at: backend.clock.now(),
        config,
        author: author(by).to_owned(),
        access_key: backend.secret.seal(random_secret().as_bytes()),
        signing_secrets: vec![new_signing_secret(backend, None)],
        tokens_only: false,
        may: Rights::ALL,
        token_life: TokenLife::LONGEST,
        recorded: RecordedOpenings::default(),
        origins: Vec::new(),
    })
}

/// Who a version of a view is by.
fn author(by: &By) -> &str {
    match by {
        By::Person(person) => &person.name,
        By::Key(_) | By::Machine => OPERATOR,
    }
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
    let newest = view.signing_secrets.last().ok_or(Problem::Internal)?;
    let secrets = [Secret::AccessKey, Secret::Signing(newest.kid.clone())];
    let deed = Deed::SecretsShown { id, name: &view.name, secrets: &secrets };
    let line = trail::line(backend, steward.by(), &deed);
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

/// Changes a view of the steward's project, whole or not at all.
pub async fn change(backend: &Backend, steward: &Steward, id: &ViewId, change: Change) -> Result<(), Problem> {
    loop {
        let before = kept(backend, steward, id).await?;
        let view = changed(backend, &before, &change);
        let mut lines = security::lines(backend, steward.by(), &before, &view);
        let next = match &change.config {
            None => None,
            Some(config) => {
                let (version, line) = design::next(backend, steward.by(), &before, before.version, config.clone())?;
                lines.push(line);
                Some(version)
            }
        };
        let stored = backend.storage.secure_view(&view, next.as_ref(), &lines).await;
        // Otherwise somebody was faster, and it is their view that is to change.
        if stored.map_err(|error| backend.internal(error))? {
            return Ok(());
        }
    }
}

/// A view as a change leaves it, but for what it looks like.
fn changed(backend: &Backend, before: &ViewRecord, change: &Change) -> ViewRecord {
    let mut view = before.clone();
    view.tokens_only = change.tokens_only.unwrap_or(view.tokens_only);
    view.recorded = change.recorded.unwrap_or(view.recorded);
    view.origins = change.origins.clone().unwrap_or(view.origins);
    if change.new_access_key {
        view.access_key = backend.secret.seal(random_secret().as_bytes());
        view.former_key = None;
    }
    if change.new_signing_secret {
        let before = view.signing_secrets.pop();
        let fresh = new_signing_secret(backend, before.as_ref());
        view.signing_secrets = before.into_iter().chain([fresh]).collect();
    }
    view
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
