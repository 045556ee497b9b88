//! How AuditLedge's API says that something went wrong. Its clients keep the text alone, so it says everything.

use super::wire::ErrorBody;
use crate::domain::problem::Problem;
use crate::http::answer::Failure;
use crate::http::dialects::faults::sentence;
use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

/// A failure in this API's words.
pub struct Refused(pub Failure);

impl<F: Into<Failure>> From<F> for Refused {
    fn from(failure: F) -> Self {
        Self(failure.into())
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let (status, error) = match &self.0 {
            Failure::Problem(Problem::SignInRequired) => {
                (StatusCode::UNAUTHORIZED, "Missing or invalid authorization header".to_owned())
            }
            Failure::Problem(Problem::CredentialRefused { .. }) => {
                (StatusCode::UNAUTHORIZED, "Invalid API key".to_owned())
            }
            Failure::Problem(Problem::NotFound) => (StatusCode::NOT_FOUND, "Event not found".to_owned()),
            Failure::Problem(Problem::OverQuota { .. }) => {
                (StatusCode::TOO_MANY_REQUESTS, "Monthly event limit reached".to_owned())
            }
            Failure::Problem(Problem::Invalid { faults }) => (StatusCode::BAD_REQUEST, sentence(faults)),
            other => (other.status(), other.sentence()),
        };
        (status, self.0.retry_after(), Json(ErrorBody { error })).into_response()
    }
}
