//! The views of a project, and everything of one.

pub mod clients;
pub mod design;
pub mod embed;
pub mod security;
pub mod versions;

use super::super::{AppState, headers};
use super::session::{SignedInMember, at, shell};
use super::{Told, html, mistakes};
use crate::backend::auth::Member;
use crate::backend::storage::ViewRecord;
use crate::backend::views;
use crate::domain::access::ViewId;
use crate::domain::people::Right;
use crate::domain::problem::Problem;
use crate::ui::admin::{ViewHead, ViewRow, Views, render_views};
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

/// The view that an address names.
#[derive(Deserialize)]
pub struct Named {
    pub view: String,
}

impl Named {
    fn id(self) -> Result<ViewId, Problem> {
        ViewId::parse(self.view).map_err(|_| Problem::NotFound)
    }
}

/// The head of a view's pages.
fn head(member: &Member, view: &ViewRecord) -> ViewHead {
    let may_secure = member.role().may(Right::SecureViews);
    ViewHead { id: view.id.to_string(), name: view.name.clone(), may_secure }
}

/// What a view is to be called.
#[derive(Deserialize)]
pub struct Label {
    name: String,
}

pub async fn list(State(state): State<AppState>, SignedInMember(member): SignedInMember) -> Result<Response, Told> {
    answer(&state, &member, Ok(())).await
}

pub async fn create(
    State(state): State<AppState>,
    SignedInMember(member): SignedInMember,
    Form(label): Form<Label>,
) -> Result<Response, Told> {
    match views::create(&state.backend, &member, &label.name).await {
        Ok(id) => Ok(opened(&member, &id)),
        Err(problem) => answer(&state, &member, Err((problem, label.name))).await,
    }
}

pub async fn duplicate(
    State(state): State<AppState>,
    SignedInMember(member): SignedInMember,
    Path(view): Path<Named>,
) -> Result<Response, Told> {
    let id = views::duplicate(&state.backend, &member, &view.id()?).await?;
    Ok(opened(&member, &id))
}

pub async fn rename(
    State(state): State<AppState>,
    SignedInMember(member): SignedInMember,
    Path(view): Path<Named>,
    Form(label): Form<Label>,
) -> Result<Response, Told> {
    let done = views::rename(&state.backend, &member, &view.id()?, &label.name).await;
    changed(&state, &member, done).await
}

pub async fn archive(
    State(state): State<AppState>,
    SignedInMember(member): SignedInMember,
    Path(view): Path<Named>,
) -> Result<Response, Told> {
    let done = views::archive(&state.backend, &member, &view.id()?).await;
    changed(&state, &member, done).await
}

pub async fn unarchive(
    State(state): State<AppState>,
    SignedInMember(member): SignedInMember,
    Path(view): Path<Named>,
) -> Result<Response, Told> {
    let done = views::unarchive(&state.backend, &member, &view.id()?).await;
    changed(&state, &member, done).await
}

fn opened(member: &Member, id: &ViewId) -> Response {
    Redirect::to(&at(member.project_name(), &format!("/views/{id}"))).into_response()
}

async fn changed(state: &AppState, member: &Member, done: Result<(), Problem>) -> Result<Response, Told> {
    match done {
        Ok(()) => Ok(Redirect::to(&at(member.project_name(), "/views")).into_response()),
        Err(problem) => answer(state, member, Err((problem, String::new()))).await,
    }
}

/// The list, with what was wrong and the name that was typed.
async fn answer(state: &AppState, member: &Member, done: Result<(), (Problem, String)>) -> Result<Response, Told> {
    let (status, name, wrong) = match done {
        Ok(()) => (StatusCode::OK, String::new(), None),
        Err((problem, name)) => (StatusCode::BAD_REQUEST, name, Some(mistakes(problem)?)),
    };
    let all = views::list(&state.backend, member).await?;
    let (away, used): (Vec<ViewRecord>, Vec<ViewRecord>) = all.into_iter().partition(|view| view.archived_at.is_some());
    let page = Views {
        may_secure: member.role().may(Right::SecureViews),
        rows: used.into_iter().chain(away).map(row).collect(),
        name,
        mistakes: wrong.unwrap_or_default(),
    };
    Ok(html(status, &headers::nonce(), render_views(&shell(member), &page)))
}

fn row(view: ViewRecord) -> ViewRow {
    ViewRow { id: view.id.to_string(), name: view.name, title: view.config.brand.title, archived: view.archived_at }
}
