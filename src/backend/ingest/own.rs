//! Taking in events of our own making.

use super::desk::{Desk, Past};
use super::{rules, stored};
use crate::backend::Backend;
use crate::backend::storage::Append;
use crate::domain::access::ProjectId;
use crate::domain::problem::{Faults, Problem};
use serde_json::Value;
use std::sync::Arc;

/// Stores an event that nobody sent, such as that somebody took a log away. It passes what every event passes (secrets,
/// people who are forgotten, checks) and counts in no quota.
pub async fn ingest_own(backend: &Backend, project: ProjectId, event: &Value) -> Result<(), Problem> {
    let rules = rules::of(backend, project).await?;
    let desk = Desk { rules: &rules, translation: None, repeat: None, key: None, now: backend.clock.now() };
    let mut faults = Faults::default();
    let taken = desk.take(&event.to_string(), &Past::default(), "", &mut faults);
    let taken = taken.map_err(|error| backend.internal(anyhow::Error::from(error).into()))?;
    let batch: Vec<Append> = faults.or(taken)?.into_iter().collect();
    let storage = Arc::clone(&backend.storage);
    stored(backend, rules, async move { storage.append_uncounted(project, batch).await }).await.map(|_| ())
}
