//! How strictly the rules of other vendors' APIs are kept, and the schemas that events must fit.

use super::form::{Field, Mistakes};
use super::shell::{Section, Shell, page};
use super::time::moment;
use crate::domain::strictness::{Api, Strictness};
use crate::domain::time::Timestamp;
use leptos::prelude::*;

/// The page of vendors' APIs.
#[derive(Debug, Clone)]
pub struct VendorApis {
    pub apis: Vec<VendorApi>,
    pub schemas: SchemaForm,
    pub mistakes: Mistakes,
    pub done: Option<String>,
}

/// An API, and what its vendor would refuse.
#[derive(Debug, Clone)]
pub struct VendorApi {
    pub api: Api,
    pub strictness: Strictness,
    /// The rules that requests violated.
    pub rules: Vec<Rule>,
}

/// A rule that requests violated; the moment is a text, with the zone.
#[derive(Debug, Clone)]
pub struct Rule {
    pub name: &'static str,
    /// What the vendor answers.
    pub answer: &'static str,
    pub accepted: u64,
    pub refused: u64,
    pub last: Timestamp,
    pub example: String,
}

/// Schemas of WorkOS's actions.
#[derive(Debug, Clone, Default)]
pub struct SchemaForm {
    /// What was typed.
    pub action: String,
    /// Actions that have a schema, each with its latest version.
    pub known: Vec<(String, usize)>,
    /// The most frequent actions that have none.
    pub unknown: Vec<String>,
    /// A schema that was just made.
    pub made: Option<MadeSchema>,
}

/// A schema that was just made, in words and as JSON.
#[derive(Debug, Clone)]
pub struct MadeSchema {
    pub title: String,
    pub json: String,
}

/// The whole document.
pub fn render_vendor_apis(shell: &Shell, vendors: &VendorApis) -> String {
    let VendorApis { apis, schemas, mistakes, done } = vendors.clone();
    page(shell, Section::VendorApis, "Vendor APIs", || {
        let apis = apis.into_iter().map(|api| {
            let schemas = (api.api == Api::WorkOs).then(|| schema_form(shell, schemas.clone(), &mistakes));
            view! { {one(shell, api)}{schemas} }
        });
        view! {
            <h1>"Vendor APIs"</h1>
            <p class="lead">"Servers written for another vendor send here unchanged. Choose for each API what becomes of requests that can be stored, but that the vendor would refuse."</p>
            {done.map(|done| view! { <p class="done" role="status">{done}</p> })}
            {mistakes.above()}
            {apis.collect_view()}
        }
        .into_any()
    })
}

const fn meaning(strictness: Strictness) -> (&'static str, &'static str) {
    match strictness {
        Strictness::Open => ("Open", "Accept them."),
        Strictness::Observe => ("Observe", "Accept them, and count below what the vendor would refuse."),
        Strictness::Strict => ("Strict", "Refuse them with the vendor’s status and message."),
    }
}

fn one(shell: &Shell, of: VendorApi) -> AnyView {
    let VendorApi { api, strictness, rules } = of;
    let (word, name) = (api.word(), api.name());
    let choices = Strictness::ALL.map(|choice| {
        let (label, hint) = meaning(choice);
        let id = format!("{word}-{}", choice.word());
        let told = format!("{id}-told");
        view! {
            <p class="choice">
                <input type="radio" id=id.clone() name="strictness" value=choice.word() checked=choice == strictness aria-describedby=told.clone() />
                <label for=id>{label}</label>
                <span class="hint" id=told>{hint}</span>
            </p>
        }
    });
    view! {
        <section aria-labelledby=word>
            <h2 id=word>{name}</h2>
            <form method="post" action=shell.at(&format!("/vendor-apis/{word}/strictness"))>
                <fieldset><legend>{format!("Requests that {name} would refuse")}</legend>{choices.collect_view()}</fieldset>
                <button type="submit" aria-label=format!("Save the strictness of {name}")>"Save"</button>
            </form>
            {table(shell, api, strictness, rules)}
        </section>
    }
    .into_any()
}

fn table(shell: &Shell, api: Api, strictness: Strictness, rules: Vec<Rule>) -> AnyView {
    if rules.is_empty() {
        let none = if strictness == Strictness::Open {
            "Nothing is counted while the API is open."
        } else {
            "Nothing that the vendor would refuse has come yet."
        };
        return view! { <p class="hint">{none}</p> }.into_any();
    }
    let rows = rules.into_iter().map(|rule| {
        let Rule { name, answer, accepted, refused, last, example } = rule;
        view! {
            <tr>
                <th scope="row">{name}<span class="second">{answer}</span></th>
                <td class="number">{accepted}</td><td class="number">{refused}</td>
                <td>{moment(last)}</td><td>{example}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    view! {
        <div class="scroll">
            <table>
                <thead><tr>
                    <th scope="col">"Rule and vendor’s answer"</th><th scope="col">"Accepted"</th><th scope="col">"Refused"</th>
                    <th scope="col">"Last"</th><th scope="col">"Last example"</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        <form method="post" action=shell.at(&format!("/vendor-apis/{}/counts/reset", api.word()))>
            <button type="submit" class="quiet" aria-label=format!("Reset the counts of {}", api.name())>"Reset counts"</button>
        </form>
    }
    .into_any()
}

fn schema_form(shell: &Shell, schemas: SchemaForm, mistakes: &Mistakes) -> AnyView {
    let SchemaForm { action, known, unknown, made } = schemas;
    let to = shell.at("/vendor-apis/schemas");
    let known_rows = known.iter().map(|(name, version)| {
        view! { <li><code>{name.clone()}</code><span class="second">{format!("version {version}")}</span></li> }
    });
    let known_list = if known.is_empty() {
        view! { <p class="hint">"No action has a schema yet."</p> }.into_any()
    } else {
        view! { <ul class="names">{known_rows.collect_view()}</ul> }.into_any()
    };
    let unknown = (!unknown.is_empty()).then(|| without_schema(&to, unknown));
    let hint = "Such as user.signed_in. What all of its last 1,000 events have is required, what some have is optional, and every type that was seen is allowed.";
    view! {
        <section aria-labelledby="schemas">
            <h2 id="schemas">"WorkOS action schemas"</h2>
            <p>"An event must fit the schema of its action, whether the API is strict or not. Where WorkOS is strict, every action needs one."</p>
            {made.map(shown)}
            {known_list}
            {unknown}
            <form class="line" method="post" action=to>
                {Field::text("action", "Action", action, hint).view(mistakes)}
                <button type="submit">"Make from the last 1,000 events"</button>
            </form>
        </section>
    }
    .into_any()
}

/// Frequent actions that have no schema.
fn without_schema(to: &str, names: Vec<String>) -> AnyView {
    let rows = names.into_iter().map(|name| {
        let label = format!("Make a schema of {name} from its last 1,000 events");
        view! {
            <li>
                <code>{name.clone()}</code>
                <form method="post" action=to.to_owned()>
                    <input type="hidden" name="action" value=name />
                    <button type="submit" class="quiet" aria-label=label>"Make from the last 1,000"</button>
                </form>
            </li>
        }
    });
    let rows = rows.collect_view();
    view! { <p>"Actions without a schema:"</p><ul class="names">{rows}</ul> }.into_any()
}

fn shown(made: MadeSchema) -> AnyView {
    let MadeSchema { title, json } = made;
    view! {
        <div class="made" role="status">
            <p>{title}</p>
            <details><summary>"See the schema"</summary><pre tabindex="0"><code>{json}</code></pre></details>
        </div>
    }
    .into_any()
}
