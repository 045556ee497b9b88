//! Adds up a batch before it is written: how often each value occurs, and the roll-ups.

use super::super::rollup::{self, Place, Sums};
use super::taken::{Taken, is_summed};
use crate::domain::event::Ending;
use crate::domain::stats::Sum;
use sqlx::{AssertSqlSafe, Row, SqliteConnection};
use std::collections::HashMap;
use std::sync::Arc;

/// A value of a log: log, kind, value.
pub(super) type Key<'b> = (i64, i64, &'b str);

/// What a batch has of a value.
pub(super) struct Count<'b> {
    pub key: Key<'b>,
    label: &'b str,
    pub events: i64,
    oldest: i64,
    newest: i64,
    /// Its number in the log's roll-ups; given after counting.
    number: i64,
}

/// A batch's values in the order of their keys, and which of them each event has.
struct Counted<'b> {
    counts: Vec<Count<'b>>,
    /// The event, and the place of one of its values in `counts`.
    uses: Vec<(&'b Taken, usize)>,
}

/// Stores the values that can be chosen from, and the roll-ups.
pub async fn store(index: &mut SqliteConnection, batch: &[Arc<Taken>]) -> anyhow::Result<()> {
    let (counts, rollups) = of(index, batch).await?;
    store_values(index, &counts).await?;
    store_rollups(index, rollups).await
}

/// What a batch has of each value, with the numbers of those, and what it adds to the roll-ups.
pub(super) async fn of<'b>(
    index: &mut SqliteConnection,
    batch: &'b [Arc<Taken>],
) -> anyhow::Result<(Vec<Count<'b>>, Rollups)> {
    let mut counted = count(batch);
    number(index, &mut counted.counts).await?;
    let rollups = roll_up(batch, &counted);
    Ok((counted.counts, rollups))
}

fn count(batch: &[Arc<Taken>]) -> Counted<'_> {
    let mut counts: Vec<Count<'_>> = Vec::new();
    let mut uses = Vec::new();
    let mut places: HashMap<Key<'_>, usize> = HashMap::new();
    for event in batch {
        let moment = event.digest.occurred_at;
        for log in event.logs {
            for (kind, value, label) in event.facets_in(log) {
                let key = (log, *kind, value.as_str());
                let at = *places.entry(key).or_insert_with(|| {
                    counts.push(Count { key, label, events: 0, oldest: moment, newest: moment, number: -1 });
                    counts.len() - 1
                });
                let count = &mut counts[at];
                // A name once told is not lost to an event that tells none.
                if label != value {
                    count.label = label;
                }
                count.events += 1;
                count.oldest = count.oldest.min(moment);
                count.newest = count.newest.max(moment);
                if is_summed(log, *kind) {
                    uses.push((&**event, at));
                }
            }
        }
    }
    in_order(counts, uses)
}

/// Rows are read and written in the order of their keys, which is that of the pages they lie in.
fn in_order<'b>(mut counts: Vec<Count<'b>>, mut uses: Vec<(&'b Taken, usize)>) -> Counted<'b> {
    let mut order: Vec<usize> = (0..counts.len()).collect();
    order.sort_unstable_by_key(|at| counts[*at].key);
    let mut places = vec![0; order.len()];
    for (place, at) in order.into_iter().enumerate() {
        places[at] = place;
    }
    for (_, at) in &mut uses {
        *at = places[*at];
    }
    counts.sort_unstable_by_key(|count| count.key);
    Counted { counts, uses }
}

/// Gives each value its number: the one it has, or the next of its log.
async fn number(index: &mut SqliteConnection, counts: &mut [Count<'_>]) -> anyhow::Result<()> {
    let keys: Vec<_> = counts.iter().map(|count| count.key).collect();
    let known: Vec<(i64, i64)> = sqlx::query_as(
        "select j.key, f.number from json_each(?) j
         join facet f on f.log = j.value ->> 0 and f.kind = j.value ->> 1 and f.value = j.value ->> 2",
    )
    .bind(serde_json::to_string(&keys)?)
    .fetch_all(&mut *index)
    .await?;
    for (at, number) in known {
        counts[usize::try_from(at)?].number = number;
    }
    let mut new: Vec<i64> = counts.iter().filter(|count| count.number < 0).map(|count| count.key.0).collect();
    new.dedup();
    let last: Vec<(i64, Option<i64>)> =
        sqlx::query_as("select j.value, (select max(number) from facet where log = j.value) from json_each(?) j")
            .bind(serde_json::to_string(&new)?)
            .fetch_all(index)
            .await?;
    let mut next: HashMap<i64, i64> =
        last.into_iter().map(|(log, number)| (log, number.map_or(0, |number| rollup::ordinal(number) + 1))).collect();
    for count in counts.iter_mut().filter(|count| count.number < 0) {
        let (log, kind, _) = count.key;
        let ordinal = next.entry(log).or_default();
        count.number = rollup::number(*ordinal, kind);
        *ordinal += 1;
    }
    Ok(())
}

async fn store_values(index: &mut SqliteConnection, counts: &[Count<'_>]) -> anyhow::Result<()> {
    let rows: Vec<_> = counts
        .iter()
        .map(|Count { key: (log, kind, value), label, events, oldest, newest, number }| {
            (log, kind, value, label, events, oldest, newest, number)
        })
        .collect();
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
pub(super) type Rollups = HashMap<(i64, Place), Sums>;

fn roll_up(batch: &[Arc<Taken>], counted: &Counted<'_>) -> Rollups {
    let mut rollups = Rollups::new();
    for event in batch {
        for log in event.logs {
            let (place, parts) = rollup::rhythm_of(&event.quarter);
            let rhythm = rollups.entry((log, place)).or_default();
            parts.for_each(|(number, sum)| rhythm.add(number, sum));
        }
    }
    for (event, at) in &counted.uses {
        let Count { key: (log, ..), number, .. } = counted.counts[*at];
        for (place, number) in rollup::places_of(event.quarter.number, number) {
            rollups.entry((log, place)).or_default().add(number, Sum::one(event.digest.ending == Ending::Failure));
        }
    }
    rollups
}

/// Adds to the rows that are there, and makes those that are not.
async fn store_rollups(index: &mut SqliteConnection, rollups: Rollups) -> anyhow::Result<()> {
    const MANY: usize = 400;
    let mut rollups: Vec<_> = rollups.into_iter().collect();
    rollups.sort_unstable_by_key(|(key, _)| *key);
    let keys: Vec<_> =
        rollups.iter().map(|((log, Place { level, period, shard }), _)| (log, level, period, shard)).collect();
    let rows = sqlx::query(
        "select j.key, r.sums from json_each(?) j join rollup r on r.log = j.value ->> 0 and r.level = j.value ->> 1
         and r.period = j.value ->> 2 and r.shard = j.value ->> 3",
    )
    .bind(serde_json::to_string(&keys)?)
    .fetch_all(&mut *index)
    .await?;
    for row in rows {
        let at: i64 = row.try_get(0)?;
        let ((log, place), sums) = &mut rollups[usize::try_from(at)?];
        sums.add_encoded(place.open(*log, row.try_get(1)?)?)?;
    }
    let statement = |count: usize| {
        format!(
            "insert into rollup (log, level, period, shard, sums) values {}
             on conflict (log, level, period, shard) do update set sums = excluded.sums",
            vec!["(?, ?, ?, ?, ?)"; count].join(", ")
        )
    };
    let mut rest = rollups.into_iter().peekable();
    while rest.peek().is_some() {
        let chunk: Vec<_> = rest.by_ref().take(MANY).collect();
        let many = chunk.len() == MANY;
        let mut query = sqlx::query(AssertSqlSafe(statement(chunk.len()))).persistent(many);
        for ((log, place), sums) in chunk {
            let Place { level, period, shard } = place;
            query = query.bind(log).bind(level).bind(period).bind(shard).bind(place.seal(log, sums));
        }
        query.execute(&mut *index).await?;
    }
    Ok(())
}
