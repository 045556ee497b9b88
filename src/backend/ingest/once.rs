//! Requests that are sent again: their sender names each, and a repeat stores nothing twice.

use super::take_in;
use crate::backend::Backend;
use crate::backend::auth::Writer;
use crate::backend::storage::{NamedRequest, Receipt};
use crate::domain::problem::Problem;
use sha2::{Digest, Sha256};

/// How long a repeat is known, in milliseconds.
pub(super) const KNOWN_FOR: i64 = 24 * 3_600_000;
/// Most characters of a name.
const LONGEST: usize = 255;

/// Stores a request's events as [`super::ingest`] does. A second request with the same `name` and API key within a day is
/// the first one again: its events get the receipts that they got, also where both come at once. With another body it is
/// refused.
pub async fn ingest_once(
    backend: &Backend,
    writer: &Writer,
    body: &[u8],
    name: Option<&str>,
) -> Result<Vec<Receipt>, Problem> {
    let Some(name) = name else { return super::ingest(backend, writer, body).await };
    if name.is_empty() || name.len() > LONGEST || !name.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ') {
        return Err(Problem::invalid("Idempotency-Key", format!("expected 1 to {LONGEST} visible ASCII characters")));
    }
    let (project, now) = (writer.project(), backend.clock.now());
    let named = Sha256::new().chain_update(writer.key().as_str()).chain_update([0]).chain_update(name).finalize();
    let request = NamedRequest { name: named.into(), body: Sha256::digest(body).into(), at: now };
    let first = backend.storage.note_request(project, &request, now.plus_millis(-KNOWN_FOR)).await;
    let first = first.map_err(|error| backend.internal(error))?;
    if first.body != request.body {
        return Err(Problem::RequestDiffers);
    }
    let repeat = format!("request:{}:{}", hex(&first.name[..16]), first.at.millis());
    let stored = take_in(backend, writer, body, None, Some(&repeat), &mut |_| {}).await;
    match stored {
        Ok(receipts) => Ok(receipts.into_iter().map(|receipt| without(&repeat, receipt)).collect()),
        Err(problem) => {
            // What is refused for what it says is stored by no repeat: once corrected it may come under the same name.
            if first == request
                && !matches!(problem, Problem::Busy { .. } | Problem::StorageFull { .. } | Problem::Internal)
            {
                let forgotten = backend.storage.forget_request(project, &request).await;
                forgotten.map_err(|error| backend.internal(error))?;
            }
            Err(problem)
        }
    }
}

/// A receipt without the name that only we gave its event.
fn without(repeat: &str, receipt: Receipt) -> Receipt {
    let uuid = receipt.uuid.filter(|uuid| !uuid.starts_with(repeat));
    Receipt { uuid, ..receipt }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
}
