//! Everything that an event must be to be found: for blocks, for digests, and at last for the document.

use super::super::block::Sieve;
use super::super::index::ACTION;
use super::super::words::{self, Exact};
use super::look::{Found, Look, Place};
use crate::backend::storage::{Query, StorageError, Stored};
use crate::domain::event::person::people;
use crate::domain::event::{self, search_text};
use crate::domain::query::fold::{fold, fold_lines};
use crate::domain::query::{ActionPattern, Filter, Order};
use std::collections::BTreeSet;

/// Everything that an event must be.
pub struct Wanted<'q> {
    pub filters: Vec<&'q Filter>,
    pub sieve: Sieve,
    /// Folded words that must occur.
    pub terms: Vec<String>,
    /// The full-text question that every candidate block answers; `None` where all blocks are candidates.
    pub words: Option<String>,
    /// Whom it must mean.
    means: Option<&'q str>,
    pub order: Order,
    /// Where the page before ended.
    pub after: Place,
}

/// The end of a log that is met before all of it.
const fn beginning(order: Order) -> Place {
    match order {
        Order::Newest => Place { occurred_at: i64::MAX, seq: i64::MAX },
        Order::Oldest => Place { occurred_at: i64::MIN, seq: i64::MIN },
    }
}

impl Look {
    pub async fn wanted<'q>(&mut self, log: i64, query: &'q Query) -> Result<Wanted<'q>, StorageError> {
        let filters: Vec<&Filter> = std::iter::once(&query.filter).chain(&query.restriction).collect();
        let mut asked: Vec<String> = Vec::new();
        let mut actions = Vec::new();
        for action in filters.iter().filter_map(|filter| filter.action.as_deref()) {
            let values = match ActionPattern::of(action) {
                ActionPattern::Exactly(action) => vec![action.to_owned()],
                pattern => self.actions(log, pattern).await?,
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
            asked.extend(filter.outcome.and_then(Exact::of_ending).map(Exact::word));
        }
        asked.extend(query.means.as_deref().map(|id| {
            let [actor, target, person] = [Exact::Actor(id), Exact::Target(id), Exact::Person(id)].map(Exact::word);
            format!("({actor} OR {target} OR {person})")
        }));
        let conditions = filters.iter().flat_map(|filter| &filter.conditions);
        // Where a condition holds, the document says what it wants.
        let said = conditions.map(|condition| condition.wanted.clone());
        let exact = filters.iter().flat_map(|filter| filter.exact()).map(|(_, value)| value.to_owned());
        let terms: Vec<String> = filters.iter().flat_map(|filter| filter.terms()).chain(said).chain(exact).collect();
        let terms: Vec<String> = terms.iter().map(|term| fold(term).into_owned()).collect();
        asked.extend(terms.iter().flat_map(|term| words::words_of(term)));
        let order = query.order;
        let after = match query.after {
            None => beginning(order),
            Some(cursor) => self.place(cursor).await?,
        };
        let words = (!asked.is_empty()).then(|| asked.join(" AND "));
        let (sieve, means) = (Sieve::new(&filters, actions), query.means.as_deref());
        Ok(Wanted { filters, sieve, terms, words, means, order, after })
    }

    /// The actions of a log that are meant.
    async fn actions(&mut self, log: i64, pattern: ActionPattern<'_>) -> Result<Vec<String>, StorageError> {
        let start = if let ActionPattern::Start(start) = pattern { start } else { "" };
        let mut values: Vec<String> = sqlx::query_scalar(
            "select value from idx.facet where log = ? and kind = ? and value >= ? and substr(value, 1, length(?)) = ?",
        )
        .bind(log)
        .bind(ACTION)
        .bind(start)
        .bind(start)
        .bind(start)
        .fetch_all(&mut *self.tx)
        .await?;
        values.retain(|value| pattern.fits(value));
        Ok(values)
    }
}

impl Wanted<'_> {
    /// Whether no more than a span of time is asked for.
    pub fn is_open(&self) -> bool {
        self.sieve.is_open() && !self.is_in_documents()
    }

    /// Whether a place is met after the page before.
    pub fn follows(&self, at: Place) -> bool {
        self.order.meets_first(&self.after, &at)
    }

    /// The moments between which all that is wanted happened, both included.
    pub fn span(&self) -> (i64, i64) {
        let (from, through) = self.sieve.span();
        match self.order {
            Order::Newest => (from, through.min(self.after.occurred_at)),
            Order::Oldest => (from.max(self.after.occurred_at), through),
        }
    }

    /// Whether the columns of blocks do not suffice to choose.
    pub fn is_in_documents(&self) -> bool {
        !self.terms.is_empty() || self.means.is_some() || self.filters.iter().any(|filter| filter.asks_more())
    }

    /// Whether an event is one of those asked for: the last word, by its document. One that cannot be read says no words
    /// and has no values but those of what stands for it; whom it means is looked for all the same, to be forgotten.
    pub fn chooses(&self, found: &Found) -> bool {
        if !self.follows(found.at) {
            return false;
        }
        if !self.terms.is_empty() && !self.says_all(&found.stored) {
            return false;
        }
        if let Some(means) = self.means
            && !found.stored.text().is_some_and(|json| people(json).iter().any(|id| id == means))
        {
            return false;
        }
        if self.sieve.is_open() && !self.filters.iter().any(|filter| filter.asks_more()) {
            let (from, through) = self.sieve.span();
            return (from..=through).contains(&found.at.occurred_at);
        }
        let event = found.stored.event();
        self.filters.iter().all(|filter| filter.fits(&event))
    }

    fn says_all(&self, stored: &Stored) -> bool {
        let Some(json) = stored.text() else { return false };
        // Without escapes, values read the same in JSON as outside it: a quick look spares taking most apart.
        if !json.contains('\\') {
            let json = fold(json);
            if !self.terms.iter().all(|term| json.contains(term.as_str())) {
                return false;
            }
        }
        let text = search_text(json);
        let text = fold_lines(&text);
        self.terms.iter().all(|term| text.contains(term.as_str())) && event::read(json.as_bytes()).is_ok()
    }
}

/// Those of some events that are wanted.
pub fn choose(wanted: &Wanted<'_>, events: Vec<Found>) -> Vec<Found> {
    events.into_iter().filter(|event| wanted.chooses(event)).collect()
}
