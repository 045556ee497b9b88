//! The pages that may show a view, and those that have asked for it.

use super::ViewSecurity;
use crate::domain::time::Timestamp;
use crate::ui::admin::form::{Field, Needed};
use crate::ui::admin::time::moment;
use leptos::prelude::*;

/// A page that has asked for a view.
#[derive(Debug, Clone)]
pub struct SeenRow {
    pub origin: String,
    pub when: Timestamp,
    pub allowed: bool,
}

pub(super) fn pages(security: &ViewSecurity, to: &dyn Fn(&str) -> String) -> AnyView {
    let field = Field {
        name: "origin",
        label: "Another origin",
        kind: "text",
        fill: "off",
        value: security.origin.clone(),
        hint: Some("Such as https://app.example.com, or https://*.example.com for all below it."),
        needed: Needed::Yes,
    };
    view! {
        <section aria-labelledby="pages">
            <h2 id="pages">"Allowed origins"</h2>
            {allowed(&security.origins, to)}
            <form class="line" method="post" action=to("/origins")>
                {field.view(&security.mistakes)}
                <button type="submit">"Add origin"</button>
            </form>
            {seen(&security.seen, to)}
        </section>
    }
    .into_any()
}

fn allowed(origins: &[String], to: &dyn Fn(&str) -> String) -> AnyView {
    if origins.is_empty() {
        return view! { <p class="none">"No origins yet. Until you add one, only pages on this machine can show the view: http://localhost and http://127.0.0.1."</p> }
            .into_any();
    }
    let rows = origins.iter().cloned().map(|origin| {
        let label = format!("Remove {origin}");
        view! {
            <li>
                <form class="word" method="post" action=to("/origins/remove")>
                    <code>{origin.clone()}</code>
                    <input type="hidden" name="origin" value=origin />
                    <button type="submit" class="quiet" aria-label=label>"Remove"</button>
                </form>
            </li>
        }
    });
    view! { <ul class="origins">{rows.collect_view()}</ul> }.into_any()
}

fn seen(seen: &[SeenRow], to: &dyn Fn(&str) -> String) -> AnyView {
    if seen.is_empty() {
        return view! { <p class="none">"No page has requested this view yet. Requests appear here, allowed or not."</p> }
            .into_any();
    }
    let rows = seen.iter().cloned().map(|SeenRow { origin, when, allowed }| {
        let state = if allowed { "Allowed".into_any() } else { allow(origin.clone(), to("/origins")) };
        view! { <tr><th scope="row">{origin}</th><td>{moment(when)}</td><td>{state}</td></tr> }
    });
    view! {
        <h3 id="seen">"Recent requests"</h3>
        <p class="hint">"Anyone can make an address appear here. Allow only your own."</p>
        <div class="scroll">
            <table aria-labelledby="seen">
                <thead><tr><th scope="col">"Origin"</th><th scope="col">"Last seen"</th><th scope="col">"State"</th></tr></thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn allow(origin: String, action: String) -> AnyView {
    let label = format!("Allow {origin}");
    view! {
        <form class="word" method="post" action=action>
            <span class="off">"Refused"</span>
            <input type="hidden" name="origin" value=origin />
            <button type="submit" class="quiet" aria-label=label>"Allow"</button>
        </form>
    }
    .into_any()
}
