//! The account trail: what was done to the project, in the customers' own viewer.

use super::super::AppState;
use super::events::{self, Log};
use super::session::SignedInMember;
use crate::domain::view::ViewConfig;
use crate::ui::admin::Section;
use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;

pub async fn show(
    State(state): State<AppState>,
    SignedInMember(member): SignedInMember,
    RawQuery(query): RawQuery,
    browser: HeaderMap,
) -> Response {
    match member.trail() {
        Ok(reader) => {
            let log = Log { reader, section: Section::Trail, path: "/trail", config: config() };
            events::answer(&state, &member, log, &query.unwrap_or_default(), &browser).await
        }
        Err(problem) => events::refused(problem, &browser),
    }
}

fn config() -> ViewConfig {
    let mut config = ViewConfig::default();
    "Account trail".clone_into(&mut config.brand.title);
    config
}
