//! The HTTP API as its callers meet it, a module for each part of the URL space.
#![cfg(feature = "ssr")]
#![expect(clippy::unwrap_used, reason = "a test that stops has failed")]

#[path = "../support/mod.rs"]
mod support;

mod accounts;
mod address_rate;
mod admin;
mod admin_events;
mod admin_routes;
mod api_actors;
mod api_docs;
mod api_events_export;
mod api_events_find;
mod api_events_one;
mod api_events_send;
mod api_exact;
mod api_idempotency;
mod api_views;
mod bodies;
mod connections;
mod browser_pages;
mod dashboard;
mod disk_full;
mod embed;
mod embed_design;
mod embed_export;
mod embed_programs;
mod failures;
mod health;
mod hidden;
mod keys;
mod masking;
mod oidc;
mod provider;
mod reader_activity;
mod revocation;
mod rpc;
mod second_factor;
mod security_txt;
mod serve;
mod trail;
mod unreadable;
mod vendor_apis;
mod view_security;

/// What a page says, without its tags.
fn words(page: &str) -> String {
    let parts = page.split('<').map(|part| part.split_once('>').map_or(part, |(_, said)| said));
    parts.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}
