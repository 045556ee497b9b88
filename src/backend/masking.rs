//! What counts as a secret in a project's events. By default the usual names do; a project may add names and leave some
//! out, or turn masking off.

use super::Backend;
use super::auth::Steward;
use super::ingest::Names;
use super::storage::{Exchanged, KeptDocument, Name, NewDocument, StorageError, TrailLine};
use super::trail::{self, Deed, OnEvents};
use crate::domain::access::{ProjectId, Scope};
use crate::domain::problem::Problem;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A project's rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MaskingRules {
    pub on: bool,
    /// Names that count beside the usual ones.
    pub also: Vec<String>,
    /// Names, or paths such as `metadata.token`, that do not count.
    pub except: Vec<String>,
}

impl Default for MaskingRules {
    fn default() -> Self {
        Self { on: true, also: Vec::new(), except: Vec::new() }
    }
}

impl MaskingRules {
    pub(super) fn names(&self) -> Names {
        if !self.on {
            return Names::none();
        }
        Names::usual().with(self.also.iter().map(String::as_str)).without(self.except.iter().map(String::as_str))
    }

    /// What others change, each with its value before and after.
    fn changes(&self, other: &Self) -> Vec<(&'static str, Value, Value)> {
        let Self { on, also, except } = self;
        let pairs = [
            ("on", json!(on), json!(other.on)),
            ("also", json!(also), json!(other.also)),
            ("except", json!(except), json!(other.except)),
        ];
        pairs.into_iter().filter(|(_, before, after)| before != after).collect()
    }
}

const SHELF: &str = "masking";
const DOCUMENT: &str = "rules";
/// Longest name, and most of them, in a project's rules.
const LONGEST_NAME: usize = 200;
const MOST_NAMES: usize = 200;

/// A project's rules in force.
pub async fn rules(backend: &Backend, project: ProjectId) -> Result<MaskingRules, Problem> {
    match kept(backend, project).await.map_err(|error| backend.internal(error))? {
        None => Ok(MaskingRules::default()),
        Some(document) => read(&document).map_err(|error| backend.internal(error)),
    }
}

/// Changes them, and answers with those in force from now on: this process follows at once, any other on the same data
/// within a second. What is stored stays as it is. Where nothing changes, the trail has no line.
pub async fn change(
    backend: &Backend,
    steward: &Steward,
    change: impl FnOnce(MaskingRules) -> MaskingRules,
) -> Result<MaskingRules, Problem> {
    let project = steward.project();
    let document = kept(backend, project).await.map_err(|error| backend.internal(error))?;
    let before = document.as_ref().map_or_else(|| Ok(MaskingRules::default()), read);
    let before = before.map_err(|error| backend.internal(error))?;
    let rules = change(before.clone());
    check(&rules)?;
    let changes = before.changes(&rules);
    if changes.is_empty() {
        return Ok(rules);
    }
    let line = trail::line(backend, steward.by(), &Deed::OnEvents(OnEvents::MaskingChanged { changes }));
    let body = serde_json::to_string(&rules).map_err(|error| backend.internal(anyhow::Error::from(error).into()))?;
    let saved = save(backend, project, document, body, &line).await.map_err(|error| backend.internal(error))?;
    backend.known_rules.changed(project).await;
    if saved { Ok(rules) } else { Err(Problem::Busy { retry_after: 1 }) }
}

fn check(rules: &MaskingRules) -> Result<(), Problem> {
    for (field, list) in [("also", &rules.also), ("except", &rules.except)] {
        let fits = |name: &String| !name.trim().is_empty() && name.len() <= LONGEST_NAME;
        if !list.iter().all(fits) {
            return Err(Problem::invalid(field, format!("expected a name of 1 to {LONGEST_NAME} bytes")));
        }
        if list.len() > MOST_NAMES {
            return Err(Problem::invalid(field, format!("expected at most {MOST_NAMES} names")));
        }
    }
    Ok(())
}

/// False where somebody else was faster than whoever read the document.
async fn save(
    backend: &Backend,
    project: ProjectId,
    known: Option<KeptDocument>,
    body: String,
    line: &TrailLine,
) -> Result<bool, StorageError> {
    let now = backend.clock.now();
    let Some(known) = known else {
        let new = NewDocument { id: DOCUMENT.to_owned(), alias: None, client: None, body, created_at: now };
        return backend.storage.put(project, SHELF, &new, Some(line)).await;
    };
    let changed = KeptDocument { body, ..known };
    Ok(backend.storage.exchange(&Scope::whole(project), SHELF, &changed, now, Some(line)).await? == Exchanged::Done)
}

async fn kept(backend: &Backend, project: ProjectId) -> Result<Option<KeptDocument>, StorageError> {
    backend.storage.kept(&Scope::whole(project), SHELF, Name::Id(DOCUMENT)).await
}

fn read(document: &KeptDocument) -> Result<MaskingRules, StorageError> {
    serde_json::from_str(&document.body).map_err(|error| StorageError::Damaged(format!("the masking rules: {error}")))
}
