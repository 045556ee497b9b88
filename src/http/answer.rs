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

/// The body of every answer that is not a success: a problem (RFC 9457), and beside its members those that AuditLog.co's
/// API has.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Error)]
pub struct ErrorBody {
    /// Which kind of problem it is. Names that begin with `urn:daybook:problem:` stay; others may come.
    #[serde(rename = "type")]
    #[schema(example = "urn:daybook:problem:invalid")]
    pub kind: String,
    /// The kind in words, always the same.
    #[schema(example = "The request is not valid")]
    pub title: &'static str,
    /// The HTTP status again.
    #[schema(example = 400)]
    pub status: u16,
    /// One sentence for people about this very problem.
    #[schema(example = "The request has 1 invalid field(s)")]
    pub detail: String,
    /// This very problem: the request's id, under which it is in our log.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "urn:daybook:request:rq_4f7d")]
    pub instance: Option<String>,
    /// Every fault of the request. Only with status 400.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub errors: Option<Vec<Fault>>,
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

/// One fault of a request.
#[derive(Debug, Serialize, ToSchema)]
pub struct Fault {
    /// Where it is, as in `details`.
    #[schema(example = "[0].actor.uuid")]
    pub path: String,
    /// The same as a JSON pointer into the request's body; absent where the fault is in the address or a header.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "#/0/actor/uuid")]
    pub pointer: Option<String>,
    /// What was expected there.
    #[schema(example = "is required")]
    pub detail: String,
}

impl Fault {
    fn all(faults: &Faults) -> Vec<Self> {
        let has_body = request::current_has_body();
        let each = faults.iter().flat_map(|(path, expected)| expected.iter().map(move |detail| (path, detail)));
        each.map(|(path, detail)| Self {
            path: path.to_owned(),
            pointer: has_body.then(|| pointer(path)).flatten(),
            detail: detail.clone(),
        })
        .collect()
    }
}

/// A path such as `[0].actor.uuid` as a JSON pointer in a URI fragment (RFC 6901 section 6). Headers have none.
fn pointer(path: &str) -> Option<String> {
    /// What a fragment of a URI may hold as it is (RFC 3986 section 3.5), but for `%`.
    const PLAIN: &[u8] = b"-._~!$&'()*+,;=:@?";
    if path == "Idempotency-Key" {
        return None;
    }
    let mut pointer = "#".to_owned();
    let steps = path.split(['.', '[']).map(|step| step.strip_suffix(']').unwrap_or(step));
    for step in steps.filter(|step| !step.is_empty() && path != "body") {
        pointer.push('/');
        for byte in step.replace('~', "~0").replace('/', "~1").bytes() {
            if byte.is_ascii_alphanumeric() || PLAIN.contains(&byte) {
                pointer.push(char::from(byte));
            } else {
                pointer.extend(format!("%{byte:02X}").chars());
            }
        }
    }
    Some(pointer)
}

/// The media type of a problem.
pub const PROBLEM: HeaderValue = HeaderValue::from_static("application/problem+json");

impl Failure {
    /// The last part of its type, and its title: the kind of problem, and the same in words.
    fn kind(&self) -> (&'static str, &'static str) {
        match self {
            Self::Problem(problem) => match problem {
                Problem::SignInRequired => ("credential-missing", "A credential is needed"),
                Problem::CredentialRefused { .. } => ("credential-refused", "The credential is not accepted"),
                Problem::NotAllowed => ("not-allowed", "The credential does not allow this"),
                Problem::ScopeMissing { .. } => ("scope-missing", "The API key lacks a scope"),
                Problem::SecondFactorWanted => ("second-factor-missing", "A second factor is needed"),
                Problem::NotFound => ("not-found", "There is no such thing"),
                Problem::Invalid { .. } => ("invalid", "The request is not valid"),
                Problem::TooLarge { .. } => ("too-large", "The request is too large"),
                Problem::OverQuota { .. } => ("over-quota", "The monthly limit is used up"),
                Problem::RequestDiffers => ("idempotency-key-reused", "The Idempotency-Key was used before"),
                Problem::TooMany { .. } => ("too-many-requests", "There were too many requests"),
                Problem::Busy { .. } => ("busy", "The server is busy"),
                Problem::StorageFull { .. } => ("storage-full", "The server's disk is full"),
                Problem::Internal => ("internal", "Something went wrong on our side"),
            },
            Self::NoSuchPath => ("no-such-path", "There is nothing at this path"),
            Self::WrongMethod => ("wrong-method", "The path does not answer to this method"),
            Self::WrongMedia { .. } => ("wrong-media-type", "The body is of a kind that is not read"),
            Self::TooSlow => ("too-slow", "The request took too long"),
            Self::NotReady { .. } => ("not-ready", "The server cannot do its work now"),
        }
    }

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
        let (kind, title) = self.kind();
        let id = request::current_id();
        let body = ErrorBody {
            kind: format!("urn:daybook:problem:{kind}"),
            title,
            status: status.as_u16(),
            detail: self.sentence(),
            instance: id.as_ref().map(|id| format!("urn:daybook:request:{id}")),
            errors: match &self {
                Self::Problem(Problem::Invalid { faults }) => Some(Fault::all(faults)),
                _ => None,
            },
            status_code: status.as_u16(),
            message: status.canonical_reason().unwrap_or("Error"),
            error: self.sentence(),
            details: match &self {
                Self::Problem(Problem::Invalid { faults }) => Some(faults.clone()),
                _ => None,
            },
            request_id: id,
        };
        let signing = matches!(self, Self::Problem(Problem::SignInRequired))
            .then_some([(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"daybook\""))]);
        let problem = [(header::CONTENT_TYPE, PROBLEM)];
        let mut response = (status, self.retry_after(), signing, problem, Json(body)).into_response();
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
    ("400", "The request is wrong; `errors` names every fault"),
    ("401", "No key was given"),
    ("403", "The key is not valid, has expired, or does not have the scope that the call needs"),
    ("429", "Too many requests; try again after `Retry-After` seconds"),
    ("500", "Something went wrong on our side"),
    ("503", "The server is busy, or its disk is full; nothing was done, try again after `Retry-After` seconds"),
];

const WRITING: [(&str, &str); 5] = [
    ("402", "The project's events for this month are used up; nothing was stored"),
    ("408", "The request took too long; send it again, an event that has a `uuid` is stored once"),
    ("413", "The body, or its number of events, is over the limit; nothing was stored"),
    ("422", "The `Idempotency-Key` was used with another body within 24 hours; nothing was stored"),
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
        |meaning: &str| ResponseBuilder::new().description(meaning).content("application/problem+json", body()).build();
    ResponsesBuilder::new()
        .responses_from_iter(failures.map(|(status, meaning)| (*status, answer(meaning))))
        .build()
        .into()
}
