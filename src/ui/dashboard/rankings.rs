//! Who and what there was most of, what failed most, what is new and what stopped: tables with a bar in each row.

use super::model::{Dashboard, Subject};
use super::timeline::share;
use super::words;
use crate::domain::event::Ending;
use crate::domain::query::Filter;
use crate::domain::stats::{Ranked, Ranking, Seen};
use crate::ui::admin::moment_in;
use crate::ui::text;
use leptos::prelude::*;

/// Rows of each list.
const ROWS: usize = 8;
/// What else a list has that no filter finds, as far as anybody reads on.
const REST: usize = 200;

/// All lists.
pub fn view(dashboard: &Dashboard<'_>) -> AnyView {
    let stats = &dashboard.stats;
    let action = |value: &str, filter: &mut Filter| filter.action = Some(value.to_owned());
    let actor = |value: &str, filter: &mut Filter| filter.actor = Some(value.to_owned());
    let by = |choose: fn(&str, &mut Filter)| {
        move |ranked: &Ranked| dashboard.all_events(|filter| choose(&ranked.value, filter))
    };
    let clients = (dashboard.subject == Subject::AllClients).then(|| {
        list(dashboard, "clients", "Top clients", &stats.clients, |ranked| {
            dashboard.place.link(&format!("{}/clients/{}", dashboard.project, segment(&ranked.value)))
        })
    });
    view! {
        <div class="rankings">
            {list(dashboard, "actions", "Top actions", &stats.actions, by(action))}
            {list(dashboard, "actors", "Top actors", &stats.actors, by(actor))}
            {clients}
            {failures(dashboard)}
            {seen(dashboard, "new", "New actions", "Never seen before this time.", &stats.new_actions, |seen| ("first", seen.first))}
            {seen(
                dashboard, "stopped", "Stopped actions", "Seen in the time before, not since.", &stats.stopped_actions,
                |seen| ("last", seen.last),
            )}
        </div>
    }
    .into_any()
}

/// A path's segment: what has a meaning in paths is escaped.
pub fn segment(text: &str) -> String {
    let escaped: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
    escaped.replace('+', "%20")
}

fn list(
    dashboard: &Dashboard<'_>,
    id: &'static str,
    title: &'static str,
    ranking: &Ranking,
    link: impl Fn(&Ranked) -> String,
) -> AnyView {
    let most = ranking.most.first().map_or(1, |ranked| ranked.sum.events);
    let number = dashboard.habits.number;
    let rows = ranking.most.iter().take(ROWS).map(|ranked| {
        let failed = words::events(ranked.sum, number);
        view! {
            <tr title=failed>
                <th scope="row"><a href=link(ranked)><bdi>{text::text(&ranked.label)}</bdi></a></th>
                {bar(ranked.sum.events - ranked.sum.failed, ranked.sum.failed, most)}
                <td class="count">{number(ranked.sum.events)}</td>
            </tr>
        }
    });
    let all = if id == "clients" { format!("{}/clients", dashboard.project) } else { dashboard.all_events(|_| {}) };
    let more = more(dashboard, ranking.distinct, all);
    frame(
        id,
        title,
        None,
        ("Events", "counted"),
        rows.collect_view().into_any(),
        ranking.most.is_empty(),
        more.into_any(),
    )
}

/// How many a list leaves out, with the way to them.
fn more(dashboard: &Dashboard<'_>, all: u64, to: String) -> Option<AnyView> {
    let more = all.saturating_sub(ROWS as u64);
    let text = format!("and {} more", (dashboard.habits.number)(more));
    (more > 0).then(|| view! { <p class="more"><a href=to>{text}</a></p> }.into_any())
}

fn failures(dashboard: &Dashboard<'_>) -> AnyView {
    let failing = &dashboard.stats.actions.failing;
    let most = failing.first().map_or(1, |ranked| ranked.sum.failed);
    let rows = failing.iter().take(ROWS).map(|Ranked { value, label, sum }| {
        let to = dashboard
            .all_events(|filter| (filter.action, filter.outcome) = (Some(value.clone()), Some(Ending::Failure)));
        let share =
            format!("{} of {} failed", words::percent(sum.failed, sum.events), (dashboard.habits.number)(sum.events));
        view! {
            <tr title=share>
                <th scope="row"><a href=to><bdi>{text::text(label)}</bdi></a></th>
                {bar(0, sum.failed, most)}
                <td class="count">{(dashboard.habits.number)(sum.failed)}</td>
            </tr>
        }
    });
    let rows = rows.collect_view().into_any();
    let all = dashboard.all_events(|filter| filter.outcome = Some(Ending::Failure));
    let more = more(dashboard, dashboard.stats.actions.distinct_failing, all).into_any();
    frame("failures", "Failures", None, ("Failed", "counted"), rows, failing.is_empty(), more)
}

fn seen(
    dashboard: &Dashboard<'_>,
    id: &'static str,
    title: &'static str,
    hint: &'static str,
    list: &[Seen],
    when: fn(&Seen) -> (&'static str, crate::domain::time::Timestamp),
) -> AnyView {
    let link = |action: &Seen| {
        let span = crate::domain::stats::Span::around(action.first, action.last.plus_millis(1));
        let to = dashboard.events(span.from(), span.until(), |filter| filter.action = Some(action.action.clone()));
        view! { <a href=to><bdi>{text::text(&action.action)}</bdi></a> }
    };
    let zone = &dashboard.habits.zone;
    let rows = list.iter().take(ROWS).map(|action| {
        let (word, moment) = when(action);
        view! {
            <tr>
                <th scope="row">{link(action)}</th>
                <td class="count" colspan="2">
                    <span class="vh">{word}" "</span>
                    {moment_in(moment, zone.iana_name(), words::minute(moment, zone))}
                </td>
            </tr>
        }
    });
    let rest = list.get(ROWS..).filter(|rest| !rest.is_empty()).map(|rest| {
        let others = rest.iter().take(REST).map(|action| view! { <li>{link(action)}</li> }).collect_view();
        let left = rest.len().saturating_sub(REST);
        let left = (left > 0).then(|| view! { <li>{format!("and {left} that are not listed")}</li> });
        view! {
            <details class="more">
                <summary>{format!("and {} more", rest.len())}</summary>
                <ul>{others}{left}</ul>
            </details>
        }
    });
    let rows = rows.collect_view().into_any();
    frame(id, title, Some(hint), ("Moment", "moment"), rows, list.is_empty(), rest.into_any())
}

/// A bar of two parts, as long as its row is among the others.
fn bar(fine: u64, failed: u64, most: u64) -> AnyView {
    view! {
        <td class="bar-cell" aria-hidden="true">
            <svg class="bar-line">
                <rect class="fine" x="0" width=share(fine, most) y="0" height="100%" />
                <rect class="failed" x=share(fine, most) width=share(failed, most) y="0" height="100%" />
            </svg>
        </td>
    }
    .into_any()
}

fn frame(
    id: &'static str,
    title: &'static str,
    hint: Option<&'static str>,
    counted: (&'static str, &'static str),
    rows: AnyView,
    empty: bool,
    more: AnyView,
) -> AnyView {
    let (counted, counting) = counted;
    let table = if empty {
        view! { <p class="none">"None in this time."</p> }.into_any()
    } else {
        view! {
            <table aria-labelledby=id>
                <colgroup><col class="named" /><col /><col class=counting /></colgroup>
                <thead class="vh">
                    <tr><th scope="col">"Name"</th><td></td><th scope="col">{counted}</th></tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        }
        .into_any()
    };
    view! {
        <section class="ranking" aria-labelledby=id>
            <h2 id=id>{title}</h2>
            {hint.map(|hint| view! { <p class="hint">{hint}</p> })}
            {table}
            {more}
        </section>
    }
    .into_any()
}
