//! Taking a history in: events that were kept elsewhere until now. They pass what every event passes (secrets, people who
//! are forgotten, checks), but each is stored or refused by itself, and none counts in the month's quota.

use super::batch::fits;
use super::desk::{Desk, Past};
use super::place::Place;
use super::rules::InForce;
use super::{NO_BLANKS, Translation, document, rules, stored};
use crate::backend::auth::Steward;
use crate::backend::storage::Append;
use crate::backend::trail::{self, Deed, Imported, OnEvents};
use crate::backend::{Backend, clients};
use crate::domain::problem::{Faults, Problem};
use std::sync::Arc;

/// Where an event says whose it is.
const CLIENT: &str = "client.uuid";

/// An event of a history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// As it was sent to the API that it is from.
    pub json: String,
    /// Its id there, which becomes its `uuid` unless it has one.
    pub uuid: Option<String>,
    /// What repeats of it are known by, if it has neither.
    pub repeat: String,
    /// Of an event that another Daybook kept: the API that it was sent to,
    pub api: Option<String>,
    /// and where something was masked.
    pub masked: Vec<String>,
}

/// What became of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Became {
    Stored,
    /// It was there already.
    Repeated,
    /// Every fault, by its path in the words of its API.
    Refused(Faults),
}

/// Notes in the account trail that a history is about to come: before its first event, so that one that is broken off
/// has a line as well.
pub async fn begin_import(backend: &Backend, steward: &Steward, history: &Imported<'_>) -> Result<(), Problem> {
    note(backend, steward, OnEvents::ImportBegun { history }).await
}

/// Notes what became of it.
pub async fn end_import(
    backend: &Backend,
    steward: &Steward,
    history: &Imported<'_>,
    stored: u64,
    refused: u64,
) -> Result<(), Problem> {
    note(backend, steward, OnEvents::ImportEnded { history, stored, refused }).await
}

async fn note(backend: &Backend, steward: &Steward, deed: OnEvents<'_>) -> Result<(), Problem> {
    let line = trail::line(backend, steward.by(), &Deed::OnEvents(deed));
    backend.storage.record(steward.project(), &line).await.map_err(|error| backend.internal(error))
}

/// Stores what can be stored of a part of a history, and answers for each event in order once that is on disk.
pub async fn import(
    backend: &Backend,
    steward: &Steward,
    items: Vec<Item>,
    translation: Option<Arc<dyn Translation>>,
) -> Result<Vec<Became>, Problem> {
    let rules = rules::of(backend, steward.project()).await?;
    let now = backend.clock.now();
    let theirs = translation.clone();
    let read = move || {
        let desk = Desk { rules: &rules, translation: theirs.as_deref(), repeat: None, key: None, now };
        let read = items.iter().map(|item| take(&desk, item)).collect::<Vec<_>>();
        (rules, read)
    };
    let (rules, read) =
        tokio::task::spawn_blocking(read).await.map_err(|error| backend.internal(anyhow::anyhow!(error).into()))?;
    store(backend, steward, read, rules, translation.as_deref()).await
}

async fn store(
    backend: &Backend,
    steward: &Steward,
    read: Vec<Result<Append, Faults>>,
    rules: InForce,
    translation: Option<&dyn Translation>,
) -> Result<Vec<Became>, Problem> {
    let (mut batch, mut became) = (Vec::with_capacity(read.len()), Vec::with_capacity(read.len()));
    let client = translation.map_or_else(|| CLIENT.to_owned(), |translation| translation.their_path(CLIENT));
    for one in read {
        became.push(match one {
            Ok(append) if !clients::may_be_sent(backend, steward.project(), &append.client).await? => {
                Became::Refused(Faults::one(client.clone(), NO_BLANKS))
            }
            Ok(append) => {
                batch.push(append);
                Became::Stored
            }
            Err(faults) => Became::Refused(faults),
        });
    }
    let (storage, project) = (Arc::clone(&backend.storage), steward.project());
    let receipts = stored(backend, rules, async move { storage.append_uncounted(project, batch).await }).await?;
    let kept = became.iter_mut().filter(|became| **became == Became::Stored);
    for (became, _) in kept.zip(receipts).filter(|(_, receipt)| receipt.repeated) {
        *became = Became::Repeated;
    }
    Ok(became)
}

fn take(desk: &Desk<'_>, item: &Item) -> Result<Append, Faults> {
    let Item { json, uuid, repeat, api, masked } = item;
    let past = Past { uuid: uuid.as_deref(), repeat: Some(repeat), api: api.as_deref(), masked };
    let mut faults = Faults::default();
    if !fits(json, "", &mut faults) {
        return Err(faults);
    }
    let taken = document::sound(json).and_then(|()| desk.take(json, &past, "", &mut faults));
    match taken {
        // A uuid that a live sender may use again after a while is one event for good in a history.
        Ok(Some(append)) if faults.is_empty() => Ok(Append { uuid_holds: None, ..append }),
        Ok(_) => Err(faults),
        Err(error) => {
            let place = Place::of(json, json.get(error.at..).unwrap_or(json));
            Err(Faults::one("", format!("{} {place}", error.reason)))
        }
    }
}
