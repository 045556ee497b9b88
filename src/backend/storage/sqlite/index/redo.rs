//! Puts other documents in the place of stored ones, and into the index what those say.
//!
//! A block's words cannot be changed singly: the full-text engine is told all it had, and all it has now. That is read
//! before the log is taken for writing, since nobody else changes what is read here; a turn concerns few blocks.

use super::super::block::{self, Digest, Home};
use super::super::{codec, row};
use super::ahead::Batch;
use super::cut::{block_id, block_words};
use super::taken::{ACTOR, Taken};
use super::{resum, store};
use anyhow::ensure;
use sqlx::{Row, SqliteConnection};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tokio::sync::oneshot;

/// Blocks that one turn concerns, at most, unless a single event is in more.
const BLOCKS: usize = 8;

/// Documents to be replaced, and whoever waits for that.
pub struct Redo {
    pub changes: Vec<Change>,
    pub done: oneshot::Sender<anyhow::Result<()>>,
}

/// One event's new document, compressed.
pub struct Change {
    pub seq: i64,
    pub body: Vec<u8>,
}

/// Changes that are made together, and the blocks that have their events.
#[derive(Default)]
pub struct Turn {
    changes: Vec<Change>,
    blocks: Blocks,
}

/// All that a turn writes.
pub struct Prepared {
    changes: Vec<Change>,
    before: Batch,
    after: Batch,
    blocks: Vec<Rewritten>,
    /// The columns of the events that wait, by log.
    waiting: Vec<(i64, Vec<u8>)>,
}

/// A block's words before and after, and its columns.
struct Rewritten {
    id: i64,
    was: String,
    is: String,
    columns: Vec<u8>,
}

/// The events of one log that change.
#[derive(Default)]
struct Touched {
    seqs: BTreeSet<i64>,
    oldest: i64,
    newest: i64,
}

/// Blocks by their ids.
type Blocks = BTreeMap<i64, Arc<Vec<Digest>>>;

/// Divides changes into turns.
pub async fn turns(index: &mut SqliteConnection, changes: Vec<Change>) -> anyhow::Result<Vec<Turn>> {
    let seqs: Vec<i64> = changes.iter().map(|change| change.seq).collect();
    let events = store::events(index, &seqs).await?;
    let mut blocks: BTreeMap<i64, Blocks> = BTreeMap::new();
    for (log, touched) in &touched(&events) {
        for (id, digests) in blocks_with(index, *log, touched).await? {
            for seq in digests.iter().map(|digest| digest.seq).filter(|seq| touched.seqs.contains(seq)) {
                blocks.entry(seq).or_default().insert(id, Arc::clone(&digests));
            }
        }
    }
    Ok(divide(changes, blocks))
}

/// Changes in their order, with the blocks of each by its seq.
fn divide(changes: Vec<Change>, mut blocks: BTreeMap<i64, Blocks>) -> Vec<Turn> {
    let mut turns: Vec<Turn> = Vec::new();
    for change in changes {
        let blocks = blocks.remove(&change.seq).unwrap_or_default();
        let fits = |turn: &Turn| {
            let more = blocks.keys().filter(|id| !turn.blocks.contains_key(id)).count();
            more == 0 || turn.blocks.len() + more <= BLOCKS
        };
        if !turns.last().is_some_and(fits) {
            turns.push(Turn::default());
        }
        if let Some(turn) = turns.last_mut() {
            turn.changes.push(change);
            turn.blocks.extend(blocks);
        }
    }
    turns
}

impl Turn {
    /// Reads what was, and takes apart what will be.
    pub async fn prepare(self, index: &mut SqliteConnection) -> anyhow::Result<Prepared> {
        let Self { changes, blocks } = self;
        let seqs: Vec<i64> = changes.iter().map(|change| change.seq).collect();
        // A row that is damaged keeps its bytes: a new checksum would call them sound.
        let before: Batch = store::events(index, &seqs).await?.into_iter().filter(|event| event.is_whole).collect();
        let whole: BTreeSet<i64> = before.iter().map(|event| event.digest.seq).collect();
        let changes: Vec<Change> = changes.into_iter().filter(|change| whole.contains(&change.seq)).collect();
        let after = anew(&before, &changes)?;
        let new: BTreeMap<i64, &Arc<Taken>> = after.iter().map(|event| (event.digest.seq, event)).collect();
        let mut rewritten = Vec::with_capacity(blocks.len());
        for (id, digests) in blocks {
            let seqs: Vec<i64> = digests.iter().map(|digest| digest.seq).collect();
            let was = store::events(index, &seqs).await?;
            let now = |event: &Arc<Taken>| Arc::clone(new.get(&event.digest.seq).copied().unwrap_or(event));
            let is: Batch = was.iter().map(now).collect();
            let words = tokio::task::spawn_blocking(move || (block_words(&was), block_words(&is)));
            let (was, is) = words.await?;
            rewritten.push(Rewritten { id, was, is, columns: columns(Home::Block(id), &digests, &new) });
        }
        let logs: BTreeSet<i64> = before.iter().flat_map(|event| event.logs).collect();
        let mut waiting = Vec::new();
        for log in logs {
            let had = sqlx::query_scalar::<_, Vec<u8>>("select waiting from log where id = ? and pending > 0");
            if let Some(had) = had.bind(log).fetch_optional(&mut *index).await? {
                let home = Home::Waiting(log);
                waiting.push((log, columns(home, &block::open(home, &had)?, &new)));
            }
        }
        Ok(Prepared { changes, before, after, blocks: rewritten, waiting })
    }
}

impl Prepared {
    /// Writes all of it; the caller's transaction covers both files.
    pub async fn write(&self, index: &mut SqliteConnection) -> anyhow::Result<()> {
        for Rewritten { id, was, .. } in &self.blocks {
            let forget = sqlx::query("insert into word (word, rowid, words) values ('delete', ?, ?)");
            forget.bind(id).bind(was.as_str()).execute(&mut *index).await?;
        }
        let keys: BTreeMap<i64, &row::Key> = self.before.iter().map(|event| (event.digest.seq, &event.key)).collect();
        for Change { seq, body } in &self.changes {
            let sum = keys.get(seq).map(|key| row::checksum(key, body));
            let replace = sqlx::query("update log_file.event set body = ?, checksum = ? where seq = ?");
            let done = replace.bind(body.as_slice()).bind(sum).bind(seq).execute(&mut *index).await?;
            ensure!(done.rows_affected() == 1, "event {seq} is not there");
        }
        for Rewritten { id, is, columns, .. } in &self.blocks {
            let know = sqlx::query("insert into word (rowid, words) values (?, ?)");
            know.bind(id).bind(is.as_str()).execute(&mut *index).await?;
            let know = sqlx::query("update block set columns = ? where id = ?");
            know.bind(columns.as_slice()).bind(id).execute(&mut *index).await?;
        }
        for (log, columns) in &self.waiting {
            let wait = sqlx::query("update log set waiting = ? where id = ?");
            wait.bind(columns.as_slice()).bind(log).execute(&mut *index).await?;
        }
        resum::exchange(index, &self.before, &self.after).await?;
        relabel(index, &self.before, &self.after).await
    }
}

/// The events as their new documents say.
fn anew(before: &Batch, changes: &[Change]) -> anyhow::Result<Batch> {
    let bodies: BTreeMap<i64, &[u8]> = changes.iter().map(|change| (change.seq, change.body.as_slice())).collect();
    let mut after = Batch::with_capacity(before.len());
    for event in before {
        if let Some(body) = bodies.get(&event.digest.seq) {
            after.push(Arc::new(event.with(codec::decode(body)?)));
        }
    }
    Ok(after)
}

/// Columns with the new digests in the places of the old ones.
fn columns(home: Home, digests: &[Digest], new: &BTreeMap<i64, &Arc<Taken>>) -> Vec<u8> {
    let now = digests.iter().map(|digest| new.get(&digest.seq).map_or(digest, |event| &event.digest));
    block::seal(home, &now.collect::<Vec<_>>())
}

fn touched(events: &Batch) -> BTreeMap<i64, Touched> {
    let mut logs: BTreeMap<i64, Touched> = BTreeMap::new();
    for event in events {
        let at = event.digest.occurred_at;
        for log in event.logs {
            let new = || Touched { oldest: at, newest: at, ..Touched::default() };
            let touched = logs.entry(log).or_insert_with(new);
            touched.seqs.insert(event.digest.seq);
            (touched.oldest, touched.newest) = (touched.oldest.min(at), touched.newest.max(at));
        }
    }
    logs
}

/// A log's blocks that hold some of the events, each with all that it holds.
async fn blocks_with(
    index: &mut SqliteConnection,
    log: i64,
    touched: &Touched,
) -> anyhow::Result<Vec<(i64, Arc<Vec<Digest>>)>> {
    let rows = sqlx::query(
        "select id, columns from block where id >= ? and id < ? and oldest <= ? and newest >= ? order by id",
    )
    .bind(block_id(log, 0))
    .bind(block_id(log + 1, 0))
    .bind(touched.newest)
    .bind(touched.oldest)
    .fetch_all(index)
    .await?;
    let mut found = Vec::new();
    for row in rows {
        let id = row.try_get(0)?;
        let digests = block::open(Home::Block(id), row.try_get(1)?)?;
        if digests.iter().any(|digest| touched.seqs.contains(&digest.seq)) {
            found.push((id, Arc::new(digests)));
        }
    }
    Ok(found)
}

/// What the choices of a log call its actors, where the events call them something else now. The newest event decides, and
/// one that tells no name does not take away what another told.
async fn relabel(index: &mut SqliteConnection, before: &Batch, after: &Batch) -> anyhow::Result<()> {
    let had: BTreeMap<i64, &Arc<Taken>> = before.iter().map(|event| (event.digest.seq, event)).collect();
    let mut newest: Vec<&Arc<Taken>> = after.iter().collect();
    newest.sort_unstable_by_key(|event| (event.digest.occurred_at, event.digest.seq));
    let mut labels = BTreeMap::new();
    for event in newest {
        for log in event.logs {
            let was = had.get(&event.digest.seq);
            let other = |facet: &&(i64, String, String)| {
                let (kind, value, label) = facet;
                let stayed = was.is_some_and(|was| was.facets_in(log).any(|was| was == *facet));
                *kind == ACTOR && label != value && !stayed
            };
            labels.extend(event.facets_in(log).filter(other).map(|(kind, value, label)| ((log, *kind, value), label)));
        }
    }
    for ((log, kind, value), label) in labels {
        let relabel = sqlx::query("update facet set label = ? where log = ? and kind = ? and value = ?");
        relabel.bind(label).bind(log).bind(kind).bind(value).execute(&mut *index).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turn_concerns_few_blocks_however_many_events_change_in_them() {
        let changes = |seqs: std::ops::Range<i64>| seqs.map(|seq| Change { seq, body: Vec::new() }).collect();
        let homes = |at: fn(i64) -> i64| (0..100).map(|seq| (seq, Blocks::from([(at(seq), Arc::default())]))).collect();
        let sizes = |turns: Vec<Turn>| turns.iter().map(|turn| turn.changes.len()).collect::<Vec<_>>();
        assert_eq!(sizes(divide(changes(0..20), homes(|seq| seq))), [8, 8, 4]);
        assert_eq!(sizes(divide(changes(0..100), homes(|seq| seq / 10))), [80, 20]);
        assert_eq!(sizes(divide(changes(0..9), BTreeMap::new())), [9]);
    }
}
