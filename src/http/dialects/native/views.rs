//! What AuditLog.co's own drop-in asks for: how a view looks, and its pages, a month each. Any page may ask that the view
//! allows to frame it; the credential is the view's access key.

use super::map;
use super::wire::{About, CustomPart, Link, ViewColumn, ViewDocument, ViewLine, ViewLink, ViewLinks, ViewPage};
use crate::backend::activity;
use crate::backend::auth::{self, Embedder, Look, OpenedView, Whence};
use crate::backend::search::{self, LONGEST_PAGE};
use crate::domain::access::{ClientId, ViewId};
use crate::domain::problem::{Problem, Refusal};
use crate::domain::query::{Cursor, Filter};
use crate::domain::time::{Month, Timestamp};
use crate::domain::view::{Column, SafeLink, ViewConfig};
use crate::http::AppState;
use crate::http::answer::{Failure, ReadFailures};
use crate::http::uri::{Path, Query};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, Method, header};
use axum::routing::get;
use axum::{Json, Router};
use serde::Deserialize;
use tower_http::cors::{AllowOrigin, CorsLayer};
use utoipa::IntoParams;

/// `view:access key`.
const KEY: HeaderName = HeaderName::from_static("x-view-key");

/// Its two paths. Browsers of other origins may read the answers: without the key there are none.
pub fn routes() -> Router<AppState> {
    let cors = CorsLayer::new()
        .allow_origin(AllowOrigin::any())
        .allow_methods([Method::GET])
        .allow_headers([KEY, header::CONTENT_TYPE]);
    Router::new()
        .route("/api/v1/views/configuration/{view}", get(configuration))
        .route("/api/v1/views/{view}/{client}", get(page))
        // Set before the layer, which else would not be asked what a browser may send.
        .method_not_allowed_fallback(|| async { Failure::WrongMethod })
        .layer(cors)
}

/// Which part of a log.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Asked {
    /// A month such as `202611`; the newest with events where there is none.
    #[param(example = "202611")]
    page: Option<String>,
    /// Where an earlier answer of the same month ended.
    cursor: Option<String>,
}

/// Read how a view looks
///
/// For AuditLog.co's drop-in: the view's columns, and what stands around them.
#[utoipa::path(
    get,
    path = "/api/v1/views/configuration/{view}",
    operation_id = "readView",
    tag = "Views",
    params(("view" = String, Path, description = "The view's id")),
    responses((status = 200, description = "The view", body = ViewDocument), ReadFailures),
    security(("view" = []))
)]
pub(super) async fn configuration(
    State(state): State<AppState>,
    Path(view): Path<String>,
    headers: HeaderMap,
) -> Result<Json<ViewDocument>, Failure> {
    let embedder = embedder(&headers, &view, None)?;
    let config = auth::view_of_key(&state.backend, &embedder).await?;
    Ok(Json(document(&embedder, config, state.public_url.as_deref().unwrap_or_default())))
}

/// Read a month of a client's log
///
/// For AuditLog.co's drop-in: newest first, with links to the months beside it that lead somewhere.
#[utoipa::path(
    get,
    path = "/api/v1/views/{view}/{client}",
    operation_id = "readViewPage",
    tag = "Views",
    params(
        ("view" = String, Path, description = "The view's id"),
        ("client" = String, Path, description = "The client's `client.uuid`"),
        Asked,
    ),
    responses((status = 200, description = "The month's events, or the first thousand of them", body = ViewPage), ReadFailures),
    security(("view" = []))
)]
pub(super) async fn page(
    State(state): State<AppState>,
    Path((view, client)): Path<(String, String)>,
    source: Whence,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Json<ViewPage>, Failure> {
    let client = ClientId::parse(client).map_err(|error| Problem::invalid("client", error.to_string()))?;
    let href = format!("/api/v1/views/{view}/{}", escaped(client.as_str()));
    let OpenedView { reader, .. } = auth::open_view(&state.backend, embedder(&headers, &view, Some(client))?).await?;
    let backend = &state.backend;
    let newest = search::page(backend, &reader, Filter::default(), None, 1).await?;
    let newest = newest.items.first().map_or(backend.clock().now(), |stored| stored.stamp.occurred_at);
    let (month, after) = asked.read(Month::of(newest))?;
    let span = Filter { from: Some(month.first()), through: Some(month.last()), ..Filter::default() };
    let found = search::page(backend, &reader, span, after, LONGEST_PAGE).await?;
    let base = format!("{}{href}", state.public_url.as_deref().unwrap_or_default());
    let previous = if let Some(cursor) = found.next {
        Some(link("Older events", &base, month, Some(cursor)))
    } else {
        let before = Filter { through: Some(month.first().plus_millis(-1)), ..Filter::default() };
        let older = search::page(backend, &reader, before, None, 1).await?;
        older.items.first().map(|stored| link("Previous", &base, Month::of(stored.stamp.occurred_at), None))
    };
    let next = (month < Month::of(newest)).then(|| link("Next", &base, month.next(), None));
    activity::record_opening(backend, &reader.with_source(source)).await;
    let about = about(backend.clock().now(), format!("{base}?page={month}"));
    let entries = found.items.iter().map(|stored| map::recorded(stored.event(), None)).collect();
    Ok(Json(ViewPage { about, entries, links: ViewLinks { previous, next } }))
}

impl Asked {
    fn read(&self, newest: Month) -> Result<(Month, Option<Cursor>), Problem> {
        let given =
            |text: &Option<String>| text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
        let month = given(&self.page).map(|text| text.parse::<Month>());
        let month = month.transpose().map_err(|error| Problem::invalid("page", error.to_string()))?;
        let after = given(&self.cursor).map(|text| text.parse::<Cursor>());
        let after = after.transpose().map_err(|error| Problem::invalid("cursor", error.to_string()))?;
        Ok((month.unwrap_or(newest), after))
    }
}

/// Whoever has the key of the view in the path.
fn embedder(headers: &HeaderMap, view: &str, client_id: Option<ClientId>) -> Result<Embedder, Problem> {
    let key = headers.get(KEY).ok_or(Problem::SignInRequired)?;
    let wrong = || Problem::refused(Refusal::WrongAccessKey);
    let (named, access_key) = key.to_str().ok().and_then(|key| key.split_once(':')).ok_or_else(wrong)?;
    if named != view {
        return Err(wrong());
    }
    let view = ViewId::parse(view).map_err(|_| Problem::refused(Refusal::UnknownView))?;
    let origin = headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok()).map(str::to_owned);
    let look = Look { origin, ..Look::default() };
    Ok(Embedder { view, client_id, access_key: Some(access_key.to_owned()), token: None, look })
}

fn document(embedder: &Embedder, config: ViewConfig, base: &str) -> ViewDocument {
    let ViewConfig { brand, columns, .. } = config;
    let links =
        brand.links.iter().map(|link| ViewLink { label: link.label.clone(), url: link.url.as_str().to_owned() });
    ViewDocument {
        id: embedder.view.to_string(),
        access_key: embedder.access_key.clone(),
        custom: CustomPart {
            url: brand.title_link.as_ref().map(SafeLink::as_str).map(str::to_owned),
            logo: brand.logo.as_ref().map(|logo| within(base, logo.as_str())),
            header_links: links.collect(),
            title: brand.title,
            copyright: brand.copyright,
        },
        columns: columns.into_iter().enumerate().map(column).collect(),
    }
}

/// A picture that is kept here, by its whole address.
fn within(base: &str, address: &str) -> String {
    if address.starts_with('/') { format!("{base}{address}") } else { address.to_owned() }
}

fn column((order, column): (usize, Column)) -> ViewColumn {
    let fields = std::iter::once(column.lines.first).chain(column.lines.second);
    ViewColumn {
        order,
        label: column.label,
        lines: fields.map(|field| ViewLine { field: field.to_string() }).collect(),
    }
}

fn link(label: &'static str, base: &str, month: Month, cursor: Option<Cursor>) -> Link {
    let cursor = cursor.map_or_else(String::new, |cursor| format!("&cursor={cursor}"));
    Link { label, kind: "events", href: format!("{base}?page={month}{cursor}") }
}

fn about(now: Timestamp, href: String) -> About {
    About { timestamp: now.to_string(), kind: "events", href, label: "Events" }
}

/// As a part of a path.
fn escaped(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}
