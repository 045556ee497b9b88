//! How many events match, and which values they have.

use super::super::block::Digest;
use super::super::indexer::{self, ACTION, ACTOR, TARGET_TYPE, block_id};
use super::LOOKS;
use super::look::{Found, Look, engine};
use super::wanted::{Wanted, choose};
use crate::backend::storage::{Query, StorageError};
use crate::domain::access::Scope;
use crate::domain::query::{FacetValue, Facets, Total};
use sqlx::{Row, SqlitePool};
use std::collections::BTreeMap;

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
        for (kind, value, label) in indexer::facets(&found.stored.event()?) {
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
