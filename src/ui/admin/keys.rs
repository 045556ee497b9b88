//! API keys: what the company's servers send events with.

use super::form::{Field, Mistakes};
use super::shell::{Section, Shell, page};
use leptos::prelude::*;

/// A key of the list.
#[derive(Debug, Clone)]
pub struct KeyRow {
    pub id: String,
    pub name: String,
    /// As text, with the zone.
    pub created: String,
    pub revoked: Option<String>,
}

/// A key just made: the only time that its secret is shown.
#[derive(Debug, Clone)]
pub struct NewKey {
    pub id: String,
    pub secret: String,
    /// A line to send a first event by.
    pub curl: String,
}

/// The page of keys.
#[derive(Debug, Clone, Default)]
pub struct Keys {
    pub rows: Vec<KeyRow>,
    pub made: Option<NewKey>,
    /// The name that was typed.
    pub name: String,
    pub mistakes: Mistakes,
}

/// The whole document.
pub fn render_keys(shell: &Shell, keys: &Keys) -> String {
    let Keys { rows, made, name, mistakes } = keys.clone();
    page(shell, Section::Keys, "API keys", || {
        let field = Field {
            name: "name",
            label: "Name",
            kind: "text",
            fill: "off",
            value: name,
            hint: Some("What will use it, such as “Billing service, production”."),
        };
        view! {
            <h1>"API keys"</h1>
            <p class="lead">"Your servers send and read events with a key. Whoever has one can read every client’s log: keep it on your servers."</p>
            {made.map(shown_once)}
            <form class="line" method="post" action=shell.at("/keys")>
                {mistakes.above()}
                {field.view(&mistakes)}
                <button type="submit">"Create a key"</button>
            </form>
            {list(shell, rows)}
        }
        .into_any()
    })
}

fn shown_once(key: NewKey) -> AnyView {
    let NewKey { id, secret, curl } = key;
    view! {
        <section class="made" role="status" aria-labelledby="made">
            <h2 id="made">"Your new key"</h2>
            <p>"Copy the secret now: it is not shown again."</p>
            <dl>
                <dt>"Consumer id"</dt><dd><code>{id}</code></dd>
                <dt>"Secret"</dt><dd><code>{secret}</code></dd>
            </dl>
            <details><summary>"Send a first event with it"</summary><pre tabindex="0"><code>{curl}</code></pre></details>
        </section>
    }
    .into_any()
}

fn list(shell: &Shell, rows: Vec<KeyRow>) -> AnyView {
    if rows.is_empty() {
        return view! { <p class="none">"There is no key yet."</p> }.into_any();
    }
    let rows = rows.into_iter().map(|KeyRow { id, name, created, revoked }| {
        let action = shell.at(&format!("/keys/{id}/revoke"));
        let label = format!("Revoke {name}");
        let state = match &revoked {
            Some(when) => view! { <span class="off">{format!("Revoked {when}")}</span> }.into_any(),
            None => view! {
                <details class="sure">
                    <summary aria-label=label>"Revoke…"</summary>
                    <form method="post" action=action>
                        <p>"Whatever uses it will be refused from now on."</p>
                        <button type="submit" class="danger">"Revoke it"</button>
                    </form>
                </details>
            }
            .into_any(),
        };
        view! {
            <tr class:gone=revoked.is_some()>
                <th scope="row">{name}<code>{id}</code></th>
                <td>{created}</td>
                <td>{state}</td>
            </tr>
        }
    });
    view! {
        <div class="scroll">
            <table>
                <thead><tr><th scope="col">"Name and consumer id"</th><th scope="col">"Created"</th><th scope="col">"State"</th></tr></thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}
