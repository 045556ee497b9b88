//! What a page does in the browser: small functions over the platform. Compiles everywhere, runs only there.

pub mod clipboard;
pub mod dom;
pub mod focus;
pub mod frame;
pub mod history;
pub mod host_page;
pub mod request;
