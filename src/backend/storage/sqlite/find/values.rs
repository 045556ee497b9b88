//! The values of one field: those that somebody looks for, and how many there are.

use super::super::index::{self, ACTION, ACTOR, CLIENT, TARGET_TYPE};
use super::count::{Values, add_values};
use super::look::Look;
use crate::backend::storage::StorageError;
use crate::domain::access::Scope;
use crate::domain::query::fold::fold;
use crate::domain::query::{FacetField, FacetList, FacetValue, Facets, MoreValues};
use futures::TryStreamExt;
use sqlx::{Row, SqlitePool};
use std::collections::BTreeMap;

/// Values that have a text in them, or in what is shown for them; those of the tail included. All of the field's are
/// looked at, since the engine knows the case of ASCII letters alone.
pub async fn find_values(
    readers: &SqlitePool,
    scope: &Scope,
    field: FacetField,
    text: &str,
    limit: u32,
) -> Result<FacetList, StorageError> {
    let kind = match field {
        FacetField::Action => ACTION,
        FacetField::Actor => ACTOR,
        FacetField::TargetType => TARGET_TYPE,
        FacetField::Client => CLIENT,
        FacetField::Target => return Ok(FacetList::default()),
    };
    let mut look = Look::begin(readers, scope).await?;
    let Some(log) = look.log.filter(|log| index::is_in(*log, kind)) else {
        return Ok(FacetList { values: Vec::new(), more: Some(0) });
    };
    let mut tail = Values::new();
    look.each_of_tail(log, |found| add_values(&mut tail, log, &found)).await?;
    let text = fold(text);
    let has = |value: &str, label: &str| [value, label].iter().any(|own| fold(own).contains(&*text));
    let mut best = Best { values: Vec::new(), count: 0, limit: limit as usize };
    let mut rows = sqlx::query("select value, label, events from idx.facet where log = ? and kind = ?")
        .bind(log)
        .bind(kind)
        .fetch(&mut *look.tx);
    while let Some(row) = rows.try_next().await? {
        let (value, mut label): (String, String) = (row.try_get(0)?, row.try_get(1)?);
        let mut count = row.try_get::<i64, _>(2)?.cast_unsigned();
        let key = (kind, value);
        if let Some((newer, more)) = tail.remove(&key) {
            (label, count) = (newer, count + more);
        }
        if has(&key.1, &label) {
            best.add(FacetValue { value: key.1, label, count });
        }
    }
    let rest = tail.into_iter().filter(|((of, value), (label, _))| *of == kind && has(value, label));
    rest.for_each(|((_, value), (label, count))| best.add(FacetValue { value, label, count }));
    Ok(best.finish())
}

/// The most frequent of many values, without keeping all.
struct Best {
    values: Vec<FacetValue>,
    count: u64,
    limit: usize,
}

impl Best {
    fn add(&mut self, value: FacetValue) {
        self.count += 1;
        self.values.push(value);
        if self.values.len() > self.limit * 2 + 100 {
            self.sort();
        }
    }

    fn sort(&mut self) {
        self.values.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
        self.values.truncate(self.limit);
    }

    fn finish(mut self) -> FacetList {
        self.sort();
        let more = self.count - self.values.len() as u64;
        FacetList { values: self.values, more: Some(more) }
    }
}

/// How many values there are of each kind, those of the tail included.
pub(super) async fn distinct(look: &mut Look, log: i64, tail: &Values) -> Result<BTreeMap<i64, u64>, StorageError> {
    let mut all = BTreeMap::new();
    let counted = sqlx::query("select kind, count(*) from idx.facet where log = ? group by kind").bind(log);
    for row in counted.fetch_all(&mut *look.tx).await? {
        all.insert(row.try_get(0)?, row.try_get::<i64, _>(1)?.cast_unsigned());
    }
    for (kind, value) in tail.keys() {
        let known = "select 1 from idx.facet where log = ? and kind = ? and value = ?";
        let known = sqlx::query(known).bind(log).bind(kind).bind(value).fetch_optional(&mut *look.tx).await?;
        *all.entry(*kind).or_default() += u64::from(known.is_none());
    }
    Ok(all)
}

/// How many of them the lists leave out.
pub(super) fn more_than(listed: &Facets, distinct: &BTreeMap<i64, u64>) -> MoreValues {
    let more =
        |kind, list: &[FacetValue]| distinct.get(&kind).map_or(0, |all: &u64| all.saturating_sub(list.len() as u64));
    MoreValues {
        actions: more(ACTION, &listed.actions),
        actors: more(ACTOR, &listed.actors),
        target_types: more(TARGET_TYPE, &listed.target_types),
        clients: more(CLIENT, &listed.clients),
    }
}
