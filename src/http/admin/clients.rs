//! The clients of a project, and one of them.

use super::super::{AppState, headers};
use super::dashboard::{self, Zone};
use super::session::{SignedInMember, at, shell};
use super::{Told, html, views::clients::address};
use crate::backend::auth::Member;
use crate::backend::storage::ClientsWanted;
use crate::backend::{stats, views};
use crate::domain::access::ClientId;
use crate::domain::people::Right;
use crate::domain::problem::Problem;
use crate::domain::stats::ClientSummary;
use crate::domain::time::Timestamp;
use crate::ui::dashboard::{Clients, OneClient, OwnLook, Subject, render_clients};
use axum::extract::{Path, Query, RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Deserialize;

/// Clients on a page.
const PAGE: usize = 100;

/// Which clients, and after which.
#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    q: String,
    /// The last client of the page before: when its last event happened, in milliseconds, and its id.
    last: Option<i64>,
    after: Option<String>,
}

pub async fn list(
    State(state): State<AppState>,
    SignedInMember(member): SignedInMember,
    Query(asked): Query<Asked>,
    RawQuery(query): RawQuery,
    browser: HeaderMap,
) -> Result<Response, Told> {
    let reader = member.reader()?;
    let text = asked.q.trim().to_owned();
    let after = asked.after.and_then(|id| ClientId::parse(id).ok());
    let after = asked.last.map(Timestamp::from_millis).zip(after);
    // One more than shown tells whether there is another page.
    let limit = u32::try_from(PAGE + 1).unwrap_or(u32::MAX);
    let wanted = ClientsWanted { text: text.clone(), after, limit };
    let mut rows = stats::clients(&state.backend, &reader, &wanted).await?;
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let next = rows.last().filter(|_| more).map(|last| next(&text, last));
    let (shell, nonce) = (shell(&member), headers::nonce());
    let zone = Zone::of(&query.unwrap_or_default(), &browser);
    let calendar = zone.calendar();
    let number = |number| calendar.number(number);
    let habits = zone.habits(&calendar, state.backend.clock().now(), &number);
    let clients = Clients { project: at(member.project_name(), ""), rows, text, next, habits };
    Ok(html(StatusCode::OK, &nonce, render_clients(&shell, &clients, &nonce)))
}

/// The query of the page that begins after a client.
fn next(text: &str, last: &ClientSummary) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    if !text.is_empty() {
        query.append_pair("q", text);
    }
    query.append_pair("last", &last.last.millis().to_string()).append_pair("after", last.id.as_str());
    query.finish()
}

pub async fn show(
    State(state): State<AppState>,
    SignedInMember(member): SignedInMember,
    Path((_, client)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    browser: HeaderMap,
) -> Result<Response, Told> {
    let reader = member.reader()?;
    let client = ClientId::parse(client).map_err(|_| Problem::NotFound)?;
    let summary = stats::client(&state.backend, &reader, &client).await?;
    let address = at(member.project_name(), &format!("/clients/{}", crate::ui::dashboard::segment(client.as_str())));
    let views = looks(&state, &member, &client).await?;
    let subject = Subject::Client(Box::new(OneClient { summary, views }));
    dashboard::show(&state, &member, &reader, subject, address, &query.unwrap_or_default(), &browser).await
}

/// The views in use, for those who may say how they look to a client.
async fn looks(state: &AppState, member: &Member, client: &ClientId) -> Result<Vec<OwnLook>, Problem> {
    if !member.role().may(Right::DesignViews) {
        return Ok(Vec::new());
    }
    let mut looks = Vec::new();
    for view in views::list(&state.backend, member).await?.into_iter().filter(|view| view.archived_at.is_none()) {
        let (view, theirs) = views::branded(&state.backend, member, &view.id, client).await?;
        looks.push(OwnLook { address: address(member, &view.id, client), view: view.name, own: theirs.is_some() });
    }
    Ok(looks)
}
