//! What views look like: saved, kept as versions, brought back.

use super::{OPERATOR, owned};
use crate::backend::Backend;
use crate::backend::auth::{By, Member, Steward};
use crate::backend::storage::{VersionRecord, ViewRecord};
use crate::backend::trail::{self, Deed};
use crate::domain::access::ViewId;
use crate::domain::people::Right;
use crate::domain::problem::Problem;
use crate::domain::view::ViewConfig;
use serde_json::json;

/// What became of a change.
#[derive(Debug, Clone, PartialEq)]
pub enum Saving {
    /// It is the view's newest version.
    Saved(VersionRecord),
    /// Somebody has saved since: their version, which stays.
    Overtaken(VersionRecord),
}

/// Saves what a view looks like over version `base`, unless somebody else has saved since.
pub async fn save(
    backend: &Backend,
    member: &Member,
    id: &ViewId,
    base: u32,
    config: ViewConfig,
) -> Result<Saving, Problem> {
    let view = owned(backend, member, id, Right::DesignViews).await?;
    store(backend, &member.person().by(), &view, base, config).await
}

/// Brings a version back, as the newest.
pub async fn restore(backend: &Backend, member: &Member, id: &ViewId, version: u32) -> Result<Saving, Problem> {
    let view = owned(backend, member, id, Right::DesignViews).await?;
    let known = versions(backend, member, id).await?;
    let old = known.into_iter().find(|known| known.version == version).ok_or(Problem::NotFound)?;
    store(backend, &member.person().by(), &view, view.version, old.config).await
}

/// What a view looked like, the latest first.
pub async fn versions(backend: &Backend, member: &Member, id: &ViewId) -> Result<Vec<VersionRecord>, Problem> {
    let view = owned(backend, member, id, Right::DesignViews).await?;
    backend.storage.view_versions(&view.id).await.map_err(|error| backend.internal(error))
}

/// Saves over whatever is there.
pub(super) async fn overwrite(
    backend: &Backend,
    steward: &Steward,
    view: &ViewRecord,
    config: ViewConfig,
) -> Result<(), Problem> {
    match store(backend, steward.by(), view, view.version, config).await? {
        Saving::Saved(_) => Ok(()),
        Saving::Overtaken(_) => Err(Problem::Busy { retry_after: 1 }),
    }
}

async fn store(
    backend: &Backend,
    by: &By,
    view: &ViewRecord,
    base: u32,
    config: ViewConfig,
) -> Result<Saving, Problem> {
    config.faults().or(())?;
    let author = match by {
        By::Person(person) => &person.name,
        By::Key(_) | By::Machine => OPERATOR,
    };
    let changes = vec![("appearance", json!(view.config), json!(config))];
    let line = trail::line(backend, by, &Deed::ViewChanged { id: &view.id, name: &view.name, changes });
    let version = VersionRecord { version: base + 1, config, author: author.to_owned(), saved_at: backend.clock.now() };
    let saved =
        backend.storage.save_view(&view.id, base, &version, &line).await.map_err(|error| backend.internal(error))?;
    if saved {
        return Ok(Saving::Saved(version));
    }
    let versions = backend.storage.view_versions(&view.id).await.map_err(|error| backend.internal(error))?;
    versions.into_iter().next().map(Saving::Overtaken).ok_or(Problem::NotFound)
}
