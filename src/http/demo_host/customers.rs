//! Harbour's customers, and who of each is looking.

use crate::backend::demo::{CLIENTS, DemoClient};

/// A customer, with the person who is signed in for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Customer {
    /// What its events name as `client.uuid`.
    pub id: &'static str,
    pub name: &'static str,
    /// Harbour's own id for the person.
    pub person_id: &'static str,
    pub person: &'static str,
}

/// Those with a history, and the one that the README's first event belongs to.
pub const CUSTOMERS: [Customer; 4] = [
    of(CLIENTS[0], "usr_20418", "Helen Marsh"),
    of(CLIENTS[1], "usr_31077", "Elin Sjöberg"),
    of(CLIENTS[2], "usr_40952", "Haruka Mori"),
    of(
        DemoClient { id: "1234567890", name: "Great Client" },
        "bd275099-e808-4c1a-bd32-57a589b7cf93",
        "Roberta Wharton",
    ),
];

const fn of(client: DemoClient, person_id: &'static str, person: &'static str) -> Customer {
    Customer { id: client.id, name: client.name, person_id, person }
}

/// The customer with an id; the first where none is asked for.
pub fn find(id: Option<&str>) -> Option<&'static Customer> {
    let Some(id) = id else { return CUSTOMERS.first() };
    CUSTOMERS.iter().find(|customer| customer.id == id)
}

impl Customer {
    /// The first letters of the person's names.
    pub fn initials(&self) -> String {
        self.person.split(' ').filter_map(|name| name.chars().next()).collect()
    }
}
