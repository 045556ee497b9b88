//! API keys.

use super::super::{AppState, headers};
use super::session::{SignedInMember, shell};
use super::{Told, address, html, minute, mistakes, shown};
use crate::backend::auth::Member;
use crate::backend::keys::{self, KeySummary};
use crate::domain::access::KeyId;
use crate::domain::people::Right;
use crate::domain::problem::Problem;
use crate::http::dialects::native;
use crate::ui::admin::{KeyRow, Keys, NewKey, render_keys};
use axum::extract::{Form, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

/// A key's name.
#[derive(Deserialize)]
pub struct Named {
    name: String,
}

pub async fn list(State(state): State<AppState>, SignedInMember(member): SignedInMember) -> Result<Response, Told> {
    let keys = Keys { rows: rows(&state, &member).await?, ..Keys::default() };
    Ok(shown(render_keys(&shell(&member), &keys)))
}

pub async fn create(
    State(state): State<AppState>,
    SignedInMember(member): SignedInMember,
    browser: HeaderMap,
    Form(form): Form<Named>,
) -> Result<Response, Told> {
    let steward = member.steward(Right::ManageKeys)?;
    let key = keys::NewKey::named(form.name.clone());
    let (status, made, name, mistakes) = match keys::create(&state.backend, &steward, key).await {
        Ok(key) => {
            let curl = native::curl(&address(&state, &browser), key.id.as_str(), &key.secret);
            let made = NewKey { id: key.id.to_string(), secret: key.secret, curl };
            (StatusCode::OK, Some(made), String::new(), None)
        }
        Err(problem) => (StatusCode::BAD_REQUEST, None, form.name, Some(mistakes(problem)?)),
    };
    let keys = Keys { rows: rows(&state, &member).await?, made, name, mistakes: mistakes.unwrap_or_default() };
    Ok(html(status, &headers::nonce(), render_keys(&shell(&member), &keys)))
}

pub async fn revoke(
    State(state): State<AppState>,
    SignedInMember(member): SignedInMember,
    Path(id): Path<String>,
) -> Result<Response, Told> {
    let steward = member.steward(Right::ManageKeys)?;
    let id = KeyId::parse(id).map_err(|_| Problem::NotFound)?;
    keys::revoke(&state.backend, &steward, &id).await?;
    Ok(Redirect::to("/admin/keys").into_response())
}

async fn rows(state: &AppState, member: &Member) -> Result<Vec<KeyRow>, Problem> {
    let project = member.project_to(Right::ManageKeys)?;
    let mut keys = keys::list(&state.backend, project).await?;
    // Those in use first, the latest of them at the top.
    keys.sort_by_key(|key| (key.revoked_at.is_some(), std::cmp::Reverse(key.created_at)));
    Ok(keys.into_iter().map(row).collect())
}

fn row(key: KeySummary) -> KeyRow {
    KeyRow {
        id: key.id.to_string(),
        name: key.name,
        created: minute(key.created_at),
        revoked: key.revoked_at.map(minute),
    }
}
