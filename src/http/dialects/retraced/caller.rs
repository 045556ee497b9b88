//! Who calls: a server with an API key after `token=`, or somebody's browser with the session that it was given.

use super::answer::Refused;
use crate::backend::auth::{ApiCredential, Holder, Passed, Whence, open_pass};
use crate::backend::strictness::{self, Violated, Watch};
use crate::domain::problem::{Problem, Refusal};
use crate::domain::strictness::Violation;
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

/// A server with an API key, which says what its project is. What the path calls it is the caller's own, unless the
/// project is strict.
pub struct Server<R> {
    pub right: R,
    pub holder: Holder,
    /// What the project asks of its requests.
    pub watch: Watch,
}

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
        let ApiHolder { right, holder } = ApiHolder::of(credential, state).await?;
        let watch = strictness::watch(&state.backend, holder.scope().project).await?;
        let named = project_in(parts, state).await;
        if named.as_deref() != Some(watch.project_name().as_str()) {
            let named = named.unwrap_or_default();
            let example = || format!("the project id “{named}” in place of “{}”", watch.project_name());
            watch.violated(Violation::WrongProject, example).map_err(|Violated| Refused::stranger())?;
        }
        Ok(Self { right, holder, watch })
    }
}

/// What a path calls the project, where that is a text.
async fn project_in(parts: &mut Parts, state: &AppState) -> Option<String> {
    let path = RawPathParams::from_request_parts(parts, state).await.ok()?;
    path.iter().find(|(name, _)| *name == "project").map(|(_, value)| value.to_owned())
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
