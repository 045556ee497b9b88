//! One reader's look at a log: what the index and the log hold, in one snapshot of both.

use super::super::block::{self, Digest, Home};
use super::super::index::block_id;
use super::super::row::{COLUMNS, COUNT, FROM, Row as EventRow};
use super::wanted::Wanted;
use crate::backend::storage::{StorageError, Stored};
use crate::domain::access::{ClientScope, Scope};
use crate::domain::event::EventId;
use crate::domain::query::{Cursor, Order};
use futures::TryStreamExt;
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, Row, Sqlite, SqlitePool, Transaction};

/// What is taken off a project's log to have its account trail's, as the `log` column of the client table has it.
const TRAILS: i64 = 1 << 32;

/// The condition that an event is of a log: one client's, one project's, or one project's trail.
const fn of_log(log: i64) -> &'static str {
    if log > 0 { "e.client = ?" } else { "c.log = ?" }
}

/// One reader's look at a log: a snapshot of both files.
pub struct Look {
    pub tx: Transaction<'static, Sqlite>,
    /// Through which seq the index is complete.
    pub indexed: i64,
    /// The client's number, or the project's or its trail's, which are below 0. `None` where the client has no events.
    pub log: Option<i64>,
}

/// An event and where it stands.
pub struct Found {
    pub at: Place,
    pub stored: Stored,
}

/// A place in a log: moment, then order of arrival.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub occurred_at: i64,
    pub seq: i64,
}

/// A block, its events oldest first.
pub struct Block {
    pub id: i64,
    pub newest: i64,
    pub reach: i64,
    pub events: Vec<Digest>,
}

impl Look {
    pub async fn begin(readers: &SqlitePool, scope: &Scope) -> Result<Self, StorageError> {
        let mut tx = readers.begin().await?;
        let index = Progress::of(&mut tx).await?;
        let client = if let ClientScope::One(client) = &scope.clients { Some(client.as_str()) } else { None };
        // One way to the engine and back for both.
        let (log_id, last_id, client): (Option<String>, Option<Vec<u8>>, Option<i64>) = sqlx::query_as(
            "select (select id from identity), (select id from event where seq = ?),
               (select id from client where project = ? and uuid = ?)",
        )
        .bind(index.seq)
        .bind(scope.project.0)
        .bind(client)
        .fetch_one(&mut *tx)
        .await?;
        let indexed = index.in_log(log_id, last_id)?;
        let log = match &scope.clients {
            ClientScope::All => Some(-scope.project.0),
            ClientScope::Trail => Some(-scope.project.0 - TRAILS),
            ClientScope::One(_) => client,
        };
        Ok(Self { tx, indexed, log })
    }

    /// Visits the events that are not in the index yet. One at a time, since there may be very many while events arrive
    /// faster than they are indexed.
    pub async fn each_of_tail(&mut self, log: i64, mut visit: impl FnMut(Found)) -> Result<(), StorageError> {
        let tail = format!("select {COLUMNS} from {FROM} where e.seq > ? and {}", of_log(log));
        let mut rows = sqlx::query(AssertSqlSafe(tail)).bind(self.indexed).bind(log).fetch(&mut *self.tx);
        while let Some(row) = rows.try_next().await? {
            visit(Found::of(EventRow::read(&row)));
        }
        Ok(())
    }

    /// The events that wait for a block, as the block that they will begin.
    pub async fn waiting(&mut self, log: i64) -> Result<Block, StorageError> {
        let columns: Option<Vec<u8>> = sqlx::query_scalar("select waiting from idx.log where id = ?")
            .bind(log)
            .fetch_optional(&mut *self.tx)
            .await?;
        let mut events =
            columns.map(|columns| block::open(Home::Waiting(log), &columns)).transpose()?.unwrap_or_default();
        events.sort_unstable_by_key(|digest| (digest.occurred_at, digest.seq));
        let newest = events.last().map_or(i64::MIN, |digest| digest.occurred_at);
        Ok(Block { id: block_id(log + 1, 0), newest, reach: newest, events })
    }

    /// The first events of those that are not in the index yet.
    pub async fn tail(&mut self, log: i64, wanted: &Wanted<'_>, limit: usize) -> Result<Vec<Found>, StorageError> {
        let (from, through) = wanted.span();
        let (follows, way) = direction(wanted.order);
        let statement = format!(
            "select {COLUMNS} from {FROM} where e.seq > ? and {} and (e.occurred_at, e.seq) {follows} (?, ?) and e.occurred_at between ? and ?
             order by e.occurred_at {way}, e.seq {way} limit ?",
            of_log(log)
        );
        let rows = sqlx::query(AssertSqlSafe(statement))
            .bind(self.indexed)
            .bind(log)
            .bind(wanted.after.occurred_at)
            .bind(wanted.after.seq)
            .bind(from)
            .bind(through)
            .bind(i64::try_from(limit).unwrap_or(i64::MAX))
            .fetch_all(&mut *self.tx)
            .await?;
        Ok(rows.iter().map(EventRow::read).map(Found::of).collect())
    }

    /// How many events of a span are not in the index yet.
    pub async fn count_tail(&mut self, log: i64, (from, through): (i64, i64)) -> Result<u64, StorageError> {
        let statement = format!(
            "select count(*) from event e join client c on c.id = e.client
             where e.seq > ? and {} and e.occurred_at between ? and ?",
            of_log(log)
        );
        let count: i64 = sqlx::query_scalar(AssertSqlSafe(statement))
            .bind(self.indexed)
            .bind(log)
            .bind(from)
            .bind(through)
            .fetch_one(&mut *self.tx)
            .await?;
        Ok(count.cast_unsigned())
    }

    /// The next events of the plain timeline.
    pub async fn timeline(&mut self, log: i64, wanted: &Wanted<'_>, limit: usize) -> Result<Vec<Found>, StorageError> {
        let (from, through) = wanted.sieve.span();
        let (follows, way) = direction(wanted.order);
        // One bound is where the walk begins, the other where it ends: the index is entered once.
        let (begin, bound, end) = match wanted.order {
            Order::Newest => (through, "occurred_at >= ?", from),
            Order::Oldest => (from, "occurred_at <= ?", through),
        };
        let outermost =
            Place { occurred_at: begin, seq: if wanted.order == Order::Newest { i64::MAX } else { i64::MIN } };
        let after = if wanted.order.meets_first(&outermost, &wanted.after) { wanted.after } else { outermost };
        let statement = format!(
            "select {COLUMNS}, t.seq, t.occurred_at
             from (select seq, occurred_at from idx.timeline where log = ? and (occurred_at, seq) {follows} (?, ?) and {bound}
                   order by occurred_at {way}, seq {way} limit ?) as t
             left join event e on e.seq = t.seq left join client c on c.id = e.client"
        );
        let rows = sqlx::query(AssertSqlSafe(statement))
            .bind(log)
            .bind(after.occurred_at)
            .bind(after.seq)
            .bind(end)
            .bind(i64::try_from(limit).unwrap_or(i64::MAX))
            .fetch_all(&mut *self.tx)
            .await?;
        // A page that holds the whole log holds as many as the log is said to have: a timeline that lost some is found out.
        if rows.len() < limit && after == outermost && (from, through) == (i64::MIN, i64::MAX) {
            let events: Option<i64> = sqlx::query_scalar("select events from idx.log where id = ?")
                .bind(log)
                .fetch_optional(&mut *self.tx)
                .await?;
            if events.unwrap_or(0) != i64::try_from(rows.len()).unwrap_or(i64::MAX) {
                return Err(StorageError::Index("its timeline lacks events".to_owned()));
            }
        }
        let checked = |row: &SqliteRow| {
            let at = Place { seq: row.try_get(COUNT)?, occurred_at: row.try_get(COUNT + 1)? };
            Found::at(EventRow::read(row), log, at)
        };
        rows.iter().map(checked).collect()
    }

    /// The next candidate blocks below a number, latest first, and at most so many.
    pub async fn blocks(
        &mut self,
        log: i64,
        wanted: &Wanted<'_>,
        below: i64,
        most: i64,
    ) -> Result<Vec<Block>, StorageError> {
        let (from, latest) = wanted.span();
        let rows = match &wanted.words {
            Some(words) => sqlx::query(
                "select b.id, b.newest, b.reach, b.columns from idx.word w join idx.block b on b.id = w.rowid
                     where w.word match ? and w.rowid >= ? and w.rowid < ? and b.oldest <= ? and b.newest >= ?
                     order by w.rowid desc limit ?",
            )
            .bind(words),
            None => sqlx::query(
                "select id, newest, reach, columns from idx.block
                 where id >= ? and id < ? and oldest <= ? and newest >= ? order by id desc limit ?",
            ),
        }
        .bind(block_id(log, 0))
        .bind(below)
        .bind(latest)
        .bind(from)
        .bind(most)
        .fetch_all(&mut *self.tx)
        .await?;
        rows.iter().map(block).collect()
    }

    /// The moments at which all candidate blocks begin and their numbers, the first first.
    pub async fn beginnings(&mut self, log: i64, wanted: &Wanted<'_>) -> Result<Vec<(i64, i64)>, StorageError> {
        let (earliest, through) = wanted.span();
        let blocks = match &wanted.words {
            Some(words) => sqlx::query_as(
                "select b.oldest, b.id from idx.word w join idx.block b on b.id = w.rowid
                 where w.word match ? and w.rowid >= ? and w.rowid < ? and b.oldest <= ? and b.newest >= ?
                 order by b.oldest, b.id",
            )
            .bind(words),
            None => sqlx::query_as(
                "select oldest, id from idx.block where id >= ? and id < ? and oldest <= ? and newest >= ?
                 order by oldest, id",
            ),
        };
        let blocks = blocks.bind(block_id(log, 0)).bind(block_id(log + 1, 0)).bind(through).bind(earliest);
        Ok(blocks.fetch_all(&mut *self.tx).await?)
    }

    /// One block.
    pub async fn block(&mut self, id: i64) -> Result<Block, StorageError> {
        let row = sqlx::query("select id, newest, reach, columns from idx.block where id = ?").bind(id);
        block(&row.fetch_one(&mut *self.tx).await?)
    }

    /// The events of some digests of a log. What the index says of another log's event is not believed.
    pub async fn fetch(&mut self, log: i64, digests: &[&Digest]) -> Result<Vec<Found>, StorageError> {
        let list = serde_json::to_string(&digests.iter().map(|digest| digest.seq).collect::<Vec<_>>())
            .map_err(anyhow::Error::from)?;
        let statement = format!(
            "select {COLUMNS}, j.key from json_each(?) j
             left join event e on e.seq = j.value left join client c on c.id = e.client"
        );
        let rows = sqlx::query(AssertSqlSafe(statement)).bind(list).fetch_all(&mut *self.tx).await?;
        let checked = |row: &SqliteRow| {
            let at: i64 = row.try_get(COUNT)?;
            let digest = usize::try_from(at).ok().and_then(|at| digests.get(at)).ok_or_else(|| foreign(log))?;
            Found::at(EventRow::read(row), log, Place { occurred_at: digest.occurred_at, seq: digest.seq })
        };
        rows.iter().map(checked).collect()
    }

    /// The place of a cursor's event; a cursor of another log finds nothing it could not find without one.
    pub async fn place(&mut self, cursor: Cursor) -> Result<Place, StorageError> {
        let seq = seq_at_or_after(&mut self.tx, cursor.id).await?;
        Ok(Place { occurred_at: cursor.occurred_at.millis(), seq: seq.unwrap_or(i64::MAX) })
    }
}

/// The seq of the first event whose id is not smaller. Ids grow with seq, so halving the log finds it; gaps are allowed.
pub async fn seq_at_or_after(tx: &mut Transaction<'static, Sqlite>, id: EventId) -> Result<Option<i64>, StorageError> {
    sqlx::query_scalar(
        "with recursive half (low, high) as (
           select (select min(seq) from event), (select max(seq) + 1 from event)
           union all
           select iif((select id from event where seq >= (low + high) / 2 order by seq limit 1) < ?1, (low + high) / 2 + 1, low),
                  iif((select id from event where seq >= (low + high) / 2 order by seq limit 1) < ?1, high, (low + high) / 2)
           from half where low < high
         )
         select seq from event where seq >= (select low from half where low >= high) order by seq limit 1",
    )
    .bind(id.as_bytes().as_slice())
    .fetch_optional(&mut **tx)
    .await
    .map_err(StorageError::from)
}

/// How a place is compared with the one that a page goes on from, and the way of the order, in SQL.
const fn direction(order: Order) -> (&'static str, &'static str) {
    match order {
        Order::Newest => ("<", "desc"),
        Order::Oldest => (">", "asc"),
    }
}

fn block(row: &SqliteRow) -> Result<Block, StorageError> {
    let (id, newest, reach) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
    Ok(Block { id, newest, reach, events: block::open(Home::Block(id), row.try_get(3)?)? })
}

/// How far an index has come, and in which log.
struct Progress {
    seq: i64,
    log_id: Option<String>,
    last_id: Option<Vec<u8>>,
}

impl Progress {
    /// Asked before the log is: what the index lacks is then in the log's snapshot, which is taken later.
    async fn of(tx: &mut Transaction<'static, Sqlite>) -> Result<Self, StorageError> {
        let (seq, log_id, last_id) =
            sqlx::query_as("select seq, log_id, last_id from idx.progress").fetch_one(&mut **tx).await?;
        Ok(Self { seq, log_id, last_id })
    }

    /// Through which seq the index is complete, in a log with this id and this event at that seq. One that was built from
    /// another log, or from what the log does not hold any more, is not used.
    fn in_log(self, log_id: Option<String>, last_id: Option<Vec<u8>>) -> Result<i64, StorageError> {
        if self.seq == 0 || (self.log_id, self.last_id) == (log_id, last_id) {
            Ok(self.seq)
        } else {
            Err(StorageError::Index("it was built from another log".to_owned()))
        }
    }
}

/// Through which seq the index is complete.
pub async fn indexed(tx: &mut Transaction<'static, Sqlite>) -> Result<i64, StorageError> {
    let index = Progress::of(tx).await?;
    let (log_id, last_id) = sqlx::query_as("select (select id from identity), (select id from event where seq = ?)")
        .bind(index.seq)
        .fetch_one(&mut **tx)
        .await?;
    index.in_log(log_id, last_id)
}

impl Found {
    /// An event that was read from the log itself.
    pub fn of(row: EventRow) -> Self {
        Self { at: Place { occurred_at: row.moment(), seq: row.key.seq }, stored: row.stored }
    }

    /// An event that the index says is in a log, at a place there; nothing where the log says otherwise.
    fn at(row: EventRow, log: i64, at: Place) -> Result<Self, StorageError> {
        let is_there = row.is_of(log) && row.key.seq == at.seq && row.moment() == at.occurred_at;
        if is_there { Ok(Self::of(row)) } else { Err(foreign(log)) }
    }
}

fn foreign(log: i64) -> StorageError {
    StorageError::Index(format!("what it says of log {log} is not what the log says"))
}
