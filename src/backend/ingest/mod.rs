//! Taking events in: a request's body is read, checked whole, and stored whole or not at all.

mod batch;
mod document;
mod place;

use super::Backend;
use super::auth::Writer;
use super::storage::{Append, Receipt};
use crate::domain::problem::{Faults, Problem};
use batch::MOST_FAULTS;
use tokio::runtime::{Handle, RuntimeFlavor};

/// Bodies up to this many bytes are read where they arrive; larger ones would keep other requests of the thread waiting.
const READ_IN_PLACE: usize = 64 * 1024;

/// Stores a request's events and answers, once they are on disk, with a receipt for each in order.
///
/// The body is a JSON array of events, one event, or NDJSON: one event on each line. All faults of all events are
/// found at once (the first hundred are told), under paths such as `[0].actor.uuid`.
pub async fn ingest(backend: &Backend, writer: &Writer, body: &[u8]) -> Result<Vec<Receipt>, Problem> {
    let _turn = if body.len() > READ_IN_PLACE { Some(backend.large_batches.acquire().await) } else { None };
    let batch = read(body).map_err(|refused| {
        backend.metrics.batch_refused(refused.events);
        refused.problem
    })?;
    let events = batch.len() as u64;
    let receipts = append(backend, writer, batch).await.inspect_err(|_| backend.metrics.batch_refused(events))?;
    let repeated = receipts.iter().filter(|receipt| receipt.repeated).count() as u64;
    backend.metrics.batch_stored(receipts.len() as u64 - repeated, repeated);
    Ok(receipts)
}

/// The only way into the log for what somebody sends. An empty batch is fine and needs no commit.
async fn append(backend: &Backend, writer: &Writer, batch: Vec<Append>) -> Result<Vec<Receipt>, Problem> {
    check_clients(writer, &batch)?;
    if batch.is_empty() {
        return Ok(Vec::new());
    }
    backend.storage.append(writer.project(), batch).await.map_err(|error| backend.internal(error))
}

/// A writer of one client writes for no other.
fn check_clients(writer: &Writer, batch: &[Append]) -> Result<(), Problem> {
    let Some(own) = writer.client() else { return Ok(()) };
    let mut faults = Faults::default();
    for (at, _) in batch.iter().enumerate().filter(|(_, event)| !writer.may_write(&event.client)).take(MOST_FAULTS) {
        faults.add(format!("[{at}].client.uuid"), format!("expected {own}, the only client that this key is for"));
    }
    faults.or(())
}

fn read(body: &[u8]) -> Result<Vec<Append>, batch::Refused> {
    let may_block = Handle::try_current().is_ok_and(|handle| handle.runtime_flavor() == RuntimeFlavor::MultiThread);
    if body.len() > READ_IN_PLACE && may_block {
        tokio::task::block_in_place(|| batch::read(body))
    } else {
        batch::read(body)
    }
}
