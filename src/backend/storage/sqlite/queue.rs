//! The way to the writer.

use super::codec;
use crate::backend::storage::{Append, Receipt, StorageError};
use crate::domain::access::{ProjectId, TRAIL};
use crate::domain::time::Timestamp;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::{mpsc, oneshot};

/// Events that may wait for the writer; more are refused as busy rather than held in memory.
const QUEUE: usize = 50_000;

/// An event ready to be a row.
pub struct Prepared {
    pub client: String,
    pub client_name: Option<String>,
    pub uuid: Option<String>,
    /// In milliseconds; for good where `None`.
    pub uuid_holds: Option<i64>,
    pub digest: i64,
    pub occurred_at: Option<Timestamp>,
    pub body: Vec<u8>,
}

/// Whether events use up the project's quota.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counts {
    /// Those that a sender sent.
    Yes,
    /// Those of our own, which nobody chose to send.
    No,
}

/// A request's events and where its answer goes.
pub struct Job {
    pub project: ProjectId,
    pub events: Vec<Prepared>,
    pub counts: Counts,
    /// Without events: whether the log can be written to.
    pub probe: bool,
    pub answer: oneshot::Sender<Result<Vec<Receipt>, StorageError>>,
}

/// The way to the writer.
pub struct Queue {
    jobs: mpsc::Sender<Job>,
    waiting: Arc<AtomicUsize>,
}

impl Queue {
    /// A queue, and the end where its jobs arrive.
    pub fn new() -> (Self, mpsc::Receiver<Job>) {
        let (jobs, arriving) = mpsc::channel(1_024);
        (Self { jobs, waiting: Arc::default() }, arriving)
    }

    /// Events that wait.
    pub fn waiting(&self) -> u64 {
        self.waiting.load(Ordering::Relaxed) as u64
    }

    /// Tries whether the writer answers and the disk takes what it writes.
    pub async fn probe(&self) -> Result<(), StorageError> {
        let (answer, answered) = oneshot::channel();
        let job = Job { project: ProjectId(0), events: Vec::new(), counts: Counts::No, probe: true, answer };
        self.send(job, answered).await.map(|_| ())
    }

    /// Compresses the events where the caller runs, hands them over and waits until they are on disk.
    pub async fn append(
        &self,
        project: ProjectId,
        batch: Vec<Append>,
        counts: Counts,
    ) -> Result<Vec<Receipt>, StorageError> {
        let count = batch.len();
        if count == 0 {
            return Ok(Vec::new());
        }
        let place = Place { waiting: &self.waiting, count };
        if self.waiting.fetch_add(count, Ordering::Relaxed) >= QUEUE {
            return Err(StorageError::Busy);
        }
        let events = if count < 32 {
            prepare(project, batch)?
        } else {
            tokio::task::spawn_blocking(move || prepare(project, batch)).await.map_err(anyhow::Error::from)??
        };
        let result = self.hand_over(project, events, counts).await;
        drop(place);
        result
    }

    /// The same for lines of the project's trail, each with its uuid. They wait for nobody and count in no quota.
    pub async fn append_to_trail(
        &self,
        project: ProjectId,
        lines: Vec<(String, Timestamp, Vec<u8>)>,
    ) -> Result<(), StorageError> {
        let line = |(uuid, occurred_at, document): (String, Timestamp, Vec<u8>)| {
            Ok(Prepared {
                digest: digest(project, TRAIL, &uuid),
                body: codec::encode(&document)?,
                client: TRAIL.to_owned(),
                client_name: None,
                uuid: Some(uuid),
                uuid_holds: None,
                occurred_at: Some(occurred_at),
            })
        };
        let events = lines.into_iter().map(line).collect::<Result<_, StorageError>>()?;
        self.hand_over(project, events, Counts::No).await.map(|_| ())
    }

    async fn hand_over(
        &self,
        project: ProjectId,
        events: Vec<Prepared>,
        counts: Counts,
    ) -> Result<Vec<Receipt>, StorageError> {
        let (answer, answered) = oneshot::channel();
        self.send(Job { project, events, counts, probe: false, answer }, answered).await
    }

    async fn send(
        &self,
        job: Job,
        answered: oneshot::Receiver<Result<Vec<Receipt>, StorageError>>,
    ) -> Result<Vec<Receipt>, StorageError> {
        let gone = || StorageError::Engine(anyhow::anyhow!("the writer has stopped"));
        self.jobs.send(job).await.map_err(|_| gone())?;
        answered.await.map_err(|_| gone())?
    }
}

/// A caller's place in the queue, given up also when the caller goes away.
struct Place<'q> {
    waiting: &'q AtomicUsize,
    count: usize,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.waiting.fetch_sub(self.count, Ordering::Relaxed);
    }
}

fn prepare(project: ProjectId, batch: Vec<Append>) -> Result<Vec<Prepared>, StorageError> {
    batch
        .into_iter()
        .map(|event| {
            let Append { client, client_name, uuid, uuid_holds, occurred_at, document } = event;
            let client = String::from(client);
            Ok(Prepared {
                digest: uuid.as_deref().map_or(0, |uuid| digest(project, &client, uuid)),
                body: codec::encode(&document)?,
                client,
                client_name,
                uuid,
                uuid_holds,
                occurred_at,
            })
        })
        .collect()
}

/// Sixty-four bits that equal uuids of a client share; never 0, which means "none".
pub fn digest(project: ProjectId, client: &str, uuid: &str) -> i64 {
    let mut hash = Sha256::new();
    hash.update(project.0.to_le_bytes());
    hash.update((client.len() as u64).to_le_bytes());
    hash.update(client.as_bytes());
    hash.update(uuid.as_bytes());
    let bytes: [u8; 32] = hash.finalize().into();
    let first = i64::from_le_bytes(bytes[..8].try_into().expect("eight bytes"));
    if first == 0 { 1 } else { first }
}
