//! API tokens: a group's admins make them in the viewer, and their own programs read the group's log with them.

use super::answer::Refused;
use super::caller::{Administrator, Viewer, key_in};
use super::search;
use crate::backend::Backend;
use crate::backend::auth::{PassTo, Passed, issue_pass, open_pass};
use crate::backend::secrets::random_name;
use crate::backend::shelf::{Kept, New, Shelf};
use crate::backend::storage::{Exchanged, Name, Put};
use crate::domain::problem::{Problem, Refusal};
use crate::domain::query::Filter;
use crate::domain::time::Timestamp;
use crate::http::AppState;
use crate::http::body::JsonBytes;
use crate::http::uri::Path;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

const TOKENS: Shelf<Token> = Shelf::of_clients("retraced/api_tokens");
/// What their passes are for. They hold while they are on the shelf, and the company's key that they come from does.
const API: &str = "retraced/api-token";
/// How long one holds, unless whoever makes it says less: a year, in milliseconds.
const LIFE: i64 = 365 * 24 * 60 * 60 * 1000;
/// How many a group has at most.
const MOST: u32 = 100;
/// Most characters of a name.
const LONGEST_NAME: usize = 200;
/// Most bytes of a request.
const LONGEST: usize = 16 * 1024;

/// What is kept of a token, under a name that opens nothing: the token itself is signed anew whenever it is shown.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Token {
    display_name: String,
    expires_at: Timestamp,
    /// The part of the group's log that it reads, which is what whoever made it saw.
    #[serde(default)]
    filter: Option<Filter>,
}

#[derive(Deserialize)]
struct Named {
    #[serde(default, rename = "displayName")]
    name: String,
    /// ISO 8601, within a year.
    #[serde(default, rename = "expiresAt")]
    expires_at: Option<String>,
}

/// `GET /project/{p}/eitapi_tokens`
pub async fn list(
    State(state): State<AppState>,
    Administrator(passed): Administrator,
) -> Result<Json<Vec<Value>>, Refused> {
    let now = state.backend.clock().now();
    let found = TOKENS.all(&state.backend, &passed.holder).await?;
    let seen = found.iter().filter(|kept| is_seen(&passed, &kept.body) && kept.body.expires_at > now);
    Ok(Json(seen.map(|kept| told(&state.backend, &passed, &kept.id, &kept.body)).collect::<Result<_, _>>()?))
}

/// `POST /project/{p}/eitapi_token`
pub async fn create(
    State(state): State<AppState>,
    Administrator(passed): Administrator,
    JsonBytes(body): JsonBytes,
) -> Result<(StatusCode, Json<Value>), Refused> {
    let (backend, now) = (&state.backend, state.backend.clock().now());
    let Read { display_name, expires_at } = read(&body, now)?;
    let token = Token {
        display_name,
        expires_at: expires_at.unwrap_or(now.plus_millis(LIFE)),
        filter: passed.to.filter.clone(),
    };
    drop_expired(backend, &passed, now).await?;
    let id = random_name("");
    let new = New { id: &id, alias: None, client: Some(passed.to.client.clone()), body: &token };
    match TOKENS.put_within(backend, &passed.holder, MOST, new).await? {
        Put::Done => Ok((StatusCode::CREATED, Json(told(backend, &passed, &id, &token)?))),
        Put::Taken => Err(Problem::Internal.into()),
        Put::Full => Err(Refused::Full(format!("A group has at most {MOST} API tokens; delete one first"))),
    }
}

/// Takes the group's tokens away whose time is over.
async fn drop_expired(backend: &Backend, passed: &Passed<Viewer>, now: Timestamp) -> Result<(), Problem> {
    for kept in TOKENS.all(backend, &passed.holder).await? {
        if kept.body.expires_at <= now {
            TOKENS.take(backend, &passed.holder, &kept.id).await?;
        }
    }
    Ok(())
}

/// `PUT /project/{p}/eitapi_token/{token}`
pub async fn rename(
    State(state): State<AppState>,
    Administrator(passed): Administrator,
    Path((_, token)): Path<(String, String)>,
    JsonBytes(body): JsonBytes,
) -> Result<Json<Value>, Refused> {
    let opened = open(&state.backend, &token).await?;
    let mut kept = seen(&state.backend, &passed, &opened.to.note).await?;
    let Read { display_name, expires_at } = read(&body, state.backend.clock().now())?;
    kept.body.display_name = display_name;
    kept.body.expires_at = expires_at.unwrap_or(kept.body.expires_at);
    match TOKENS.exchange(&state.backend, &passed.holder, &kept).await? {
        Exchanged::Done => Ok(Json(told(&state.backend, &passed, &kept.id, &kept.body)?)),
        Exchanged::Stale | Exchanged::AliasTaken => Err(Problem::Busy { retry_after: 1 }.into()),
    }
}

/// `DELETE /project/{p}/eitapi_token/{token}`
pub async fn delete(
    State(state): State<AppState>,
    Administrator(passed): Administrator,
    Path((_, token)): Path<(String, String)>,
) -> Result<StatusCode, Refused> {
    let opened = open(&state.backend, &token).await?;
    let Kept { id, .. } = seen(&state.backend, &passed, &opened.to.note).await?;
    let was_there = TOKENS.take(&state.backend, &passed.holder, &id).await?;
    if was_there { Ok(StatusCode::NO_CONTENT) } else { Err(Problem::NotFound.into()) }
}

/// `POST /auditlog/enterprise/v1/graphql`: a search by whoever has a token.
pub async fn graphql(
    State(state): State<AppState>,
    headers: HeaderMap,
    JsonBytes(body): JsonBytes,
) -> Result<Json<Value>, Refused> {
    let opened = open(&state.backend, key_in(&headers)?).await?;
    let token = kept(&state.backend, &opened, &opened.to.note).await?.ok_or_else(Refused::stranger)?;
    if token.body.expires_at <= state.backend.clock().now() {
        return Err(Problem::refused(Refusal::Expired).into());
    }
    Ok(Json(search::answer(&state.backend, &opened.reader, &body).await?))
}

async fn open(backend: &Backend, token: &str) -> Result<Passed<String>, Problem> {
    open_pass::<String>(backend, API, token).await
}

/// The token of that name, if it is of the caller's group.
async fn kept<T>(backend: &Backend, passed: &Passed<T>, id: &str) -> Result<Option<Kept<Token>>, Problem> {
    TOKENS.get(backend, &passed.holder, Name::Id(id)).await
}

/// The same for an admin who sees it.
async fn seen(backend: &Backend, passed: &Passed<Viewer>, id: &str) -> Result<Kept<Token>, Problem> {
    kept(backend, passed, id).await?.filter(|kept| is_seen(passed, &kept.body)).ok_or(Problem::NotFound)
}

/// Whoever sees all of the group's log sees all of its tokens; anybody else those that read what they see.
fn is_seen(passed: &Passed<Viewer>, token: &Token) -> bool {
    passed.to.filter.is_none() || passed.to.filter == token.filter
}

/// What a request says of a token.
struct Read {
    display_name: String,
    expires_at: Option<Timestamp>,
}

fn read(body: &[u8], now: Timestamp) -> Result<Read, Problem> {
    let fault = || Problem::invalid("displayName", format!("must have 1 to {LONGEST_NAME} characters"));
    if body.len() > LONGEST {
        return Err(Problem::TooLarge { what: "The token".to_owned(), limit: LONGEST as u64 });
    }
    let Named { name: display_name, expires_at } = serde_json::from_slice(body).map_err(|_| fault())?;
    if display_name.trim().is_empty() || display_name.chars().count() > LONGEST_NAME {
        return Err(fault());
    }
    let within = |at: &Timestamp| *at > now && *at <= now.plus_millis(LIFE);
    let read = |text: String| Timestamp::parse(&text).ok().filter(within);
    let fault = || Problem::invalid("expiresAt", "must be an ISO 8601 date and time within a year from now");
    let expires_at = expires_at.map(|text| read(text).ok_or_else(fault)).transpose()?;
    Ok(Read { display_name, expires_at })
}

fn told(backend: &Backend, passed: &Passed<Viewer>, id: &str, token: &Token) -> Result<Value, Problem> {
    let PassTo { client, visitor, .. } = &passed.to;
    let filter = token.filter.clone();
    let to = PassTo { client: client.clone(), filter, visitor: visitor.clone(), note: id.to_owned() };
    let seconds = (token.expires_at.millis() - backend.clock().now().millis()).div_euclid(1000);
    let pass = issue_pass(backend, (&passed.holder.whatever_secret(), &passed.reader), API, to, seconds)?;
    let expires_at = token.expires_at.to_string();
    Ok(json!({"id": pass, "display_name": token.display_name, "expires_at": expires_at}))
}
