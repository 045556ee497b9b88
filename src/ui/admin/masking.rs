//! Which values of a project's events are secrets, and not kept.

use super::form::{Field, Mistakes};
use super::shell::{Section, Shell, page};
use leptos::prelude::*;

/// The page of masking rules.
#[derive(Debug, Clone, Default)]
pub struct Masking {
    /// Whether anything is masked at all.
    pub on: bool,
    /// Names that count beside the usual ones, and names or paths that do not count.
    pub also: Vec<String>,
    pub except: Vec<String>,
    /// The usual names, each list with what it is of.
    pub usual: Vec<(&'static str, &'static [&'static str])>,
    /// What was typed.
    pub typed: String,
    pub mistakes: Mistakes,
    pub done: Option<&'static str>,
}

/// The whole document.
pub fn render_masking(shell: &Shell, masking: &Masking) -> String {
    let Masking { on, also, except, usual, done, mistakes, .. } = masking.clone();
    page(shell, Section::Masking, "Masking", || {
        view! {
            <h1>"Masking"</h1>
            <p class="lead">"Secrets that senders put into events by mistake are taken out before anything is stored. What is stored already stays as it is."</p>
            {done.map(|done| view! { <p class="done" role="status">{done}</p> })}
            {mistakes.above()}
            {(!on).then(|| off(shell))}
            {list(shell, masking, &ALSO, also)}
            {list(shell, masking, &EXCEPT, except)}
            {names(usual)}
            {on.then(|| ways_off(shell))}
        }
        .into_any()
    })
}

/// One of a project's two lists.
struct List {
    /// Its field, and where its forms go.
    name: &'static str,
    title: &'static str,
    told: &'static str,
    none: &'static str,
    label: &'static str,
    hint: &'static str,
    add: &'static str,
}

const ALSO: List = List {
    name: "also",
    title: "Names that are secrets here",
    told: "Values under these names are masked as well, numbers included.",
    none: "None beside the usual ones.",
    label: "Name",
    hint: "Such as iban. However its words are joined: tax-number is also taxNumber and Tax Number.",
    add: "Mask this name",
};

const EXCEPT: List = List {
    name: "except",
    title: "Names that are no secrets here",
    told: "Values under these names are kept, though their names sound like secrets.",
    none: "No exceptions.",
    label: "Name or path",
    hint: "Such as page_token everywhere, or metadata.token for that place and all below it.",
    add: "Keep these values",
};

fn list(shell: &Shell, masking: &Masking, list: &'static List, names: Vec<String>) -> AnyView {
    let List { name, title, told, none, label, hint, add } = *list;
    let typed = if masking.mistakes.0.contains_key(name) { masking.typed.clone() } else { String::new() };
    let is_empty = names.is_empty();
    let to = shell.at(&format!("/masking/{name}"));
    let rows = names.into_iter().map(|known| row(&to, known)).collect_view();
    view! {
        <section aria-labelledby=format!("{name}-title")>
            <h2 id=format!("{name}-title")>{title}</h2>
            <p>{told}</p>
            {if is_empty {
                view! { <p class="hint">{none}</p> }.into_any()
            } else {
                view! { <ul class="names">{rows}</ul> }.into_any()
            }}
            <form class="line" method="post" action=to.clone()>
                {Field::text(name, label, typed, hint).view(&masking.mistakes)}
                <button type="submit">{add}</button>
            </form>
        </section>
    }
    .into_any()
}

fn row(to: &str, name: String) -> AnyView {
    let label = format!("Remove {name}");
    view! {
        <li>
            <code>{name.clone()}</code>
            <form method="post" action=format!("{to}/remove")>
                <input type="hidden" name="name" value=name />
                <button type="submit" class="quiet" aria-label=label>"Remove"</button>
            </form>
        </li>
    }
    .into_any()
}

fn names(usual: Vec<(&'static str, &'static [&'static str])>) -> AnyView {
    let lists = usual.into_iter().map(|(what, names)| {
        let names = names.iter().map(|name| view! { <li><code>{*name}</code></li> }).collect_view();
        view! { <p>{what}</p><ul class="names">{names}</ul> }
    });
    view! {
        <section aria-labelledby="usual">
            <h2 id="usual">"Masked in every project"</h2>
            {lists.collect_view()}
            <p>"Besides, whatever they are called: values of Authorization headers, signed tokens (JWT), private keys, and secrets in the query of an address."</p>
        </section>
    }
    .into_any()
}

fn off(shell: &Shell) -> AnyView {
    view! {
        <section class="warning" aria-labelledby="is-off">
            <h2 id="is-off">"Masking is off"</h2>
            <p>"Passwords, tokens and cookies are stored as they are sent, and everybody who reads a log can read them."</p>
            <form method="post" action=shell.at("/masking/on")>
                <button type="submit">"Switch masking on"</button>
            </form>
        </section>
    }
    .into_any()
}

fn ways_off(shell: &Shell) -> AnyView {
    view! {
        <section aria-labelledby="off">
            <h2 id="off">"Store everything"</h2>
            <details class="sure">
                <summary>"Switch masking off…"</summary>
                <form method="post" action=shell.at("/masking/off")>
                    <p>"Passwords, tokens and cookies in events to come are stored as they are sent, for everybody who reads a log to see. They cannot be taken out again later."</p>
                    <button type="submit" class="danger">"Switch masking off"</button>
                </form>
            </details>
        </section>
    }
    .into_any()
}
