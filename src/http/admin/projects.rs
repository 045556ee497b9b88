//! The projects of whoever is signed in: which there are, and the way into one.

use super::super::{AppState, headers};
use super::session::{SignedInPerson, at, shell, shell_of};
use super::{Told, html, mistakes};
use crate::backend::auth::{Member, Person};
use crate::backend::projects;
use crate::backend::storage::Project;
use crate::domain::people::Role;
use crate::ui::admin::{ProjectRow, Projects, Section, render_projects};
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

/// A project's name.
#[derive(Deserialize)]
pub struct Named {
    name: String,
}

/// The project of somebody who has one, all of them otherwise.
pub async fn home(State(state): State<AppState>, SignedInPerson(person): SignedInPerson) -> Result<Redirect, Told> {
    let own = projects::of(&state.backend, &person).await?;
    Ok(match own.as_slice() {
        [(project, _)] => Redirect::to(&at(&project.name, "")),
        _ => Redirect::to("/admin/projects"),
    })
}

/// The first section of a project that the member may see.
pub fn enter(member: &Member) -> Redirect {
    let shell = shell(member);
    let first = shell.sections.first().and_then(|section| shell.address(*section));
    Redirect::to(&first.unwrap_or_else(|| Section::ACCOUNT.to_owned()))
}

pub async fn list(State(state): State<AppState>, SignedInPerson(person): SignedInPerson) -> Result<Response, Told> {
    answer(&state, &person, StatusCode::OK, Projects::default()).await
}

pub async fn create(
    State(state): State<AppState>,
    SignedInPerson(person): SignedInPerson,
    Form(form): Form<Named>,
) -> Result<Response, Told> {
    match projects::create(&state.backend, &person, &form.name).await {
        Ok(project) => Ok(Redirect::to(&at(&project.name, "")).into_response()),
        Err(problem) => {
            let page = Projects { name: form.name, mistakes: mistakes(problem)?, ..Projects::default() };
            answer(&state, &person, StatusCode::BAD_REQUEST, page).await
        }
    }
}

async fn answer(state: &AppState, person: &Person, status: StatusCode, page: Projects) -> Result<Response, Told> {
    let own = projects::of(&state.backend, person).await?;
    let may_create = projects::may_create(&own);
    let row = |(project, role): (Project, Role)| ProjectRow {
        address: at(&project.name, ""),
        name: project.name.to_string(),
        role: role.word(),
    };
    let page = Projects { rows: own.into_iter().map(row).collect(), may_create, ..page };
    let shell = shell_of(state, person).await?;
    Ok(html(status, &headers::nonce(), render_projects(&shell, &page)))
}
