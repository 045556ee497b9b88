//! Signing in at the company's own provider: there and back.

use super::super::{AppState, address, headers};
use super::door::{self, Then};
use super::session;
use super::{Told, html, shown, style};
use crate::backend::auth::Whence;
use crate::backend::people::oidc::{self, Away};
use crate::domain::problem::{Problem, Refusal};
use crate::rpc::guard::status;
use crate::ui::admin::{Mistakes, Notice, SigningIn, render_notice, render_sign_in};
use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use serde::Deserialize;

/// What the provider sends somebody back with.
#[derive(Deserialize)]
pub struct Back {
    #[serde(default)]
    state: String,
    #[serde(default)]
    code: String,
}

/// An invitation's code.
#[derive(Deserialize)]
pub struct Invited {
    #[serde(default)]
    code: String,
}

/// The provider's name, for the pages that lead there.
pub fn name(state: &AppState) -> Option<String> {
    oidc::provider(&state.backend).map(oidc::Provider::name)
}

/// Sends a member there.
pub async fn leave(
    State(state): State<AppState>,
    browser: HeaderMap,
    Query(Then { then }): Query<Then>,
) -> Result<Response, Told> {
    let then = door::within(&then).to_owned();
    match oidc::leave(&state.backend, &callback(&state, &browser), None, then).await {
        Ok(Away { url, token }) => Ok(([(header::SET_COOKIE, cookie(&token)?)], Redirect::to(&url)).into_response()),
        Err(problem) => refused(&state, problem),
    }
}

/// Sends somebody there who was invited. By a link, since the answer to a form may not lead away from here.
pub async fn leave_invited(
    State(state): State<AppState>,
    browser: HeaderMap,
    Form(Invited { code }): Form<Invited>,
) -> Result<Response, Told> {
    let invitation = Some(code.trim().to_owned());
    match oidc::leave(&state.backend, &callback(&state, &browser), invitation, "/admin".to_owned()).await {
        Ok(Away { url, token }) => {
            let name = name(&state).unwrap_or_default();
            let notice = Notice {
                title: "Join".to_owned(),
                text: format!("Sign in at {name}. You are a member when you come back."),
                links: vec![(url, format!("Go to {name}"))],
                style: style(),
            };
            Ok(([(header::SET_COOKIE, cookie(&token)?)], shown(render_notice(&notice))).into_response())
        }
        Err(problem) => refused(&state, problem),
    }
}

/// Lets in whoever the provider vouches for.
pub async fn come_back(
    State(state): State<AppState>,
    whence: Whence,
    browser: HeaderMap,
    Query(back): Query<Back>,
) -> Result<Response, Told> {
    let token = session::errand(&browser).unwrap_or_default();
    let answer = (back.state.as_str(), back.code.as_str());
    match oidc::come_back(&state.backend, token, answer, &callback(&state, &browser), whence).await {
        Ok((entered, then)) => {
            let gone = AppendHeaders([(header::SET_COOKIE, session::end_errand())]);
            Ok((gone, door::entered(entered, &then)?).into_response())
        }
        Err(problem) => refused(&state, problem),
    }
}

fn callback(state: &AppState, browser: &HeaderMap) -> String {
    format!("{}/admin/sign-in/oidc/callback", address::of(state, browser))
}

fn cookie(token: &str) -> Result<axum::http::HeaderValue, Problem> {
    session::begin_errand(token).ok_or(Problem::Internal)
}

/// The page to sign in by, with what went wrong.
fn refused(state: &AppState, problem: Problem) -> Result<Response, Told> {
    let told = match &problem {
        Problem::CredentialRefused { reason: Refusal::Expired } => "That took too long. Try again.".to_owned(),
        Problem::CredentialRefused { reason: reason @ (Refusal::NotVouchedFor | Refusal::NoAccount) } => {
            format!("{reason}.")
        }
        _ => return Err(Told(problem)),
    };
    let page =
        SigningIn { mistakes: Mistakes::whole(told), provider: name(state), style: style(), ..SigningIn::default() };
    Ok(html(status(&problem), &headers::nonce(), render_sign_in(&page)))
}
