//! How a view gets into a company's pages: what to copy, and a bench to try it on.

mod bench;
mod programs;

pub use bench::{Bench, Check, Run, Verdict, render_bench};
pub use programs::{Program, Values};

use super::copying::code_block;
use super::shell::{Section, Shell, page};
use super::view_tabs::{ViewHead, ViewTab};
use leptos::prelude::*;

/// The page of a view's script.
#[derive(Debug, Clone, Default)]
pub struct ViewEmbed {
    pub head: ViewHead,
    pub values: Values,
    /// The access key opens nothing.
    pub tokens_only: bool,
    /// Only where somebody has asked to see it.
    pub access_key: Option<String>,
    /// An origin that may show the view, to begin the test with.
    pub origin: String,
}

/// The whole document.
pub fn render_view_embed(shell: &Shell, embed: &ViewEmbed) -> String {
    page(shell, Section::Views, "Embed script", || {
        let at = |path: &str| shell.at(&format!("/views/{}{path}", embed.head.id));
        view! {
            {embed.head.view(shell, ViewTab::Embed)}
            {in_pages(embed, &at)}
            {on_server(embed, &at)}
            {policy(embed)}
            {bench::trial(embed, &at("/embed/bench"))}
        }
        .into_any()
    })
}

fn in_pages(embed: &ViewEmbed, at: &dyn Fn(&str) -> String) -> AnyView {
    view! {
        <section aria-labelledby="script">
            <h2 id="script">"In your pages"</h2>
            <p>"Put this where the log should be. Your server answers " <code>"/audit-token"</code> " with a token for whoever is signed in there."</p>
            <div class="texts">
                {disclosed("page", embed.values.pages(), embed.access_key.is_none())}
                {with_key(embed, at)}
            </div>
        </section>
    }
    .into_any()
}

/// The snippet for a first look, whose key the page holds only when somebody has asked for it.
fn with_key(embed: &ViewEmbed, at: &dyn Fn(&str) -> String) -> AnyView {
    if embed.tokens_only {
        return ().into_any();
    }
    let asked = embed.access_key.is_some();
    let text = match &embed.access_key {
        Some(key) => code_block("text-key".to_owned(), embed.values.page_with_key(key)),
        None => view! {
            <form method="post" action=at("/embed")><button type="submit" class="quiet">"Show it with the access key"</button></form>
        }
        .into_any(),
    };
    view! {
        <details name="page" open=asked>
            <summary>"To try it out, without a server"</summary>
            <p>"The access key stands in the page: whoever sees it can ask for every client whose id they know."</p>
            {text}
        </details>
    }
    .into_any()
}

fn on_server(embed: &ViewEmbed, at: &dyn Fn(&str) -> String) -> AnyView {
    view! {
        <section aria-labelledby="server">
            <h2 id="server">"On your server"</h2>
            <p>
                "This signs a token for one company and one of its people. The secret stays on your server: put it into the environment as "
                <code>"AUDIT_SECRET"</code> ". You find it under " <a href=at("/security")>"Security"</a> "."
            </p>
            <div class="texts">{disclosed("server", embed.values.servers(), true)}</div>
        </section>
    }
    .into_any()
}

/// One of a group's texts is open at a time: the first to begin with, unless it is another of the group.
fn disclosed(group: &'static str, programs: Vec<Program>, first: bool) -> AnyView {
    let each = programs.into_iter().enumerate().map(|(at, Program { id, name, text })| {
        view! {
            <details name=group open=first && at == 0>
                <summary>{name}</summary>
                {code_block(format!("text-{id}"), text)}
            </details>
        }
    });
    each.collect_view().into_any()
}

fn policy(embed: &ViewEmbed) -> AnyView {
    view! {
        <section aria-labelledby="policy">
            <h2 id="policy">"Content security policy"</h2>
            <p>"If your pages have one, add these sources to it. Without the last line it works too, in two steps instead of one."</p>
            {code_block("text-policy".to_owned(), embed.values.policy())}
        </section>
    }
    .into_any()
}
