//! What readers do with a log, recorded in that log: it was opened, searched, exported. Only logs that exist have such
//! events, and one reader's of one kind only now and then: whoever may only read must not be able to fill a log.

mod event;
mod recent;

pub use event::VIEWED;
pub use recent::Recent;

use super::Backend;
use super::auth::{Reader, ReaderIdentity, Writer};
use super::ingest::{self, Translation, ingest_own};
use super::trail::{self, Deed};
use crate::domain::access::ClientId;
use crate::domain::event::Event;
use crate::domain::opening::RecordedOpenings;
use crate::domain::problem::Problem;
use recent::{Activity, HOUR, MINUTE};

/// Records an export that is about to be handed over: a customer's in their own log, a member's in the project's account
/// trail. One made with an API key is the company's own affair.
pub async fn record_export(backend: &Backend, reader: &Reader) -> Result<(), Problem> {
    match (reader.identity(), reader.client()) {
        (ReaderIdentity::Server, _) | (ReaderIdentity::Visitor(_) | ReaderIdentity::Unnamed(_), None) => Ok(()),
        (ReaderIdentity::Member(by), _) => {
            let line = trail::line(backend, by, &Deed::LogExported { log: &reader.scope().clients });
            let recorded = backend.storage.record(reader.scope().project, &line).await;
            recorded.map_err(|error| backend.internal(error))
        }
        (ReaderIdentity::Visitor(_) | ReaderIdentity::Unnamed(_), Some(client)) => {
            let activity = Activity::of(reader, client, event::EXPORTED);
            record(backend, &activity, MINUTE, async || {
                let event = event::of(backend, reader, client, event::EXPORTED, "Exported the audit log").await?;
                ingest_own(backend, reader.scope().project, &event).await
            })
            .await
        }
    }
}

/// Records that a reader has opened a view, where the view asks for it. Whether that can be recorded keeps nobody from
/// reading: a failure is in the server's log.
pub async fn record_opening(backend: &Backend, reader: &Reader) {
    if let Err(problem) = try_record_opening(backend, reader).await {
        tracing::error!(%problem, "that a view was opened could not be recorded");
    }
}

async fn try_record_opening(backend: &Backend, reader: &Reader) -> Result<(), Problem> {
    let (Some(id), Some(client)) = (reader.view(), reader.client()) else { return Ok(()) };
    if reader.is_test() {
        return Ok(());
    }
    let view = backend.storage.view(id).await.map_err(|error| backend.internal(error))?;
    let wanted = matches!(
        (view.map(|view| view.recorded), reader.identity()),
        (Some(RecordedOpenings::Named | RecordedOpenings::All), ReaderIdentity::Visitor(_))
            | (Some(RecordedOpenings::All), ReaderIdentity::Unnamed(_))
    );
    if !wanted {
        return Ok(());
    }
    record(backend, &Activity::of(reader, client, VIEWED), HOUR, async || {
        let event = event::of(backend, reader, client, VIEWED, "Opened the audit log").await?;
        ingest_own(backend, reader.scope().project, &event).await
    })
    .await
}

/// Records what a reader did in the words of another API, by the rules of events that are sent to it: under `action`,
/// with the `event` that is made from the client's name where it is time for one. `writer` is the key that the reader's
/// credential came from.
pub async fn record_as(
    backend: &Backend,
    (reader, writer): (&Reader, &Writer),
    action: &str,
    event: impl FnOnce(Option<String>) -> String,
    translation: &dyn Translation,
) -> Result<(), Problem> {
    let Some(client) = reader.client() else { return Ok(()) };
    record(backend, &Activity::of(reader, client, action), MINUTE, async || {
        let name = backend.storage.client_name(reader.scope().project, client).await;
        let name = name.map_err(|error| backend.internal(error))?;
        ingest::note_as(backend, writer, &event(name), translation).await
    })
    .await
}

/// Whether an event is what a customer's reader has left in the log by opening it.
pub fn is_own_opening(reader: &Reader, event: &Event) -> bool {
    match reader.identity() {
        ReaderIdentity::Visitor(_) | ReaderIdentity::Unnamed(_) => {
            event.action == VIEWED
                && event.actor.as_ref().is_some_and(|actor| actor.uuid == event::id(reader.identity()))
        }
        ReaderIdentity::Server | ReaderIdentity::Member(_) => false,
    }
}

/// Records an activity in a log that exists, unless the same was recorded a moment ago. What fails, or is broken off by a
/// reader who hangs up, is recorded the next time.
async fn record(
    backend: &Backend,
    activity: &Activity,
    hold: i64,
    event: impl AsyncFnOnce() -> Result<(), Problem>,
) -> Result<(), Problem> {
    let now = backend.clock.now();
    if !exists(backend, activity).await? {
        return Ok(());
    }
    let Some(turn) = backend.recent.begin(activity, now, hold) else { return Ok(()) };
    event().await?;
    turn.done();
    Ok(())
}

async fn exists(backend: &Backend, activity: &Activity) -> Result<bool, Problem> {
    let client: &ClientId = activity.client();
    let known = backend.storage.knows_client(activity.project(), client).await;
    known.map_err(|error| backend.internal(error))
}
