//! The lists of values to filter by. What is picked from an open list counts at once. Whoever goes through a closed one
//! by its keys passes values they do not mean, and none is fetched under their hands: the value counts when they press
//! Enter, or leave the list (WCAG 3.2.2).

use super::desk::Desk;
use super::hands::send;
use crate::browser::dom;
use crate::browser::history::Step;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Document, Element, Event, HtmlSelectElement, KeyboardEvent};

/// On a list that says something else than what was fetched last.
const PASSING: &str = "data-passing";

/// Begins to listen.
pub fn listen(desk: &Rc<Desk>) {
    let document = dom::document();
    let by_keys = Rc::new(Cell::new(false));
    let walks = Rc::clone(&by_keys);
    dom::on(&document, "pointerdown", move |_: Event| walks.set(false));
    let (own, walks) = (Rc::clone(desk), Rc::clone(&by_keys));
    dom::on(&document, "keydown", move |event: KeyboardEvent| {
        let Some(list) = list(&event) else { return };
        walks.set(passes(&event));
        if event.key() == "Enter" && take(&own, &list) {
            event.prevent_default();
        }
    });
    let own = Rc::clone(desk);
    dom::on(&document, "change", move |event: Event| {
        let Some(list) = list(&event) else { return };
        dom::set(&list, PASSING, "");
        if !by_keys.get() {
            take(&own, &list);
        }
    });
    let own = Rc::clone(desk);
    dom::on(&document, "focusout", move |event: Event| {
        if let Some(list) = list(&event) {
            take(&own, &list);
        }
    });
}

/// The list in a part of the page that has the focus. It is never taken from under the reader.
pub fn in_hand(part: &Element, active: Option<&Element>) -> Option<HtmlSelectElement> {
    active.filter(|active| part.contains(Some(active)))?.clone().dyn_into().ok()
}

/// Whether the reader is on the way through a list's values.
pub fn is_passing(list: &HtmlSelectElement) -> bool {
    list.has_attribute(PASSING)
}

/// Brings a list up to date where it stands.
pub fn renew(list: &HtmlSelectElement, fetched: &Element) {
    let Ok(Some(new)) = fetched.query_selector("select") else { return };
    list.set_inner_html(&new.inner_html());
    if let (Some(frame), Some(new)) = (list.parent_element(), new.parent_element()) {
        frame.set_class_name(&new.class_name());
    }
}

/// Lets every list say what holds, also one whose value was chosen and then overtaken by another step.
pub fn agree(fetched: &Document) {
    for list in dom::all("#filters select").filter_map(|list| list.dyn_into::<HtmlSelectElement>().ok()) {
        let new = fetched.get_element_by_id(&list.id()).and_then(|new| new.dyn_into::<HtmlSelectElement>().ok());
        if let Some(new) = new.filter(|_| !is_passing(&list)) {
            list.set_value(&new.value());
        }
    }
}

/// Sends the filters if the list has a value that does not count yet.
fn take(desk: &Rc<Desk>, list: &HtmlSelectElement) -> bool {
    let passing = is_passing(list);
    // An attribute that is not there is none to remove.
    drop(list.remove_attribute(PASSING));
    if let Some(form) = list.form().filter(|_| passing) {
        send(desk, &form, Step::New);
    }
    passing
}

/// Whether a key goes from value to value in a closed list, rather than opening it: arrows, or a value's first letters.
fn passes(event: &KeyboardEvent) -> bool {
    let key = event.key();
    let letter = key.chars().count() == 1 && key != " ";
    !event.alt_key() && (letter || ["Arrow", "Page", "Home", "End"].iter().any(|start| key.starts_with(start)))
}

fn list(event: &Event) -> Option<HtmlSelectElement> {
    event.target()?.dyn_into().ok()
}
