//! Pages, counts and facets: from the index what it has, from the log's tail what came after, in one snapshot.

mod clients;
mod count;
mod look;
mod nearest;
mod stats;
mod values;
mod wanted;

pub use clients::clients;
pub use count::{count, facets};
pub use look::indexed;
pub use stats::stats;
pub use values::find_values;

use super::block::Digest;
use super::row::{COLUMNS, FROM, Row};
use crate::backend::storage::{Query, StorageError, Stored};
use crate::domain::access::{ProjectId, Scope};
use crate::domain::event::EventId;
use crate::domain::query::{Cursor, Order, Page};
use crate::domain::time::Timestamp;
use look::{Block, Look, Place, seq_at_or_after};
use nearest::Nearest;
use sqlx::{AssertSqlSafe, SqlitePool};
use wanted::{Wanted, choose};

/// Events whose documents a page or a count looks at before it answers with what it has: some tenths of a second.
const LOOKS: usize = 30_000;
/// Candidate blocks taken apart first: most pages need no more,
const FIRST_BLOCKS: i64 = 4;
/// and those that do likely need many.
const MORE_BLOCKS: i64 = 24;

/// One page, in the order that is asked for.
pub async fn page(readers: &SqlitePool, scope: &Scope, query: &Query) -> Result<Page<Stored>, StorageError> {
    let mut look = Look::begin(readers, scope).await?;
    let Some(log) = look.log else { return Ok(Page { items: Vec::new(), next: None }) };
    let wanted = look.wanted(log, query).await?;
    let limit = query.limit as usize;
    // One more than asked for tells whether there is another page.
    let mut nearest = Nearest::new(query.order, limit + 1);
    if wanted.is_open() {
        nearest.add(look.tail(log, &wanted, limit + 1).await?);
        nearest.add(look.timeline(log, &wanted, limit + 1).await?);
    } else {
        look.each_of_tail(log, |found| {
            if wanted.chooses(&found) {
                nearest.add(vec![found]);
            }
        })
        .await?;
        if let Some(unsearched) = search_blocks(&mut look, log, &wanted, &mut nearest).await? {
            nearest.keep_before(unsearched);
            if nearest.found.len() <= limit {
                return Ok(go_on(nearest, query.order, unsearched));
            }
        }
    }
    let more = nearest.found.len() > limit;
    nearest.found.truncate(limit);
    let next = nearest
        .found
        .last()
        .filter(|_| more)
        .map(|found| Cursor { occurred_at: found.stored.stamp.occurred_at, id: found.stored.stamp.id });
    Ok(Page { items: nearest.found.into_iter().map(|found| found.stored).collect(), next })
}

/// A page that ends where the search gave up for now: the next one begins with everything from that moment on.
fn go_on(nearest: Nearest, order: Order, unsearched: i64) -> Page<Stored> {
    let (moment, id) = match order {
        Order::Newest => (unsearched + 1, [0; 16]),
        Order::Oldest => (unsearched - 1, [u8::MAX; 16]),
    };
    let next = Cursor { occurred_at: Timestamp::from_millis(moment), id: EventId::from_bytes(id) };
    Page { items: nearest.found.into_iter().map(|found| found.stored).collect(), next: Some(next) }
}

/// Goes through candidate blocks until none of the others can hold anything that is met before what was found.
/// A search for words that are in many blocks and in few events would look at most of a log: after so many looks it
/// ends, and says from which moment on events are unsearched.
async fn search_blocks(
    look: &mut Look,
    log: i64,
    wanted: &Wanted<'_>,
    nearest: &mut Nearest,
) -> Result<Option<i64>, StorageError> {
    let waiting = look.waiting(log).await?;
    let looks = search_block(look, log, &waiting, wanted, nearest).await?;
    match wanted.order {
        Order::Newest => search_from_the_latest(look, log, wanted, nearest, (waiting.id, looks)).await,
        Order::Oldest => search_from_the_earliest(look, log, wanted, nearest, looks).await,
    }
}

async fn search_from_the_latest(
    look: &mut Look,
    log: i64,
    wanted: &Wanted<'_>,
    nearest: &mut Nearest,
    (mut below, mut looks): (i64, usize),
) -> Result<Option<i64>, StorageError> {
    let mut most = FIRST_BLOCKS;
    loop {
        let blocks = look.blocks(log, wanted, below, most).await?;
        let Some(last) = blocks.last() else { return Ok(None) };
        (below, most) = (last.id, MORE_BLOCKS);
        for block in &blocks {
            if !nearest.wants_moment(block.reach) {
                return Ok(None);
            }
            // Only where the next page is sure to begin further back than this one.
            if looks > LOOKS && block.reach.saturating_add(1) < wanted.after.occurred_at {
                return Ok(Some(block.reach));
            }
            if nearest.wants_moment(block.newest) {
                looks += search_block(look, log, block, wanted, nearest).await?;
            }
        }
    }
}

/// Blocks stand in the order in which their events arrived; an early event may have come late, so that all of them are
/// put in order by the moments at which they begin.
async fn search_from_the_earliest(
    look: &mut Look,
    log: i64,
    wanted: &Wanted<'_>,
    nearest: &mut Nearest,
    mut looks: usize,
) -> Result<Option<i64>, StorageError> {
    for (oldest, id) in look.beginnings(log, wanted).await? {
        if !nearest.wants_moment(oldest) {
            return Ok(None);
        }
        if looks > LOOKS && oldest.saturating_sub(1) > wanted.after.occurred_at {
            return Ok(Some(oldest));
        }
        let block = look.block(id).await?;
        looks += search_block(look, log, &block, wanted, nearest).await?;
    }
    Ok(None)
}

/// Adds what a block has; how many documents that took.
async fn search_block(
    look: &mut Look,
    log: i64,
    block: &Block,
    wanted: &Wanted<'_>,
    nearest: &mut Nearest,
) -> Result<usize, StorageError> {
    let place = |digest: &Digest| Place { occurred_at: digest.occurred_at, seq: digest.seq };
    let mut candidates: Vec<&Digest> =
        block.events.iter().filter(|digest| wanted.follows(place(digest)) && wanted.sieve.passes(digest)).collect();
    if wanted.order == Order::Newest {
        candidates.reverse();
    }
    // Without words to look for, nearly every candidate is chosen: no more are fetched than can be used.
    let step = if wanted.is_in_documents() { nearest.most * 4 } else { nearest.most };
    let mut looks = 0;
    for candidates in candidates.chunks(step.max(1)) {
        if candidates.iter().all(|digest| !nearest.wants(place(digest))) {
            break;
        }
        looks += candidates.len();
        let events = look.fetch(log, candidates).await?;
        nearest.add(choose(wanted, events));
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
    let statement = format!("select {COLUMNS} from {FROM} where e.seq = ? and e.id = ? and (c.id = ? or c.log = ?)");
    let row = sqlx::query(AssertSqlSafe(statement))
        .bind(seq)
        .bind(id.as_bytes().as_slice())
        .bind(look.log.unwrap_or(0))
        .bind(look.log.unwrap_or(0))
        .fetch_optional(&mut *look.tx)
        .await?;
    Ok(row.as_ref().map(|row| Row::read(row).stored))
}
