//! A history to look at: the customers of Harbour, a freight company's software that exists only here.
//!
//! The same seed tells the same history, up to the moment it is told at; the benchmarks tell longer ones.

mod brand;
mod company;
mod fill;
mod history;
mod names;
mod places;
mod random;
mod rhythm;
mod scene;
mod scenes;

pub use brand::dress;
pub use fill::{fill, fill_when_empty};

use crate::domain::time::Timestamp;
use history::History;

/// A customer that the demo shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DemoClient {
    pub id: &'static str,
    pub name: &'static str,
}

/// The demo's customers, the largest first.
pub const CLIENTS: [DemoClient; 3] = [
    DemoClient { id: "4071200013", name: "Brightwater Logistics" },
    DemoClient { id: "4071200027", name: "Nordhavn Shipping AB" },
    DemoClient { id: "4071200045", name: "Kaiyo Maritime 海洋" },
];

/// What the demo tells.
pub const SEED: u64 = 20_260_513;
/// How much of it.
pub const EVENTS: u64 = 2_000;

/// A history as JSON documents of our own API, in the order of their time: so many events of so many clients over the
/// ninety days before now. The sizes of the clients follow Zipf's law; the first are [`CLIENTS`].
pub fn documents(seed: u64, now: Timestamp, clients: u64, events: u64) -> impl Iterator<Item = String> {
    History::new(seed, now, clients, events)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::event::Draft;
    use crate::domain::problem::Faults;
    use serde_json::Value;
    use std::collections::{BTreeMap, BTreeSet};

    fn now() -> Timestamp {
        Timestamp::parse("2026-05-13T10:23:00Z").unwrap()
    }

    fn told(seed: u64, clients: u64, events: u64) -> Vec<Value> {
        documents(seed, now(), clients, events).map(|document| serde_json::from_str(&document).unwrap()).collect()
    }

    #[test]
    fn the_same_seed_tells_the_same_history() {
        let twice: [Vec<String>; 2] = std::array::from_fn(|_| documents(SEED, now(), 3, 500).collect());
        assert_eq!(twice[0], twice[1]);
        assert_ne!(twice[0], documents(SEED + 1, now(), 3, 500).collect::<Vec<_>>());
    }

    #[test]
    fn every_document_is_an_event_without_faults() {
        for (number, document) in documents(SEED, now(), 40, 6_000).enumerate() {
            let mut faults = Faults::default();
            let draft: Draft<'_> = serde_json::from_str(&document).unwrap();
            assert!(draft.check(&format!("[{number}]"), &mut faults).is_some(), "{faults:?} in {document}");
        }
    }

    #[test]
    fn it_goes_forward_through_ninety_days_and_ends_before_now() {
        let moments: Vec<Timestamp> = told(SEED, 3, EVENTS)
            .iter()
            .map(|event| Timestamp::parse(event["time"].as_str().unwrap()).unwrap())
            .collect();
        assert_eq!(moments.len() as u64, EVENTS);
        assert!(moments.is_sorted());
        let days = |from: Timestamp, to: Timestamp| (to.millis() - from.millis()) / 86_400_000;
        assert!((88..=90).contains(&days(moments[0], now())));
        assert_eq!(days(*moments.last().unwrap(), now()), 0);
        assert!(*moments.last().unwrap() <= now());
    }

    #[test]
    fn it_is_a_rich_log() {
        let events = told(SEED, 3, EVENTS);
        let values = |pointer: &str| -> BTreeMap<&str, usize> {
            let mut counts = BTreeMap::new();
            events
                .iter()
                .filter_map(|event| event.pointer(pointer)?.as_str())
                .for_each(|value| *counts.entry(value).or_default() += 1);
            counts
        };
        let clients = values("/client/uuid");
        assert!(CLIENTS.windows(2).all(|pair| clients[pair[0].id] > clients[pair[1].id]), "{clients:?}");
        assert!(values("/action").len() >= 40, "{:?}", values("/action"));
        assert!(values("/actor/uuid").len() >= 50);
        assert!(values("/outcome/reason").len() >= 8);
        assert_eq!(values("/actor/type").keys().copied().collect::<Vec<_>>(), ["api", "automation", "system", "user"]);
        let addresses = values("/context/client/ipAddress");
        assert!(
            addresses.keys().any(|address| address.contains(':'))
                && addresses.keys().any(|address| address.contains('.'))
        );
        assert!(events.iter().any(|event| event.get("impersonator").is_some()));
        assert!(events.iter().any(|event| event["changes"][0]["before"].is_object()));
        assert!(values("/description").keys().any(|text| text.chars().count() > 600));
        let uuids: BTreeSet<&str> = events.iter().map(|event| event["uuid"].as_str().unwrap()).collect();
        assert_eq!(uuids.len(), events.len());
    }

    #[test]
    fn the_sizes_of_many_clients_follow_zipf_s_law() {
        let mut sizes = BTreeMap::new();
        for event in told(1, 100, 20_000) {
            *sizes.entry(event["client"]["uuid"].to_string()).or_insert(0) += 1;
        }
        let largest = sizes[&format!("\"{}\"", CLIENTS[0].id)];
        assert!((3_000..5_000).contains(&largest), "{largest}");
        assert!(sizes.len() > 80);
    }
}
