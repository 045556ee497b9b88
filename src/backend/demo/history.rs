//! The scenes of many companies in the order of time.

use super::company::{Company, home_of};
use super::places::HOMES;
use super::random::Random;
use super::rhythm::{HOUR, busyness, is_quiet};
use super::scenes;
use crate::domain::time::Timestamp;
use serde_json::Value;
use std::collections::{HashMap, VecDeque};

/// How far back a history goes, in hours.
const HOURS: i64 = 90 * 24;

/// An endless supply that ends after so many events: see [`super::documents`].
pub struct History {
    seed: u64,
    random: Random,
    homes: [Neighbours; HOMES.len()],
    companies: HashMap<u64, Company>,
    start: i64,
    hour: i64,
    /// Sum of all hours' weights, and of those told so far.
    weight: (u128, u128),
    events: u64,
    played: u64,
    given: u64,
    /// Told, but later than what may still be told.
    waiting: Vec<(i64, Value)>,
    ready: VecDeque<Value>,
}

/// The companies at one place, with their sizes added up.
#[derive(Default)]
struct Neighbours {
    ranks: Vec<u64>,
    sizes: Vec<u64>,
}

impl Neighbours {
    fn all(&self) -> u64 {
        self.sizes.last().copied().unwrap_or(0)
    }

    fn any(&self, random: &mut Random) -> u64 {
        let at = random.below(self.all());
        self.ranks[self.sizes.partition_point(|upto| *upto <= at)]
    }
}

impl History {
    pub fn new(seed: u64, now: Timestamp, clients: u64, events: u64) -> Self {
        let mut homes: [Neighbours; HOMES.len()] = Default::default();
        for rank in 0..clients {
            // Zipf's law: the second is half as large as the first, the third a third.
            let size = 1_000_000_000 / (rank + 1);
            let home = &mut homes[home_of(rank)];
            home.sizes.push(home.all() + size);
            home.ranks.push(rank);
        }
        let start = now.millis() - HOURS * HOUR;
        let mut history = Self {
            seed,
            random: Random::stream(seed, 0),
            homes,
            companies: HashMap::new(),
            start,
            hour: 0,
            weight: (0, 0),
            events: if clients == 0 { 0 } else { events },
            played: 0,
            given: 0,
            waiting: Vec::new(),
            ready: VecDeque::new(),
        };
        history.weight.0 =
            (0..HOURS).map(|hour| history.weights(hour).iter().map(|weight| u128::from(*weight)).sum::<u128>()).sum();
        history
    }

    /// How much happens in an hour at each place; a little more from month to month.
    fn weights(&self, hour: i64) -> [u64; HOMES.len()] {
        let growth = 1_000 + u64::try_from(hour / 4).expect("hours count up");
        let at = self.start + hour * HOUR;
        std::array::from_fn(|home| self.homes[home].all() / 1_000 * busyness(&HOMES[home], at) * growth / 1_000)
    }

    /// Plays the next hour's scenes and makes ready what lies before it.
    fn play_hour(&mut self) {
        let begin = self.start + self.hour * HOUR;
        self.make_ready(begin);
        let weights = self.weights(self.hour);
        self.weight.1 += weights.iter().map(|weight| u128::from(*weight)).sum::<u128>();
        let due = u128::from(self.events) * self.weight.1 / self.weight.0;
        let choices: [(u64, usize); HOMES.len()] = std::array::from_fn(|home| (weights[home], home));
        self.hour += 1;
        // Whatever begins in the last hour must be over before now.
        let minutes = if self.hour == HOURS { 5 } else { 60 };
        while u128::from(self.played) < due {
            let home = self.random.weighted(&choices);
            let rank = self.homes[home].any(&mut self.random);
            let start = begin + i64::from(self.random.between(0, minutes * 60_000 - 1));
            let seed = self.seed;
            let company = self.companies.entry(rank).or_insert_with(|| Company::new(seed, rank));
            let scene = scenes::play(company, start, is_quiet(busyness(&HOMES[home], begin)));
            self.played += scene.len() as u64;
            self.waiting.extend(scene);
        }
    }

    /// Moves what happened before a moment to what is given out.
    fn make_ready(&mut self, before: i64) {
        self.waiting.sort_by_key(|(at, _)| *at);
        let count = self.waiting.partition_point(|(at, _)| *at < before);
        self.ready.extend(self.waiting.drain(..count).map(|(_, event)| event));
    }
}

impl Iterator for History {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        if self.given == self.events {
            return None;
        }
        while self.ready.is_empty() {
            if self.hour < HOURS { self.play_hour() } else { self.make_ready(i64::MAX) }
        }
        self.given += 1;
        self.ready.pop_front().map(|event| event.to_string())
    }
}
