//! What the viewer calls in somebody's browser: a session of one group, and searches in its log.

use super::answer::Refused;
use super::caller::{Browser, SESSION, TOKEN, Viewer};
use super::event::Retraced;
use super::search;
use crate::backend::auth::{Passed, issue_pass, open_pass};
use crate::backend::{Backend, activity};
use crate::domain::problem::Problem;
use crate::http::AppState;
use crate::http::body::JsonBytes;
use axum::Json;
use axum::extract::{RawQuery, State};
use serde::Deserialize;
use serde_json::{Value, json};

/// How long a session holds, in seconds.
const SESSION_SECONDS: i64 = 12 * 60 * 60;

#[derive(Deserialize)]
struct Opening {
    token: String,
}

/// `POST /viewersession`
pub async fn open(State(state): State<AppState>, JsonBytes(body): JsonBytes) -> Result<Json<Value>, Refused> {
    let Opening { token } = serde_json::from_slice(&body).map_err(|_| Problem::invalid("token", "is required"))?;
    let Passed { reader, holder, to, .. } = open_pass::<Viewer>(&state.backend, TOKEN, &token).await?;
    let project = to.note.project.clone();
    let session = issue_pass(&state.backend, (&holder, &reader), SESSION, to, SESSION_SECONDS)?;
    Ok(Json(json!({"project_id": project, "token": session})))
}

/// `POST /graphql`: looking is an act of its own, unless the page says that it is not.
pub async fn graphql(
    State(state): State<AppState>,
    Browser(passed): Browser,
    RawQuery(query): RawQuery,
    JsonBytes(body): JsonBytes,
) -> Result<Json<Value>, Refused> {
    let found = search::answer(&state.backend, &passed.reader, &body).await?;
    let query = query.unwrap_or_default();
    let unseen =
        form_urlencoded::parse(query.as_bytes()).any(|(name, value)| name == "skipViewLogEvent" && value == "true");
    if !unseen {
        note(&state.backend, &passed).await?;
    }
    Ok(Json(found))
}

/// Notes that somebody looked. A note that cannot be made is in our own log; what was found is shown all the same.
async fn note(backend: &Backend, passed: &Passed<Viewer>) -> Result<(), Problem> {
    let Viewer { actor, view_log_action, .. } = &passed.to.note;
    let reader = &passed.reader;
    let event = |group_name: Option<String>| {
        let address = reader.source().address.map(|address| address.to_string());
        let group = json!({"id": passed.to.client.as_str(), "name": group_name});
        let (actor, description) = (json!({"id": actor}), "Looked at the audit log");
        let event = json!({"action": view_log_action, "crud": "r", "group": group, "actor": actor,
            "source_ip": address, "description": description});
        event.to_string()
    };
    let noted = activity::record_as(backend, (reader, passed.writer()?), view_log_action, event, &Retraced);
    if let Err(problem) = noted.await {
        tracing::error!(%problem, "that somebody looked at a log could not be noted in it");
    }
    Ok(())
}
