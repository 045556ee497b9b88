//! Sums of a span: from the roll-ups what the index has, from the log's tail what came after, in one snapshot.

use super::super::index::{self, ACTION, ACTOR, CLIENT};
use super::super::rollup::{self, Periods, Place};
use super::look::{Found, Look};
use crate::backend::storage::StorageError;
use crate::domain::access::Scope;
use crate::domain::stats::{Quarter, Ranked, Ranking, Seen, Span, Stats, Sum};
use crate::domain::time::Timestamp;
use sqlx::{Row, SqlitePool};
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

/// The sums of a span, and up to `most` values of each field.
pub async fn stats(readers: &SqlitePool, scope: &Scope, span: Span, most: usize) -> Result<Stats, StorageError> {
    let mut look = Look::begin(readers, scope).await?;
    let Some(log) = look.log else { return Ok(Stats::default()) };
    let mut tail = Tail::default();
    look.each_of_tail(log, |found| tail.take(log, span, &found)).await?;
    let quarters = rhythm(&mut look, log, span, &tail).await?;
    let mut sums = values(&mut look, log, span).await?;
    let unknown = add_tail(&mut look, log, &mut sums, &tail.values).await?;
    let mut ranking = async |kind| rank(&mut look, log, &sums, &unknown, kind, most).await;
    let (actions, actors, clients) = (ranking(ACTION).await?, ranking(ACTOR).await?, ranking(CLIENT).await?);
    let (new_actions, stopped_actions) = changes(&mut look, log, span, tail.actions).await?;
    Ok(Stats { quarters, actions, actors, clients, new_actions, stopped_actions })
}

/// What the events that are not indexed yet come to.
#[derive(Default)]
struct Tail {
    quarters: BTreeMap<i64, Quarter>,
    /// By kind and value: what to show, and the events in the span.
    values: BTreeMap<(i64, String), (String, Sum)>,
    /// When each action happened first and last, in the span or not.
    actions: HashMap<String, (i64, i64)>,
}

impl Tail {
    fn take(&mut self, log: i64, span: Span, found: &Found) {
        let event = found.stored.event();
        let moment = found.at.occurred_at;
        let seen = self.actions.entry(event.action.clone()).or_insert((moment, moment));
        *seen = (seen.0.min(moment), seen.1.max(moment));
        let quarter = Quarter::of(&event);
        if !span.quarters().contains(&quarter.number) {
            return;
        }
        let empty = Quarter { number: quarter.number, ..Quarter::default() };
        self.quarters.entry(quarter.number).or_insert(empty).add(&quarter);
        for (kind, value, label) in index::facets(&event).into_iter().filter(|(kind, ..)| index::is_summed(log, *kind))
        {
            let is_name = label != value;
            let (shown, sum) = self.values.entry((kind, value)).or_default();
            if is_name || shown.is_empty() {
                *shown = label;
            }
            sum.add(Sum::one(event.outcome.failed()));
        }
    }
}

/// The quarters of a span that have events, oldest first.
async fn rhythm(look: &mut Look, log: i64, span: Span, tail: &Tail) -> Result<Vec<Quarter>, StorageError> {
    let Periods { level, first, last } = rollup::rhythm_periods(span);
    let rows = sqlx::query(
        "select period, sums from idx.rollup where log = ? and level = ? and period between ? and ? order by period",
    )
    .bind(log)
    .bind(level)
    .bind(first)
    .bind(last)
    .fetch_all(&mut *look.tx)
    .await?;
    let mut quarters: Vec<Quarter> = Vec::new();
    for row in &rows {
        let place = Place { level, period: row.try_get(0)?, shard: 0 };
        rollup::read_rhythm(place.period, place.open(log, row.try_get(1)?)?, |quarter| {
            if span.quarters().contains(&quarter.number) {
                quarters.push(quarter);
            }
        })?;
    }
    for (number, more) in &tail.quarters {
        match quarters.binary_search_by_key(number, |quarter| quarter.number) {
            Ok(at) => quarters[at].add(more),
            Err(at) => quarters.insert(at, *more),
        }
    }
    Ok(quarters)
}

/// The indexed sums of each value, by its number.
async fn values(look: &mut Look, log: i64, span: Span) -> Result<HashMap<u64, Sum>, StorageError> {
    let periods: Vec<_> =
        rollup::value_periods(span).into_iter().map(|Periods { level, first, last }| (level, first, last)).collect();
    let rows = sqlx::query(
        "select r.level, r.period, r.shard, r.sums from json_each(?) j join idx.rollup r on r.log = ?
         and r.level = j.value ->> 0 and r.period between j.value ->> 1 and j.value ->> 2",
    )
    .bind(serde_json::to_string(&periods).map_err(anyhow::Error::from)?)
    .bind(log)
    .fetch_all(&mut *look.tx)
    .await?;
    let mut sums: HashMap<u64, Sum> = HashMap::new();
    for row in &rows {
        let place = Place { level: row.try_get(0)?, period: row.try_get(1)?, shard: row.try_get(2)? };
        rollup::read_values(place, span, place.open(log, row.try_get(3)?)?, |number, sum| {
            sums.entry(number).or_default().add(sum);
        })?;
    }
    Ok(sums)
}

/// A value that the index does not have yet.
struct Unknown<'t> {
    kind: i64,
    value: &'t str,
    label: &'t str,
    sum: Sum,
}

/// Adds the tail's values to those they are the same as; gives back the others.
async fn add_tail<'t>(
    look: &mut Look,
    log: i64,
    sums: &mut HashMap<u64, Sum>,
    tail: &'t BTreeMap<(i64, String), (String, Sum)>,
) -> Result<Vec<Unknown<'t>>, StorageError> {
    if tail.is_empty() {
        return Ok(Vec::new());
    }
    let keys: Vec<_> = tail.keys().collect();
    let known: Vec<(i64, i64)> = sqlx::query_as(
        "select j.key, f.number from json_each(?) j
         join idx.facet f on f.log = ? and f.kind = j.value ->> 0 and f.value = j.value ->> 1",
    )
    .bind(serde_json::to_string(&keys).map_err(anyhow::Error::from)?)
    .bind(log)
    .fetch_all(&mut *look.tx)
    .await?;
    let known: HashMap<i64, i64> = known.into_iter().collect();
    let mut unknown = Vec::new();
    for (at, ((kind, value), (label, sum))) in (0..).zip(tail) {
        match known.get(&at) {
            Some(number) => sums.entry(number.cast_unsigned()).or_default().add(*sum),
            None => unknown.push(Unknown { kind: *kind, value, label, sum: *sum }),
        }
    }
    Ok(unknown)
}

/// A value before it has a name again.
#[derive(Clone, Copy)]
enum Named<'t> {
    Number(u64),
    Unknown(&'t Unknown<'t>),
}

/// The values of a kind that have most events, and most failures.
async fn rank(
    look: &mut Look,
    log: i64,
    sums: &HashMap<u64, Sum>,
    unknown: &[Unknown<'_>],
    kind: i64,
    most: usize,
) -> Result<Ranking, StorageError> {
    let known = sums.iter().filter(|(number, _)| rollup::kind(**number) == kind);
    let known = known.map(|(number, sum)| (Named::Number(*number), *sum));
    let unknown = unknown.iter().filter(|value| value.kind == kind).map(|value| (Named::Unknown(value), value.sum));
    let all: Vec<_> = known.chain(unknown).collect();
    let failing: Vec<_> = all.iter().copied().filter(|(_, sum)| sum.failed > 0).collect();
    Ok(Ranking {
        distinct: all.len() as u64,
        distinct_failing: failing.len() as u64,
        most: top(look, log, all, most, |sum| sum.events).await?,
        failing: top(look, log, failing, most, |sum| sum.failed).await?,
    })
}

/// The first by some measure, with their names. Equal ones stand in the order of their values.
async fn top(
    look: &mut Look,
    log: i64,
    mut all: Vec<(Named<'_>, Sum)>,
    most: usize,
    measure: fn(&Sum) -> u64,
) -> Result<Vec<Ranked>, StorageError> {
    if all.len() > most && most > 0 {
        // Whatever equals the last one that fits may stand before it.
        all.select_nth_unstable_by_key(most - 1, |(_, sum)| Reverse(measure(sum)));
        let least = measure(&all[most - 1].1);
        all.retain(|(_, sum)| measure(sum) >= least);
        // A million actors of one event each would all be equal.
        all.truncate(most * 16);
    }
    let numbers = all.iter().filter_map(|(named, _)| match named {
        Named::Number(number) => Some(number),
        Named::Unknown(_) => None,
    });
    let names = names(look, log, &numbers.collect::<Vec<_>>()).await?;
    let ranked = |(named, sum): (Named<'_>, Sum)| {
        let (value, label) = match named {
            Named::Unknown(unknown) => (unknown.value.to_owned(), unknown.label.to_owned()),
            Named::Number(number) => names.get(&number).cloned()?,
        };
        Some(Ranked { value, label, sum })
    };
    let mut ranked: Vec<Ranked> = all.into_iter().filter_map(ranked).collect();
    ranked.sort_by(|a, b| measure(&b.sum).cmp(&measure(&a.sum)).then_with(|| a.value.cmp(&b.value)));
    ranked.truncate(most);
    Ok(ranked)
}

/// The values of numbers, and what to show for each.
async fn names(look: &mut Look, log: i64, numbers: &[&u64]) -> Result<HashMap<u64, (String, String)>, StorageError> {
    let rows = sqlx::query(
        "select f.number, f.value, f.label from json_each(?) j join idx.facet f on f.log = ? and f.number = j.value",
    )
    .bind(serde_json::to_string(numbers).map_err(anyhow::Error::from)?)
    .bind(log)
    .fetch_all(&mut *look.tx)
    .await?;
    let name = |row: &sqlx::sqlite::SqliteRow| {
        Ok((row.try_get::<i64, _>(0)?.cast_unsigned(), (row.try_get(1)?, row.try_get(2)?)))
    };
    rows.iter().map(name).collect()
}

/// Actions that began in the span, and those of the span before that stopped.
async fn changes(
    look: &mut Look,
    log: i64,
    span: Span,
    mut seen: HashMap<String, (i64, i64)>,
) -> Result<(Vec<Seen>, Vec<Seen>), StorageError> {
    let rows = sqlx::query("select value, oldest, newest from idx.facet where log = ? and kind = ?")
        .bind(log)
        .bind(ACTION)
        .fetch_all(&mut *look.tx)
        .await?;
    for row in rows {
        let (oldest, newest): (i64, i64) = (row.try_get(1)?, row.try_get(2)?);
        let moments = seen.entry(row.try_get(0)?).or_insert((oldest, newest));
        *moments = (moments.0.min(oldest), moments.1.max(newest));
    }
    let (from, until) = (span.from(), span.until());
    let before = from.plus_millis(-span.millis());
    let seen = seen.into_iter().map(|(action, (first, last))| Seen {
        action,
        first: Timestamp::from_millis(first),
        last: Timestamp::from_millis(last),
    });
    let (mut new, mut stopped) = (Vec::new(), Vec::new());
    for seen in seen {
        if (from..until).contains(&seen.first) {
            new.push(seen);
        } else if (before..from).contains(&seen.last) {
            stopped.push(seen);
        }
    }
    new.sort_by(|a, b| b.first.cmp(&a.first).then_with(|| a.action.cmp(&b.action)));
    stopped.sort_by(|a, b| b.last.cmp(&a.last).then_with(|| a.action.cmp(&b.action)));
    Ok((new, stopped))
}
