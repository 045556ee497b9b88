//! Says the same thing in the log at most once a second, and then how often it was not said.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Shortest time between two lines.
const PAUSE: Duration = Duration::from_secs(1);

/// One kind of line.
#[derive(Default)]
pub struct Quiet(Mutex<Said>);

#[derive(Default)]
struct Said {
    last: Option<Instant>,
    unsaid: u64,
}

impl Quiet {
    /// Says it with how often it was left unsaid since, unless it was said within the last second.
    pub fn say(&self, say: impl FnOnce(u64)) {
        if let Some(unsaid) = self.turn(Instant::now()) {
            say(unsaid);
        }
    }

    fn turn(&self, now: Instant) -> Option<u64> {
        let mut said = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if said.last.is_some_and(|last| now.saturating_duration_since(last) < PAUSE) {
            said.unsaid += 1;
            return None;
        }
        said.last = Some(now);
        Some(std::mem::take(&mut said.unsaid))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happens_all_the_time_is_said_once_a_second_and_counted() {
        let (quiet, start) = (Quiet::default(), Instant::now());
        assert_eq!(quiet.turn(start), Some(0));
        for millis in [1, 500, 999] {
            assert_eq!(quiet.turn(start + Duration::from_millis(millis)), None);
        }
        assert_eq!(quiet.turn(start + Duration::from_secs(1)), Some(3));
        assert_eq!(quiet.turn(start + Duration::from_secs(9)), Some(0));
    }
}
