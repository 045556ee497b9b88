//! Cuts the events that wait into blocks.

use super::super::block::{self, Digest, Home};
use super::super::words;
use super::ahead::Batch;
use super::taken::Taken;
use std::sync::Arc;

/// A log's row.
#[derive(Debug, Clone, Copy)]
pub struct Log {
    pub id: i64,
    pub events: i64,
    pub blocks: i64,
    pub reach: i64,
    /// The moments of its first and last events.
    pub oldest: i64,
    pub newest: i64,
    /// How many of its events are in no block.
    pub pending: i64,
}

/// A block ready to be stored.
pub struct Block {
    pub id: i64,
    pub oldest: i64,
    pub newest: i64,
    pub reach: i64,
    pub columns: Vec<u8>,
    pub words: String,
}

/// What a batch makes of one log.
pub struct Cut {
    pub log: Log,
    pub blocks: Vec<Block>,
    /// Events that go on waiting, or begin to.
    pub rest: Batch,
    /// Their columns.
    pub waiting: Vec<u8>,
}

/// Blocks of one log lie together.
pub fn block_id(log: i64, number: i64) -> i64 {
    (log << BLOCK_BITS) + number
}

/// Eight billion events a log.
const BLOCK_BITS: u32 = 24;

/// Cuts as many whole blocks as there are from a log's waiting events and its new ones.
pub fn cut(mut log: Log, mut events: Batch, new: usize) -> Cut {
    log.events += i64::try_from(new).unwrap_or(i64::MAX);
    for event in &events[events.len() - new..] {
        log.oldest = log.oldest.min(event.digest.occurred_at);
        log.newest = log.newest.max(event.digest.occurred_at);
    }
    let size = block::events_in(log.id);
    let whole = events.len() / size * size;
    if whole > 0 {
        // Blocks of neighbours in time overlap least, so that the fewest are looked at.
        events.sort_by_key(|event| (event.digest.occurred_at, event.digest.seq));
    }
    let rest = events.split_off(whole);
    let waiting = block::seal(Home::Waiting(log.id), &rest.iter().map(|event| &event.digest).collect::<Vec<_>>());
    let blocks = events.chunks(size).map(|events| cut_block(&mut log, events)).collect();
    log.pending = i64::try_from(rest.len()).unwrap_or(i64::MAX);
    Cut { log, blocks, rest, waiting }
}

fn cut_block(log: &mut Log, events: &[Arc<Taken>]) -> Block {
    let digests: Vec<&Digest> = events.iter().map(|event| &event.digest).collect();
    let oldest = digests.first().map_or(0, |digest| digest.occurred_at);
    let newest = digests.last().map_or(0, |digest| digest.occurred_at);
    log.reach = log.reach.max(newest);
    let id = block_id(log.id, log.blocks);
    log.blocks += 1;
    Block {
        id,
        oldest,
        newest,
        reach: log.reach,
        columns: block::seal(Home::Block(id), &digests),
        words: block_words(events),
    }
}

/// Everything under which a block is found.
pub fn block_words(events: &[Arc<Taken>]) -> String {
    let mut trigrams = words::Trigrams::default();
    let mut exact: Vec<u32> = Vec::new();
    for event in events {
        trigrams.add(&event.text);
        exact.extend(event.digest.words().chain(event.people.iter().copied()));
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
