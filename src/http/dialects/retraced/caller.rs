//! Who calls: a server with an API key after `token=`, or somebody's browser with the session that it was given.

use super::answer::Refused;
use crate::backend::auth::{ApiCredential, Passed, Whence, open_pass};
use crate::domain::problem::{Problem, Refusal};
use crate::http::AppState;
use crate::http::caller::{ApiHolder, ByKey};
use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use serde::{Deserialize, Serialize};

/// What the passes of viewers are for: first the token that a server fetches, then the session it is changed for.
pub const TOKEN: &str = "retraced/viewer-token";
pub const SESSION: &str = "retraced/viewer-session";

/// What a viewer's pass says beside its client.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Viewer {
    /// The project as the caller's server calls it.
    pub project: String,
    /// Whoever looks.
    pub actor: String,
    /// Whether they may have API tokens for their group.
    #[serde(default)]
    pub is_admin: bool,
    /// The action by which their looking is noted.
    pub view_log_action: String,
}

/// A server with an API key. What it calls its project is its own: the key says which it is.
pub struct Server<R>(pub ApiHolder<R>);

/// What stands after `token=`, as `token=…` and `Token token=…` have it.
pub fn key_in(headers: &HeaderMap) -> Result<&str, Refused> {
    let said = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let (_, key) = said.and_then(|said| said.split_once("token=")).ok_or_else(Refused::stranger)?;
    Ok(key.trim())
}

/// Somebody's browser.
pub struct Browser(pub Passed<Viewer>);

/// The browser of somebody whom the company called an admin of their group.
pub struct Administrator(pub Passed<Viewer>);

impl<R: ByKey> FromRequestParts<AppState> for Server<R> {
    type Rejection = Refused;
    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Refused> {
        let credential = ApiCredential::parse(None, Some(&format!("Bearer {}", key_in(&parts.headers)?)))?;
        Ok(Self(ApiHolder::of(credential, state).await?))
    }
}

impl FromRequestParts<AppState> for Browser {
    type Rejection = Refused;
    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Refused> {
        let said = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let mut passed = open_pass::<Viewer>(&state.backend, SESSION, said.ok_or_else(Refused::stranger)?).await?;
        let Ok(source) = Whence::from_request_parts(parts, state).await;
        passed.reader = passed.reader.with_source(source);
        let path = RawPathParams::from_request_parts(parts, state).await.map_err(|_| Problem::NotFound)?;
        if path.iter().any(|(name, value)| name == "project" && value != passed.to.note.project) {
            return Err(Problem::refused(Refusal::WrongClaims).into());
        }
        Ok(Self(passed))
    }
}

impl FromRequestParts<AppState> for Administrator {
    type Rejection = Refused;
    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Refused> {
        let Browser(passed) = Browser::from_request_parts(parts, state).await?;
        if passed.to.note.is_admin { Ok(Self(passed)) } else { Err(Problem::NotAllowed.into()) }
    }
}
