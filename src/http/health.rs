//! For whoever watches over this process. Says nothing about anybody's events.

use super::AppState;
use super::answer::Failure;
use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;

pub fn routes() -> Router<AppState> {
    Router::new().route("/health/live", get(live)).route("/health/ready", get(ready)).route("/metrics", get(metrics))
}

/// The process runs.
async fn live() -> &'static str {
    "live\n"
}

/// The process can serve: its database answers.
async fn ready(State(state): State<AppState>) -> Result<&'static str, Failure> {
    state.backend.ready().await?;
    Ok("ready\n")
}

async fn metrics(State(state): State<AppState>) -> impl IntoResponse {
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], state.backend.measured().await)
}
