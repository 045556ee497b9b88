//! Who calls: from a request's headers to a [`Writer`] or a [`Reader`]. A handler that asks for one in its signature
//! cannot run without it.

use super::AppState;
use super::answer::Failure;
use crate::backend::Backend;
use crate::backend::auth::{ApiCredential, Holder, Reader, Whence, Writer};
use crate::backend::metrics::RateOf;
use crate::domain::problem::{Problem, Refusal};
use async_trait::async_trait;
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::{HeaderMap, header::USER_AGENT, request::Parts};
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

/// Somebody with an API key who may write.
pub struct ApiWriter(pub Writer);

/// Somebody with an API key who may read the project, or its one client.
pub struct ApiReader(pub Reader);

/// Somebody with an API key who may take the same away.
pub struct ApiExporter(pub Reader);

/// Somebody with an API key who may do this, and who reaches the documents beside the log.
pub struct ApiHolder<R> {
    pub right: R,
    pub holder: Holder,
}

/// What an API key may be for.
#[async_trait]
pub trait ByKey: Sized + Send {
    async fn by(credential: &ApiCredential, backend: &Backend) -> Result<Self, Problem>;
}

/// The address a request came from; `None` where there is no connection, as in a test.
pub struct Peer(pub Option<IpAddr>);

impl FromRequestParts<AppState> for ApiWriter {
    type Rejection = Failure;
    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Failure> {
        let credential = credential(parts, state)?;
        let writer = Self::by(&credential, &state.backend).await?;
        within_key_rate(&state.backend, &credential)?;
        Ok(writer)
    }
}

impl FromRequestParts<AppState> for ApiReader {
    type Rejection = Failure;
    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Failure> {
        let credential = credential(parts, state)?;
        let reader = Self::by(&credential, &state.backend).await?;
        within_key_rate(&state.backend, &credential)?;
        Ok(reader)
    }
}

impl FromRequestParts<AppState> for ApiExporter {
    type Rejection = Failure;
    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Failure> {
        let credential = credential(parts, state)?;
        let exporter = Self::by(&credential, &state.backend).await?;
        within_key_rate(&state.backend, &credential)?;
        Ok(exporter)
    }
}

impl<R: ByKey> FromRequestParts<AppState> for ApiHolder<R> {
    type Rejection = Failure;
    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Failure> {
        let credential =
            ApiCredential::parse(header(&parts.headers, "x-api-key")?, header(&parts.headers, "authorization")?);
        Self::of(credential?, parts, state).await
    }
}

impl<R: ByKey> ApiHolder<R> {
    /// Whoever has a key, however their API carries it.
    pub async fn of(credential: ApiCredential, parts: &Parts, state: &AppState) -> Result<Self, Failure> {
        within_address_rate(&state.backend, peer(parts, state))?;
        let right = R::by(&credential, &state.backend).await?;
        within_key_rate(&state.backend, &credential)?;
        Ok(Self { right, holder: credential.holder(&state.backend).await? })
    }
}

#[async_trait]
impl ByKey for ApiWriter {
    async fn by(credential: &ApiCredential, backend: &Backend) -> Result<Self, Problem> {
        Ok(Self(credential.writer(backend).await?))
    }
}

#[async_trait]
impl ByKey for ApiReader {
    async fn by(credential: &ApiCredential, backend: &Backend) -> Result<Self, Problem> {
        Ok(Self(credential.reader(backend).await?))
    }
}

#[async_trait]
impl ByKey for ApiExporter {
    async fn by(credential: &ApiCredential, backend: &Backend) -> Result<Self, Problem> {
        Ok(Self(credential.exporter(backend).await?))
    }
}

/// Both.
#[async_trait]
impl<A: ByKey, B: ByKey> ByKey for (A, B) {
    async fn by(credential: &ApiCredential, backend: &Backend) -> Result<Self, Problem> {
        Ok((A::by(credential, backend).await?, B::by(credential, backend).await?))
    }
}

impl FromRequestParts<AppState> for Peer {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Infallible> {
        Ok(Self(peer(parts, state)))
    }
}

/// Counts a request against its address; for callers of every kind, before anything is looked up for them.
pub fn within_address_rate(backend: &Backend, peer: Option<IpAddr>) -> Result<(), Problem> {
    let Some(address) = peer else { return Ok(()) };
    backend.rates().check_address(address).inspect_err(|_| backend.metrics().rate_limited(RateOf::Address))
}

/// Counted once the key is known to be good: a stranger who knows only its id must not use up its rate.
fn within_key_rate(backend: &Backend, credential: &ApiCredential) -> Result<(), Problem> {
    backend.rates().check_key(credential.id()).inspect_err(|_| backend.metrics().rate_limited(RateOf::Key))
}

fn credential(parts: &Parts, state: &AppState) -> Result<ApiCredential, Problem> {
    within_address_rate(&state.backend, peer(parts, state))?;
    ApiCredential::parse(header(&parts.headers, "x-api-key")?, header(&parts.headers, "authorization")?)
}

/// A credential header that is not even text is a wrong one.
fn header<'h>(headers: &'h HeaderMap, name: &str) -> Result<Option<&'h str>, Problem> {
    let value = headers.get(name).map(axum::http::HeaderValue::to_str).transpose();
    value.map_err(|_| Problem::refused(Refusal::UnknownKey))
}

impl FromRequestParts<AppState> for Whence {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Infallible> {
        let agent = parts.headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
        Ok(Self::new(peer(parts, state), agent))
    }
}

/// Behind a trusted proxy the last entry of `X-Forwarded-For` is the one that proxy wrote; those before it are the
/// caller's own claims.
fn peer(parts: &Parts, state: &AppState) -> Option<IpAddr> {
    if state.trust_proxy
        && let Some(chain) = parts.headers.get_all("x-forwarded-for").iter().next_back()
        && let Some(address) = chain.to_str().ok().and_then(|chain| chain.rsplit(',').next()?.trim().parse().ok())
    {
        return Some(address);
    }
    parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(address)| address.ip())
}
