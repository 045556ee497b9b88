//! The clients of a project.

use super::model::Habits;
use super::page::{ENHANCE, name};
use super::rankings::segment;
use super::words;
use crate::domain::characters::plain;
use crate::domain::stats::ClientSummary;
use crate::ui::admin::moment_in;
use crate::ui::admin::{Section, Shell, page};
use crate::ui::{text, viewer};
use leptos::prelude::*;

/// A page of the list.
pub struct Clients<'a> {
    /// The path of the project, such as `/admin/projects/default`.
    pub project: String,
    pub rows: Vec<ClientSummary>,
    /// What was searched for.
    pub text: String,
    /// The query of the next page, if there is one.
    pub next: Option<String>,
    pub habits: Habits<'a>,
}

/// The whole document.
pub fn render_clients(shell: &Shell, clients: &Clients<'_>, nonce: &str) -> String {
    let address = format!("{}/clients", clients.project);
    let nonce = nonce.to_owned();
    page(shell, Section::Clients, "Clients", || {
        let next = clients.next.as_ref().map(|query| {
            view! { <p class="pages"><a class="onward" href=format!("{address}?{query}")>"More clients"</a></p> }
        });
        view! {
            <div class="dashboard">
                <header class="head">
                    <h1>"Clients"</h1>
                    <form class="find" method="get" action=address.clone() role="search">
                        <input type="search" name="q" value=clients.text.clone() aria-label="Name or id" placeholder="Name or id" />
                        <button type="submit" class="quiet">"Search"</button>
                    </form>
                    <p class="zone-note">"Those active last first; times in " {clients.habits.zone_name.clone()}</p>
                </header>
                {list(clients)}
                {next}
            </div>
            <script nonce=nonce inner_html=ENHANCE></script>
        }
        .into_any()
    })
}

fn list(clients: &Clients<'_>) -> AnyView {
    if clients.rows.is_empty() {
        let why = if clients.text.is_empty() {
            "No client has events yet. One appears here with its first event."
        } else {
            "No client of this name or id has events."
        };
        return view! { <p class="none">{why}</p> }.into_any();
    }
    let rows = clients.rows.iter().map(|client| row(clients, client));
    view! {
        <div class="scroll" tabindex="0" role="region" aria-label="Clients">
            <table class="clients">
                <thead>
                    <tr>
                        <th scope="col">"Client"</th>
                        <th scope="col" class="count">"Events"</th>
                        <th scope="col">"First"</th>
                        <th scope="col" aria-sort="descending">"Last"</th>
                        <td></td>
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(clients: &Clients<'_>, summary: &ClientSummary) -> AnyView {
    let Clients { project, habits, .. } = clients;
    let page = format!("{project}/clients/{}", segment(summary.id.as_str()));
    let place = viewer::Place { client: Some(summary.id.clone()), ..viewer::Place::default() };
    let log = place.link(&format!("{project}/events"));
    let label = format!("Log of {}", plain(name(summary)));
    let id = summary.name.is_some().then(|| view! { <code>{text::text(summary.id.as_str())}</code> });
    let moment = |at: crate::domain::time::Timestamp| {
        view! { <td>{moment_in(at, habits.zone.iana_name(), words::minute(at, &habits.zone))}</td> }
    };
    view! {
        <tr>
            <th scope="row"><a href=page><bdi>{text::text(name(summary))}</bdi></a>{id}</th>
            <td class="count">{(habits.number)(summary.events)}</td>
            {moment(summary.first)}
            {moment(summary.last)}
            <td><a class="onward" href=log aria-label=label>"Log"</a></td>
        </tr>
    }
    .into_any()
}
