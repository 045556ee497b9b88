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

/// The values that fields take in a log, most frequent first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facets {
    pub actions: Vec<FacetValue>,
    pub actors: Vec<FacetValue>,
    pub target_types: Vec<FacetValue>,
    /// Empty for the log of one client.
    pub clients: Vec<FacetValue>,
    /// How many values there are besides those listed.
    pub more: MoreValues,
}

/// For each list of [`Facets`], how many values it leaves out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoreValues {
    pub actions: u64,
    pub actors: u64,
    pub target_types: u64,
    pub clients: u64,
}

/// A field whose values can be looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum FacetField {
    Action,
    Actor,
    Target,
    TargetType,
    Client,
}

/// Values of one field, most frequent first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FacetList {
    pub values: Vec<FacetValue>,
    /// How many there are besides; `None` where not all of the log was looked through.
    pub more: Option<u64>,
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
