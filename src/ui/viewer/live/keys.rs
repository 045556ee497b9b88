//! Keys, heard only while the focus is in the viewer's own frame.

use super::copy;
use super::desk::{Desk, search_box};
use super::rows::{self, Direction};
use super::{seen, values};
use crate::browser::{dom, focus};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlDetailsElement, HtmlDialogElement, KeyboardEvent};

/// Begins to listen.
pub fn listen(desk: &Rc<Desk>) {
    let pressed_on = Rc::clone(desk);
    dom::on(&dom::document(), "keydown", move |event: KeyboardEvent| {
        if pressed(&pressed_on, &event) {
            event.prevent_default();
        }
    });
    // A modal dialog closes itself on Esc; its address has to follow.
    let cancelled_on = Rc::clone(desk);
    let document = dom::document();
    let capture = wasm_bindgen::closure::Closure::<dyn Fn(Event)>::new(move |event: Event| {
        let details = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        if details.is_some_and(|details| details.id() == "details") {
            event.prevent_default();
            close(&cancelled_on);
        }
    });
    // This event does not rise to the document, so it is met on its way down.
    let capture: js_sys::Function = capture.into_js_value().unchecked_into();
    document.add_event_listener_with_callback_and_bool("cancel", &capture, true).expect("listening is always allowed");
}

/// Whether the key meant something here.
fn pressed(desk: &Rc<Desk>, event: &KeyboardEvent) -> bool {
    if event.ctrl_key() || event.meta_key() || event.alt_key() || event.is_composing() || event.default_prevented() {
        return false;
    }
    let key = event.key();
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let within = |selector: &str| target.as_ref().is_some_and(|element| dom::around(element, selector).is_some());
    if within("#keys") {
        return false;
    }
    if key == "Escape" {
        return close_menu() || close(desk);
    }
    if let Some(panel) = target.as_ref().and_then(|element| dom::around(element, ".values")) {
        return values::pressed(event, &panel);
    }
    if within("input, textarea") {
        return false;
    }
    if key == "/" {
        return search();
    }
    // Letters and arrows go through a list's values.
    if within("select") {
        return false;
    }
    match key.as_str() {
        "?" => dom::by_id("keys").and_then(|keys| keys.dyn_into::<HtmlDialogElement>().ok()).is_some_and(|keys| {
            // It fails only when open already.
            let opened = keys.show_modal().is_ok();
            seen::show(&keys);
            opened
        }),
        "c" => copy_link(desk, target.as_ref()),
        "j" => step(desk, Direction::Down),
        "k" => step(desk, Direction::Up),
        // Arrows scroll, except where they have something to walk through.
        "ArrowDown" if within("#events") || (within("#details") && !within("#raw")) => step(desk, Direction::Down),
        "ArrowUp" if within("#events") || (within("#details") && !within("#raw")) => step(desk, Direction::Up),
        _ => false,
    }
}

fn search() -> bool {
    let Some(input) = search_box() else { return false };
    input.select();
    focus::give(&input, true);
    true
}

/// To the next row, or on to the next event while one is open.
fn step(desk: &Rc<Desk>, direction: Direction) -> bool {
    if dom::by_id("details").is_some() {
        let link = if direction == Direction::Down { "#details a.down" } else { "#details a.up" };
        return dom::find(link).is_some_and(|link| desk.follow(&link));
    }
    let link = rows::neighbour(direction);
    if let Some(link) = &link {
        focus::give(link, true);
    }
    link.is_some()
}

fn copy_link(desk: &Rc<Desk>, target: Option<&Element>) -> bool {
    if let Some(link) = dom::find("#details [data-copy=link]") {
        copy::link(desk, &link, &link);
        return true;
    }
    let row = || target.and_then(|element| dom::around(element, "#events tr"));
    let Some(link) = row().and_then(|row| row.query_selector(".details").ok().flatten()) else { return false };
    copy::link(desk, &link, &link.parent_element().unwrap_or_else(|| link.clone()));
    true
}

fn close(desk: &Rc<Desk>) -> bool {
    dom::find("#details .close").is_some_and(|link| desk.follow(&link))
}

/// Closes the menu that is open, and gives the focus back to what opened it.
pub fn close_menu() -> bool {
    let Some(menu) = dom::find("details.menu[open]").and_then(|menu| menu.dyn_into::<HtmlDetailsElement>().ok()) else {
        return false;
    };
    menu.set_open(false);
    if let Ok(Some(summary)) = menu.query_selector("summary") {
        focus::give(&summary, true);
    }
    true
}
