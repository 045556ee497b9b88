//! Clients by the ids that people type and senders give them.

use super::Backend;
use crate::domain::access::{ClientId, ClientScope, ProjectId};
use crate::domain::problem::Problem;

/// The client that is meant by an id. Blanks around it do not count, unless there is a client from before that was so
/// forbidden whose id has them.
pub async fn meant(backend: &Backend, project: ProjectId, id: ClientId) -> Result<ClientId, Problem> {
    if !id.has_blanks_around() || knows(backend, project, &id).await? {
        return Ok(id);
    }
    Ok(id.without_blanks_around())
}

/// The log that is meant, by the same rule.
pub async fn meant_log(backend: &Backend, project: ProjectId, log: ClientScope) -> Result<ClientScope, Problem> {
    match log {
        ClientScope::One(id) => Ok(ClientScope::One(meant(backend, project, id).await?)),
        ClientScope::All | ClientScope::Trail => Ok(log),
    }
}

/// Whether an event may be of a client of this id: one that differs from another by blanks around it alone is not made
/// any more, but goes on where it is.
pub async fn may_be_sent(backend: &Backend, project: ProjectId, id: &ClientId) -> Result<bool, Problem> {
    Ok(!id.has_blanks_around() || knows(backend, project, id).await?)
}

async fn knows(backend: &Backend, project: ProjectId, id: &ClientId) -> Result<bool, Problem> {
    backend.storage.knows_client(project, id).await.map_err(|error| backend.internal(error))
}
