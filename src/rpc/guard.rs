//! The guard of every server function, and the only place outside `http` that knows HTTP: who calls, then the verb,
//! then the status.

use super::{CallError, CallResult};
use crate::backend::Backend;
use crate::backend::auth::{self, Reader};
use crate::domain::access::ViewId;
use crate::domain::problem::Problem;
use axum::http::StatusCode;
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

/// Runs a verb for the reader whom a session names, or answers as the problem demands.
pub async fn as_reader<T>(
    view: &ViewId,
    session: &str,
    verb: impl AsyncFnOnce(&Backend, &Reader) -> Result<T, Problem>,
) -> CallResult<T> {
    let outcome = match signed_in(view, session).await {
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

async fn signed_in(view: &ViewId, session: &str) -> Result<(Backend, Reader), Problem> {
    let backend = use_context::<Backend>().ok_or(Problem::Internal)?;
    if session.is_empty() {
        return Err(Problem::SignInRequired);
    }
    let resumed = auth::resume(&backend, view, session).await?;
    Ok((backend, resumed.reader))
}

/// The one translation from problems to statuses.
pub fn status(problem: &Problem) -> StatusCode {
    match problem {
        Problem::SignInRequired => StatusCode::UNAUTHORIZED,
        Problem::CredentialRefused { .. }
        | Problem::NotAllowed
        | Problem::ScopeMissing { .. }
        | Problem::SecondFactorWanted => StatusCode::FORBIDDEN,
        Problem::NotFound => StatusCode::NOT_FOUND,
        Problem::Invalid { .. } => StatusCode::BAD_REQUEST,
        Problem::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        Problem::OverQuota { .. } => StatusCode::PAYMENT_REQUIRED,
        Problem::RequestDiffers => StatusCode::UNPROCESSABLE_ENTITY,
        Problem::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
        Problem::Busy { .. } | Problem::StorageFull { .. } => StatusCode::SERVICE_UNAVAILABLE,
        Problem::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
