//! Pages, counts and facets: from the index what it has, from the log's tail what came after, in one snapshot.

use super::block::{self, Digest, Sieve};
use super::fold::fold;
use super::indexer::{ACTION, ACTOR, TARGET_TYPE, block_id};
use super::words::{self, Exact};
use super::{codec, writer::event_id};
use crate::backend::storage::{Query, StorageError, Stored};
use crate::domain::access::{ClientScope, Scope};
use crate::domain::event::{EventId, Stamp, search_text};
use crate::domain::query::{Cursor, FacetValue, Facets, Filter, Page, Total};
use crate::domain::time::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, Sqlite, SqlitePool, Transaction};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Candidate blocks asked for at once: a first page seldom needs more.
const BLOCKS: i64 = 24;
/// Events whose documents a page or a count looks at before it answers with what it has: some tenths of a second.
const LOOKS: usize = 30_000;

/// One reader's look at a log: a snapshot of both files.
struct Look {
    tx: Transaction<'static, Sqlite>,
    /// Through which seq the index is complete.
    indexed: i64,
    /// The client's number, or the project's negated. `None` where the client has no events.
    log: Option<i64>,
}

/// An event and where it stands.
struct Found {
    at: Place,
    stored: Stored,
}

/// A place in a log: moment, then order of arrival.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    occurred_at: i64,
    seq: i64,
}

/// Everything that an event must be.
struct Wanted<'q> {
    filters: Vec<&'q Filter>,
    sieve: Sieve,
    /// Folded words that must occur.
    terms: Vec<String>,
    /// The full-text question that every candidate block answers; `None` where all blocks are candidates.
    words: Option<String>,
    before: Place,
}

const LAST: Place = Place { occurred_at: i64::MAX, seq: i64::MAX };

impl Look {
    async fn begin(readers: &SqlitePool, scope: &Scope) -> Result<Self, StorageError> {
        let mut tx = readers.begin().await.map_err(engine)?;
        // The index first: what it lacks is then in the log's snapshot, which is taken later.
        let indexed: i64 =
            sqlx::query_scalar("select seq from idx.progress").fetch_one(&mut *tx).await.map_err(engine)?;
        let log = match &scope.clients {
            ClientScope::All => Some(-scope.project.0),
            ClientScope::One(client) => sqlx::query_scalar("select id from client where project = ? and uuid = ?")
                .bind(scope.project.0)
                .bind(client.as_str())
                .fetch_optional(&mut *tx)
                .await
                .map_err(engine)?,
        };
        Ok(Self { tx, indexed, log })
    }

    /// Events that are in no block: those after the index, and those that wait for one.
    async fn loose(&mut self, log: i64, pending: bool) -> Result<Vec<Found>, StorageError> {
        let tail = if log > 0 {
            "select seq, id, occurred_at, body from event where seq > ? and client = ?"
        } else {
            "select e.seq, e.id, e.occurred_at, e.body from event e join client c on c.id = e.client
             where e.seq > ? and c.project = -?"
        };
        let mut rows = sqlx::query(tail).bind(self.indexed).bind(log).fetch_all(&mut *self.tx).await.map_err(engine)?;
        if pending {
            let waiting = "select e.seq, e.id, e.occurred_at, e.body from idx.pending p join event e on e.seq = p.seq where p.log = ?";
            rows.extend(sqlx::query(waiting).bind(log).fetch_all(&mut *self.tx).await.map_err(engine)?);
        }
        rows.iter().map(found).collect()
    }

    /// The next events of the plain timeline.
    async fn timeline(&mut self, log: i64, wanted: &Wanted<'_>, limit: usize) -> Result<Vec<Found>, StorageError> {
        let (from, through) = wanted.sieve.span();
        let rows = sqlx::query(
            "select e.seq, e.id, e.occurred_at, e.body
             from (select seq from idx.timeline where log = ? and (occurred_at, seq) < (?, ?) and occurred_at >= ?
                   order by occurred_at desc, seq desc limit ?) as t
             join event e on e.seq = t.seq",
        )
        .bind(log)
        .bind(wanted.before.occurred_at.min(through.saturating_add(1)))
        .bind(if wanted.before.occurred_at <= through { wanted.before.seq } else { i64::MIN })
        .bind(from)
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .fetch_all(&mut *self.tx)
        .await
        .map_err(engine)?;
        rows.iter().map(found).collect()
    }

    /// The next candidate blocks below a number, latest first.
    async fn blocks(&mut self, log: i64, wanted: &Wanted<'_>, below: i64) -> Result<Vec<Block>, StorageError> {
        let (from, through) = wanted.sieve.span();
        let latest = through.min(wanted.before.occurred_at);
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
        .bind(BLOCKS)
        .fetch_all(&mut *self.tx)
        .await
        .map_err(engine)?;
        rows.iter()
            .map(|row| {
                Ok(Block {
                    id: row.try_get(0).map_err(engine)?,
                    newest: row.try_get(1).map_err(engine)?,
                    reach: row.try_get(2).map_err(engine)?,
                    events: block::decode(row.try_get(3).map_err(engine)?)?,
                })
            })
            .collect()
    }

    async fn fetch(&mut self, digests: &[&Digest]) -> Result<Vec<Found>, StorageError> {
        let list = serde_json::to_string(&digests.iter().map(|digest| digest.seq).collect::<Vec<_>>())
            .map_err(anyhow::Error::from)?;
        let rows = sqlx::query(
            "select e.seq, e.id, e.occurred_at, e.body from json_each(?) j join event e on e.seq = j.value",
        )
        .bind(list)
        .fetch_all(&mut *self.tx)
        .await
        .map_err(engine)?;
        rows.iter().map(found).collect()
    }

    /// The place of a cursor's event; a cursor of another log finds nothing it could not find without one.
    async fn place(&mut self, cursor: Cursor) -> Result<Place, StorageError> {
        let seq = seq_at_or_after(&mut self.tx, cursor.id).await?;
        Ok(Place { occurred_at: cursor.occurred_at.millis(), seq: seq.unwrap_or(i64::MAX) })
    }

    async fn wanted<'q>(&mut self, log: i64, query: &'q Query) -> Result<Wanted<'q>, StorageError> {
        let filters: Vec<&Filter> = std::iter::once(&query.filter).chain(&query.restriction).collect();
        let mut asked: Vec<String> = Vec::new();
        let mut actions = Vec::new();
        for action in filters.iter().filter_map(|filter| filter.action.as_deref()) {
            let values = match action.strip_suffix('*') {
                None => vec![action.to_owned()],
                Some(start) => self.actions_from(log, start).await?,
            };
            let hashes: BTreeSet<u32> = values.iter().map(|value| Exact::Action(value).hash()).collect();
            // A question of very many words costs more than it saves; the sieve knows them all the same.
            if hashes.len() <= 64 {
                let any: Vec<String> = hashes.iter().map(|hash| words::exact_word(*hash)).collect();
                asked.push(if any.is_empty() { "none".to_owned() } else { format!("({})", any.join(" OR ")) });
            }
            actions.push(hashes);
        }
        for filter in &filters {
            asked.extend(filter.actor.as_deref().map(|actor| Exact::Actor(actor).word()));
            asked.extend(filter.target.as_deref().map(|target| Exact::Target(target).word()));
            asked.extend(filter.target_type.as_deref().map(|kind| Exact::TargetType(kind).word()));
            asked.extend((filter.failed == Some(true)).then(|| Exact::Failure.word()));
        }
        let terms: Vec<String> =
            filters.iter().flat_map(|filter| filter.terms()).map(|term| fold(&term).into_owned()).collect();
        asked.extend(terms.iter().flat_map(|term| words::words_of(term)));
        let before = match query.after {
            None => LAST,
            Some(cursor) => self.place(cursor).await?,
        };
        let words = (!asked.is_empty()).then(|| asked.join(" AND "));
        Ok(Wanted { sieve: Sieve::new(&filters, actions), filters, terms, words, before })
    }

    /// The actions of a log that begin so.
    async fn actions_from(&mut self, log: i64, start: &str) -> Result<Vec<String>, StorageError> {
        sqlx::query_scalar(
            "select value from idx.facet where log = ? and kind = ? and value >= ? and substr(value, 1, length(?)) = ?",
        )
        .bind(log)
        .bind(ACTION)
        .bind(start)
        .bind(start)
        .bind(start)
        .fetch_all(&mut *self.tx)
        .await
        .map_err(engine)
    }
}

/// A block, its events oldest first.
struct Block {
    id: i64,
    newest: i64,
    reach: i64,
    events: Vec<Digest>,
}

impl Wanted<'_> {
    /// Whether no more than a span of time is asked for.
    fn is_open(&self) -> bool {
        self.sieve.is_open() && self.terms.is_empty()
    }

    /// Whether an event is one of those asked for: the last word, by its document.
    fn chooses(&self, found: &Found) -> Result<bool, StorageError> {
        if found.at >= self.before {
            return Ok(false);
        }
        if !self.terms.is_empty() && !self.says_all(&found.stored.document)? {
            return Ok(false);
        }
        if self.sieve.is_open() {
            let (from, through) = self.sieve.span();
            return Ok((from..=through).contains(&found.at.occurred_at));
        }
        let event = found.stored.event()?;
        Ok(self.filters.iter().all(|filter| filter.fits(&event)))
    }

    fn says_all(&self, document: &[u8]) -> Result<bool, StorageError> {
        // Without escapes, values read the same in JSON as outside it: a quick look spares taking most apart.
        if !document.contains(&b'\\') {
            let json = std::str::from_utf8(document).map_err(anyhow::Error::from)?;
            let json = fold(json);
            if !self.terms.iter().all(|term| json.contains(term.as_str())) {
                return Ok(false);
            }
        }
        let value = serde_json::from_slice(document).map_err(|error| StorageError::Damaged(error.to_string()))?;
        let text = search_text(&value);
        let text = fold(&text);
        Ok(self.terms.iter().all(|term| text.contains(term.as_str())))
    }
}

/// The newest so far, no more than are needed.
struct Newest {
    most: usize,
    found: Vec<Found>,
}

impl Newest {
    fn add(&mut self, more: Vec<Found>) {
        self.found.extend(more);
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
    let loose = look.loose(log, !wanted.is_open()).await?;
    newest.add(choose(&wanted, loose)?);
    if wanted.is_open() {
        let timeline = look.timeline(log, &wanted, limit + 1).await?;
        newest.add(timeline);
    } else {
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

fn choose(wanted: &Wanted<'_>, events: Vec<Found>) -> Result<Vec<Found>, StorageError> {
    let mut chosen = Vec::new();
    for event in events {
        if wanted.chooses(&event)? {
            chosen.push(event);
        }
    }
    Ok(chosen)
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
    let (mut below, mut looks) = (block_id(log + 1, 0), 0);
    loop {
        let blocks = look.blocks(log, wanted, below).await?;
        let Some(last) = blocks.last() else { return Ok(None) };
        below = last.id;
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
    let step = if wanted.terms.is_empty() { newest.most } else { candidates.len().max(1) };
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

/// How many events match, no further than `cap`. Where only words decide, documents must be looked at, and past some
/// thousands of those the answer is "at least".
pub async fn count(readers: &SqlitePool, scope: &Scope, query: &Query, cap: u64) -> Result<Total, StorageError> {
    let mut look = Look::begin(readers, scope).await?;
    let Some(log) = look.log else { return Ok(Total { count: 0, exact: true }) };
    let wanted = look.wanted(log, query).await?;
    let loose = look.loose(log, !wanted.is_open()).await?;
    let mut count = choose(&wanted, loose)?.len() as u64;
    if wanted.is_open() {
        count += count_timeline(&mut look, log, &wanted, cap).await?;
        return Ok(capped(count, cap, wanted.sieve.span() == (i64::MIN, i64::MAX)));
    }
    let mut below = block_id(log + 1, 0);
    let mut looks = 0;
    while count < cap && looks < LOOKS {
        let blocks = look.blocks(log, &wanted, below).await?;
        let Some(last) = blocks.last() else { return Ok(capped(count, cap, false)) };
        below = last.id;
        for block in &blocks {
            let candidates: Vec<&Digest> = block.events.iter().filter(|digest| wanted.sieve.passes(digest)).collect();
            if wanted.terms.is_empty() {
                count += candidates.len() as u64;
            } else {
                looks += candidates.len();
                let events = look.fetch(&candidates).await?;
                count += choose(&wanted, events)?.len() as u64;
            }
        }
    }
    Ok(Total { count: count.min(cap), exact: false })
}

fn capped(count: u64, cap: u64, known: bool) -> Total {
    if known || count <= cap { Total { count, exact: true } } else { Total { count: cap, exact: false } }
}

/// The whole log's length is kept; a span's is counted.
async fn count_timeline(look: &mut Look, log: i64, wanted: &Wanted<'_>, cap: u64) -> Result<u64, StorageError> {
    let (from, through) = wanted.sieve.span();
    let count: Option<i64> = if (from, through) == (i64::MIN, i64::MAX) {
        sqlx::query_scalar("select events from idx.log where id = ?")
            .bind(log)
            .fetch_optional(&mut *look.tx)
            .await
            .map_err(engine)?
    } else {
        sqlx::query_scalar(
            "select count(*) from (select 1 from idx.timeline where log = ? and occurred_at between ? and ? limit ?)",
        )
        .bind(log)
        .bind(from)
        .bind(through)
        .bind(cap.cast_signed() + 1)
        .fetch_optional(&mut *look.tx)
        .await
        .map_err(engine)?
    };
    Ok(count.unwrap_or(0).cast_unsigned())
}

/// One event of the scope.
pub async fn event(readers: &SqlitePool, scope: &Scope, id: EventId) -> Result<Option<Stored>, StorageError> {
    let mut look = Look::begin(readers, scope).await?;
    // The same steps whether the event is another client's or nobody's: the time taken tells nothing.
    let seq = seq_at_or_after(&mut look.tx, id).await?;
    let row = sqlx::query(
        "select e.seq, e.id, e.occurred_at, e.body from event e join client c on c.id = e.client
         where e.seq = ? and e.id = ? and (c.id = ? or c.project = -?)",
    )
    .bind(seq)
    .bind(id.as_bytes().as_slice())
    .bind(look.log.unwrap_or(0))
    .bind(look.log.unwrap_or(0))
    .fetch_optional(&mut *look.tx)
    .await
    .map_err(engine)?;
    row.as_ref().map(found).transpose().map(|found| found.map(|found| found.stored))
}

/// The seq of the first event whose id is not smaller. Ids grow with seq, so halving the log finds it; gaps are allowed.
async fn seq_at_or_after(tx: &mut Transaction<'static, Sqlite>, id: EventId) -> Result<Option<i64>, StorageError> {
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
    .map_err(engine)
}

/// The most frequent values, those of the tail included.
pub async fn facets(readers: &SqlitePool, scope: &Scope, limit: u32) -> Result<Facets, StorageError> {
    let mut look = Look::begin(readers, scope).await?;
    let Some(log) = look.log else { return Ok(Facets::default()) };
    let mut facets = Facets::default();
    for (kind, values) in
        [(ACTION, &mut facets.actions), (ACTOR, &mut facets.actors), (TARGET_TYPE, &mut facets.target_types)]
    {
        let rows = sqlx::query(
            "select value, label, events from idx.facet where log = ? and kind = ? order by events desc, value limit ?",
        )
        .bind(log)
        .bind(kind)
        .bind(limit)
        .fetch_all(&mut *look.tx)
        .await
        .map_err(engine)?;
        for row in rows {
            values.push(FacetValue {
                value: row.try_get(0).map_err(engine)?,
                label: row.try_get(1).map_err(engine)?,
                count: row.try_get::<i64, _>(2).map_err(engine)?.cast_unsigned(),
            });
        }
    }
    add_tail(&mut facets, look.loose(log, false).await?, limit)?;
    Ok(facets)
}

fn add_tail(facets: &mut Facets, tail: Vec<Found>, limit: u32) -> Result<(), StorageError> {
    let mut counts: BTreeMap<(i64, String), (String, u64)> = BTreeMap::new();
    for found in tail {
        for (kind, value, label) in super::indexer::facets(&found.stored.event()?) {
            let count = counts.entry((kind, value)).or_default();
            *count = (label, count.1 + 1);
        }
    }
    for ((kind, value), (label, more)) in counts {
        let values = match kind {
            ACTION => &mut facets.actions,
            ACTOR => &mut facets.actors,
            _ => &mut facets.target_types,
        };
        match values.iter_mut().find(|known| known.value == value) {
            Some(known) => known.count += more,
            None => values.push(FacetValue { value, label, count: more }),
        }
    }
    for values in [&mut facets.actions, &mut facets.actors, &mut facets.target_types] {
        values.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
        values.truncate(limit as usize);
    }
    Ok(())
}

fn found(row: &SqliteRow) -> Result<Found, StorageError> {
    let occurred_at: i64 = row.try_get(2).map_err(engine)?;
    let stamp =
        Stamp { id: event_id(row.try_get(1).map_err(engine)?)?, occurred_at: Timestamp::from_millis(occurred_at) };
    let document = codec::decode(row.try_get(3).map_err(engine)?)?;
    Ok(Found { at: Place { occurred_at, seq: row.try_get(0).map_err(engine)? }, stored: Stored { stamp, document } })
}

fn engine(error: sqlx::Error) -> StorageError {
    StorageError::Engine(error.into())
}
