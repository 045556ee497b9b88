//! The rate of an address, for every route alike and before anything is looked up for the caller.

use super::answer::Failure;
use super::{AppState, caller, shape};
use crate::backend::metrics::RateOf;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;

/// Counts a request against its address. Health checks are not counted: whoever watches over the server may share its
/// address with those who flood it.
pub async fn limited(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if !request.uri().path().starts_with("/health/")
        && let Some(address) = caller::address(request.headers(), request.extensions(), &state)
        && let Err(problem) = state.backend.rates().check_address(address)
    {
        state.backend.metrics().rate_limited(RateOf::Address);
        return shape::failure(&shape::Asked::of(&request), Failure::from(problem));
    }
    next.run(request).await
}
