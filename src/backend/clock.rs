//! The only place that reads the time.

use crate::domain::time::Timestamp;
use std::sync::Arc;

/// Says what time it is: the system's, or a test's own.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    /// The system's clock.
    #[expect(clippy::disallowed_methods, reason = "everybody else asks this clock")]
    pub fn system() -> Self {
        Self(Arc::new(|| Timestamp::from_millis(jiff::Timestamp::now().as_millisecond())))
    }

    /// A clock that a test moves.
    pub fn fixed(now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        (self.0)()
    }
}
