//! What happens across all clients, as charts.

use super::super::{AppState, headers};
use super::session::{SignedInMember, at, cookie, shell};
use super::{Told, html, projects};
use crate::backend::auth::{Member, Reader};
use crate::backend::calendar::{ReaderCalendar, time_zone};
use crate::backend::stats;
use crate::domain::problem::Problem;
use crate::domain::time::Timestamp;
use crate::domain::view::Calendar;
use crate::ui::dashboard::{Dashboard, Habits, Place, Subject, render_dashboard};
use crate::ui::viewer::ZoneChoice;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

/// The language of our own pages.
pub const LOCALE: &str = "en-GB";

/// The dashboard of a project; whoever may not read events is sent to what they may do.
pub async fn home(
    State(state): State<AppState>,
    SignedInMember(member): SignedInMember,
    RawQuery(query): RawQuery,
    browser: HeaderMap,
) -> Result<Response, Told> {
    let reader = match member.reader() {
        Ok(reader) => reader,
        Err(Problem::NotAllowed) => return Ok(projects::enter(&member).into_response()),
        Err(problem) => return Err(problem.into()),
    };
    let address = at(member.project_name(), "");
    show(&state, &member, &reader, Subject::AllClients, address, &query.unwrap_or_default(), &browser).await
}

/// A dashboard of all clients, or of one.
pub async fn show(
    state: &AppState,
    member: &Member,
    reader: &Reader,
    subject: Subject,
    address: String,
    query: &str,
    browser: &HeaderMap,
) -> Result<Response, Told> {
    let zone = Zone::of(query, browser);
    let now = state.backend.clock().now();
    let time_zone = time_zone(&zone.name);
    let place = Place::parse(query, &time_zone);
    let span = place.span(now, &time_zone);
    let client = match &subject {
        Subject::AllClients => None,
        Subject::Client(client) => Some(&client.summary.id),
    };
    let sums = stats::overview(&state.backend, reader, client, span).await?;
    let (shell, nonce) = (shell(member), headers::nonce());
    let calendar = zone.calendar();
    let number = |number| calendar.number(number);
    let habits = zone.habits(&calendar, now, &number);
    let dashboard = Dashboard::lay_out(subject, address, at(member.project_name(), ""), place, (span, sums), habits);
    Ok(html(StatusCode::OK, &nonce, render_dashboard(&shell, &dashboard, &nonce)))
}

/// The zone that a page of ours is written in: as its URL says, or as the browser told by its cookie.
pub struct Zone {
    pub name: String,
    /// The browser's own.
    pub local: Option<String>,
}

impl Zone {
    pub fn of(query: &str, browser: &HeaderMap) -> Self {
        // A name that we do not know is as good as none.
        let known = |zone: &&str| time_zone(zone).iana_name().is_some_and(|known| known.eq_ignore_ascii_case(zone));
        let local = cookie(browser, "daybook-zone").filter(known).map(str::to_owned);
        Self { name: ZoneChoice::in_query(query).resolve(local.as_deref()).to_owned(), local }
    }

    pub fn calendar(&self) -> ReaderCalendar {
        ReaderCalendar::new(LOCALE, &self.name)
    }

    /// How the page's reader tells times and numbers.
    pub fn habits<'a>(
        &self,
        calendar: &ReaderCalendar,
        now: Timestamp,
        number: &'a dyn Fn(u64) -> String,
    ) -> Habits<'a> {
        Habits {
            zone: calendar.time_zone().clone(),
            zone_name: calendar.zone(now),
            local_zone: self.local.clone(),
            number,
        }
    }
}
