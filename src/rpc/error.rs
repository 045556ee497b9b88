//! What a call from the browser may fail with.

use crate::domain::problem::Problem;
use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};

/// The answer of a server function.
pub type CallResult<T> = Result<T, CallError>;

/// Why there is none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum CallError {
    /// The server answered that it will not.
    #[error(transparent)]
    Problem(#[from] Problem),
    /// The question or the answer was lost on the way.
    #[error("the server could not be reached")]
    Transport,
}

impl FromServerFnError for CallError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(_: ServerFnErrorErr) -> Self {
        Self::Transport
    }
}
