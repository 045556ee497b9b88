//! Ids that grow with the log.

use crate::backend::secrets::random_bytes;
use crate::domain::event::EventId;
use crate::domain::time::Timestamp;

/// Makes UUIDv7 ids, each greater than all before, whatever the clock does (RFC 9562 §6.2, method 2: the random part
/// of a millisecond's first id is counted up by a random step, so that ids do not tell how many lie between them).
#[derive(Debug)]
pub struct Ids {
    millis: u64,
    /// The 74 bits after the version and variant.
    tail: u128,
}

const TAIL_BITS: u32 = 74;

impl Ids {
    /// Goes on after the last id of a log.
    pub fn after(last: Option<EventId>) -> Self {
        let Some(last) = last else { return Self { millis: 0, tail: 0 } };
        let bits = u128::from_be_bytes(*last.as_bytes());
        let millis = u64::try_from(bits >> 80).unwrap_or(u64::MAX);
        let tail = ((bits >> 64) & 0xfff) << 62 | (bits & ((1 << 62) - 1));
        Self { millis, tail }
    }

    /// The next id.
    pub fn next(&mut self, now: Timestamp) -> EventId {
        let now = u64::try_from(now.millis()).unwrap_or(0);
        if now > self.millis {
            self.millis = now;
            // The top bit is left free to count into.
            self.tail = random_tail() >> 1;
        } else {
            self.tail += 1 + u128::from(u32::from_be_bytes(random_bytes()));
            if self.tail >> TAIL_BITS != 0 {
                self.millis += 1;
                self.tail = random_tail() >> 1;
            }
        }
        let bits = u128::from(self.millis) << 80
            | 7 << 76
            | (self.tail >> 62) << 64
            | 0b10 << 62
            | (self.tail & ((1 << 62) - 1));
        EventId::from_bytes(bits.to_be_bytes())
    }
}

fn random_tail() -> u128 {
    u128::from_be_bytes(random_bytes()) >> (128 - TAIL_BITS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_grow_even_when_the_clock_stands_or_runs_back() {
        let mut ids = Ids::after(None);
        let mut last = ids.next(Timestamp::from_millis(1_000));
        for now in [1_000, 1_000, 999, 5, 1_001, 1_001, 2_000] {
            let id = ids.next(Timestamp::from_millis(now));
            assert!(id > last);
            last = id;
        }
        assert_eq!(last.received_at(), Timestamp::from_millis(2_000));
        assert_eq!(last.to_string().as_bytes()[14], b'7');
        assert!("89ab".contains(char::from(last.to_string().as_bytes()[19])));
    }

    #[test]
    fn a_log_goes_on_after_its_last_id() {
        let last = Ids::after(None).next(Timestamp::from_millis(9_000));
        assert!(Ids::after(Some(last)).next(Timestamp::from_millis(1)) > last);
    }
}
