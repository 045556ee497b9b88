//! A viewer's session: what an opened view hands to its page, so that the company's credential is needed only once.

use super::api_key::{self, SecretMark};
use super::basis::{Basis, may_still};
use super::{Reader, ReaderIdentity, SharedCredential, Visitor, Whence};
use crate::backend::Backend;
use crate::backend::secrets::{ServerSecret, random_name};
use crate::backend::storage::ViewRecord;
use crate::backend::views;
use crate::domain::access::{ClientId, ClientScope, KeyId, Origin, ProjectId, Scope, ViewId};
use crate::domain::key::KeyScope;
use crate::domain::opening::{Rights, may_frame};
use crate::domain::people::{PersonId, Right};
use crate::domain::problem::{Problem, Refusal};
use crate::domain::query::Filter;
use crate::domain::time::Timestamp;
use crate::domain::view::{Scheme, Theme};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// How long a session holds, in seconds.
const LENGTH: i64 = 15 * 60;
/// How long it can be renewed from its first opening, in seconds.
pub const LONGEST_SESSION: i64 = 12 * 60 * 60;
/// Its longest token, in bytes: it travels in a cookie, of which browsers take 4,096 with name and attributes.
const LONGEST_TOKEN: usize = 3_700;

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

/// How the page around a view looks, and where it is: kept with the session, so that every answer of it fits.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Look {
    /// The origin of the page that shows the view.
    pub origin: Option<String>,
    /// It is a page of this server, which may show every view: only our own keepers' pages do.
    #[serde(default)]
    pub own: bool,
    /// A language tag.
    pub locale: Option<String>,
    /// An IANA zone.
    pub zone: Option<String>,
    pub right_to_left: bool,
    /// What the page sets over the view's own theme.
    pub theme: Theme,
    /// Whether the page is dark or light, which counts where neither the view nor the page's script asks for a scheme.
    pub around: Scheme,
}

impl Look {
    /// Whether the page may show a view of these origins. One that names no origin is left to the browser, which
    /// keeps strangers from framing it.
    pub fn may_show(&self, origins: &[Origin]) -> Result<(), Refusal> {
        match &self.origin {
            Some(origin) if !self.own && !may_frame(origins, origin) => Err(Refusal::WrongOrigin),
            _ => Ok(()),
        }
    }
}

/// A session that is still good.
pub struct Resumed {
    pub reader: Reader,
    pub look: Look,
    /// The page's name in URLs.
    pub handle: String,
    /// The last moment it holds.
    pub expires_at: Timestamp,
}

/// What opened a session, as far as a view can lose it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum OpenedBy {
    /// The access key of this mark: see [`Sealed::mark`].
    AccessKey(String),
    /// A token by the signing secret of this `kid`.
    Token(String),
    /// A link that a server of the company's has made with this API key, by this secret of it.
    Pass(KeyId, Option<SecretMark>),
}

impl Grant {
    /// What that which opened it still gives. What is gone is told as expired: the page asks for another.
    async fn still_gives(&self, backend: &Backend, view: &ViewRecord) -> Result<Rights, Problem> {
        let expired = || Problem::refused(Refusal::Expired);
        let holds = match &self.opened_by {
            OpenedBy::AccessKey(_) if view.tokens_only => return Err(Problem::refused(Refusal::TokenRequired)),
            OpenedBy::AccessKey(mark) => view.access_keys(backend.clock.now()).any(|key| key.mark() == *mark),
            OpenedBy::Token(kid) => view.signing_secrets.iter().any(|secret| secret.kid == *kid),
            OpenedBy::Pass(key, secret) => return self.still_given_by(backend, key, secret.as_ref()).await,
        };
        if !holds {
            return Err(expired());
        }
        if let Some(tester) = self.tester {
            let still = may_still(backend, view.project, tester, Right::SecureViews).await;
            still.map_err(|problem| if problem == Problem::NotAllowed { expired() } else { problem })?;
        }
        Ok(Rights::ALL)
    }

    /// What the API key whose link opened it may do still.
    async fn still_given_by(
        &self,
        backend: &Backend,
        key: &KeyId,
        secret: Option<&SecretMark>,
    ) -> Result<Rights, Problem> {
        let key = backend.known_keys.in_use(backend, key).await.map_err(|problem| match problem {
            Problem::CredentialRefused { .. } => Problem::refused(Refusal::Expired),
            other => other,
        })?;
        let of_key = api_key::scope(&key);
        let has_secret = secret.is_none_or(|secret| secret.holds(&key, backend.clock.now()));
        if !has_secret
            || of_key.project != self.project
            || !of_key.clients.holds(&ClientScope::One(self.client.clone()))
        {
            return Err(Problem::refused(Refusal::Expired));
        }
        Ok(Rights { export: key.scopes.allow(KeyScope::Export), ..Rights::ALL })
    }
}

/// What a session's token says, signed by this server.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Grant {
    pub project: ProjectId,
    pub view: ViewId,
    pub client: ClientId,
    pub handle: String,
    pub opened_by: OpenedBy,
    pub export: bool,
    pub tail: bool,
    /// Whom the token named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visitor: Option<Visitor>,
    /// The member who has the token signed here to try the view, which holds while they may do so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tester: Option<PersonId>,
    pub filter: Option<Filter>,
    pub hide: Vec<String>,
    pub look: Look,
    /// When it was first opened, in seconds since 1970.
    pub opened: i64,
    pub exp: i64,
}

impl Grant {
    /// A fresh grant of what both the credential and the view allow, not yet signed.
    pub fn new(
        view: &ViewRecord,
        opened_by: OpenedBy,
        client: ClientId,
        rights: Rights,
        look: Look,
        now: Timestamp,
    ) -> Self {
        let opened = now.millis().div_euclid(1000);
        let Rights { export, tail } = rights.and(view.may);
        Self {
            project: view.project,
            view: view.id.clone(),
            client,
            handle: random_name(""),
            opened_by,
            export,
            tail,
            visitor: None,
            tester: None,
            filter: None,
            hide: Vec::new(),
            look,
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
        self.exp = self.exp.min(self.opened + LONGEST_SESSION);
        Ok(self)
    }

    /// The same, with no more than a view gives now.
    fn within(self, may: Rights) -> Self {
        let Rights { export, tail } = Rights { export: self.export, tail: self.tail }.and(may);
        Self { export, tail, ..self }
    }

    /// Whether the client's sessions have not been closed since it was opened.
    pub async fn still_open(&self, backend: &Backend) -> Result<(), Problem> {
        not_closed_since(backend, &self.view, &self.client, Timestamp::from_millis(self.opened * 1000)).await
    }

    pub fn sign(&self, secret: &ServerSecret) -> Result<Session, Problem> {
        let mut token = self.text(secret)?;
        if token.len() > LONGEST_TOKEN {
            // What may be seen comes before how it looks.
            let plain = Look { theme: Theme::default(), ..self.look.clone() };
            token = Self { look: plain, ..self.clone() }.text(secret)?;
        }
        if token.len() > LONGEST_TOKEN {
            return Err(Problem::invalid(
                "token",
                "expected shorter claims: client, filter, hide, sub and name are too long together",
            ));
        }
        let expires_at = Timestamp::from_millis(self.exp * 1000);
        Ok(Session { token, handle: self.handle.clone(), expires_at })
    }

    fn text(&self, secret: &ServerSecret) -> Result<String, Problem> {
        encode(&Header::new(Algorithm::HS256), self, &EncodingKey::from_secret(&secret.derive("session"))).map_err(
            |error| {
                tracing::error!(%error, "a session could not be signed");
                Problem::Internal
            },
        )
    }

    pub fn reader(self) -> Reader {
        let shared = match &self.opened_by {
            OpenedBy::AccessKey(_) | OpenedBy::Token(_) => SharedCredential::AccessKey,
            OpenedBy::Pass(..) => SharedCredential::Link,
        };
        let identity = self.visitor.clone().map_or(ReaderIdentity::Unnamed(shared), ReaderIdentity::Visitor);
        let basis = Basis::Session(Arc::new(self.clone()));
        Reader {
            scope: Scope { project: self.project, clients: ClientScope::One(self.client) },
            restriction: self.filter,
            hide: self.hide,
            rights: Rights { export: self.export, tail: self.tail },
            trail: false,
            view: Some(self.view),
            identity,
            basis,
            source: Whence::default(),
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
pub async fn resume(backend: &Backend, view: &ViewId, token: &str) -> Result<Resumed, Problem> {
    let grant = read(&backend.secret, token)?;
    if grant.view != *view {
        return Err(Problem::refused(Refusal::WrongClaims));
    }
    if backend.clock.now().millis() >= grant.exp * 1000 {
        return Err(Problem::refused(Refusal::Expired));
    }
    let may = holds(backend, &grant).await?;
    let grant = grant.within(may);
    let (look, handle) = (grant.look.clone(), grant.handle.clone());
    let expires_at = Timestamp::from_millis(grant.exp * 1000);
    Ok(Resumed { reader: grant.reader(), look, handle, expires_at })
}

/// What a session may do now. What is taken from a view is taken from its sessions: the view itself, its access key or
/// signing secret, the API key behind a link, the page around it, what is open for a client.
pub(super) async fn holds(backend: &Backend, grant: &Grant) -> Result<Rights, Problem> {
    let view = views::in_use(backend, &grant.view).await?;
    if view.project != grant.project {
        return Err(Problem::refused(Refusal::UnknownView));
    }
    let gives = grant.still_gives(backend, &view).await?;
    grant.look.may_show(&view.origins).map_err(Problem::refused)?;
    grant.still_open(backend).await?;
    Ok(gives.and(view.may))
}

/// Refuses what was opened, or signed, for a client before all of theirs was closed. Both are known to the second:
/// what is of the same one counts as before.
pub(super) async fn not_closed_since(
    backend: &Backend,
    view: &ViewId,
    client: &ClientId,
    moment: Timestamp,
) -> Result<(), Problem> {
    let closed = backend.storage.client_closed_at(view, client).await.map_err(|error| backend.internal(error))?;
    if closed.is_some_and(|closed| moment <= closed) { Err(Problem::refused(Refusal::Expired)) } else { Ok(()) }
}

/// The grant that a renewal goes on from. It may have expired, for a laptop sleeps longer than a session.
pub(super) fn earlier(backend: &Backend, token: &str) -> Result<Grant, Problem> {
    let grant = read(&backend.secret, token)?;
    if backend.clock.now().millis() >= (grant.opened + LONGEST_SESSION) * 1000 {
        return Err(Problem::refused(Refusal::Expired));
    }
    Ok(grant)
}
