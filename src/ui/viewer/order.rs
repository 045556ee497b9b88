//! What an order is called where it is read.

use crate::domain::query::Order;

/// The words of an order.
pub struct Words {
    /// Its first page.
    pub first: &'static str,
    /// What lies before a page or an event.
    pub back: &'static str,
    /// What lies after it.
    pub onward: &'static str,
    /// The order itself, within a sentence.
    pub said: &'static str,
    /// The end of the log that comes last.
    pub last: &'static str,
    /// Where its last page ends.
    pub end: &'static str,
}

/// What an order is called.
pub const fn words(order: Order) -> Words {
    match order {
        Order::Newest => Words {
            first: "Newest",
            back: "Newer",
            onward: "Older",
            said: "newest first",
            last: "beginning",
            end: "The log begins here",
        },
        Order::Oldest => Words {
            first: "Oldest",
            back: "Older",
            onward: "Newer",
            said: "oldest first",
            last: "end",
            end: "The log ends here so far",
        },
    }
}
