//! API keys.

use super::super::{AppState, address, headers};
use super::session::{SignedInMember, at, shell};
use super::{Told, html, mistakes, shown};
use crate::backend::auth::Member;
use crate::backend::keys::{self, CreatedKey, KeySummary};
use crate::domain::access::{ClientId, KeyId};
use crate::domain::key::{KeyScope, KeyScopes, Overlap};
use crate::domain::people::Right;
use crate::domain::problem::{Faults, Problem};
use crate::domain::time::Timestamp;
use crate::http::dialects::native;
use crate::ui::admin::{KeyForm, KeyRow, KeyState, Keys, NewKey, render_keys};
use axum::extract::{Form, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

/// A key to be. A scope is there only if it is ticked.
#[derive(Deserialize)]
pub struct Typed {
    name: String,
    ingest: Option<String>,
    read: Option<String>,
    export: Option<String>,
    admin: Option<String>,
    #[serde(default)]
    client: String,
    #[serde(default)]
    expires: String,
}

/// How long the old secret works.
#[derive(Deserialize)]
pub struct Rolled {
    overlap: String,
}

pub async fn list(State(state): State<AppState>, SignedInMember(member): SignedInMember) -> Result<Response, Told> {
    let keys = Keys { rows: rows(&state, &member).await?, ..Keys::default() };
    Ok(shown(render_keys(&shell(&member), &keys)))
}

pub async fn create(
    State(state): State<AppState>,
    SignedInMember(member): SignedInMember,
    browser: HeaderMap,
    Form(typed): Form<Typed>,
) -> Result<Response, Told> {
    let steward = member.steward(Right::ManageKeys)?;
    let form = typed.form();
    let made = match wanted(&form) {
        Ok(key) => keys::create(&state.backend, &steward, key).await,
        Err(problem) => Err(problem),
    };
    let (status, keys) = match made {
        Ok(key) => {
            let made = shown_once(&state, &browser, "Your new key", key, form.scopes.contains(&KeyScope::Ingest));
            (StatusCode::OK, Keys { made: Some(made), ..Keys::default() })
        }
        Err(problem) => (StatusCode::BAD_REQUEST, Keys { form, mistakes: mistakes(problem)?, ..Keys::default() }),
    };
    let keys = Keys { rows: rows(&state, &member).await?, ..keys };
    Ok(html(status, &headers::nonce(), render_keys(&shell(&member), &keys)))
}

impl Typed {
    fn form(self) -> KeyForm {
        let Self { name, ingest, read, export, admin, client, expires } = self;
        let ticked = [ingest, read, export, admin].into_iter().zip(KeyScope::ALL);
        let scopes = ticked.filter_map(|(ticked, scope)| ticked.map(|_| scope)).collect();
        KeyForm { name, scopes, client, expires }
    }
}

/// What was typed, if it means anything.
fn wanted(form: &KeyForm) -> Result<keys::NewKey, Problem> {
    let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let mut faults = Faults::default();
    let scopes = KeyScopes::of_words(form.scopes.iter().map(|scope| scope.word()));
    let scopes = scopes.map_err(|_| faults.add("scopes", "Tick at least one"));
    let client = Some(&form.client).filter(|text| !text.trim().is_empty()).map(ClientId::parse).transpose();
    let client = client.map_err(|error| faults.add("client", error.to_string()));
    let expires = given(&form.expires).map(|text| Timestamp::parse(&text)).transpose();
    let expires = expires.map_err(|_| faults.add("expires", "Choose a date"));
    match (scopes, client, expires) {
        (Ok(scopes), Ok(client), Ok(expires_at)) => {
            Ok(keys::NewKey { name: form.name.clone(), scopes, client, expires_at })
        }
        _ => Err(Problem::Invalid { faults }),
    }
}

pub async fn roll(
    State(state): State<AppState>,
    SignedInMember(member): SignedInMember,
    Path((_, id)): Path<(String, String)>,
    browser: HeaderMap,
    Form(form): Form<Rolled>,
) -> Result<Response, Told> {
    let steward = member.steward(Right::ManageKeys)?;
    let id = KeyId::parse(id).map_err(|_| Problem::NotFound)?;
    let overlap = Overlap::of_word(&form.overlap).map_err(|error| Problem::invalid("", error.to_string()));
    let rolled = match overlap {
        Ok(overlap) => keys::roll(&state.backend, &steward, &id, overlap).await,
        Err(problem) => Err(problem),
    };
    let (status, keys) = match rolled {
        Ok(key) => {
            let made = shown_once(&state, &browser, "The key’s new secret", key, false);
            (StatusCode::OK, Keys { made: Some(made), ..Keys::default() })
        }
        Err(problem) => (StatusCode::BAD_REQUEST, Keys { mistakes: mistakes(problem)?, ..Keys::default() }),
    };
    let keys = Keys { rows: rows(&state, &member).await?, ..keys };
    Ok(html(status, &headers::nonce(), render_keys(&shell(&member), &keys)))
}

fn shown_once(state: &AppState, browser: &HeaderMap, title: &'static str, key: CreatedKey, sends: bool) -> NewKey {
    let curl = sends.then(|| native::curl(&address::of(state, browser), key.id.as_str(), &key.secret));
    NewKey { title, id: key.id.to_string(), secret: key.secret, curl }
}

pub async fn revoke(
    State(state): State<AppState>,
    SignedInMember(member): SignedInMember,
    Path((_, id)): Path<(String, String)>,
) -> Result<Response, Told> {
    let steward = member.steward(Right::ManageKeys)?;
    let id = KeyId::parse(id).map_err(|_| Problem::NotFound)?;
    keys::revoke(&state.backend, &steward, &id).await?;
    Ok(Redirect::to(&at(member.project_name(), "/keys")).into_response())
}

async fn rows(state: &AppState, member: &Member) -> Result<Vec<KeyRow>, Problem> {
    let now = state.backend.clock().now();
    let mut keys = keys::list(&state.backend, member.project_to(Right::ManageKeys)?).await?;
    let over = |key: &KeySummary| key.revoked_at.is_some() || key.expires_at.is_some_and(|at| at <= now);
    // Those in use first, the latest of them at the top.
    keys.sort_by_key(|key| (over(key), std::cmp::Reverse(key.created_at)));
    Ok(keys.into_iter().map(|key| row(key, now)).collect())
}

fn row(key: KeySummary, now: Timestamp) -> KeyRow {
    let state = match (key.revoked_at, key.expires_at) {
        (Some(at), _) => KeyState::Revoked(at),
        (None, Some(at)) if at <= now => KeyState::Expired(at),
        (None, until) => KeyState::InUse { until, old_secret_until: key.old_secret_until },
    };
    KeyRow {
        id: key.id.to_string(),
        name: key.name,
        scopes: key.scopes,
        client: key.client.map(String::from),
        created: key.created_at,
        used: key.last_used_at,
        state,
    }
}
