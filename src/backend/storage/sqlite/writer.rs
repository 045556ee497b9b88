//! The one writer of the log: takes what has arrived, commits it in one transaction, answers everyone.

use super::faults;
use super::ids::Ids;
use super::insert::{self, NewRow};
use super::known::Known;
use super::queue::{Counts, Job, Prepared, Queue};
use super::reading::Reading;
use super::row::event_id;
use super::tail::Tail;
use super::wal::WalBound;
use crate::backend::clock::Clock;
use crate::backend::quiet::Quiet;
use crate::backend::storage::{Receipt, StorageError};
use crate::domain::access::ProjectId;
use crate::domain::time::Timestamp;
use prometheus_client::metrics::histogram::Histogram;
use sqlx::{Connection, Row, SqliteConnection};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Instant;
use tokio::sync::{Notify, mpsc};

/// Events committed at once: while these go to the disk, the requests of the next are read.
const GROUP: usize = 2_000;

/// Owns the write connection.
pub struct Writer {
    log: SqliteConnection,
    /// For looking at what was stored before.
    reading: Reading,
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
    bounds: Option<Bounds>,
}

/// What is kept within bounds, and measured, while events are stored.
struct Bounds {
    wal: WalBound,
    /// Seconds until a commit is on disk.
    commit: Histogram,
    filled: Option<&'static AtomicBool>,
    quiet: Quiet,
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

impl Writer {
    /// Goes on after the last event of the log.
    pub async fn open(
        mut log: SqliteConnection,
        reading: Reading,
        tail: Arc<Tail>,
        clock: Clock,
        monthly_quota: Option<u64>,
        grown: Arc<Notify>,
        written: Arc<AtomicI64>,
    ) -> anyhow::Result<Self> {
        let last = sqlx::query("select seq, id from event order by seq desc limit 1").fetch_optional(&mut log).await?;
        let (seq, last) = match last {
            None => (0, None),
            Some(row) => (row.try_get("seq")?, Some(event_id(row.try_get("id")?))),
        };
        Ok(Self {
            log,
            reading,
            tail,
            clock,
            ids: Ids::after(last),
            seq,
            begun: false,
            clients: HashMap::new(),
            monthly_quota,
            grown,
            written,
            bounds: None,
        })
    }

    /// Keeps the write-ahead log within its bound, and measures commits.
    #[must_use]
    pub fn bounded(self, wal: WalBound, commit: Histogram, filled: Option<&'static AtomicBool>) -> Self {
        Self { bounds: Some(Bounds { wal, commit, filled, quiet: Quiet::default() }), ..self }
    }

    /// Begins to write what comes; ends when every [`Queue`] is gone.
    pub fn start(mut self) -> (Queue, tokio::task::JoinHandle<()>) {
        let (queue, mut arriving) = Queue::new();
        let task = tokio::spawn(async move {
            while let Some(first) = arriving.recv().await {
                let group = gather(first, &mut arriving).await;
                self.commit(group).await;
                self.keep_wal().await;
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
                self.clients.clear();
                let reason = format!("{error:#}");
                if let Some(bounds) = &self.bounds {
                    bounds.quiet.say(|more| tracing::error!(error = %reason, more, "a commit failed"));
                }
                let full = faults::is_full(&error);
                for job in group {
                    let _ = job.answer.send(Err(if full {
                        StorageError::Full
                    } else {
                        StorageError::Engine(anyhow::anyhow!("the commit failed: {reason}"))
                    }));
                }
            }
        }
    }

    /// Here rather than within a commit: nobody waits for it who has a receipt to come.
    async fn keep_wal(&mut self) {
        let Some(bounds) = &mut self.bounds else { return };
        if let Err(error) = bounds.wal.keep(&mut self.log).await {
            bounds.quiet.say(|more| tracing::error!(%error, more, "the write-ahead log could not be cut"));
        }
    }

    async fn store(&mut self, group: &[Job]) -> anyhow::Result<Vec<Result<Vec<Receipt>, StorageError>>> {
        if let Some(Bounds { filled: Some(filled), .. }) = &self.bounds
            && filled.load(Ordering::Relaxed)
        {
            return Err(faults::Filled.into());
        }
        let now = self.clock.now();
        let mut known = Known::before(group, &self.tail, &self.reading).await?;
        let mut answers = Vec::with_capacity(group.len());
        let mut rows = Vec::new();
        let mut used: BTreeMap<ProjectId, u64> = BTreeMap::new();
        for job in group {
            let planned = self.plan(job, &mut known, now).await?;
            let new = planned.rows.len() as u64;
            let used = used.entry(job.project).or_default();
            if job.counts == Counts::No {
                rows.extend(planned.rows);
                answers.push(Ok(planned.receipts));
                continue;
            }
            if let Some(limit) = self.over_quota(job.project, *used, new, now).await? {
                planned.rows.iter().for_each(|row| known.forget(row.client, row.event));
                answers.push(Err(StorageError::OverQuota { limit }));
                continue;
            }
            *used += new;
            rows.extend(planned.rows);
            answers.push(Ok(planned.receipts));
        }
        used.retain(|_, events| *events > 0);
        if group.iter().any(|job| job.probe) {
            self.begin().await?;
            sqlx::query("update write_probe set times = times + 1").execute(&mut self.log).await?;
        }
        let started = (!rows.is_empty() || self.begun).then(Instant::now);
        self.write(&rows, &used, month(now)).await?;
        if let (Some(bounds), Some(started)) = (&self.bounds, started) {
            bounds.commit.observe(started.elapsed().as_secs_f64());
        }
        self.tail.add(rows.iter().map(|row| (row.event.digest, row.seq)));
        Ok(answers)
    }

    /// Writes the rows and commits. Each statement is a way to the engine's thread and back, which is most of what a
    /// small group costs: it goes there once.
    async fn write(&mut self, rows: &[NewRow<'_>], used: &BTreeMap<ProjectId, u64>, month: i64) -> anyhow::Result<()> {
        if let Some(whole) = insert::whole_transaction(rows.len()).filter(|_| !self.begun && used.len() == 1) {
            self.begun = true;
            insert::bind(whole, rows, used, month).execute(&mut self.log).await?;
            self.begun = false;
            return Ok(());
        }
        if !rows.is_empty() {
            self.begin().await?;
            insert::rows(&mut self.log, rows).await?;
            insert::usage(&mut self.log, used, month).await?;
        }
        if self.begun {
            sqlx::query("commit").execute(&mut self.log).await?;
            self.begun = false;
        }
        Ok(())
    }

    /// Begins the transaction when the first row is about to be written: a group of repeats alone needs none.
    async fn begin(&mut self) -> anyhow::Result<()> {
        if !self.begun {
            sqlx::query("begin immediate").execute(&mut self.log).await?;
            self.begun = true;
        }
        Ok(())
    }

    /// Numbers a job's new events and finds the first receipts of the others.
    async fn plan<'j>(&mut self, job: &'j Job, known: &mut Known<'j>, now: Timestamp) -> anyhow::Result<Planned<'j>> {
        let mut planned =
            Planned { rows: Vec::with_capacity(job.events.len()), receipts: Vec::with_capacity(job.events.len()) };
        for event in &job.events {
            let client = self.client(job.project, event).await?;
            let earlier = known.id(client, event, now);
            let id = earlier.unwrap_or_else(|| {
                self.seq += 1;
                let id = self.ids.next(now);
                let occurred_at = event.occurred_at.unwrap_or(now).millis();
                planned.rows.push(NewRow { seq: self.seq, id, project: job.project, client, occurred_at, event });
                known.add(client, event, id);
                id
            });
            planned.receipts.push(Receipt { id, uuid: event.uuid.clone(), repeated: earlier.is_some() });
        }
        Ok(planned)
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
        let passed = used(&mut self.log, project, now).await? + waiting + new > limit;
        Ok(passed.then_some(limit))
    }
}

/// How many events a project has stored in the month of a moment.
pub async fn used(log: &mut SqliteConnection, project: ProjectId, moment: Timestamp) -> sqlx::Result<u64> {
    let used: Option<i64> = sqlx::query_scalar("select events from usage where project = ? and month = ?")
        .bind(project.0)
        .bind(month(moment))
        .fetch_optional(log)
        .await?;
    Ok(used.unwrap_or(0).cast_unsigned())
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

/// Such as 202611.
fn month(now: Timestamp) -> i64 {
    let text = now.to_string();
    text[..4].parse::<i64>().unwrap_or(0) * 100 + text[5..7].parse::<i64>().unwrap_or(0)
}
