//! Builds behind the log what serves finding: in bulk, in order, and at any time anew.
//!
//! A step: [`ahead`] reads a batch of the log and takes its events apart; [`cut`] makes blocks of those that wait;
//! [`sum`] adds up what charts and lists of values need; [`store`] writes everything in one transaction.
//! Where stored documents are replaced, [`redo`] and [`resum`] put right what a step had made of them.

mod ahead;
mod cut;
mod redo;
mod resum;
mod store;
mod sum;
mod taken;
mod together;

pub use cut::block_id;
pub use redo::{Change, Redo};
pub use taken::{ACTION, ACTOR, CLIENT, TARGET_TYPE, facets, is_in, is_summed};
pub use together::{Standing, standing};

use super::connect::Files;
use super::faults::Filled;
use super::health::Condition;
use super::reading::{IndexState, is_damage};
use super::tail::Tail;
use super::wal::WalBound;
use ahead::{Ahead, BATCH, Batch};
use sqlx::{Connection, SqliteConnection};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;
use tokio::sync::{Notify, mpsc, oneshot, watch};

/// How far the index may stay behind while the log is busy: every question scans what it lacks.
const BEHIND: i64 = 200_000;
/// How long it then waits before it looks again.
const PATIENCE: Duration = Duration::from_millis(50);
/// At least so long from one step to the next while there is little to do: a step for every event would cost more than
/// all the scanning of tails that it saves.
const PACE: Duration = Duration::from_millis(200);
/// Most events kept in memory while they wait for a block; the others are read from the log again.
const WAITING: usize = 32_768;

/// How often a running process builds its index anew.
const LIVES: u8 = 3;

/// What the index is asked to do beside following the log.
pub enum Ask {
    Redo(Redo),
    /// To overwrite what the log's and its own files have of earlier states.
    Overwrite(oneshot::Sender<anyhow::Result<()>>),
}

/// Owns the index's write connection.
pub struct Indexer {
    index: SqliteConnection,
    ahead: Ahead,
    tail: Arc<Tail>,
    /// Through which seq receipts are stored, and how many at once.
    receipts: i64,
    receipts_at_once: i64,
    /// Events that wait for a block, as the last steps left them.
    waiting: HashMap<i64, Batch>,
    /// Through which seq the index is complete, for those who wait for it.
    indexed: watch::Sender<i64>,
    /// What readers found of it.
    state: Arc<IndexState>,
    files: Files,
    /// How often it may still be built anew. One that is damaged again and again has another cause.
    lives: u8,
    wal: Option<WalBound>,
    filled: Option<&'static AtomicBool>,
}

impl Indexer {
    /// Over an index that is there already, and a connection that reads the log.
    pub async fn open(
        mut index: SqliteConnection,
        log: SqliteConnection,
        tail: Arc<Tail>,
        receipts_at_once: i64,
        (state, files): (Arc<IndexState>, Files),
    ) -> anyhow::Result<Self> {
        let (seq, receipts): (i64, i64) =
            sqlx::query_as("select seq, receipts from progress").fetch_one(&mut index).await?;
        let (ahead, waiting) = (Ahead::new(log), HashMap::new());
        let (indexed, wal, filled) = (watch::channel(seq).0, None, None);
        let lives = LIVES;
        Ok(Self { index, ahead, tail, receipts, receipts_at_once, waiting, indexed, state, files, lives, wal, filled })
    }

    /// Keeps its write-ahead log within a bound.
    #[must_use]
    pub fn bounded(self, wal: WalBound, filled: Option<&'static AtomicBool>) -> Self {
        Self { wal: Some(wal), filled, ..self }
    }

    /// Whether there is room in the write-ahead log for what comes next; it is cut where that is possible.
    async fn has_room(&mut self) -> bool {
        let Some(wal) = &mut self.wal else { return true };
        if let Err(error) = wal.keep(&mut self.index).await {
            tracing::error!(%error, "the index's write-ahead log could not be cut");
        }
        !wal.is_far_over()
    }

    /// Through which seq the index is complete, now and from now on.
    pub fn progress(&self) -> watch::Receiver<i64> {
        self.indexed.subscribe()
    }

    /// Lets the log go first: while it is being written to at full speed, the index does not take the processor from it
    /// unless it has fallen far behind.
    async fn give_way(&self, written: &AtomicI64) {
        let few = i64::from(BATCH);
        loop {
            let before = written.load(Ordering::Relaxed);
            let behind = before - *self.indexed.borrow();
            if !(few..BEHIND).contains(&behind) {
                return;
            }
            tokio::time::sleep(PATIENCE).await;
            if written.load(Ordering::Relaxed) - before < few / 8 {
                return;
            }
        }
    }

    /// Follows the log until told to stop. A failure is logged and tried again: the log itself is safe, and queries
    /// scan what the index lacks.
    pub async fn run(
        mut self,
        grown: Arc<Notify>,
        written: Arc<AtomicI64>,
        mut asks: mpsc::Receiver<Ask>,
        mut stop: watch::Receiver<bool>,
        condition: Arc<Condition>,
    ) {
        let state = Arc::clone(&self.state);
        loop {
            while let Ok(ask) = asks.try_recv() {
                self.answer(ask).await;
            }
            if !*stop.borrow() {
                self.give_way(&written).await;
            }
            if !self.has_room().await && !*stop.borrow() {
                // Whoever searches scans a little more meanwhile.
                tokio::time::sleep(PATIENCE).await;
                continue;
            }
            let pause = match self.step().await {
                Ok(0) => None,
                Ok(taken) if taken >= usize::from(BATCH) / 4 => continue,
                Ok(_) => Some(tokio::time::sleep(PACE)),
                Err(error) if is_damage(&error) && self.lives > 0 => {
                    state.condemn(&format!("{error:#}"));
                    Some(tokio::time::sleep(PACE))
                }
                Err(error) => {
                    tracing::error!(error = ?error, "the index could not follow the log");
                    condition.note(&error);
                    Some(tokio::time::sleep(Duration::from_secs(1)))
                }
            };
            tokio::select! {
                () = state.condemned.notified() => if !self.begin_anew().await { break },
                () = grown.notified(), if pause.is_none() => {}
                Some(ask) = asks.recv() => self.answer(ask).await,
                () = async { if let Some(pause) = pause { pause.await } else { std::future::pending().await } } => {}
                changed = stop.changed() => if changed.is_err() || *stop.borrow() { break },
            }
        }
        if let Err(error) = self.index.close().await {
            tracing::error!(%error, "the index did not close cleanly");
        }
    }

    /// Empties the index, to build it anew; false where that is not possible while the process runs: readers then look
    /// everything up in the log, and the next start builds it.
    async fn begin_anew(&mut self) -> bool {
        let emptied =
            if self.lives == 0 { Err(anyhow::anyhow!("it was damaged too often")) } else { self.empty().await };
        self.lives = self.lives.saturating_sub(1);
        let Err(error) = emptied else {
            self.state.heal();
            return true;
        };
        tracing::error!(error = ?error, "the index cannot be built anew while the server runs; restart it, or run `daybook reindex`");
        if let Err(error) = self.files.condemn_index() {
            tracing::error!(%error, "it cannot be noted that the index is damaged: run `daybook reindex`");
        }
        false
    }

    async fn empty(&mut self) -> anyhow::Result<()> {
        self.waiting.clear();
        self.ahead.forget().await?;
        // In this order: whoever looks for repeats finds each in memory before it is gone from the index.
        let receipts = sqlx::query_as("select digest, seq from log_file.event where digest <> 0 order by seq");
        self.tail.begin_anew(receipts.fetch_all(&mut self.index).await?);
        together::empty(&mut self.index).await?;
        self.receipts = 0;
        self.indexed.send_replace(0);
        Ok(())
    }

    async fn answer(&mut self, ask: Ask) {
        let (done, outcome) = match ask {
            Ask::Redo(Redo { changes, done }) => (done, self.redo(changes).await),
            Ask::Overwrite(done) => (done, together::overwrite(&mut self.index).await),
        };
        // Nobody waits any more; a failure was not theirs alone to know.
        if let Err(Err(error)) = done.send(outcome) {
            tracing::error!(error = ?error, "documents could not be replaced");
        }
    }

    async fn redo(&mut self, changes: Vec<Change>) -> anyhow::Result<()> {
        if self.filled.is_some_and(|filled| filled.load(Ordering::Relaxed)) {
            return Err(Filled.into());
        }
        for turn in redo::turns(&mut self.index, changes).await? {
            let prepared = turn.prepare(&mut self.index).await?;
            together::write(&mut self.index, &prepared).await?;
            // What was read before says what was.
            self.waiting.clear();
            self.ahead.forget().await?;
        }
        Ok(())
    }

    /// Takes the next events in; how many.
    pub async fn step(&mut self) -> anyhow::Result<usize> {
        let done = *self.indexed.borrow();
        let batch = self.ahead.next(done).await?;
        let Some(last) = batch.last().map(|event| event.digest.seq) else { return Ok(0) };
        let receipts = if last - self.receipts >= self.receipts_at_once { last } else { self.receipts };
        // Not "immediate", which would lock the attached log as well, and keep its writer waiting.
        sqlx::query("begin").execute(&mut self.index).await?;
        match self.store(&batch, receipts).await {
            Ok(()) => sqlx::query("commit").execute(&mut self.index).await?,
            Err(error) => {
                self.waiting.clear();
                sqlx::query("rollback").execute(&mut self.index).await?;
                return Err(error);
            }
        };
        // In this order: whoever looks at the tail first and the index second sees every event in one of them.
        self.receipts = receipts;
        self.tail.indexed(receipts);
        self.indexed.send_replace(last);
        Ok(batch.len())
    }

    /// Stores a batch: what needs no block while another thread cuts the blocks.
    async fn store(&mut self, batch: &[Arc<taken::Taken>], receipts: i64) -> anyhow::Result<()> {
        let cuts = self.begin_cuts(batch).await?;
        let cutting = tokio::task::spawn_blocking(move || {
            cuts.into_iter().map(|(log, events, new)| cut::cut(log, events, new)).collect::<Vec<_>>()
        });
        store::timeline(&mut self.index, batch).await?;
        sum::store(&mut self.index, batch).await?;
        if receipts > self.receipts {
            store::receipts(&mut self.index, self.receipts, receipts).await?;
        }
        let cuts = cutting.await?;
        store::cuts(&mut self.index, &cuts).await?;
        store::progress(&mut self.index, batch, receipts).await?;
        self.waiting.extend(cuts.into_iter().map(|cut| (cut.log.id, cut.rest)));
        self.forget_some();
        Ok(())
    }

    /// The logs of a batch, each with its row, the events to cut from, and how many of them are new.
    async fn begin_cuts(&mut self, batch: &[Arc<taken::Taken>]) -> anyhow::Result<Vec<(cut::Log, Batch, usize)>> {
        let mut by_log: HashMap<i64, Batch> = HashMap::new();
        for event in batch {
            event.logs.iter().for_each(|log| by_log.entry(*log).or_default().push(Arc::clone(event)));
        }
        let logs = store::logs(&mut self.index, by_log.keys().copied()).await?;
        let mut cuts = Vec::with_capacity(logs.len());
        for log in logs {
            let new = by_log.remove(&log.id).unwrap_or_default();
            let count = new.len();
            let waited = self.waiting.remove(&log.id);
            let waited = waited.filter(|events| i64::try_from(events.len()).is_ok_and(|count| count == log.pending));
            let mut events = match waited {
                Some(events) => events,
                None if log.pending > 0 => store::waiting(&mut self.index, log.id).await?,
                None => Batch::new(),
            };
            events.extend(new);
            cuts.push((log, events, count));
        }
        Ok(cuts)
    }

    /// Keeps no more waiting events in memory than is worth it.
    fn forget_some(&mut self) {
        let mut kept = 0;
        self.waiting.retain(|_, events| {
            kept += events.len();
            kept <= WAITING
        });
    }
}
