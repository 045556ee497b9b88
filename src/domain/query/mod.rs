//! What a reader asks of a log: which events, and where to go on.

mod condition;
mod cursor;
mod filter;
pub mod fold;
mod order;

pub use condition::{Condition, Is, Part};
pub use cursor::{After, Cursor};
pub use filter::{ActionPattern, Filter, Preset};
pub use order::Order;

use serde::{Deserialize, Serialize};

/// One page of a log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Where the next page begins; `None` on the last. A search that took long ends a page early, even without items, and
    /// goes on from here.
    pub next: Option<Cursor>,
}

/// How many events match: exact, or "at least" where counting stopped at a cap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Total {
    pub count: u64,
    pub exact: bool,
}

/// The values that one field takes in a log, most frequent first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facets {
    pub actions: Vec<FacetValue>,
    pub actors: Vec<FacetValue>,
    pub target_types: Vec<FacetValue>,
    /// Empty for the log of one client.
    pub clients: Vec<FacetValue>,
}

/// A value of a field, with how often it occurs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FacetValue {
    /// What to filter by.
    pub value: String,
    /// What to show; the value where there is nothing better.
    pub label: String,
    pub count: u64,
}
