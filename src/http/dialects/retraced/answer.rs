//! What a failure looks like to Retraced's clients: they show its status alone, so its words are for people who look.

use crate::domain::problem::Problem;
use crate::http::answer::Failure;
use crate::http::dialects::faults::sentence;
use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// Everything that can go wrong with a request of this API.
#[derive(Debug)]
pub enum Refused {
    Failure(Failure),
    /// A search that cannot be answered, by what is wrong with it.
    Query(String),
    /// There is no room for more of something, in words.
    Full(String),
}

impl<F: Into<Failure>> From<F> for Refused {
    fn from(failure: F) -> Self {
        Self::Failure(failure.into())
    }
}

impl Refused {
    /// Whoever calls is nobody we know, or asks for what is another's.
    pub fn stranger() -> Self {
        Self::Failure(Problem::SignInRequired.into())
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        match self {
            Self::Failure(failure) => of_failure(&failure),
            Self::Full(error) => {
                let body = json!({"status": 409, "type": "CONFLICT", "error": error});
                (StatusCode::CONFLICT, Json(body)).into_response()
            }
            Self::Query(fault) => {
                (StatusCode::BAD_REQUEST, Json(json!({"errors": [{"message": fault}]}))).into_response()
            }
        }
    }
}

fn of_failure(failure: &Failure) -> Response {
    let (status, error) = match failure {
        Failure::Problem(Problem::SignInRequired | Problem::CredentialRefused { .. }) => {
            (StatusCode::UNAUTHORIZED, "Unauthorized".to_owned())
        }
        Failure::Problem(Problem::Invalid { faults }) => (StatusCode::BAD_REQUEST, sentence(faults)),
        Failure::Problem(problem) => (failure.status(), problem.to_string()),
        other => (other.status(), other.status().canonical_reason().unwrap_or("Error").to_owned()),
    };
    let kind = status.canonical_reason().unwrap_or("Error").to_uppercase().replace(' ', "_");
    (status, failure.retry_after(), Json(json!({"status": status.as_u16(), "type": kind, "error": error})))
        .into_response()
}
