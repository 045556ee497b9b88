//! How strictly the rules of other vendors' APIs are kept: each project's choice, and what it means for requests.

mod watch;

pub use watch::{Violated, Watch, counted, watch};

use super::Backend;
use super::auth::Steward;
use super::storage::{Exchanged, KeptDocument, Name, NewDocument, StorageError, TrailLine};
use super::trail::{self, Deed, OnApis};
use crate::domain::access::{ProjectId, Scope};
use crate::domain::problem::Problem;
use crate::domain::strictness::{Api, Strictness, StrictnessOf};

pub(super) use watch::{Counts, KnownChoices, store};

const SHELF: &str = "strictness";
const DOCUMENT: &str = "chosen";

/// What a project has chosen.
pub async fn chosen(backend: &Backend, project: ProjectId) -> Result<StrictnessOf, Problem> {
    match kept(backend, project).await.map_err(|error| backend.internal(error))? {
        None => Ok(StrictnessOf::default()),
        Some(document) => read(&document).map_err(|error| backend.internal(error)),
    }
}

/// Chooses for one API: this process follows at once, any other on the same data within a second. Where nothing changes,
/// the trail has no line.
pub async fn choose(
    backend: &Backend,
    steward: &Steward,
    api: Api,
    strictness: Strictness,
) -> Result<StrictnessOf, Problem> {
    let project = steward.project();
    let document = kept(backend, project).await.map_err(|error| backend.internal(error))?;
    let before = document.as_ref().map_or_else(|| Ok(StrictnessOf::default()), read);
    let before = before.map_err(|error| backend.internal(error))?;
    let after = before.with(api, strictness);
    if before == after {
        return Ok(after);
    }
    let deed = OnApis::StrictnessChosen { api, before: before.of(api), after: strictness };
    let line = trail::line(backend, steward.by(), &Deed::OnApis(deed));
    let body = serde_json::to_string(&after).map_err(|error| backend.internal(anyhow::Error::from(error).into()))?;
    let saved = save(backend, project, document, body, &line).await.map_err(|error| backend.internal(error))?;
    backend.known_choices.changed(project);
    if saved { Ok(after) } else { Err(Problem::Busy { retry_after: 1 }) }
}

/// Begins anew with counting for one API.
pub async fn reset_counts(backend: &Backend, steward: &Steward, api: Api) -> Result<(), Problem> {
    counted(backend, steward.project()).await?;
    let line = trail::line(backend, steward.by(), &Deed::OnApis(OnApis::ViolationsReset { api }));
    let reset = backend.storage.forget_violations(steward.project(), api, &line).await;
    reset.map_err(|error| backend.internal(error))
}

/// False where somebody else was faster than whoever read the document.
async fn save(
    backend: &Backend,
    project: ProjectId,
    known: Option<KeptDocument>,
    body: String,
    line: &TrailLine,
) -> Result<bool, StorageError> {
    let now = backend.clock.now();
    let Some(known) = known else {
        let new = NewDocument { id: DOCUMENT.to_owned(), alias: None, client: None, body, created_at: now };
        return backend.storage.put(project, SHELF, &new, Some(line)).await;
    };
    let changed = KeptDocument { body, ..known };
    Ok(backend.storage.exchange(&Scope::whole(project), SHELF, &changed, now, Some(line)).await? == Exchanged::Done)
}

async fn kept(backend: &Backend, project: ProjectId) -> Result<Option<KeptDocument>, StorageError> {
    backend.storage.kept(&Scope::whole(project), SHELF, Name::Id(DOCUMENT)).await
}

fn read(document: &KeptDocument) -> Result<StrictnessOf, StorageError> {
    serde_json::from_str(&document.body).map_err(|error| StorageError::Damaged(format!("the strictness: {error}")))
}
