//! A customer of Harbour: its people, its keys, and what it has under way.

use super::names::{COMPANY_FIRST, COMPANY_FORM, COMPANY_SECOND, KEY_NAMES, PORTS, SUPPORT};
use super::places::{BROWSERS, CLIENT_LIBRARIES, HOMES, Home};
use super::random::Random;
use super::{CLIENTS, DemoClient};

/// What a person may do there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Owner,
    Admin,
    Operations,
    Accounts,
    ReadOnly,
}

impl Role {
    pub const ALL: [Self; 5] = [Self::Owner, Self::Admin, Self::Operations, Self::Accounts, Self::ReadOnly];

    pub fn name(self) -> &'static str {
        match self {
            Self::Owner => "Owner",
            Self::Admin => "Admin",
            Self::Operations => "Operations",
            Self::Accounts => "Accounts",
            Self::ReadOnly => "Read only",
        }
    }
}

/// Whoever acts, and from where.
#[derive(Debug, Clone)]
pub struct Actor {
    pub id: String,
    pub name: String,
    pub email: Option<String>,
    /// `user`, `api`, `automation` or `system`.
    pub kind: &'static str,
    pub address: Option<String>,
    pub agent: Option<&'static str>,
    pub location: Option<&'static str>,
}

/// Somebody with an account.
#[derive(Debug, Clone)]
pub struct Person {
    pub actor: Actor,
    pub role: Role,
    pub active: bool,
}

/// A key to Harbour's API.
#[derive(Debug, Clone)]
pub struct Key {
    pub actor: Actor,
    pub prefix: String,
}

/// Cargo on its way.
#[derive(Debug, Clone)]
pub struct Shipment {
    pub id: String,
    pub number: String,
    pub from: usize,
    pub to: usize,
    pub container: String,
    /// A place in [`Shipment::STAGES`].
    pub stage: usize,
}

impl Shipment {
    pub const STAGES: [&str; 7] = ["booked", "gated in", "loaded", "at sea", "discharged", "released", "delivered"];

    pub fn route(&self) -> String {
        format!("{} → {}", PORTS[self.from].1, PORTS[self.to].1)
    }
}

/// An invoice that waits for its money.
#[derive(Debug, Clone)]
pub struct Invoice {
    pub id: String,
    pub number: String,
    pub cents: u64,
}

/// A company and the state of its affairs.
#[derive(Debug)]
pub struct Company {
    pub id: String,
    pub name: String,
    pub domain: String,
    pub home: &'static Home,
    pub random: Random,
    pub people: Vec<Person>,
    pub keys: Vec<Key>,
    pub invited: Vec<Person>,
    pub shipments: Vec<Shipment>,
    pub invoices: Vec<Invoice>,
    pub webhook: Option<String>,
    pub plan: usize,
    pub next_number: u32,
}

/// Most shipments that a company has on its way at once, so that a long history needs no more memory than a short one.
const SHIPMENTS: usize = 40;

/// Where the customer of this rank has its office.
pub fn home_of(rank: u64) -> usize {
    usize::try_from(rank % HOMES.len() as u64).expect("a place in a short list")
}

impl Company {
    /// The customer of a rank, the largest being 0: the same for the same seed.
    pub fn new(seed: u64, rank: u64) -> Self {
        let mut random = Random::stream(seed, rank + 1);
        let named = usize::try_from(rank).ok().and_then(|rank| CLIENTS.get(rank));
        let (id, name) = match named {
            Some(DemoClient { id, name }) => ((*id).to_owned(), (*name).to_owned()),
            None => (format!("{}", 4_071_300_000 + rank), invented_name(&mut random)),
        };
        let next_number = random.between(104_000, 890_000);
        let domain = format!("{}.example", name.to_lowercase().replace(|c: char| !c.is_ascii_alphanumeric(), ""));
        let mut company = Self {
            id,
            name,
            domain,
            home: &HOMES[home_of(rank)],
            random,
            people: Vec::new(),
            keys: Vec::new(),
            invited: Vec::new(),
            shipments: Vec::new(),
            invoices: Vec::new(),
            webhook: None,
            plan: 1,
            next_number,
        };
        let people = match rank {
            0 => 22,
            1 => 15,
            2 => 11,
            _ => 4,
        };
        for number in 0..people {
            let role = match number {
                0 => Role::Owner,
                1 => Role::Admin,
                n if n % 4 == 3 => Role::Accounts,
                n if n % 7 == 6 => Role::ReadOnly,
                _ => Role::Operations,
            };
            let person = company.stranger(role);
            company.people.push(person);
        }
        for _ in 0..2 {
            let key = company.new_key();
            company.keys.push(key);
        }
        for _ in 0..6 {
            let mut shipment = company.new_shipment();
            shipment.stage = company.random.index(5);
            company.shipments.push(shipment);
        }
        company
    }

    /// Somebody who has no account yet; of the same name as a colleague only when all names are taken.
    pub fn stranger(&mut self, role: Role) -> Person {
        let mut name = self.any_name();
        for _ in 0..20 {
            if self.people.iter().chain(&self.invited).all(|person| person.actor.name != name.0) {
                break;
            }
            name = self.any_name();
        }
        let random = &mut self.random;
        let host = random.between(2, 250);
        let address = if random.chance(35) {
            format!("{}:{:x}::{:x}", self.home.network_v6, random.between(1, 900), random.between(16, 65_000))
        } else {
            format!("{}.{host}", self.home.network)
        };
        let actor = Actor {
            id: random.uuid(),
            name: name.0.to_owned(),
            email: Some(format!("{}@{}", name.1, self.domain)),
            kind: "user",
            address: Some(address),
            agent: Some(*random.pick(BROWSERS)),
            location: Some(self.home.city),
        };
        Person { actor, role, active: true }
    }

    fn any_name(&mut self) -> (&'static str, &'static str) {
        let names = if self.random.chance(78) { self.home.names } else { self.random.pick(&HOMES).names };
        *self.random.pick(names)
    }

    pub fn new_key(&mut self) -> Key {
        let random = &mut self.random;
        let prefix = format!("hb_live_{}", random.hex(6));
        let actor = Actor {
            id: format!("key_{}", random.hex(12)),
            name: (*random.pick(KEY_NAMES)).to_owned(),
            email: None,
            kind: "api",
            address: Some(format!("{}.{}", self.home.network, random.between(2, 250))),
            agent: Some(*random.pick(CLIENT_LIBRARIES)),
            location: None,
        };
        Key { actor, prefix }
    }

    pub fn new_shipment(&mut self) -> Shipment {
        let to = loop {
            let port = self.random.index(PORTS.len());
            if port != self.home.port {
                break port;
            }
        };
        let random = &mut self.random;
        self.next_number += random.between(1, 4);
        let (from, to) = if random.chance(50) { (self.home.port, to) } else { (to, self.home.port) };
        Shipment {
            id: format!("shp_{}", random.hex(14)),
            number: format!("HB-{}", self.next_number),
            from,
            to,
            container: format!("HRBU {:06} {}", random.between(100_000, 999_999), random.between(0, 9)),
            stage: 0,
        }
    }

    /// Takes a new shipment in; the oldest goes out of sight when there are too many.
    pub fn keep(&mut self, shipment: Shipment) {
        if self.shipments.len() == SHIPMENTS {
            self.shipments.remove(0);
        }
        self.shipments.push(shipment);
    }

    /// Somebody at work, in one of these roles if there is anybody.
    pub fn somebody(&mut self, roles: &[Role]) -> Person {
        let fits = |person: &&Person| person.active && roles.contains(&person.role);
        let found: Vec<&Person> = self.people.iter().filter(fits).collect();
        match found.as_slice() {
            [] => self.people[0].clone(),
            found => (*self.random.pick(found)).clone(),
        }
    }

    /// One of the vendor's people.
    pub fn supporter(&mut self) -> Actor {
        let (name, mailbox) = *self.random.pick(SUPPORT);
        Actor {
            id: format!("staff_{mailbox}"),
            name: format!("{name} (Harbour support)"),
            email: Some(format!("{mailbox}@harbour.example")),
            kind: "user",
            address: Some("2001:db8:ac10::52".to_owned()),
            agent: Some(BROWSERS[2]),
            location: Some("Harbour head office"),
        }
    }

    /// A sum such as `4,180.00 EUR`.
    pub fn money(&self, cents: u64) -> String {
        format!("{}.{:02} {}", cents / 100, cents % 100, self.home.currency)
    }
}

fn invented_name(random: &mut Random) -> String {
    format!("{} {} {}", random.pick(COMPANY_FIRST), random.pick(COMPANY_SECOND), random.pick(COMPANY_FORM))
}
