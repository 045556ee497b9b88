//! What happens around every request: its id, its place in the log, its count, and a net under it.

use super::answer::Failure;
use super::serve::Connection;
use super::{AppState, caller, shape};
use crate::backend::secrets;
use crate::domain::problem::Problem;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::any::Any;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tracing::Instrument;

/// The header that carries a request's id, in both directions.
const HEADER: &str = "x-request-id";
/// Longest a request may take, its body included.
const LONGEST: Duration = Duration::from_mins(1);

tokio::task_local! {
    static ASKED: Asked;
}

/// What is known of the request being answered.
struct Asked {
    id: String,
    /// Its method says that it has a body.
    has_body: bool,
    /// What it came by; none outside of a server, as in a test.
    connection: Option<Arc<Connection>>,
}

/// Whether the request being answered has a body that may be at fault.
pub fn current_has_body() -> bool {
    ASKED.try_with(|asked| asked.has_body).unwrap_or_default()
}

/// The id of the request being answered.
pub fn current_id() -> Option<String> {
    ASKED.try_with(|asked| asked.id.clone()).ok()
}

/// Notes that the caller's credential is good: their connection is among the last to be closed when there are too many.
pub fn set_known() {
    let connection = ASKED.try_with(|asked| asked.connection.clone()).ok().flatten();
    if let Some(connection) = connection {
        connection.set_known();
    }
}

/// Names the request, measures and counts it. Neither its query nor its headers nor its body are logged: they may
/// hold secrets and people's data.
pub async fn around(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = sane(request.headers().get(HEADER)).unwrap_or_else(|| secrets::random_name("rq_"));
    let method = known(request.method());
    let route =
        request.extensions().get::<MatchedPath>().map_or_else(|| "none".to_owned(), |path| path.as_str().to_owned());
    let span = tracing::info_span!("request", id, method, route);
    let connection = request.extensions().get::<Arc<Connection>>().cloned();
    let address =
        if state.options.access_log { caller::address(request.headers(), request.extensions(), &state) } else { None };
    let asked = shape::Asked::of(&request);
    let answered = async {
        let timed = tokio::time::timeout(LONGEST, next.run(request)).await;
        let response = timed.unwrap_or_else(|_| shape::failure(&asked, Failure::TooSlow));
        log(response.status(), started.elapsed());
        if state.options.access_log {
            log_access(address, response.status(), started.elapsed());
        }
        response
    };
    let current = Asked { id: id.clone(), has_body: !matches!(method, "GET" | "HEAD"), connection };
    let mut response = ASKED.scope(current, answered.instrument(span)).await;
    state.backend.metrics().request(method, &route, response.status().as_u16(), started.elapsed());
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(HEADER, value);
    }
    response
}

fn log(status: StatusCode, took: Duration) {
    let (status, millis) = (status.as_u16(), millis(took));
    // Of what cannot be done now there may be very much, and its cause is told where it arises.
    if status >= 500 && status != StatusCode::SERVICE_UNAVAILABLE {
        tracing::error!(status, millis, "failed");
    } else {
        tracing::debug!(status, millis, "answered");
    }
}

/// A line of the access log. The span around it says the id, the method and the route; the path itself may hold a pass.
fn log_access(address: Option<IpAddr>, status: StatusCode, took: Duration) {
    let address = address.map(|address| address.to_string()).unwrap_or_default();
    tracing::info!(target: "daybook::access", address, status = status.as_u16(), millis = millis(took), "answered");
}

fn millis(took: Duration) -> u64 {
    u64::try_from(took.as_millis()).unwrap_or(u64::MAX)
}

/// A caller's own id, if it is short and harmless wherever it may be printed.
fn sane(id: Option<&HeaderValue>) -> Option<String> {
    let id = id?.to_str().ok()?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    ((1..=64).contains(&id.len()) && id.bytes().all(plain)).then(|| id.to_owned())
}

/// A method as a label: callers can invent others without end.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// The answer to a request whose handler panicked. The panic itself was printed by the runtime's hook.
pub fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    tracing::error!("a handler panicked");
    Failure::from(Problem::Internal).into_response()
}

#[cfg(test)]
mod tests {
    use crate::backend::{Backend, clock::Clock, rate::RateLimits, secrets::ServerSecret, storage::sqlite};
    use crate::http::{AppState, surrounded};
    use axum::{Router, body::Body, extract::Request, routing::get};
    use http_body_util::BodyExt;
    use std::sync::Arc;
    use tower::ServiceExt;

    #[tokio::test]
    async fn a_panic_is_answered_like_any_failure_and_says_nothing() {
        async fn broken() -> &'static str {
            panic!("the secret is 42")
        }
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::system();
        let storage = sqlite::Sqlite::open(folder.path(), clock.clone(), sqlite::Options::default()).await.unwrap();
        let backend = Backend::new(Arc::new(storage), clock, ServerSecret::random(), RateLimits::default());
        let state = AppState::new(backend);
        let router = surrounded(Router::new().route("/broken", get(broken)), &state).with_state(state);
        let request = Request::builder().uri("/broken").header("x-request-id", "r1").body(Body::empty()).unwrap();
        let response = router.oneshot(request).await.unwrap();
        assert_eq!(response.status(), 500);
        let body = response.into_body().collect().await.unwrap().to_bytes();
        let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(body["error"], "Something went wrong on our side");
        assert_eq!(body["requestId"], "r1");
    }
}
