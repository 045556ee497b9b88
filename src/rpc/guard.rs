//! The guard of every server function, and the only place outside `http` that knows HTTP: who calls, then the verb,
//! then the status.

use super::{CallError, CallResult};
use crate::backend::Backend;
use crate::backend::auth::{self, Reader};
use crate::domain::access::ViewId;
use crate::domain::problem::Problem;
use axum::http::{HeaderMap, StatusCode, header};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

/// Runs a verb for the reader whose session came with the request, or answers as the problem demands.
pub async fn as_reader<T>(
    view: &ViewId,
    verb: impl AsyncFnOnce(&Backend, &Reader) -> Result<T, Problem>,
) -> CallResult<T> {
    let outcome = match signed_in(view).await {
        Ok((backend, reader)) => verb(&backend, &reader).await,
        Err(problem) => Err(problem),
    };
    outcome.map_err(|problem| {
        if let Some(response) = use_context::<ResponseOptions>() {
            response.set_status(status(&problem));
        }
        CallError::Problem(problem)
    })
}

async fn signed_in(view: &ViewId) -> Result<(Backend, Reader), Problem> {
    let backend = use_context::<Backend>().ok_or(Problem::Internal)?;
    let headers = leptos_axum::extract::<HeaderMap>().await.map_err(|_| Problem::Internal)?;
    let session = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "))
        .ok_or(Problem::SignInRequired)?;
    let resumed = auth::resume(&backend, view, session).await?;
    Ok((backend, resumed.reader))
}

/// The one translation from problems to statuses.
pub fn status(problem: &Problem) -> StatusCode {
    match problem {
        Problem::SignInRequired => StatusCode::UNAUTHORIZED,
        Problem::CredentialRefused { .. } | Problem::NotAllowed => StatusCode::FORBIDDEN,
        Problem::NotFound => StatusCode::NOT_FOUND,
        Problem::Invalid { .. } => StatusCode::BAD_REQUEST,
        Problem::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        Problem::OverQuota { .. } => StatusCode::PAYMENT_REQUIRED,
        Problem::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
        Problem::Busy { .. } => StatusCode::SERVICE_UNAVAILABLE,
        Problem::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
