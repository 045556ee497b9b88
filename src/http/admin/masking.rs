//! Which values of the project's events are secrets.

use super::super::{AppState, headers};
use super::session::{SignedInMember, shell};
use super::{Told, html, mistakes};
use crate::backend::auth::Member;
use crate::backend::ingest::Names;
use crate::backend::masking::{self, MaskingRules};
use crate::domain::people::Right;
use crate::domain::problem::Problem;
use crate::ui::admin::{Masking, render_masking};
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

/// A name to add to the one list or to the other.
#[derive(Deserialize)]
pub struct Added {
    #[serde(alias = "except")]
    also: String,
}

/// A name to take out of a list.
#[derive(Deserialize)]
pub struct Removed {
    name: String,
}

pub async fn show(State(state): State<AppState>, SignedInMember(member): SignedInMember) -> Result<Response, Told> {
    answer(&state, &member, "", Ok(None)).await
}

pub async fn turn_on(State(state): State<AppState>, SignedInMember(member): SignedInMember) -> Result<Response, Told> {
    let done = change(&state, &member, |rules| rules.on = true).await;
    answer(&state, &member, "", done.map(|()| Some("Masking is on for events to come."))).await
}

pub async fn turn_off(State(state): State<AppState>, SignedInMember(member): SignedInMember) -> Result<Response, Told> {
    let done = change(&state, &member, |rules| rules.on = false).await;
    answer(&state, &member, "", done.map(|()| Some("Masking is off."))).await
}

pub async fn count(
    State(state): State<AppState>,
    SignedInMember(member): SignedInMember,
    Form(Added { also: name }): Form<Added>,
) -> Result<Response, Told> {
    let done = change(&state, &member, |rules| add(&mut rules.also, &name)).await;
    answer(&state, &member, &name, done.map(|()| Some("Masked from now on."))).await
}

pub async fn count_no_more(
    State(state): State<AppState>,
    SignedInMember(member): SignedInMember,
    Form(Removed { name }): Form<Removed>,
) -> Result<Response, Told> {
    let done = change(&state, &member, |rules| rules.also.retain(|known| *known != name)).await;
    answer(&state, &member, "", done.map(|()| Some("Not masked any more."))).await
}

pub async fn leave(
    State(state): State<AppState>,
    SignedInMember(member): SignedInMember,
    Form(Added { also: name }): Form<Added>,
) -> Result<Response, Told> {
    let done = change(&state, &member, |rules| add(&mut rules.except, &name)).await;
    answer(&state, &member, &name, done.map(|()| Some("Kept from now on."))).await
}

pub async fn leave_no_more(
    State(state): State<AppState>,
    SignedInMember(member): SignedInMember,
    Form(Removed { name }): Form<Removed>,
) -> Result<Response, Told> {
    let done = change(&state, &member, |rules| rules.except.retain(|known| *known != name)).await;
    answer(&state, &member, "", done.map(|()| Some("The exception is gone."))).await
}

fn add(list: &mut Vec<String>, name: &str) {
    let name = name.trim().to_owned();
    if !list.contains(&name) {
        list.push(name);
    }
}

async fn change(state: &AppState, member: &Member, change: impl FnOnce(&mut MaskingRules)) -> Result<(), Problem> {
    let steward = member.steward(Right::SetMasking)?;
    let changed = |mut rules| {
        change(&mut rules);
        rules
    };
    masking::change(&state.backend, &steward, changed).await.map(|_| ())
}

/// The page, with what was done or why it was not.
async fn answer(
    state: &AppState,
    member: &Member,
    typed: &str,
    done: Result<Option<&'static str>, Problem>,
) -> Result<Response, Told> {
    let (status, done, wrong) = match done {
        Ok(done) => (StatusCode::OK, done, None),
        Err(problem) => (StatusCode::BAD_REQUEST, None, Some(mistakes(problem)?)),
    };
    let project = member.project_to(Right::SetMasking)?;
    let MaskingRules { on, also, except } = masking::rules(&state.backend, project).await?;
    let mistakes = wrong.unwrap_or_default();
    let page = Masking { on, also, except, usual: usual(), typed: typed.to_owned(), mistakes, done };
    Ok(html(status, &headers::nonce(), render_masking(&shell(member), &page)))
}

fn usual() -> Vec<(&'static str, &'static [&'static str])> {
    let names = Names::listed();
    vec![
        ("Texts and numbers under names with one of these words", names.passwords),
        ("or that are", names.codes),
        ("Texts under names that end with", names.tokens),
    ]
}
