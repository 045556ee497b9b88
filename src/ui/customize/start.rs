//! What the log opens with: an order and a filter.

use super::controls::{Desk, Label, choice, text};
use crate::domain::query::Order;
use crate::domain::view::Start;
use leptos::prelude::*;

/// The fields of the order and the filter.
pub fn fields(desk: Desk) -> AnyView {
    let orders = [(Order::Newest, "The newest event"), (Order::Oldest, "The oldest event")];
    let orders = orders.map(|(order, name)| (order.code().to_owned(), name.to_owned()));
    let outcomes = [("", "Any"), ("failure", "Failed"), ("success", "Succeeded")];
    let outcomes = outcomes.map(|(word, name)| (word.to_owned(), name.to_owned()));
    view! {
        <h3>"Default filters"</h3>
        <p class="hint">"Shown above the table; readers can clear them. They hide nothing."</p>
        {choice(desk, Label::of("start.order", "First"), orders.to_vec(), |view| view.start.order.code().to_owned(),
            |view, word| view.start.order = Order::of_code(word).unwrap_or_default())}
        {choice(desk, Label::of("start.outcome", "Outcome"), outcomes.to_vec(),
            |view| outcome(view.start.failed).to_owned(),
            |view, word| view.start.failed = failed(word))}
        {text(desk, Label::of("start.text", "Words"), |view| view.start.text.clone(),
            |view, typed| { typed.clone_into(&mut view.start.text); Ok(()) })}
        {exactly(desk, Label::of("start.action", "Action").hint("An action, or a prefix with a star, such as user.*"),
            |start| &start.action, |start| &mut start.action)}
        {exactly(desk, Label::of("start.actor", "Actor").hint("The actor’s id"), |start| &start.actor, |start| &mut start.actor)}
        {exactly(desk, Label::of("start.type", "Target type"), |start| &start.target_type, |start| &mut start.target_type)}
    }
    .into_any()
}

/// A field that asks for nothing while it is empty.
fn exactly(
    desk: Desk,
    label: Label,
    get: fn(&Start) -> &Option<String>,
    part: fn(&mut Start) -> &mut Option<String>,
) -> AnyView {
    text(
        desk,
        label,
        move |view| get(&view.start).clone().unwrap_or_default(),
        move |view, typed| {
            *part(&mut view.start) = Some(typed.to_owned()).filter(|value| !value.trim().is_empty());
            Ok(())
        },
    )
}

const fn outcome(failed: Option<bool>) -> &'static str {
    match failed {
        None => "",
        Some(true) => "failure",
        Some(false) => "success",
    }
}

fn failed(word: &str) -> Option<bool> {
    match word {
        "failure" => Some(true),
        "success" => Some(false),
        _ => None,
    }
}
