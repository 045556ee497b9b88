//! Logs that members read, in the customers' own viewer; first of all the events of all clients.

use super::super::answer::Failure;
use super::super::{AppState, assets, embed_page, headers, log_page};
use super::dashboard::{LOCALE, Zone};
use super::session::{SignedInMember, at, shell};
use super::{Told, html};
use crate::backend::auth::{Member, Reader};
use crate::domain::problem::Problem;
use crate::domain::view::{Column, Field, ViewConfig};
use crate::ui::admin::Section;
use crate::ui::dashboard::render_events;
use crate::ui::viewer::{Assets, Direction, Shell, ViewerPage};
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// A log that members read here.
pub struct Log {
    pub reader: Reader,
    pub section: Section,
    /// Where it is within the project.
    pub path: &'static str,
    pub config: ViewConfig,
}

pub async fn show(
    State(state): State<AppState>,
    SignedInMember(member): SignedInMember,
    RawQuery(query): RawQuery,
    browser: HeaderMap,
) -> Response {
    match member.reader() {
        Ok(reader) => {
            let log = Log { reader, section: Section::Events, path: "/events", config: config() };
            answer(&state, &member, log, &query.unwrap_or_default(), &browser).await
        }
        Err(problem) => refused(problem, &browser),
    }
}

/// The page of a log, or the part of it that a script asks for.
pub async fn answer(state: &AppState, member: &Member, log: Log, query: &str, browser: &HeaderMap) -> Response {
    let nonce = headers::nonce();
    let section = log.section;
    match page(state, member, log, query, browser, &nonce).await {
        Ok(page) if is_part(browser) => embed_page::part(&page),
        Ok(page) => document(member, section, &page, &nonce),
        Err(problem) => refused(problem, browser),
    }
}

fn is_part(browser: &HeaderMap) -> bool {
    browser.contains_key("x-daybook-part")
}

/// A failure, told to a person or to a script.
pub fn refused(problem: Problem, browser: &HeaderMap) -> Response {
    if is_part(browser) { Failure::from(problem).into_response() } else { Told(problem).into_response() }
}

async fn page(
    state: &AppState,
    member: &Member,
    log: Log,
    query: &str,
    browser: &HeaderMap,
    nonce: &str,
) -> Result<ViewerPage, Problem> {
    let Log { reader, path, config, .. } = log;
    let shell = Shell {
        config,
        client_name: None,
        of_all_clients: reader.is_of_all_clients(),
        base: at(member.project_name(), path),
        renew: String::new(),
        session: None,
        parent: None,
        searchable: true,
        may: reader.rights(),
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
    "Events".clone_into(&mut config.brand.title);
    config.columns.insert(1, Column::of("Client", Field::ClientName, None));
    config
}

/// The page may run the viewer's WASM and ask for more of itself, which our other pages need not.
fn document(member: &Member, section: Section, page: &ViewerPage, nonce: &str) -> Response {
    let mut response = html(StatusCode::OK, nonce, render_events(&shell(member), section, page));
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    );
    if let Ok(policy) = HeaderValue::try_from(policy) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}
