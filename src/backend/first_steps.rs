//! How far a project has come: from nothing to a customer's log in the company's own page.

use super::auth::Member;
use super::storage::Stored;
use super::{Backend, search, views};
use crate::domain::access::ViewId;
use crate::domain::people::Right;
use crate::domain::problem::Problem;
use crate::domain::query::Filter;

/// What is done of what every company does first.
pub struct FirstSteps {
    /// The view to begin with; none where all are put away.
    pub view: Option<ViewId>,
    /// Somebody has saved how it looks.
    pub customized: bool,
    /// A page has asked for it.
    pub embedded: bool,
    /// The latest event of all.
    pub latest: Option<Stored>,
}

/// How far the member's project has come.
pub async fn first_steps(backend: &Backend, member: &Member) -> Result<FirstSteps, Problem> {
    member.project_to(Right::ManageKeys)?;
    let mut used = views::list(backend, member).await?;
    used.retain(|view| view.archived_at.is_none());
    let mut embedded = false;
    for view in &used {
        let seen = backend.storage.seen_origins(&view.id).await.map_err(|error| backend.internal(error))?;
        embedded |= !seen.is_empty();
    }
    let latest = search::page(backend, &member.reader()?, Filter::default(), None, 1).await?;
    Ok(FirstSteps {
        customized: used.iter().any(|view| view.version > 1),
        embedded,
        view: used.into_iter().next().map(|view| view.id),
        latest: latest.items.into_iter().next(),
    })
}
