//! Every `#[server]` function: public endpoints under `/rpc`, a few lines each, each behind the guard.

mod error;
pub mod events;
#[cfg(feature = "ssr")]
pub mod guard;

pub use error::{CallError, CallResult};
