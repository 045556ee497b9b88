//! epilot's audit-log API. Its SDK only reads, since epilot's own services write; `POST /v1/logs/ingest` is the way in.

mod asked;
pub(super) mod history;
mod map;
mod refused;
mod wire;

use crate::backend::{ingest, search};
use crate::domain::access::ClientId;
use crate::domain::event::EventId;
use crate::domain::problem::Problem;
use crate::http::AppState;
use crate::http::answer::Failure;
use crate::http::body::{AnyBytes, JsonBytes};
use crate::http::caller::{ApiReader, ApiWriter};
use crate::http::uri::Path;
use asked::Asked;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use refused::Refused;
use wire::{Found, Ingested, Kept, One};

/// Its two paths, and the way in.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/v1/logs", post(find))
        .route("/v1/logs/ingest", post(take_in))
        .route("/v1/logs/{id}", get(one))
        .method_not_allowed_fallback(|| async { Refused(Failure::WrongMethod) })
}

/// A failure in this API's words.
pub fn failure(failure: Failure) -> Response {
    Refused(failure).into_response()
}

/// A page by its number, newest first. Its client says that an empty body is a form, so the kind of the body is not asked.
async fn find(
    State(state): State<AppState>,
    reader: Result<ApiReader, Failure>,
    headers: HeaderMap,
    body: Result<AnyBytes, Failure>,
) -> Result<Json<Found>, Refused> {
    let (ApiReader(reader), AnyBytes(body)) = (reader?, body?);
    let organization = organization(&headers)?;
    let Asked { filter, page, limit } = Asked::parse(&body)?;
    let offset = page.saturating_mul(u64::from(limit));
    let found = search::numbered(&state.backend, &reader, organization, filter, offset, limit).await?;
    let logs = found.items.iter().map(map::log).collect::<Result<_, _>>();
    Ok(Json(Found { logs: logs.map_err(|error| state.backend.internal(error))?, total: found.total }))
}

async fn one(
    State(state): State<AppState>,
    reader: Result<ApiReader, Failure>,
    headers: HeaderMap,
    id: Result<Path<String>, Failure>,
) -> Result<Json<One>, Refused> {
    let (ApiReader(reader), Path(id)) = (reader?, id?);
    let organization = organization(&headers)?;
    let stored = search::event_named(&state.backend, &reader, organization, &id).await?;
    Ok(Json(One { log: map::log(&stored).map_err(|error| state.backend.internal(error))? }))
}

/// Events as epilot has them: an array, one, or one on each line.
async fn take_in(
    State(state): State<AppState>,
    writer: Result<ApiWriter, Failure>,
    headers: HeaderMap,
    body: Result<JsonBytes, Failure>,
) -> Result<(StatusCode, Json<Ingested>), Refused> {
    let (ApiWriter(writer), JsonBytes(body)) = (writer?, body?);
    let epilot = map::Epilot { organization: organization(&headers)? };
    let kept = ingest::ingest_as(&state.backend, &writer, &body, &epilot).await?;
    let own = |kept: &ingest::Kept| kept.receipt.uuid.clone().filter(|id| id.parse::<EventId>().is_ok());
    let id = |kept: ingest::Kept| own(&kept).unwrap_or_else(|| kept.receipt.id.to_string());
    let logs = kept.into_iter().map(|kept| Kept { id: id(kept) }).collect();
    Ok((StatusCode::CREATED, Json(Ingested { logs })))
}

/// The organization that a request is about, where it says so.
fn organization(headers: &HeaderMap) -> Result<Option<ClientId>, Problem> {
    const HEADER: &str = "x-epilot-org-id";
    let Some(value) = headers.get(HEADER) else { return Ok(None) };
    let text = value.to_str().map_err(|_| Problem::invalid(HEADER, "expected plain text"))?.trim();
    let id = (!text.is_empty()).then(|| ClientId::parse(text)).transpose();
    id.map_err(|error| Problem::invalid(HEADER, error.to_string()))
}
