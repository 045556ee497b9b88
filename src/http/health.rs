//! For whoever watches over this process. Says nothing about anybody's events.

use super::AppState;
use super::answer::Failure;
use crate::backend::vitals;
use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;

pub fn routes() -> Router<AppState> {
    Router::new().route("/health/live", get(live)).route("/health/ready", get(ready))
}

/// What the listener for metrics answers, which is not for the world.
pub fn metrics_routes(state: AppState) -> Router {
    Router::new().route("/metrics", get(metrics)).fallback(|| async { Failure::NoSuchPath }).with_state(state)
}

/// The process runs.
async fn live() -> &'static str {
    "live\n"
}

/// The process can serve: its disk can be written to, and its database answers.
async fn ready(State(state): State<AppState>) -> Result<&'static str, Failure> {
    match vitals::ready(&state.backend).await {
        Ok(()) => Ok("ready\n"),
        Err(reason) => Err(Failure::NotReady { reason }),
    }
}

async fn metrics(State(state): State<AppState>) -> impl IntoResponse {
    const KIND: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    let metrics = state.backend.metrics();
    metrics.set_body_bytes(state.bodies.used());
    ([(header::CONTENT_TYPE, KIND)], vitals::page(&state.backend).await)
}
