//! One open connection: what it is doing, and since when.

use super::limits::ConnectionLimits;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;
use tokio::time::Instant;

/// What a connection is worth while there are too many: the first is closed first. [`Standing::Busy`] never is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// No request has come whole yet.
    HalfOpen,
    /// Between requests.
    Idle,
    /// The bodies of all its requests are on their way, from a caller who has shown no credential.
    Receiving,
    /// The peer takes nothing of an answer, and has shown no credential.
    Stalled,
    /// Between requests of a caller whose credential was good.
    IdleKnown,
    /// A request is being answered.
    Busy,
}

/// One connection, shared by its task, its requests and the registry.
pub struct Connection {
    pub number: u64,
    /// Whose it is, as rates count addresses.
    pub address: IpAddr,
    /// Whether it was admitted to the places that are kept for health checks and callers with credentials.
    pub reserved: bool,
    state: Mutex<State>,
    closing: Notify,
}

struct State {
    /// Requests under way.
    requests: usize,
    /// Of these, bodies that have not come whole.
    receiving: usize,
    /// When it came, or was last between requests.
    since: Instant,
    /// When the head began of a request that has not come whole.
    head_since: Option<Instant>,
    /// Since when the peer takes nothing.
    blocked_since: Option<Instant>,
    served: bool,
    known: bool,
    /// Whether requests share it (HTTP/2), where bytes that arrive need not be a request's.
    multiplexed: bool,
}

impl Connection {
    pub fn new(number: u64, address: IpAddr, reserved: bool, now: Instant) -> Self {
        let state = State {
            requests: 0,
            receiving: 0,
            since: now,
            head_since: None,
            blocked_since: None,
            served: false,
            known: false,
            multiplexed: false,
        };
        Self { number, address, reserved, state: Mutex::new(state), closing: Notify::new() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Bytes have arrived.
    pub fn received(&self) {
        let mut state = self.state();
        if state.requests == 0 && !(state.multiplexed && state.served) {
            state.head_since.get_or_insert_with(Instant::now);
        }
    }

    /// The peer takes what is written, or has stopped to.
    pub fn set_blocked(&self, blocked: bool) {
        let mut state = self.state();
        if !blocked {
            state.blocked_since = None;
        } else if state.blocked_since.is_none() {
            state.blocked_since = Some(Instant::now());
        }
    }

    /// Somebody on it has shown a credential that is good.
    pub fn set_known(&self) {
        self.state().known = true;
    }

    /// A request has come; it is under way until the answer's last byte was handed over.
    pub fn begin(self: &Arc<Self>, multiplexed: bool) -> Exchange {
        let mut state = self.state();
        state.requests += 1;
        state.served = true;
        state.multiplexed = multiplexed;
        state.head_since = None;
        Exchange(Arc::clone(self))
    }

    /// A request's body begins to come.
    pub fn begin_body(self: &Arc<Self>) -> Receiving {
        self.state().receiving += 1;
        Receiving(Arc::clone(self))
    }

    /// What it is doing.
    pub fn standing(&self) -> (Standing, Instant) {
        let state = self.state();
        let standing = match &*state {
            State { blocked_since: Some(blocked), known: false, .. } => return (Standing::Stalled, *blocked),
            State { requests: 0, served: false, .. } => Standing::HalfOpen,
            State { requests: 0, known: false, .. } => Standing::Idle,
            State { requests: 0, .. } => Standing::IdleKnown,
            // Where requests share it, one that is being answered keeps it open for all.
            State { requests, receiving, known: false, .. } if receiving >= requests => Standing::Receiving,
            _ => Standing::Busy,
        };
        (standing, state.since)
    }

    /// Whether no request is under way.
    pub fn is_waiting(&self) -> bool {
        self.state().requests == 0
    }

    /// Whether it has waited for longer than it may.
    pub fn is_overdue(&self, limits: &ConnectionLimits, now: Instant) -> bool {
        let state = self.state();
        if state.requests > 0 {
            return false;
        }
        let waited = |since: Instant| now.saturating_duration_since(since);
        let head = state.head_since.is_some_and(|since| waited(since) > limits.head);
        head || waited(state.since) > if state.served { limits.idle } else { limits.head }
    }

    /// Asks its task to drop it.
    pub fn close(&self) {
        self.closing.notify_one();
    }

    /// Ready when it is to be dropped.
    pub async fn closed(&self) {
        self.closing.notified().await;
    }
}

/// A request under way, with its answer.
pub struct Exchange(Arc<Connection>);

impl Drop for Exchange {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.requests -= 1;
        state.since = Instant::now();
    }
}

/// A body on its way.
pub struct Receiving(Arc<Connection>);

impl Drop for Receiving {
    fn drop(&mut self) {
        self.0.state().receiving -= 1;
    }
}
