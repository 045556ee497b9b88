//! Views: made, shown to whoever runs the server, changed.

use super::Backend;
use super::auth::Steward;
use super::secrets::{random_name, random_secret};
use super::storage::{SigningSecret, TrailLine, ViewRecord};
use super::trail::{self, Deed};
use crate::domain::access::{Origin, ViewId};
use crate::domain::problem::{Problem, Refusal};
use crate::domain::view::ViewConfig;
use serde_json::{Value, json};

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
    let id = ViewId::parse(random_name("vw_")).map_err(|_| Problem::Internal)?;
    let record = ViewRecord {
        id: id.clone(),
        project: steward.project(),
        config: ViewConfig::default(),
        access_key: backend.secret.seal(random_secret().as_bytes()),
        signing_secrets: vec![new_signing_secret(backend)],
        tokens_only: false,
        origins: Vec::new(),
    };
    let line = trail::line(backend, steward.by(), &Deed::ViewCreated { id: &id });
    save(backend, &record, &[line]).await?;
    Ok(id)
}

/// What may be told of a view to whoever asks.
pub async fn public(backend: &Backend, id: &ViewId) -> Result<PublicView, Problem> {
    let ViewRecord { id, config, origins, .. } = record(backend, id).await?;
    Ok(PublicView { id, config, origins })
}

/// The whole view for somebody who may know its secrets; that they looked is in the trail.
pub async fn reveal(backend: &Backend, steward: &Steward, id: &ViewId) -> Result<OwnedView, Problem> {
    record_of(backend, steward, id).await?;
    let line = trail::line(backend, steward.by(), &Deed::SecretsShown { id });
    backend.storage.record(steward.project(), &line).await.map_err(|error| backend.internal(error))?;
    show(backend, id).await
}

/// The whole view, for the server itself.
pub async fn show(backend: &Backend, id: &ViewId) -> Result<OwnedView, Problem> {
    let ViewRecord { id, config, access_key, signing_secrets, tokens_only, origins, .. } = record(backend, id).await?;
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
        config,
        tokens_only,
        origins,
    })
}

/// Changes a view of the steward's project.
pub async fn change(backend: &Backend, steward: &Steward, id: &ViewId, change: Change) -> Result<(), Problem> {
    let before = record_of(backend, steward, id).await?;
    let (access_key, signing_secret) = (change.new_access_key, change.new_signing_secret);
    let after = changed(backend, before.clone(), change)?;
    let mut lines = Vec::new();
    let mut tell = |deed: Deed<'_>| lines.push(trail::line(backend, steward.by(), &deed));
    let changes = differences(&before, &after);
    if !changes.is_empty() {
        tell(Deed::ViewChanged { id, changes });
    }
    if access_key {
        tell(Deed::AccessKeyReplaced { id });
    }
    if signing_secret {
        tell(Deed::SigningSecretReplaced { id });
    }
    save(backend, &after, &lines).await
}

async fn save(backend: &Backend, view: &ViewRecord, lines: &[TrailLine]) -> Result<(), Problem> {
    backend.storage.save_view(view, lines).await.map_err(|error| backend.internal(error))
}

/// What of a view has changed, secrets left out.
fn differences(before: &ViewRecord, after: &ViewRecord) -> Vec<(&'static str, Value, Value)> {
    let told = |view: &ViewRecord| {
        let ViewRecord { config, tokens_only, origins, .. } = view;
        [("appearance", json!(config)), ("tokens only", json!(tokens_only)), ("origins", json!(origins))]
    };
    let pairs = told(before).into_iter().zip(told(after));
    pairs
        .filter(|(before, after)| before != after)
        .map(|((field, before), (_, after))| (field, before, after))
        .collect()
}

fn changed(backend: &Backend, mut view: ViewRecord, change: Change) -> Result<ViewRecord, Problem> {
    let Change { tokens_only, origins, config, new_access_key, new_signing_secret: rotate } = change;
    view.tokens_only = tokens_only.unwrap_or(view.tokens_only);
    view.origins = origins.unwrap_or(view.origins);
    view.config = config.unwrap_or(view.config);
    if new_access_key {
        view.access_key = backend.secret.seal(random_secret().as_bytes());
    }
    if rotate {
        let before = view.signing_secrets.pop();
        let mut fresh = new_signing_secret(backend);
        if let Some(before) = &before {
            // They are told apart by age, also within a millisecond and after the clock was set back.
            fresh.created_at = fresh.created_at.max(before.created_at.plus_millis(1));
        }
        view.signing_secrets = before.into_iter().chain([fresh]).collect();
    }
    if view.config.columns.is_empty() {
        return Err(Problem::invalid("columns", "expected at least one column"));
    }
    Ok(view)
}

/// A view of the steward's project; any other is none.
async fn record_of(backend: &Backend, steward: &Steward, id: &ViewId) -> Result<ViewRecord, Problem> {
    let view = record(backend, id).await?;
    if view.project == steward.project() { Ok(view) } else { Err(Problem::refused(Refusal::UnknownView)) }
}

async fn record(backend: &Backend, id: &ViewId) -> Result<ViewRecord, Problem> {
    let found = backend.storage.view(id).await.map_err(|error| backend.internal(error))?;
    found.ok_or(Problem::refused(Refusal::UnknownView))
}

fn new_signing_secret(backend: &Backend) -> SigningSecret {
    SigningSecret {
        kid: random_name("vs_"),
        secret: backend.secret.seal(random_secret().as_bytes()),
        created_at: backend.clock.now(),
    }
}
