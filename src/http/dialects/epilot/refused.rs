//! How a failure looks to epilot's SDK, which tells its caller the status and hands the body on.

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
            Failure::Problem(problem @ Problem::OverQuota { .. }) => {
                (StatusCode::TOO_MANY_REQUESTS, problem.to_string())
            }
            Failure::Problem(Problem::Invalid { faults }) => (StatusCode::BAD_REQUEST, sentence(faults)),
            other => (other.status(), other.sentence()),
        };
        (status, self.0.retry_after(), Json(ErrorBody { status: status.as_u16(), error })).into_response()
    }
}
