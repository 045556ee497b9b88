//! The door: every route, grouped by who calls, and what surrounds all of them.

mod address;
mod admin;
pub mod answer;
pub mod assets;
mod body;
pub mod caller;
pub mod demo_host;
mod dialects;
mod docs;
mod download;
mod embed;
mod embed_export;
mod embed_page;
mod headers;
mod health;
mod pictures;
mod log_page;
mod request;
mod uri;

pub use dialects::history;
pub use dialects::workos::made as schemas;

use crate::backend::Backend;
use crate::domain::limits::LIMITS;
use answer::Failure;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::{from_fn_with_state, map_response};
use axum::response::IntoResponse;
use axum::routing::post;
use axum::serve::ListenerExt;
use leptos::prelude::provide_context;
use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;
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
    pub public_url: Option<std::sync::Arc<str>>,
    /// Whether `X-Forwarded-For` comes from a proxy of ours rather than from the caller.
    pub trust_proxy: bool,
}

/// How long requests may go on after the server was asked to stop.
const GRACE: Duration = Duration::from_secs(15);

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
        // The level is the one where time and size are balanced; the encoders' own choice for brotli takes seconds.
        .layer(CompressionLayer::new().quality(CompressionLevel::Precise(5)))
        .layer(unless_set(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(unless_set(header::REFERRER_POLICY, "no-referrer"))
        .layer(map_response(headers::unframed))
        .layer(from_fn_with_state(state.clone(), request::around))
}

/// Serves until `stop` is ready, then lets the requests under way finish.
pub async fn serve(
    listener: TcpListener,
    state: AppState,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let (stopping, stopped) = tokio::sync::oneshot::channel();
    let listener = listener.tap_io(|socket| {
        // Small answers must not wait for more to send with them.
        if let Err(error) = socket.set_nodelay(true) {
            tracing::debug!(%error, "a connection keeps its delay");
        }
    });
    let service = router(state).into_make_service_with_connect_info::<SocketAddr>();
    let server = axum::serve(listener, service).with_graceful_shutdown(async move {
        stop.await;
        // Nobody listens any more only when the server has ended already.
        let _ = stopping.send(());
    });
    let overdue = async {
        if stopped.await.is_err() {
            std::future::pending::<()>().await;
        }
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        ended = server => ended,
        () = overdue => {
            tracing::warn!("stopped with connections still open");
            Ok(())
        }
    }
}
