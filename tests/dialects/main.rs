//! Other vendors' APIs as their callers meet them, a folder for each with its golden files.
#![cfg(feature = "ssr")]
#![expect(clippy::unwrap_used, reason = "a test that stops has failed")]

#[path = "../support/mod.rs"]
mod support;

mod address_rate;
mod auditledge;
mod auditlog;
mod epilot;
mod exact;
mod fuzz;
mod golden;
mod masking;
mod odd_requests;
mod retraced;
mod rights;
mod workos;
