//! What a view shows single clients of itself.

use super::{PublicView, in_use, owned, pictures};
use crate::backend::Backend;
use crate::backend::auth::{Member, Reader};
use crate::backend::storage::{BrandingRecord, ViewRecord};
use crate::backend::trail::{self, Deed};
use crate::domain::access::{ClientId, ViewId};
use crate::domain::people::Right;
use crate::domain::problem::Problem;
use crate::domain::view::{Branding, ViewConfig};

/// The clients for whom a view looks otherwise, by id.
pub async fn brandings(backend: &Backend, member: &Member, id: &ViewId) -> Result<Vec<BrandingRecord>, Problem> {
    let view = owned(backend, member, id, Right::DesignViews).await?;
    backend.storage.brandings(&view.id).await.map_err(|error| backend.internal(error))
}

/// A view, and what of it is a client's own.
pub async fn branded(
    backend: &Backend,
    member: &Member,
    id: &ViewId,
    client: &ClientId,
) -> Result<(ViewRecord, Option<BrandingRecord>), Problem> {
    let view = owned(backend, member, id, Right::DesignViews).await?;
    let theirs = backend.storage.branding(&view.id, client).await.map_err(|error| backend.internal(error))?;
    Ok((view, theirs))
}

/// How a view looks to a client, for those who may say so.
pub async fn worn_by(
    backend: &Backend,
    member: &Member,
    id: &ViewId,
    client: &ClientId,
) -> Result<ViewConfig, Problem> {
    let view = owned(backend, member, id, Right::DesignViews).await?;
    as_seen_by(backend, &view, client).await
}

/// Says what of a view is a client's own from now on; nothing, where the branding says nothing.
pub async fn set_branding(
    backend: &Backend,
    member: &Member,
    id: &ViewId,
    client: ClientId,
    branding: Branding,
) -> Result<(), Problem> {
    branding.faults().or(())?;
    let (view, before) = branded(backend, member, id, &client).await?;
    let before = before.map(|before| before.branding).unwrap_or_default();
    if before == branding {
        return Ok(());
    }
    let images = [("logo", branding.logo.as_ref()), ("darkLogo", branding.dark_logo.as_ref())];
    pictures::check_kept(backend, &images).await?;
    let deed =
        Deed::ClientBranded { id: &view.id, name: &view.name, client: &client, before: &before, after: &branding };
    let line = trail::line(backend, &member.person().by(), &deed);
    let of = (view.project, &view.id);
    let done = if branding.is_views_own() {
        backend.storage.remove_branding(of, &client, &line).await
    } else {
        let author = member.person().name().to_owned();
        let record = BrandingRecord { client, branding, author, saved_at: backend.clock.now() };
        backend.storage.save_branding(of, &record, &line).await
    };
    done.map_err(|error| backend.internal(error))
}

/// What may be told of a view to somebody who looks at a log through it: as their client sees it.
pub async fn public_to(backend: &Backend, id: &ViewId, reader: &Reader) -> Result<PublicView, Problem> {
    let view = in_use(backend, id).await?;
    let client = reader.client().ok_or(Problem::NotAllowed)?;
    let config = as_seen_by(backend, &view, client).await?;
    Ok(PublicView { id: view.id, config, origins: view.origins })
}

/// How a view looks to a client.
pub(in crate::backend) async fn as_seen_by(
    backend: &Backend,
    view: &ViewRecord,
    client: &ClientId,
) -> Result<ViewConfig, Problem> {
    let theirs = backend.storage.branding(&view.id, client).await.map_err(|error| backend.internal(error))?;
    let config = view.config.clone();
    Ok(match theirs {
        Some(theirs) => config.worn_by(&theirs.branding),
        None => config,
    })
}
