//! Failures that are known before any route is asked, in the shape of the API or page that the path belongs to.

use super::answer::Failure;
use super::{admin, dialects, embed};
use crate::rpc::CallError;
use axum::Json;
use axum::extract::Request;
use axum::http::{HeaderMap, Method};
use axum::response::{IntoResponse, Response};

/// What is known of a request before any route is asked.
pub struct Asked {
    method: Method,
    path: String,
    headers: HeaderMap,
}

impl Asked {
    pub fn of(request: &Request) -> Self {
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let mut headers = HeaderMap::new();
        for name in ["x-daybook-part", "accept"] {
            if let Some(value) = request.headers().get(name) {
                headers.insert(name, value.clone());
            }
        }
        Self { method, path, headers }
    }
}

/// The failure as whoever called the path expects it. When to try again stands in the header, also where a page says it
/// in words.
pub fn failure(asked: &Asked, failure: Failure) -> Response {
    let wait = failure.retry_after();
    let mut response = worded(asked, failure);
    for (name, seconds) in wait.into_iter().flatten() {
        response.headers_mut().entry(name).or_insert(seconds);
    }
    response
}

fn worded(asked: &Asked, failure: Failure) -> Response {
    let path = asked.path.as_str();
    let is_in = |base: &str| path.strip_prefix(base).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    if let Some(response) = dialects::failure(path, &failure) {
        return response;
    }
    match failure {
        Failure::Problem(problem) if is_in("/admin") || is_in("/portal") => admin::failure(problem),
        Failure::Problem(problem) if is_in("/embed") && is_document(asked) => embed::failure(&problem),
        Failure::Problem(problem) if is_in("/rpc") => {
            let failure = Failure::from(problem.clone());
            (failure.status(), failure.retry_after(), Json(CallError::Problem(problem))).into_response()
        }
        failure => failure.into_response(),
    }
}

/// Whether a browser asks for a page of a view, rather than a script for a part of one or for a session.
fn is_document(asked: &Asked) -> bool {
    let is_session = asked.method == Method::POST && asked.path.ends_with("/session");
    !is_session && !asked.headers.contains_key("x-daybook-part")
}
