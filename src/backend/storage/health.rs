//! Whether a database can do its work, and what it measures of itself.

use async_trait::async_trait;
use prometheus_client::metrics::histogram::Histogram;
use std::time::Duration;

/// Why a database cannot do its work. The words are for whoever watches over the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ailment {
    /// There is no room for what comes.
    DiskFull,
    /// Nothing can be written, for another reason.
    CannotWrite,
    /// Nothing can be read.
    CannotRead,
    /// Something was read that cannot be what was written; it is not known yet in which file.
    Damaged,
    IndexDamaged,
    LogDamaged,
}

impl Ailment {
    /// What it is, and what to do.
    pub fn words(self) -> &'static str {
        match self {
            Self::DiskFull => "The disk is full: events are refused until there is room",
            Self::CannotWrite => "The data folder cannot be written to; the server's log says why",
            Self::CannotRead => "The database does not answer; the server's log says why",
            Self::Damaged => "Stored data cannot be read: run daybook check",
            Self::IndexDamaged => "The index is damaged: stop the server and run daybook reindex",
            Self::LogDamaged => "The log is damaged: run daybook check, and restore a backup",
        }
    }
}

/// What was measured just now.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Vitals {
    /// Events not in the index yet, and how long ago the first of them was stored.
    pub unindexed: u64,
    pub unindexed_since: Duration,
    /// Events waiting for the disk.
    pub queued: u64,
    /// Size of each file, such as `log_wal`: bytes.
    pub files: Vec<(&'static str, u64)>,
    pub disk: Option<Disk>,
}

/// The file system that the data is on: bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Disk {
    pub free: u64,
    pub size: u64,
}

/// What is measured all the time, in seconds.
#[derive(Debug, Clone)]
pub struct Meters {
    /// Until a commit was on disk.
    pub commit: Histogram,
    /// For a connection that reads, sampled.
    pub pool_wait: Histogram,
}

impl Default for Meters {
    fn default() -> Self {
        const SECONDS: [f64; 12] = [0.000_1, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.1, 0.25, 1.0, 2.5, 10.0];
        Self { commit: Histogram::new(SECONDS), pool_wait: Histogram::new(SECONDS) }
    }
}

/// How a database is.
#[async_trait]
pub trait Health {
    /// Whether it can do its work. It tries: it writes and reads, though not for every question.
    async fn diagnose(&self) -> Result<(), Ailment>;
    /// Measures.
    async fn vitals(&self) -> Vitals;
    /// What is measured all the time.
    fn meters(&self) -> Meters;
    /// Waits for a connection that reads, as a question would, and notes how long that took.
    async fn sample_wait(&self);
}
