//! API tokens: a group's admins make them in the viewer, and their own programs read the group's log with them.

use super::answer::Refused;
use super::caller::{Administrator, key_in};
use super::search;
use crate::backend::Backend;
use crate::backend::auth::{PassTo, Passed, issue_pass, open_pass};
use crate::backend::secrets::random_name;
use crate::backend::shelf::{Kept, New, Shelf};
use crate::backend::storage::{Exchanged, Name, Stretch};
use crate::domain::problem::Problem;
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
/// A hundred years, in seconds.
const FOR_GOOD: i64 = 100 * 365 * 24 * 60 * 60;
/// Most that are listed.
const MOST: u32 = 100;
/// Most characters of a name.
const LONGEST_NAME: usize = 200;

/// What is kept of a token, under a name that opens nothing: the token itself is signed anew whenever it is shown.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Token {
    display_name: String,
}

#[derive(Deserialize)]
struct Named {
    #[serde(default, rename = "displayName")]
    name: String,
}

/// `GET /project/{p}/eitapi_tokens`
pub async fn list(
    State(state): State<AppState>,
    Administrator(passed): Administrator,
) -> Result<Json<Vec<Value>>, Refused> {
    let stretch = Stretch { oldest_first: true, beside: None, limit: MOST };
    let found = TOKENS.list(&state.backend, &passed.holder, &stretch).await?;
    Ok(Json(found.iter().map(|kept| told(&state.backend, &passed, &kept.id, &kept.body)).collect::<Result<_, _>>()?))
}

/// `POST /project/{p}/eitapi_token`
pub async fn create(
    State(state): State<AppState>,
    Administrator(passed): Administrator,
    JsonBytes(body): JsonBytes,
) -> Result<(StatusCode, Json<Value>), Refused> {
    let token = read(&body)?;
    let id = random_name("");
    let new = New { id: &id, alias: None, client: Some(passed.to.client.clone()), body: &token };
    if !TOKENS.put(&state.backend, &passed.holder, new).await? {
        return Err(Problem::Internal.into());
    }
    Ok((StatusCode::CREATED, Json(told(&state.backend, &passed, &id, &token)?)))
}

/// `PUT /project/{p}/eitapi_token/{token}`
pub async fn rename(
    State(state): State<AppState>,
    Administrator(passed): Administrator,
    Path((_, token)): Path<(String, String)>,
    JsonBytes(body): JsonBytes,
) -> Result<Json<Value>, Refused> {
    let opened = open(&state.backend, &token).await?;
    let mut kept = kept(&state.backend, &passed, &opened.to.note).await?;
    kept.body = read(&body)?;
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
    let was_there = TOKENS.take(&state.backend, &passed.holder, &opened.to.note).await?;
    if was_there { Ok(StatusCode::NO_CONTENT) } else { Err(Problem::NotFound.into()) }
}

/// `POST /auditlog/enterprise/v1/graphql`: a search by whoever has a token.
pub async fn graphql(
    State(state): State<AppState>,
    headers: HeaderMap,
    JsonBytes(body): JsonBytes,
) -> Result<Json<Value>, Refused> {
    let opened = open(&state.backend, key_in(&headers)?).await?;
    kept(&state.backend, &opened, &opened.to.note).await.map_err(|_| Refused::stranger())?;
    Ok(Json(search::answer(&state.backend, &opened.reader, &body).await?))
}

async fn open(backend: &Backend, token: &str) -> Result<Passed<String>, Problem> {
    open_pass::<String>(backend, API, token).await
}

/// The token of that name, if it is of the caller's group.
async fn kept<T>(backend: &Backend, passed: &Passed<T>, id: &str) -> Result<Kept<Token>, Problem> {
    TOKENS.get(backend, &passed.holder, Name::Id(id)).await?.ok_or(Problem::NotFound)
}

fn read(body: &[u8]) -> Result<Token, Problem> {
    let fault = || Problem::invalid("displayName", format!("must have 1 to {LONGEST_NAME} characters"));
    let Named { name } = serde_json::from_slice(body).map_err(|_| fault())?;
    let fits = !name.trim().is_empty() && name.chars().count() <= LONGEST_NAME;
    if fits { Ok(Token { display_name: name }) } else { Err(fault()) }
}

fn told<T>(backend: &Backend, passed: &Passed<T>, id: &str, token: &Token) -> Result<Value, Problem> {
    let PassTo { client, filter, visitor, .. } = &passed.to;
    let to = PassTo { client: client.clone(), filter: filter.clone(), visitor: visitor.clone(), note: id.to_owned() };
    let pass = issue_pass(backend, (&passed.holder.whatever_secret(), &passed.reader), API, to, FOR_GOOD)?;
    Ok(json!({"id": pass, "display_name": token.display_name}))
}
