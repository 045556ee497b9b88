//! The notes of who is forgotten: a document for each person, by their id. While events that mean them are being written
//! anew, it says what is known to name them and how far that has come; then it says nothing.

use crate::backend::Backend;
use crate::backend::storage::{Exchanged, KeptDocument, Name, NewDocument, StorageError, Stretch, TrailLine};
use crate::domain::access::{ProjectId, Scope};
use crate::domain::problem::Problem;
use crate::domain::query::Cursor;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

const SHELF: &str = "forgotten";

/// What a note says.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Note {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rest: Option<Rest>,
}

/// What is left to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rest {
    /// What is known to name them.
    pub known: Vec<String>,
    /// The last event that is done; none is where `None`.
    pub after: Option<Cursor>,
}

/// A note as it is kept, and what it leaves to do.
pub struct Kept {
    document: KeptDocument,
    pub rest: Option<Rest>,
}

/// Everybody whom a project has forgotten.
pub async fn forgotten(backend: &Backend, project: ProjectId) -> Result<BTreeSet<String>, Problem> {
    let people = all(backend, project).await.map_err(|error| backend.internal(error))?;
    Ok(people.into_iter().map(|person| person.id).collect())
}

/// Those whose events are still to be written anew.
pub async fn unfinished(backend: &Backend, project: ProjectId) -> Result<Vec<String>, StorageError> {
    let mut unfinished = Vec::new();
    for document in all(backend, project).await? {
        let kept = read(document)?;
        unfinished.extend(kept.rest.is_some().then_some(kept.document.id));
    }
    Ok(unfinished)
}

/// Notes that somebody is forgotten from now on, with a line where they were not before, and that all their events are to
/// be written anew.
pub async fn begin(
    backend: &Backend,
    project: ProjectId,
    uuid: &str,
    known: Vec<String>,
    line: &TrailLine,
) -> Result<(), StorageError> {
    let rest = Some(Rest { known, after: None });
    let note = NewDocument {
        id: uuid.to_owned(),
        alias: None,
        client: None,
        body: written(&Note { rest: rest.clone() })?,
        created_at: backend.clock.now(),
    };
    if !backend.storage.put(project, SHELF, &note, Some(line)).await?
        && let Some(kept) = kept(backend, project, uuid).await?
        // One that was broken off goes on with what it knew: events say less of the name by now.
        && kept.rest.is_none()
    {
        change(backend, project, kept, rest).await?;
    }
    Ok(())
}

/// Somebody's note.
pub async fn kept(backend: &Backend, project: ProjectId, uuid: &str) -> Result<Option<Kept>, StorageError> {
    let document = backend.storage.kept(&Scope::whole(project), SHELF, Name::Id(uuid)).await?;
    document.map(read).transpose()
}

/// Puts down what is left to do. Where somebody changed the note meanwhile, theirs stays: it leaves more to do.
pub async fn change(
    backend: &Backend,
    project: ProjectId,
    kept: Kept,
    rest: Option<Rest>,
) -> Result<Exchanged, StorageError> {
    let document = KeptDocument { body: written(&Note { rest })?, ..kept.document };
    backend.storage.exchange(&Scope::whole(project), SHELF, &document, backend.clock.now(), None).await
}

async fn all(backend: &Backend, project: ProjectId) -> Result<Vec<KeptDocument>, StorageError> {
    let all = Stretch { oldest_first: true, beside: None, limit: u32::MAX };
    backend.storage.stretch(&Scope::whole(project), SHELF, &all).await
}

fn read(document: KeptDocument) -> Result<Kept, StorageError> {
    let note = serde_json::from_str::<Note>(&document.body);
    let Note { rest } = note.map_err(|error| StorageError::Damaged(format!("who is forgotten: {error}")))?;
    Ok(Kept { document, rest })
}

fn written(note: &Note) -> Result<String, StorageError> {
    serde_json::to_string(note).map_err(|error| StorageError::Engine(error.into()))
}
