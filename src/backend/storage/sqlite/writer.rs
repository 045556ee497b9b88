//! The one writer of the log: takes what has arrived, commits it in one transaction, answers everyone.

use super::ids::Ids;
use super::queue::{Job, Prepared, Queue};
use super::{codec, tail::Tail};
use crate::backend::clock::Clock;
use crate::backend::storage::{Receipt, StorageError};
use crate::domain::access::ProjectId;
use crate::domain::event::EventId;
use crate::domain::time::Timestamp;
use sqlx::{Connection, Row, SqliteConnection, SqlitePool};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use tokio::sync::{Notify, mpsc};

/// Events committed at once: while these go to the disk, the requests of the next are read.
const GROUP: usize = 2_000;

/// Owns the write connection.
pub struct Writer {
    log: SqliteConnection,
    /// For looking at what was stored before.
    readers: SqlitePool,
    tail: Arc<Tail>,
    clock: Clock,
    ids: Ids,
    seq: i64,
    /// Whether a transaction is open.
    begun: bool,
    clients: HashMap<(ProjectId, String), Client>,
    monthly_quota: Option<u64>,
    /// Tells the index that there is more,
    grown: Arc<Notify>,
    /// and how much.
    written: Arc<AtomicI64>,
}

/// A client's row.
struct Client {
    row: i64,
    name: Option<String>,
}

/// What a job becomes: rows for its new events, and its receipts.
struct Planned<'j> {
    rows: Vec<NewRow<'j>>,
    receipts: Vec<Receipt>,
}

struct NewRow<'j> {
    seq: i64,
    id: EventId,
    client: i64,
    occurred_at: i64,
    event: &'j Prepared,
}

impl Writer {
    /// Goes on after the last event of the log.
    pub async fn open(
        mut log: SqliteConnection,
        readers: SqlitePool,
        tail: Arc<Tail>,
        clock: Clock,
        monthly_quota: Option<u64>,
        grown: Arc<Notify>,
        written: Arc<AtomicI64>,
    ) -> anyhow::Result<Self> {
        let last = sqlx::query("select seq, id from event order by seq desc limit 1").fetch_optional(&mut log).await?;
        let (seq, last) = match last {
            None => (0, None),
            Some(row) => (row.try_get("seq")?, Some(event_id(row.try_get("id")?)?)),
        };
        Ok(Self {
            log,
            readers,
            tail,
            clock,
            ids: Ids::after(last),
            seq,
            begun: false,
            clients: HashMap::new(),
            monthly_quota,
            grown,
            written,
        })
    }

    /// Begins to write what comes; ends when every [`Queue`] is gone.
    pub fn start(mut self) -> (Queue, tokio::task::JoinHandle<()>) {
        let (queue, mut arriving) = Queue::new();
        let task = tokio::spawn(async move {
            while let Some(first) = arriving.recv().await {
                let group = gather(first, &mut arriving).await;
                self.commit(group).await;
            }
            if let Err(error) = self.log.close().await {
                tracing::error!(%error, "the log did not close cleanly");
            }
        });
        (queue, task)
    }

    /// Commits a group and answers its jobs. A job that is refused leaves the others as they are; a failing disk
    /// fails them all, and the transaction with them.
    async fn commit(&mut self, group: Vec<Job>) {
        let seq = self.seq;
        let outcome = self.store(&group).await;
        match outcome {
            Ok(answers) => {
                self.written.store(self.seq, Ordering::Relaxed);
                self.grown.notify_one();
                for (job, answer) in group.into_iter().zip(answers) {
                    // Nobody waits any more: the sender hung up, and will find its events stored when it asks again.
                    let _ = job.answer.send(answer);
                }
            }
            Err(error) => {
                if std::mem::take(&mut self.begun)
                    && let Err(error) = sqlx::query("rollback").execute(&mut self.log).await
                {
                    tracing::debug!(%error, "the engine had rolled back already");
                }
                self.seq = seq;
                self.tail.forget_after(seq);
                self.clients.clear();
                let reason = format!("{error:#}");
                tracing::error!(error = %reason, "a commit failed");
                for job in group {
                    let _ = job.answer.send(Err(StorageError::Engine(anyhow::anyhow!("the commit failed: {reason}"))));
                }
            }
        }
    }

    async fn store(&mut self, group: &[Job]) -> anyhow::Result<Vec<Result<Vec<Receipt>, StorageError>>> {
        let now = self.clock.now();
        let known = self.known_before(group).await?;
        let mut answers = Vec::with_capacity(group.len());
        let mut rows = Vec::new();
        let mut used: BTreeMap<ProjectId, u64> = BTreeMap::new();
        for job in group {
            let planned = self.plan(job, &known, now).await?;
            let new = planned.rows.len() as u64;
            let used = used.entry(job.project).or_default();
            if let Some(limit) = self.over_quota(job.project, *used, new, now).await? {
                planned.rows.iter().for_each(|row| self.tail.forget(row.event.digest, row.seq));
                answers.push(Err(StorageError::OverQuota { limit }));
                continue;
            }
            *used += new;
            rows.extend(planned.rows);
            answers.push(Ok(planned.receipts));
        }
        if !rows.is_empty() {
            self.begin().await?;
            insert(&mut self.log, &rows).await?;
        }
        for (project, events) in used.into_iter().filter(|(_, events)| *events > 0) {
            self.use_up(project, events, now).await?;
        }
        if std::mem::take(&mut self.begun) {
            sqlx::query("commit").execute(&mut self.log).await?;
        }
        Ok(answers)
    }

    /// Begins the transaction when the first row is about to be written: a group of repeats alone needs none.
    async fn begin(&mut self) -> anyhow::Result<()> {
        if !self.begun {
            sqlx::query("begin immediate").execute(&mut self.log).await?;
            self.begun = true;
        }
        Ok(())
    }

    /// Earlier events with the digests of this group: candidates for being the same, by digest.
    async fn known_before(&self, group: &[Job]) -> anyhow::Result<HashMap<i64, Vec<i64>>> {
        let digests: Vec<i64> =
            group.iter().flat_map(|job| &job.events).map(|event| event.digest).filter(|digest| *digest != 0).collect();
        let mut known = HashMap::new();
        if digests.is_empty() {
            return Ok(known);
        }
        // What leaves the tail is in the index by then, so the tail is asked first.
        self.tail.find(&digests, &mut known);
        let list = serde_json::to_string(&digests)?;
        let rows =
            sqlx::query("select r.digest, r.seq from json_each(?) as j join idx.receipt as r on r.digest = j.value")
                .bind(list)
                .fetch_all(&self.readers)
                .await?;
        for row in rows {
            known.entry(row.try_get(0)?).or_insert_with(Vec::new).push(row.try_get(1)?);
        }
        Ok(known)
    }

    /// Numbers a job's new events and finds the first receipts of the others.
    async fn plan<'j>(
        &mut self,
        job: &'j Job,
        known: &HashMap<i64, Vec<i64>>,
        now: Timestamp,
    ) -> anyhow::Result<Planned<'j>> {
        let mut planned =
            Planned { rows: Vec::with_capacity(job.events.len()), receipts: Vec::with_capacity(job.events.len()) };
        let mut here: HashMap<(&str, &str), EventId> = HashMap::new();
        for event in &job.events {
            let client = self.client(job.project, event).await?;
            let earlier = match &event.uuid {
                None => None,
                Some(uuid) => match here.get(&(event.client.as_str(), uuid.as_str())) {
                    Some(id) => Some(*id),
                    None => self.earlier(event.digest, client, uuid, known).await?,
                },
            };
            let id = if let Some(id) = earlier {
                id
            } else {
                self.seq += 1;
                let id = self.ids.next(now);
                let occurred_at = event.occurred_at.unwrap_or(now).millis();
                planned.rows.push(NewRow { seq: self.seq, id, client, occurred_at, event });
                self.tail.add(event.digest, self.seq, id, client, event.uuid.as_deref());
                id
            };
            if let Some(uuid) = &event.uuid {
                here.insert((&event.client, uuid), id);
            }
            planned.receipts.push(Receipt { id, uuid: event.uuid.clone(), repeated: earlier.is_some() });
        }
        Ok(planned)
    }

    /// The id of the stored event with this uuid. Equal digests are not enough: the documents decide.
    async fn earlier(
        &self,
        digest: i64,
        client: i64,
        uuid: &str,
        known: &HashMap<i64, Vec<i64>>,
    ) -> anyhow::Result<Option<EventId>> {
        if let Some(id) = self.tail.same(digest, client, uuid) {
            return Ok(Some(id));
        }
        for seq in known.get(&digest).into_iter().flatten() {
            let row = sqlx::query("select id, client, body from event where seq = ?")
                .bind(seq)
                .fetch_optional(&self.readers)
                .await?;
            let Some(row) = row else { continue };
            if row.try_get::<i64, _>("client")? != client {
                continue;
            }
            let document = codec::decode(row.try_get("body")?)?;
            let stored: Uuid<'_> = serde_json::from_slice(&document)?;
            if stored.uuid.as_deref() == Some(uuid) {
                return Ok(Some(event_id(row.try_get("id")?)?));
            }
        }
        Ok(None)
    }

    /// The client's row, made or renamed as the event says.
    async fn client(&mut self, project: ProjectId, event: &Prepared) -> anyhow::Result<i64> {
        let key = (project, event.client.clone());
        if let Some(client) = self.clients.get(&key)
            && (event.client_name.is_none() || client.name == event.client_name)
        {
            return Ok(client.row);
        }
        self.begin().await?;
        let row = sqlx::query(
            "insert into client (project, uuid, name) values (?, ?, ?)
             on conflict (project, uuid) do update set name = coalesce(excluded.name, name)
             returning id, name",
        )
        .bind(project.0)
        .bind(&event.client)
        .bind(&event.client_name)
        .fetch_one(&mut self.log)
        .await?;
        let client = Client { row: row.try_get("id")?, name: row.try_get("name")? };
        let number = client.row;
        if self.clients.len() > 100_000 {
            self.clients.clear();
        }
        self.clients.insert(key, client);
        Ok(number)
    }

    /// The limit, where a project's new events, and those waiting to be committed before them, would pass it this month.
    async fn over_quota(
        &mut self,
        project: ProjectId,
        waiting: u64,
        new: u64,
        now: Timestamp,
    ) -> anyhow::Result<Option<u64>> {
        let Some(limit) = self.monthly_quota.filter(|_| new > 0) else { return Ok(None) };
        let used: Option<i64> = sqlx::query_scalar("select events from usage where project = ? and month = ?")
            .bind(project.0)
            .bind(month(now))
            .fetch_optional(&mut self.log)
            .await?;
        let passed = used.unwrap_or(0).cast_unsigned() + waiting + new > limit;
        Ok(passed.then_some(limit))
    }

    async fn use_up(&mut self, project: ProjectId, events: u64, now: Timestamp) -> anyhow::Result<()> {
        sqlx::query(
            "insert into usage (project, month, events) values (?, ?, ?)
             on conflict (project, month) do update set events = events + excluded.events",
        )
        .bind(project.0)
        .bind(month(now))
        .bind(events.cast_signed())
        .execute(&mut self.log)
        .await?;
        Ok(())
    }
}

/// The one field that tells repeats apart.
#[derive(serde::Deserialize)]
struct Uuid<'a> {
    #[serde(borrow, default)]
    uuid: Option<std::borrow::Cow<'a, str>>,
}

/// Waits a moment for those who are about to ask: while a commit was on its way to the disk, others were read from
/// their sockets, and each yield lets them arrive. A commit costs far more than a few yields.
async fn gather(first: Job, arriving: &mut mpsc::Receiver<Job>) -> Vec<Job> {
    let mut events = first.events.len();
    let mut group = vec![first];
    for _ in 0..16 {
        while events < GROUP
            && let Ok(job) = arriving.try_recv()
        {
            events += job.events.len();
            group.push(job);
        }
        if events >= GROUP / 4 {
            break;
        }
        tokio::task::yield_now().await;
    }
    group
}

/// Rows a statement: a long one for batches, a short one for the rest, each prepared once.
async fn insert(log: &mut SqliteConnection, mut rows: &[NewRow<'_>]) -> anyhow::Result<()> {
    for (count, statement) in &*INSERTS {
        while rows.len() >= *count {
            let (now, rest) = rows.split_at(*count);
            rows = rest;
            let mut query = sqlx::query(*statement);
            for row in now {
                query = query
                    .bind(row.seq)
                    .bind(row.id.as_bytes().as_slice())
                    .bind(row.client)
                    .bind(row.occurred_at)
                    .bind(row.event.digest)
                    .bind(row.event.body.as_slice());
            }
            query.execute(&mut *log).await?;
        }
    }
    Ok(())
}

static INSERTS: std::sync::LazyLock<[(usize, &'static str); 4]> = std::sync::LazyLock::new(|| {
    [100, 15, 4, 1].map(|count| {
        let rows = vec!["(?, ?, ?, ?, ?, ?)"; count].join(", ");
        let statement = format!("insert into event (seq, id, client, occurred_at, digest, body) values {rows}");
        // Lives as long as the program, so that the driver prepares it once.
        (count, &*statement.leak())
    })
});

/// An id from its column.
pub fn event_id(bytes: &[u8]) -> Result<EventId, StorageError> {
    let bytes = bytes.try_into().map_err(|_| StorageError::Damaged("an event's id is not 16 bytes".to_owned()))?;
    Ok(EventId::from_bytes(bytes))
}

/// Such as 202611.
fn month(now: Timestamp) -> i64 {
    let text = now.to_string();
    text[..4].parse::<i64>().unwrap_or(0) * 100 + text[5..7].parse::<i64>().unwrap_or(0)
}
