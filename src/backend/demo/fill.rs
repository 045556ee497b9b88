//! Putting the demo's history into an empty log.

use super::{CLIENTS, EVENTS, SEED, documents};
use crate::backend::Backend;
use crate::backend::auth::{ApiCredential, Steward, Writer};
use crate::backend::ingest::ingest;
use crate::backend::keys::{self, NewKey};
use crate::backend::storage::Query;
use crate::domain::access::{ClientScope, ProjectId, Scope};
use crate::domain::problem::Problem;

/// Events in one request.
const BATCH: usize = 250;

/// Fills the project's log if it holds nothing yet; answers with the number of events stored. It comes in by the same
/// door as everybody: a key is made for it, and revoked when it is done.
pub async fn fill_when_empty(backend: &Backend, project: ProjectId) -> Result<u64, Problem> {
    if !is_empty(backend, project).await? {
        return Ok(0);
    }
    let steward = Steward::of_the_machine(project);
    let key = keys::create(backend, &steward, NewKey::named("Demo history")).await?;
    let credential = ApiCredential::parse(None, Some(&format!("Bearer {}", key.bearer)))?;
    let filled = fill(backend, &credential.writer(backend).await?).await;
    keys::revoke(backend, &steward, &key.id).await?;
    filled
}

/// Stores the history up to now; answers with the number of events.
pub async fn fill(backend: &Backend, writer: &Writer) -> Result<u64, Problem> {
    let history: Vec<String> = documents(SEED, backend.clock().now(), CLIENTS.len() as u64, EVENTS).collect();
    for batch in history.chunks(BATCH) {
        ingest(backend, writer, format!("[{}]", batch.join(",")).as_bytes()).await?;
    }
    Ok(history.len() as u64)
}

/// No event is told, only whether there is one.
async fn is_empty(backend: &Backend, project: ProjectId) -> Result<bool, Problem> {
    let scope = Scope { project, clients: ClientScope::All };
    let query = Query { limit: 1, ..Query::default() };
    let page = backend.storage.page(&scope, &query).await.map_err(|error| backend.internal(error))?;
    Ok(page.items.is_empty())
}
