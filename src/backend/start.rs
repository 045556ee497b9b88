//! What must be there before anything else: the project, a view to see it through, and on the first start a key.

use super::Backend;
use super::auth::{By, Steward};
use super::keys::{self, CreatedKey, NewKey};
use super::{projects, views};
use crate::domain::access::{ProjectId, ProjectName, ViewId};
use crate::domain::problem::Problem;

/// The project that everything belongs to until there are more.
pub const PROJECT: &str = "default";
/// What the key of the first start is called.
const FIRST_KEY: &str = "First key";

/// What is there.
pub struct Prepared {
    pub project: ProjectId,
    pub view: ViewId,
    /// Only where the project has never had a key.
    pub first_key: Option<CreatedKey>,
}

/// The project, made with a view where there is none.
pub async fn project(backend: &Backend) -> Result<ProjectId, Problem> {
    let name = ProjectName::parse(PROJECT).map_err(|_| Problem::Internal)?;
    let found = backend.storage.project(&name).await.map_err(|error| backend.internal(error))?;
    if let Some(project) = found {
        return Ok(project.id);
    }
    Ok(projects::made(backend, &name, None, &By::Machine).await?.id)
}

/// The project's first view in use, made where there is none.
pub async fn view(backend: &Backend, project: ProjectId) -> Result<ViewId, Problem> {
    let views = backend.storage.views(project).await.map_err(|error| backend.internal(error))?;
    match views.into_iter().find(|view| view.archived_at.is_none()) {
        Some(view) => Ok(view.id),
        None => views::create_default(backend, &Steward::of_the_machine(project)).await,
    }
}

/// All of it. A start that was broken off is completed by the next.
pub async fn prepare(backend: &Backend) -> Result<Prepared, Problem> {
    let project = project(backend).await?;
    let view = view(backend, project).await?;
    let first_key = if keys::list(backend, project).await?.is_empty() {
        Some(keys::create(backend, &Steward::of_the_machine(project), NewKey::named(FIRST_KEY)).await?)
    } else {
        None
    };
    Ok(Prepared { project, view, first_key })
}
