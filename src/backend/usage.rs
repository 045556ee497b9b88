//! How much of its monthly quota a project has used.

use super::Backend;
use super::auth::Reader;
use crate::domain::problem::Problem;

/// A project's events of a calendar month (UTC), of all its clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    pub events: u64,
    /// Most it may store; `None` where there is no limit.
    pub limit: Option<u64>,
}

/// This month's. It is the whole project's, so only those who may read all of it are told.
pub async fn this_month(backend: &Backend, reader: &Reader) -> Result<Usage, Problem> {
    if reader.client().is_some() {
        return Err(Problem::NotAllowed);
    }
    let usage = backend.storage.usage(reader.scope().project, backend.clock.now()).await;
    usage.map_err(|error| backend.internal(error))
}
