//! What a failure looks like to a client of WorkOS: an object with `message`, and never a key `error`, which its Node
//! client takes for a failed sign-in.

use crate::domain::problem::{Faults, Problem};
use crate::http::answer::Failure;
use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// Everything that can go wrong with a request of this API.
#[derive(Debug)]
pub enum Refused {
    Failure(Failure),
    /// The organization is not known, or was deleted.
    NoOrganization(String),
    /// Something else that a path names is not there.
    Nothing {
        what: &'static str,
        id: String,
    },
    /// The event does not fit its action's schema.
    UnfitEvent(Vec<Misfit>),
    /// An export that ends before it begins.
    EmptyRange,
    /// Another organization has the external id.
    ExternalIdTaken,
}

/// Where an event does not fit, in the words of JSON Schema.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Misfit {
    pub instance_path: String,
    pub schema_path: String,
    pub keyword: String,
    pub message: String,
}

impl Misfit {
    /// Most characters of each of its texts: names and values of a schema may be in them.
    const LONGEST: usize = 300;

    /// One whose texts are as long as a person reads.
    pub fn new(instance_path: &str, schema_path: &str, keyword: &str, message: &str) -> Self {
        let [instance_path, schema_path, keyword, message] =
            [instance_path, schema_path, keyword, message].map(|text| text.chars().take(Self::LONGEST).collect());
        Self { instance_path, schema_path, keyword, message }
    }

    /// A place that no schema speaks of.
    pub fn at(instance_path: &str, message: &str) -> Self {
        Self::new(instance_path, "", "enum", message)
    }
}

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Self {
        Self::Failure(problem.into())
    }
}

impl From<Failure> for Refused {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

impl From<Faults> for Refused {
    fn from(faults: Faults) -> Self {
        Problem::Invalid { faults }.into()
    }
}

#[derive(Serialize)]
struct Body {
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<serde_json::Value>,
}

impl Body {
    fn saying(message: impl Into<String>) -> Self {
        Self { message: message.into(), code: None, errors: Vec::new() }
    }

    fn with_code(self, code: &'static str) -> Self {
        Self { code: Some(code), ..self }
    }
}

impl Refused {
    fn into_parts(self) -> (StatusCode, Body) {
        match self {
            Self::Failure(failure) => of_failure(&failure),
            Self::NoOrganization(id) => (
                StatusCode::NOT_FOUND,
                Body::saying(format!("Organization not found: '{id}'.")).with_code("entity_not_found"),
            ),
            Self::Nothing { what, id } => (
                StatusCode::NOT_FOUND,
                Body::saying(format!("{what} not found: '{id}'.")).with_code("entity_not_found"),
            ),
            Self::UnfitEvent(misfits) => {
                let errors = misfits.iter().map(|misfit| serde_json::json!(misfit)).collect();
                let body = Body::saying("Invalid Audit Log event").with_code("invalid_audit_log_event");
                (StatusCode::BAD_REQUEST, Body { errors, ..body })
            }
            Self::EmptyRange => {
                let errors = vec![serde_json::json!({"instancePath": "/range_end"})];
                let body = Body::saying("range_end must not be before range_start")
                    .with_code("invalid_audit_log_export_range_date");
                (StatusCode::BAD_REQUEST, Body { errors, ..body })
            }
            Self::ExternalIdTaken => {
                let body = Body::saying("Another organization has this external_id.");
                (StatusCode::CONFLICT, body.with_code("external_id_already_used"))
            }
        }
    }
}

fn of_failure(failure: &Failure) -> (StatusCode, Body) {
    let status = failure.status();
    match failure {
        Failure::Problem(Problem::SignInRequired | Problem::CredentialRefused { .. }) => {
            (StatusCode::UNAUTHORIZED, Body::saying("Unauthorized"))
        }
        Failure::Problem(Problem::Invalid { faults }) => (StatusCode::UNPROCESSABLE_ENTITY, invalid(faults)),
        Failure::Problem(Problem::TooLarge { .. }) => (status, Body::saying("request entity too large")),
        Failure::Problem(problem @ (Problem::TooMany { .. } | Problem::OverQuota { .. })) => {
            (StatusCode::TOO_MANY_REQUESTS, Body::saying(problem.to_string()).with_code("rate_limit_exceeded"))
        }
        Failure::Problem(problem) => (status, Body::saying(problem.to_string())),
        Failure::NoSuchPath
        | Failure::WrongMethod
        | Failure::WrongMedia { .. }
        | Failure::TooSlow
        | Failure::NotReady { .. } => (status, Body::saying(status.canonical_reason().unwrap_or("Error"))),
    }
}

/// The Node client makes its message of the codes alone.
fn invalid(faults: &Faults) -> Body {
    let error = |(field, expected): (&str, &String)| {
        let code = if expected == "is required" { "required" } else { "invalid" };
        serde_json::json!({"code": code, "field": field, "message": expected})
    };
    let all = faults.iter().flat_map(|(field, expected)| expected.iter().map(move |expected| (field, expected)));
    Body { message: "Validation failed.".to_owned(), code: None, errors: all.map(error).collect() }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let later = if let Self::Failure(failure) = &self { failure.retry_after() } else { None };
        let (status, body) = self.into_parts();
        (status, later, Json(body)).into_response()
    }
}
