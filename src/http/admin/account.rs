//! One's own account.

use super::super::{AppState, headers};
use super::session::{SignedInPerson, shell_of};
use super::{Told, html, mistakes, shown};
use crate::backend::auth::Person;
use crate::backend::people;
use crate::backend::people::second_factor::{self, Standing};
use crate::domain::problem::Problem;
use crate::ui::admin::{Account, Place, render_account};
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

/// An old password and a new one.
#[derive(Deserialize)]
pub struct Passwords {
    /// Not sent by somebody who has none.
    #[serde(default)]
    old: String,
    new: String,
}

pub async fn show(State(state): State<AppState>, SignedInPerson(person): SignedInPerson) -> Result<Response, Told> {
    Ok(shown(render_account(&shell_of(&state, &person).await?, &account(&state, &person).await?)))
}

pub async fn change_password(
    State(state): State<AppState>,
    SignedInPerson(person): SignedInPerson,
    Form(form): Form<Passwords>,
) -> Result<Response, Told> {
    let (status, done, mistakes) = match people::change_password(&state.backend, &person, &form.old, &form.new).await {
        Ok(()) => (StatusCode::OK, Some("Your password is changed, and you are signed out everywhere else."), None),
        Err(problem) => (StatusCode::BAD_REQUEST, None, Some(mistakes(problem)?)),
    };
    let account = Account { done, mistakes: mistakes.unwrap_or_default(), ..account(&state, &person).await? };
    Ok(html(status, &headers::nonce(), render_account(&shell_of(&state, &person).await?, &account)))
}

pub async fn sign_out_elsewhere(
    State(state): State<AppState>,
    SignedInPerson(person): SignedInPerson,
) -> Result<Response, Told> {
    people::sign_out_elsewhere(&state.backend, &person).await?;
    let account = Account { done: Some("You are signed out everywhere else."), ..account(&state, &person).await? };
    Ok(shown(render_account(&shell_of(&state, &person).await?, &account)))
}

async fn account(state: &AppState, person: &Person) -> Result<Account, Problem> {
    let places = people::sign_ins(&state.backend, person).await?;
    let places = places.into_iter().map(|place| Place {
        here: place.id == person.sign_in(),
        since: place.created_at,
        agent: if place.agent.is_empty() { "A browser that did not say which".to_owned() } else { place.agent },
    });
    let second_factor = matches!(second_factor::standing(&state.backend, person).await?, Standing::On { .. });
    let (email, places) = (person.email().to_string(), places.collect());
    let password = people::has_password(&state.backend, person).await?;
    Ok(Account { email, places, password, second_factor, ..Account::default() })
}
