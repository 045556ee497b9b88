//! The page of a dashboard.

use super::model::{Dashboard, OneClient, OwnLook, Subject};
use super::place::{Place, Time, through};
use super::{delays, figures, rankings, timeline, week, words};
use crate::domain::stats::{ClientSummary, Range, Sum, local};
use crate::ui::admin::{Section, Shell, page};
use crate::ui::text;
use crate::ui::viewer::{self, ZoneChoice};
use leptos::prelude::*;

/// Makes a page of charts quicker to use: tells the browser's zone, makes the bars one stop of the Tab key, and lets
/// them be selected to look closer.
pub const ENHANCE: &str = concat!(include_str!("zone.js"), include_str!("brush.js"));

/// The whole document. `nonce` is that of its content security policy.
pub fn render_dashboard(shell: &Shell, dashboard: &Dashboard<'_>, nonce: &str) -> String {
    let (section, title) = match &dashboard.subject {
        Subject::AllClients => (Section::Overview, "Overview".to_owned()),
        Subject::Client(client) => (Section::Clients, name(&client.summary).to_owned()),
    };
    let nonce = nonce.to_owned();
    page(shell, section, &title, || {
        view! {
            <div class="dashboard">
                {head(dashboard)}
                {figures::view(dashboard)}
                {timeline::view(dashboard)}
                {rankings::view(dashboard)}
                <div class="pair">{week::view(dashboard)}{delays::view(dashboard)}</div>
            </div>
            <script nonce=nonce inner_html=ENHANCE></script>
        }
        .into_any()
    })
}

/// What a client is called.
pub(super) fn name(client: &ClientSummary) -> &str {
    client.name.as_deref().unwrap_or(client.id.as_str())
}

fn head(dashboard: &Dashboard<'_>) -> AnyView {
    view! {
        <header class="head">
            {subject(dashboard)}
            <nav class="ranges" aria-label="Time">{ranges(dashboard)}{other_times(dashboard)}</nav>
            <p class="zone-note">"Times in " {dashboard.habits.zone_name.clone()} {other_zone(dashboard)}</p>
        </header>
    }
    .into_any()
}

fn subject(dashboard: &Dashboard<'_>) -> AnyView {
    let Subject::Client(client) = &dashboard.subject else {
        return view! { <h1>"Overview"</h1> }.into_any();
    };
    let OneClient { summary: client, views } = &**client;
    let of_client = viewer::Place { client: Some(client.id.clone()), ..viewer::Place::default() };
    let log = of_client.link(&format!("{}/events", dashboard.project));
    let moment = |at| words::minute(at, &dashboard.habits.zone);
    let id = client.name.is_some().then(|| view! { <code>{text::text(client.id.as_str())}</code>" · " });
    view! {
        <div>
            <h1><bdi>{text::text(name(client))}</bdi></h1>
            <p class="hint">
                {id} {words::events(Sum { events: client.events, failed: 0 }, dashboard.habits.number)} " in all, the first on " {moment(client.first)}
                ", the last on " {moment(client.last)} ". " <a class="onward" href=log>"Open the log"</a>
            </p>
            {looks(views)}
        </div>
    }
    .into_any()
}

/// The ways to where each view's look for the client is set.
fn looks(views: &[OwnLook]) -> Option<AnyView> {
    let links = views.iter().map(|OwnLook { view, address, own }| {
        let own = own.then_some(" (of its own)");
        view! { <li><a class="onward" href=address.clone()>{view.clone()}</a>{own}</li> }
    });
    let links = links.collect_view();
    (!views.is_empty())
        .then(|| view! { <div class="looks hint"><span>"Branding"</span><ul>{links}</ul></div> }.into_any())
}

fn ranges(dashboard: &Dashboard<'_>) -> AnyView {
    let ranges = Range::ALL.map(|range| {
        let time = Time::Range(range);
        let here = (dashboard.place.time == time).then_some("true");
        let to = Place { time, ..dashboard.place.clone() }.link(&dashboard.address);
        view! { <li><a href=to aria-current=here>{range.label()}</a></li> }
    });
    view! { <ul>{ranges.collect_view()}</ul> }.into_any()
}

/// Any two days; what was selected in the chart is told here too.
fn other_times(dashboard: &Dashboard<'_>) -> AnyView {
    let Dashboard { span, habits, place, .. } = dashboard;
    let day = |at| local(at, &habits.zone).strftime("%Y-%m-%d").to_string();
    let chosen = matches!(place.time, Time::Chosen(_));
    let told = if chosen {
        format!("{} to {}", words::minute(span.from(), &habits.zone), words::minute(span.until(), &habits.zone))
    } else {
        "Custom range".to_owned()
    };
    let hidden = Place { time: Time::default(), ..place.clone() }.link("");
    let kept = form_urlencoded::parse(hidden.trim_start_matches('?').as_bytes())
        .map(|(name, value)| view! { <input type="hidden" name=name.into_owned() value=value.into_owned() /> });
    view! {
        <details class="other" class:chosen=chosen>
            <summary>{told}</summary>
            <form method="get" action=dashboard.address.clone()>
                {kept.collect_view()}
                <p class="field"><label for="from">"From"</label><input type="date" id="from" name="from" value=day(span.from()) required /></p>
                <p class="field"><label for="through">"Through"</label><input type="date" id="through" name="through" value=day(through(*span)) required /></p>
                <button type="submit">"Show"</button>
            </form>
        </details>
    }
    .into_any()
}

fn other_zone(dashboard: &Dashboard<'_>) -> Option<AnyView> {
    let local = dashboard.habits.local_zone.as_deref().filter(|zone| *zone != "UTC");
    let (zone, label) = match (&dashboard.place.zone, local) {
        (ZoneChoice::Local, Some(_)) => (ZoneChoice::Utc, "Show UTC"),
        (ZoneChoice::Utc | ZoneChoice::Named(_), Some(_)) => (ZoneChoice::Local, "Show local time"),
        (_, None) => return None,
    };
    let to = Place { zone, ..dashboard.place.clone() }.link(&dashboard.address);
    Some(view! { " · " <a class="onward" href=to>{label}</a> }.into_any())
}
