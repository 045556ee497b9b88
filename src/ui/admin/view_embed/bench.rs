//! The test bench: a form, and in a frame below it a page of ours that embeds the view as a company's page would.

use super::ViewEmbed;
use crate::ui::admin::shell::framed_page;
use leptos::prelude::*;

/// The page in the frame.
#[derive(Debug, Clone)]
pub enum Bench {
    /// Nothing was asked yet.
    Empty,
    /// What was asked cannot be tried; one sentence each.
    Wrong(Vec<String>),
    Run(Box<Run>),
}

/// A test.
#[derive(Debug, Clone)]
pub struct Run {
    /// What the server has found.
    pub checks: Vec<Check>,
    /// Where the loader is.
    pub script: String,
    pub view: String,
    pub client: String,
    pub access_key: Option<String>,
    pub token: Option<String>,
}

/// One thing that was looked at.
#[derive(Debug, Clone)]
pub struct Check {
    pub name: &'static str,
    pub verdict: Verdict,
    pub told: String,
}

/// What was found of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Right,
    Wrong,
    /// It was not looked at.
    Open,
}

impl Verdict {
    const fn word(self) -> &'static str {
        match self {
            Self::Right => "Right",
            Self::Wrong => "Wrong",
            Self::Open => "Open",
        }
    }

    const fn class(self) -> &'static str {
        match self {
            Self::Right => "verdict right",
            Self::Wrong => "verdict wrong",
            Self::Open => "verdict",
        }
    }
}

/// The form and the frame.
pub(super) fn trial(embed: &ViewEmbed, address: &str) -> AnyView {
    let key = (!embed.tokens_only).then(|| pass("key", "The view’s access key", false));
    view! {
        <section aria-labelledby="bench">
            <h2 id="bench">"Test it"</h2>
            <p>"The log of a client, embedded in a page of Daybook as it would be in yours, and what is right and wrong about it."</p>
            <form method="post" action=address.to_owned() target="bench">
                <p class="field">
                    <label for="client">"Client id"</label>
                    <input id="client" name="client" autocomplete="off" required aria-describedby="client-told" />
                    <span class="hint" id="client-told">"As your events name it in client.uuid."</span>
                </p>
                <p class="field">
                    <label for="origin">"Your page’s origin"</label>
                    <input id="origin" name="origin" autocomplete="off" value=embed.origin.clone() aria-describedby="origin-told" />
                    <span class="hint" id="origin-told">"Such as https://app.example.com. It may stay empty."</span>
                </p>
                <fieldset>
                    <legend>"With"</legend>
                    {pass("signed", "A token that Daybook signs for it", true)}
                    {key}
                    {pass("token", "A token of your server", false)}
                    <p class="field">
                        <label class="unseen" for="token">"The token"</label>
                        <textarea id="token" name="token" rows="3" spellcheck="false" autocomplete="off"></textarea>
                    </p>
                </fieldset>
                <button type="submit">"Test"</button>
            </form>
            <iframe
                class="bench" name="bench" title="Test bench" src=address.to_owned()
                sandbox="allow-scripts allow-same-origin allow-forms allow-downloads allow-popups allow-popups-to-escape-sandbox"
            ></iframe>
        </section>
    }
    .into_any()
}

fn pass(value: &'static str, label: &'static str, checked: bool) -> AnyView {
    let id = format!("with-{value}");
    view! {
        <p class="choice"><input type="radio" id=id.clone() name="with" value=value checked=checked /><label for=id>{label}</label></p>
    }
    .into_any()
}

/// The whole document of the frame.
pub fn render_bench(bench: &Bench, style: &str, nonce: &str) -> String {
    framed_page("Test bench", style, || match bench.clone() {
        Bench::Empty => {
            view! { <h1>"Nothing tested yet"</h1><p>"What was found stands here, and the log below it."</p> }.into_any()
        }
        Bench::Wrong(told) => {
            let told = told.into_iter().map(|told| view! { <p class="mistake" role="alert">{told}</p> });
            view! { <h1>"Not tested"</h1>{told.collect_view()} }.into_any()
        }
        Bench::Run(run) => ran(*run, nonce.to_owned()),
    })
}

fn ran(run: Run, nonce: String) -> AnyView {
    let Run { checks, script, view, client, access_key, token } = run;
    let waiting = |id, name| {
        checked(id, Check { name, verdict: Verdict::Open, told: "Only a browser with scripts finds out.".to_owned() })
    };
    view! {
        <h1>"What was found"</h1>
        <ul class="checks" aria-live="polite">
            {waiting("check-script", "Script")}
            {checks.into_iter().map(|check| checked("", check)).collect_view()}
            {waiting("check-view", "View")}
        </ul>
        <div id="audit-log"></div>
        <script
            src=script nonce=nonce.clone() data-view=view data-client-id=client data-access-key=access_key data-token=token
        ></script>
        <script nonce=nonce inner_html=include_str!("bench.js")></script>
    }
    .into_any()
}

fn checked(id: &'static str, check: Check) -> AnyView {
    let Check { name, verdict, told } = check;
    let id = (!id.is_empty()).then_some(id);
    view! {
        <li id=id>
            <span class=verdict.class()>{verdict.word()}</span>
            <b>{name}</b>
            <span>{told}</span>
        </li>
    }
    .into_any()
}
