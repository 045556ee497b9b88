//! What people see: rendered on the server, alive in the browser.

pub mod admin;
pub mod customize;
pub mod dashboard;
pub mod text;
pub mod viewer;
