//! What a URL says: the parts of its path, and its query. What cannot be read is refused in our words, which an API may
//! say in its own.

use super::answer::Failure;
use crate::domain::problem::Problem;
use axum::extract::{FromRequestParts, Path as AnyPath, Query as AnyQuery};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

/// The parts of a path that are not fixed. A part that is no text names nothing that is here.
pub struct Path<T>(pub T);

/// The parameters of a query, each at most once.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Failure;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let read = AnyPath::from_request_parts(parts, state).await;
        read.map(|AnyPath(value)| Self(value)).map_err(|_| Problem::NotFound.into())
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Failure;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let read = AnyQuery::from_request_parts(parts, state).await;
        read.map(|AnyQuery(value)| Self(value))
            .map_err(|rejection| Problem::invalid("query", rejection.body_text()).into())
    }
}
