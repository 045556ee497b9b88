//! The few numbers at the top.

use super::model::{Dashboard, Subject};
use super::words;
use crate::domain::event::Ending;
use leptos::prelude::*;

/// Events, failures, and how many clients, actors and actions there were.
pub fn view(dashboard: &Dashboard<'_>) -> AnyView {
    let total = dashboard.total().sum();
    let number = dashboard.habits.number;
    let stats = &dashboard.stats;
    let counted = |count: u64, label: &'static str, to: String| {
        let many = (count != 1).then_some("s");
        view! { <li><a href=to><strong>{number(count)}</strong>" "{label}{many}</a></li> }.into_any()
    };
    let share = words::percent(total.failed, total.events);
    let clients = (dashboard.subject == Subject::AllClients)
        .then(|| counted(stats.clients.distinct, "client", "#clients".to_owned()));
    view! {
        <ul class="figures" aria-label="In this time">
            {counted(total.events, "event", dashboard.all_events(|_| {}))}
            <li>
                <a href=dashboard.all_events(|filter| filter.outcome = Some(Ending::Failure))>
                    <strong>{number(total.failed)}</strong>" failed, "{share}
                </a>
            </li>
            {clients}
            {counted(stats.actors.distinct, "actor", "#actors".to_owned())}
            {counted(stats.actions.distinct, "action", "#actions".to_owned())}
        </ul>
    }
    .into_any()
}
