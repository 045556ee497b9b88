//! Daybook: the self-hosted audit-log viewer.
//!
//! The layers, outermost first; each may use only those below it (`tests/architecture.rs` holds them to it).
#![recursion_limit = "256"]

#[cfg(feature = "ssr")]
pub mod http; // server: routes, dialects, the HTML page
pub mod ui; // both: views, rendered by the server, alive in the browser
pub mod rpc; // both: every `#[server]` function; bodies run on the server
pub mod browser; // both, runs in the browser: history, requests, the host page
#[cfg(feature = "ssr")]
pub mod backend; // server: what the product does, without HTTP
pub mod domain; // both: pure rules

/// Wakes the page in the browser; its boot script then hydrates each island by its own name.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}

/// Wakes the admin's editor of a view, which is a WASM of its own.
#[cfg(feature = "customize")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn customize() {
    ui::customize::wake();
}
