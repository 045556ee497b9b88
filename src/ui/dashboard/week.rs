//! The hours of a week: when things happen.

use super::model::Dashboard;
use super::words;
use crate::domain::stats::{Sum, WeekHour};
use leptos::prelude::*;

const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
/// Shades of a cell, the empty one not counted.
const SHADES: u64 = 6;

/// A table, darker where more happened. Each cell leads to the hour of the span in which it was busiest.
pub fn view(dashboard: &Dashboard<'_>) -> AnyView {
    let most = dashboard.week.iter().flatten().map(|hour| hour.events).max().unwrap_or(0);
    let heads = (0..24).map(|hour| {
        // Every third is told, so that they stand apart; the others aloud.
        let class = (hour % 3 != 0).then_some("vh");
        view! { <th scope="col"><span class=class>{format!("{hour:02}")}</span></th> }
    });
    let rows = DAYS.iter().zip(&dashboard.week).map(|(day, hours)| {
        let cells = (0..).zip(hours).map(|(hour, sums)| cell(dashboard, day, hour, sums, most)).collect_view();
        view! { <tr><th scope="row"><abbr title=*day>{day[..3].to_owned()}</abbr></th>{cells}</tr> }
    });
    view! {
        <section class="week" aria-labelledby="week">
            <h2 id="week">"Hours of the week"</h2>
            <div class="scroll" tabindex="0" role="region" aria-label="Hours of the week, as a table">
                <table>
                    <thead><tr><td></td>{heads.collect_view()}</tr></thead>
                    <tbody>{rows.collect_view()}</tbody>
                </table>
            </div>
            {legend(dashboard, most)}
            <p class="hint">"Events by weekday and hour, in " {dashboard.habits.zone_name.clone()} ". A cell opens its busiest hour."</p>
        </section>
    }
    .into_any()
}

/// What the shades mean; nothing where there is none.
fn legend(dashboard: &Dashboard<'_>, most: u64) -> Option<AnyView> {
    let number = dashboard.habits.number;
    let shades = (1..=SHADES).map(|shade| view! { <i class=format!("s{shade}")></i> }).collect_view();
    let busiest = if most == 1 { "1 event".to_owned() } else { format!("{} events", number(most)) };
    (most > 0).then(|| {
        view! { <p class="shades"><span>"1"</span><span class="scale" aria-hidden="true">{shades}</span><span>{busiest}</span></p> }
            .into_any()
    })
}

fn cell(dashboard: &Dashboard<'_>, day: &str, hour: u32, sums: &WeekHour, most: u64) -> AnyView {
    let WeekHour { events, busiest } = sums;
    let Some((at, in_it)) = busiest else { return view! { <td></td> }.into_any() };
    let number = dashboard.habits.number;
    let all = words::events(Sum { events: *events, failed: 0 }, number);
    let name = if events == in_it {
        format!("{day} {hour:02}:00: {all}, on {}", words::minute(*at, &dashboard.habits.zone))
    } else {
        format!(
            "{day} {hour:02}:00: {all}, {} of them on {}",
            number(*in_it),
            words::minute(*at, &dashboard.habits.zone)
        )
    };
    let class = format!("s{}", (events * SHADES).div_ceil(most.max(1)));
    let to = dashboard.events(*at, at.plus_millis(3_600_000), |_| {});
    view! { <td class=class><a href=to title=name.clone() aria-label=name></a></td> }.into_any()
}
