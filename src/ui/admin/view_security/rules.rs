//! What credentials open, what they give, and how to close what they opened.

use super::{ViewSecurity, told};
use crate::domain::opening::RecordedOpenings;
use crate::ui::admin::form::{Field, Needed, tick};
use leptos::prelude::*;

/// What credentials open, as ticked and typed.
#[derive(Debug, Clone, Default)]
pub struct RulesForm {
    pub tokens_only: bool,
    pub export: bool,
    pub live: bool,
    pub minutes: String,
    pub openings: RecordedOpenings,
}

pub(super) fn rules(security: &ViewSecurity, to: &dyn Fn(&str) -> String) -> AnyView {
    let RulesForm { tokens_only, export, live, minutes, openings } = security.rules.clone();
    let invalid = security.mistakes.0.contains_key("minutes").then_some("true");
    let hint = told(
        &security.mistakes,
        "minutes",
        "minutes-told",
        "5 to 60, from the moment it is made. A page takes a fresh one whenever it needs to.",
    );
    view! {
        <section aria-labelledby="rules">
            <h2 id="rules">"What opens it, and to do what"</h2>
            <form method="post" action=to("/rules")>
                {tick("tokens_only", "Signed tokens only", "The access key opens nothing then, and what it had opened closes.", tokens_only)}
                {tick("export", "Viewers may take the log home as a file", "A token can allow less, not more.", export)}
                {tick("live", "Viewers may see events as they arrive", "Tokens ask for it by the word “tail” in their scope.", live)}
                <p class="field short">
                    <label for="minutes">"Longest life of a token, in minutes"</label>
                    <input id="minutes" name="minutes" inputmode="numeric" required value=minutes aria-describedby="minutes-told" aria-invalid=invalid />
                    {hint}
                </p>
                <p class="field short">
                    <label for="openings">"Record in the log when it is opened"</label>
                    <select id="openings" name="openings" aria-describedby="openings-told">{recorded(openings)}</select>
                    {told(&security.mistakes, "openings", "openings-told", "Once an hour for each reader. Exports are always recorded.")}
                </p>
                <button type="submit">"Save changes"</button>
            </form>
        </section>
    }
    .into_any()
}

fn recorded(chosen: RecordedOpenings) -> AnyView {
    let options = RecordedOpenings::ALL.map(|choice| {
        let name = match choice {
            RecordedOpenings::Named => "By readers named in a token",
            RecordedOpenings::All => "By everyone",
            RecordedOpenings::Never => "Never",
        };
        view! { <option value=choice.word() selected=choice == chosen>{name}</option> }
    });
    options.collect_view().into_any()
}

/// The way to shut a client out of what is open.
pub(super) fn closing(security: &ViewSecurity, to: &dyn Fn(&str) -> String) -> AnyView {
    let hint = Some("As your events name it. Your pages open the view again with a new token, or with the access key.");
    let field = Field {
        name: "client",
        label: "Client id",
        kind: "text",
        fill: "off",
        value: security.client.clone(),
        hint,
        needed: Needed::Yes,
    };
    view! {
        <section aria-labelledby="closing">
            <h2 id="closing">"Close what is open for one client"</h2>
            <p>"Ends all of that client’s sessions of this view at once. Tokens that were made before open nothing any more."</p>
            <form class="line" method="post" action=to("/close")>
                {field.view(&security.mistakes)}
                <button type="submit" class="danger">"Close now"</button>
            </form>
        </section>
    }
    .into_any()
}
