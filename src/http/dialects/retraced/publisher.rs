//! What a company's own servers call: events in, tokens for viewers, searches.

use super::answer::Refused;
use super::caller::{Server, TOKEN, Viewer};
use super::event::{self, Retraced};
use super::{hash, node, search, strict};
use crate::backend::auth::{PassTo, Visitor, Writer, issue_pass};
use crate::backend::strictness::{Violated, Watch};
use crate::backend::{Backend, ingest};
use crate::domain::access::ClientId;
use crate::domain::json as exact;
use crate::domain::limits::LIMITS;
use crate::domain::problem::{Faults, Problem};
use crate::domain::query::Filter;
use crate::domain::strictness::{Api, Violation};
use crate::http::AppState;
use crate::http::body::JsonBytes;
use crate::http::caller::{ApiReader, ApiWriter};
use crate::http::dialects::faults;
use crate::http::dialects::few::Few;
use crate::http::uri::{Path, Query};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Value, json};

/// How long a token can be changed for a session, in seconds.
const TOKEN_SECONDS: i64 = 15 * 60;
/// The action by which looking is noted, unless the company chose another.
const VIEW_LOG_ACTION: &str = "audit.log.view";

/// What an event became, in its sender's terms.
#[derive(Debug, Serialize)]
pub struct Receipt {
    id: String,
    hash: String,
}

/// `POST …/event`
pub async fn one(
    State(state): State<AppState>,
    Server { right: ApiWriter(writer), watch, .. }: Server<ApiWriter>,
    JsonBytes(body): JsonBytes,
) -> Result<(StatusCode, Json<Receipt>), Refused> {
    let event: &RawValue = json(&body)?;
    let mut receipts = store(&state.backend, &writer, &watch, &[event]).await?;
    Ok((StatusCode::CREATED, Json(receipts.pop().ok_or(Problem::Internal)?)))
}

#[derive(Deserialize)]
struct Bulk<'b> {
    #[serde(borrow)]
    events: Few<'b>,
}

/// `POST …/event/bulk`: all of them or none, a receipt for each in order.
pub async fn bulk(
    State(state): State<AppState>,
    Server { right: ApiWriter(writer), watch, .. }: Server<ApiWriter>,
    JsonBytes(body): JsonBytes,
) -> Result<(StatusCode, Json<Vec<Receipt>>), Refused> {
    strict::check_length(&watch, body.len())?;
    let Bulk { events } = json(&body)?;
    let events = events.all()?;
    strict::check_count(&watch, events.len())?;
    Ok((StatusCode::CREATED, Json(store(&state.backend, &writer, &watch, &events).await?)))
}

fn json<'b, T: Deserialize<'b>>(body: &'b [u8]) -> Result<T, Refused> {
    serde_json::from_slice(body).map_err(|error| Problem::invalid("body", format!("cannot be read: {error}")).into())
}

/// Stores events and answers with what their sender computes as well. They are read one after the other: all at once they
/// would take many times the room of their text.
async fn store(
    backend: &Backend,
    writer: &Writer,
    watch: &Watch,
    events: &[&RawValue],
) -> Result<Vec<Receipt>, Problem> {
    check(watch, events)?;
    let body = format!("[{}]", events.iter().map(|event| event.get()).collect::<Vec<_>>().join(","));
    let kept = ingest::ingest_as(backend, writer, body.as_bytes(), &Retraced).await?;
    let receipt = |(kept, sent): (&ingest::Kept, &&RawValue)| {
        let id = node::plain(&kept.receipt.id.to_string());
        Receipt { hash: hash::of(&read(sent), &id), id }
    };
    Ok(kept.iter().zip(events).map(receipt).collect())
}

fn read(event: &RawValue) -> Value {
    exact::value(event.get()).unwrap_or_default()
}

/// What the translation alone would not find, and what only the vendor's rules are against.
fn check(watch: &Watch, events: &[&RawValue]) -> Result<(), Problem> {
    let mut faults = Faults::default();
    let mut violations = Faults::default();
    for (at, event) in events.iter().enumerate() {
        let path = format!("[{at}].");
        if event.get().len() as u64 > LIMITS.event_bytes {
            faults.add(format!("[{at}]"), format!("must have at most {} bytes", LIMITS.event_bytes));
            continue;
        }
        let sent = read(event);
        event::check(&sent, &path, &mut faults);
        if watch.looks(Api::Retraced) {
            strict::check(&sent, &path, &mut violations);
        }
    }
    faults.or(())?;
    if violations.is_empty() {
        return Ok(());
    }
    let refused = watch.violated(Violation::RetracedFields, || faults::sentence(&violations));
    refused.map_err(|Violated| Problem::Invalid { faults: violations })
}

/// What a viewer is to see, and in whose name.
#[derive(Deserialize)]
pub struct ViewerFor {
    #[serde(default)]
    group_id: String,
    #[serde(default)]
    actor_id: String,
    is_admin: Option<String>,
    target_id: Option<String>,
    view_log_action: Option<String>,
}

/// `GET …/viewertoken`, for a key that may read, and send events too: looking is noted in its name.
pub async fn viewer_token(
    State(state): State<AppState>,
    Server { right: (ApiReader(reader), _), holder, .. }: Server<(ApiReader, ApiWriter)>,
    Path(project): Path<String>,
    Query(ViewerFor { group_id, actor_id, is_admin, target_id, view_log_action }): Query<ViewerFor>,
) -> Result<(StatusCode, Json<Value>), Refused> {
    let mut faults = Faults::default();
    let client = ClientId::parse(group_id).map_err(|_| faults.add("group_id", "is required")).ok();
    if actor_id.trim().is_empty() {
        faults.add("actor_id", "is required");
    }
    let (Some(client), true) = (client, faults.is_empty()) else { return Err(Problem::Invalid { faults }.into()) };
    let given = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
    let filter = given(target_id).map(|target| Filter { target: Some(target), ..Filter::default() });
    let view_log_action = given(view_log_action).unwrap_or_else(|| VIEW_LOG_ACTION.to_owned());
    let visitor = Some(Visitor { uuid: actor_id.clone(), name: None });
    let is_admin = is_admin.is_some_and(|said| said == "true");
    let note = Viewer { project, actor: actor_id, is_admin, view_log_action };
    let to = PassTo { client, filter, visitor, note };
    let token = issue_pass(&state.backend, (&holder, &reader), TOKEN, to, TOKEN_SECONDS)?;
    Ok((StatusCode::CREATED, Json(json!({"token": token}))))
}

/// `POST …/graphql`
pub async fn graphql(
    State(state): State<AppState>,
    Server { right: ApiReader(reader), .. }: Server<ApiReader>,
    JsonBytes(body): JsonBytes,
) -> Result<Json<Value>, Refused> {
    Ok(Json(search::answer(&state.backend, &reader, &body).await?))
}
