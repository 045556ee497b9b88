//! The form that makes an API key.

use super::form::{Field, Mistakes, tick};
use super::shell::Shell;
use crate::domain::key::{KeyScope, KeyScopes};
use leptos::prelude::*;

/// A key to be, as somebody typed it.
#[derive(Debug, Clone)]
pub struct KeyForm {
    pub name: String,
    /// What is ticked; maybe nothing.
    pub scopes: Vec<KeyScope>,
    pub client: String,
    /// A date such as `2027-01-31`.
    pub expires: String,
}

impl Default for KeyForm {
    /// What most servers need.
    fn default() -> Self {
        let scopes = KeyScopes::USUAL.given().collect();
        Self { name: String::new(), scopes, client: String::new(), expires: String::new() }
    }
}

/// What a key may do, for people.
pub(super) const fn meaning(scope: KeyScope) -> (&'static str, &'static str) {
    match scope {
        KeyScope::Ingest => ("Send events", "For whatever writes the log."),
        KeyScope::Read => ("Read events", "Find them, a page at a time."),
        KeyScope::Export => ("Export events", "Take whole logs away as files."),
        KeyScope::Admin => ("Everything", "All of these, and the account trail of this project too."),
    }
}

/// The form, open where it was sent with a mistake in it.
pub(super) fn form(shell: &Shell, typed: KeyForm, mistakes: &Mistakes) -> AnyView {
    let KeyForm { name, scopes, client, expires } = typed;
    let name = Field::text("name", "Name", name, "What will use it, such as “Billing service, production”.");
    let hint = "Its client id. The key sends and reads that one client’s events, and no others.";
    let client = Field::text("client", "For one client only", client, hint).optional();
    let hint = "From the first moment of that day (UTC) it is refused. Without a date it works until it is revoked.";
    let expires = Field { kind: "date", ..Field::text("expires", "Expires", expires, hint) }.optional();
    let wrong = mistakes.0.get("scopes").cloned().map(|wrong| view! { <p class="mistake" role="alert">{wrong}</p> });
    let ticks = KeyScope::ALL.map(|scope| {
        let (label, hint) = meaning(scope);
        tick(scope.word(), label, hint, scopes.contains(&scope))
    });
    let open = ["scopes", "client", "expires"].iter().any(|field| mistakes.0.contains_key(*field));
    view! {
        <form class="making" method="post" action=shell.at("/keys")>
            {mistakes.above()}
            {name.view(mistakes)}
            <details open=open>
                <summary>"What it may do, for whom, how long"</summary>
                <div class="more">
                    <fieldset><legend>"The key may"</legend>{wrong}{ticks.collect_view()}</fieldset>
                    {client.view(mistakes)}
                    {expires.view(mistakes)}
                </div>
            </details>
            <button type="submit">"Create a key"</button>
        </form>
    }
    .into_any()
}
