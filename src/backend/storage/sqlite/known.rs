//! Which of a group's events are there already.

use super::queue::{Job, Prepared};
use super::tail::Tail;
use super::{codec, writer::event_id};
use crate::domain::event::EventId;
use crate::domain::time::Timestamp;
use sqlx::{Row, SqlitePool};
use std::borrow::Cow;
use std::collections::HashMap;

/// The ids of a group's events that came before, or earlier in the group, by client and the sender's uuid.
#[derive(Default)]
pub struct Known<'j> {
    stored: HashMap<(i64, String), EventId>,
    here: HashMap<(i64, &'j str), EventId>,
}

impl<'j> Known<'j> {
    /// Looks for a group's events in the log. Equal digests are not enough: the documents decide.
    pub async fn before(group: &[Job], tail: &Tail, readers: &SqlitePool) -> anyhow::Result<Self> {
        let digests: Vec<i64> =
            group.iter().flat_map(|job| &job.events).map(|event| event.digest).filter(|digest| *digest != 0).collect();
        if digests.is_empty() {
            return Ok(Self::default());
        }
        // What leaves the tail is in the index by then, so the tail is asked first.
        let seqs = serde_json::to_string(&tail.find(&digests))?;
        let rows = sqlx::query(
            "select id, client, body from event where seq in (
               select r.seq from json_each(?) as j join idx.receipt as r on r.digest = j.value
               union select value from json_each(?)) order by seq",
        )
        .bind(serde_json::to_string(&digests)?)
        .bind(seqs)
        .fetch_all(readers)
        .await?;
        let mut stored = HashMap::new();
        for row in rows {
            let document = codec::decode(row.try_get(2)?)?;
            let sent: Uuid<'_> = serde_json::from_slice(&document)?;
            if let Some(uuid) = sent.name() {
                // The latest one stays: where a uuid holds for a while only, there may be several.
                stored.insert((row.try_get(1)?, uuid.into_owned()), event_id(row.try_get(0)?)?);
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

/// What tells repeats apart: the sender's uuid, or what stands for it in our note.
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
