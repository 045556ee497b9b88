//! One's own account.

use super::super::{AppState, headers};
use super::session::{SignedInMember, shell};
use super::{Told, html, minute, mistakes, shown};
use crate::backend::auth::Member;
use crate::backend::people;
use crate::domain::problem::Problem;
use crate::ui::admin::{Account, Place, render_account};
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

/// An old password and a new one.
#[derive(Deserialize)]
pub struct Passwords {
    old: String,
    new: String,
}

pub async fn show(State(state): State<AppState>, SignedInMember(member): SignedInMember) -> Result<Response, Told> {
    Ok(shown(render_account(&shell(&member), &account(&state, &member).await?)))
}

pub async fn change_password(
    State(state): State<AppState>,
    SignedInMember(member): SignedInMember,
    Form(form): Form<Passwords>,
) -> Result<Response, Told> {
    let (status, done, mistakes) = match people::change_password(&state.backend, &member, &form.old, &form.new).await {
        Ok(()) => (StatusCode::OK, Some("Your password is changed, and you are signed out everywhere else."), None),
        Err(problem) => (StatusCode::BAD_REQUEST, None, Some(mistakes(problem)?)),
    };
    let account = Account { done, mistakes: mistakes.unwrap_or_default(), ..account(&state, &member).await? };
    Ok(html(status, &headers::nonce(), render_account(&shell(&member), &account)))
}

pub async fn sign_out_elsewhere(
    State(state): State<AppState>,
    SignedInMember(member): SignedInMember,
) -> Result<Response, Told> {
    people::sign_out_elsewhere(&state.backend, &member).await?;
    let account = Account { done: Some("You are signed out everywhere else."), ..account(&state, &member).await? };
    Ok(shown(render_account(&shell(&member), &account)))
}

async fn account(state: &AppState, member: &Member) -> Result<Account, Problem> {
    let places = people::sign_ins(&state.backend, member).await?;
    let places = places.into_iter().map(|place| Place {
        here: place.id == member.sign_in(),
        since: minute(place.created_at),
        agent: if place.agent.is_empty() { "A browser that did not say which".to_owned() } else { place.agent },
    });
    Ok(Account {
        email: member.email().to_string(),
        role: member.role().word(),
        places: places.collect(),
        ..Account::default()
    })
}
