//! The demo's host application: Harbour, a freight company's software that exists only here, with the page where its
//! customers find their audit log. It listens on a port of its own, so it is another origin, as a real one would be.
//!
//! It is written as whoever embeds Daybook would write it: `embeds/` holds the lines that go into a page, `token` what
//! a backend adds to them.

mod customers;
mod page;
mod template;
mod token;

use crate::backend::metrics::ConnectionMetrics;
use crate::backend::secrets::random_name;
use crate::domain::access::ViewId;
use crate::http::serve::{self, ConnectionLimits};
use axum::Router;
use axum::extract::{Query, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use page::{Choice, Way};
use serde::Deserialize;
use std::future::Future;
use std::sync::Arc;
use tokio::net::TcpListener;
use tower_http::set_header::SetResponseHeaderLayer;

/// What the company behind the host application was given by whoever runs Daybook.
pub struct DemoHost {
    /// The origin of Daybook, such as `http://127.0.0.1:3000`.
    pub viewer: String,
    pub view: ViewId,
    pub access_key: String,
    /// Names the signing secret in a token's header.
    pub kid: String,
    /// Never leaves the host's backend.
    pub signing_secret: String,
}

/// Every route of the host application.
pub fn router(host: DemoHost) -> Router {
    let unless_set =
        |name: HeaderName, value| SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value));
    Router::new()
        .route("/", get(async |host, choice| show(Way::Script, host, choice)))
        .route("/strict", get(async |host, choice| show(Way::Strict, host, choice)))
        .route("/element", get(async |host, choice| show(Way::Element, host, choice)))
        .route("/audit-token", get(audit_token))
        .route("/demo.css", get(file("text/css; charset=utf-8", include_str!("demo.css"))))
        .route("/demo.js", get(file("text/javascript; charset=utf-8", include_str!("demo.js"))))
        .route("/demo.svg", get(file("image/svg+xml", include_str!("demo.svg"))))
        .layer(unless_set(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(unless_set(header::CACHE_CONTROL, "no-cache"))
        .with_state(Arc::new(host))
}

/// Serves until `stop` is ready.
pub async fn serve(
    listener: TcpListener,
    host: DemoHost,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    serve::serve(listener, router(host), ConnectionLimits::default(), ConnectionMetrics::default(), stop).await
}

type Host = State<Arc<DemoHost>>;

/// The audit log's page. It holds an access key, so nobody keeps a copy of it.
fn show(way: Way, State(host): Host, Query(choice): Query<Choice>) -> Result<Response, NotACustomer> {
    let customer = customers::find(choice.client.as_deref()).ok_or(NotACustomer)?;
    let nonce = random_name("");
    let html = Html(page::page(way, &host, customer, &choice, &nonce));
    let no_store = [(header::CACHE_CONTROL, "no-store")];
    Ok(match way {
        Way::Script | Way::Element => (no_store, html).into_response(),
        Way::Strict => {
            let policy = [(header::CONTENT_SECURITY_POLICY, page::strict_policy(&host.viewer, &nonce))];
            (no_store, policy, html).into_response()
        }
    })
}

#[derive(Deserialize)]
struct TokenQuery {
    client: String,
}

/// A fresh token for the page's script to open the view with.
///
/// A real host takes the client from its own session: whoever is signed in gets a token for the company they belong
/// to, and the request says nothing about it. Here nobody signs in, so the demo lets the page choose among its customers.
async fn audit_token(
    State(host): Host,
    Query(TokenQuery { client }): Query<TokenQuery>,
) -> Result<Response, NotACustomer> {
    let customer = customers::find(Some(&client)).ok_or(NotACustomer)?;
    Ok(match token::sign(&host, customer, jsonwebtoken::get_current_timestamp()) {
        Ok(token) => ([(header::CACHE_CONTROL, "no-store")], token).into_response(),
        Err(error) => {
            tracing::error!(%error, "the demo's host application cannot sign a token");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    })
}

/// The request names a client that is none of Harbour's.
struct NotACustomer;

impl IntoResponse for NotACustomer {
    fn into_response(self) -> Response {
        (StatusCode::FORBIDDEN, "This is not a customer of Harbour.").into_response()
    }
}

/// One of the page's own files.
fn file(media: &'static str, text: &'static str) -> ([(HeaderName, &'static str); 1], &'static str) {
    ([(header::CONTENT_TYPE, media)], text)
}

#[cfg(test)]
mod tests;
