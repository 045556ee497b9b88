//! Where the world finds this server, for links that are followed elsewhere.

use crate::http::AppState;
use axum::http::{HeaderMap, header};

/// As configured, else as the caller found it.
pub fn of(state: &AppState, headers: &HeaderMap) -> String {
    if let Some(public) = &state.public_url {
        return public.to_string();
    }
    let said = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let scheme = said("x-forwarded-proto").filter(|scheme| state.trust_proxy && *scheme == "https").unwrap_or("http");
    format!("{scheme}://{}", said(header::HOST.as_str()).unwrap_or("localhost"))
}
