//! Corrects what was counted of events whose documents are replaced: values, roll-ups, and when a value was first and
//! last seen. Most replacements change none of it, and cost nothing here.

use super::super::rollup::{Place, Sums};
use super::sum::{self, Count, Key, Rollups};
use super::taken::Taken;
use super::{ahead::Batch, store};
use sqlx::SqliteConnection;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Puts what the new documents count in the place of what the old ones did. Events that the index does not have yet will
/// be counted when it takes them in.
pub async fn exchange(index: &mut SqliteConnection, before: &Batch, after: &Batch) -> anyhow::Result<()> {
    let indexed: i64 = sqlx::query_scalar("select seq from progress").fetch_one(&mut *index).await?;
    let now: BTreeMap<i64, &Arc<Taken>> = after.iter().map(|event| (event.digest.seq, event)).collect();
    let (mut old, mut new) = (Batch::new(), Batch::new());
    for event in before.iter().filter(|event| event.digest.seq <= indexed) {
        if let Some(changed) = now.get(&event.digest.seq).filter(|now| !now.counts_as(event)) {
            old.push(Arc::clone(event));
            new.push(Arc::clone(changed));
        }
    }
    if old.is_empty() {
        return Ok(());
    }
    let (counts, rollups) = sum::of(index, &old).await?;
    for count in &counts {
        take_count(index, count).await?;
    }
    take_rollups(index, rollups).await?;
    sum::store(index, &new).await?;
    for Count { key, .. } in &counts {
        see_anew(index, *key).await?;
    }
    Ok(())
}

async fn take_count(index: &mut SqliteConnection, count: &Count<'_>) -> anyhow::Result<()> {
    let (log, kind, value) = count.key;
    let take = sqlx::query("update facet set events = events - ? where log = ? and kind = ? and value = ?");
    take.bind(count.events).bind(log).bind(kind).bind(value).execute(index).await?;
    Ok(())
}

async fn take_rollups(index: &mut SqliteConnection, rollups: Rollups) -> anyhow::Result<()> {
    for ((log, place), taken) in rollups {
        let Place { level, period, shard } = place;
        let row = sqlx::query_scalar::<_, Vec<u8>>(
            "select sums from rollup where log = ? and level = ? and period = ? and shard = ?",
        );
        let row = row.bind(log).bind(level).bind(period).bind(shard).fetch_optional(&mut *index).await?;
        let mut sums = Sums::default();
        if let Some(row) = row {
            sums.add_encoded(place.open(log, &row)?)?;
        }
        let left = place.seal(log, sums.without(taken));
        sqlx::query("update rollup set sums = ? where log = ? and level = ? and period = ? and shard = ?")
            .bind(left)
            .bind(log)
            .bind(level)
            .bind(period)
            .bind(shard)
            .execute(&mut *index)
            .await?;
    }
    Ok(())
}

/// Looks for the first and last events of a value that lost some; a value without events is gone.
async fn see_anew(index: &mut SqliteConnection, key: Key<'_>) -> anyhow::Result<()> {
    let (log, kind, value) = key;
    let forget = sqlx::query("delete from facet where log = ? and kind = ? and value = ? and events <= 0");
    if forget.bind(log).bind(kind).bind(value).execute(&mut *index).await?.rows_affected() > 0 {
        return Ok(());
    }
    let seen: Option<(i64, i64)> =
        sqlx::query_as("select oldest, newest from facet where log = ? and kind = ? and value = ?")
            .bind(log)
            .bind(kind)
            .bind(value)
            .fetch_optional(&mut *index)
            .await?;
    // An event that was read when it was counted and cannot be by now had other values then.
    let Some((oldest, newest)) = seen else { return Ok(()) };
    let oldest = edge(index, key, oldest, Way::Onwards).await?;
    let newest = edge(index, key, newest, Way::Back).await?;
    sqlx::query("update facet set oldest = ?, newest = ? where log = ? and kind = ? and value = ?")
        .bind(oldest)
        .bind(newest)
        .bind(log)
        .bind(kind)
        .bind(value)
        .execute(index)
        .await?;
    Ok(())
}

/// Which way time is looked through.
#[derive(Clone, Copy)]
enum Way {
    Onwards,
    Back,
}

/// The moment of the nearest event that has a value, from one on which had it.
async fn edge(index: &mut SqliteConnection, key: Key<'_>, from: i64, way: Way) -> anyhow::Result<i64> {
    const AT_ONCE: i64 = 256;
    let (log, kind, value) = key;
    let statement = match way {
        Way::Onwards => {
            "select occurred_at, seq from timeline where log = ? and (occurred_at, seq) >= (?, ?)
             order by occurred_at, seq limit ?"
        }
        Way::Back => {
            "select occurred_at, seq from timeline where log = ? and (occurred_at, seq) <= (?, ?)
             order by occurred_at desc, seq desc limit ?"
        }
    };
    let mut place = (from, if matches!(way, Way::Onwards) { 0 } else { i64::MAX });
    loop {
        let rows: Vec<(i64, i64)> = sqlx::query_as(statement)
            .bind(log)
            .bind(place.0)
            .bind(place.1)
            .bind(AT_ONCE)
            .fetch_all(&mut *index)
            .await?;
        let seqs: Vec<i64> = rows.iter().map(|(_, seq)| *seq).collect();
        let events = store::events(index, &seqs).await?;
        let having =
            events.iter().filter(|event| event.facets_in(log).any(|(own, has, _)| *own == kind && has == value));
        let moments = having.map(|event| event.digest.occurred_at);
        let found = if matches!(way, Way::Onwards) { moments.min() } else { moments.max() };
        match (found, rows.last()) {
            (Some(moment), _) => return Ok(moment),
            // The edge stays where nothing nearer is known.
            (None, Some((moment, seq))) if rows.len() > 1 => {
                place = (*moment, if matches!(way, Way::Onwards) { seq + 1 } else { seq - 1 });
            }
            (None, _) => return Ok(from),
        }
    }
}
