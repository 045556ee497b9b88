//! Writes the events that mean somebody anew, page by page: one person at a time in each project, since two would undo each
//! other in an event that means both.

use super::note::{self, Rest};
use crate::backend::Backend;
use crate::backend::search::LONGEST_PAGE;
use crate::backend::shelf::LOOKED_FOR;
use crate::backend::storage::{Query, Replacement, StorageError, Stored, Stretch};
use crate::domain::access::{ProjectId, Scope};
use crate::domain::event::person::{Correction, corrected, says};
use crate::domain::problem::Problem;
use crate::domain::query::Cursor;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, watch};
use tokio::time::sleep;

/// Somebody in a project.
type Whom = (ProjectId, String);
/// How far it has come.
type Outcome = watch::Receiver<Stage>;

/// How far forgetting somebody has come.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Stage {
    UnderWay,
    Done,
    /// It stopped, such as at a full disk, and goes on by itself in a while.
    Stopped(Problem),
}

/// From a stop to the next attempt, at first and at most.
const SHORTEST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

/// What is under way.
#[derive(Default)]
pub struct Walks {
    /// Whose turn it is in a project.
    turns: Mutex<HashMap<ProjectId, Arc<tokio::sync::Mutex<()>>>>,
    forgetting: Mutex<HashMap<Whom, Outcome>>,
    /// Told when somebody asks for what has stopped.
    asked: Notify,
}

impl Walks {
    fn turn(&self, project: ProjectId) -> Arc<tokio::sync::Mutex<()>> {
        Arc::clone(self.turns.lock().unwrap_or_else(PoisonError::into_inner).entry(project).or_default())
    }

    fn forgetting(&self) -> MutexGuard<'_, HashMap<Whom, Outcome>> {
        self.forgetting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Goes on with what the last stop of the server broke off.
pub async fn go_on(backend: &Backend) -> Result<(), Problem> {
    let whom = async {
        let mut whom = Vec::new();
        for project in backend.storage.projects().await? {
            let unfinished = note::unfinished(backend, project.id).await?;
            whom.extend(unfinished.into_iter().map(|uuid| (project.id, uuid)));
        }
        Ok(whom)
    };
    for (project, uuid) in whom.await.map_err(|error| backend.internal(error))? {
        start(backend, (project, uuid));
    }
    Ok(())
}

/// Whether somebody is being forgotten at this moment.
pub fn is_under_way(backend: &Backend, project: ProjectId, uuid: &str) -> bool {
    backend.walks.forgetting().contains_key(&(project, uuid.to_owned()))
}

/// Does what somebody's note leaves to do, or waits for it to be done. It is done whether or not the caller waits; where it
/// stops, the caller is told why, and it goes on later.
pub async fn forget(backend: &Backend, project: ProjectId, uuid: &str) -> Result<(), Problem> {
    let mut outcome = start(backend, (project, uuid.to_owned()));
    if matches!(*outcome.borrow_and_update(), Stage::Stopped(_)) {
        backend.walks.asked.notify_waiters();
        // The next attempt says something new.
        outcome.changed().await.map_err(|_| Problem::Internal)?;
    }
    match outcome.wait_for(|stage| *stage != Stage::UnderWay).await.as_deref() {
        Ok(Stage::Done) => Ok(()),
        Ok(Stage::Stopped(problem)) => Err(problem.clone()),
        // The cause is in the server's log.
        _ => Err(Problem::Internal),
    }
}

fn start(backend: &Backend, whom: Whom) -> Outcome {
    let mut forgetting = backend.walks.forgetting();
    if let Some(outcome) = forgetting.get(&whom) {
        return outcome.clone();
    }
    let (stage, outcome) = watch::channel(Stage::UnderWay);
    forgetting.insert(whom.clone(), outcome.clone());
    let backend = backend.clone();
    tokio::spawn(async move {
        let mut closing = backend.closing.subscribe();
        let mut pause = SHORTEST_PAUSE;
        while let Err(error) = forget_all(&backend, whom.0, &whom.1).await {
            let asked = backend.walks.asked.notified();
            tokio::pin!(asked);
            // Before anybody can see that it has stopped, so that nobody asks in vain.
            asked.as_mut().enable();
            stage.send_replace(Stage::Stopped(backend.internal(error)));
            tokio::select! {
                _ = closing.wait_for(|closing| *closing) => break,
                () = asked => {}
                () = sleep(pause) => {}
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
            stage.send_replace(Stage::UnderWay);
        }
        backend.walks.forgetting().remove(&whom);
        if *stage.borrow() == Stage::UnderWay {
            stage.send_replace(Stage::Done);
        }
    });
    outcome
}

async fn forget_all(backend: &Backend, project: ProjectId, uuid: &str) -> Result<(), StorageError> {
    let turn = backend.walks.turn(project);
    let _turn = turn.lock().await;
    while let Some(kept) = note::kept(backend, project, uuid).await?
        && let Some(Rest { known, after }) = kept.rest.clone()
    {
        let correction = Correction::Forget { known };
        let older = correct_page(backend, project, uuid, &correction, after).await?;
        let Correction::Forget { known } = correction else { break };
        if older.is_none() {
            take_searches(backend, project, &known).await?;
        }
        let rest = older.map(|older| Rest { known, after: Some(older) });
        note::change(backend, project, kept, rest).await?;
    }
    backend.storage.overwrite().await
}

/// Takes away what was saved of searches for somebody's name: they would find nothing more.
async fn take_searches(backend: &Backend, project: ProjectId, known: &[String]) -> Result<(), StorageError> {
    let (scope, all) = (Scope::whole(project), Stretch { oldest_first: true, beside: None, limit: u32::MAX });
    for shelf in LOOKED_FOR {
        for part in backend.storage.parts(project, shelf).await? {
            for document in backend.storage.stretch(&scope, &part, &all).await? {
                if says(&document.body, known) {
                    backend.storage.take(&scope, &part, &document.id).await?;
                }
            }
        }
    }
    Ok(())
}

/// Corrects all events that mean somebody, unless they are forgotten by the time that it is this one's turn.
pub async fn update(backend: &Backend, project: ProjectId, uuid: &str, correction: Correction) -> Result<(), Problem> {
    let (own, uuid) = (backend.clone(), uuid.to_owned());
    // A task of its own: it goes on where the caller does not wait for it.
    let all = tokio::spawn(async move {
        let turn = own.walks.turn(project);
        let _turn = turn.lock().await;
        update_all(&own, project, &uuid, &correction).await
    });
    let all = all.await.unwrap_or_else(|error| Err(anyhow::Error::from(error).into()));
    all.map_err(|error| backend.internal(error))
}

async fn update_all(
    backend: &Backend,
    project: ProjectId,
    uuid: &str,
    correction: &Correction,
) -> Result<(), StorageError> {
    if note::kept(backend, project, uuid).await?.is_some() {
        return Ok(());
    }
    let mut after = None;
    loop {
        after = correct_page(backend, project, uuid, correction, after).await?;
        if after.is_none() {
            return Ok(());
        }
    }
}

/// Corrects one page of somebody's events; where the next one begins.
async fn correct_page(
    backend: &Backend,
    project: ProjectId,
    uuid: &str,
    correction: &Correction,
    after: Option<Cursor>,
) -> Result<Option<Cursor>, StorageError> {
    let query = Query { means: Some(uuid.to_owned()), after, limit: LONGEST_PAGE, ..Query::default() };
    let page = backend.storage.page(&Scope::whole(project), &query).await?;
    let documents = page.items.iter().filter_map(|stored| replacement(stored, uuid, correction));
    backend.storage.replace(project, &documents.collect::<Vec<_>>()).await?;
    Ok(page.next)
}

/// An event whose bytes are damaged says nothing of anybody, and keeps its bytes: whoever looks into the damage needs them.
fn replacement(stored: &Stored, uuid: &str, correction: &Correction) -> Option<Replacement> {
    let document = corrected(stored.text()?, uuid, correction)?;
    Some(Replacement { id: stored.stamp.id, document: document.into_bytes().into() })
}
