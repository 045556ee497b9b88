//! Events over time: a bar for each step, its parts told apart.

use super::model::Dashboard;
use super::place::{Place, Stack};
use super::words;
use crate::domain::event::{Crud, Ending};
use crate::domain::query::Filter;
use crate::domain::stats::{Bar, Quarter};
use leptos::prelude::*;

/// Labels under the axis, at most.
const LABELS: usize = 8;

/// A part of every bar.
struct Part {
    class: &'static str,
    label: &'static str,
    count: fn(&Quarter) -> u64,
    /// What chooses its events alone.
    change: fn(&mut Filter),
}

/// From the axis upwards.
const OUTCOMES: [Part; 2] = [
    Part {
        class: "fine",
        label: "Succeeded",
        count: |sums| sums.sum().events - sums.sum().failed,
        change: |filter| filter.outcome = Some(Ending::Success),
    },
    Part {
        class: "failed",
        label: "Failed",
        count: |sums| sums.sum().failed,
        change: |filter| filter.outcome = Some(Ending::Failure),
    },
];

const KINDS: [Part; 4] = [
    Part {
        class: "read",
        label: "Read",
        count: |sums| sums.kinds[Crud::Read as usize].events,
        change: |filter| filter.kinds = vec![Crud::Read],
    },
    Part {
        class: "update",
        label: "Update",
        count: |sums| sums.kinds[Crud::Update as usize].events,
        change: |filter| filter.kinds = vec![Crud::Update],
    },
    Part {
        class: "create",
        label: "Create",
        count: |sums| sums.kinds[Crud::Create as usize].events,
        change: |filter| filter.kinds = vec![Crud::Create],
    },
    Part {
        class: "delete",
        label: "Delete",
        count: |sums| sums.kinds[Crud::Delete as usize].events,
        change: |filter| filter.kinds = vec![Crud::Delete],
    },
];

/// The chart, and the same as a table.
pub fn view(dashboard: &Dashboard<'_>) -> AnyView {
    let parts: &[Part] = match dashboard.place.stack {
        Stack::Outcome => &OUTCOMES,
        Stack::Kind => &KINDS,
    };
    view! {
        <section class="timeline" aria-labelledby="timeline">
            <header>
                <h2 id="timeline">"Events over time"</h2>
                <ul class="legend">{parts.iter().map(legend).collect_view()}</ul>
                {switch(dashboard)}
            </header>
            {chart(dashboard, parts)}
            <p class="brush-hint" id="brush-hint" hidden>
                "Drag to zoom. By keyboard: arrows, Shift and arrows, Enter."
            </p>
            {table(dashboard, parts)}
        </section>
    }
    .into_any()
}

fn legend(part: &Part) -> AnyView {
    view! { <li class=part.class>{part.label}</li> }.into_any()
}

/// The way to the other parts.
fn switch(dashboard: &Dashboard<'_>) -> AnyView {
    let links = [(Stack::Outcome, "By outcome"), (Stack::Kind, "By kind")].map(|(stack, label)| {
        let to = Place { stack, ..dashboard.place.clone() }.link(&dashboard.address);
        let here = (stack == dashboard.place.stack).then_some("true");
        view! { <li><a href=to aria-current=here>{label}</a></li> }
    });
    view! { <ul class="choice-of" aria-label="Parts">{links.collect_view()}</ul> }.into_any()
}

fn chart(dashboard: &Dashboard<'_>, parts: &[Part]) -> AnyView {
    let most = dashboard.bars.iter().map(|bar| bar.sums.sum().events).max().unwrap_or(0);
    let top = words::round_up(most);
    let number = dashboard.habits.number;
    let bars = dashboard.bars.iter().enumerate().map(|(at, bar)| column(dashboard, parts, at, bar, top));
    let lines = ["0%", "50%", "100%"].map(|y| view! { <line x1="0" x2="100%" y1=y y2=y /> });
    view! {
        <div class="plot">
            <div class="scale" aria-hidden="true"><span>{number(top)}</span><span>{number(top / 2)}</span><span>"0"</span></div>
            <svg class="bars" id="bars" role="group" aria-labelledby="timeline" aria-describedby="brush-hint">
                <g class="lines" aria-hidden="true">{lines.collect_view()}</g>
                {bars.collect_view()}
                <rect class="brush" y="0" height="100%" width="0" />
            </svg>
            {axis(dashboard)}
        </div>
    }
    .into_any()
}

/// A bar, and over it its parts, each a link of its own. The whole height of a step takes part, so that a small bar is
/// no small target; beside each other the links of a day's hours would be many stops of the Tab key, of which a script
/// makes one, and the table has the same links.
fn column(dashboard: &Dashboard<'_>, parts: &[Part], at: usize, bar: &Bar, top: u64) -> AnyView {
    let count = dashboard.bars.len();
    let (x, width) = (share(at, count), share(1, count));
    let number = dashboard.habits.number;
    let step = words::step(bar, dashboard.step, &dashboard.habits.zone);
    let name = format!("{step}: {}", words::events(bar.sums.sum(), number));
    let mut below = 0;
    let pieces = parts.iter().filter_map(|part| {
        let events = (part.count)(&bar.sums);
        below += events;
        (events > 0).then(|| {
            let (y, height) = (share(top - below, top), share(events, top));
            let inset = share(at * 10 + 1, count * 10);
            let inner = share(8_usize, count * 10);
            let to = dashboard.events(bar.from, bar.until, part.change);
            let name = format!("{step}, {}: {}", part.label, number(events));
            let title = name.clone();
            view! {
                <a class="piece" href=to tabindex="-1" aria-label=name>
                    <title>{title}</title>
                    <rect class=part.class x=inset width=inner y=y height=height />
                </a>
            }
        })
    });
    let pieces = pieces.collect_view();
    let to = dashboard.events(bar.from, bar.until, |_| {});
    let (title, from, through) = (name.clone(), bar.from.to_string(), bar.until.plus_millis(-1).to_string());
    view! {
        <g>
            <a class="whole" href=to tabindex="-1" aria-label=name data-from=from data-through=through>
                <title>{title}</title>
                <rect class="step" x=x width=width y="0" height="100%" />
            </a>
            {pieces}
        </g>
    }
    .into_any()
}

/// The moments under the bars.
fn axis(dashboard: &Dashboard<'_>) -> AnyView {
    let count = dashboard.bars.len();
    let every = count.div_ceil(LABELS).max(1);
    let mut before = None;
    let ticks =
        dashboard.bars.iter().enumerate().step_by(every).filter(|(at, _)| at * 100 < count * 94).map(|(at, bar)| {
            let label = words::tick(bar.from, before, dashboard.step, &dashboard.habits.zone);
            before = Some(bar.from);
            // On a phone there is room for every second one.
            let class = (at / every % 2 == 1).then_some("wide");
            let x = share(at, count);
            view! { <g class=class><line x1=x.clone() x2=x.clone() y1="0" y2="4" /><text x=x y="17">{label}</text></g> }
        });
    view! { <svg class="axis" aria-hidden="true">{ticks.collect_view()}</svg> }.into_any()
}

/// A part of a whole, as a length in a drawing.
pub(super) fn share(part: impl TryInto<u64>, whole: impl TryInto<u64>) -> String {
    let (part, whole) = (part.try_into().unwrap_or(0), whole.try_into().unwrap_or(1).max(1));
    let thousandths = u128::from(part) * 100_000 / u128::from(whole);
    format!("{}.{:03}%", thousandths / 1_000, thousandths % 1_000)
}

fn table(dashboard: &Dashboard<'_>, parts: &[Part]) -> AnyView {
    let heads = parts.iter().map(|part| view! { <th scope="col" class="count">{part.label}</th> }).collect_view();
    let number = dashboard.habits.number;
    let rows = dashboard.bars.iter().rev().map(|bar| {
        let name = words::step(bar, dashboard.step, &dashboard.habits.zone);
        let all = dashboard.events(bar.from, bar.until, |_| {});
        let cells = parts.iter().map(|part| {
            let (events, to) = ((part.count)(&bar.sums), dashboard.events(bar.from, bar.until, part.change));
            let text = number(events);
            let cell = if events > 0 { view! { <a href=to>{text}</a> }.into_any() } else { text.into_any() };
            view! { <td class="count">{cell}</td> }
        });
        let cells = cells.collect_view();
        view! {
            <tr>
                <th scope="row"><a href=all>{name}</a></th>
                <td class="count">{number(bar.sums.sum().events)}</td>
                {cells}
            </tr>
        }
    });
    view! {
        <details class="as-table">
            <summary>"As a table"</summary>
            <div class="scroll" tabindex="0" role="region" aria-label="Events over time, as a table">
                <table>
                    <thead><tr><th scope="col">"Time"</th><th scope="col" class="count">"Events"</th>{heads}</tr></thead>
                    <tbody>{rows.collect_view()}</tbody>
                </table>
            </div>
        </details>
    }
    .into_any()
}
