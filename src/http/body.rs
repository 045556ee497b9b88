//! A request's body, whole, decompressed and within the limit.

use super::answer::Failure;
use super::body_limits::{BodyFault, Intake};
use crate::domain::limits::LIMITS;
use crate::domain::problem::Problem;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use std::sync::Arc;

/// The bytes of a JSON or NDJSON body. Its kind is told by the content; the header must only not say something else.
pub struct JsonBytes(pub Bytes);

/// The bytes of a body of which its sender says nothing that could be relied on.
pub struct AnyBytes(pub Bytes);

impl<S: Send + Sync> FromRequest<S> for JsonBytes {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        check_media(request.headers())?;
        let AnyBytes(bytes) = AnyBytes::from_request(request, state).await?;
        Ok(Self(bytes))
    }
}

impl<S: Send + Sync> FromRequest<S> for AnyBytes {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let declared = declared_length(request.headers());
        if declared.is_some_and(|length| length > LIMITS.body_bytes) {
            return Err(too_large());
        }
        let intake = request.extensions().get::<Arc<Intake>>().cloned();
        if let (Some(intake), Some(length)) = (&intake, declared)
            && !intake.has_room_for(length)
        {
            return Err(BodyFault::OverBudget.into());
        }
        // Counted once more where it is read: it may have been decompressed on the way.
        let request = match &intake {
            Some(intake) => request.map(|body| intake.count(body)),
            None => request,
        };
        match Bytes::from_request(request, state).await {
            Ok(bytes) => Ok(Self(bytes)),
            Err(_) if let Some(fault) = intake.as_ref().and_then(|intake| intake.fault()) => Err(fault.into()),
            Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => Err(too_large()),
            Err(rejection) => {
                // A sender that broke off, or a gzip stream that is none: not ours to log above this level.
                tracing::debug!(reason = ?rejection.into_response().status(), "a body could not be read");
                Err(Problem::invalid("body", "could not be read to its end, or is not the gzip it claims to be").into())
            }
        }
    }
}

fn too_large() -> Failure {
    Problem::TooLarge { what: "The body".to_owned(), limit: LIMITS.body_bytes }.into()
}

/// What decompression left over in `Content-Encoding` is a coding we do not read.
fn check_media(headers: &HeaderMap) -> Result<(), Failure> {
    if headers.get(header::CONTENT_ENCODING).is_some_and(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"identity"))
    {
        return Err(Failure::WrongMedia { expected: "the body plain or compressed with gzip" });
    }
    let Some(value) = headers.get(header::CONTENT_TYPE) else { return Ok(()) };
    let kind = value.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match kind.as_str() {
        "" | "application/json" | "application/x-ndjson" | "application/ndjson" => Ok(()),
        _ => Err(Failure::WrongMedia { expected: "the header content-type: application/json or application/x-ndjson" }),
    }
}

fn declared_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}
