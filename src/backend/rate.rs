//! How often somebody may ask: a token bucket for each API key, for each address, and for each kind of guess.

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
    accounts_here: Buckets<(Email, Option<IpAddr>)>,
    accounts: Buckets<Email>,
    places: Buckets<IpAddr>,
    codes: Buckets<PersonId>,
}

/// So many guesses at once, then one after each while.
#[derive(Debug, Clone, Copy)]
struct Guesses {
    at_once: u32,
    between: Duration,
}

/// At one account's password from one address.
const ACCOUNT_HERE: Guesses = Guesses { at_once: 10, between: Duration::from_secs(30) };
/// At one account's password from wherever: so wide that a stranger at one address cannot keep its owner out.
const ACCOUNT: Guesses = Guesses { at_once: 200, between: Duration::from_secs(5) };
/// At all accounts from one address, behind which a whole company may sit.
const PLACE: Guesses = Guesses { at_once: 100, between: Duration::from_secs(2) };
/// At one person's codes.
const CODE: Guesses = Guesses { at_once: 5, between: Duration::from_secs(30) };

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
            accounts_here: Buckets::of(ACCOUNT_HERE.quota()),
            accounts: Buckets::of(ACCOUNT.quota()),
            places: Buckets::of(PLACE.quota()),
            codes: Buckets::of(CODE.quota()),
        }
    }

    /// Counts a guess at an account's password. What is refused to one address does not count for others.
    pub fn check_password(&self, email: &Email, address: Option<IpAddr>) -> Result<(), Problem> {
        let place = address.map(neighbourhood);
        self.accounts_here.check(&(email.clone(), place))?;
        place.map_or(Ok(()), |place| self.places.check(&place))?;
        self.accounts.check(email)
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

impl Guesses {
    fn quota(self) -> Option<Quota> {
        let at_once = NonZeroU32::new(self.at_once)?;
        Quota::with_period(self.between).map(|quota| quota.allow_burst(at_once))
    }
}

/// An IPv6 customer holds a whole /64 and could take a fresh address for every request; all of it counts as one.
pub fn neighbourhood(address: IpAddr) -> IpAddr {
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
    fn who_guesses_at_an_account_keeps_its_owner_elsewhere_from_nothing() {
        let limits = RateLimits::new(Rate::NONE, Rate::NONE);
        let email = Email::parse("anna@harbour.test").unwrap();
        let tries = |address: Option<IpAddr>| limits.check_password(&email, address).is_ok();
        let stranger = Some(address("192.0.2.1"));
        assert_eq!((0..500).filter(|_| tries(stranger)).count(), 10);
        assert!(tries(Some(address("192.0.2.2"))));
        assert!(tries(None));
    }

    #[test]
    fn who_tries_one_password_at_many_accounts_has_to_wait() {
        let limits = RateLimits::new(Rate::NONE, Rate::NONE);
        let tries = |number: usize| {
            let email = Email::parse(&format!("person-{number}@harbour.test")).unwrap();
            limits.check_password(&email, Some(address("192.0.2.1"))).is_ok()
        };
        assert_eq!((0..500).filter(|number| tries(*number)).count(), 100);
    }

    #[test]
    fn who_comes_from_many_addresses_has_to_wait_as_well() {
        let limits = RateLimits::new(Rate::NONE, Rate::NONE);
        let email = Email::parse("anna@harbour.test").unwrap();
        let tries = |last: u16| {
            let from = IpAddr::from([0x2001, 0xdb8, 0, last, 0, 0, 0, 1]);
            limits.check_password(&email, Some(from)).is_ok()
        };
        assert_eq!((0..500).filter(|last| tries(*last)).count(), 200);
    }

    #[test]
    fn no_rate_is_no_limit() {
        let limits = RateLimits::new(Rate::NONE, Rate::NONE);
        let key = KeyId::parse("ck_1").unwrap();
        assert!((0..10_000).all(|_| limits.check_key(&key).is_ok()));
    }
}
