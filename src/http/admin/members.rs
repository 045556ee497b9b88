//! Members of the project: who they are, invitations, roles.

use super::super::{AppState, address, headers};
use super::session::{SignedInMember, shell};
use super::{Told, html, mistakes, shown};
use crate::backend::auth::Member;
use crate::backend::people::{self, second_factor};
use crate::domain::people::{PersonId, Right, Role};
use crate::domain::problem::Problem;
use crate::ui::admin::{InvitationRow, MemberRow, Members, render_members};
use axum::extract::{Form, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A role's word.
#[derive(Deserialize)]
pub struct Chosen {
    role: String,
}

impl Chosen {
    fn role(&self) -> Result<Role, Problem> {
        Role::of_word(&self.role).ok_or_else(|| Problem::invalid("", "Choose one of the roles"))
    }
}

/// Whether everybody needs a second factor.
#[derive(Deserialize)]
pub struct Required {
    /// There only if it is ticked.
    required: Option<String>,
}

pub async fn require_second_factor(
    State(state): State<AppState>,
    SignedInMember(member): SignedInMember,
    Form(Required { required }): Form<Required>,
) -> Result<Response, Told> {
    let done = second_factor::require(&state.backend, &member, required.is_some()).await;
    answer(&state, &member, done.map(|()| Some("Saved."))).await
}

pub async fn list(State(state): State<AppState>, SignedInMember(member): SignedInMember) -> Result<Response, Told> {
    answer(&state, &member, Ok(None)).await
}

pub async fn invite(
    State(state): State<AppState>,
    SignedInMember(member): SignedInMember,
    browser: HeaderMap,
    Form(form): Form<Chosen>,
) -> Result<Response, Told> {
    let role = match form.role() {
        Ok(role) => role,
        Err(problem) => return answer(&state, &member, Err(problem)).await,
    };
    let code = people::invite(&state.backend, &member, role).await?;
    let link = format!("{}/admin/join#{code}", address::of(&state, &browser));
    let page = Members { link: Some(link), ..page(&state, &member).await? };
    Ok(shown(render_members(&shell(&member), &page)))
}

pub async fn withdraw(
    State(state): State<AppState>,
    SignedInMember(member): SignedInMember,
    Path((_, id)): Path<(String, String)>,
) -> Result<Response, Told> {
    let done = people::withdraw(&state.backend, &member, &id).await;
    answer(&state, &member, done.map(|()| Some("The invitation is taken back."))).await
}

pub async fn set_role(
    State(state): State<AppState>,
    SignedInMember(member): SignedInMember,
    Path((_, person)): Path<(String, i64)>,
    Form(form): Form<Chosen>,
) -> Result<Response, Told> {
    let done = match form.role() {
        Ok(role) => people::set_role(&state.backend, &member, PersonId(person), role).await,
        Err(problem) => Err(problem),
    };
    answer(&state, &member, done.map(|()| Some("The role is changed."))).await
}

pub async fn remove(
    State(state): State<AppState>,
    SignedInMember(member): SignedInMember,
    Path((_, person)): Path<(String, i64)>,
) -> Result<Response, Told> {
    let done = people::remove(&state.backend, &member, PersonId(person)).await;
    answer(&state, &member, done.map(|()| Some("They are no member any more."))).await
}

/// The page, with what was done or why it was not.
async fn answer(
    state: &AppState,
    member: &Member,
    done: Result<Option<&'static str>, Problem>,
) -> Result<Response, Told> {
    let (status, done, wrong) = match done {
        Ok(done) => (StatusCode::OK, done, None),
        Err(problem) => (StatusCode::BAD_REQUEST, None, Some(mistakes(problem)?)),
    };
    let page = Members { done, mistakes: wrong.unwrap_or_default(), ..page(state, member).await? };
    Ok(html(status, &headers::nonce(), render_members(&shell(member), &page)))
}

async fn page(state: &AppState, member: &Member) -> Result<Members, Problem> {
    let (members, invitations) = people::members(&state.backend, member).await?;
    let names: BTreeMap<PersonId, String> = members.iter().map(|known| (known.person, known.name.clone())).collect();
    let rows = members.into_iter().map(|known| MemberRow {
        person: known.person.0,
        own: known.person == member.person().id(),
        open: member.role().may_give(known.role),
        role: known.role.word(),
        name: known.name,
        email: known.email.to_string(),
    });
    let invitations = invitations.into_iter().map(|invitation| InvitationRow {
        open: member.role().may_give(invitation.role),
        role: invitation.role.word(),
        by: invitation.by.and_then(|by| names.get(&by).cloned()),
        expires: invitation.expires_at,
        id: invitation.id,
    });
    let roles = Role::ALL.into_iter().filter(|role| member.role().may_give(*role));
    let second_factor = if member.role().may(Right::RequireSecondFactor) {
        Some(second_factor::is_required(&state.backend, member).await?)
    } else {
        None
    };
    Ok(Members {
        second_factor,
        rows: rows.collect(),
        invitations: invitations.collect(),
        roles: roles.map(|role| (role.word(), told(role))).collect(),
        ..Members::default()
    })
}

/// What a role is for.
const fn told(role: Role) -> &'static str {
    match role {
        Role::Owner => "Everything, and who the owners are.",
        Role::Admin => "Keys, views and their secrets, and members who are no owners.",
        Role::Analyst => "Reads the events of all clients, and nothing else.",
        Role::Designer => "Changes how views look.",
    }
}
