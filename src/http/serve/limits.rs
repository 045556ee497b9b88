//! What connections may take: how many there may be, and how long each may wait.

use std::time::Duration;

/// The limits of a listener.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConnectionLimits {
    /// Open connections; the file descriptors of the process may lower it.
    pub connections: usize,
    /// Open connections from one address; none where every caller comes through a proxy.
    pub per_address: Option<usize>,
    /// From connecting, or from the first byte of a request's head, to the head's last byte.
    pub head: Duration,
    /// From one request's answer to the next request.
    pub idle: Duration,
    /// How long a peer may take nothing of an answer.
    pub stalled_write: Duration,
}

impl ConnectionLimits {
    /// Fewest connections that a listener works with.
    pub const FEWEST: usize = 16;

    /// The same, with no more connections than `descriptors` allow beside those that the process needs itself: for its
    /// files, and for what it asks of others.
    #[must_use]
    pub fn within(self, descriptors: Option<u64>) -> Self {
        const OWN: u64 = 64;
        let Some(descriptors) = descriptors else { return self };
        let most = usize::try_from(descriptors.saturating_sub(OWN)).unwrap_or(usize::MAX).max(Self::FEWEST);
        let connections = self.connections.min(most);
        // One address alone must not be able to use all of the fewer.
        let per_address = self.per_address.map(|most| most.min((connections / 2).max(1)));
        Self { connections, per_address, ..self }
    }

    /// How many of the connections are kept for health checks and for callers with credentials.
    pub fn reserved(&self) -> usize {
        (self.connections / 16).max(4).min(self.connections / 2)
    }
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self {
            connections: 4_096,
            per_address: Some(512),
            head: Duration::from_secs(10),
            idle: Duration::from_secs(75),
            stalled_write: Duration::from_secs(30),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_descriptors_mean_few_connections_and_fewer_for_each_address() {
        let limits = ConnectionLimits::default();
        assert_eq!(limits.within(None), limits);
        assert_eq!(limits.within(Some(1 << 20)), limits);
        let few = limits.within(Some(160));
        assert_eq!((few.connections, few.per_address, few.reserved()), (96, Some(48), 6));
        assert_eq!(limits.within(Some(0)).connections, ConnectionLimits::FEWEST);
    }
}
