//! What is counted, in the text form that Prometheus reads. No label holds a value that a caller chose.

use super::process::ProcessVitals;
use super::storage::{Meters, Vitals};
use crate::domain::time::Timestamp;
use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram, info::Info};
use prometheus_client::registry::Registry;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

/// Every counter of the product.
pub struct Metrics {
    registry: Registry,
    stored: Counter,
    repeated: Counter,
    refused: Counter,
    batches: Family<BatchLabels, Counter>,
    requests: Family<RequestLabels, Histogram>,
    rate_limited: Family<LimitLabels, Counter>,
    storage_failures: Counter,
    damaged_events_met: Counter,
    unreadable_events: Gauge,
    backups: BackupMetrics,
    connections: ConnectionMetrics,
    body_bytes: Gauge,
    clock_steps: Family<StepLabels, Counter>,
    vitals: VitalGauges,
}

/// What is counted of a listener's connections.
#[derive(Debug, Clone, Default)]
pub struct ConnectionMetrics {
    /// Open now.
    pub open: Gauge,
    /// How many there may be.
    pub limit: Gauge,
    /// Refused, since there was no place.
    pub refused: Counter,
    /// Closed for the sake of others while they waited.
    pub evicted: Counter,
    /// Closed since they waited for too long.
    pub timed_out: Counter,
}

/// What is measured when the page is made.
#[derive(Debug, Default)]
struct VitalGauges {
    index_lag_events: Gauge,
    index_lag_seconds: Gauge<f64, AtomicU64>,
    queued: Gauge,
    files: Family<FileLabels, Gauge>,
    disk_free: Gauge,
    disk_size: Gauge,
    memory: Gauge,
    open_descriptors: Gauge,
    most_descriptors: Gauge,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct FileLabels {
    file: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct StepLabels {
    direction: &'static str,
}

/// Of a value that is not there from the beginning.
type NoLabels = [(&'static str, &'static str); 0];
const NO_LABELS: NoLabels = [];

/// Of the backups that the server makes by itself. There is no moment and no age until one was made.
#[derive(Default)]
struct BackupMetrics {
    made: Counter,
    failed: Counter,
    /// Seconds since 1970.
    last: Family<NoLabels, Gauge>,
    age: Family<NoLabels, Gauge>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct BatchLabels {
    result: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    method: &'static str,
    /// The route's template such as `/api/v1/events/{id}`, never the path.
    route: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct LimitLabels {
    by: &'static str,
}

/// Whose rate a refused request was over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RateOf {
    Key,
    Address,
}

/// Upper bounds of the request durations, in seconds.
const SECONDS: [f64; 13] = [0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

impl Default for Metrics {
    fn default() -> Self {
        let metrics = Self {
            registry: Registry::with_prefix("daybook"),
            stored: Counter::default(),
            repeated: Counter::default(),
            refused: Counter::default(),
            batches: Family::default(),
            requests: Family::new_with_constructor(|| Histogram::new(SECONDS)),
            rate_limited: Family::default(),
            storage_failures: Counter::default(),
            damaged_events_met: Counter::default(),
            unreadable_events: Gauge::default(),
            backups: BackupMetrics::default(),
            connections: ConnectionMetrics::default(),
            body_bytes: Gauge::default(),
            clock_steps: Family::default(),
            vitals: VitalGauges::default(),
        };
        metrics.registered()
    }
}

impl Metrics {
    fn registered(mut self) -> Self {
        let registry = &mut self.registry;
        registry.register("events_stored", "Events stored", self.stored.clone());
        registry.register("events_repeated", "Events that were stored before", self.repeated.clone());
        registry.register("events_refused", "Events of requests that were refused whole", self.refused.clone());
        registry.register("batches", "Requests with events, by their result", self.batches.clone());
        registry.register("request_duration_seconds", "Time until the answer's headers", self.requests.clone());
        registry.register("rate_limited", "Requests refused for their rate", self.rate_limited.clone());
        registry.register("storage_failures", "Failures of the database", self.storage_failures.clone());
        let met = "Events that a reader met and whose stored bytes are damaged";
        registry.register("damaged_events_met", met, self.damaged_events_met.clone());
        let unreadable = "Stored events that cannot be read, as the index knows; daybook check names them";
        registry.register("unreadable_events", unreadable, self.unreadable_events.clone());
        let ConnectionMetrics { open, limit, refused, evicted, timed_out } = self.connections.clone();
        registry.register("connections", "Open connections", open);
        registry.register("connections_limit", "Connections that may be open", limit);
        registry.register("connections_refused", "Connections for which there was no place", refused);
        registry.register("connections_evicted", "Waiting connections closed for the sake of others", evicted);
        registry.register("connections_timed_out", "Connections that waited for too long", timed_out);
        registry.register("request_bodies_bytes", "Bytes of request bodies in flight", self.body_bytes.clone());
        registry.register("clock_steps", "Steps of the system's clock, by direction", self.clock_steps.clone());
        let version = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("build", "What is running", version);
        self.register_vitals();
        self.register_backups();
        self
    }

    fn register_vitals(&mut self) {
        let (registry, vitals) = (&mut self.registry, &self.vitals);
        registry.register("index_lag_events", "Events not in the index yet", vitals.index_lag_events.clone());
        registry.register("index_lag_seconds", "Age of the first of these", vitals.index_lag_seconds.clone());
        registry.register("write_queue_events", "Events waiting for the disk", vitals.queued.clone());
        registry.register("file_bytes", "Size of each file of the database", vitals.files.clone());
        registry.register("disk_free_bytes", "Free space where the data lies", vitals.disk_free.clone());
        registry.register("disk_size_bytes", "Size of the file system there", vitals.disk_size.clone());
        registry.register("process_resident_memory_bytes", "Memory in use", vitals.memory.clone());
        registry.register("process_open_fds", "Open file descriptors", vitals.open_descriptors.clone());
        registry.register("process_max_fds", "File descriptors that may be open", vitals.most_descriptors.clone());
    }

    /// With what a database measures of itself.
    #[must_use]
    pub fn with_meters(mut self, meters: Meters) -> Self {
        let Meters { commit, pool_wait } = meters;
        self.registry.register("commit_duration_seconds", "Time until a commit is on disk", commit);
        self.registry.register("reader_wait_seconds", "Wait for a connection that reads, sampled", pool_wait);
        self
    }

    /// What is counted of connections.
    pub fn connections(&self) -> ConnectionMetrics {
        self.connections.clone()
    }

    /// Bytes of request bodies in flight.
    pub fn set_body_bytes(&self, bytes: u64) {
        self.body_bytes.set(bytes.cast_signed());
    }

    /// The system's clock was put forward, or back.
    pub fn clock_stepped(&self, forward: bool) {
        let direction = if forward { "forward" } else { "back" };
        self.clock_steps.get_or_create(&StepLabels { direction }).inc();
    }

    /// What was measured just now.
    pub fn set_vitals(&self, database: &Vitals, process: &ProcessVitals) {
        let gauges = &self.vitals;
        let set = |gauge: &Gauge, value: Option<u64>| {
            gauge.set(value.map_or(0, u64::cast_signed));
        };
        let Vitals { unindexed, unindexed_since, queued, files, disk } = database;
        set(&gauges.index_lag_events, Some(*unindexed));
        gauges.index_lag_seconds.set(unindexed_since.as_secs_f64());
        set(&gauges.queued, Some(*queued));
        for (file, bytes) in files {
            set(&gauges.files.get_or_create(&FileLabels { file }), Some(*bytes));
        }
        set(&gauges.disk_free, disk.map(|disk| disk.free));
        set(&gauges.disk_size, disk.map(|disk| disk.size));
        let ProcessVitals { memory, open_descriptors, most_descriptors } = process;
        set(&gauges.memory, *memory);
        set(&gauges.open_descriptors, *open_descriptors);
        set(&gauges.most_descriptors, *most_descriptors);
    }

    fn register_backups(&mut self) {
        let (registry, BackupMetrics { made, failed, last, age }) = (&mut self.registry, &self.backups);
        registry.register("backups", "Backups made by the server itself", made.clone());
        registry.register("backup_failures", "Backups that failed", failed.clone());
        let told = "When the last good backup was made, in seconds since 1970";
        registry.register("backup_last_success_timestamp_seconds", told, last.clone());
        registry.register("backup_age_seconds", "Seconds since the last good backup was made", age.clone());
    }

    /// The server has made a backup.
    pub fn backup_made(&self, at: Timestamp) {
        self.backups.made.inc();
        self.backup_found(at);
    }

    /// There is a good backup from before.
    pub fn backup_found(&self, at: Timestamp) {
        self.backups.last.get_or_create(&NO_LABELS).set(at.millis() / 1_000);
    }

    /// The server could not make a backup.
    pub fn backup_failed(&self) {
        self.backups.failed.inc();
    }

    /// How old the last good backup is: to be said before the page is made.
    pub fn tell_backup_age(&self, now: Timestamp) {
        let BackupMetrics { last, age, .. } = &self.backups;
        if let Some(last) = last.get(&NO_LABELS) {
            age.get_or_create(&NO_LABELS).set((now.millis() / 1_000 - last.get()).max(0));
        }
    }

    /// A request's events are on disk.
    pub fn batch_stored(&self, stored: u64, repeated: u64) {
        self.batches.get_or_create(&BatchLabels { result: "stored" }).inc();
        self.stored.inc_by(stored);
        self.repeated.inc_by(repeated);
    }

    /// A request's events were refused.
    pub fn batch_refused(&self, events: u64) {
        self.batches.get_or_create(&BatchLabels { result: "refused" }).inc();
        self.refused.inc_by(events);
    }

    /// A request was answered. Both texts come from fixed sets: the route is its template.
    pub fn request(&self, method: &'static str, route: &str, status: u16, took: Duration) {
        let labels = RequestLabels { method, route: route.to_owned(), status };
        self.requests.get_or_create(&labels).observe(took.as_secs_f64());
    }

    /// A request came too soon after others.
    pub fn rate_limited(&self, by: RateOf) {
        let by = match by {
            RateOf::Key => "key",
            RateOf::Address => "address",
        };
        self.rate_limited.get_or_create(&LimitLabels { by }).inc();
    }

    /// The database failed.
    pub fn storage_failed(&self) {
        self.storage_failures.inc();
    }

    /// A reader met an event whose stored bytes are damaged.
    pub fn damaged_event_met(&self) {
        self.damaged_events_met.inc();
    }

    /// How many stored events cannot be read.
    pub fn set_unreadable_events(&self, events: u64) {
        self.unreadable_events.set(events.cast_signed());
    }

    /// Everything counted, in the `OpenMetrics` text format 1.0.
    ///
    /// # Panics
    /// Never: writing to a string does not fail.
    pub fn render(&self) -> String {
        let mut page = String::new();
        text::encode(&mut page, &self.registry).expect("writing to a string does not fail");
        page
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_counted_is_on_the_page() {
        let metrics = Metrics::default();
        metrics.batch_stored(3, 1);
        metrics.batch_refused(7);
        metrics.rate_limited(RateOf::Key);
        metrics.storage_failed();
        metrics.request("GET", "/api/v1/events/{id}", 404, Duration::from_millis(3));
        let page = metrics.render();
        for line in [
            "daybook_events_stored_total 3",
            "daybook_events_repeated_total 1",
            "daybook_events_refused_total 7",
            "daybook_batches_total{result=\"refused\"} 1",
            "daybook_rate_limited_total{by=\"key\"} 1",
            "daybook_storage_failures_total 1",
            "daybook_request_duration_seconds_count{method=\"GET\",route=\"/api/v1/events/{id}\",status=\"404\"} 1",
        ] {
            assert!(page.lines().any(|found| found == line), "{line} is not in\n{page}");
        }
    }
}
