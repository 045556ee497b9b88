//! What a failure looks like to a program: a status and one JSON shape for all of them.

use super::request;
use crate::domain::problem::{Faults, Problem};
use crate::rpc::guard::status;
use axum::Json;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::openapi::{Content, Ref, RefOr, ResponseBuilder, ResponsesBuilder};
use utoipa::{IntoResponses, ToSchema};

/// Everything that can go wrong with a request: a problem of the product, or one of HTTP alone.
#[derive(Debug, Clone, PartialEq)]
pub enum Failure {
    Problem(Problem),
    /// There is no such path.
    NoSuchPath,
    /// The path is there, but not for this method.
    WrongMethod,
    /// The body is of a kind we do not read; says which kinds we do.
    WrongMedia {
        expected: &'static str,
    },
    /// The request took longer than anybody should wait.
    TooSlow,
    /// The server cannot do its work now.
    NotReady {
        reason: &'static str,
    },
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

/// The body of every answer that is not a success.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Error)]
pub struct ErrorBody {
    /// The HTTP status again.
    #[schema(example = 400)]
    pub status_code: u16,
    /// What the status is called.
    #[schema(example = "Bad Request")]
    pub message: &'static str,
    /// One sentence for people.
    #[schema(example = "The request has 1 invalid field(s)")]
    pub error: String,
    /// Every fault of the request by its path, `[0]` being the first event. Only with status 400.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<BTreeMap<String, Vec<String>>>, example = json!({"[0].actor.uuid": ["is required"]}))]
    pub details: Option<Faults>,
    /// Under this id the request is in our log. The same as the `x-request-id` header.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

impl Failure {
    /// The status that tells it.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Problem(problem) => status(problem),
            Self::NoSuchPath => StatusCode::NOT_FOUND,
            Self::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::WrongMedia { .. } => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::NotReady { .. } => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// One sentence for people.
    pub fn sentence(&self) -> String {
        match self {
            Self::Problem(problem) => problem.to_string(),
            Self::NoSuchPath => "There is nothing at this path".to_owned(),
            Self::WrongMethod => "This path does not answer to this method".to_owned(),
            Self::WrongMedia { expected } => format!("Send {expected}"),
            Self::TooSlow => "The request took too long".to_owned(),
            Self::NotReady { reason } => (*reason).to_owned(),
        }
    }
}

impl Failure {
    /// After how many seconds to try again, for those that say so.
    pub fn retry_after(&self) -> Option<[(HeaderName, HeaderValue); 1]> {
        match self {
            Self::Problem(
                Problem::TooMany { retry_after } | Problem::Busy { retry_after } | Problem::StorageFull { retry_after },
            ) => Some([(header::RETRY_AFTER, HeaderValue::from(*retry_after))]),
            Self::NotReady { .. } => Some([(header::RETRY_AFTER, HeaderValue::from(5))]),
            _ => None,
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let status = self.status();
        let body = ErrorBody {
            status_code: status.as_u16(),
            message: status.canonical_reason().unwrap_or("Error"),
            error: self.sentence(),
            details: match &self {
                Self::Problem(Problem::Invalid { faults }) => Some(faults.clone()),
                _ => None,
            },
            request_id: request::current_id(),
        };
        let signing = matches!(self, Self::Problem(Problem::SignInRequired))
            .then_some([(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"daybook\""))]);
        let mut response = (status, self.retry_after(), signing, Json(body)).into_response();
        // For an API that says the same in its own words.
        response.extensions_mut().insert(self);
        response
    }
}

/// The documented failures of a call that writes.
pub struct WriteFailures;

/// The documented failures of a search.
pub struct FindFailures;

/// The documented failures of reading one thing.
pub struct ReadFailures;

/// Status and meaning of the failures that every call with a key has.
const ALWAYS: [(&str, &str); 6] = [
    ("400", "The request is wrong; `details` names every fault"),
    ("401", "No key was given"),
    ("403", "The key is not valid, has expired, or does not have the scope that the call needs"),
    ("429", "Too many requests; try again after `Retry-After` seconds"),
    ("500", "Something went wrong on our side"),
    ("503", "The server is busy, or its disk is full; nothing was done, try again after `Retry-After` seconds"),
];

const WRITING: [(&str, &str); 4] = [
    ("402", "The project's events for this month are used up; nothing was stored"),
    ("408", "The request took too long; send it again, an event that has a `uuid` is stored once"),
    ("413", "The body, or its number of events, is over the limit; nothing was stored"),
    ("415", "The body is not JSON or NDJSON, or is compressed in a way other than gzip"),
];

const READING: [(&str, &str); 1] = [("404", "There is no such event, or it belongs to somebody else")];

impl IntoResponses for WriteFailures {
    fn responses() -> BTreeMap<String, RefOr<utoipa::openapi::Response>> {
        described(ALWAYS.iter().chain(&WRITING))
    }
}

impl IntoResponses for FindFailures {
    fn responses() -> BTreeMap<String, RefOr<utoipa::openapi::Response>> {
        described(ALWAYS.iter())
    }
}

impl IntoResponses for ReadFailures {
    fn responses() -> BTreeMap<String, RefOr<utoipa::openapi::Response>> {
        described(ALWAYS.iter().chain(&READING))
    }
}

fn described<'a>(
    failures: impl Iterator<Item = &'a (&'a str, &'a str)>,
) -> BTreeMap<String, RefOr<utoipa::openapi::Response>> {
    let body = || Content::new(Some(Ref::from_schema_name("Error")));
    let answer =
        |meaning: &str| ResponseBuilder::new().description(meaning).content("application/json", body()).build();
    ResponsesBuilder::new()
        .responses_from_iter(failures.map(|(status, meaning)| (*status, answer(meaning))))
        .build()
        .into()
}
