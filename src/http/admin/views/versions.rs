//! The versions of a view.

use super::super::super::{AppState, headers};
use super::super::session::{SignedInMember, at, shell};
use super::super::{Told, html};
use super::{Named, head};
use crate::backend::storage::VersionRecord;
use crate::backend::views::{self, Saving};
use crate::domain::problem::Problem;
use crate::ui::admin::{VersionRow, Versions, render_versions};
use crate::ui::customize::sentence;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

/// A version of the view that an address names.
#[derive(Deserialize)]
pub struct OneVersion {
    view: String,
    version: u32,
}

pub async fn list(
    State(state): State<AppState>,
    SignedInMember(member): SignedInMember,
    Path(view): Path<Named>,
) -> Result<Response, Told> {
    let view = views::designed(&state.backend, &member, &view.id()?).await?;
    let versions = views::versions(&state.backend, &member, &view.id).await?;
    let before = versions.iter().skip(1).map(Some).chain([None]);
    let rows = versions.iter().zip(before).map(|(version, before)| row(version, before)).collect();
    let page = Versions { head: head(&member, &view), rows };
    Ok(html(StatusCode::OK, &headers::nonce(), render_versions(&shell(&member), &page)))
}

fn row(version: &VersionRecord, before: Option<&VersionRecord>) -> VersionRow {
    let changes = before.map(|before| before.config.differences(&version.config)).unwrap_or_default();
    VersionRow {
        version: version.version,
        author: version.author.clone(),
        saved: version.saved_at,
        changes: changes.iter().map(sentence).collect(),
    }
}

pub async fn restore(
    State(state): State<AppState>,
    SignedInMember(member): SignedInMember,
    Path(OneVersion { view, version }): Path<OneVersion>,
) -> Result<Response, Told> {
    let id = Named { view }.id()?;
    match views::restore(&state.backend, &member, &id, version).await? {
        Saving::Saved(_) => {
            Ok(Redirect::to(&at(member.project_name(), &format!("/views/{id}/versions"))).into_response())
        }
        Saving::Overtaken(_) => Err(Told(Problem::Busy { retry_after: 1 })),
    }
}
