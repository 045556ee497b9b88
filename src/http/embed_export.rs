//! An opened view's log as a file.

use super::embed::{refused, resumed, token_of};
use super::{AppState, download, headers};
use crate::backend::auth::{Look, Resumed, Whence};
use crate::backend::calendar::time_zone;
use crate::backend::export::{Export, Wanted};
use crate::backend::views::{self, PublicView};
use crate::domain::problem::Problem;
use crate::ui::viewer::{Place, ZoneChoice};
use axum::extract::{Form, Path, RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;

/// Who asks, and for what.
type Asked = (State<AppState>, Path<(String, String)>, Whence, RawQuery);

/// For a plain link, which brings the document's cookie.
pub async fn by_link((state, path, source, query): Asked, headers: HeaderMap) -> Response {
    let token = token_of(&headers, &path.1).map(str::to_owned);
    answer(&state, &path, source, query.0, token.as_deref()).await
}

/// What the browser part sends, which needs no cookie.
#[derive(Deserialize)]
pub struct Proof {
    session: String,
}

/// For the browser part's form.
pub async fn by_form((state, path, source, query): Asked, Form(proof): Form<Proof>) -> Response {
    answer(&state, &path, source, query.0, Some(&proof.session)).await
}

/// The file, or the page that says why there is none.
async fn answer(
    state: &AppState,
    (view, handle): &(String, String),
    source: Whence,
    query: Option<String>,
    token: Option<&str>,
) -> Response {
    let mut look = Look::default();
    let made = async {
        let (id, resumed) = resumed(state, view, handle, token).await?;
        look = resumed.look.clone();
        let known = views::public(&state.backend, &id).await?;
        file(state, &known, resumed, source, &query.unwrap_or_default()).await
    };
    match made.await {
        Ok(response) => response,
        Err(problem) => refused(state, view, &problem, &look).await,
    }
}

async fn file(
    state: &AppState,
    view: &PublicView,
    resumed: Resumed,
    source: Whence,
    query: &str,
) -> Result<Response, Problem> {
    let Resumed { reader, look, .. } = resumed;
    let reader = reader.with_source(source);
    let zone = time_zone(ZoneChoice::in_query(query).resolve(look.zone.as_deref()));
    let filter = Place::parse(query, &zone).filter;
    let format = download::format(query)?;
    let pen = download::pen(format, &view.config.columns, &reader, zone.clone());
    let export = Export::begin(&state.backend, &reader, Wanted { filter, ..Wanted::default() }, pen).await?;
    let mut response = download::answer(export, format, &zone).await?;
    // A file in the place of a document: whoever may frame the view may have it there.
    for (name, value) in &headers::framed("", &view.config, &view.origins) {
        response.headers_mut().entry(name).or_insert_with(|| value.clone());
    }
    Ok(response)
}
