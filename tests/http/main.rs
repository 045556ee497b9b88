//! The HTTP API as its callers meet it, a module for each part of the URL space.
#![cfg(feature = "ssr")]
#![expect(clippy::unwrap_used, reason = "a test that stops has failed")]

#[path = "../support/mod.rs"]
mod support;

mod accounts;
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
mod dashboard;
mod embed;
mod embed_design;
mod embed_export;
mod embed_programs;
mod failures;
mod health;
mod keys;
mod masking;
mod oidc;
mod provider;
mod rpc;
mod second_factor;
mod serve;
mod trail;
mod unreadable;
mod view_security;
