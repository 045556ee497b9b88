//! The door: every route, grouped by who calls, and what surrounds all of them.

mod address;
mod address_rate;
mod admin;
pub mod answer;
pub mod assets;
mod body;
mod body_limits;
pub mod caller;
pub mod demo_host;
mod dialects;
mod docs;
mod download;
mod embed;
mod embed_export;
mod embed_page;
mod error_page;
mod headers;
mod health;
mod pictures;
mod log_page;
mod request;
mod security_txt;
pub mod serve;
mod shape;
mod uri;

pub use body_limits::{BodyBudget, BodyLimits};
pub use dialects::history;
pub use dialects::workos::made as schemas;
pub use health::metrics_routes;
pub use security_txt::SecurityContact;
pub use serve::{ConnectionLimits, raise_descriptors};

use crate::backend::Backend;
use crate::backend::metrics::ConnectionMetrics;
use crate::domain::limits::LIMITS;
use answer::Failure;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::{from_fn, from_fn_with_state, map_response};
use axum::response::IntoResponse;
use axum::routing::post;
use leptos::prelude::provide_context;
use std::future::Future;
use std::sync::Arc;
use tokio::net::TcpListener;
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::set_header::SetResponseHeaderLayer;

/// What every handler can reach.
#[derive(Clone)]
pub struct AppState {
    pub backend: Backend,
    /// Where the world finds this server, such as `https://audit.example.com`, without a slash at the end.
    pub public_url: Option<Arc<str>>,
    /// Whether `X-Forwarded-For` comes from a proxy of ours rather than from the caller.
    pub trust_proxy: bool,
    pub options: Arc<Options>,
    /// What the bodies of all requests take together.
    pub bodies: Arc<BodyBudget>,
}

/// How the server serves.
#[derive(Debug, Clone, Default)]
pub struct Options {
    pub connections: ConnectionLimits,
    pub bodies: BodyLimits,
    /// Whether every request is a line of the log.
    pub access_log: bool,
    /// What `/.well-known/security.txt` says; without it, that path is none.
    pub security: Option<SecurityContact>,
}

impl AppState {
    /// With nothing set.
    pub fn new(backend: Backend) -> Self {
        Self::with(backend, Options::default())
    }

    /// With options.
    pub fn with(backend: Backend, options: Options) -> Self {
        let bodies = Arc::new(BodyBudget::new(options.bodies));
        Self { backend, public_url: None, trust_proxy: false, options: Arc::new(options), bodies }
    }
}

/// Every route.
pub fn router(state: AppState) -> Router {
    let routes = Router::new()
        // The company's own servers: events in, events out.
        .merge(dialects::native::routes())
        .merge(dialects::auditledge::routes())
        .merge(dialects::epilot::routes())
        .merge(dialects::workos::routes())
        .merge(dialects::retraced::routes())
        // The people who write such servers.
        .merge(docs::routes(&state))
        // The people who run the logs.
        .merge(admin::routes())
        // Browsers, in the company's pages.
        .merge(embed::routes())
        .merge(pictures::routes())
        // Browsers, for what a page loads.
        .merge(assets::routes())
        // Pages that stay open.
        .route("/rpc/{*function}", post(call))
        // Whoever found a hole in it.
        .merge(security_txt::routes())
        // Whoever watches over this process.
        .merge(health::routes())
        .fallback(|| async { Failure::NoSuchPath })
        .method_not_allowed_fallback(|| async { Failure::WrongMethod });
    surrounded(routes, &state).with_state(state)
}

/// Every server function; each has its own guard.
async fn call(State(state): State<AppState>, request: Request) -> impl IntoResponse {
    leptos_axum::handle_server_fns_with_context(move || provide_context(state.backend.clone()), request).await
}

/// The layers, innermost first.
fn surrounded(routes: Router<AppState>, state: &AppState) -> Router<AppState> {
    let unless_set =
        |name: HeaderName, value| SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value));
    let body_limit = usize::try_from(LIMITS.body_bytes).unwrap_or(usize::MAX);
    routes
        .layer(DefaultBodyLimit::max(body_limit))
        .layer(CatchPanicLayer::custom(request::panicked))
        .layer(from_fn_with_state(state.clone(), body_limits::limited))
        .layer(from_fn_with_state(state.clone(), address_rate::limited))
        // The level is the one where time and size are balanced; the encoders' own choice for brotli takes seconds.
        .layer(CompressionLayer::new().quality(CompressionLevel::Precise(5)))
        .layer(unless_set(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(unless_set(header::REFERRER_POLICY, "no-referrer"))
        .layer(map_response(headers::unframed))
        .layer(from_fn_with_state(state.clone(), request::around))
        .layer(from_fn(error_page::for_browsers))
}

/// Serves until `stop` is ready, then lets the requests under way finish.
pub async fn serve(
    listener: TcpListener,
    state: AppState,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let limits = state.options.connections;
    // Behind a proxy every caller has the same address.
    let limits = if state.trust_proxy { ConnectionLimits { per_address: None, ..limits } } else { limits };
    let metrics = state.backend.metrics().connections();
    serve::serve(listener, router(state), limits, metrics, stop).await
}

/// Serves what is counted, by a listener that is not for the world.
pub async fn serve_metrics(
    listener: TcpListener,
    state: AppState,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let limits = ConnectionLimits { connections: 64, ..ConnectionLimits::default() };
    serve::serve(listener, health::metrics_routes(state), limits, ConnectionMetrics::default(), stop).await
}
