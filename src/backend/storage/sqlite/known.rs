//! Which events are there already, by their senders' uuids.

use super::queue::{Job, Prepared, digest};
use super::reading::{Reading, Source};
use super::row::{COLUMNS, FROM, Row};
use super::tail::Tail;
use crate::backend::storage::{StorageError, Stored};
use crate::domain::access::{ClientScope, Scope};
use crate::domain::event::EventId;
use crate::domain::time::Timestamp;
use sqlx::{AssertSqlSafe, SqlitePool};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// The ids of a group's events that came before, or earlier in the group, by client and the sender's uuid.
#[derive(Default)]
pub struct Known<'j> {
    stored: HashMap<(i64, String), EventId>,
    here: HashMap<(i64, &'j str), EventId>,
}

impl<'j> Known<'j> {
    /// Looks for a group's events in the log. Equal digests are not enough: the documents decide.
    pub async fn before(group: &[Job], tail: &Tail, reading: &Reading) -> anyhow::Result<Self> {
        let digests: Vec<i64> =
            group.iter().flat_map(|job| &job.events).map(|event| event.digest).filter(|digest| *digest != 0).collect();
        if digests.is_empty() {
            return Ok(Self::default());
        }
        let mut stored = HashMap::new();
        let digests = digests.as_slice();
        for row in reading.read(|source| async move { with_digests(digests, tail, &source).await }).await? {
            if let Some(uuid) = repeated_by(&row.stored) {
                // The latest one stays: where a uuid holds for a while only, there may be several.
                stored.insert((row.logs[0], uuid.into_owned()), row.stored.stamp.id);
            }
        }
        Ok(Self { stored, here: HashMap::new() })
    }

    /// The id of the event that is the same, if there is one whose uuid still holds.
    pub fn id(&self, client: i64, event: &'j Prepared, now: Timestamp) -> Option<EventId> {
        let uuid = event.uuid.as_ref()?;
        let holds = |id: &&EventId| event.uuid_holds.is_none_or(|millis| id.received_at().plus_millis(millis) > now);
        let stored = || if self.stored.is_empty() { None } else { self.stored.get(&(client, uuid.clone())) };
        self.here.get(&(client, uuid.as_str())).or_else(stored).filter(holds).copied()
    }

    /// Notes an event about to be stored.
    pub fn add(&mut self, client: i64, event: &'j Prepared, id: EventId) {
        if let Some(uuid) = &event.uuid {
            self.here.insert((client, uuid), id);
        }
    }

    /// Takes one back that will not be.
    pub fn forget(&mut self, client: i64, event: &'j Prepared) {
        if let Some(uuid) = &event.uuid {
            self.here.remove(&(client, uuid.as_str()));
        }
    }
}

/// The events with these digests, oldest first. What cannot be read is no event's repeat.
async fn with_digests(digests: &[i64], tail: &Tail, source: &Source) -> Result<Vec<Row>, StorageError> {
    // What leaves the tail is in the index by then, so the tail is asked first.
    let seqs = serde_json::to_string(&tail.find(digests)).map_err(anyhow::Error::from)?;
    let stored = if source.scans {
        "select seq from event where digest in (select value from json_each(?))"
    } else {
        "select r.seq from json_each(?) as j join idx.receipt as r on r.digest = j.value"
    };
    let statement = format!(
        "select {COLUMNS} from {FROM} where e.seq in ({stored} union select value from json_each(?)) order by e.seq"
    );
    let rows = sqlx::query(AssertSqlSafe(statement))
        .bind(serde_json::to_string(digests).map_err(anyhow::Error::from)?)
        .bind(seqs)
        .fetch_all(&source.pool)
        .await?;
    Ok(rows.iter().map(Row::read).collect())
}

/// The latest event of a scope that repeats of this uuid are told by. The account trail has none.
pub async fn named(
    scope: &Scope,
    uuid: &str,
    tail: Option<&Tail>,
    source: &Source,
) -> Result<Option<Stored>, StorageError> {
    let Some(tail) = tail else {
        // Another process appends, and holds what is not in the index yet.
        let tail = Tail::default();
        load(&tail, &source.pool).await?;
        return Box::pin(named(scope, uuid, Some(&tail), source)).await;
    };
    let only = match &scope.clients {
        ClientScope::All => None,
        ClientScope::One(client) => Some(client.as_str()),
        ClientScope::Trail => return Ok(None),
    };
    let clients: Vec<(i64, String)> = sqlx::query_as(
        "select id, uuid from client where project = ?1 and log = -project and (?2 is null or uuid = ?2)",
    )
    .bind(scope.project.0)
    .bind(only)
    .fetch_all(&source.pool)
    .await?;
    let digests: Vec<i64> = clients.iter().map(|(_, client)| digest(scope.project, client, uuid)).collect();
    let theirs: HashSet<i64> = clients.into_iter().map(|(number, _)| number).collect();
    let events = with_digests(&digests, tail, source).await?;
    let is_named =
        |row: &Row| theirs.contains(&row.logs[0]) && repeated_by(&row.stored).is_some_and(|name| name == uuid);
    Ok(events.into_iter().rev().find(is_named).map(|row| row.stored))
}

/// Notes the uuids that the index does not have yet.
pub async fn load(tail: &Tail, readers: &SqlitePool) -> sqlx::Result<()> {
    let rows: Vec<(i64, i64)> = sqlx::query_as(
        "select digest, seq from event where seq > (select receipts from idx.progress) and digest <> 0 order by seq",
    )
    .fetch_all(readers)
    .await?;
    tail.add(rows);
    Ok(())
}

/// What tells repeats of a document apart: the sender's uuid, or what stands for it in our note.
fn repeated_by(stored: &Stored) -> Option<Cow<'_, str>> {
    serde_json::from_str(stored.text()?).ok().and_then(Uuid::name)
}

#[derive(serde::Deserialize)]
struct Uuid<'a> {
    #[serde(borrow, default)]
    uuid: Option<Cow<'a, str>>,
    #[serde(borrow, default, rename = "$daybook")]
    note: Option<Repeat<'a>>,
}

#[derive(serde::Deserialize)]
struct Repeat<'a> {
    #[serde(borrow, default)]
    repeat: Option<Cow<'a, str>>,
}

impl<'a> Uuid<'a> {
    fn name(self) -> Option<Cow<'a, str>> {
        self.uuid.filter(|uuid| !uuid.trim().is_empty()).or_else(|| self.note?.repeat)
    }
}
