//! What a project asks of events that come in: which names tell secrets, and who is to be forgotten.

use super::mask::Names;
use crate::backend::{Backend, actors, masking};
use crate::domain::access::ProjectId;
use crate::domain::problem::Problem;
use crate::domain::time::Timestamp;
use std::collections::{BTreeSet, HashMap};
use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use tokio::sync::{OwnedRwLockReadGuard, RwLock as Turns};

/// A project's rules in force.
#[derive(Debug, Default)]
pub struct Rules {
    pub names: Names,
    /// Ids of people whose names are not kept.
    pub forgotten: BTreeSet<String>,
}

/// Rules read lately, so that a busy sender does not cost database reads with every request; each counts for less than a
/// second.
#[derive(Default)]
pub struct KnownRules {
    known: RwLock<HashMap<ProjectId, Known>>,
    /// Whoever takes events in shares a project's turn; whoever changes its rules has it alone.
    turns: Mutex<HashMap<ProjectId, Arc<Turns<()>>>>,
}

struct Known {
    rules: Arc<Rules>,
    read_at: Timestamp,
}

impl KnownRules {
    const LIFE_MILLIS: i64 = 1_000;

    /// They have changed. Waits until every event that was taken in by those before is in the log; all others are taken in
    /// by the new ones.
    pub(in crate::backend) async fn changed(&self, project: ProjectId) {
        let _alone = self.turn(project).write_owned().await;
        self.known.write().unwrap_or_else(PoisonError::into_inner).remove(&project);
    }

    fn turn(&self, project: ProjectId) -> Arc<Turns<()>> {
        Arc::clone(self.turns.lock().unwrap_or_else(PoisonError::into_inner).entry(project).or_default())
    }

    fn fresh(&self, project: ProjectId, now: Timestamp) -> Option<Arc<Rules>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let known = known.get(&project)?;
        // A clock that was set back makes the age negative: read again.
        let age = now.millis() - known.read_at.millis();
        (0..Self::LIFE_MILLIS).contains(&age).then(|| Arc::clone(&known.rules))
    }
}

/// Rules that do not change before this is dropped: not before what was taken in by them is in the log.
pub(super) struct InForce {
    rules: Arc<Rules>,
    _turn: OwnedRwLockReadGuard<()>,
}

impl Deref for InForce {
    type Target = Rules;

    fn deref(&self) -> &Rules {
        &self.rules
    }
}

/// A project's rules.
pub(super) async fn of(backend: &Backend, project: ProjectId) -> Result<InForce, Problem> {
    let turn = backend.known_rules.turn(project).read_owned().await;
    Ok(InForce { rules: read(backend, project).await?, _turn: turn })
}

async fn read(backend: &Backend, project: ProjectId) -> Result<Arc<Rules>, Problem> {
    let now = backend.clock.now();
    if let Some(rules) = backend.known_rules.fresh(project, now) {
        return Ok(rules);
    }
    let names = masking::rules(backend, project).await?.names();
    let forgotten = actors::forgotten(backend, project).await?;
    let rules = Arc::new(Rules { names, forgotten });
    let known = Known { rules: Arc::clone(&rules), read_at: now };
    backend.known_rules.known.write().unwrap_or_else(PoisonError::into_inner).insert(project, known);
    Ok(rules)
}
