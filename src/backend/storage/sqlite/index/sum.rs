//! Adds up a batch before it is written: how often each value occurs, and the roll-ups.

use super::super::rollup::{self, Place, Sums};
use super::taken::Taken;
use crate::domain::stats::Sum;
use sqlx::{AssertSqlSafe, Row, SqliteConnection};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// A value of a log: log, kind, value.
type Key<'b> = (i64, i64, &'b str);

/// What a batch has of a value.
struct Count<'b> {
    label: &'b str,
    events: i64,
    oldest: i64,
    newest: i64,
    /// Its number in the log's roll-ups.
    number: i64,
}

/// Values by key.
type Counts<'b> = BTreeMap<Key<'b>, Count<'b>>;

/// Stores the values that can be chosen from, and the roll-ups.
pub async fn store(index: &mut SqliteConnection, batch: &[Arc<Taken>]) -> anyhow::Result<()> {
    let mut counts = count(batch);
    number(index, &mut counts).await?;
    store_values(index, &counts).await?;
    store_rollups(index, roll_up(batch, &counts)).await
}

fn count(batch: &[Arc<Taken>]) -> Counts<'_> {
    let mut counts = Counts::new();
    for event in batch {
        let moment = event.digest.occurred_at;
        for log in event.logs {
            for (kind, value, label) in event.facets_in(log) {
                let count = counts.entry((log, *kind, value)).or_insert(Count {
                    label,
                    events: 0,
                    oldest: moment,
                    newest: moment,
                    number: -1,
                });
                // A name once told is not lost to an event that tells none.
                if label != value {
                    count.label = label;
                }
                count.events += 1;
                count.oldest = count.oldest.min(moment);
                count.newest = count.newest.max(moment);
            }
        }
    }
    counts
}

/// Gives each value its number: the one it has, or the next of its log.
async fn number(index: &mut SqliteConnection, counts: &mut Counts<'_>) -> anyhow::Result<()> {
    let keys: Vec<_> = counts.keys().collect();
    let known: Vec<(i64, i64)> = sqlx::query_as(
        "select j.key, f.number from json_each(?) j
         join facet f on f.log = j.value ->> 0 and f.kind = j.value ->> 1 and f.value = j.value ->> 2 order by j.key",
    )
    .bind(serde_json::to_string(&keys)?)
    .fetch_all(&mut *index)
    .await?;
    let mut known = known.into_iter().peekable();
    for (at, count) in (0..).zip(counts.values_mut()) {
        if let Some((_, number)) = known.next_if(|(key, _)| *key == at) {
            count.number = number;
        }
    }
    let mut new: Vec<i64> = counts.iter().filter(|(_, count)| count.number < 0).map(|((log, ..), _)| *log).collect();
    new.dedup();
    let last: Vec<(i64, Option<i64>)> =
        sqlx::query_as("select j.value, (select max(number) from facet where log = j.value) from json_each(?) j")
            .bind(serde_json::to_string(&new)?)
            .fetch_all(index)
            .await?;
    let mut next: HashMap<i64, i64> =
        last.into_iter().map(|(log, number)| (log, number.map_or(0, |number| rollup::ordinal(number) + 1))).collect();
    for ((log, kind, _), count) in counts.iter_mut().filter(|(_, count)| count.number < 0) {
        let ordinal = next.entry(*log).or_default();
        count.number = rollup::number(*ordinal, *kind);
        *ordinal += 1;
    }
    Ok(())
}

async fn store_values(index: &mut SqliteConnection, counts: &Counts<'_>) -> anyhow::Result<()> {
    let row = |((log, kind, value), count): (&Key<'_>, &Count<'_>)| {
        let Count { label, events, oldest, newest, number } = count;
        serde_json::json!([log, kind, value, label, events, oldest, newest, number])
    };
    let rows: Vec<_> = counts.iter().map(row).collect();
    sqlx::query(
        "insert into facet (log, kind, value, label, events, oldest, newest, number)
         select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7
         from json_each(?) where true
         on conflict (log, kind, value) do update set events = events + excluded.events,
           label = iif(excluded.label = excluded.value, label, excluded.label),
           oldest = min(oldest, excluded.oldest), newest = max(newest, excluded.newest)",
    )
    .bind(serde_json::to_string(&rows)?)
    .execute(index)
    .await?;
    Ok(())
}

/// Sums by log and place in it.
type Rollups = BTreeMap<(i64, Place), Sums>;

fn roll_up(batch: &[Arc<Taken>], counts: &Counts<'_>) -> Rollups {
    let mut rollups = Rollups::new();
    for event in batch {
        let sum = Sum::one(event.digest.failed);
        for log in event.logs {
            let (place, parts) = rollup::rhythm_of(&event.quarter);
            let rhythm = rollups.entry((log, place)).or_default();
            parts.for_each(|(number, sum)| rhythm.add(number, sum));
            for (kind, value, _) in event.facets_in(log) {
                let Some(count) = counts.get(&(log, *kind, value.as_str())) else { continue };
                for place in rollup::places_of(event.quarter.number, count.number) {
                    rollups.entry((log, place)).or_default().add(count.number.cast_unsigned(), sum);
                }
            }
        }
    }
    rollups
}

/// Adds to the rows that are there, and makes those that are not.
async fn store_rollups(index: &mut SqliteConnection, mut rollups: Rollups) -> anyhow::Result<()> {
    const MANY: usize = 400;
    let keys: Vec<_> =
        rollups.keys().map(|(log, Place { level, period, shard })| (log, level, period, shard)).collect();
    let rows = sqlx::query(
        "select j.key, r.sums from json_each(?) j join rollup r on r.log = j.value ->> 0 and r.level = j.value ->> 1
         and r.period = j.value ->> 2 and r.shard = j.value ->> 3 order by j.key",
    )
    .bind(serde_json::to_string(&keys)?)
    .fetch_all(&mut *index)
    .await?;
    let mut sums = (0_i64..).zip(rollups.values_mut());
    for row in rows {
        let key: i64 = row.try_get(0)?;
        if let Some((_, sums)) = sums.find(|(at, _)| *at == key) {
            sums.add_encoded(row.try_get(1)?)?;
        }
    }
    let statement = |count: usize| {
        format!(
            "insert into rollup (log, level, period, shard, sums) values {}
             on conflict (log, level, period, shard) do update set sums = excluded.sums",
            vec!["(?, ?, ?, ?, ?)"; count].join(", ")
        )
    };
    let rows: Vec<_> = rollups.into_iter().collect();
    for chunk in rows.chunks(MANY) {
        let mut query = sqlx::query(AssertSqlSafe(statement(chunk.len()))).persistent(chunk.len() == MANY);
        for ((log, Place { level, period, shard }), sums) in chunk {
            query = query.bind(log).bind(level).bind(period).bind(shard).bind(sums.encode());
        }
        query.execute(&mut *index).await?;
    }
    Ok(())
}
