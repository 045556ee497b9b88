//! What the product does, without HTTP.

pub mod activity;
pub mod actors;
pub mod auth;
pub mod backups;
pub mod calendar;
pub mod clients;
pub mod clock;
pub mod demo;
pub mod export;
pub mod file_stamp;
pub mod first_steps;
pub mod ingest;
pub mod keys;
pub mod masking;
pub mod metrics;
pub mod people;
pub mod private_files;
pub mod process;
pub mod projects;
pub mod quiet;
pub mod rate;
pub mod search;
pub mod secret_reset;
pub mod secrets;
pub mod server_secret;
mod setting_values;
pub mod settings;
pub mod shelf;
pub mod start;
pub mod stats;
pub mod storage;
pub mod strictness;
pub mod trail;
pub mod upkeep;
pub mod usage;
pub mod views;
pub mod vitals;

use clock::Clock;
use metrics::Metrics;
use quiet::Quiet;
use rate::RateLimits;
use secrets::ServerSecret;
use std::sync::Arc;
use storage::Storage;
use tokio::sync::{Semaphore, watch};

/// The product: opened once, cloned everywhere. Its storage is private, so only the verbs of this layer reach the
/// database, and each of them asks for a [`auth::Writer`] or a [`auth::Reader`] that only [`auth`] can make.
#[derive(Clone)]
pub struct Backend {
    storage: Arc<dyn Storage>,
    clock: Clock,
    secret: Arc<ServerSecret>,
    rates: Arc<RateLimits>,
    metrics: Arc<Metrics>,
    replays: Arc<auth::Replays>,
    sightings: Arc<auth::Sightings>,
    recent: Arc<activity::Recent>,
    known_keys: Arc<auth::KnownKeys>,
    known_rules: Arc<ingest::KnownRules>,
    known_choices: Arc<strictness::KnownChoices>,
    violations: Arc<strictness::Counts>,
    walks: Arc<actors::Walks>,
    /// Whether it is being closed, for what goes on beside the requests.
    closing: watch::Sender<bool>,
    /// Failures of the database, and reasons not to be ready, as they are told in the log.
    failing: Arc<Quiet>,
    ailing: Arc<Quiet>,
    /// Where people may sign in beside here.
    provider: Option<Arc<people::oidc::Provider>>,
    /// Turns at taking in a large batch: it is many times its size while it is taken apart, and more at once than the
    /// cores can work on would only be more memory.
    large_batches: Arc<Semaphore>,
    /// Turns at hashing a password, which takes 19 MiB for a while.
    passwords: Arc<Semaphore>,
}

/// Large batches taken in at once, for each core: some are read while others are on their way to the disk.
const LARGE_BATCHES: usize = 3;

impl Backend {
    /// Opens the product over a database.
    pub fn new(storage: Arc<dyn Storage>, clock: Clock, secret: ServerSecret, rates: RateLimits) -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Self {
            metrics: Arc::new(Metrics::default().with_meters(storage.meters())),
            storage,
            clock,
            secret: Arc::new(secret),
            rates: Arc::new(rates),
            replays: Arc::default(),
            sightings: Arc::default(),
            recent: Arc::default(),
            known_keys: Arc::default(),
            known_rules: Arc::default(),
            known_choices: Arc::default(),
            violations: Arc::default(),
            walks: Arc::default(),
            closing: watch::Sender::new(false),
            failing: Arc::default(),
            ailing: Arc::default(),
            provider: None,
            large_batches: Arc::new(Semaphore::new(LARGE_BATCHES * cores)),
            passwords: Arc::new(Semaphore::new(cores)),
        }
    }

    /// The same, where people may sign in at a provider too.
    #[must_use]
    pub fn with_provider(self, provider: people::oidc::Provider) -> Self {
        Self { provider: Some(Arc::new(provider)), ..self }
    }

    /// The time, as this product knows it.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// What is counted.
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// Who has asked how often.
    pub fn rates(&self) -> &RateLimits {
        &self.rates
    }

    /// What a caller is told of a storage failure. The cause is logged here, once, and no more than once a second: what
    /// fails for one mostly fails for all. It goes no further.
    #[expect(clippy::needless_pass_by_value, reason = "an error ends here")]
    pub fn internal(&self, error: storage::StorageError) -> crate::domain::problem::Problem {
        use crate::domain::problem::Problem;
        match error {
            storage::StorageError::Busy => Problem::Busy { retry_after: 1 },
            storage::StorageError::Full => {
                self.failing.say(|more| tracing::error!(more, "the disk is full"));
                self.metrics.storage_failed();
                Problem::StorageFull { retry_after: 10 }
            }
            storage::StorageError::OverQuota { limit } => Problem::OverQuota { limit },
            storage::StorageError::Conflict { what } => Problem::invalid("name", format!("{what} exists already")),
            storage::StorageError::Damaged(_) | storage::StorageError::Index(_) | storage::StorageError::Engine(_) => {
                self.failing.say(|more| tracing::error!(error = ?error, more, "storage failed"));
                self.metrics.storage_failed();
                Problem::Internal
            }
        }
    }
}
