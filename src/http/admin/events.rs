//! The events of all clients, in the customers' own viewer.

use super::super::answer::Failure;
use super::super::{AppState, assets, embed_page, headers, log_page};
use super::dashboard::{LOCALE, Zone};
use super::session::{SignedInMember, at, shell};
use super::{Told, html};
use crate::backend::auth::Member;
use crate::domain::problem::Problem;
use crate::domain::view::{Column, Field, ViewConfig};
use crate::ui::dashboard::render_events;
use crate::ui::viewer::{Assets, Direction, Shell, ViewerPage};
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// The page, or the part of it that a script asks for.
pub async fn show(
    State(state): State<AppState>,
    SignedInMember(member): SignedInMember,
    RawQuery(query): RawQuery,
    browser: HeaderMap,
) -> Response {
    let part = browser.contains_key("x-daybook-part");
    let nonce = headers::nonce();
    let page = page(&state, &member, &query.unwrap_or_default(), &browser, &nonce).await;
    match page {
        Ok(page) if part => embed_page::part(&page),
        Ok(page) => match document(&state, &member, &page, &nonce).await {
            Ok(response) => response,
            Err(problem) => Told(problem).into_response(),
        },
        Err(problem) if part => Failure::from(problem).into_response(),
        Err(problem) => Told(problem).into_response(),
    }
}

async fn page(
    state: &AppState,
    member: &Member,
    query: &str,
    browser: &HeaderMap,
    nonce: &str,
) -> Result<ViewerPage, Problem> {
    let reader = member.reader()?;
    let shell = Shell {
        config: config(),
        client_name: None,
        of_all_clients: reader.client().is_none(),
        base: at(member.project_name(), "/events"),
        renew: String::new(),
        session: None,
        parent: None,
        searchable: true,
        exportable: reader.rights().export,
        assets: Assets { style: assets::path("events.css"), ..embed_page::page_assets() },
        nonce: nonce.to_owned(),
        locale: LOCALE.to_owned(),
        direction: Direction::LeftToRight,
        local_zone: Zone::of(query, browser).local,
        now: state.backend.clock().now(),
    };
    log_page::read(&state.backend, &reader, query, shell).await
}

/// The customers' columns, with the client after the time.
fn config() -> ViewConfig {
    let mut config = ViewConfig::default();
    config.brand.title = "Events".to_owned();
    config.columns.insert(1, Column::of("Client", Field::ClientName, None));
    config
}

/// The page may run the viewer's WASM and ask for more of itself, which our other pages need not.
async fn document(state: &AppState, member: &Member, page: &ViewerPage, nonce: &str) -> Result<Response, Problem> {
    let mut response = html(StatusCode::OK, nonce, render_events(&shell(state, member).await?, page));
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    );
    if let Ok(policy) = HeaderValue::try_from(policy) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    Ok(response)
}
