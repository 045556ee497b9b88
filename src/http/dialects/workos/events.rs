//! Events in. Nothing reads them back but exports.

use super::answer::{Misfit, Refused};
use super::event::{KNOWN_FOR, Received, Translated};
use super::schema::Ready;
use super::{actions, organizations, strict};
use crate::backend::auth::Holder;
use crate::backend::strictness::{self, Watch};
use crate::backend::{Backend, ingest};
use crate::domain::limits::LIMITS;
use crate::domain::problem::{Faults, Problem};
use crate::http::AppState;
use crate::http::body::JsonBytes;
use crate::http::caller::{ApiHolder, ApiWriter};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::{Extension, Json};
use serde::Serialize;
use std::sync::Arc;

/// Most characters of an idempotency key.
const LONGEST_KEY: usize = 200;

#[derive(Serialize)]
pub struct Created {
    success: bool,
}

/// `POST /audit_logs/events`
pub async fn create(
    State(state): State<AppState>,
    Extension(ready): Extension<Arc<Ready>>,
    ApiHolder { right: ApiWriter(writer), holder }: ApiHolder<ApiWriter>,
    headers: HeaderMap,
    JsonBytes(text): JsonBytes,
) -> Result<Json<Created>, Refused> {
    let backend = &state.backend;
    let body = super::json(&text, LIMITS.event_bytes)?;
    let received = Received::read(&body)?;
    let organization = received.organization.as_str();
    let uuid = match key(&headers)? {
        Some(key) => format!("workos:key:{key}"),
        None => format!("workos:content:{}", Received::digest(&body)),
    };
    let watch = strictness::watch(backend, holder.scope().project).await?;
    strict::check_fields(&watch, &received)?;
    // Whatever became of the organization or the schema meanwhile, a repeat gets the answer that it got.
    if ingest::is_repeat(backend, &writer, &received.organization, &uuid, Some(KNOWN_FOR)).await? {
        return Ok(Json(Created { success: true }));
    }
    let known = organizations::recorded(backend, &holder, organization).await?;
    if known.as_ref().is_some_and(|known| known.body.deleted) {
        return Err(Refused::NoOrganization(organization.to_owned()));
    }
    if known.is_none() {
        strict::check_organization(&watch, backend, &holder, &received).await?;
    }
    fits(backend, &holder, &watch, &ready, &received).await?;
    let name = known.and_then(|known| known.body.given_name());
    ingest::ingest_one_as(backend, &writer, &text, &Translated { uuid: Some(uuid), name }).await?;
    Ok(Json(Created { success: true }))
}

fn key(headers: &HeaderMap) -> Result<Option<&str>, Faults> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    match value.to_str() {
        Ok("") => Ok(None),
        Ok(key) if key.len() <= LONGEST_KEY => Ok(Some(key)),
        _ => Err(Faults::one("Idempotency-Key", format!("must have at most {LONGEST_KEY} ASCII characters"))),
    }
}

/// Whether an event fits the schema that it names. An action that nobody registered a schema for takes any event, unless
/// the project is strict: whoever moves here has registered theirs elsewhere.
async fn fits(
    backend: &Backend,
    holder: &Holder,
    watch: &Watch,
    ready: &Ready,
    received: &Received<'_>,
) -> Result<(), Refused> {
    let Some(action) = actions::known(backend, holder, received.action).await? else {
        return strict::check_action(watch, received);
    };
    let Some(rules) = action.rules(received.version) else {
        let expected = "must be a version of the action's schema";
        return Err(Refused::UnfitEvent(vec![Misfit::at("/version", expected)]));
    };
    let misfits = ready.misfits(rules, received.event).map_err(|reason| {
        tracing::error!(reason, "a registered schema cannot be used");
        Problem::Internal
    })?;
    if misfits.is_empty() { Ok(()) } else { Err(Refused::UnfitEvent(misfits)) }
}
