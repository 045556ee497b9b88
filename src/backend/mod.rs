//! What the product does, without HTTP.

pub mod actors;
pub mod auth;
pub mod calendar;
pub mod clock;
pub mod demo;
pub mod export;
pub mod first_steps;
pub mod ingest;
pub mod keys;
pub mod masking;
pub mod metrics;
pub mod people;
pub mod projects;
pub mod rate;
pub mod search;
pub mod secrets;
pub mod settings;
pub mod shelf;
pub mod start;
pub mod stats;
pub mod storage;
pub mod trail;
pub mod upkeep;
pub mod usage;
pub mod views;

use clock::Clock;
use metrics::Metrics;
use rate::RateLimits;
use secrets::ServerSecret;
use std::sync::Arc;
use storage::Storage;
use tokio::sync::Semaphore;

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
    known_keys: Arc<auth::KnownKeys>,
    known_rules: Arc<ingest::KnownRules>,
    walks: Arc<actors::Walks>,
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
            storage,
            clock,
            secret: Arc::new(secret),
            rates: Arc::new(rates),
            metrics: Arc::new(Metrics::default()),
            replays: Arc::default(),
            sightings: Arc::default(),
            known_keys: Arc::default(),
            known_rules: Arc::default(),
            walks: Arc::default(),
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

    /// Everything counted, with what is asked of the storage at this moment. Where that fails, the rest is told.
    pub async fn measured(&self) -> String {
        match self.storage.unreadable().await {
            Ok(events) => self.metrics.set_unreadable_events(events),
            Err(error) => tracing::warn!(%error, "unreadable events could not be counted"),
        }
        self.metrics.render()
    }

    /// Who has asked how often.
    pub fn rates(&self) -> &RateLimits {
        &self.rates
    }

    /// Whether the database answers.
    pub async fn ready(&self) -> Result<(), crate::domain::problem::Problem> {
        self.storage.ping().await.map_err(|error| self.internal(error))
    }

    /// What a caller is told of a storage failure. The cause is logged here, once; it goes no further.
    #[expect(clippy::needless_pass_by_value, reason = "an error ends here")]
    pub fn internal(&self, error: storage::StorageError) -> crate::domain::problem::Problem {
        use crate::domain::problem::Problem;
        match error {
            storage::StorageError::Busy => Problem::Busy { retry_after: 1 },
            storage::StorageError::OverQuota { limit } => Problem::OverQuota { limit },
            storage::StorageError::Conflict { what } => Problem::invalid("name", format!("{what} exists already")),
            storage::StorageError::Damaged(_) | storage::StorageError::Index(_) | storage::StorageError::Engine(_) => {
                tracing::error!(error = ?error, "storage failed");
                self.metrics.storage_failed();
                Problem::Internal
            }
        }
    }
}
