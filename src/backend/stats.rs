//! Sums over time, and clients as a whole: what the company's own people look at first.

use super::auth::Reader;
use super::storage::ClientsWanted;
use super::{Backend, search};
use crate::domain::access::ClientId;
use crate::domain::problem::Problem;
use crate::domain::stats::{ClientSummary, Span, Stats};

/// The values told of each field.
const MOST: usize = 10;

/// The sums of a span: of all that the reader may see, or of one client. Sums would tell of the events that a
/// credential narrows the log to, or of fields that it hides, so such a reader gets none.
pub async fn overview(
    backend: &Backend,
    reader: &Reader,
    client: Option<&ClientId>,
    span: Span,
) -> Result<Stats, Problem> {
    if !sees_all(reader) {
        return Err(Problem::NotAllowed);
    }
    let narrowed =
        client.map(|client| search::of_client(reader, client.clone()).ok_or(Problem::NotFound)).transpose()?;
    let scope = narrowed.as_ref().unwrap_or(reader).scope();
    backend.storage.stats(scope, span, MOST).await.map_err(|error| backend.internal(error))
}

/// Whether nothing is kept from the reader of the clients that they may see.
fn sees_all(reader: &Reader) -> bool {
    reader.restriction().is_none() && reader.hide().is_empty()
}

/// The clients that the reader may see, those active last first.
pub async fn clients(
    backend: &Backend,
    reader: &Reader,
    wanted: &ClientsWanted,
) -> Result<Vec<ClientSummary>, Problem> {
    if !sees_all(reader) {
        return Err(Problem::NotAllowed);
    }
    backend.storage.clients(reader.scope(), wanted).await.map_err(|error| backend.internal(error))
}

/// One client, if the reader may see it and it has events.
pub async fn client(backend: &Backend, reader: &Reader, client: &ClientId) -> Result<ClientSummary, Problem> {
    let reader = search::of_client(reader, client.clone()).ok_or(Problem::NotFound)?;
    let one = ClientsWanted { limit: 1, ..ClientsWanted::default() };
    clients(backend, &reader, &one).await?.into_iter().next().ok_or(Problem::NotFound)
}
