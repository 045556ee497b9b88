//! Retraced: its publisher API for servers, and the API that its viewer calls in browsers.

mod answer;
mod caller;
mod event;
mod exports;
mod graphql;
mod hash;
pub(super) mod history;
mod node;
mod publisher;
mod question;
mod search;
mod strict;
mod tokens;
mod viewer;

use crate::http::AppState;
use crate::http::answer::Failure;
use crate::http::dialects::reworded::reworded;
use crate::http::request;
use answer::Refused;
use axum::Router;
use axum::http::{HeaderName, Method, header};
use axum::middleware::map_response;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post, put};
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{Any, CorsLayer};

pub fn routes() -> Router<AppState> {
    let publisher = Router::new()
        .route("/auditlog/publisher/v1/project/{project}/event", post(publisher::one))
        .route("/auditlog/publisher/v1/project/{project}/event/bulk", post(publisher::bulk))
        .route("/auditlog/publisher/v1/project/{project}/viewertoken", get(publisher::viewer_token))
        .route("/auditlog/publisher/v1/project/{project}/graphql", post(publisher::graphql));
    let viewer = Router::new()
        .route("/auditlog/viewer/v1/viewersession", post(viewer::open))
        .route("/auditlog/viewer/v1/graphql", post(viewer::graphql))
        .route("/auditlog/viewer/v1/project/{project}/export", post(exports::create))
        .route("/auditlog/viewer/v1/project/{project}/exports", get(exports::list))
        .route("/auditlog/viewer/v1/project/{project}/export/{id}/rendered", get(exports::file))
        .route("/auditlog/viewer/v1/project/{project}/eitapi_tokens", get(tokens::list))
        .route("/auditlog/viewer/v1/project/{project}/eitapi_token", post(tokens::create))
        .route(
            "/auditlog/viewer/v1/project/{project}/eitapi_token/{token}",
            put(tokens::rename).delete(tokens::delete),
        );
    // Before its layer, which answers what browsers ask first.
    let viewer = viewer.method_not_allowed_fallback(|| async { Failure::WrongMethod }).layer(any_page());
    publisher
        .merge(viewer)
        .route("/auditlog/enterprise/v1/graphql", post(tokens::graphql))
        .route("/auditlog/{*rest}", any(async || Failure::NoSuchPath))
        .method_not_allowed_fallback(|| async { Failure::WrongMethod })
        .layer(CatchPanicLayer::custom(request::panicked))
        .layer(map_response(reworded::<Refused>))
}

/// A failure in this API's words, for the pages that may call it as well.
pub fn failure(failure: Failure) -> Response {
    ([(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")], Refused::from(failure)).into_response()
}

/// Any page may call: a session is a header that its own page alone has, and there are no cookies.
fn any_page() -> CorsLayer {
    const DISPOSITION: HeaderName = header::CONTENT_DISPOSITION;
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::DELETE])
        .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE, header::ACCEPT])
        .expose_headers([DISPOSITION])
        .max_age(Duration::from_mins(10))
}
