//! A viewer's session: what an opened view hands to its page, so that the company's credential is needed only once.

use super::{Reader, Rights};
use crate::backend::Backend;
use crate::backend::secrets::{ServerSecret, random_name};
use crate::domain::access::{ClientId, ClientScope, ProjectId, Scope, ViewId};
use crate::domain::problem::{Problem, Refusal};
use crate::domain::query::Filter;
use crate::domain::time::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};

/// How long a session holds, in seconds.
const LENGTH: i64 = 15 * 60;
/// How long it can be renewed from its first opening, in seconds.
const LONGEST: i64 = 12 * 60 * 60;

/// A session, ready to be handed out.
#[derive(Clone)]
pub struct Session {
    /// Proves it; a secret.
    pub token: String,
    /// Names it in URLs; no secret.
    pub handle: String,
    pub expires_at: Timestamp,
}

impl Session {
    /// How long it holds from a moment, in seconds.
    pub fn seconds_from(&self, now: Timestamp) -> u32 {
        u32::try_from((self.expires_at.millis() - now.millis()) / 1000).unwrap_or(0)
    }
}

/// What a session's token says, signed by this server.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Grant {
    pub project: ProjectId,
    pub view: ViewId,
    pub client: ClientId,
    pub handle: String,
    pub export: bool,
    pub tail: bool,
    pub filter: Option<Filter>,
    pub hide: Vec<String>,
    /// When it was first opened, in seconds since 1970.
    pub opened: i64,
    pub exp: i64,
}

impl Grant {
    /// A fresh grant, not yet signed.
    pub fn new(project: ProjectId, view: ViewId, client: ClientId, rights: Rights, now: Timestamp) -> Self {
        let opened = now.millis().div_euclid(1000);
        let Rights { export, tail } = rights;
        let handle = random_name("");
        Self {
            project,
            view,
            client,
            handle,
            export,
            tail,
            filter: None,
            hide: Vec::new(),
            opened,
            exp: opened + LENGTH,
        }
    }

    /// The same page goes on: its handle and first opening are kept.
    pub fn continuing(mut self, earlier: &Self) -> Result<Self, Refusal> {
        if self.view != earlier.view || self.client != earlier.client {
            return Err(Refusal::WrongClient);
        }
        self.handle.clone_from(&earlier.handle);
        self.opened = earlier.opened;
        self.exp = self.exp.min(self.opened + LONGEST);
        Ok(self)
    }

    pub fn sign(&self, secret: &ServerSecret) -> Result<Session, Problem> {
        let token = encode(&Header::new(Algorithm::HS256), self, &EncodingKey::from_secret(&secret.derive("session")))
            .map_err(|error| {
                tracing::error!(%error, "a session could not be signed");
                Problem::Internal
            })?;
        let expires_at = Timestamp::from_millis(self.exp * 1000);
        Ok(Session { token, handle: self.handle.clone(), expires_at })
    }

    pub fn reader(self) -> Reader {
        Reader {
            scope: Scope { project: self.project, clients: ClientScope::One(self.client) },
            restriction: self.filter,
            hide: self.hide,
            rights: Rights { export: self.export, tail: self.tail },
            view: Some(self.view),
        }
    }
}

/// A token's grant, of whatever age.
fn read(secret: &ServerSecret, token: &str) -> Result<Grant, Problem> {
    let mut validation = Validation::new(Algorithm::HS256);
    // Our own clock decides below.
    validation.validate_exp = false;
    validation.required_spec_claims.clear();
    decode::<Grant>(token, &DecodingKey::from_secret(&secret.derive("session")), &validation)
        .map(|data| data.claims)
        .map_err(|_| Problem::refused(Refusal::BadSignature))
}

/// The reader of a session that is still good, for the view it was opened for.
pub async fn resume(backend: &Backend, view: &ViewId, token: &str) -> Result<Reader, Problem> {
    let grant = read(&backend.secret, token)?;
    if grant.view != *view {
        return Err(Problem::refused(Refusal::WrongClaims));
    }
    if backend.clock.now().millis() >= grant.exp * 1000 {
        return Err(Problem::refused(Refusal::Expired));
    }
    // A view that was taken away takes its sessions with it.
    let known = backend.storage.view(view).await.map_err(|error| backend.internal(error))?;
    match known {
        Some(known) if known.project == grant.project => Ok(grant.reader()),
        _ => Err(Problem::refused(Refusal::UnknownView)),
    }
}

/// The handle of a good session: what its URLs are named by.
pub fn handle_of(backend: &Backend, token: &str) -> Result<String, Problem> {
    Ok(read(&backend.secret, token)?.handle)
}

/// The grant that a renewal goes on from. It may have expired, for a laptop sleeps longer than a session.
pub(super) fn earlier(backend: &Backend, token: &str) -> Result<Grant, Problem> {
    let grant = read(&backend.secret, token)?;
    if backend.clock.now().millis() >= (grant.opened + LONGEST) * 1000 {
        return Err(Problem::refused(Refusal::Expired));
    }
    Ok(grant)
}
