//! Logs that members read, in the customers' own viewer: the events of all clients, and the account trail.

use super::super::answer::Failure;
use super::super::{AppState, assets, download, embed_page, headers, log_page};
use super::dashboard::{LOCALE, Zone};
use super::session::{SignedInMember, at, shell};
use super::{Told, html};
use crate::backend::auth::{Member, Reader};
use crate::backend::calendar::time_zone;
use crate::backend::export::{Export, Wanted};
use crate::backend::search;
use crate::domain::access::ClientScope;
use crate::domain::problem::Problem;
use crate::domain::view::{Column, Field, ViewConfig};
use crate::ui::admin::Section;
use crate::ui::dashboard::render_events;
use crate::ui::viewer::{Assets, Direction, Place, Shell, ViewerPage};
use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

/// A log that members read here.
#[derive(Debug, Clone, Copy)]
pub enum Log {
    AllClients,
    Trail,
}

/// The page of a log, the log as a file, and how many events have come.
pub fn of(log: Log) -> Router<AppState> {
    Router::new()
        .route("/", get(async move |asked: Asked| log.page(asked).await))
        .route("/export", get(async move |asked: Asked| log.file(asked).await))
        .route("/news", get(async move |asked: Asked| log.news(asked).await))
}

/// Who asks, and for what.
type Asked = (State<AppState>, SignedInMember, RawQuery, HeaderMap);

impl Log {
    const fn section(self) -> Section {
        match self {
            Self::AllClients => Section::Events,
            Self::Trail => Section::Trail,
        }
    }

    /// Where it is within the project.
    const fn path(self) -> &'static str {
        match self {
            Self::AllClients => "/events",
            Self::Trail => "/trail",
        }
    }

    /// Its reader, for those who may read it.
    fn reader(self, member: &Member) -> Result<Reader, Problem> {
        match self {
            Self::AllClients => member.reader(),
            Self::Trail => member.trail(),
        }
    }

    /// The customers' columns; of all clients, with the client after the time.
    fn config(self) -> ViewConfig {
        let mut config = ViewConfig::default();
        match self {
            Self::AllClients => {
                "Events".clone_into(&mut config.brand.title);
                config.columns.insert(1, Column::of("Client", Field::ClientName, None));
            }
            Self::Trail => "Account trail".clone_into(&mut config.brand.title),
        }
        config
    }

    /// The whole page, or the part of it that a script asks for.
    async fn page(self, (State(state), SignedInMember(member), RawQuery(query), browser): Asked) -> Response {
        let nonce = headers::nonce();
        let is_part = browser.contains_key("x-daybook-part");
        match self.laid_out(&state, &member, &query.unwrap_or_default(), &browser, &nonce).await {
            Ok(page) if is_part => embed_page::part(&page),
            Ok(page) => document(&member, self.section(), &page, &nonce),
            Err(problem) if is_part => Failure::from(problem).into_response(),
            Err(problem) => Told(problem).into_response(),
        }
    }

    async fn laid_out(
        self,
        state: &AppState,
        member: &Member,
        query: &str,
        browser: &HeaderMap,
        nonce: &str,
    ) -> Result<ViewerPage, Problem> {
        let reader = self.reader(member)?;
        let base = at(member.project_name(), self.path());
        let shell = Shell {
            config: self.config(),
            client_name: None,
            of_all_clients: reader.is_of_all_clients(),
            renew: String::new(),
            news: Some(format!("{base}/news")),
            base,
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

    /// What the page's filter chooses, as a file.
    async fn file(
        self,
        (State(state), SignedInMember(member), RawQuery(query), browser): Asked,
    ) -> Result<Response, Told> {
        let (reader, query) = (self.reader(&member)?, query.unwrap_or_default());
        let zone = time_zone(&Zone::of(&query, &browser).name);
        let (format, Place { filter, client, .. }) = (download::format(&query)?, Place::parse(&query, &zone));
        let pen = download::pen(format, &self.config().columns, &reader, zone.clone());
        let clients = client.filter(|_| reader.is_of_all_clients()).map_or(ClientScope::All, ClientScope::One);
        let wanted = Wanted { clients, filter, ..Wanted::default() };
        let export = Export::begin(&state.backend, &reader, wanted, pen).await?;
        Ok(download::answer(export, format, &zone).await?)
    }

    /// How many events the page would show above the one that it has at its top, to a hundred.
    async fn news(
        self,
        (State(state), SignedInMember(member), RawQuery(query), browser): Asked,
    ) -> Result<Response, Failure> {
        let (reader, query) = (self.reader(&member)?, query.unwrap_or_default());
        let Place { filter, client, .. } = Place::parse(&query, &time_zone(&Zone::of(&query, &browser).name));
        let one = client.and_then(|client| reader.of(&ClientScope::One(client)));
        let top = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "top");
        let top = top.and_then(|(_, top)| top.parse().ok());
        let count = search::newer_of(&state.backend, one.as_ref().unwrap_or(&reader), filter, top).await?;
        Ok(([(header::CACHE_CONTROL, "no-store")], count.to_string()).into_response())
    }
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
