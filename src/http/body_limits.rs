//! What the bodies of requests may take: memory for all that are in flight, and time for each.
//!
//! A body is counted from its first byte until its request is answered, compressed or not, whichever is more. Beyond the
//! budget it is told to come again; the last quarter of the budget is for small bodies, which large ones cannot keep out.

use super::AppState;
use super::answer::Failure;
use super::shape;
use crate::domain::problem::Problem;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use hyper::body::{Frame, SizeHint};
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::{Instant, Sleep};

/// What bodies may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BodyLimits {
    /// All bodies in flight: bytes.
    pub memory: u64,
    /// How long a body may make no progress.
    pub stalled: Duration,
    /// Bytes a second that a body must bring on the whole.
    pub pace: u64,
}

impl Default for BodyLimits {
    fn default() -> Self {
        Self { memory: 256 * 1024 * 1024, stalled: Duration::from_secs(10), pace: 1_024 }
    }
}

impl BodyLimits {
    /// Bodies up to here are small: bytes.
    const SMALL: u64 = 64 * 1024;
}

/// The bytes of all bodies in flight.
pub struct BodyBudget {
    limits: BodyLimits,
    used: AtomicU64,
}

impl BodyBudget {
    pub fn new(limits: BodyLimits) -> Self {
        Self { limits, used: AtomicU64::new(0) }
    }

    /// Bytes of the bodies in flight.
    pub fn used(&self) -> u64 {
        self.used.load(Ordering::Relaxed)
    }

    /// What a body of so many bytes has at its disposal.
    fn limit_for(&self, body: u64) -> u64 {
        let memory = self.limits.memory;
        if body <= BodyLimits::SMALL { memory } else { memory - memory / 4 }
    }

    /// Takes some more bytes for a body that then has so many.
    fn take(&self, more: u64, body: u64) -> bool {
        let limit = self.limit_for(body);
        let take = |used: u64| used.checked_add(more).filter(|used| *used <= limit);
        self.used.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).is_ok()
    }
}

/// Why a body was not read to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BodyFault {
    #[error("the body took too long")]
    TooSlow,
    #[error("too many bytes of bodies are in flight")]
    OverBudget,
}

impl From<BodyFault> for Failure {
    fn from(fault: BodyFault) -> Self {
        match fault {
            BodyFault::TooSlow => Self::TooSlow,
            BodyFault::OverBudget => Problem::Busy { retry_after: 1 }.into(),
        }
    }
}

/// One request's body, as it is counted.
pub struct Intake {
    budget: Arc<BodyBudget>,
    held: AtomicU64,
    fault: OnceLock<BodyFault>,
}

impl Intake {
    fn new(budget: Arc<BodyBudget>) -> Self {
        Self { budget, held: AtomicU64::new(0), fault: OnceLock::new() }
    }

    /// Why the body was not read to its end, where that was for a reason of ours.
    pub fn fault(&self) -> Option<BodyFault> {
        self.fault.get().copied()
    }

    /// Whether a body of this length would find room now.
    pub fn has_room_for(&self, length: u64) -> bool {
        self.budget.used().saturating_add(length) <= self.budget.limit_for(length)
    }

    /// Counts what passes through a body, such as one that is decompressed after it was counted as it came.
    pub fn count(self: &Arc<Self>, body: Body) -> Body {
        Body::new(Counted { body, intake: Arc::clone(self), bytes: 0 })
    }

    /// Holds at least so many bytes from now on. The body is read by one task, so nobody else raises it meanwhile.
    fn hold(&self, bytes: u64) -> Result<(), BodyFault> {
        let more = bytes.saturating_sub(self.held.load(Ordering::Relaxed));
        if more == 0 {
            return Ok(());
        }
        if !self.budget.take(more, bytes) {
            return Err(self.failed(BodyFault::OverBudget));
        }
        self.held.fetch_add(more, Ordering::Relaxed);
        Ok(())
    }

    fn failed(&self, fault: BodyFault) -> BodyFault {
        *self.fault.get_or_init(|| fault)
    }
}

impl Drop for Intake {
    fn drop(&mut self) {
        self.budget.used.fetch_sub(*self.held.get_mut(), Ordering::Relaxed);
    }
}

/// Holds every request's body to the limits.
pub async fn limited(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let intake = Arc::new(Intake::new(Arc::clone(&state.bodies)));
    let told_to = shape::Asked::of(&request);
    let mut request = request.map(|body| {
        let body = intake.count(body);
        Body::new(Timed { body, intake: Arc::clone(&intake), pace: None })
    });
    request.extensions_mut().insert(Arc::clone(&intake));
    let response = next.run(request).await;
    let Some(failure) = intake.fault().map(Failure::from).filter(|failure| failure.status() != response.status())
    else {
        return response;
    };
    // Whoever read the body knew no better than that it broke off.
    shape::failure(&told_to, failure)
}

/// A body whose bytes are counted.
struct Counted {
    body: Body,
    intake: Arc<Intake>,
    bytes: u64,
}

impl HttpBody for Counted {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(cx);
        if let Poll::Ready(Some(Ok(frame))) = &frame
            && let Some(data) = frame.data_ref()
        {
            self.bytes += data.len() as u64;
            if let Err(fault) = self.intake.hold(self.bytes) {
                return Poll::Ready(Some(Err(axum::Error::new(fault))));
            }
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A body that must keep coming.
struct Timed {
    body: Body,
    intake: Arc<Intake>,
    /// From the first time that it is waited for.
    pace: Option<Pace>,
}

struct Pace {
    started: Instant,
    progress: Instant,
    bytes: u64,
    deadline: Pin<Box<Sleep>>,
}

impl Pace {
    fn new(limits: &BodyLimits) -> Self {
        let now = Instant::now();
        let deadline = Box::pin(tokio::time::sleep_until(now + limits.stalled));
        Self { started: now, progress: now, bytes: 0, deadline }
    }

    fn went_on(&mut self, bytes: u64, limits: &BodyLimits) {
        self.bytes += bytes;
        self.progress = Instant::now();
        self.deadline.as_mut().reset(deadline(self.started, self.progress, self.bytes, limits));
    }
}

/// When a body is given up that has brought so much: each second must have brought its share, and none may be too long.
fn deadline(started: Instant, progress: Instant, bytes: u64, limits: &BodyLimits) -> Instant {
    let earned = Duration::from_millis(bytes.saturating_mul(1_000) / limits.pace.max(1));
    (progress + limits.stalled).min(started + limits.stalled + earned)
}

impl HttpBody for Timed {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let Self { body, intake, pace } = &mut *self;
        let limits = intake.budget.limits;
        let pace = pace.get_or_insert_with(|| Pace::new(&limits));
        match Pin::new(body).poll_frame(cx) {
            Poll::Ready(frame) => {
                if let Some(Ok(frame)) = &frame {
                    pace.went_on(frame.data_ref().map_or(0, |data| data.len() as u64), &limits);
                }
                Poll::Ready(frame)
            }
            Poll::Pending if pace.deadline.as_mut().poll(cx).is_ready() => {
                Poll::Ready(Some(Err(axum::Error::new(intake.failed(BodyFault::TooSlow)))))
            }
            Poll::Pending => Poll::Pending,
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_that_drips_is_given_up_and_one_that_keeps_coming_is_not() {
        let limits = BodyLimits { memory: 1_000, stalled: Duration::from_secs(10), pace: 1_000 };
        let (start, second) = (Instant::now(), Duration::from_secs(1));
        let at = |progress: u32, bytes| deadline(start, start + second * progress, bytes, &limits) - start;
        assert_eq!(at(0, 0), second * 10);
        // A byte every nine seconds buys nothing.
        assert_eq!(at(9, 1), second * 10 + Duration::from_millis(1));
        // What came quickly does not pay for a pause later.
        assert_eq!(at(1, 1_000_000), second * 11);
        assert_eq!(at(40, 100_000), second * 50);
    }

    #[test]
    fn large_bodies_leave_room_for_small_ones_and_give_back_what_they_held() {
        let limits = BodyLimits { memory: 1024 * 1024, ..BodyLimits::default() };
        let budget = Arc::new(BodyBudget::new(limits));
        let intake = || Intake::new(Arc::clone(&budget));
        let (first, second, small) = (intake(), intake(), intake());
        first.hold(700 * 1024).unwrap();
        assert_eq!(second.hold(100 * 1024), Err(BodyFault::OverBudget));
        assert_eq!(second.fault(), Some(BodyFault::OverBudget));
        assert!(!second.has_room_for(100 * 1024) && small.has_room_for(60 * 1024));
        small.hold(60 * 1024).unwrap();
        // Held once, however often it is counted.
        small.hold(20 * 1024).unwrap();
        assert_eq!(budget.used(), 760 * 1024);
        drop(first);
        intake().hold(500 * 1024).unwrap();
        drop((second, small));
        assert_eq!(budget.used(), 0);
    }
}
