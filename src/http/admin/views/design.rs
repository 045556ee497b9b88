//! The editor of a view: its page, its preview, its data, and saving.

use super::super::super::{AppState, assets, headers};
use super::super::session::{SignedInMember, at, shell};
use super::super::{Told, page_script};
use super::{Named, head};
use crate::backend::auth::Member;
use crate::backend::calendar::ReaderCalendar;
use crate::backend::search;
use crate::backend::storage::{VersionRecord, ViewRecord};
use crate::backend::views::{self, Saving};
use crate::domain::access::{ClientId, ClientScope};
use crate::domain::problem::Problem;
use crate::domain::query::Filter;
use crate::ui::admin::{Customize, minute, render_customize};
use crate::ui::customize::{Refused, Save, Scene, Shown, State as Shows, Studio, Version, page, sample};
use crate::ui::viewer::{Direction, render_preview};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::BTreeSet;

/// Events that are looked at for the names of their metadata, and how many names are offered.
const LOOKED_AT: u32 = 200;
const MOST_NAMES: usize = 60;
/// Events that a preview shows.
const SHOWN: u32 = 25;
/// Most bytes of a view that is saved.
pub const LARGEST_VIEW: usize = 128 * 1024;

pub async fn show(
    State(state): State<AppState>,
    SignedInMember(member): SignedInMember,
    Path(view): Path<Named>,
) -> Result<Response, Told> {
    let view = views::designed(&state.backend, &member, &view.id()?).await?;
    let (nonce, project) = (headers::nonce(), member.project_name());
    let ViewRecord { id, version, config, .. } = &view;
    let studio = Studio {
        base: at(project, &format!("/views/{id}")),
        pictures: at(project, "/pictures"),
        version: *version,
        config: config.clone(),
        metadata: metadata(&state, &member).await?,
        may_read: member.reader().is_ok(),
        now: state.backend.clock().now(),
        locale: "en-GB".to_owned(),
    };
    let page = Customize {
        head: head(&member, &view),
        studio,
        script: assets::path("customize.js"),
        wasm: assets::path("customize.wasm"),
        nonce: nonce.clone(),
    };
    let script = page_script();
    let policy = format!(
        "default-src 'none'; style-src 'self'; img-src 'self' data: https: http:; connect-src 'self'; frame-src 'self'; \
         script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval' {script}; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'"
    );
    Ok(document(&policy, render_customize(&shell(&member), &page)))
}

/// The names of metadata that the latest events have, for those who may read them.
async fn metadata(state: &AppState, member: &Member) -> Result<Vec<String>, Problem> {
    let Ok(reader) = member.reader() else { return Ok(Vec::new()) };
    let latest = search::page(&state.backend, &reader, Filter::default(), None, LOOKED_AT).await?;
    let events = latest.items.iter().filter_map(|stored| stored.event().ok());
    let names: BTreeSet<String> = events.flat_map(|event| event.metadata.into_iter().map(|(name, _)| name)).collect();
    Ok(names.into_iter().take(MOST_NAMES).collect())
}

/// A client that a preview is to show.
#[derive(Deserialize)]
pub struct OfClient {
    client: ClientId,
}

/// A client's latest events, for the preview.
pub async fn events(
    State(state): State<AppState>,
    SignedInMember(member): SignedInMember,
    Path(view): Path<Named>,
    Query(OfClient { client }): Query<OfClient>,
) -> Result<Response, Told> {
    views::designed(&state.backend, &member, &view.id()?).await?;
    let reader = member.reader()?;
    let client = ClientScope::One(client);
    let page = search::page_of(&state.backend, &reader, &client, Filter::default(), None, SHOWN).await?;
    let shown = page.items.into_iter().map(|stored| {
        let document =
            String::from_utf8(stored.document.into_vec()).ok().and_then(|text| RawValue::from_string(text).ok());
        document.map(|document| Shown { id: stored.stamp.id, occurred_at: stored.stamp.occurred_at, document })
    });
    let shown: Option<Vec<Shown>> = shown.collect();
    Ok(Json(shown.ok_or(Problem::Internal)?).into_response())
}

/// A client whose own branding a preview wears.
#[derive(Deserialize)]
pub struct WornBy {
    client: Option<ClientId>,
}

/// What the editor's frame shows at first: the view as it is saved, to all or to a client, with made-up events.
pub async fn preview(
    State(state): State<AppState>,
    SignedInMember(member): SignedInMember,
    Path(view): Path<Named>,
    Query(WornBy { client }): Query<WornBy>,
) -> Result<Response, Told> {
    let id = view.id()?;
    let config = match client {
        None => views::designed(&state.backend, &member, &id).await?.config,
        Some(client) => views::worn_by(&state.backend, &member, &id, &client).await?,
    };
    let (nonce, now) = (headers::nonce(), state.backend.clock().now());
    let events = sample(now, false);
    let scene = Scene {
        events: &events,
        state: Shows::Events,
        direction: Direction::LeftToRight,
        now,
        style: assets::path("viewer.css"),
        nonce: nonce.clone(),
        locale: "en-GB".to_owned(),
    };
    let calendar = ReaderCalendar::new(&scene.locale, "UTC").read_at(now);
    let page = render_preview(&page(&config, &scene, &calendar));
    // A logo may be anywhere while its address is being typed.
    let policy = format!(
        "default-src 'none'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data: https: http:; font-src 'self'; \
         form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
    );
    Ok(document(&policy, page))
}

fn document(policy: &str, page: String) -> Response {
    let mut all = HeaderMap::new();
    let policy = HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("default-src 'none'"));
    all.insert(header::CONTENT_SECURITY_POLICY, policy);
    all.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    all.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    (all, page).into_response()
}

/// Saves what the editor has made, and answers with the version that is now the newest.
pub async fn save(
    State(state): State<AppState>,
    SignedInMember(member): SignedInMember,
    Path(view): Path<Named>,
    body: String,
) -> Result<Response, Told> {
    let id = view.id()?;
    // Whoever may not do this, or not with this view, learns nothing of how it should look.
    views::designed(&state.backend, &member, &id).await?;
    let saved = match serde_json::from_str::<Save>(&body) {
        Ok(Save { base, config }) => views::save(&state.backend, &member, &id, base, config).await,
        Err(error) => Err(Problem::invalid("config", error.to_string())),
    };
    match saved {
        Ok(Saving::Saved(version)) => Ok(Json(told(version)).into_response()),
        Ok(Saving::Overtaken(version)) => Ok((StatusCode::CONFLICT, Json(told(version))).into_response()),
        Err(Problem::Invalid { faults }) => Ok((StatusCode::BAD_REQUEST, Json(Refused { faults })).into_response()),
        Err(problem) => Err(Told(problem)),
    }
}

fn told(version: VersionRecord) -> Version {
    let VersionRecord { version, config, author, saved_at } = version;
    Version { version, author, saved: minute(saved_at), config }
}

/// Takes a picture; answers with its path.
pub async fn upload(
    State(state): State<AppState>,
    SignedInMember(member): SignedInMember,
    body: axum::body::Bytes,
) -> Result<Response, Told> {
    match views::keep_picture(&state.backend, &member, body.to_vec()).await {
        Ok(image) => Ok(image.as_str().to_owned().into_response()),
        Err(Problem::Invalid { faults }) => Ok((StatusCode::BAD_REQUEST, Json(Refused { faults })).into_response()),
        Err(problem) => Err(Told(problem)),
    }
}
