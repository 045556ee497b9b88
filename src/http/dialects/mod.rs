//! The APIs that programs speak to this server. A folder can be deleted with its line here and in the route table.

pub mod auditledge;
pub mod epilot;
mod faults;
mod few;
mod fields;
pub mod history;
pub mod native;
pub mod retraced;
mod reworded;
pub mod workos;

use super::answer::Failure;
use axum::response::Response;

/// A failure in the words of the API of another vendor that a path belongs to; `None` for every other path.
pub fn failure(path: &str, failure: &Failure) -> Option<Response> {
    let mut parts = path.trim_start_matches('/').split('/');
    let told = match (parts.next()?, parts.next()) {
        ("v1", Some("events" | "usage")) => auditledge::failure,
        ("v1", Some("logs")) => epilot::failure,
        ("audit_logs" | "organizations", _) | ("portal", Some("generate_link")) => workos::failure,
        ("auditlog", _) => retraced::failure,
        _ => return None,
    };
    Some(told(failure.clone()))
}
