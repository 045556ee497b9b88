//! Events, for screens that stay open.

use super::CallResult;
use crate::domain::access::ViewId;
use crate::domain::query::Cursor;
use leptos::prelude::*;

/// How many events have come that a page of this view, with this query, would show above the one at `top`; counted to
/// a hundred. Without `top`, how many it would show at all.
#[server(prefix = "/rpc", endpoint = "events/newer")]
pub async fn newer_events(view: ViewId, query: String, top: Option<Cursor>) -> CallResult<u32> {
    use crate::backend::search;
    super::guard::as_reader(&view, async |backend, reader| search::newer(backend, reader, &query, top).await).await
}
