//! Logos that were uploaded, for whoever's page shows them.

use super::AppState;
use super::answer::Failure;
use crate::backend::storage::Picture;
use crate::backend::views;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

/// The route.
pub fn routes() -> Router<AppState> {
    Router::new().route("/pictures/{id}", get(picture))
}

/// The id is of the bytes, so they never change. Opened by itself, an SVG may do nothing at all.
async fn picture(State(state): State<AppState>, Path(id): Path<String>) -> Result<Response, Failure> {
    let Picture { kind, bytes, .. } = views::picture(&state.backend, &id).await?;
    let kind = HeaderValue::try_from(kind).unwrap_or(HeaderValue::from_static("application/octet-stream"));
    let fixed = [
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'",
        ),
        (HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
    ];
    Ok(([(header::CONTENT_TYPE, kind)], fixed, bytes).into_response())
}
