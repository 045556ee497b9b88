//! What a view looked like: each version with its author, what it changed, and the way back to it.

use super::shell::{Section, Shell, page};
use super::time::moment;
use super::view_tabs::{ViewHead, ViewTab};
use crate::domain::time::Timestamp;
use crate::ui::text;
use leptos::prelude::*;

/// A version of the list.
#[derive(Debug, Clone)]
pub struct VersionRow {
    pub version: u32,
    pub author: String,
    pub saved: Timestamp,
    /// What it changed, such as `Title: Audit log → Activity`.
    pub changes: Vec<String>,
}

/// The page of versions.
#[derive(Debug, Clone, Default)]
pub struct Versions {
    pub head: ViewHead,
    /// The latest first.
    pub rows: Vec<VersionRow>,
}

/// The whole document.
pub fn render_versions(shell: &Shell, versions: &Versions) -> String {
    let Versions { head, rows } = versions.clone();
    page(shell, Section::Views, "Versions", || {
        let id = head.id.clone();
        let rows = rows.into_iter().enumerate().map(|(at, row)| one(shell, &id, row, at == 0)).collect_view();
        view! {
            {head.view(shell, ViewTab::Versions)}
            <p class="lead">"Every saved version of this view. Restoring one saves it as the newest; nothing is lost."</p>
            <ol class="versions">{rows}</ol>
        }
        .into_any()
    })
}

fn one(shell: &Shell, id: &str, row: VersionRow, is_newest: bool) -> AnyView {
    let VersionRow { version, author, saved, changes } = row;
    let title = format!("Version {version}");
    let changes: Vec<AnyView> =
        changes.into_iter().map(|change| view! { <li><bdi>{text::text(&change)}</bdi></li> }.into_any()).collect();
    let changes = if changes.is_empty() {
        view! { <p class="hint">"Initial version"</p> }.into_any()
    } else {
        view! { <ul class="changes">{changes}</ul> }.into_any()
    };
    let aloud = format!("Restore version {version}");
    let back = (!is_newest).then(|| {
        view! {
            <form method="post" action=shell.at(&format!("/views/{id}/versions/{version}/restore"))>
                <button type="submit" class="quiet" aria-label=aloud>"Restore"</button>
            </form>
        }
    });
    let newest = is_newest.then(|| view! { <span class="hint">"Current version"</span> });
    view! {
        <li>
            <div><h2>{title}</h2> {newest}<p class="hint">{author} ", " {moment(saved)}</p></div>
            <div>{changes}</div>
            {back}
        </li>
    }
    .into_any()
}
