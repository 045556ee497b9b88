//! The filters in force, said as the end of a sentence: "31 events by Roberta Wharton, that failed".

use super::model::{Choice, ViewerPage};
use super::order::words;
use super::place::Place;
use crate::domain::characters::plain;
use crate::domain::event::Ending;
use crate::domain::query::{Filter, Order, Preset};
use crate::domain::view::CLIENT;
use crate::ui::text;
use leptos::prelude::*;

/// One filter in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chip {
    /// Such as `by`.
    pub relation: &'static str,
    /// Such as `Roberta Wharton`.
    pub value: String,
    /// The same place without it.
    pub without: Place,
}

/// The filters in force, in the order of the sentence.
pub fn chips(page: &ViewerPage) -> Vec<Chip> {
    let place = &page.place;
    let Filter {
        text,
        actor,
        action,
        target,
        target_type,
        outcome,
        session,
        correlation,
        ip,
        impersonator,
        from: _,
        through: _,
        last,
        conditions: _,
        kinds,
        received: _,
    } = &place.filter;
    let mut chips = Vec::new();
    let mut put = |relation, value: Option<String>, drop: fn(&mut Filter)| {
        chips.extend(value.map(|value| Chip { relation, value, without: place.filtered(drop) }));
    };
    let client = place.client.as_ref().map(|id| label(&page.choices.clients.values, id.as_str(), page, CLIENT));
    put("matching", Some(text).filter(|text| !text.is_empty()).map(|text| format!("“{text}”")), |filter| {
        filter.text.clear();
    });
    put("by", actor.as_ref().map(|id| label(&page.choices.actors.values, id, page, "actor")), |filter| {
        filter.actor = None;
    });
    put(
        "of action",
        action.as_ref().map(|action| label(&page.choices.actions.values, action, page, "action")),
        |filter| {
            filter.action = None;
        },
    );
    let kinds: Vec<&str> = kinds.iter().map(|kind| kind.word()).collect();
    put("of kind", Some(kinds.join(" or ")).filter(|kinds| !kinds.is_empty()), |filter| filter.kinds.clear());
    put("on", target.as_ref().map(|id| label(&page.choices.targets.values, id, page, "target")), |filter| {
        filter.target = None;
    });
    put("on any", target_type.clone(), |filter| filter.target_type = None);
    put("that", outcome.map(ended), |filter| filter.outcome = None);
    put("in session", session.clone(), |filter| filter.session = None);
    put("of correlation", correlation.clone(), |filter| filter.correlation = None);
    put("from address", ip.clone(), |filter| filter.ip = None);
    put("with impersonator", impersonator.clone(), |filter| filter.impersonator = None);
    put("in the", last.map(span), |filter| filter.last = None);
    put("from", page.from.clone(), |filter| filter.from = None);
    put("until", page.through.clone(), |filter| filter.through = None);
    chips.extend(client.map(|value| Chip { relation: "of client", value, without: place.of_client(None) }));
    chips
}

fn ended(ending: Ending) -> String {
    match ending {
        Ending::Success => "succeeded",
        Ending::Failure => "failed",
        Ending::Other => "ended otherwise",
    }
    .to_owned()
}

/// The order, where it is not the usual one.
fn order(place: &Place) -> Option<Chip> {
    (place.order != Order::default()).then(|| Chip {
        relation: "the",
        value: words(place.order).said.to_owned(),
        without: place.ordered(Order::default()),
    })
}

/// `last 7 days`.
fn span(preset: Preset) -> String {
    let label = preset.label();
    label[..1].to_lowercase() + &label[1..]
}

/// What a value is called: by the list of choices, or by a row that has it, or by itself.
pub(super) fn label(choices: &[Choice], value: &str, page: &ViewerPage, name: &str) -> String {
    let chosen = choices.iter().find(|choice| choice.value == value).map(|choice| choice.label.clone());
    let shown = || {
        let mut lines = page.rows.iter().flat_map(|row| &row.cells).flat_map(|cell| &cell.lines);
        lines
            .find(|line| line.filter.as_ref().is_some_and(|(of, by)| *of == name && by == value))
            .map(|line| line.text.clone())
    };
    chosen.or_else(shown).unwrap_or_else(|| value.to_owned())
}

/// The chips, each a link that takes its filter away, or turns the order back.
pub fn view(page: &ViewerPage) -> AnyView {
    let mut chips = chips(page);
    chips.extend(order(&page.place));
    if chips.is_empty() {
        return ().into_any();
    }
    let base = &page.shell.base;
    let clear = (chips.len() > 1).then(|| {
        let all = page.place.everything().link(base);
        view! { <li><a class="clear" href=all>"Clear all"</a></li> }
    });
    let chips = chips.into_iter().map(|Chip { relation, value, without }| {
        let name = format!("{relation} {}: remove this filter", plain(&value));
        view! {
            <li>
                <a class="chip" href=without.link(base) aria-label=name>
                    <bdi dir="ltr">
                        <span class="relation">{relation}</span>
                        " "
                        <bdi>{text::text(&value)}</bdi>
                    </bdi>
                    <span class="cross" aria-hidden="true"></span>
                </a>
            </li>
        }
    });
    view! { <ul class="chips" aria-label="Filters in force">{chips.collect_view()}{clear}</ul> }.into_any()
}
