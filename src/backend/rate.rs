//! How often somebody may ask: a token bucket for each API key and for each address.

use crate::domain::access::KeyId;
use crate::domain::people::{Email, PersonId};
use crate::domain::problem::Problem;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// A steady number of requests a second, and how many may come at once. Zero a second means no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    pub per_second: u32,
    pub burst: u32,
}

impl Rate {
    /// No limit.
    pub const NONE: Self = Self { per_second: 0, burst: 0 };
}

impl Default for Rate {
    /// Far above what one sender needs, far below what would keep others from being served.
    fn default() -> Self {
        Self { per_second: 2_000, burst: 4_000 }
    }
}

/// Who has asked how often lately. Kept in memory, so a restart forgives; measured with the machine's monotonic clock.
pub struct RateLimits {
    keys: Buckets<KeyId>,
    addresses: Buckets<IpAddr>,
    sign_ins: Buckets<Email>,
    codes: Buckets<PersonId>,
}

/// Guesses at one person's password, and at one person's code: so many at once, then one every half minute.
const SIGN_INS: u32 = 10;
const CODES: u32 = 5;
const BETWEEN_GUESSES: Duration = Duration::from_secs(30);

impl Default for RateLimits {
    fn default() -> Self {
        Self::new(Rate::default(), Rate::default())
    }
}

impl RateLimits {
    /// One rate for each key, one for each address.
    pub fn new(key: Rate, address: Rate) -> Self {
        Self {
            keys: Buckets::new(key),
            addresses: Buckets::new(address),
            sign_ins: Buckets::of(guesses(SIGN_INS)),
            codes: Buckets::of(guesses(CODES)),
        }
    }

    /// Counts an attempt to sign in as somebody, whoever makes it.
    pub fn check_sign_in(&self, email: &Email) -> Result<(), Problem> {
        self.sign_ins.check(email)
    }

    /// Counts a code given for somebody's second factor.
    pub fn check_code(&self, person: PersonId) -> Result<(), Problem> {
        self.codes.check(&person)
    }

    /// Counts a request made with a key.
    pub fn check_key(&self, key: &KeyId) -> Result<(), Problem> {
        self.keys.check(key)
    }

    /// Counts a request from an address.
    pub fn check_address(&self, address: IpAddr) -> Result<(), Problem> {
        self.addresses.check(&neighbourhood(address))
    }
}

fn guesses(at_once: u32) -> Option<Quota> {
    let at_once = NonZeroU32::new(at_once)?;
    Quota::with_period(BETWEEN_GUESSES).map(|quota| quota.allow_burst(at_once))
}

/// An IPv6 customer holds a whole /64 and could take a fresh address for every request; all of it counts as one.
fn neighbourhood(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX))),
    }
}

/// A bucket for each caller of one kind.
struct Buckets<K: Hash + Eq + Clone> {
    limiter: Option<DefaultKeyedRateLimiter<K>>,
    checks: AtomicU32,
}

impl<K: Hash + Eq + Clone> Buckets<K> {
    /// Full buckets are dropped once in so many checks, so that memory follows those who ask now.
    const PRUNE_EVERY: u32 = 4_096;

    fn new(rate: Rate) -> Self {
        Self::of(NonZeroU32::new(rate.per_second).map(|per_second| {
            Quota::per_second(per_second).allow_burst(NonZeroU32::new(rate.burst).unwrap_or(per_second))
        }))
    }

    fn of(quota: Option<Quota>) -> Self {
        Self { limiter: quota.map(RateLimiter::keyed), checks: AtomicU32::new(0) }
    }

    fn check(&self, caller: &K) -> Result<(), Problem> {
        let Some(limiter) = &self.limiter else { return Ok(()) };
        if self.checks.fetch_add(1, Ordering::Relaxed) % Self::PRUNE_EVERY == Self::PRUNE_EVERY - 1 {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
        limiter.check_key(caller).map_err(|denied| {
            let wait = denied.wait_time_from(DefaultClock::default().now());
            let seconds = u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).saturating_add(1);
            Problem::TooMany { retry_after: seconds }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_burst_passes_and_the_next_one_waits() {
        let limits = RateLimits::new(Rate::NONE, Rate { per_second: 1, burst: 2 });
        assert_eq!(limits.check_address(address("192.0.2.1")), Ok(()));
        assert_eq!(limits.check_address(address("192.0.2.1")), Ok(()));
        assert_eq!(limits.check_address(address("192.0.2.1")), Err(Problem::TooMany { retry_after: 1 }));
        assert_eq!(limits.check_address(address("192.0.2.2")), Ok(()));
    }

    #[test]
    fn an_ipv6_customer_and_a_mapped_ipv4_address_are_one_caller_each() {
        let limits = RateLimits::new(Rate::NONE, Rate { per_second: 1, burst: 1 });
        assert!(limits.check_address(address("2001:db8::1")).is_ok());
        assert!(limits.check_address(address("2001:db8::2")).is_err());
        assert!(limits.check_address(address("2001:db8:0:1::1")).is_ok());
        assert!(limits.check_address(address("192.0.2.1")).is_ok());
        assert!(limits.check_address(address("::ffff:192.0.2.1")).is_err());
    }

    #[test]
    fn no_rate_is_no_limit() {
        let limits = RateLimits::new(Rate::NONE, Rate::NONE);
        let key = KeyId::parse("ck_1").unwrap();
        assert!((0..10_000).all(|_| limits.check_key(&key).is_ok()));
    }
}
