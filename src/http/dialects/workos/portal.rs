//! Links that lead an organization's people to their log.

use super::answer::Refused;
use super::object::Object;
use super::organizations;
use crate::backend::auth::{Look, PassTo, Whence, issue_pass, open_by_pass, open_pass};
use crate::backend::{activity, start, views};
use crate::domain::access::{ClientId, ViewId};
use crate::domain::problem::{Faults, Problem};
use crate::domain::view::SafeLink;
use crate::http::address;
use crate::http::body::JsonBytes;
use crate::http::caller::{ApiHolder, ApiReader};
use crate::http::{AppState, embed, embed_page};
use crate::ui::viewer::Place;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Serialize;
use serde_json::Value;

/// What the links' passes are for.
const LINK: &str = "workos/portal";
/// How long a link can be followed, in seconds. What it opened stays open for as long as any view does.
const LINK_SECONDS: i64 = 5 * 60;

#[derive(Serialize)]
pub struct Link {
    link: String,
}

/// `POST /portal/generate_link`, of which we have the audit logs alone.
pub async fn link(
    State(state): State<AppState>,
    ApiHolder { right: ApiReader(reader), holder }: ApiHolder<ApiReader>,
    headers: HeaderMap,
    JsonBytes(body): JsonBytes,
) -> Result<(StatusCode, Json<Link>), Refused> {
    let organization = asked(&super::json(&body, super::LONGEST)?)?;
    organizations::known(&state.backend, &holder, &organization).await?;
    let client = ClientId::parse(organization.as_str()).map_err(|_| Refused::NoOrganization(organization.clone()))?;
    let note = start::view(&state.backend, holder.scope().project).await?;
    let to = PassTo { client, filter: None, visitor: None, note };
    let pass = issue_pass(&state.backend, (&holder, &reader), LINK, to, LINK_SECONDS)?;
    let link = format!("{}/portal/{pass}", address::of(&state, &headers));
    Ok((StatusCode::CREATED, Json(Link { link })))
}

/// The organization whose people are to be led there.
fn asked(body: &Value) -> Result<String, Faults> {
    let mut faults = Faults::default();
    let whole = Object::of(body, &mut faults);
    let organization = whole.text("organization", &mut faults);
    let organization = whole.require("organization", organization, &mut faults);
    if whole.text("intent", &mut faults).is_some_and(|intent| intent != "audit_logs") {
        faults.add("intent", "must be audit_logs, the only part of the portal that is here");
    }
    if whole.text("return_url", &mut faults).is_some_and(|url| SafeLink::parse(url).is_none()) {
        faults.add("return_url", "must be a web address");
    }
    match organization {
        Some(organization) if faults.is_empty() => Ok(organization.to_owned()),
        _ => Err(faults),
    }
}

/// `GET /portal/{pass}`: on to the opened view, so that the pass stays in no address.
pub async fn open(State(state): State<AppState>, source: Whence, Path(pass): Path<String>) -> Response {
    match opened(&state, source, &pass).await {
        Ok(response) => response,
        Err(problem) => embed_page::notice(&problem, &Look::default(), None),
    }
}

async fn opened(state: &AppState, source: Whence, pass: &str) -> Result<Response, Problem> {
    let passed = open_pass::<ViewId>(&state.backend, LINK, pass).await?;
    let view = &passed.to.note;
    let (session, reader) = open_by_pass(&state.backend, view, &passed).await?;
    activity::record_opening(&state.backend, &reader.with_source(source)).await;
    let opens = views::public(&state.backend, view).await?.config.start;
    let there = Redirect::to(&Place::starting(&opens).link(&format!("/embed/{view}/s/{}", session.handle)));
    let headers = [(header::SET_COOKIE, embed::cookie(view, &session)), (header::CACHE_CONTROL, "no-store".to_owned())];
    Ok((headers, there).into_response())
}
