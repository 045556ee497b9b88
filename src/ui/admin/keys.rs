//! API keys: what the company's servers send and read events with.

use super::copying::{code_block, code_word};
use super::form::Mistakes;
use super::key_form::{self, KeyForm};
use super::shell::{Section, Shell, page};
use super::time::moment;
use crate::domain::key::{KeyScopes, Overlap};
use crate::domain::time::Timestamp;
use crate::ui::text;
use leptos::prelude::*;

/// A key of the list.
#[derive(Debug, Clone)]
pub struct KeyRow {
    pub id: String,
    pub name: String,
    pub scopes: KeyScopes,
    /// The only client that it is for.
    pub client: Option<String>,
    pub created: Timestamp,
    pub used: Option<Timestamp>,
    pub state: KeyState,
}

/// Whether a key is good.
#[derive(Debug, Clone)]
pub enum KeyState {
    /// Until when at most, and until when its old secret works too.
    InUse {
        until: Option<Timestamp>,
        old_secret_until: Option<Timestamp>,
    },
    Expired(Timestamp),
    Revoked(Timestamp),
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
            <p class="lead">"Your servers send and read events with a key. Anyone with a key has its permissions, so keep it on your servers."</p>
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
        view! { <details><summary>"Send a test event"</summary>{code_block("first-event".to_owned(), curl)}</details> }
    });
    view! {
        <section class="made" role="status" aria-labelledby="made">
            <h2 id="made">{title}</h2>
            <p>"Copy the secret now. You won’t see it again."</p>
            <dl>
                <dt>"Consumer id"</dt><dd>{code_word("key-id", id)}</dd>
                <dt>"Secret"</dt><dd>{code_word("key-secret", secret)}</dd>
            </dl>
            {curl}
        </section>
    }
    .into_any()
}

fn list(shell: &Shell, rows: Vec<KeyRow>) -> AnyView {
    if rows.is_empty() {
        return view! { <p class="none">"No keys yet."</p> }.into_any();
    }
    let rows = rows.into_iter().map(|key| row(shell, key));
    view! {
        <div class="scroll">
            <table>
                <thead><tr>
                    <th scope="col">"Name and consumer id"</th><th scope="col">"Permissions"</th>
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
            <td>{used.map_or_else(|| "Never".into_any(), moment)}<span class="second">"Created " {moment(created)}</span></td>
            <td>{state}</td>
        </tr>
    }
    .into_any()
}

fn state(shell: &Shell, key: &KeyRow) -> AnyView {
    match &key.state {
        KeyState::Expired(when) => view! { <span class="off">"Expired " {moment(*when)}</span> }.into_any(),
        KeyState::Revoked(when) => view! { <span class="off">"Revoked " {moment(*when)}</span> }.into_any(),
        KeyState::InUse { until, old_secret_until } => {
            let until = until.as_ref().map(|when| view! { <span class="second">"Until " {moment(*when)}</span> });
            let old = old_secret_until.as_ref();
            let old = old.map(|when| view! { <span class="second">"Old secret works until " {moment(*when)}</span> });
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
                <p><label for=select.clone()>"The key gets a new secret. The old one keeps working for"</label></p>
                <select id=select name="overlap">{options.collect_view()}</select>
                <button type="submit">"Create new secret"</button>
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
                <p>"Requests with this key will fail immediately."</p>
                <button type="submit" class="danger">"Revoke key"</button>
            </form>
        </details>
    }
    .into_any()
}
