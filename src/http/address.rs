//! Where the world finds this server, for links that are followed elsewhere.

use super::AppState;
use axum::http::{HeaderMap, header};

/// As configured, else as the caller found it.
pub fn of(state: &AppState, headers: &HeaderMap) -> String {
    if let Some(public) = &state.public_url {
        return public.to_string();
    }
    let host = said(headers, header::HOST.as_str()).unwrap_or("127.0.0.1:3000");
    format!("{}://{host}", if is_encrypted(state, headers) { "https" } else { "http" })
}

/// Whether a proxy that is trusted says that the caller came by https.
fn is_encrypted(state: &AppState, headers: &HeaderMap) -> bool {
    state.trust_proxy && said(headers, "x-forwarded-proto") == Some("https")
}

fn said<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
