//! A view: how it is put into a page, who may open it, and its secrets.

use super::form::Mistakes;
use super::shell::{Section, Shell, page};
use super::view_tabs::{ViewHead, ViewTab};
use leptos::prelude::*;

/// The page of a view.
#[derive(Debug, Clone, Default)]
pub struct ViewAccess {
    pub head: ViewHead,
    pub id: String,
    /// Where the server is, such as `https://audit.example.com`.
    pub server: String,
    pub access_key: String,
    pub kid: String,
    pub signing_secret: String,
    pub tokens_only: bool,
    /// One on each line, as typed.
    pub origins: String,
    pub mistakes: Mistakes,
    /// What was just done.
    pub done: Option<&'static str>,
}

/// The whole document.
pub fn render_view_access(shell: &Shell, view: &ViewAccess) -> String {
    let view = view.clone();
    page(shell, Section::Views, "Embed", || {
        view! {
            {view.head.view(shell, ViewTab::Embed)}
            <p class="lead">"How your product shows each customer their own log, and which pages may show it."</p>
            {view.done.map(|done| view! { <p class="done" role="status">{done}</p> })}
            {script(&view)}
            {access(shell, &view)}
            {secrets(shell, &view)}
        }
        .into_any()
    })
}

/// What to put into a page: with a token, or with the access key while that still opens the view.
fn script(view: &ViewAccess) -> AnyView {
    let ViewAccess { id, server, access_key, tokens_only, .. } = view;
    let with = |credential: String| {
        format!(
            "<div id=\"audit-log\"></div>\n<script src=\"{server}/embed.js\"></script>\n<script>\n  auditLog({{\n    \
             view: '{id}', clientId: '1234567890', target: 'audit-log', host: '{server}',\n    {credential},\n  }})\n</script>"
        )
    };
    let trying = (!tokens_only).then(|| {
        let snippet = with(format!("accessKey: '{access_key}'"));
        view! {
            <details>
                <summary>"To try it out, without a backend"</summary>
                <p>"The access key stands in the page: whoever sees it can ask for every client whose id they know."</p>
                <pre tabindex="0"><code>{snippet}</code></pre>
            </details>
        }
    });
    let snippet = with("token: () => fetch('/audit-token').then((answer) => answer.text())".to_owned());
    let policy = format!("script-src {server};\nframe-src {server};\nform-action 'self' {server};");
    view! {
        <section aria-labelledby="script">
            <h2 id="script">"Script"</h2>
            <p>"Put this where the log should be. Your server answers " <code>"/audit-token"</code> " with a token for the customer who is signed in, which it signs with the secret below."</p>
            <pre tabindex="0"><code>{snippet}</code></pre>
            {trying}
            <details>
                <summary>"If your pages have a content security policy"</summary>
                <p>"Add these sources to it. Without the last line it works too, in two steps instead of one."</p>
                <pre tabindex="0"><code>{policy}</code></pre>
            </details>
        </section>
    }
    .into_any()
}

fn access(shell: &Shell, view: &ViewAccess) -> AnyView {
    let ViewAccess { id, tokens_only, origins, mistakes, .. } = view.clone();
    let mistake = mistakes.0.get("origins").cloned();
    let invalid = mistake.is_some().then_some("true");
    let hint = match mistake {
        Some(mistake) => view! { <span class="mistake" id="origins-told">{mistake}</span> }.into_any(),
        None => view! {
            <span class="hint" id="origins-told">"One on each line, such as https://app.example.com or https://*.example.com. While there is none, only pages of this machine may show it."</span>
        }
        .into_any(),
    };
    view! {
        <section aria-labelledby="access">
            <h2 id="access">"Who may open it"</h2>
            <form method="post" action=shell.at(&format!("/views/{id}/access"))>
                <p class="choice">
                    <input type="checkbox" id="tokens_only" name="tokens_only" value="yes" checked=tokens_only aria-describedby="tokens-told" />
                    <label for="tokens_only">"Signed tokens only"</label>
                    <span class="hint" id="tokens-told">"The access key opens nothing then, and what it had opened closes."</span>
                </p>
                <p class="field">
                    <label for="origins">"Pages that may show it"</label>
                    <textarea id="origins" name="origins" rows="3" spellcheck="false" aria-describedby="origins-told" aria-invalid=invalid>{origins}</textarea>
                    {hint}
                </p>
                <button type="submit">"Save changes"</button>
            </form>
        </section>
    }
    .into_any()
}

fn secrets(shell: &Shell, view: &ViewAccess) -> AnyView {
    let ViewAccess { id, kid, signing_secret, .. } = view.clone();
    view! {
        <section aria-labelledby="secrets">
            <h2 id="secrets">"Secrets"</h2>
            <dl>
                <dt>"View"</dt><dd><code>{id.clone()}</code></dd>
                <dt>"Signing key id"</dt><dd><code>{kid}</code></dd>
                <dt>"Signing secret"</dt>
                <dd><details><summary>"Show it"</summary><code>{signing_secret}</code></details></dd>
            </dl>
            <div class="row">
                {renewal(shell.at(&format!("/views/{id}/signing-secret")), "Replace the signing secret…",
                    "A new one signs from now on. Tokens of the present one are still taken, those of the one before no more.", "Replace it")}
                {renewal(shell.at(&format!("/views/{id}/access-key")), "Replace the access key…",
                    "Pages with the present one show nothing until they have the new one.", "Replace it")}
            </div>
        </section>
    }
    .into_any()
}

/// A button that asks once more.
fn renewal(action: String, name: &'static str, told: &'static str, sure: &'static str) -> AnyView {
    view! {
        <details class="sure">
            <summary>{name}</summary>
            <form method="post" action=action><p>{told}</p><button type="submit" class="danger">{sure}</button></form>
        </details>
    }
    .into_any()
}
