//! The events of a page while it is looked for: the first of an order, no more than are needed.

use super::look::{Found, Place};
use crate::domain::query::Order;

/// The first so far.
pub struct Nearest {
    order: Order,
    pub most: usize,
    pub found: Vec<Found>,
}

impl Nearest {
    pub fn new(order: Order, most: usize) -> Self {
        Self { order, most, found: Vec::new() }
    }

    pub fn add(&mut self, more: Vec<Found>) {
        let bar = self.bar();
        self.found
            .extend(more.into_iter().filter(|found| bar.is_none_or(|bar| self.order.meets_first(&found.at, &bar))));
        self.found.sort_unstable_by(|a, b| match self.order {
            Order::Newest => b.at.cmp(&a.at),
            Order::Oldest => a.at.cmp(&b.at),
        });
        self.found.truncate(self.most);
    }

    /// The place that something must be met before to matter still.
    fn bar(&self) -> Option<Place> {
        (self.found.len() == self.most).then(|| self.found.last().map(|found| found.at)).flatten()
    }

    /// Whether an event at a place would matter still.
    pub fn wants(&self, at: Place) -> bool {
        self.bar().is_none_or(|bar| self.order.meets_first(&at, &bar))
    }

    /// Whether some event of a moment would matter still, whenever it arrived.
    pub fn wants_moment(&self, occurred_at: i64) -> bool {
        self.bar()
            .is_none_or(|bar| occurred_at == bar.occurred_at || self.order.meets_first(&occurred_at, &bar.occurred_at))
    }

    /// Leaves out what is not met before a moment.
    pub fn keep_before(&mut self, moment: i64) {
        self.found.retain(|found| self.order.meets_first(&found.at.occurred_at, &moment));
    }
}
