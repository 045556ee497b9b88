//! Taking events in: a request's body is read, checked whole, and stored whole or not at all.

mod batch;
mod desk;
mod document;
mod import;
mod mask;
mod once;
mod own;
mod place;
mod rules;
mod surrogates;
mod translation;

pub use import::{Became, Item, begin_import, end_import, import};
pub use mask::{Names, UsualNames};
pub use once::ingest_once;
pub use own::ingest_own;
pub use rules::KnownRules;
pub use translation::Translation;

use super::auth::Writer;
use super::storage::{Append, Receipt, StorageError, Stored};
use super::{Backend, clients};
use crate::domain::access::{ClientId, ClientScope, Scope};
use crate::domain::event::Stamp;
use crate::domain::problem::{Faults, Problem};
use batch::MOST_FAULTS;
use desk::Desk;
use rules::InForce;
use std::sync::Arc;
use tokio::runtime::{Handle, RuntimeFlavor};

/// What is said of a new client whose id has some.
const NO_BLANKS: &str = "expected an id without blanks at its beginning and end";
/// Bodies up to this many bytes are read where they arrive; larger ones would keep other requests of the thread waiting.
const READ_IN_PLACE: usize = 64 * 1024;

/// Stores a request's events and answers, once they are on disk, with a receipt for each in order.
///
/// The body is a JSON array of events, one event, or NDJSON: one event on each line. All faults of all events are
/// found at once (the first hundred are told), under paths such as `[0].actor.uuid`.
pub async fn ingest(backend: &Backend, writer: &Writer, body: &[u8]) -> Result<Vec<Receipt>, Problem> {
    take_in(backend, writer, body, None, None, &mut |_| {}).await
}

/// An event as it is kept now.
#[derive(Debug, Clone)]
pub struct Kept {
    pub receipt: Receipt,
    /// What was sent; of a repeat, which is not stored, what was just sent.
    pub stored: Stored,
}

/// The same with the events of another API, which their translation also names in faults.
pub async fn ingest_as(
    backend: &Backend,
    writer: &Writer,
    body: &[u8],
    translation: &dyn Translation,
) -> Result<Vec<Kept>, Problem> {
    let mut sent = Vec::new();
    let mut keep = |batch: &[Append]| sent = batch.to_vec();
    let receipts = take_in(backend, writer, body, Some(translation), None, &mut keep).await?;
    let kept = |(receipt, sent): (Receipt, Append)| {
        let stamp = Stamp { id: receipt.id, occurred_at: sent.occurred_at.unwrap_or(receipt.id.received_at()) };
        let stored = Stored { stamp, client: sent.client.into(), document: Ok(sent.document) };
        Kept { receipt, stored }
    };
    Ok(receipts.into_iter().zip(sent).map(kept).collect())
}

/// The same with one event, which its API takes alone: faults have no number.
pub async fn ingest_one_as(
    backend: &Backend,
    writer: &Writer,
    body: &[u8],
    translation: &dyn Translation,
) -> Result<Kept, Problem> {
    batch::is_one(body).inspect_err(|_| backend.metrics.batch_refused(0))?;
    let kept = ingest_as(backend, writer, body, translation).await.map_err(of_one)?;
    kept.into_iter().next().ok_or(Problem::Internal)
}

/// Faults of the only event there is, without its number.
fn of_one(problem: Problem) -> Problem {
    let Problem::Invalid { faults } = problem else { return problem };
    let mut renamed = Faults::default();
    for (path, expected) in faults.iter() {
        let path = path.strip_prefix("[0]").map_or(path, |path| path.trim_start_matches('.'));
        for expected in expected {
            renamed.add(path, expected);
        }
    }
    Problem::Invalid { faults: renamed }
}

/// An event that nobody sent and we note of a caller, as their API would have it: by the same rules, but beyond the
/// project's quota, which must not keep anybody from reading.
pub async fn note_as(
    backend: &Backend,
    writer: &Writer,
    event: &str,
    translation: &dyn Translation,
) -> Result<(), Problem> {
    let rules = rules::of(backend, writer.project()).await?;
    let batch = checked(backend, writer, event.as_bytes(), (Some(translation), None), &rules).await?;
    check_clients(writer, &batch)?;
    let (storage, project) = (Arc::clone(&backend.storage), writer.project());
    stored(backend, rules, async move { storage.append_uncounted(project, batch).await }).await.map(|_| ())
}

/// Whether an event of this `uuid` is stored already, in a log that the writer may write, and repeats of it still count
/// for the same: `holds` for so many milliseconds, for good where `None`.
pub async fn is_repeat(
    backend: &Backend,
    writer: &Writer,
    client: &ClientId,
    uuid: &str,
    holds: Option<i64>,
) -> Result<bool, Problem> {
    if !writer.may_write(client) {
        return Ok(false);
    }
    let scope = Scope { project: writer.project(), clients: ClientScope::One(client.clone()) };
    let stored = backend.storage.named(&scope, uuid).await.map_err(|error| backend.internal(error))?;
    let now = backend.clock.now();
    let still = |stored: Stored| holds.is_none_or(|millis| stored.stamp.id.received_at().plus_millis(millis) > now);
    Ok(stored.is_some_and(still))
}

async fn take_in(
    backend: &Backend,
    writer: &Writer,
    body: &[u8],
    translation: Option<&dyn Translation>,
    repeat: Option<&str>,
    keep: &mut (dyn FnMut(&[Append]) + Send),
) -> Result<Vec<Receipt>, Problem> {
    let rules = rules::of(backend, writer.project()).await?;
    let batch = checked(backend, writer, body, (translation, repeat), &rules).await?;
    let events = batch.len() as u64;
    let refused = |_: &Problem| backend.metrics.batch_refused(events);
    check_new_clients(backend, writer, &batch, translation).await.inspect_err(refused)?;
    keep(&batch);
    let receipts = append(backend, writer, batch, rules).await.inspect_err(refused)?;
    let repeated = receipts.iter().filter(|receipt| receipt.repeated).count() as u64;
    backend.metrics.batch_stored(receipts.len() as u64 - repeated, repeated);
    Ok(receipts)
}

/// A body's events, ready to be stored.
async fn checked(
    backend: &Backend,
    writer: &Writer,
    body: &[u8],
    (translation, repeat): (Option<&dyn Translation>, Option<&str>),
    rules: &InForce,
) -> Result<Vec<Append>, Problem> {
    let desk = Desk { rules, translation, repeat, key: Some(writer.key()), now: backend.clock.now() };
    let _turn = if body.len() > READ_IN_PLACE { Some(backend.large_batches.acquire().await) } else { None };
    read(body, &desk).map_err(|refused| {
        backend.metrics.batch_refused(refused.events);
        refused.problem
    })
}

/// The only way into the log for what somebody sends. An empty batch is fine and needs no commit.
async fn append(
    backend: &Backend,
    writer: &Writer,
    batch: Vec<Append>,
    rules: InForce,
) -> Result<Vec<Receipt>, Problem> {
    check_clients(writer, &batch)?;
    if batch.is_empty() {
        return Ok(Vec::new());
    }
    let (storage, project) = (Arc::clone(&backend.storage), writer.project());
    stored(backend, rules, async move { storage.append(project, batch).await }).await
}

/// Waits until a batch is stored. The rules that it was taken in by are kept until then also where its sender goes away
/// meanwhile: what is on its way to the disk arrives there all the same.
async fn stored(
    backend: &Backend,
    rules: InForce,
    storing: impl Future<Output = Result<Vec<Receipt>, StorageError>> + Send + 'static,
) -> Result<Vec<Receipt>, Problem> {
    let storing = tokio::spawn(async move {
        let receipts = storing.await;
        drop(rules);
        receipts
    });
    let receipts = storing.await.unwrap_or_else(|error| Err(anyhow::Error::from(error).into()));
    receipts.map_err(|error| backend.internal(error))
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

/// Refuses events of clients that would differ from others by blanks around their ids alone.
async fn check_new_clients(
    backend: &Backend,
    writer: &Writer,
    batch: &[Append],
    translation: Option<&dyn Translation>,
) -> Result<(), Problem> {
    let mut faults = Faults::default();
    for (at, event) in batch.iter().enumerate().filter(|(_, event)| event.client.has_blanks_around()) {
        if faults.len() < MOST_FAULTS && !clients::may_be_sent(backend, writer.project(), &event.client).await? {
            let ours = "client.uuid";
            let path = translation.map_or_else(|| ours.to_owned(), |translation| translation.their_path(ours));
            faults.add(format!("[{at}].{path}"), NO_BLANKS);
        }
    }
    faults.or(())
}

fn read(body: &[u8], desk: &Desk<'_>) -> Result<Vec<Append>, batch::Refused> {
    let may_block = Handle::try_current().is_ok_and(|handle| handle.runtime_flavor() == RuntimeFlavor::MultiThread);
    if body.len() > READ_IN_PLACE && may_block {
        tokio::task::block_in_place(|| batch::read(body, desk))
    } else {
        batch::read(body, desk)
    }
}
