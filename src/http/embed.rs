//! Views in other people's pages: the loader, the document that a form opens, what its links lead to, new sessions.

use super::answer::Failure;
use super::assets::{self, Keep};
use super::embed_page::Document;
use super::{AppState, embed_export, embed_page, headers, request};
use crate::backend::auth::{self, Embedder, LONGEST_PLACE, Look, OpenedView, Resumed, Session, Whence};
use crate::backend::{activity, views};
use crate::domain::access::{ClientId, ViewId};
use crate::domain::problem::{Faults, Problem, Refusal};
use crate::domain::view::{Scheme, Start, Theme};
use crate::ui::viewer::Place;
use axum::extract::{Form, Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// The largest form or credential that opens a view: a token, a theme and a filter are far smaller.
const LARGEST: usize = 64 * 1024;

/// Most characters of what a page says beside its credential. An access key of ours has 43; a page's own address may be
/// as long as the form.
const BOUNDS: [(&str, usize); 5] = [
    ("locale", LONGEST_PLACE),
    ("timeZone", LONGEST_PLACE),
    ("accessKey", 200),
    ("zone", LONGEST_PLACE),
    ("event", 100),
];
/// The filters that a page may begin with, and their most characters.
const FILTERS: [&str; 10] = ["q", "actor", "action", "target", "type", "outcome", "from", "through", "last", "order"];
const LONGEST_FILTER: usize = 2_048;

/// Routes for browsers in the company's pages.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/embed.js", get(loader))
        .route("/dropin/dropin.js", get(loader))
        .route("/embed/{view}", get(door).post(open))
        .route("/embed/{view}/s/{handle}", get(resume))
        .route("/embed/{view}/s/{handle}/export", get(embed_export::by_link).post(embed_export::by_form))
        .route("/embed/{view}/session", post(renew))
        .layer(axum::extract::DefaultBodyLimit::max(LARGEST))
}

/// The loader, at an address that stays: its readers ask again within minutes, and meanwhile use what they have.
async fn loader(headers: HeaderMap) -> Response {
    const KEEP: HeaderValue = HeaderValue::from_static("public, max-age=300, stale-while-revalidate=86400");
    // The name of the file holds the hash of its content. Weak, since each encoding has other bytes.
    let tag = format!("W/\"{}\"", assets::path("embed.js"));
    let known = headers.get(header::IF_NONE_MATCH).and_then(|tags| tags.to_str().ok());
    let mut response = if known.is_some_and(|tags| tags.split(',').any(|known| known.trim() == tag)) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        assets::answer("embed.js", &headers, Keep::Shortly)
    };
    if response.status() != StatusCode::NOT_FOUND {
        response.headers_mut().insert(header::CACHE_CONTROL, KEEP);
        if let Ok(tag) = HeaderValue::try_from(tag) {
            response.headers_mut().insert(header::ETAG, tag);
        }
    }
    response
}

/// A document without a credential, for pages that forbid forms to other origins: it asks for the credential through
/// its channel and sends the form itself.
async fn door(State(state): State<AppState>, Path(view): Path<String>) -> Response {
    let known = match view_id(&view) {
        Ok(id) => views::public(&state.backend, &id).await,
        Err(problem) => Err(problem),
    };
    match known {
        Ok(view) => embed_page::door(&view),
        Err(problem) => embed_page::notice(&problem, &Look::default(), None),
    }
}

/// What the loader's form says. Everything else it sends is the look of the page, or a filter.
type Fields = HashMap<String, String>;

/// Opens a view: the rows are in this answer.
async fn open(
    State(state): State<AppState>,
    Path(view): Path<String>,
    source: Whence,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Response {
    let look = look(&state, &headers, &fields);
    let opened = match embedder(&view, &fields, look.clone()) {
        Ok(embedder) => auth::open_view(&state.backend, embedder).await,
        Err(problem) => Err(problem),
    };
    let OpenedView { view, config, origins, session, reader, look } = match opened {
        Ok(opened) => opened,
        Err(problem) => return refused(&state, &view, &problem, &look).await,
    };
    let query = first_query(&fields, &config.start);
    let cookie = cookie(&view, &session);
    let visitor = reader.clone().with_source(source);
    let document =
        Document { handle: session.handle.clone(), session: Some(session), config, origins, reader, look, view, query };
    let response = embed_page::document(&state.backend, document).await;
    // After the rows were read: nobody's log begins with themselves.
    activity::record_opening(&state.backend, &visitor).await;
    ([(header::SET_COOKIE, cookie)], response).into_response()
}

/// What a link, a form or the browser part asks for within an opened view.
async fn resume(
    State(state): State<AppState>,
    Path((view, handle)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let part = headers.get("x-daybook-part").is_some();
    let resumed = resumed(&state, &view, &handle, token_of(&headers, &handle)).await;
    let (id, Resumed { reader, look, .. }) = match resumed {
        Ok(resumed) => resumed,
        Err(problem) if part => return Failure::from(problem).into_response(),
        Err(problem) => return refused(&state, &view, &problem, &Look::default()).await,
    };
    let known = match views::public_to(&state.backend, &id, &reader).await {
        Ok(known) => known,
        Err(problem) => return refused(&state, &view, &problem, &look).await,
    };
    let document = Document {
        handle,
        session: None,
        config: known.config,
        origins: known.origins,
        reader,
        look,
        view: id,
        query: query.unwrap_or_default(),
    };
    if part {
        embed_page::desk(&state.backend, document).await
    } else {
        embed_page::document(&state.backend, document).await
    }
}

/// The session's token from the header that the browser part sets, or from the cookie of this one document.
pub fn token_of<'h>(headers: &'h HeaderMap, handle: &str) -> Option<&'h str> {
    let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    bearer.or_else(|| cookie_of(headers, handle))
}

/// The session of the document that a handle names.
pub async fn resumed(
    state: &AppState,
    view: &str,
    handle: &str,
    token: Option<&str>,
) -> Result<(ViewId, Resumed), Problem> {
    let id = view_id(view)?;
    let token = token.ok_or(Problem::refused(Refusal::Expired))?;
    let resumed = auth::resume(&state.backend, &id, token).await?;
    if resumed.handle != handle {
        return Err(Problem::refused(Refusal::WrongClaims));
    }
    request::set_known();
    Ok((id, resumed))
}

/// A credential for a new session, with the session that ends.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Renewal {
    session: String,
    token: Option<String>,
    access_key: Option<String>,
    client_id: Option<String>,
}

/// A new session, and the moment it ends.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Renewed {
    session: String,
    expires_at: String,
}

async fn renew(
    State(state): State<AppState>,
    Path(view): Path<String>,
    Json(renewal): Json<Renewal>,
) -> Result<Response, Failure> {
    let Renewal { session, token, access_key, client_id } = renewal;
    let embedder = Embedder {
        view: view_id(&view)?,
        client_id: client_id.filter(|id| !id.is_empty()).map(client).transpose()?,
        access_key: access_key.filter(|key| !key.is_empty()),
        token: token.filter(|token| !token.is_empty()),
        look: Look::default(),
    };
    let view = embedder.view.clone();
    let session = auth::renew(&state.backend, &session, embedder).await?;
    let headers = [(header::CACHE_CONTROL, "no-store".to_owned()), (header::SET_COOKIE, cookie(&view, &session))];
    let renewed = Renewed { session: session.token, expires_at: session.expires_at.to_string() };
    Ok((headers, Json(renewed)).into_response())
}

/// The page that says why there is no log, where it is not known yet which view it is of.
pub fn failure(problem: &Problem) -> Response {
    embed_page::notice(problem, &Look::default(), None)
}

/// The page that says why there is no log, framed by whoever may frame the view.
pub async fn refused(state: &AppState, view: &str, problem: &Problem, look: &Look) -> Response {
    let known = match view_id(view) {
        Ok(id) => views::public(&state.backend, &id).await.ok(),
        Err(_) => None,
    };
    embed_page::notice(problem, look, known.as_ref())
}

fn view_id(text: &str) -> Result<ViewId, Problem> {
    ViewId::parse(text).map_err(|_| Problem::refused(Refusal::UnknownView))
}

fn client(text: String) -> Result<ClientId, Problem> {
    ClientId::parse(text).map_err(|error| Problem::invalid("clientId", error.to_string()))
}

fn embedder(view: &str, fields: &Fields, look: Look) -> Result<Embedder, Problem> {
    let mut faults = Faults::default();
    let filters = FILTERS.iter().map(|name| (*name, LONGEST_FILTER));
    for (name, longest) in BOUNDS.into_iter().chain(filters) {
        if given(fields, name).is_some_and(|value| value.chars().count() > longest) {
            faults.add(name, format!("expected at most {longest} characters"));
        }
    }
    faults.or(())?;
    // With the blanks around it, which may be a part of it.
    let client_id = fields.get("clientId").filter(|id| !id.trim().is_empty());
    Ok(Embedder {
        view: view_id(view)?,
        client_id: client_id.map(|id| client(id.to_owned())).transpose()?,
        access_key: given(fields, "accessKey").map(str::to_owned),
        token: given(fields, "token").map(str::to_owned),
        look,
    })
}

fn given<'f>(fields: &'f Fields, name: &str) -> Option<&'f str> {
    fields.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
}

/// How the page around the view looks, and which it is. A page that hides its origin from us ("null") is believed what
/// it says: it is only used to talk to that origin, and the browser holds both to it.
fn look(state: &AppState, headers: &HeaderMap, fields: &Fields) -> Look {
    let sent = headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok());
    let of_url = || given(fields, "url").and_then(headers::origin_of).map(String::from);
    let (origin, own) = match sent {
        // Of our own pages: the door, which is in another page and says which, or one that shows a view itself.
        Some(origin) if is_own(state, headers, origin) => {
            let around = of_url();
            let own = around.as_deref().is_some_and(|around| is_own(state, headers, around));
            (around, own)
        }
        Some(origin) if origin != "null" => (Some(origin.to_owned()), false),
        _ => (of_url(), false),
    };
    let mut theme = Theme::default();
    for token in Theme::TOKENS {
        if let Some(value) = given(fields, token) {
            theme = theme.with(token, value);
        }
    }
    // A page without a style of its own has the browser's book face, which nobody chose.
    let font =
        given(fields, "fontFamily").filter(|font| !font.to_ascii_lowercase().contains("times") && *font != "serif");
    if let Some(font) = font.filter(|_| given(fields, "font").is_none()) {
        theme = theme.with("font", font);
    }
    let asked = given(fields, "scheme");
    theme.scheme = asked.map_or(Scheme::Auto, scheme);
    Look {
        origin,
        own,
        locale: short(fields, "locale"),
        zone: short(fields, "timeZone"),
        right_to_left: given(fields, "dir").or(given(fields, "direction")) == Some("rtl"),
        theme,
        around: scheme(asked.or(given(fields, "colorScheme")).unwrap_or_default()),
    }
}

/// A name of a language or a zone; one that is too long is refused beside.
fn short(fields: &Fields, name: &str) -> Option<String> {
    given(fields, name).filter(|value| value.chars().count() <= LONGEST_PLACE).map(str::to_owned)
}

/// The door's own form comes from our origin, which is not the page's.
fn is_own(state: &AppState, headers: &HeaderMap, origin: &str) -> bool {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let public = state.public_url.as_deref().and_then(headers::origin_of);
    host.is_some_and(|host| origin.split_once("://").is_some_and(|(_, rest)| rest == host))
        || public.is_some_and(|public| public.as_str() == origin)
}

/// As the page's script or style sheet has it: a page that says nothing is a light page.
fn scheme(said: &str) -> Scheme {
    match (said.contains("dark"), said.contains("light")) {
        (true, true) => Scheme::Auto,
        (true, false) => Scheme::Dark,
        (false, _) if said == "auto" => Scheme::Auto,
        (false, _) => Scheme::Light,
    }
}

/// Where the reader begins: at the place that the page's own address names, or with the filters that its script asks
/// for, or where the view opens.
fn first_query(fields: &Fields, start: &Start) -> String {
    let address = given(fields, "url").and_then(|url| url.split_once('?')).map_or("", |(_, query)| query);
    let address = address.split('#').next().unwrap_or_default();
    let kept = form_urlencoded::parse(address.as_bytes()).find(|(name, _)| name == "audit");
    if let Some((_, query)) = kept {
        return query.into_owned();
    }
    let asked = |names: &'static [&str]| names.iter().filter_map(|name| Some((*name, given(fields, name)?)));
    let mut choice = asked(&FILTERS);
    let first = choice.next();
    let begun = if first.is_some() { String::new() } else { Place::starting(start).to_query() };
    let mut query = form_urlencoded::Serializer::new(begun);
    query.extend_pairs(first.into_iter().chain(choice).chain(asked(&["zone", "event"])));
    query.finish()
}

/// For links and forms before, and without, the browser part. It belongs to one document of one embedding page: its
/// name and path hold the handle, and partitioned storage the page (CHIPS).
pub fn cookie(view: &ViewId, session: &Session) -> String {
    let Session { token, handle, .. } = session;
    format!(
        "{}={token}; Path=/embed/{view}/s/{handle}; HttpOnly; Secure; SameSite=None; Partitioned",
        cookie_name(handle)
    )
}

fn cookie_name(handle: &str) -> String {
    format!("daybook_view_{handle}")
}

fn cookie_of<'h>(headers: &'h HeaderMap, handle: &str) -> Option<&'h str> {
    let name = cookie_name(handle);
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(|cookies| cookies.split(';'))
        .find_map(|cookie| cookie.trim().split_once('=').filter(|(given, _)| *given == name).map(|(_, value)| value))
}

/// The status that a document says beside its words.
pub fn document_status(problem: &Problem) -> StatusCode {
    crate::rpc::guard::status(problem)
}
