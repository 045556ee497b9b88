//! What views look like: saved, kept as versions, brought back.

use super::{author, owned, pictures};
use crate::backend::Backend;
use crate::backend::auth::{By, Member};
use crate::backend::storage::{TrailLine, VersionRecord, ViewRecord};
use crate::backend::trail::{self, Deed};
use crate::domain::access::ViewId;
use crate::domain::people::Right;
use crate::domain::problem::Problem;
use crate::domain::view::{Difference, ViewConfig, setting_name};

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

async fn store(
    backend: &Backend,
    by: &By,
    view: &ViewRecord,
    base: u32,
    config: ViewConfig,
) -> Result<Saving, Problem> {
    let brand = &config.brand;
    let images = [("brand.logo", brand.logo.as_ref()), ("brand.darkLogo", brand.dark_logo.as_ref())];
    pictures::check_kept(backend, &images).await?;
    let (version, line) = next(backend, by, view, base, config)?;
    let saved =
        backend.storage.save_view(&view.id, base, &version, &line).await.map_err(|error| backend.internal(error))?;
    if saved {
        return Ok(Saving::Saved(version));
    }
    let versions = backend.storage.view_versions(&view.id).await.map_err(|error| backend.internal(error))?;
    versions.into_iter().next().map(Saving::Overtaken).ok_or(Problem::NotFound)
}

/// The version after `base`, to be stored, and what the trail tells of it.
pub(super) fn next(
    backend: &Backend,
    by: &By,
    view: &ViewRecord,
    base: u32,
    config: ViewConfig,
) -> Result<(VersionRecord, TrailLine), Problem> {
    config.faults().or(())?;
    let changes = view.config.differences(&config).into_iter().map(|difference| {
        let Difference { path, before, after } = difference;
        (setting_name(&path).into(), before.unwrap_or_default(), after.unwrap_or_default())
    });
    let changes = changes.collect();
    let line = trail::line(backend, by, &Deed::ViewChanged { id: &view.id, name: &view.name, changes });
    let (author, saved_at) = (author(by).to_owned(), backend.clock.now());
    Ok((VersionRecord { version: base + 1, config, author, saved_at }, line))
}
