//! Events, for screens that stay open.

use super::CallResult;
use crate::domain::access::ViewId;
use crate::domain::query::Cursor;
use leptos::prelude::*;

/// How many events have come that a page of this view, with this query, would show above the one at `top`; counted to
/// a hundred. Without `top`, how many it would show at all. `session` is the token that opened the view's document.
#[server(prefix = "/rpc", endpoint = "events/newer", input = leptos::server_fn::codec::Json)]
pub async fn newer_events(view: ViewId, session: String, query: String, top: Option<Cursor>) -> CallResult<u32> {
    use crate::backend::search;
    super::guard::as_reader(&view, &session, async |backend, reader| search::newer(backend, reader, &query, top).await)
        .await
}
