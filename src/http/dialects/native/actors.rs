//! The actors of a project's events: what is known of them, correcting it, forgetting it.

use super::wire::{ActorCorrection, Actors, KnownActor};
use crate::backend::actors;
use crate::domain::limits::LIMITS;
use crate::domain::problem::{Faults, Problem};
use crate::http::AppState;
use crate::http::answer::{Failure, ReadFailures};
use crate::http::body::JsonBytes;
use crate::http::caller::{ApiReader, ApiWriter};
use crate::http::uri::Path;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};

/// Their paths.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/v1/actors/{uuid}", get(find).post(update))
        .route("/api/v1/actors/{uuid}/forget", post(forget))
}

/// Read an actor
///
/// As the newest of their events says.
#[utoipa::path(
    get,
    path = "/api/v1/actors/{uuid}",
    operation_id = "readActor",
    tag = "Actors",
    params(("uuid" = String, Path, description = "The actor's `uuid` in their events")),
    responses((status = 200, description = "The actor", body = Actors), ReadFailures),
    security(("key" = []), ("bearer" = []))
)]
pub(super) async fn find(
    State(state): State<AppState>,
    ApiReader(reader): ApiReader,
    Path(uuid): Path<String>,
) -> Result<Json<Actors>, Failure> {
    Ok(Json(known(actors::find(&state.backend, &reader, &uuid).await?)))
}

/// Correct an actor
///
/// Changes name and e-mail address in all events that mean the actor, also where they are a target of the type `user`.
/// What is left out stays. Of somebody forgotten nothing changes, and the answer is 204.
#[utoipa::path(
    post,
    path = "/api/v1/actors/{uuid}",
    operation_id = "updateActor",
    tag = "Actors",
    params(("uuid" = String, Path, description = "The actor's `uuid` in their events")),
    request_body = ActorCorrection,
    responses(
        (status = 200, description = "The actor as they are now", body = Actors),
        (status = 204, description = "The actor is forgotten"),
        ReadFailures,
    ),
    security(("key" = []), ("bearer" = []))
)]
pub(super) async fn update(
    State(state): State<AppState>,
    ApiReader(reader): ApiReader,
    ApiWriter(writer): ApiWriter,
    Path(uuid): Path<String>,
    JsonBytes(body): JsonBytes,
) -> Result<Response, Failure> {
    let ActorCorrection { name, email } = correction(&body)?;
    if actors::find(&state.backend, &reader, &uuid).await?.forgotten {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    actors::update(&state.backend, &writer, &uuid, name, email).await?;
    Ok(Json(known(actors::find(&state.backend, &reader, &uuid).await?)).into_response())
}

/// Forget an actor
///
/// Puts `[forgotten]` in the place of name, e-mail address and everything else that events say of the actor, in exports
/// and in search as well, for good and in events to come. Their `uuid` stays, and so does every event.
#[utoipa::path(
    post,
    path = "/api/v1/actors/{uuid}/forget",
    operation_id = "forgetActor",
    tag = "Actors",
    params(("uuid" = String, Path, description = "The actor's `uuid` in their events")),
    responses((status = 200, description = "The actor is forgotten", body = Actors), ReadFailures),
    security(("key" = []), ("bearer" = []))
)]
pub(super) async fn forget(
    State(state): State<AppState>,
    ApiReader(reader): ApiReader,
    ApiWriter(writer): ApiWriter,
    Path(uuid): Path<String>,
) -> Result<Json<Actors>, Failure> {
    actors::forget(&state.backend, &reader, &writer, &uuid).await?;
    Ok(Json(known(actors::find(&state.backend, &reader, &uuid).await?)))
}

fn known(actor: actors::KnownActor) -> Actors {
    let actors::KnownActor { uuid, name, email, forgotten } = actor;
    Actors { actors: vec![KnownActor { uuid, name, email, is_forgotten: forgotten }] }
}

fn correction(body: &[u8]) -> Result<ActorCorrection, Problem> {
    let correction: ActorCorrection = serde_json::from_slice(body)
        .map_err(|error| Problem::invalid("body", format!("expected an actor: {error}")))?;
    let mut faults = Faults::default();
    for (field, text, most) in
        [("name", &correction.name, LIMITS.fields.name), ("email", &correction.email, LIMITS.fields.email)]
    {
        if text.as_ref().is_some_and(|text| text.chars().count() as u64 > most) {
            faults.add(field, format!("expected at most {most} characters"));
        }
    }
    faults.or(correction)
}
