//! What a project's choice means for requests: whether a violation refuses them, and how often there was one.

use crate::backend::Backend;
use crate::backend::storage::ViolationRecord;
use crate::domain::access::{ProjectId, ProjectName};
use crate::domain::problem::Problem;
use crate::domain::strictness::{Api, Strictness, StrictnessOf, Violation};
use crate::domain::time::Timestamp;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

/// Most characters that are kept of an example.
const LONGEST_EXAMPLE: usize = 500;
/// How long violations are counted in memory before they are stored.
const STORED_EVERY: Duration = Duration::from_secs(1);

/// What a project asks of the requests that come in.
#[derive(Clone)]
pub struct Watch {
    backend: Backend,
    project: ProjectId,
    choice: Arc<Choice>,
}

/// A project's choice, and its name.
struct Choice {
    chosen: StrictnessOf,
    project: ProjectName,
}

/// A violation that refuses its request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Violated;

impl Watch {
    /// Whether an API's own rules are looked at.
    pub fn looks(&self, api: Api) -> bool {
        self.choice.chosen.of(api) != Strictness::Open
    }

    /// What the project is called.
    pub fn project_name(&self) -> &ProjectName {
        &self.choice.project
    }

    /// A request violates a rule: `Err` where it is to be refused for it. The example says in words what was sent; no
    /// value of an event's that could be a person's is in it.
    pub fn violated(&self, violation: Violation, example: impl FnOnce() -> String) -> Result<(), Violated> {
        let is_strict = match self.choice.chosen.of(violation.api()) {
            Strictness::Open => return Ok(()),
            Strictness::Observe => false,
            Strictness::Strict => true,
        };
        let (accepted, refused) = (u64::from(!is_strict), u64::from(is_strict));
        let example = example().chars().take(LONGEST_EXAMPLE).collect();
        let at = self.backend.clock.now();
        note(&self.backend, self.project, ViolationRecord { violation, accepted, refused, at, example });
        if is_strict { Err(Violated) } else { Ok(()) }
    }
}

/// What a project asks of requests at this moment.
pub async fn watch(backend: &Backend, project: ProjectId) -> Result<Watch, Problem> {
    let now = backend.clock.now();
    let choice = match backend.known_choices.fresh(project, now) {
        Some(choice) => choice,
        None => read(backend, project, now).await?,
    };
    Ok(Watch { backend: backend.clone(), project, choice })
}

async fn read(backend: &Backend, project: ProjectId, now: Timestamp) -> Result<Arc<Choice>, Problem> {
    let chosen = super::chosen(backend, project).await?;
    let projects = backend.storage.projects().await.map_err(|error| backend.internal(error))?;
    let name = projects.into_iter().find(|known| known.id == project).ok_or(Problem::NotFound)?.name;
    let choice = Arc::new(Choice { chosen, project: name });
    let known = Known { choice: Arc::clone(&choice), read_at: now };
    backend.known_choices.0.write().unwrap_or_else(PoisonError::into_inner).insert(project, known);
    Ok(choice)
}

/// Choices read lately, so that a busy sender does not cost a database read with every request; each counts for less than
/// a second.
#[derive(Default)]
pub struct KnownChoices(RwLock<HashMap<ProjectId, Known>>);

struct Known {
    choice: Arc<Choice>,
    read_at: Timestamp,
}

impl KnownChoices {
    const LIFE_MILLIS: i64 = 1_000;

    pub(super) fn changed(&self, project: ProjectId) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).remove(&project);
    }

    fn fresh(&self, project: ProjectId, now: Timestamp) -> Option<Arc<Choice>> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let known = known.get(&project)?;
        // A clock that was set back makes the age negative: read again.
        let age = now.millis() - known.read_at.millis();
        (0..Self::LIFE_MILLIS).contains(&age).then(|| Arc::clone(&known.choice))
    }
}

/// Violations that are counted and not stored yet.
#[derive(Default)]
pub struct Counts(Mutex<Counted>);

#[derive(Default)]
struct Counted {
    by_project: BTreeMap<ProjectId, BTreeMap<Violation, ViolationRecord>>,
    /// Whether somebody is about to store them.
    awaited: bool,
}

impl Counts {
    fn lock(&self) -> MutexGuard<'_, Counted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds to them; true where somebody must see to it that they are stored.
    fn add(&self, project: ProjectId, new: ViolationRecord) -> bool {
        let mut counted = self.lock();
        let of_project = counted.by_project.entry(project).or_default();
        of_project
            .entry(new.violation)
            .and_modify(|known| {
                known.accepted += new.accepted;
                known.refused += new.refused;
                (known.at, known.example) = (new.at, new.example.clone());
            })
            .or_insert(new);
        !std::mem::replace(&mut counted.awaited, true)
    }
}

fn note(backend: &Backend, project: ProjectId, record: ViolationRecord) {
    if backend.violations.add(project, record) {
        let backend = backend.clone();
        tokio::spawn(async move {
            tokio::time::sleep(STORED_EVERY).await;
            // Nobody is there to be told; that it is logged is all that can be done.
            store(&backend).await.ok();
        });
    }
}

/// Stores what is counted.
pub(in crate::backend) async fn store(backend: &Backend) -> Result<(), Problem> {
    let Counted { by_project, .. } = std::mem::take(&mut *backend.violations.lock());
    for (project, records) in by_project {
        let records: Vec<ViolationRecord> = records.into_values().collect();
        let added = backend.storage.add_violations(project, &records).await;
        added.map_err(|error| backend.internal(error))?;
    }
    Ok(())
}

/// All that is counted of a project.
pub async fn counted(backend: &Backend, project: ProjectId) -> Result<Vec<ViolationRecord>, Problem> {
    store(backend).await?;
    backend.storage.violations(project).await.map_err(|error| backend.internal(error))
}
