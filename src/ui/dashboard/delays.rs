//! How long after they happened events were received.

use super::model::Dashboard;
use super::timeline::share;
use super::words;
use crate::domain::stats::{Bar, Delay};
use leptos::prelude::*;

/// A table of how many came how late, and a strip that says of each step how late most of its events were.
pub fn view(dashboard: &Dashboard<'_>) -> AnyView {
    let delays = dashboard.total().delays;
    let all: u64 = delays.iter().sum();
    let most = delays.into_iter().max().unwrap_or(1);
    let rows = Delay::ALL.into_iter().zip(delays).map(|(delay, events)| {
        view! {
            <tr class=class(delay)>
                <th scope="row">{capital(delay.label())}</th>
                <td class="bar-cell" aria-hidden="true">
                    <svg class="bar-line"><rect x="0" width=share(events, most) y="0" height="100%" /></svg>
                </td>
                <td class="count">{(dashboard.habits.number)(events)}</td>
                <td class="count">{words::percent(events, all)}</td>
            </tr>
        }
    });
    let count = dashboard.bars.len();
    let steps = dashboard.bars.iter().enumerate().filter_map(|(at, bar)| step(dashboard, at, count, bar));
    let steps = steps.collect_view();
    view! {
        <section class="delays" aria-labelledby="delays">
            <h2 id="delays">"Delivery delay"</h2>
            <table aria-labelledby="delays">
                <colgroup><col class="named" /><col /><col class="counted" /><col class="counted" /></colgroup>
                <thead class="vh">
                    <tr>
                        <th scope="col">"Delay"</th><td></td><th scope="col">"Events"</th><th scope="col">"Share"</th>
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
            <svg class="strip" role="group" aria-label="By when 95 % of the events of each step were received">{steps}</svg>
            <p class="hint">"Each step of the strip has the color of the delay within which 95 % of its events were received."</p>
            {table(dashboard)}
        </section>
    }
    .into_any()
}

/// By when nineteen of twenty events of a step were received; none without events.
fn late(bar: &Bar) -> Option<Delay> {
    let all: u64 = bar.sums.delays.iter().sum();
    let mut received = 0;
    let reached = |delay: &(Delay, u64)| {
        received += delay.1;
        received * 20 >= all * 19
    };
    Delay::ALL.into_iter().zip(bar.sums.delays).find(reached).map(|(delay, _)| delay).filter(|_| all > 0)
}

fn step(dashboard: &Dashboard<'_>, at: usize, count: usize, bar: &Bar) -> Option<AnyView> {
    let delay = late(bar)?;
    let step = words::step(bar, dashboard.step, &dashboard.habits.zone);
    let name = match delay {
        Delay::Longer => format!("{step}: fewer than 95 % received within a day"),
        delay => format!("{step}: 95 % received {}", delay.label()),
    };
    let to = dashboard.events(bar.from, bar.until, |_| {});
    let title = name.clone();
    let mark = view! {
        <a href=to tabindex="-1" aria-label=name class=class(delay)>
            <title>{title}</title>
            <rect x=share(at * 10 + 1, count * 10) width=share(8_usize, count * 10) y="0" height="100%" />
        </a>
    };
    Some(mark.into_any())
}

fn table(dashboard: &Dashboard<'_>) -> AnyView {
    let heads = Delay::ALL.map(|delay| view! { <th scope="col" class="count">{capital(delay.label())}</th> });
    let rows = dashboard.bars.iter().rev().filter(|bar| bar.sums.sum().events > 0).map(|bar| {
        let counts = bar.sums.delays.map(|events| view! { <td class="count">{(dashboard.habits.number)(events)}</td> });
        let to = dashboard.events(bar.from, bar.until, |_| {});
        let name = words::step(bar, dashboard.step, &dashboard.habits.zone);
        view! { <tr><th scope="row"><a href=to>{name}</a></th>{counts.collect_view()}</tr> }
    });
    view! {
        <details class="as-table">
            <summary>"As a table"</summary>
            <div class="scroll" tabindex="0" role="region" aria-label="Delays over time, as a table">
                <table>
                    <thead><tr><th scope="col">"Time"</th>{heads.collect_view()}</tr></thead>
                    <tbody>{rows.collect_view()}</tbody>
                </table>
            </div>
        </details>
    }
    .into_any()
}

const fn class(delay: Delay) -> &'static str {
    match delay {
        Delay::Ahead => "late-0",
        Delay::Second => "late-1",
        Delay::Minute => "late-2",
        Delay::Hour => "late-3",
        Delay::Day => "late-4",
        Delay::Longer => "late-5",
    }
}

fn capital(text: &str) -> String {
    text[..1].to_uppercase() + &text[1..]
}
