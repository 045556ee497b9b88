//! Failures of our own, told in the words of the API that was called.

use crate::http::answer::Failure;
use axum::http::header;
use axum::response::{IntoResponse, Response};

/// An answer in an API's words where it is a failure in our own. What other layers have said in its headers stays.
pub async fn reworded<R: From<Failure> + IntoResponse>(mut response: Response) -> Response {
    let Some(failure) = response.extensions_mut().remove::<Failure>() else { return response };
    let (mut parts, _) = response.into_parts();
    let (said, body) = R::from(failure).into_response().into_parts();
    parts.status = said.status;
    parts.headers.remove(header::CONTENT_LENGTH);
    for (name, value) in &said.headers {
        parts.headers.insert(name, value.clone());
    }
    Response::from_parts(parts, body)
}
