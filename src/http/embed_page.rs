//! The documents of an embedded view.

use super::answer::Failure;
use super::embed::document_status;
use super::{assets, headers, log_page};
use crate::backend::Backend;
use crate::backend::auth::{Look, Reader, Session};
use crate::backend::search;
use crate::backend::views::PublicView;
use crate::domain::access::{Origin, ViewId};
use crate::domain::problem::{Faults, Problem, Refusal};
use crate::domain::view::{Scheme, Theme, ViewConfig};
use crate::ui::viewer::{
    Assets, Direction, Notice, OPEN, Session as PageSession, Shell, ViewerPage, render_desk, render_document,
    render_notice,
};
use axum::http::header;
use axum::response::{IntoResponse, Response};

/// What a document is made from.
pub struct Document {
    pub view: ViewId,
    pub handle: String,
    /// Only in the answer that opens the view.
    pub session: Option<Session>,
    pub config: ViewConfig,
    pub origins: Vec<Origin>,
    pub reader: Reader,
    pub look: Look,
    /// Of the URL.
    pub query: String,
}

/// A whole document.
pub async fn document(backend: &Backend, document: Document) -> Response {
    let nonce = headers::nonce();
    let headers = headers::framed(&nonce, &document.config, &document.origins);
    let (look, known) = (document.look.clone(), public(&document));
    match page(backend, document, &nonce).await {
        Ok(page) => (headers, render_document(&page)).into_response(),
        Err(problem) => notice(&problem, &look, Some(&known)),
    }
}

/// The part of it that changes.
pub async fn desk(backend: &Backend, document: Document) -> Response {
    match page(backend, document, "").await {
        Ok(page) => part(&page),
        Err(problem) => Failure::from(problem).into_response(),
    }
}

/// The answer that holds it.
pub fn part(page: &ViewerPage) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::VARY, "authorization, cookie, x-daybook-part"),
    ];
    (headers, render_desk(page)).into_response()
}

fn public(document: &Document) -> PublicView {
    PublicView { id: document.view.clone(), config: document.config.clone(), origins: document.origins.clone() }
}

async fn page(backend: &Backend, document: Document, nonce: &str) -> Result<ViewerPage, Problem> {
    let locale = document.look.locale.clone().unwrap_or_else(|| "en".to_owned());
    let client_name = search::client_name(backend, &document.reader).await?;
    let (reader, query) = (document.reader.clone(), document.query.clone());
    let shell = shell(document, client_name, locale, nonce, backend.clock().now());
    log_page::read(backend, &reader, &query, shell).await
}

fn shell(
    document: Document,
    client_name: Option<String>,
    locale: String,
    nonce: &str,
    now: crate::domain::time::Timestamp,
) -> Shell {
    let Document { view, handle, session, mut config, origins, reader, look, .. } = document;
    config.theme = worn(&config, &look);
    let direction = if look.right_to_left { Direction::RightToLeft } else { Direction::of_locale(&locale) };
    Shell {
        config,
        client_name,
        of_all_clients: false,
        base: format!("/embed/{view}/s/{handle}"),
        renew: format!("/embed/{view}/session"),
        news: None,
        session: session.map(|session| PageSession { seconds: session.seconds_from(now), token: session.token }),
        parent: parent(&look, &origins),
        searchable: reader.hide().is_empty(),
        may: reader.rights(),
        assets: page_assets(),
        nonce: nonce.to_owned(),
        locale,
        direction,
        local_zone: look.zone,
        now,
    }
}

/// The view's theme with what the page's script asks for over it; where neither asks for a scheme, that of the page.
fn worn(config: &ViewConfig, look: &Look) -> Theme {
    let mut theme = config.theme.under(&look.theme);
    if theme.scheme == Scheme::Auto {
        theme.scheme = look.around;
    }
    theme
}

/// The page around, if it may frame the view: the only one that is spoken to.
fn parent(look: &Look, origins: &[Origin]) -> Option<String> {
    look.origin.clone().filter(|_| look.may_show(origins).is_ok())
}

/// The files of the viewer.
pub fn page_assets() -> Assets {
    Assets { style: assets::path("viewer.css"), script: assets::path("viewer.js"), wasm: assets::path("viewer.wasm") }
}

/// A document that says why there is no log to see, and nothing about what there might be.
pub fn notice(problem: &Problem, look: &Look, known: Option<&PublicView>) -> Response {
    let nonce = headers::nonce();
    let config = known.map(|view| view.config.clone()).unwrap_or_default();
    let origins = known.map(|view| view.origins.as_slice()).unwrap_or_default();
    let locale = look.locale.clone().unwrap_or_else(|| "en".to_owned());
    let (code, title, text) = words(problem);
    // Whoever made the page has to learn what to mend.
    let told = if let Problem::Invalid { faults } = problem { in_words(faults) } else { String::new() };
    let notice = Notice {
        code,
        brand: known.map(|view| view.config.brand.clone()),
        title: title.to_owned(),
        text: format!("{text}{told}"),
        retry: retry(problem),
        again: known.map(|view| format!("/embed/{}", view.id)),
        request: None,
        theme: worn(&config, look),
        style: assets::path("viewer.css"),
        nonce: nonce.clone(),
        direction: if look.right_to_left { Direction::RightToLeft } else { Direction::of_locale(&locale) },
        locale,
        parent: known.and_then(|view| parent(look, &view.origins)),
    };
    let headers = headers::framed(&nonce, &config, origins);
    (document_status(problem), headers, render_notice(&notice)).into_response()
}

/// Each fault, such as `hide[0]: …`.
fn in_words(faults: &Faults) -> String {
    faults.iter().fold(String::new(), |text, (path, told)| text + &format!(" {path}: {}.", told.join("; ")))
}

/// Whether a fresh credential, or a little time, may be all that is wanting.
fn retry(problem: &Problem) -> bool {
    match problem {
        Problem::SignInRequired
        | Problem::CredentialRefused { reason: Refusal::Expired | Refusal::Replayed }
        | Problem::TooMany { .. }
        | Problem::Busy { .. }
        | Problem::StorageFull { .. }
        | Problem::Internal => true,
        Problem::CredentialRefused { .. }
        | Problem::NotAllowed
        | Problem::ScopeMissing { .. }
        | Problem::SecondFactorWanted
        | Problem::Invalid { .. }
        | Problem::NotFound
        | Problem::TooLarge { .. }
        | Problem::RequestDiffers
        | Problem::OverQuota { .. } => false,
    }
}

/// What a customer reads, and the word for their page's program.
fn words(problem: &Problem) -> (&'static str, &'static str, &'static str) {
    match problem {
        Problem::CredentialRefused { reason: Refusal::Expired | Refusal::Replayed } => (
            "expired",
            "This view has expired",
            "For your safety, access to this log ends after a while. Reload the page to go on.",
        ),
        Problem::SignInRequired
        | Problem::CredentialRefused { .. }
        | Problem::NotAllowed
        | Problem::ScopeMissing { .. }
        | Problem::SecondFactorWanted => (
            "refused",
            "This log cannot be shown",
            "The page around this view did not prove that you may see it. Reload the page; if that does not help, tell whoever runs it.",
        ),
        Problem::Invalid { .. } | Problem::NotFound | Problem::TooLarge { .. } | Problem::RequestDiffers => (
            "invalid",
            "This log cannot be shown",
            "The page around this view did not say which log to show. Please tell whoever runs it.",
        ),
        Problem::TooMany { .. } | Problem::Busy { .. } => {
            ("busy", "One moment", "The log was asked for very often just now. Wait a little, then reload the page.")
        }
        Problem::OverQuota { .. } | Problem::StorageFull { .. } | Problem::Internal => (
            "failed",
            "Something went wrong",
            "The log could not be read. It is safe; reload the page in a little while.",
        ),
    }
}

/// The door: greets the page, asks it for a credential, sends the form.
pub fn door(view: &PublicView) -> Response {
    let script = [OPEN, include_str!("embed_door.js")].concat();
    let nonce = headers::nonce();
    let headers = headers::framed(&nonce, &view.config, &view.origins);
    let html = format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Audit log</title>\
         <meta name=\"color-scheme\" content=\"light dark\"></head><body><script nonce=\"{nonce}\">{script}</script></body></html>"
    );
    (headers, html).into_response()
}
