//! Our own API: the events API of AuditLog.co, extended with every field an event can have.

mod actors;
pub(super) mod history;
mod map;
mod new_event;
mod parameters;
mod views;
mod wire;

pub use map::recorded;
pub use new_event::curl;

use crate::backend::export::{CANONICAL, CsvPen, Export, JsonPen, Pen, Table, Wanted};
use crate::backend::{ingest, search};
use crate::domain::access::ClientScope;
use crate::domain::event::EventId;
use crate::domain::export::Format;
use crate::domain::limits::{LIMITS, Limits};
use crate::domain::problem::Problem;
use crate::http::AppState;
use crate::http::answer::{ErrorBody, Failure, FindFailures, ReadFailures, WriteFailures};
use crate::http::body::JsonBytes;
use crate::http::caller::{ApiExporter, ApiReader, ApiWriter};
use crate::http::download;
use crate::http::uri::Path;
use axum::extract::{OriginalUri, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use jiff::tz::TimeZone;
use new_event::NewEvent;
use parameters::{ExportParameters, PageParameters, SearchParameters, ToExport, ToFind};
use tower_http::decompression::RequestDecompressionLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use utoipa::OpenApi;
use wire::{Found, Page, ReceivedEvents, Recorded};

/// The header by which a sender names a request.
const IDEMPOTENCY_KEY: &str = "idempotency-key";

pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/v1/events", post(receive).get(find))
        .route("/api/v1/events/export", get(export))
        .route("/api/v1/events/{id}", get(one))
        .route("/api/v1/limits", get(limits))
        .merge(actors::routes())
        .merge(views::routes())
        // What it cannot decompress it leaves as it is, and the body's reader refuses it in our words.
        .layer(RequestDecompressionLayer::new().pass_through_unaccepted(true))
        .layer(SetResponseHeaderLayer::overriding(header::CACHE_CONTROL, HeaderValue::from_static("no-store")))
}

/// This API's part of the description.
#[derive(OpenApi)]
#[openapi(
    paths(
        receive,
        find,
        export,
        one,
        actors::find,
        actors::update,
        actors::forget,
        views::configuration,
        views::page,
        limits
    ),
    components(schemas(NewEvent, ErrorBody))
)]
pub struct Document;

/// Send events
///
/// The body is an array of events, one event, or NDJSON (an event on each line); it may be compressed with gzip.
/// The answer comes once the events are safely on disk, with a receipt for each in the same order. All of a request's
/// events are stored or, if anything is wrong with any of them, none; the answer then names every fault.
///
/// An event with a `uuid` that the same client has had before is not stored again: its receipt is the first one's,
/// with `duplicate: true`. So a request whose answer was lost can simply be sent again.
///
/// The same holds for events without a `uuid` where the request has a header `Idempotency-Key`: sent again with the same
/// key and body within 24 hours, it gets the first receipts and the header `Idempotency-Replayed: true`. With another body
/// it is refused with 422. A key counts for one API key; a request that was refused does not use it up.
#[utoipa::path(
    post,
    path = "/api/v1/events",
    operation_id = "sendEvents",
    tag = "Events",
    request_body(
        description = "One or more events.",
        content(
            (Vec<NewEvent> = "application/json", example = json!([new_event::example()])),
            (NewEvent = "application/x-ndjson"),
        )
    ),
    params((
        "Idempotency-Key" = Option<String>,
        Header,
        description = "A name for the request, such as a UUID: 1 to 255 visible ASCII characters",
    )),
    responses((status = 200, description = "Every event is stored", body = ReceivedEvents), WriteFailures),
    security(("key" = []), ("bearer" = []))
)]
async fn receive(
    State(state): State<AppState>,
    ApiWriter(writer): ApiWriter,
    headers: HeaderMap,
    JsonBytes(body): JsonBytes,
) -> Result<Response, Failure> {
    let name = headers.get(IDEMPOTENCY_KEY).map(|name| name.to_str().unwrap_or_default());
    let receipts = ingest::ingest_once(&state.backend, &writer, &body, name).await?;
    let replayed = name.is_some() && !receipts.is_empty() && receipts.iter().all(|receipt| receipt.repeated);
    let replayed = replayed.then_some([("idempotency-replayed", "true")]);
    Ok((replayed, Json(map::received(receipts))).into_response())
}

/// Find events
///
/// Events of the key's project, newest first. Everything asked for must hold. To see more, ask again with the `cursor`
/// of the answer, or follow `_links.next`; events that arrive meanwhile do not disturb the paging.
///
/// A stored event that cannot be read (its bytes are damaged) keeps its place: its `id`, `client`, `time` and
/// `receptionTime`, the action `daybook.unreadable`, the description `This event cannot be read`, and why in `unreadable`.
/// The same holds for one event and for exports.
#[utoipa::path(
    get,
    path = "/api/v1/events",
    operation_id = "findEvents",
    tag = "Events",
    params(SearchParameters, PageParameters),
    responses((status = 200, description = "A page of events", body = Page), FindFailures),
    security(("key" = []), ("bearer" = []))
)]
async fn find(
    State(state): State<AppState>,
    ApiReader(reader): ApiReader,
    OriginalUri(uri): OriginalUri,
    RawQuery(query): RawQuery,
) -> Result<Json<Page>, Failure> {
    let query = query.unwrap_or_default();
    let ToFind { wanted: Wanted { clients, filter, after }, limit } = ToFind::parse(&query)?;
    let backend = &state.backend;
    let after = match after {
        Some(after) => Some(search::place(backend, &reader, after).await?),
        None => None,
    };
    let found = match clients {
        ClientScope::All => search::page(backend, &reader, filter, after, limit).await?,
        one => search::page_of(backend, &reader, &one, filter, after, limit).await?,
    };
    let base = state.public_url.as_deref().unwrap_or_default();
    Ok(Json(map::page(found, base, &uri, backend.clock().now())))
}

/// Export events
///
/// All events that the same parameters find, newest first and however many, sent while they are read. Events of JSON and
/// NDJSON are those of a page; the table's columns are those fields by their paths, lists and objects as JSON in a cell.
///
/// A cell of the table that begins with `=`, `+`, `-`, `@`, a tab or a line break has an apostrophe before it, so that no
/// spreadsheet runs what somebody sent.
///
/// If something goes wrong on the way, the connection breaks off. To go on, ask again with the `id` of the last whole
/// event as `cursor`: what follows begins with the next one.
#[utoipa::path(
    get,
    path = "/api/v1/events/export",
    operation_id = "exportEvents",
    tag = "Events",
    params(ExportParameters, SearchParameters),
    responses(
        (
            status = 200,
            description = "The events as a file, named by the range of time",
            content((Vec<Recorded> = "application/json"), (Recorded = "application/x-ndjson"), (String = "text/csv")),
        ),
        FindFailures,
    ),
    security(("key" = []), ("bearer" = []))
)]
async fn export(
    State(state): State<AppState>,
    ApiExporter(reader): ApiExporter,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let ToExport { wanted, format } = ToExport::parse(&query.unwrap_or_default())?;
    let events = map::exported(state.public_url.as_deref().unwrap_or_default().to_owned());
    let pen: Box<dyn Pen> = match format {
        Format::Csv => Box::new(CsvPen::of(Table::Columns(&CANONICAL))),
        Format::Json => Box::new(JsonPen::array(events)),
        Format::Ndjson => Box::new(JsonPen::lines(events)),
    };
    let export = Export::begin(&state.backend, &reader, wanted, pen).await?;
    Ok(download::answer(export, format, &TimeZone::UTC).await?)
}

/// Read one event
///
/// Also gives the event's JSON as it was sent, fields that we do not know included; `original` is null where the event
/// cannot be read.
#[utoipa::path(
    get,
    path = "/api/v1/events/{id}",
    operation_id = "readEvent",
    tag = "Events",
    params(("id" = String, Path, description = "The `id` of a receipt or of a found event")),
    responses((status = 200, description = "The event", body = Found), ReadFailures),
    security(("key" = []), ("bearer" = []))
)]
async fn one(
    State(state): State<AppState>,
    ApiReader(reader): ApiReader,
    Path(id): Path<String>,
) -> Result<Json<Found>, Failure> {
    let id: EventId = id.parse().map_err(|_| Problem::NotFound)?;
    let stored = search::event(&state.backend, &reader, id).await?;
    Ok(Json(map::found(&stored, state.public_url.as_deref().unwrap_or_default())))
}

/// Read the limits
///
/// How large requests, events and their fields may be. Lengths count characters; no key is needed.
#[utoipa::path(
    get,
    path = "/api/v1/limits",
    operation_id = "readLimits",
    tag = "Limits",
    responses((status = 200, description = "The limits in force", body = Object, example = json!(LIMITS))),
    security(())
)]
async fn limits() -> Json<Limits> {
    Json(LIMITS)
}
