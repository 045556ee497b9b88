//! Projects: several of a company's, such as production and staging, each with its own keys, views, clients and members.

use super::auth::{By, Person};
use super::storage::{Project, StorageError};
use super::trail::{self, Deed};
use super::{Backend, start, views};
use crate::domain::access::{ProjectId, ProjectName};
use crate::domain::people::{Email, PersonId, Role};
use crate::domain::problem::Problem;

/// The projects somebody is a member of, by name, and what they are in each.
pub async fn of(backend: &Backend, person: &Person) -> Result<Vec<(Project, Role)>, Problem> {
    backend.storage.roles(person.id()).await.map_err(|error| backend.internal(error))
}

/// Whether somebody may make projects: whoever owns one already.
pub fn may_create(projects: &[(Project, Role)]) -> bool {
    projects.iter().any(|(_, role)| *role == Role::Owner)
}

/// Makes a project, with a view, that its maker owns.
pub async fn create(backend: &Backend, person: &Person, name: &str) -> Result<Project, Problem> {
    if !may_create(&of(backend, person).await?) {
        return Err(Problem::NotAllowed);
    }
    let name = ProjectName::parse(name.trim()).map_err(|error| Problem::invalid("name", error.to_string()))?;
    made(backend, &name, Some(person.id()), &person.by()).await
}

/// Makes a project for whoever has the data folder: with an owner, or with none whose pages show it.
pub async fn create_for(backend: &Backend, name: &ProjectName, owner: Option<&Email>) -> Result<Project, Problem> {
    let owner = match owner {
        None => None,
        Some(email) => {
            let person = backend.storage.person_of(email).await.map_err(|error| backend.internal(error))?;
            Some(person.ok_or_else(|| Problem::invalid("owner", "nobody signs in with this address"))?.id)
        }
    };
    made(backend, name, owner, &By::Machine).await
}

pub(super) async fn made(
    backend: &Backend,
    name: &ProjectName,
    owner: Option<PersonId>,
    by: &By,
) -> Result<Project, Problem> {
    let line = trail::line(backend, by, &Deed::ProjectCreated { name });
    let (view, of_view) = views::first(backend, by)?;
    let made = backend.storage.create_project(name, owner, &view, &[line, of_view]).await;
    made.map_err(|error| match error {
        StorageError::Conflict { .. } => Problem::invalid("name", "there is a project of this name already"),
        error => backend.internal(error),
    })
}

/// All projects of the installation, by name, for whoever has the data folder.
pub async fn all(backend: &Backend) -> Result<Vec<Project>, Problem> {
    backend.storage.projects().await.map_err(|error| backend.internal(error))
}

/// The project of a name, for whoever has the data folder; the first one is made where it is missing.
pub async fn id(backend: &Backend, name: &ProjectName) -> Result<ProjectId, Problem> {
    if name.as_str() == start::PROJECT {
        return start::project(backend).await;
    }
    let found = backend.storage.project(name).await.map_err(|error| backend.internal(error))?;
    found.map(|project| project.id).ok_or_else(|| Problem::invalid("project", format!("there is no project {name}")))
}
