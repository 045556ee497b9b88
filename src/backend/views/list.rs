//! The views of a project: made, named, copied, put away.

use super::{fresh, owned};
use crate::backend::Backend;
use crate::backend::auth::Member;
use crate::backend::storage::ViewRecord;
use crate::domain::access::ViewId;
use crate::domain::people::Right;
use crate::domain::problem::Problem;
use crate::domain::view::ViewConfig;

/// Most characters of a view's name.
const LONGEST_NAME: usize = 60;

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
    add(backend, member, name, ViewConfig::default()).await
}

/// Makes a view that looks like another, with secrets of its own.
pub async fn duplicate(backend: &Backend, member: &Member, id: &ViewId) -> Result<ViewId, Problem> {
    let view = owned(backend, member, id, Right::DesignViews).await?;
    let name: String = view.name.chars().take(LONGEST_NAME - 5).collect();
    add(backend, member, &format!("{name} copy"), view.config).await
}

async fn add(backend: &Backend, member: &Member, name: &str, config: ViewConfig) -> Result<ViewId, Problem> {
    let project = member.project_to(Right::DesignViews)?;
    let record = fresh(backend, project, checked(name)?, config)?;
    let author = member.person().name();
    backend.storage.create_view(&record, author).await.map_err(|error| backend.internal(error))?;
    Ok(record.id)
}

/// Gives a view another name.
pub async fn rename(backend: &Backend, member: &Member, id: &ViewId, name: &str) -> Result<(), Problem> {
    let view = owned(backend, member, id, Right::DesignViews).await?;
    label(backend, ViewRecord { name: checked(name)?, ..view }).await
}

/// Puts a view away: pages that embed it say that there is no such view.
pub async fn archive(backend: &Backend, member: &Member, id: &ViewId) -> Result<(), Problem> {
    let view = owned(backend, member, id, Right::SecureViews).await?;
    let archived_at = view.archived_at.or(Some(backend.clock.now()));
    label(backend, ViewRecord { archived_at, ..view }).await
}

/// Takes a view back into use.
pub async fn unarchive(backend: &Backend, member: &Member, id: &ViewId) -> Result<(), Problem> {
    let view = owned(backend, member, id, Right::SecureViews).await?;
    label(backend, ViewRecord { archived_at: None, ..view }).await
}

async fn label(backend: &Backend, view: ViewRecord) -> Result<(), Problem> {
    backend.storage.label_view(&view).await.map_err(|error| backend.internal(error))
}

fn checked(name: &str) -> Result<String, Problem> {
    let name = name.trim();
    let fits = (1..=LONGEST_NAME).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    if fits {
        Ok(name.to_owned())
    } else {
        Err(Problem::invalid("name", format!("Enter 1 to {LONGEST_NAME} characters")))
    }
}
