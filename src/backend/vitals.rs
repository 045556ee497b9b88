//! How the server is: whether it can do its work, what is measured of it, and whether its clock can be relied on.

use super::Backend;
use super::clock::Clock;
use super::process::ProcessVitals;
use crate::domain::time::Timestamp;
use std::time::{Duration, Instant};
use tokio::time::{MissedTickBehavior, interval};

/// How often is looked.
const EVERY: Duration = Duration::from_secs(1);
/// A clock that is put right by less is not told of: a machine's clock is trimmed all the time.
const STEP: i64 = 2_000;

/// Whether the server can do its work; if not, why, and what to do.
pub async fn ready(backend: &Backend) -> Result<(), &'static str> {
    backend.storage.diagnose().await.map_err(|ailment| {
        backend.ailing.say(|more| tracing::warn!(?ailment, more, "not ready"));
        ailment.words()
    })
}

/// Everything counted and measured, in the `OpenMetrics` text format 1.0.
pub async fn page(backend: &Backend) -> String {
    let database = backend.storage.vitals().await;
    backend.metrics.set_vitals(&database, &ProcessVitals::measure());
    match backend.storage.unreadable().await {
        Ok(events) => backend.metrics.set_unreadable_events(events),
        Err(error) => tracing::warn!(%error, "unreadable events could not be counted"),
    }
    backend.metrics.tell_backup_age(backend.clock.now());
    backend.metrics.render()
}

/// Looks after what nobody asks about, until the product is closed.
pub fn watch(backend: &Backend) {
    let backend = backend.clone();
    tokio::spawn(async move {
        let mut closing = backend.closing.subscribe();
        let mut clock = ClockWatch::new(&backend.clock);
        let mut ticks = interval(EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = closing.wait_for(|closing| *closing) => break,
                _ = ticks.tick() => {}
            }
            check_clock(&backend, &mut clock, Instant::now());
            backend.storage.sample_wait().await;
        }
    });
}

/// Tells of a step of the clock, where there was one.
fn check_clock(backend: &Backend, watch: &mut ClockWatch, now: Instant) {
    let Some(millis) = watch.step(backend.clock.now(), now) else { return };
    backend.metrics.clock_stepped(millis > 0);
    let seconds = millis / 1_000;
    if millis > 0 {
        tracing::warn!(
            seconds,
            "the system's clock was put forward: events from before have earlier times than they seem"
        );
    } else {
        tracing::warn!(seconds, "the system's clock was put back: events get times that others have already");
    }
}

/// Compares the clock with the machine's monotonic one, which nobody puts right.
pub struct ClockWatch {
    wall: Timestamp,
    steady: Instant,
}

impl ClockWatch {
    pub fn new(clock: &Clock) -> Self {
        Self { wall: clock.now(), steady: Instant::now() }
    }

    /// By how many milliseconds the clock was put forward since the last look; back where below 0.
    fn step(&mut self, wall: Timestamp, steady: Instant) -> Option<i64> {
        let passed = i64::try_from(steady.saturating_duration_since(self.steady).as_millis()).unwrap_or(i64::MAX);
        let step = wall.millis() - self.wall.millis() - passed;
        (self.wall, self.steady) = (wall, steady);
        (step.abs() >= STEP).then_some(step)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_put_forward_or_back_is_noticed_once() {
        let at = Timestamp::from_millis;
        let start = Instant::now();
        let mut watch = ClockWatch { wall: at(1_000_000), steady: start };
        let mut look = |wall: i64, seconds: u64| watch.step(at(wall), start + Duration::from_secs(seconds));
        assert_eq!(look(1_001_000, 1), None);
        // Trimmed, and a look that came late.
        assert_eq!(look(1_009_500, 9), None);
        assert_eq!(look(4_610_500, 10), Some(3_600_000));
        assert_eq!(look(4_611_500, 11), None);
        assert_eq!(look(1_012_500, 12), Some(-3_600_000));
        assert_eq!(look(1_013_500, 13), None);
    }
}
