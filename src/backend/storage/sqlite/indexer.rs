//! Builds behind the log what serves finding: in bulk, in order, and at any time anew.

use super::block::{self, Digest};
use super::{codec, fold::fold, tail::Tail, words, writer::event_id};
use crate::backend::storage::StorageError;
use crate::domain::event::{Draft, Event, Stamp, search_text};
use crate::domain::time::Timestamp;
use crate::domain::view::actor_name;
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, Connection, Row, SqliteConnection};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tokio::sync::{Notify, watch};

/// Events taken into the index at once.
const BATCH: u32 = 16_384;
/// How far the index may stay behind while the log is busy: every question scans what it lacks.
const BEHIND: i64 = 200_000;
/// How long it then waits before it looks again.
const PATIENCE: Duration = Duration::from_millis(50);
/// At least so long from one step to the next while there is little to do: a step for every event would cost more than
/// all the scanning of tails that it saves.
const PACE: Duration = Duration::from_millis(200);

/// Owns the index's write connection.
pub struct Indexer {
    index: SqliteConnection,
    tail: Arc<Tail>,
    /// Through which seq the index is complete, for those who wait for it.
    indexed: watch::Sender<i64>,
}

/// An event taken apart.
struct Taken {
    digest: Digest,
    /// All its texts, folded.
    text: String,
    sender_digest: i64,
    /// The client's number, and its project's, negated.
    logs: [i64; 2],
    facets: Vec<(i64, String, String)>,
}

/// A log's row.
#[derive(Clone, Copy)]
struct Log {
    events: i64,
    pending: i64,
    blocks: i64,
    reach: i64,
}

/// Blocks of one log lie together.
pub fn block_id(log: i64, number: i64) -> i64 {
    (log << BLOCK_BITS) + number
}

/// Four billion events a log.
const BLOCK_BITS: u32 = 24;

impl Indexer {
    /// Over an index that is there already.
    pub async fn open(mut index: SqliteConnection, tail: Arc<Tail>) -> anyhow::Result<Self> {
        let seq = sqlx::query_scalar("select seq from progress").fetch_one(&mut index).await?;
        Ok(Self { index, tail, indexed: watch::channel(seq).0 })
    }

    /// Through which seq the index is complete, now and from now on.
    pub fn progress(&self) -> watch::Receiver<i64> {
        self.indexed.subscribe()
    }

    /// Lets the log go first: while it is being written to at full speed, the index does not take the processor from it
    /// unless it has fallen far behind.
    async fn give_way(&self, written: &AtomicI64) {
        loop {
            let before = written.load(Ordering::Relaxed);
            let behind = before - *self.indexed.borrow();
            if !(i64::from(BATCH)..BEHIND).contains(&behind) {
                return;
            }
            tokio::time::sleep(PATIENCE).await;
            if written.load(Ordering::Relaxed) - before < i64::from(BATCH) / 16 {
                return;
            }
        }
    }

    /// Follows the log until told to stop. A failure is logged and tried again: the log itself is safe, and queries
    /// scan what the index lacks.
    pub async fn run(mut self, grown: Arc<Notify>, written: Arc<AtomicI64>, mut stop: watch::Receiver<bool>) {
        loop {
            if !*stop.borrow() {
                self.give_way(&written).await;
            }
            let pause = match self.step().await {
                Ok(0) => None,
                Ok(taken) if taken >= BATCH as usize / 4 => continue,
                Ok(_) => Some(tokio::time::sleep(PACE)),
                Err(error) => {
                    tracing::error!(error = ?error, "the index could not follow the log");
                    Some(tokio::time::sleep(Duration::from_secs(1)))
                }
            };
            tokio::select! {
                () = grown.notified(), if pause.is_none() => {}
                () = async { if let Some(pause) = pause { pause.await } else { std::future::pending().await } } => {}
                changed = stop.changed() => if changed.is_err() || *stop.borrow() { break },
            }
        }
        if let Err(error) = self.index.close().await {
            tracing::error!(%error, "the index did not close cleanly");
        }
    }

    /// Takes the next events in; how many.
    pub async fn step(&mut self) -> anyhow::Result<usize> {
        let done = *self.indexed.borrow();
        let rows = sqlx::query(
            "select e.seq, e.id, e.client, c.project, e.occurred_at, e.digest, e.body
             from log_file.event e join log_file.client c on c.id = e.client where e.seq > ? order by e.seq limit ?",
        )
        .bind(done)
        .bind(i64::from(BATCH))
        .fetch_all(&mut self.index)
        .await?;
        if rows.is_empty() {
            return Ok(0);
        }
        let taken = tokio::task::spawn_blocking(move || rows.iter().map(take).collect::<Result<Vec<_>, _>>()).await??;
        let last = taken.last().map_or(done, |event| event.digest.seq);
        sqlx::query("begin immediate").execute(&mut self.index).await?;
        match self.store(&taken, last).await {
            Ok(()) => sqlx::query("commit").execute(&mut self.index).await?,
            Err(error) => {
                sqlx::query("rollback").execute(&mut self.index).await?;
                return Err(error);
            }
        };
        // In this order: whoever looks at the tail first and the index second sees every event in one of them.
        self.tail.indexed(last);
        self.indexed.send_replace(last);
        Ok(taken.len())
    }

    async fn store(&mut self, taken: &[Taken], last: i64) -> anyhow::Result<()> {
        self.store_timeline(taken).await?;
        self.store_receipts(taken).await?;
        self.store_facets(taken).await?;
        self.store_blocks(taken).await?;
        sqlx::query("update progress set seq = ?").bind(last).execute(&mut self.index).await?;
        Ok(())
    }

    async fn store_timeline(&mut self, taken: &[Taken]) -> anyhow::Result<()> {
        let mut rows: Vec<[i64; 3]> = taken
            .iter()
            .flat_map(|event| event.logs.map(|log| [log, event.digest.occurred_at, event.digest.seq]))
            .collect();
        rows.sort_unstable();
        insert(&mut self.index, "timeline (log, occurred_at, seq)", &rows).await
    }

    async fn store_receipts(&mut self, taken: &[Taken]) -> anyhow::Result<()> {
        let with_uuid = taken.iter().filter(|event| event.sender_digest != 0);
        let mut rows: Vec<[i64; 2]> = with_uuid.map(|event| [event.sender_digest, event.digest.seq]).collect();
        rows.sort_unstable();
        insert(&mut self.index, "receipt (digest, seq)", &rows).await
    }

    async fn store_facets(&mut self, taken: &[Taken]) -> anyhow::Result<()> {
        let mut counts: BTreeMap<(i64, i64, &str), (&str, i64)> = BTreeMap::new();
        for event in taken {
            for (log, (kind, value, label)) in
                event.logs.iter().flat_map(|log| event.facets.iter().map(move |facet| (log, facet)))
            {
                let count = counts.entry((*log, *kind, value)).or_insert((label, 0));
                *count = (label, count.1 + 1);
            }
        }
        for ((log, kind, value), (label, events)) in counts {
            sqlx::query(
                "insert into facet (log, kind, value, label, events) values (?, ?, ?, ?, ?)
                 on conflict (log, kind, value) do update set events = events + excluded.events, label = excluded.label",
            )
            .bind(log)
            .bind(kind)
            .bind(value)
            .bind(label)
            .bind(events)
            .execute(&mut self.index)
            .await?;
        }
        Ok(())
    }

    /// Cuts blocks for the logs that have enough, lets the rest wait. Blocks are written in the order of their
    /// numbers, since the full-text engine starts a new piece whenever a number is smaller than the one before.
    async fn store_blocks(&mut self, taken: &[Taken]) -> anyhow::Result<()> {
        let mut by_log: BTreeMap<i64, Vec<&Taken>> = BTreeMap::new();
        for event in taken {
            event.logs.iter().for_each(|log| by_log.entry(*log).or_default().push(event));
        }
        let mut pending: Vec<[i64; 2]> = Vec::new();
        for (id, events) in by_log {
            let mut log = self.log(id).await?;
            log.events += i64::try_from(events.len())?;
            let waiting = usize::try_from(log.pending)? + events.len();
            let size = block::events_in(id);
            if waiting < size {
                log.pending = i64::try_from(waiting)?;
                pending.extend(events.iter().map(|event| [id, event.digest.seq]));
            } else {
                let earlier = if log.pending > 0 { self.unpend(id).await? } else { Vec::new() };
                let mut all: Vec<&Taken> = earlier.iter().chain(events).collect();
                // Blocks of neighbours in time overlap least, so that the fewest are looked at.
                all.sort_by_key(|event| (event.digest.occurred_at, event.digest.seq));
                let whole = all.len() / size * size;
                let (whole, rest) = all.split_at(whole);
                for events in whole.chunks(size) {
                    self.store_block(id, &mut log, events).await?;
                }
                log.pending = i64::try_from(rest.len())?;
                pending.extend(rest.iter().map(|event| [id, event.digest.seq]));
            }
            self.store_log(id, log).await?;
        }
        pending.sort_unstable();
        insert(&mut self.index, "pending (log, seq)", &pending).await
    }

    async fn log(&mut self, id: i64) -> anyhow::Result<Log> {
        let row = sqlx::query("select events, pending, blocks, reach from log where id = ?")
            .bind(id)
            .fetch_optional(&mut self.index)
            .await?;
        Ok(match row {
            None => Log { events: 0, pending: 0, blocks: 0, reach: i64::MIN },
            Some(row) => Log {
                events: row.try_get(0)?,
                pending: row.try_get(1)?,
                blocks: row.try_get(2)?,
                reach: row.try_get(3)?,
            },
        })
    }

    async fn store_log(&mut self, id: i64, log: Log) -> anyhow::Result<()> {
        sqlx::query(
            "insert into log (id, events, pending, blocks, reach) values (?, ?, ?, ?, ?)
             on conflict (id) do update set events = excluded.events, pending = excluded.pending,
               blocks = excluded.blocks, reach = excluded.reach",
        )
        .bind(id)
        .bind(log.events)
        .bind(log.pending)
        .bind(log.blocks)
        .bind(log.reach)
        .execute(&mut self.index)
        .await?;
        Ok(())
    }

    /// Takes back the events that waited, read anew from the log.
    async fn unpend(&mut self, log: i64) -> anyhow::Result<Vec<Taken>> {
        let rows = sqlx::query(
            "select e.seq, e.id, e.client, c.project, e.occurred_at, e.digest, e.body
             from pending p join log_file.event e on e.seq = p.seq join log_file.client c on c.id = e.client where p.log = ?",
        )
        .bind(log)
        .fetch_all(&mut self.index)
        .await?;
        sqlx::query("delete from pending where log = ?").bind(log).execute(&mut self.index).await?;
        Ok(rows.iter().map(take).collect::<Result<_, _>>()?)
    }

    async fn store_block(&mut self, log_id: i64, log: &mut Log, events: &[&Taken]) -> anyhow::Result<()> {
        let digests: Vec<Digest> = events.iter().map(|event| event.digest.clone()).collect();
        let oldest = digests.first().map_or(0, |digest| digest.occurred_at);
        let newest = digests.last().map_or(0, |digest| digest.occurred_at);
        log.reach = log.reach.max(newest);
        let id = block_id(log_id, log.blocks);
        sqlx::query("insert into block (id, oldest, newest, reach, columns) values (?, ?, ?, ?, ?)")
            .bind(id)
            .bind(oldest)
            .bind(newest)
            .bind(log.reach)
            .bind(block::encode(&digests))
            .execute(&mut self.index)
            .await?;
        sqlx::query("insert into word (rowid, words) values (?, ?)")
            .bind(id)
            .bind(block_words(events))
            .execute(&mut self.index)
            .await?;
        log.blocks += 1;
        Ok(())
    }
}

/// Everything under which a block is found.
fn block_words(events: &[&Taken]) -> String {
    let mut trigrams = words::Trigrams::default();
    let mut exact: Vec<u32> = Vec::new();
    for event in events {
        trigrams.add(&event.text);
        exact.extend(event.digest.words());
    }
    exact.sort_unstable();
    exact.dedup();
    let mut text = String::new();
    trigrams.write(&mut text);
    for number in exact {
        text.push_str(&words::exact_word(number));
        text.push(' ');
    }
    text
}

fn take(row: &SqliteRow) -> Result<Taken, StorageError> {
    let engine = |error: sqlx::Error| StorageError::Engine(error.into());
    let seq: i64 = row.try_get(0).map_err(engine)?;
    let stamp = Stamp {
        id: event_id(row.try_get(1).map_err(engine)?)?,
        occurred_at: Timestamp::from_millis(row.try_get(4).map_err(engine)?),
    };
    let document = codec::decode(row.try_get(6).map_err(engine)?)?;
    let damaged = |error: serde_json::Error| StorageError::Damaged(format!("event {}: {error}", stamp.id));
    let draft: Draft<'_> = serde_json::from_slice(&document).map_err(damaged)?;
    let text = std::str::from_utf8(&document).map_err(|error| StorageError::Damaged(error.to_string()))?;
    let text = fold(&search_text(text)).into_owned();
    let event = draft.into_event(stamp);
    let project: i64 = row.try_get(3).map_err(engine)?;
    Ok(Taken {
        digest: Digest::new(seq, &event),
        text,
        sender_digest: row.try_get(5).map_err(engine)?,
        logs: [row.try_get(2).map_err(engine)?, -project],
        facets: facets(&event),
    })
}

/// The kinds of values that can be chosen from, as the facet table numbers them.
pub const ACTION: i64 = 1;
pub const ACTOR: i64 = 2;
pub const TARGET_TYPE: i64 = 3;

/// An event's values of these kinds: kind, value, what to show.
pub fn facets(event: &Event) -> Vec<(i64, String, String)> {
    let mut facets = vec![(ACTION, event.action.clone(), event.action.clone())];
    if let Some(actor) = &event.actor {
        facets.push((ACTOR, actor.uuid.clone(), actor_name(event).unwrap_or(&actor.uuid).to_owned()));
    }
    let mut kinds: Vec<&str> = event.targets.iter().map(|target| target.kind.as_str()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    facets.extend(kinds.into_iter().map(|kind| (TARGET_TYPE, kind.to_owned(), kind.to_owned())));
    facets
}

/// Inserts rows of numbers, many a statement.
async fn insert<const N: usize>(
    index: &mut SqliteConnection,
    table: &'static str,
    rows: &[[i64; N]],
) -> anyhow::Result<()> {
    const MANY: usize = 500;
    let statement = |count: usize| {
        let row = format!("({})", vec!["?"; N].join(", "));
        format!("insert into {table} values {}", vec![row; count].join(", "))
    };
    let many = statement(MANY);
    for chunk in rows.chunks(MANY) {
        let text = if chunk.len() == MANY { many.clone() } else { statement(chunk.len()) };
        // Odd lengths come once a batch: not worth a place among the prepared.
        let mut query = sqlx::query(AssertSqlSafe(text)).persistent(chunk.len() == MANY);
        for number in chunk.as_flattened() {
            query = query.bind(*number);
        }
        query.execute(&mut *index).await?;
    }
    Ok(())
}
