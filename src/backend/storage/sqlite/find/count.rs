//! How many events match, and which values they have.

use super::super::block::Digest;
use super::super::index::{self, ACTION, ACTOR, CLIENT, TARGET_TYPE};
use super::look::{Found, Look};
use super::wanted::choose;
use super::{LOOKS, MORE_BLOCKS, values};
use crate::backend::storage::{Query, StorageError};
use crate::domain::access::Scope;
use crate::domain::query::{FacetValue, Facets, Total};
use sqlx::{Row, SqlitePool};
use std::collections::BTreeMap;

/// More than there are.
const UNCAPPED: u64 = 1 << 53;

/// How many events match, no further than `cap`. Where only words decide, documents must be looked at, and past some
/// thousands of those the answer is "at least", unless all are to be counted.
pub async fn count(
    readers: &SqlitePool,
    scope: &Scope,
    query: &Query,
    cap: Option<u64>,
) -> Result<Total, StorageError> {
    let (whole, cap) = (cap.is_none(), cap.unwrap_or(UNCAPPED));
    let mut look = Look::begin(readers, scope).await?;
    let Some(log) = look.log else { return Ok(Total { count: 0, exact: true }) };
    let wanted = look.wanted(log, query).await?;
    if wanted.is_open() {
        let span = wanted.sieve.span();
        let count = look.count_tail(log, span).await? + count_timeline(&mut look, log, span, cap).await?;
        return Ok(capped(count, cap, span == (i64::MIN, i64::MAX)));
    }
    let mut count = 0;
    look.each_of_tail(log, |found| count += u64::from(wanted.chooses(&found))).await?;
    let mut blocks = vec![look.waiting(log).await?];
    let mut looks = 0;
    while count < cap && looks < LOOKS {
        let Some(below) = blocks.last().map(|last| last.id) else { return Ok(capped(count, cap, false)) };
        for block in &blocks {
            let candidates: Vec<&Digest> = block.events.iter().filter(|digest| wanted.sieve.passes(digest)).collect();
            if wanted.is_in_documents() {
                looks += candidates.len();
                let events = look.fetch(log, &candidates).await?;
                count += choose(&wanted, events).len() as u64;
            } else {
                count += candidates.len() as u64;
            }
        }
        blocks = look.blocks(log, &wanted, below, MORE_BLOCKS).await?;
        if whole && looks >= LOOKS {
            // Blocks stay as they are, so another snapshot goes on where this one would; held for long, it would keep
            // the file from being tidied.
            (look, looks) = (Look::begin(readers, scope).await?, 0);
        }
    }
    Ok(Total { count: count.min(cap), exact: false })
}

fn capped(count: u64, cap: u64, known: bool) -> Total {
    if known || count <= cap { Total { count, exact: true } } else { Total { count: cap, exact: false } }
}

/// The whole log's length is kept; a span's is counted.
async fn count_timeline(look: &mut Look, log: i64, (from, through): (i64, i64), cap: u64) -> Result<u64, StorageError> {
    let count: Option<i64> = if (from, through) == (i64::MIN, i64::MAX) {
        sqlx::query_scalar("select events from idx.log where id = ?").bind(log).fetch_optional(&mut *look.tx).await?
    } else {
        sqlx::query_scalar(
            "select count(*) from (select 1 from idx.timeline where log = ? and occurred_at between ? and ? limit ?)",
        )
        .bind(log)
        .bind(from)
        .bind(through)
        .bind(cap.cast_signed() + 1)
        .fetch_optional(&mut *look.tx)
        .await?
    };
    Ok(count.unwrap_or(0).cast_unsigned())
}

/// The most frequent values, those of the tail included.
pub async fn facets(readers: &SqlitePool, scope: &Scope, limit: u32) -> Result<Facets, StorageError> {
    let mut look = Look::begin(readers, scope).await?;
    let Some(log) = look.log else { return Ok(Facets::default()) };
    let mut facets = Facets::default();
    for kind in [ACTION, ACTOR, TARGET_TYPE, CLIENT] {
        let values = of_kind(&mut facets, kind);
        let rows = sqlx::query(
            "select value, label, events from idx.facet where log = ? and kind = ? order by events desc, value limit ?",
        )
        .bind(log)
        .bind(kind)
        .bind(limit)
        .fetch_all(&mut *look.tx)
        .await?;
        for row in rows {
            values.push(FacetValue {
                value: row.try_get(0)?,
                label: row.try_get(1)?,
                count: row.try_get::<i64, _>(2)?.cast_unsigned(),
            });
        }
    }
    let mut tail = BTreeMap::new();
    look.each_of_tail(log, |found| add_values(&mut tail, log, &found)).await?;
    let distinct = values::distinct(&mut look, log, &tail).await?;
    add_tail(&mut facets, tail, limit);
    facets.more = values::more_than(&facets, &distinct);
    Ok(facets)
}

/// By kind and value: what to show, and how many events have it.
pub(super) type Values = BTreeMap<(i64, String), (String, u64)>;

pub(super) fn add_values(values: &mut Values, log: i64, found: &Found) {
    for (kind, value, label) in index::facets(&found.stored.event()) {
        if index::is_in(log, kind) {
            // An event that does not name its client or its actor leaves them the name they have.
            let is_name = label != value;
            let (shown, count) = values.entry((kind, value)).or_default();
            if is_name || shown.is_empty() {
                *shown = label;
            }
            *count += 1;
        }
    }
}

fn of_kind(facets: &mut Facets, kind: i64) -> &mut Vec<FacetValue> {
    match kind {
        ACTION => &mut facets.actions,
        ACTOR => &mut facets.actors,
        TARGET_TYPE => &mut facets.target_types,
        _ => &mut facets.clients,
    }
}

fn add_tail(facets: &mut Facets, tail: Values, limit: u32) {
    for ((kind, value), (label, more)) in tail {
        let values = of_kind(facets, kind);
        match values.iter_mut().find(|known| known.value == value) {
            Some(known) => known.count += more,
            None => values.push(FacetValue { value, label, count: more }),
        }
    }
    for values in [&mut facets.actions, &mut facets.actors, &mut facets.target_types, &mut facets.clients] {
        values.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
        values.truncate(limit as usize);
    }
}
