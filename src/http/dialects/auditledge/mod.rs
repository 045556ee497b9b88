//! AuditLedge's API: its clients send here by another base URL.

pub(super) mod history;
mod map;
mod parameters;
mod refused;
mod wire;

use crate::backend::export::{CsvPen, Export, JsonPen, Pen, Table, Wanted, write_json};
use crate::backend::{ingest, search, usage};
use crate::domain::access::ClientScope;
use crate::domain::export::Format;
use crate::http::AppState;
use crate::http::answer::Failure;
use crate::http::body::JsonBytes;
use crate::http::caller::{ApiExporter, ApiReader, ApiWriter};
use crate::http::download;
use crate::http::uri::Path;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use parameters::Asked;
use refused::Refused;
use wire::{Found, Logged, Usage};

/// Its four paths.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/v1/events", post(log).get(query))
        .route("/v1/events/export", get(export))
        .route("/v1/events/{id}", get(one))
        .route("/v1/usage", get(used))
        .method_not_allowed_fallback(|| async { Refused(Failure::WrongMethod) })
}

/// A failure in this API's words.
pub fn failure(failure: Failure) -> Response {
    Refused(failure).into_response()
}

/// One event.
async fn log(
    State(state): State<AppState>,
    writer: Result<ApiWriter, Failure>,
    body: Result<JsonBytes, Failure>,
) -> Result<(StatusCode, Json<Logged>), Refused> {
    let (ApiWriter(writer), JsonBytes(body)) = (writer?, body?);
    let kept = ingest::ingest_one_as(&state.backend, &writer, &body, &map::AuditLedge).await?;
    let event = map::stored(&kept.stored).map_err(|error| state.backend.internal(error))?;
    Ok((StatusCode::CREATED, Json(Logged { success: true, id: event.id.clone(), event })))
}

/// A page by its number, newest first.
async fn query(
    State(state): State<AppState>,
    reader: Result<ApiReader, Failure>,
    RawQuery(query): RawQuery,
) -> Result<Json<Found>, Refused> {
    let ApiReader(reader) = reader?;
    let Asked { client, filter, limit, offset, .. } = Asked::parse(&query.unwrap_or_default())?;
    let found = search::numbered(&state.backend, &reader, client, filter, offset, limit).await?;
    let events = found.items.iter().map(map::stored).collect::<Result<_, _>>();
    let events = events.map_err(|error| state.backend.internal(error))?;
    Ok(Json(Found { events, total: found.total, limit, offset }))
}

async fn one(
    State(state): State<AppState>,
    reader: Result<ApiReader, Failure>,
    id: Result<Path<String>, Failure>,
) -> Result<Json<wire::Stored>, Refused> {
    let (ApiReader(reader), Path(id)) = (reader?, id?);
    let stored = search::event_named(&state.backend, &reader, None, &id).await?;
    Ok(Json(map::stored(&stored).map_err(|error| state.backend.internal(error))?))
}

/// All that the same parameters find: one array, or a table.
async fn export(
    State(state): State<AppState>,
    reader: Result<ApiExporter, Failure>,
    RawQuery(query): RawQuery,
) -> Result<Response, Refused> {
    let ApiExporter(reader) = reader?;
    let Asked { client, filter, format, .. } = Asked::parse(&query.unwrap_or_default())?;
    let (pen, name): (Box<dyn Pen>, _) = match format {
        Format::Csv => (Box::new(CsvPen::of(Table::Columns(&map::COLUMNS))), "audit_logs.csv"),
        _ => (
            Box::new(JsonPen::array(Box::new(|stored, file| write_json(&map::stored(stored)?, file)))),
            "audit_logs.json",
        ),
    };
    let clients = client.map_or(ClientScope::All, ClientScope::One);
    let wanted = Wanted { clients, filter, after: None };
    let export = Export::begin(&state.backend, &reader, wanted, pen).await?;
    Ok(download::named(export, format, name).await?)
}

async fn used(State(state): State<AppState>, reader: Result<ApiReader, Failure>) -> Result<Json<Usage>, Refused> {
    let ApiReader(reader) = reader?;
    let usage::Usage { events, limit } = usage::this_month(&state.backend, &reader).await?;
    Ok(Json(Usage { plan: "self-hosted", events_this_month: events, events_limit: limit, retention_days: None }))
}
