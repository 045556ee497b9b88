//! API keys: what the company's servers send and read events with.

use super::form::Mistakes;
use super::key_form::{self, KeyForm};
use super::shell::{Section, Shell, page};
use crate::domain::key::{KeyScopes, Overlap};
use crate::ui::text;
use leptos::prelude::*;

/// A key of the list; moments are texts, with the zone.
#[derive(Debug, Clone)]
pub struct KeyRow {
    pub id: String,
    pub name: String,
    pub scopes: KeyScopes,
    /// The only client that it is for.
    pub client: Option<String>,
    pub created: String,
    pub used: Option<String>,
    pub state: KeyState,
}

/// Whether a key is good.
#[derive(Debug, Clone)]
pub enum KeyState {
    /// Until when at most, and until when its old secret works too.
    InUse {
        until: Option<String>,
        old_secret_until: Option<String>,
    },
    Expired(String),
    Revoked(String),
}

/// A key just made or rolled: the only time that its secret is shown.
#[derive(Debug, Clone)]
pub struct NewKey {
    pub title: &'static str,
    pub id: String,
    pub secret: String,
    /// A line to send a first event by, for a key that may.
    pub curl: Option<String>,
}

/// The page of keys.
#[derive(Debug, Clone, Default)]
pub struct Keys {
    pub rows: Vec<KeyRow>,
    pub made: Option<NewKey>,
    /// What was typed.
    pub form: KeyForm,
    pub mistakes: Mistakes,
}

/// The whole document.
pub fn render_keys(shell: &Shell, keys: &Keys) -> String {
    let Keys { rows, made, form, mistakes } = keys.clone();
    page(shell, Section::Keys, "API keys", || {
        view! {
            <h1>"API keys"</h1>
            <p class="lead">"Your servers send and read events with a key. Whoever has one can do what it may: keep it on your servers."</p>
            {made.map(shown_once)}
            {key_form::form(shell, form, &mistakes)}
            {list(shell, rows)}
        }
        .into_any()
    })
}

fn shown_once(key: NewKey) -> AnyView {
    let NewKey { title, id, secret, curl } = key;
    let curl = curl.map(|curl| {
        view! { <details><summary>"Send a first event with it"</summary><pre tabindex="0"><code>{curl}</code></pre></details> }
    });
    view! {
        <section class="made" role="status" aria-labelledby="made">
            <h2 id="made">{title}</h2>
            <p>"Copy the secret now: it is not shown again."</p>
            <dl>
                <dt>"Consumer id"</dt><dd><code>{id}</code></dd>
                <dt>"Secret"</dt><dd><code>{secret}</code></dd>
            </dl>
            {curl}
        </section>
    }
    .into_any()
}

fn list(shell: &Shell, rows: Vec<KeyRow>) -> AnyView {
    if rows.is_empty() {
        return view! { <p class="none">"There is no key yet."</p> }.into_any();
    }
    let rows = rows.into_iter().map(|key| row(shell, key));
    view! {
        <div class="scroll">
            <table>
                <thead><tr>
                    <th scope="col">"Name and consumer id"</th><th scope="col">"May"</th>
                    <th scope="col">"Last used"</th><th scope="col">"State"</th>
                </tr></thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(shell: &Shell, key: KeyRow) -> AnyView {
    let gone = !matches!(key.state, KeyState::InUse { .. });
    let state = state(shell, &key);
    let KeyRow { id, name, scopes, client, created, used, .. } = key;
    let scopes: Vec<&str> = scopes.given().map(|scope| key_form::meaning(scope).0).collect();
    let client = client.map(|client| {
        view! { <span class="second">"for " <bdi>{text::text(&client)}</bdi> " only"</span> }
    });
    view! {
        <tr class:gone=gone>
            <th scope="row"><bdi>{text::text(&name)}</bdi><code>{id}</code></th>
            <td>{scopes.join(", ")}{client}</td>
            <td>{used.unwrap_or_else(|| "Never".to_owned())}<span class="second">{format!("Created {created}")}</span></td>
            <td>{state}</td>
        </tr>
    }
    .into_any()
}

fn state(shell: &Shell, key: &KeyRow) -> AnyView {
    match &key.state {
        KeyState::Expired(when) => view! { <span class="off">{format!("Expired {when}")}</span> }.into_any(),
        KeyState::Revoked(when) => view! { <span class="off">{format!("Revoked {when}")}</span> }.into_any(),
        KeyState::InUse { until, old_secret_until } => {
            let until = until.as_ref().map(|when| view! { <span class="second">{format!("Until {when}")}</span> });
            let old = old_secret_until.as_ref();
            let old = old.map(|when| view! { <span class="second">{format!("Old secret works until {when}")}</span> });
            view! { {until}{old}<div class="row">{roll(shell, key)}{revoke(shell, key)}</div> }.into_any()
        }
    }
}

fn roll(shell: &Shell, key: &KeyRow) -> AnyView {
    let KeyRow { id, name, .. } = key;
    let options = Overlap::ALL.map(|overlap| {
        view! { <option value=overlap.word() selected=overlap == Overlap::Day>{overlap.name()}</option> }
    });
    let select = format!("old-{id}");
    view! {
        <details class="sure mild">
            <summary aria-label=format!("Roll {name}")>"Roll…"</summary>
            <form method="post" action=shell.at(&format!("/keys/{id}/roll"))>
                <p><label for=select.clone()>"It gets a new secret. The old one works on for"</label></p>
                <select id=select name="overlap">{options.collect_view()}</select>
                <button type="submit">"Make a new secret"</button>
            </form>
        </details>
    }
    .into_any()
}

fn revoke(shell: &Shell, key: &KeyRow) -> AnyView {
    let KeyRow { id, name, .. } = key;
    view! {
        <details class="sure">
            <summary aria-label=format!("Revoke {name}")>"Revoke…"</summary>
            <form method="post" action=shell.at(&format!("/keys/{id}/revoke"))>
                <p>"Whatever uses it will be refused from now on."</p>
                <button type="submit" class="danger">"Revoke it"</button>
            </form>
        </details>
    }
    .into_any()
}
