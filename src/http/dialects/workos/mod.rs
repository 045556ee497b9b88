//! The audit logs of WorkOS: events, schemas of their actions, exports, organizations and their retention.

mod actions;
mod answer;
mod bounds;
mod cost;
mod event;
mod events;
mod exports;
pub(super) mod history;
mod list;
pub mod made;
mod object;
mod organizations;
mod portal;
mod retention;
mod schema;
mod strict;

use crate::domain::json;
use crate::domain::problem::Problem;
use crate::http::AppState;
use crate::http::answer::Failure;
use crate::http::dialects::reworded::reworded;
use crate::http::request;
use answer::Refused;
use axum::middleware::map_response;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use axum::{Extension, Router};
use schema::Ready;
use serde_json::Value;
use std::sync::Arc;
use tower_http::catch_panic::CatchPanicLayer;

pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/audit_logs/events", post(events::create))
        .route("/audit_logs/actions", get(actions::list))
        .route("/audit_logs/actions/{action}/schemas", post(actions::register).get(actions::schemas))
        .route("/audit_logs/exports", post(exports::create))
        .route("/audit_logs/exports/{id}", get(exports::one))
        .route("/audit_logs/exports/{id}/file", get(exports::file))
        .route("/organizations", post(organizations::create).get(organizations::list))
        .route("/organizations/{id}", get(organizations::one).put(organizations::update).delete(organizations::delete))
        .route("/organizations/external_id/{external_id}", get(organizations::by_external_id))
        .route("/organizations/{id}/audit_logs_retention", get(retention::get).put(retention::set))
        .route("/organizations/{id}/audit_log_configuration", get(retention::configuration))
        .route("/portal/generate_link", post(portal::link))
        .route("/audit_logs/{*rest}", any(nothing))
        .route("/organizations/{id}/{*rest}", any(nothing))
        .method_not_allowed_fallback(|| async { Failure::WrongMethod })
        .layer(Extension(Arc::<Ready>::default()))
        .layer(CatchPanicLayer::custom(request::panicked))
        .layer(map_response(reworded::<Refused>))
        // What a link leads to is for people.
        .route("/portal/{pass}", get(portal::open))
}

/// A failure in this API's words.
pub fn failure(failure: Failure) -> Response {
    Refused::from(failure).into_response()
}

async fn nothing() -> Failure {
    Failure::NoSuchPath
}

/// Most bytes of a body that holds no event.
const LONGEST: u64 = 64 * 1024;

/// The JSON of a body of so many bytes at most: read, it takes many times its length.
fn json(body: &[u8], longest: u64) -> Result<Value, Refused> {
    if body.len() as u64 > longest {
        return Err(Problem::TooLarge { what: "The body".to_owned(), limit: longest }.into());
    }
    json::value_of_bytes(body).map_err(|error| Problem::invalid("body", format!("must be JSON: {error}")).into())
}
