//! All open connections of a listener: who is let in, and who has to go for it.
//!
//! While there is room, everybody is let in. When there is none, whoever waits longest without having shown a credential
//! goes for whoever comes: a flood of connections that send nothing pushes out itself. Where nobody waits, the last
//! places are for health checks and for callers with credentials, and whoever comes after these is told to come again.

use super::connection::{Connection, Standing};
use super::limits::ConnectionLimits;
use crate::backend::metrics::ConnectionMetrics;
use crate::backend::rate::neighbourhood;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;
use tokio::time::Instant;

/// The open connections.
pub struct Registry {
    limits: ConnectionLimits,
    metrics: ConnectionMetrics,
    open: Mutex<Open>,
    /// Told when the last one is gone.
    empty: Notify,
}

#[derive(Default)]
struct Open {
    next: u64,
    all: HashMap<u64, Arc<Connection>>,
    by_address: HashMap<IpAddr, usize>,
}

/// A place among the open connections, given back when it is dropped.
pub struct Admitted {
    pub connection: Arc<Connection>,
    registry: Arc<Registry>,
}

impl Registry {
    pub fn new(limits: ConnectionLimits, metrics: ConnectionMetrics) -> Self {
        Self { limits, metrics, open: Mutex::default(), empty: Notify::new() }
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets a connection in; `None` where there is no place for it.
    pub fn admit(self: &Arc<Self>, peer: IpAddr) -> Option<Admitted> {
        let address = neighbourhood(peer);
        let mut open = self.open();
        let of_address = open.by_address.get(&address).copied().unwrap_or(0);
        if self.limits.per_address.is_some_and(|most| of_address >= most)
            && !self.evict(&mut open, 1, |connection| connection.address == address)
        {
            self.metrics.refused.inc();
            return None;
        }
        let general = self.limits.connections - self.limits.reserved();
        if open.all.len() >= general {
            // Some more than one, so that a flood is not looked through for every connection of it.
            self.evict(&mut open, (general / 64).max(1), |_| true);
        }
        if open.all.len() >= self.limits.connections {
            self.metrics.refused.inc();
            return None;
        }
        let reserved = open.all.len() >= general;
        open.next += 1;
        let connection = Arc::new(Connection::new(open.next, address, reserved, Instant::now()));
        open.all.insert(connection.number, Arc::clone(&connection));
        *open.by_address.entry(address).or_default() += 1;
        self.metrics.open.inc();
        Some(Admitted { connection, registry: Arc::clone(self) })
    }

    /// Makes room when the process is out of descriptors.
    pub fn make_room(&self) {
        let mut open = self.open();
        let some = (open.all.len() / 16).max(1);
        self.evict(&mut open, some, |_| true);
    }

    /// Closes up to so many of those that wait, the least worth first and of these the oldest. Whether any was.
    fn evict(&self, open: &mut Open, some: usize, which: impl Fn(&Connection) -> bool) -> bool {
        let mut waiting: Vec<(Standing, Instant, u64)> = open
            .all
            .values()
            .filter(|connection| which(connection))
            .map(|connection| {
                let (standing, since) = connection.standing();
                (standing, since, connection.number)
            })
            .filter(|(standing, ..)| *standing < Standing::Busy)
            .collect();
        let some = some.min(waiting.len());
        if some == 0 {
            return false;
        }
        waiting.select_nth_unstable(some - 1);
        for (.., number) in &waiting[..some] {
            self.take(open, *number);
            self.metrics.evicted.inc();
        }
        true
    }

    /// Closes those that have waited for too long.
    pub fn sweep(&self, now: Instant) {
        let mut open = self.open();
        let overdue: Vec<u64> = open
            .all
            .values()
            .filter(|connection| connection.is_overdue(&self.limits, now))
            .map(|connection| connection.number)
            .collect();
        for number in overdue {
            self.take(&mut open, number);
            self.metrics.timed_out.inc();
        }
    }

    /// Takes one out, and asks it to close; nothing where it is gone.
    fn take(&self, open: &mut Open, number: u64) {
        let Some(connection) = open.all.remove(&number) else { return };
        if let Some(count) = open.by_address.get_mut(&connection.address) {
            *count -= 1;
            if *count == 0 {
                open.by_address.remove(&connection.address);
            }
        }
        connection.close();
        self.metrics.open.dec();
        if open.all.is_empty() {
            self.empty.notify_waiters();
        }
    }

    /// Ready once there is none.
    pub async fn emptied(&self) {
        loop {
            let emptied = self.empty.notified();
            tokio::pin!(emptied);
            // From here on nobody leaves unnoticed.
            emptied.as_mut().enable();
            if self.open().all.is_empty() {
                return;
            }
            emptied.await;
        }
    }
}

impl Drop for Admitted {
    fn drop(&mut self) {
        let mut open = self.registry.open();
        self.registry.take(&mut open, self.connection.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn registry(connections: usize, per_address: Option<usize>) -> Arc<Registry> {
        let limits = ConnectionLimits { connections, per_address, ..ConnectionLimits::default() };
        Arc::new(Registry::new(limits, ConnectionMetrics::default()))
    }

    fn address(last: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, last])
    }

    async fn is_closed(connection: &Connection) -> bool {
        tokio::time::timeout(Duration::from_millis(1), connection.closed()).await.is_ok()
    }

    #[tokio::test]
    async fn whoever_waits_longest_goes_for_whoever_comes() {
        let registry = registry(16, None);
        let first = registry.admit(address(1)).unwrap();
        let all: Vec<Admitted> = (2..=20).map(|last| registry.admit(address(last)).unwrap()).collect();
        assert!(is_closed(&first.connection).await);
        assert!(!is_closed(&all.last().unwrap().connection).await);
        assert!(registry.open().all.len() <= 16);
    }

    #[tokio::test]
    async fn a_request_under_way_is_never_closed_and_the_last_places_are_reserved() {
        let registry = registry(16, None);
        let busy: Vec<_> = (1..=16)
            .map(|last| {
                let admitted = registry.admit(address(last)).unwrap();
                let exchange = admitted.connection.begin(false);
                (admitted, exchange)
            })
            .collect();
        assert_eq!(busy.iter().filter(|(admitted, _)| admitted.connection.reserved).count(), 4);
        assert!(registry.admit(address(17)).is_none());
        for (admitted, _) in &busy {
            assert!(!is_closed(&admitted.connection).await);
        }
        drop(busy);
        assert!(registry.admit(address(17)).is_some());
    }

    #[tokio::test]
    async fn a_caller_who_has_shown_a_credential_stays_longer_than_one_who_has_not() {
        let registry = registry(16, None);
        let idle = |last, known: bool| {
            let admitted = registry.admit(address(last)).unwrap();
            drop(admitted.connection.begin(false));
            if known {
                admitted.connection.set_known();
            }
            admitted
        };
        let known = idle(1, true);
        let others: Vec<Admitted> = (2..=11).map(|last| idle(last, false)).collect();
        let sending = registry.admit(address(12)).unwrap();
        let exchange = sending.connection.begin(false);
        let receiving = sending.connection.begin_body();
        assert_eq!(sending.connection.standing().0, Standing::Receiving);
        for last in 13..=22 {
            let admitted = registry.admit(address(last)).unwrap();
            std::mem::forget(admitted.connection.begin(false));
            std::mem::forget(admitted);
        }
        assert!(!is_closed(&known.connection).await);
        for admitted in &others {
            assert!(is_closed(&admitted.connection).await);
        }
        assert!(!is_closed(&sending.connection).await);
        drop((exchange, receiving));
    }

    #[tokio::test]
    async fn one_address_pushes_out_itself_alone() {
        let registry = registry(64, Some(4));
        let other = registry.admit(address(1)).unwrap();
        let own: Vec<Admitted> = (0..10).map(|_| registry.admit(address(2)).unwrap()).collect();
        assert!(!is_closed(&other.connection).await);
        assert!(is_closed(&own[5].connection).await);
        assert!(!is_closed(&own[6].connection).await);
        let busy: Vec<_> = own[6..].iter().map(|admitted| admitted.connection.begin(false)).collect();
        assert!(registry.admit(address(2)).is_none());
        assert!(registry.admit(address(3)).is_some());
        drop(busy);
    }

    #[tokio::test]
    async fn who_waits_too_long_is_closed() {
        let registry = registry(64, None);
        let silent = registry.admit(address(1)).unwrap();
        let idle = registry.admit(address(2)).unwrap();
        drop(idle.connection.begin(false));
        let dripping = registry.admit(address(3)).unwrap();
        drop(dripping.connection.begin(false));
        let busy = registry.admit(address(4)).unwrap();
        let exchange = busy.connection.begin(false);
        dripping.connection.received();
        let now = Instant::now();
        registry.sweep(now + Duration::from_secs(11));
        assert!(is_closed(&silent.connection).await && is_closed(&dripping.connection).await);
        assert!(!is_closed(&idle.connection).await);
        registry.sweep(now + Duration::from_secs(80));
        assert!(is_closed(&idle.connection).await);
        assert!(!is_closed(&busy.connection).await);
        drop((exchange, silent, idle, dripping, busy));
        registry.emptied().await;
    }
}
