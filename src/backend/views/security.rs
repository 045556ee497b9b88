//! Who may open a view: its access key, signing secrets, rules and origins, for those of its keepers who may know.

use super::{new_signing_secret, owned};
use crate::backend::auth::{By, LONGEST_SESSION, MOST_ORIGINS, Member};
use crate::backend::secrets::random_secret;
use crate::backend::storage::{ClosedClient, FormerKey, SeenOrigin, TrailLine, ViewRecord};
use crate::backend::trail::{self, Deed};
use crate::backend::{Backend, clients};
use crate::domain::access::{ClientId, Origin, ViewId};
use crate::domain::opening::{Grace, RecordedOpenings, Rights, TokenLife, may_frame};
use crate::domain::people::Right;
use crate::domain::problem::Problem;
use crate::domain::time::Timestamp;
use serde_json::{Value, json};
use std::fmt;

/// Most signing secrets of a view: each is one more that may leak.
const MOST_SECRETS: usize = 5;

/// Who may open a view. There is no secret in it.
pub struct Security {
    pub id: ViewId,
    pub name: String,
    /// Until when the access key before the present one still opens it.
    pub former_key_until: Option<Timestamp>,
    /// The newest first.
    pub secrets: Vec<SecretSummary>,
    pub rules: Rules,
    pub origins: Vec<Origin>,
    /// Pages that have asked for it, the latest first.
    pub seen: Vec<Sighting>,
}

/// A signing secret, without its text.
pub struct SecretSummary {
    pub kid: String,
    pub created_at: Timestamp,
    /// To a minute.
    pub last_used_at: Option<Timestamp>,
}

/// A page that has asked for a view.
pub struct Sighting {
    pub origin: Origin,
    pub at: Timestamp,
    /// Whether it would be let in now.
    pub allowed: bool,
}

/// What credentials open, and what they give at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// Refuse bare access keys.
    pub tokens_only: bool,
    pub may: Rights,
    pub token_life: TokenLife,
    pub recorded: RecordedOpenings,
}

/// What is kept under seal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Secret {
    AccessKey,
    /// The signing secret that a `kid` names.
    Signing(String),
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AccessKey => f.write_str("the access key"),
            Self::Signing(kid) => write!(f, "the signing secret {kid}"),
        }
    }
}

/// Who may open a view, for those who may know.
pub async fn security(backend: &Backend, member: &Member, id: &ViewId) -> Result<Security, Problem> {
    let view = owned(backend, member, id, Right::SecureViews).await?;
    let seen = backend.storage.seen_origins(id).await.map_err(|error| backend.internal(error))?;
    let sighting =
        |SeenOrigin { origin, at }| Sighting { allowed: may_frame(&view.origins, origin.as_str()), origin, at };
    let seen = seen.into_iter().map(sighting).collect();
    let rules =
        Rules { tokens_only: view.tokens_only, may: view.may, token_life: view.token_life, recorded: view.recorded };
    let ViewRecord { id, name, former_key, signing_secrets, origins, .. } = view;
    let now = backend.clock.now();
    let secrets = signing_secrets.into_iter().rev().map(|secret| SecretSummary {
        kid: secret.kid,
        created_at: secret.created_at,
        last_used_at: secret.last_used_at,
    });
    Ok(Security {
        id,
        name,
        former_key_until: former_key.map(|former| former.until).filter(|until| now < *until),
        secrets: secrets.collect(),
        rules,
        origins,
        seen,
    })
}

/// Opens a sealed secret for a person's eyes; that they looked is in the trail first.
pub async fn reveal(backend: &Backend, member: &Member, id: &ViewId, secret: &Secret) -> Result<String, Problem> {
    let view = owned(backend, member, id, Right::SecureViews).await?;
    let sealed = match secret {
        Secret::AccessKey => &view.access_key,
        Secret::Signing(kid) => {
            let named = view.signing_secrets.iter().find(|secret| secret.kid == *kid);
            &named.ok_or(Problem::NotFound)?.secret
        }
    };
    let deed = Deed::SecretsShown { id, name: &view.name, secrets: std::slice::from_ref(secret) };
    let line = trail::line(backend, &member.person().by(), &deed);
    backend.storage.record(view.project, &line).await.map_err(|error| backend.internal(error))?;
    let plain = backend.secret.open_sealed(sealed).map_err(|error| backend.internal(error))?;
    String::from_utf8(plain).map_err(|error| backend.internal(anyhow::Error::from(error).into()))
}

/// Says what credentials open.
pub async fn set_rules(backend: &Backend, member: &Member, id: &ViewId, rules: Rules) -> Result<(), Problem> {
    let Rules { tokens_only, may, token_life, recorded } = rules;
    alter(backend, member, id, |view| Ok(ViewRecord { tokens_only, may, token_life, recorded, ..view })).await
}

/// Makes a new access key; the old one still opens the view within its grace.
pub async fn replace_access_key(backend: &Backend, member: &Member, id: &ViewId, grace: Grace) -> Result<(), Problem> {
    let until = backend.clock.now().plus_millis(grace.millis());
    alter(backend, member, id, |view| {
        let former = FormerKey { key: view.access_key, until };
        let former_key = Some(former).filter(|_| grace != Grace::None);
        Ok(ViewRecord { access_key: backend.secret.seal(random_secret().as_bytes()), former_key, ..view })
    })
    .await
}

/// Ends the grace of the access key before the present one.
pub async fn end_former_key(backend: &Backend, member: &Member, id: &ViewId) -> Result<(), Problem> {
    alter(backend, member, id, |view| Ok(ViewRecord { former_key: None, ..view })).await
}

/// Adds a signing secret, the newest from then on.
pub async fn add_signing_secret(backend: &Backend, member: &Member, id: &ViewId) -> Result<(), Problem> {
    alter(backend, member, id, |mut view| {
        if view.signing_secrets.len() >= MOST_SECRETS {
            let told = format!("A view has {MOST_SECRETS} signing secrets at most. Revoke one that nobody uses");
            return Err(Problem::invalid("secrets", told));
        }
        let fresh = new_signing_secret(backend, view.signing_secrets.last());
        view.signing_secrets.push(fresh);
        Ok(view)
    })
    .await
}

/// Takes a signing secret away: no token of it opens the view again.
pub async fn revoke_signing_secret(backend: &Backend, member: &Member, id: &ViewId, kid: &str) -> Result<(), Problem> {
    alter(backend, member, id, |mut view| {
        let (gone, kept): (Vec<_>, Vec<_>) = view.signing_secrets.into_iter().partition(|secret| secret.kid == kid);
        if gone.is_empty() {
            return Err(Problem::NotFound);
        }
        if kept.is_empty() {
            return Err(Problem::invalid("secrets", "This is the only one. Add another first"));
        }
        view.signing_secrets = kept;
        Ok(view)
    })
    .await
}

/// Lets pages of an origin show a view.
pub async fn allow_origin(backend: &Backend, member: &Member, id: &ViewId, origin: Origin) -> Result<(), Problem> {
    alter(backend, member, id, |mut view| {
        if view.origins.len() >= MOST_ORIGINS as usize {
            return Err(Problem::invalid("origin", format!("A view has {MOST_ORIGINS} origins at most")));
        }
        if !view.origins.contains(&origin) {
            view.origins.push(origin.clone());
        }
        Ok(view)
    })
    .await
}

/// Takes an origin from a view: what its pages show closes.
pub async fn forbid_origin(backend: &Backend, member: &Member, id: &ViewId, origin: &Origin) -> Result<(), Problem> {
    alter(backend, member, id, |mut view| {
        view.origins.retain(|known| known != origin);
        Ok(view)
    })
    .await
}

/// Closes whatever is open for a client, and has no token that was made before open it again.
pub async fn close_client(backend: &Backend, member: &Member, id: &ViewId, client: &ClientId) -> Result<(), Problem> {
    let view = owned(backend, member, id, Right::SecureViews).await?;
    let client = &clients::meant(backend, view.project, client.clone()).await?;
    let changes = vec![("sessions".into(), json!(format!("open for {client}")), json!("closed"))];
    let deed = Deed::ViewChanged { id, name: &view.name, changes };
    let line = trail::line(backend, &member.person().by(), &deed);
    let now = backend.clock.now();
    let forget = now.plus_millis(-LONGEST_SESSION * 1000);
    let closed = ClosedClient { client: client.clone(), at: now };
    let stored = backend.storage.close_client(view.project, id, &closed, forget, &line).await;
    stored.map_err(|error| backend.internal(error))
}

/// Changes a view as it is now, and tells the trail what has become different.
async fn alter(
    backend: &Backend,
    member: &Member,
    id: &ViewId,
    change: impl Fn(ViewRecord) -> Result<ViewRecord, Problem>,
) -> Result<(), Problem> {
    loop {
        let before = owned(backend, member, id, Right::SecureViews).await?;
        let view = change(before.clone())?;
        let lines = lines(backend, &member.person().by(), &before, &view);
        let stored = backend.storage.secure_view(&view, None, &lines).await;
        // Otherwise somebody was faster, and it is their view that is to change.
        if stored.map_err(|error| backend.internal(error))? {
            return Ok(());
        }
    }
}

/// What the trail tells of a change.
pub(super) fn lines(backend: &Backend, by: &By, before: &ViewRecord, after: &ViewRecord) -> Vec<TrailLine> {
    let (id, name) = (&after.id, after.name.as_str());
    let new_key = (before.access_key != after.access_key).then_some(Deed::AccessKeyReplaced { id, name });
    let changes: Vec<_> =
        differences(before, after).into_iter().map(|(field, before, after)| (field.into(), before, after)).collect();
    let others = (!changes.is_empty()).then_some(Deed::ViewChanged { id, name, changes });
    new_key.iter().chain(&others).map(|deed| trail::line(backend, by, deed)).collect()
}

/// What has become different of who may open a view; of secrets their names alone.
fn differences(before: &ViewRecord, after: &ViewRecord) -> Vec<(&'static str, Value, Value)> {
    let secrets = |view: &ViewRecord| view.signing_secrets.iter().map(|secret| secret.kid.clone()).collect::<Vec<_>>();
    let told = |view: &ViewRecord| {
        [
            ("tokens only", json!(view.tokens_only)),
            ("export", json!(view.may.export)),
            ("live", json!(view.may.tail)),
            ("longest token in minutes", json!(view.token_life.minutes())),
            ("recorded openings", json!(view.recorded.word())),
            ("origins", json!(view.origins)),
            ("signing secrets", json!(secrets(view))),
            ("former access key until", json!(view.former_key.as_ref().map(|key| key.until.to_string()))),
        ]
    };
    let pairs = told(before).into_iter().zip(told(after)).filter(|(before, after)| before != after);
    pairs.map(|((field, before), (_, after))| (field, before, after)).collect()
}
