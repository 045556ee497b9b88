//! The APIs that take events in and give them out, one folder each: routes, their JSON, and the way from it to ours.

pub mod native;
pub mod workos;
