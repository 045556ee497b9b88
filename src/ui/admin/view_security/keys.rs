//! The access key and the signing secrets: masked, shown when asked for, replaced, taken away.

use super::ViewSecurity;
use crate::domain::opening::Grace;
use crate::domain::time::Timestamp;
use crate::ui::admin::copying::code_word;
use crate::ui::admin::time::moment;
use leptos::prelude::*;

/// A view's access key.
#[derive(Debug, Clone, Default)]
pub struct AccessKey {
    /// Only where somebody has asked to see it.
    pub shown: Option<String>,
    /// Until when the one before it still opens the view.
    pub former_until: Option<Timestamp>,
}

/// A signing secret of the list.
#[derive(Debug, Clone)]
pub struct SecretRow {
    pub kid: String,
    pub created: Timestamp,
    pub used: Option<Timestamp>,
    /// Only where somebody has asked to see it.
    pub shown: Option<String>,
}

pub(super) fn access_key(security: &ViewSecurity, to: &dyn Fn(&str) -> String) -> AnyView {
    let AccessKey { shown, former_until } = security.key.clone();
    let worth = if security.rules.tokens_only {
        "It opens nothing while the view takes signed tokens only."
    } else {
        "It is for trying things out: it stands in your page, and whoever sees it can ask for every client whose id they know."
    };
    let key = match shown {
        Some(key) => code_word("access-key", key),
        None => masked(to("/access-key/show"), "Show the access key"),
    };
    let former = former_until.map(|until| {
        view! {
            <form class="at-once" method="post" action=to("/access-key/end")>
                <p>"The key before it still opens the view, until " {moment(until)} "."</p>
                <button type="submit" class="quiet">"End that now"</button>
            </form>
        }
    });
    let graces = Grace::ALL.map(|grace| view! { <option value=grace.word()>{grace_told(grace)}</option> });
    view! {
        <section aria-labelledby="key">
            <h2 id="key">"Access key"</h2>
            <p>{worth}</p>
            <dl>
                <dt>"View"</dt><dd>{code_word("view-id", security.head.id.clone())}</dd>
                <dt>"Access key"</dt><dd>{key}</dd>
            </dl>
            {former}
            <details class="sure">
                <summary>"Replace the access key…"</summary>
                <form method="post" action=to("/access-key")>
                    <p class="field">
                        <label for="grace">"The present key opens the view"</label>
                        <select id="grace" name="grace">{graces.collect_view()}</select>
                    </p>
                    <button type="submit" class="danger">"Replace it"</button>
                </form>
            </details>
        </section>
    }
    .into_any()
}

const fn grace_told(grace: Grace) -> &'static str {
    match grace {
        Grace::None => "no longer",
        Grace::Hour => "for 1 hour more",
        Grace::Day => "for 24 hours more",
        Grace::Week => "for 7 days more",
    }
}

pub(super) fn secrets(security: &ViewSecurity, to: &dyn Fn(&str) -> String) -> AnyView {
    let mistake = security.mistakes.0.get("secrets").cloned();
    let rows = security.secrets.iter().enumerate().map(|(at, secret)| row(secret, at == 0, to));
    view! {
        <section aria-labelledby="secrets">
            <h2 id="secrets">"Signing secrets"</h2>
            <p>"Your server signs tokens with one of them. To replace it, add another, have your server use that, and revoke the old one when it is no longer used."</p>
            {mistake.map(|mistake| view! { <p class="mistake" role="alert">{mistake}</p> })}
            <div class="scroll">
                <table class="wide">
                    <thead><tr>
                        <th scope="col">"Key id"</th><th scope="col">"Created"</th><th scope="col">"Last used"</th>
                        <th scope="col">"Secret"</th><th scope="col">"Revoke"</th>
                    </tr></thead>
                    <tbody>{rows.collect_view()}</tbody>
                </table>
            </div>
            <form method="post" action=to("/secrets")><button type="submit" class="quiet">"Add a secret"</button></form>
        </section>
    }
    .into_any()
}

fn row(secret: &SecretRow, newest: bool, to: &dyn Fn(&str) -> String) -> AnyView {
    let SecretRow { kid, created, used, shown } = secret.clone();
    let text = match shown {
        Some(text) => code_word("signing-secret", text),
        None => masked(to(&format!("/secrets/{kid}/show")), "Show the secret"),
    };
    let mark = newest.then(|| view! { <span class="second">"The newest: sign with this one"</span> });
    let label = format!("Revoke {kid}");
    view! {
        <tr>
            <th scope="row"><span>{kid.clone()}</span>{mark}</th>
            <td>{moment(created)}</td>
            <td>{used.map_or_else(|| "Never".into_any(), moment)}</td>
            <td>{text}</td>
            <td>
                <details class="sure">
                    <summary aria-label=label>"Revoke…"</summary>
                    <form method="post" action=to(&format!("/secrets/{kid}/revoke"))>
                        <p>"Tokens of it open nothing from then on."</p>
                        <button type="submit" class="danger">"Revoke it"</button>
                    </form>
                </details>
            </td>
        </tr>
    }
    .into_any()
}

/// Stands for a secret that the page does not hold, with the way to ask for it.
fn masked(action: String, name: &'static str) -> AnyView {
    view! {
        <form class="word" method="post" action=action>
            <span class="masked" aria-hidden="true">"••••••••••••"</span>
            <button type="submit" class="quiet" aria-label=name>"Show"</button>
        </form>
    }
    .into_any()
}
