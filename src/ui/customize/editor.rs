//! The left side: panes to edit in, and what is done with the whole.

use super::controls::Desk;
use super::saving::{self, Saving};
use super::studio::Studio;
use super::{columns, layout, look};
use crate::browser::dom;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// The panes: a word, and what it is called.
const PANES: [(&str, &str); 3] = [("layout", "Layout"), ("columns", "Columns"), ("look", "Look")];

/// Everything of the left side.
pub fn view(desk: Desk, studio: &Studio) -> AnyView {
    let open = RwSignal::new(PANES[0].0);
    let saving = Saving::new(desk, studio);
    let tabs = PANES.map(|(word, name)| {
        view! {
            <label>
                <input type="radio" name="pane" value=word checked={word == PANES[0].0} on:change=move |_| open.set(word) />
                {name}
            </label>
        }
    });
    let pane = move |word: &'static str, content: AnyView| {
        view! { <div class="pane" hidden=move || open.get() != word>{content}</div> }
    };
    view! {
        <fieldset class="segments"><legend class="unseen">"What to edit"</legend>{tabs.collect_view()}</fieldset>
        {pane("layout", layout::pane(desk, &studio.pictures))}
        {pane("columns", columns::pane(desk, &studio.metadata))}
        {pane("look", look::pane(desk))}
        {saving::bar(saving)}
    }
    .into_any()
}

/// What is heard on the whole page: keys to go back and forth, and leaving with something unsaved.
pub fn listen(desk: Desk) {
    dom::on(&dom::document(), "keydown", move |event: web_sys::KeyboardEvent| {
        let command = event.ctrl_key() || event.meta_key();
        let act: fn(&mut super::draft::Draft) = match (command, event.shift_key(), event.key().to_lowercase().as_str())
        {
            (true, false, "z") => super::draft::Draft::undo,
            (true, true, "z") | (true, false, "y") => super::draft::Draft::redo,
            _ => return,
        };
        event.prevent_default();
        desk.0.update(act);
    });
    dom::on(&dom::window(), "beforeunload", move |event: web_sys::BeforeUnloadEvent| {
        if desk.0.with_untracked(|draft| !draft.changes().is_empty()) {
            event.prevent_default();
            // Browsers before 2024 ask only where a text is set (HTML §7.4.2.4).
            event.unchecked_ref::<web_sys::BeforeUnloadEvent>().set_return_value("unsaved");
        }
    });
}
