//! Pages, counts and facets: from the index what it has, from the log's tail what came after, in one snapshot.

mod clients;
mod count;
mod look;
mod stats;
mod wanted;

pub use clients::clients;
pub use count::{count, facets};
pub use look::found;
pub use stats::stats;

use super::block::Digest;
use crate::backend::storage::{Query, StorageError, Stored};
use crate::domain::access::{ProjectId, Scope};
use crate::domain::event::EventId;
use crate::domain::query::{Cursor, Page};
use crate::domain::time::Timestamp;
use look::{Block, Found, Look, Place, seq_at_or_after};
use sqlx::SqlitePool;
use std::cmp::Reverse;
use wanted::{Wanted, choose};

/// Events whose documents a page or a count looks at before it answers with what it has: some tenths of a second.
const LOOKS: usize = 30_000;
/// Candidate blocks taken apart first: most pages need no more,
const FIRST_BLOCKS: i64 = 4;
/// and those that do likely need many.
const MORE_BLOCKS: i64 = 24;

/// The newest so far, no more than are needed.
struct Newest {
    most: usize,
    found: Vec<Found>,
}

impl Newest {
    fn add(&mut self, more: Vec<Found>) {
        let bar = self.bar();
        self.found.extend(more.into_iter().filter(|found| bar.is_none_or(|bar| found.at > bar)));
        self.found.sort_unstable_by_key(|found| Reverse(found.at));
        self.found.truncate(self.most);
    }

    /// The place that something must be after to matter still.
    fn bar(&self) -> Option<Place> {
        (self.found.len() == self.most).then(|| self.found.last().map(|found| found.at)).flatten()
    }
}

/// One page, newest first.
pub async fn page(readers: &SqlitePool, scope: &Scope, query: &Query) -> Result<Page<Stored>, StorageError> {
    let mut look = Look::begin(readers, scope).await?;
    let Some(log) = look.log else { return Ok(Page { items: Vec::new(), older: None }) };
    let wanted = look.wanted(log, query).await?;
    let limit = query.limit as usize;
    // One more than asked for tells whether there is an older page.
    let mut newest = Newest { most: limit + 1, found: Vec::new() };
    if wanted.is_open() {
        newest.add(look.tail(log, &wanted, limit + 1).await?);
        newest.add(look.timeline(log, &wanted, limit + 1).await?);
    } else {
        look.each_of_tail(log, |found| {
            if wanted.chooses(&found)? {
                newest.add(vec![found]);
            }
            Ok(())
        })
        .await?;
        let unsearched = search_blocks(&mut look, log, &wanted, &mut newest).await?;
        if let Some(through) = unsearched {
            newest.found.retain(|found| found.at.occurred_at > through);
            if newest.found.len() <= limit {
                return Ok(go_on(newest, through));
            }
        }
    }
    let more = newest.found.len() > limit;
    newest.found.truncate(limit);
    let older = newest
        .found
        .last()
        .filter(|_| more)
        .map(|found| Cursor { occurred_at: found.stored.stamp.occurred_at, id: found.stored.stamp.id });
    Ok(Page { items: newest.found.into_iter().map(|found| found.stored).collect(), older })
}

/// A page that ends where the search gave up for now: the next one begins with everything up to that moment.
fn go_on(newest: Newest, through: i64) -> Page<Stored> {
    let older = Cursor { occurred_at: Timestamp::from_millis(through + 1), id: EventId::from_bytes([0; 16]) };
    Page { items: newest.found.into_iter().map(|found| found.stored).collect(), older: Some(older) }
}

/// Goes through candidate blocks from the latest, until no earlier one can hold anything newer than what was found.
/// A search for words that are in many blocks and in few events would look at most of a log: after so many looks it
/// ends, and says up to which moment events are unsearched.
async fn search_blocks(
    look: &mut Look,
    log: i64,
    wanted: &Wanted<'_>,
    newest: &mut Newest,
) -> Result<Option<i64>, StorageError> {
    let waiting = look.waiting(log).await?;
    let mut looks = search_block(look, &waiting, wanted, newest).await?;
    let (mut below, mut most) = (waiting.id, FIRST_BLOCKS);
    loop {
        let blocks = look.blocks(log, wanted, below, most).await?;
        let Some(last) = blocks.last() else { return Ok(None) };
        (below, most) = (last.id, MORE_BLOCKS);
        for block in &blocks {
            let bar = newest.bar();
            if bar.is_some_and(|bar| block.reach < bar.occurred_at) {
                return Ok(None);
            }
            // Only where the next page is sure to begin further back than this one.
            if looks > LOOKS && block.reach.saturating_add(1) < wanted.before.occurred_at {
                return Ok(Some(block.reach));
            }
            if bar.is_none_or(|bar| block.newest >= bar.occurred_at) {
                looks += search_block(look, block, wanted, newest).await?;
            }
        }
    }
}

/// Adds what a block has; how many documents that took.
async fn search_block(
    look: &mut Look,
    block: &Block,
    wanted: &Wanted<'_>,
    newest: &mut Newest,
) -> Result<usize, StorageError> {
    let place = |digest: &Digest| Place { occurred_at: digest.occurred_at, seq: digest.seq };
    let candidates: Vec<&Digest> = block
        .events
        .iter()
        .rev()
        .filter(|digest| place(digest) < wanted.before && wanted.sieve.passes(digest))
        .collect();
    // Without words to look for, nearly every candidate is chosen: no more are fetched than can be used.
    let step = if wanted.is_in_documents() { newest.most * 4 } else { newest.most };
    let mut looks = 0;
    for candidates in candidates.chunks(step.max(1)) {
        if newest.bar().is_some_and(|bar| candidates.iter().all(|digest| place(digest) < bar)) {
            break;
        }
        looks += candidates.len();
        let events = look.fetch(candidates).await?;
        newest.add(choose(wanted, events)?);
    }
    Ok(looks)
}

/// Where a project's event stands in the log.
pub async fn seq_of(readers: &SqlitePool, project: ProjectId, id: EventId) -> Result<Option<i64>, StorageError> {
    let mut tx = readers.begin().await?;
    let Some(seq) = seq_at_or_after(&mut tx, id).await? else { return Ok(None) };
    let own =
        "select e.seq from event e join client c on c.id = e.client where e.seq = ? and e.id = ? and c.project = ?";
    let found = sqlx::query_scalar(own).bind(seq).bind(id.as_bytes().as_slice()).bind(project.0);
    Ok(found.fetch_optional(&mut *tx).await?)
}

/// One event of the scope.
pub async fn event(readers: &SqlitePool, scope: &Scope, id: EventId) -> Result<Option<Stored>, StorageError> {
    let mut look = Look::begin(readers, scope).await?;
    // The same steps whether the event is another client's or nobody's: the time taken tells nothing.
    let seq = seq_at_or_after(&mut look.tx, id).await?;
    let row = sqlx::query(
        "select e.seq, e.id, e.occurred_at, e.body from event e join client c on c.id = e.client
         where e.seq = ? and e.id = ? and (c.id = ? or c.log = ?)",
    )
    .bind(seq)
    .bind(id.as_bytes().as_slice())
    .bind(look.log.unwrap_or(0))
    .bind(look.log.unwrap_or(0))
    .fetch_optional(&mut *look.tx)
    .await?;
    row.as_ref().map(found).transpose().map(|found| found.map(|found| found.stored))
}
