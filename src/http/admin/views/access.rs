//! How a view is embedded, and who may open it.

use super::super::super::{AppState, headers};
use super::super::session::{SignedInMember, shell};
use super::super::{Told, address, html, shown};
use super::Named;
use crate::backend::auth::{Member, Steward};
use crate::backend::views::{self, Change};
use crate::domain::access::{Origin, ViewId};
use crate::domain::people::Right;
use crate::domain::problem::Problem;
use crate::ui::admin::{Mistakes, ViewAccess, ViewHead, render_view_access};
use axum::extract::{Form, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Who may open it.
#[derive(Deserialize)]
pub struct Access {
    /// There only if it is ticked.
    tokens_only: Option<String>,
    #[serde(default)]
    origins: String,
}

pub async fn show(
    State(state): State<AppState>,
    SignedInMember(member): SignedInMember,
    Path(Named { view }): Path<Named>,
    browser: HeaderMap,
) -> Result<Response, Told> {
    let (steward, id) = own(&member, view)?;
    let page = settings(&state, &steward, &browser, &id, None).await?;
    Ok(shown(render_view_access(&shell(&state, &member).await?, &page)))
}

pub async fn change_access(
    State(state): State<AppState>,
    SignedInMember(member): SignedInMember,
    Path(Named { view }): Path<Named>,
    browser: HeaderMap,
    Form(form): Form<Access>,
) -> Result<Response, Told> {
    let (steward, id) = own(&member, view)?;
    let tokens_only = form.tokens_only.is_some();
    let (status, page) = match origins(&form.origins) {
        Ok(origins) => {
            let change = Change { tokens_only: Some(tokens_only), origins: Some(origins), ..Change::default() };
            views::change(&state.backend, &steward, &id, change).await?;
            (StatusCode::OK, settings(&state, &steward, &browser, &id, Some("Saved.")).await?)
        }
        Err(wrong) => {
            let mistakes = Mistakes(BTreeMap::from([("origins".to_owned(), wrong)]));
            let kept = settings(&state, &steward, &browser, &id, None).await?;
            (StatusCode::BAD_REQUEST, ViewAccess { tokens_only, origins: form.origins, mistakes, ..kept })
        }
    };
    Ok(html(status, &headers::nonce(), render_view_access(&shell(&state, &member).await?, &page)))
}

pub async fn replace_access_key(
    State(state): State<AppState>,
    SignedInMember(member): SignedInMember,
    Path(Named { view }): Path<Named>,
    browser: HeaderMap,
) -> Result<Response, Told> {
    let change = Change { new_access_key: true, ..Change::default() };
    replace(&state, &member, view, &browser, change, "The access key is replaced.").await
}

pub async fn replace_signing_secret(
    State(state): State<AppState>,
    SignedInMember(member): SignedInMember,
    Path(Named { view }): Path<Named>,
    browser: HeaderMap,
) -> Result<Response, Told> {
    let change = Change { new_signing_secret: true, ..Change::default() };
    replace(&state, &member, view, &browser, change, "The signing secret is replaced; sign with the new one now.").await
}

async fn replace(
    state: &AppState,
    member: &Member,
    view: String,
    browser: &HeaderMap,
    change: Change,
    done: &'static str,
) -> Result<Response, Told> {
    let (steward, id) = own(member, view)?;
    views::change(&state.backend, &steward, &id, change).await?;
    let page = settings(state, &steward, browser, &id, Some(done)).await?;
    Ok(shown(render_view_access(&shell(state, member).await?, &page)))
}

/// A view, and the member as somebody who may know its secrets and change them.
fn own(member: &Member, view: String) -> Result<(Steward, ViewId), Problem> {
    let steward = member.steward(Right::SecureViews)?;
    Ok((steward, ViewId::parse(view).map_err(|_| Problem::NotFound)?))
}

async fn settings(
    state: &AppState,
    steward: &Steward,
    browser: &HeaderMap,
    id: &ViewId,
    done: Option<&'static str>,
) -> Result<ViewAccess, Problem> {
    let view = views::reveal(&state.backend, steward, id).await?;
    Ok(ViewAccess {
        head: ViewHead { id: view.id.to_string(), name: view.name, may_secure: true },
        id: view.id.to_string(),
        server: address(state, browser),
        access_key: view.access_key,
        kid: view.kid,
        signing_secret: view.signing_secret,
        tokens_only: view.tokens_only,
        origins: view.origins.iter().map(Origin::as_str).collect::<Vec<_>>().join("\n"),
        mistakes: Mistakes::default(),
        done,
    })
}

/// One on each line; a comma parts them too. Or which of them is none.
fn origins(text: &str) -> Result<Vec<Origin>, String> {
    let given = text.split(['\n', ',']).map(str::trim).filter(|origin| !origin.is_empty());
    // Copied from an address bar they have a path, most often only a slash.
    let read =
        |origin: &str| Origin::parse(origin.trim_end_matches('/')).map_err(|error| format!("“{origin}”: {error}"));
    given.map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::origins;

    #[test]
    fn origins_are_read_as_people_write_them() {
        let read = origins("https://a.test/\r\n\n https://*.b.test , http://localhost:3000").unwrap();
        assert_eq!(read.len(), 3);
        assert_eq!(origins("").unwrap(), []);
        assert!(origins("https://a.test\nb.test").unwrap_err().starts_with("“b.test”: expected an origin"));
    }
}
