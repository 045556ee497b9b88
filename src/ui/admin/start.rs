//! Getting started: three steps that tick themselves, and events to begin with.

use super::copying::code_block;
use super::shell::{Section, Shell, page};
use leptos::prelude::*;

/// Asks every two seconds how far the project has come.
const WATCH: &str = include_str!("start.js");

/// The page of the first steps.
#[derive(Debug, Clone, Default)]
pub struct Start {
    /// The view's id, where there is one in use.
    pub view: Option<String>,
    pub customized: bool,
    pub embedded: bool,
    /// The latest event in a sentence; none before the first.
    pub latest: Option<String>,
    /// A line that sends an event with a key just made; its secret is shown this once.
    pub curl: Option<String>,
    /// Events to begin with: what they tell, and their JSON.
    pub recipes: Vec<(&'static str, String)>,
    /// Of this response's content security policy.
    pub nonce: String,
}

/// The whole document.
pub fn render_start(shell: &Shell, start: &Start) -> String {
    let Start { view, customized, embedded, latest, curl, recipes, nonce } = start.clone();
    page(shell, Section::Start, "Getting started", || {
        let own = |path: &str| match &view {
            Some(id) => shell.at(&format!("/views/{id}{path}")),
            None => shell.at("/views"),
        };
        let first = view! { <p><a class="button" href=own("")>"Customize the view"</a></p> };
        let second = view! { <p><a class="button" href=own("/embed")>"Get the script"</a></p> };
        let watched = shell.at("/start/state");
        view! {
            <h1>"Getting started"</h1>
            <p class="lead">"Three steps to an audit log in your product. Each step completes automatically."</p>
            <ol class="steps" data-watched=watched>
                {step("customized", "Customize the view", customized,
                    "Logo, title, colors and columns, next to a preview of what customers see.", first.into_any())}
                {step("embedded", "Embed it in your product", embedded,
                    "A script tag where the log should appear, and ten lines on your server that say whose log it is.", second.into_any())}
                {step("sent", "Send events", latest.is_some(),
                    "From your server, whenever someone does something that matters.", send(shell, latest, curl))}
            </ol>
            <section aria-labelledby="recipes">
                <h2 id="recipes">"Example events"</h2>
                <p>"What customers and auditors ask for first. Send one in place of the test event."</p>
                {recipes.into_iter().enumerate().map(recipe).collect_view()}
            </section>
            <script nonce=nonce inner_html=WATCH></script>
        }
        .into_any()
    })
}

fn step(id: &'static str, title: &'static str, done: bool, told: &'static str, way: AnyView) -> AnyView {
    let state = if done { "Done" } else { "To do" };
    view! {
        <li id=id class:ticked=done>
            <span class="tick" aria-hidden="true"></span>
            <h2>{title} " " <span class="state">{state}</span></h2>
            <p>{told}</p>
            {way}
        </li>
    }
    .into_any()
}

fn send(shell: &Shell, latest: Option<String>, curl: Option<String>) -> AnyView {
    let waiting = latest.unwrap_or_else(|| "Waiting for the first event…".to_owned());
    let made = curl.map(|curl| {
        view! {
            <section class="made" aria-label="Test event">
                <p>"Paste this into a terminal. It contains a new key; you won’t see its secret again."</p>
                {code_block("first-event".to_owned(), curl)}
            </section>
        }
    });
    view! {
        <form method="post" action=shell.at("/start/key")><button type="submit">"Create a key and test event"</button></form>
        {made}
        <p class="latest" role="status" id="latest">{waiting}</p>
    }
    .into_any()
}

fn recipe((at, (told, json)): (usize, (&'static str, String))) -> AnyView {
    view! {
        <details>
            <summary>{told}</summary>
            {code_block(format!("recipe-{at}"), json)}
        </details>
    }
    .into_any()
}
