//! Who calls: from a request's headers to a [`Writer`] or a [`Reader`]. A handler that asks for one in its signature
//! cannot run without it.

use super::answer::Failure;
use super::{AppState, request};
use crate::backend::Backend;
use crate::backend::auth::{ApiCredential, Holder, Reader, Whence, Writer};
use crate::backend::metrics::RateOf;
use crate::domain::problem::{Problem, Refusal};
use async_trait::async_trait;
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::{Extensions, HeaderMap, header::USER_AGENT, request::Parts};
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

impl FromRequestParts<AppState> for ApiWriter {
    type Rejection = Failure;
    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Failure> {
        let credential = credential(parts)?;
        let writer = Self::by(&credential, &state.backend).await?;
        within_key_rate(&state.backend, &credential)?;
        Ok(writer)
    }
}

impl FromRequestParts<AppState> for ApiReader {
    type Rejection = Failure;
    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Failure> {
        let credential = credential(parts)?;
        let reader = Self::by(&credential, &state.backend).await?;
        within_key_rate(&state.backend, &credential)?;
        Ok(reader)
    }
}

impl FromRequestParts<AppState> for ApiExporter {
    type Rejection = Failure;
    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Failure> {
        let credential = credential(parts)?;
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
        Self::of(credential?, state).await
    }
}

impl<R: ByKey> ApiHolder<R> {
    /// Whoever has a key, however their API carries it.
    pub async fn of(credential: ApiCredential, state: &AppState) -> Result<Self, Failure> {
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

/// Counted once the key is known to be good: a stranger who knows only its id must not use up its rate.
fn within_key_rate(backend: &Backend, credential: &ApiCredential) -> Result<(), Problem> {
    request::set_known();
    backend.rates().check_key(credential.id()).inspect_err(|_| backend.metrics().rate_limited(RateOf::Key))
}

fn credential(parts: &Parts) -> Result<ApiCredential, Problem> {
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
        Ok(Self::new(address(&parts.headers, &parts.extensions, state), agent))
    }
}

/// The address a request came from; `None` where there is no connection, as in a test.
///
/// Behind a trusted proxy the last entry of `X-Forwarded-For` is the one that proxy wrote; those before it are the
/// caller's own claims.
pub fn address(headers: &HeaderMap, extensions: &Extensions, state: &AppState) -> Option<IpAddr> {
    if state.trust_proxy
        && let Some(chain) = headers.get_all("x-forwarded-for").iter().next_back()
        && let Some(address) = chain.to_str().ok().and_then(|chain| chain.rsplit(',').next()?.trim().parse().ok())
    {
        return Some(address);
    }
    extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(address)| address.ip())
}
