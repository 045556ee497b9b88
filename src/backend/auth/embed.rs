//! Opening a view from a page of the company's: with a signed token, or with the view's access key.

use super::session::{self, Grant, Session};
use super::view_token::{self, Claims, VerifyError};
use super::{Reader, Rights};
use crate::backend::Backend;
use crate::backend::storage::ViewRecord;
use crate::domain::access::{ClientId, Origin, ViewId};
use crate::domain::problem::{Problem, Refusal};
use crate::domain::query::Filter;
use crate::domain::view::ViewConfig;
use subtle::ConstantTimeEq;

/// What a page says to have a view opened.
#[derive(Clone)]
pub struct Embedder {
    pub view: ViewId,
    /// Needed with an access key; with a token it must be the token's own, if given.
    pub client_id: Option<ClientId>,
    pub access_key: Option<String>,
    /// Wins over the access key.
    pub token: Option<String>,
    /// The page's origin, as the browser says; `None` where the page hides it.
    pub origin: Option<String>,
}

/// A view that opened.
pub struct OpenedView {
    pub view: ViewId,
    pub config: ViewConfig,
    /// Who may frame it.
    pub origins: Vec<Origin>,
    pub session: Session,
    pub reader: Reader,
    /// The reader's language and zone, where the token says.
    pub locale: Option<String>,
    pub zone: Option<String>,
}

/// Checks the credential and makes a session. Nothing is told of whether the client exists.
pub async fn open_view(backend: &Backend, embedder: Embedder) -> Result<OpenedView, Problem> {
    let record = record(backend, &embedder).await?;
    let (grant, claims) = grant(backend, &record, &embedder)?;
    let session = grant.sign(&backend.secret)?;
    let (locale, zone) = claims.map_or((None, None), |claims| (claims.locale, claims.tz));
    let ViewRecord { id, config, origins, .. } = record;
    Ok(OpenedView { view: id, config, origins, session, reader: grant.reader(), locale, zone })
}

/// Makes a new session for a page that has one, with a credential as fresh as for opening.
pub async fn renew(backend: &Backend, earlier_token: &str, embedder: Embedder) -> Result<Session, Problem> {
    let earlier = session::earlier(backend, earlier_token)?;
    let record = record(backend, &embedder).await?;
    let (grant, _) = grant(backend, &record, &embedder)?;
    grant.continuing(&earlier).map_err(Problem::refused)?.sign(&backend.secret)
}

async fn record(backend: &Backend, embedder: &Embedder) -> Result<ViewRecord, Problem> {
    let record = backend.storage.view(&embedder.view).await.map_err(|error| backend.internal(error))?;
    let record = record.ok_or(Problem::refused(Refusal::UnknownView))?;
    match &embedder.origin {
        Some(origin) if !may_frame(&record.origins, origin) => Err(Problem::refused(Refusal::WrongOrigin)),
        _ => Ok(record),
    }
}

/// Whether a page of this origin may show a view. While nobody is listed, only this machine's own pages may: a view
/// starts in test mode.
pub fn may_frame(origins: &[Origin], origin: &str) -> bool {
    if origins.is_empty() {
        return ["http://localhost", "http://127.0.0.1"]
            .iter()
            .any(|own| origin.strip_prefix(own).is_some_and(|port| port.is_empty() || port.starts_with(':')));
    }
    origins.iter().any(|allowed| allowed.covers(origin))
}

fn grant(backend: &Backend, record: &ViewRecord, embedder: &Embedder) -> Result<(Grant, Option<Claims>), Problem> {
    match (&embedder.token, &embedder.access_key) {
        (Some(token), _) => by_token(backend, record, embedder, token).map(|(grant, claims)| (grant, Some(claims))),
        (None, Some(key)) => by_access_key(backend, record, embedder, key).map(|grant| (grant, None)),
        (None, None) => Err(Problem::SignInRequired),
    }
}

fn by_token(
    backend: &Backend,
    record: &ViewRecord,
    embedder: &Embedder,
    token: &str,
) -> Result<(Grant, Claims), Problem> {
    let now = backend.clock.now();
    let claims = view_token::verify(token, record, &backend.secret, now).map_err(|error| match error {
        VerifyError::Refused(refusal) => Problem::refused(refusal),
        VerifyError::Storage(error) => backend.internal(error),
    })?;
    let client = claims.client().map_err(Problem::refused)?;
    if embedder.client_id.as_ref().is_some_and(|asked| *asked != client) {
        return Err(Problem::refused(Refusal::WrongClient));
    }
    if let Some(origin) = &claims.origin
        && embedder.origin.as_ref() != Some(origin)
    {
        return Err(Problem::refused(Refusal::WrongOrigin));
    }
    if !claims.grants("read") {
        return Err(Problem::NotAllowed);
    }
    backend.replays.first_use(&record.id, &claims, now)?;
    let rights = Rights { export: claims.grants("export"), tail: claims.grants("tail") };
    let grant = Grant {
        filter: claims.filter.clone().map(Filter::from),
        hide: claims.hide.clone(),
        ..Grant::new(record.project, record.id.clone(), client, rights, now)
    };
    Ok((grant, claims))
}

fn by_access_key(backend: &Backend, record: &ViewRecord, embedder: &Embedder, key: &str) -> Result<Grant, Problem> {
    if record.tokens_only {
        return Err(Problem::refused(Refusal::TokenRequired));
    }
    let own = backend.secret.open_sealed(&record.access_key).map_err(|error| backend.internal(error))?;
    if !bool::from(own.ct_eq(key.as_bytes())) {
        return Err(Problem::refused(Refusal::WrongAccessKey));
    }
    let client =
        embedder.client_id.clone().ok_or_else(|| Problem::invalid("clientId", "is required with an access key"))?;
    let rights = Rights { export: true, tail: true };
    Ok(Grant::new(record.project, record.id.clone(), client, rights, backend.clock.now()))
}
