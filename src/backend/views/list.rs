//! The views of a project: made, named, copied, put away.

use super::{fresh, owned};
use crate::backend::Backend;
use crate::backend::auth::Member;
use crate::backend::storage::{NewView, TrailLine, ViewRecord};
use crate::backend::trail::{self, Deed};
use crate::domain::access::ViewId;
use crate::domain::name::{LONGEST_NAME, checked_name};
use crate::domain::people::Right;
use crate::domain::problem::Problem;
use crate::domain::time::Timestamp;
use crate::domain::view::ViewConfig;
use serde_json::{Value, json};

/// The views of one's project, by age, those put away included.
pub async fn list(backend: &Backend, member: &Member) -> Result<Vec<ViewRecord>, Problem> {
    let project = member.project_to(Right::DesignViews)?;
    backend.storage.views(project).await.map_err(|error| backend.internal(error))
}

/// A view, for those who may say how it looks.
pub async fn designed(backend: &Backend, member: &Member, id: &ViewId) -> Result<ViewRecord, Problem> {
    owned(backend, member, id, Right::DesignViews).await
}

/// Makes a view with the usual columns.
pub async fn create(backend: &Backend, member: &Member, name: &str) -> Result<ViewId, Problem> {
    let name = checked(name)?;
    add(backend, member, fresh(backend, &member.person().by(), name, ViewConfig::default())?).await
}

/// Makes a view that looks like another and opens by the same rules, with secrets of its own.
pub async fn duplicate(backend: &Backend, member: &Member, id: &ViewId) -> Result<ViewId, Problem> {
    let view = owned(backend, member, id, Right::DesignViews).await?;
    let name: String = view.name.chars().take(LONGEST_NAME - 5).collect();
    let copy = fresh(backend, &member.person().by(), checked(&format!("{name} copy"))?, view.config)?;
    let ViewRecord { tokens_only, may, token_life, recorded, origins, .. } = view;
    add(backend, member, NewView { tokens_only, may, token_life, recorded, origins, ..copy }).await
}

async fn add(backend: &Backend, member: &Member, view: NewView) -> Result<ViewId, Problem> {
    let project = member.project_to(Right::DesignViews)?;
    let line = trail::line(backend, &member.person().by(), &Deed::ViewCreated { id: &view.id, name: &view.name });
    backend.storage.create_view(project, &view, &line).await.map_err(|error| backend.internal(error))?;
    Ok(view.id)
}

/// Gives a view another name.
pub async fn rename(backend: &Backend, member: &Member, id: &ViewId, name: &str) -> Result<(), Problem> {
    let view = owned(backend, member, id, Right::DesignViews).await?;
    let name = checked(name)?;
    let line = label(backend, member, id, &name, ("name", json!(view.name), json!(name)));
    let renamed = backend.storage.rename_view(view.project, id, &name, &line).await;
    renamed.map_err(|error| backend.internal(error))
}

/// Puts a view away: pages that embed it say that there is no such view.
pub async fn archive(backend: &Backend, member: &Member, id: &ViewId) -> Result<(), Problem> {
    put_away(backend, member, id, Some(backend.clock.now())).await
}

/// Takes a view back into use.
pub async fn unarchive(backend: &Backend, member: &Member, id: &ViewId) -> Result<(), Problem> {
    put_away(backend, member, id, None).await
}

async fn put_away(backend: &Backend, member: &Member, id: &ViewId, at: Option<Timestamp>) -> Result<(), Problem> {
    let view = owned(backend, member, id, Right::SecureViews).await?;
    let line = label(backend, member, id, &view.name, ("archived", json!(at.is_none()), json!(at.is_some())));
    let archived = backend.storage.archive_view(view.project, id, at, &line).await;
    archived.map_err(|error| backend.internal(error))
}

fn label(
    backend: &Backend,
    member: &Member,
    id: &ViewId,
    name: &str,
    (field, before, after): (&'static str, Value, Value),
) -> TrailLine {
    let deed = Deed::ViewChanged { id, name, changes: vec![(field.into(), before, after)] };
    trail::line(backend, &member.person().by(), &deed)
}

fn checked(name: &str) -> Result<String, Problem> {
    checked_name(name).map_err(|wrong| Problem::invalid("name", format!("Enter {}", wrong.expected)))
}
