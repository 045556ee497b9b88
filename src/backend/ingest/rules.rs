//! What a project asks of events that come in: which names tell secrets, and who is to be forgotten.

use super::mask::Names;
use crate::backend::{Backend, actors, masking};
use crate::domain::access::ProjectId;
use crate::domain::problem::Problem;
use crate::domain::time::Timestamp;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, PoisonError, RwLock};

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
pub struct KnownRules(RwLock<HashMap<ProjectId, Known>>);

struct Known {
    rules: Arc<Rules>,
    read_at: Timestamp,
}

impl KnownRules {
    const LIFE_MILLIS: i64 = 1_000;

    /// They have changed.
    pub(in crate::backend) fn forget(&self, project: ProjectId) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).remove(&project);
    }

    fn fresh(&self, project: ProjectId, now: Timestamp) -> Option<Arc<Rules>> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let known = known.get(&project)?;
        // A clock that was set back makes the age negative: read again.
        let age = now.millis() - known.read_at.millis();
        (0..Self::LIFE_MILLIS).contains(&age).then(|| Arc::clone(&known.rules))
    }
}

/// A project's rules.
pub(super) async fn of(backend: &Backend, project: ProjectId) -> Result<Arc<Rules>, Problem> {
    let now = backend.clock.now();
    if let Some(rules) = backend.known_rules.fresh(project, now) {
        return Ok(rules);
    }
    let names = masking::rules(backend, project).await?.names();
    let forgotten = actors::forgotten(backend, project).await?;
    let rules = Arc::new(Rules { names, forgotten });
    let known = Known { rules: Arc::clone(&rules), read_at: now };
    backend.known_rules.0.write().unwrap_or_else(PoisonError::into_inner).insert(project, known);
    Ok(rules)
}
