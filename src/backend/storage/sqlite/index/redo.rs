//! Puts other documents in the place of stored ones, and into the index what those say.
//!
//! A block's words cannot be changed singly: the full-text engine is told all it had, and all it has now.

use super::super::block::{self, Digest};
use super::ahead::Batch;
use super::cut::{block_id, block_words};
use super::taken::{ACTOR, Taken};
use super::{resum, store};
use anyhow::ensure;
use sqlx::{Row, SqliteConnection};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tokio::sync::oneshot;

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

/// The events of one log that change.
#[derive(Default)]
struct Touched {
    seqs: BTreeSet<i64>,
    oldest: i64,
    newest: i64,
}

/// All of it; the caller's transaction covers both files.
pub async fn redo(index: &mut SqliteConnection, changes: &[Change]) -> anyhow::Result<()> {
    let seqs: Vec<i64> = changes.iter().map(|change| change.seq).collect();
    let before = store::events(index, &seqs).await?;
    let logs = touched(&before);
    let mut blocks = Vec::new();
    for (log, touched) in &logs {
        blocks.extend(blocks_with(index, *log, touched).await?);
    }
    for (id, seqs) in &blocks {
        let words = block_words(&store::events(index, seqs).await?);
        let forget = sqlx::query("insert into word (word, rowid, words) values ('delete', ?, ?)");
        forget.bind(id).bind(words).execute(&mut *index).await?;
    }
    for Change { seq, body } in changes {
        let replace = sqlx::query("update log_file.event set body = ? where seq = ?");
        let done = replace.bind(body.as_slice()).bind(seq).execute(&mut *index).await?;
        ensure!(done.rows_affected() == 1, "event {seq} is not there");
    }
    for (id, seqs) in &blocks {
        let events = store::events(index, seqs).await?;
        let know = sqlx::query("insert into word (rowid, words) values (?, ?)");
        know.bind(id).bind(block_words(&events)).execute(&mut *index).await?;
        let know = sqlx::query("update block set columns = ? where id = ?");
        know.bind(columns(seqs, &events)).bind(id).execute(&mut *index).await?;
    }
    for log in logs.keys() {
        wait_anew(index, *log).await?;
    }
    let after = store::events(index, &seqs).await?;
    resum::exchange(index, &before, &after).await?;
    relabel(index, &after).await
}

/// The columns of these events, in their order.
fn columns(seqs: &[i64], events: &[Arc<Taken>]) -> Vec<u8> {
    let digests: BTreeMap<i64, &Digest> = events.iter().map(|event| (event.digest.seq, &event.digest)).collect();
    block::encode(&seqs.iter().filter_map(|seq| digests.get(seq).copied()).collect::<Vec<_>>())
}

/// The events of a log that wait for a block, as they are now.
async fn wait_anew(index: &mut SqliteConnection, log: i64) -> anyhow::Result<()> {
    let waiting = sqlx::query_scalar::<_, Vec<u8>>("select waiting from log where id = ? and pending > 0");
    let Some(waiting) = waiting.bind(log).fetch_optional(&mut *index).await? else { return Ok(()) };
    let seqs: Vec<i64> = block::decode(&waiting)?.iter().map(|digest| digest.seq).collect();
    let events = store::events(index, &seqs).await?;
    let wait = sqlx::query("update log set waiting = ? where id = ?");
    wait.bind(columns(&seqs, &events)).bind(log).execute(index).await?;
    Ok(())
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
) -> anyhow::Result<Vec<(i64, Vec<i64>)>> {
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
        let seqs: Vec<i64> = block::decode(row.try_get(1)?)?.iter().map(|digest| digest.seq).collect();
        if seqs.iter().any(|seq| touched.seqs.contains(seq)) {
            found.push((row.try_get(0)?, seqs));
        }
    }
    Ok(found)
}

/// What the choices of a log call its actors.
async fn relabel(index: &mut SqliteConnection, events: &Batch) -> anyhow::Result<()> {
    let mut labels = BTreeMap::new();
    for event in events {
        for log in event.logs {
            let actors = event.facets_in(log).filter(|(kind, ..)| *kind == ACTOR);
            labels.extend(actors.map(|(kind, value, label)| ((log, *kind, value), label)));
        }
    }
    for ((log, kind, value), label) in labels {
        let relabel = sqlx::query("update facet set label = ? where log = ? and kind = ? and value = ?");
        relabel.bind(label).bind(log).bind(kind).bind(value).execute(&mut *index).await?;
    }
    Ok(())
}
