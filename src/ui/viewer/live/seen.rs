//! Keeping what the reader uses on the screen: in a frame as high as its content only the host page can scroll to it.

use super::values;
use crate::browser::{dom, host_page};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Element, Event};

/// Kept around what is shown, in pixels.
const MARGIN: f64 = 8.0;
/// As much of the details as must be seen when they open.
const DETAILS: f64 = 400.0;

/// Begins to listen: what gets the focus by keys, and what a menu opens, is brought onto the screen.
pub fn listen() {
    let document = dom::document();
    dom::on(&document, "focusin", |event: Event| {
        let by_keys = target(&event).filter(|element| element.matches(":focus-visible").unwrap_or(false));
        if let Some(element) = by_keys {
            show(&dom::around(&element, "#events tbody tr").unwrap_or(element));
        }
    });
    // This event does not rise to the document, so it is met on its way down.
    let toggled = Closure::<dyn Fn(Event)>::new(|event: Event| {
        let menu = target(&event).filter(|element| element.matches(".menu[open]").unwrap_or(false));
        let Some(menu) = menu else { return };
        values::opened(&menu);
        if let Ok(Some(panel)) = menu.query_selector(".panel") {
            show(&panel);
        }
    });
    let toggled: js_sys::Function = toggled.into_js_value().unchecked_into();
    document.add_event_listener_with_callback_and_bool("toggle", &toggled, true).expect("listening is always allowed");
}

/// Brings an element onto the screen.
pub fn show(element: &Element) {
    let rect = element.get_bounding_client_rect();
    show_part(rect.top(), rect.bottom());
}

/// Brings opened details onto the screen, and the row they are of.
pub fn show_details(details: &Element) {
    let rect = details.get_bounding_client_rect();
    let room = dom::length(details, "--seen-room").unwrap_or(f64::INFINITY);
    match dom::find("#events tr.open") {
        // Where the screen ends soon after the log begins, the details would have no room.
        _ if room < DETAILS => show_part(rect.top(), rect.top() + rect.height().max(DETAILS)),
        Some(row) => show(&row),
        None => show_part(rect.top(), rect.top() + rect.height().min(DETAILS)),
    }
}

fn show_part(top: f64, bottom: f64) {
    let height = dom::window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or(0.0);
    host_page::show(top - MARGIN, height - bottom - MARGIN);
}

fn target(event: &Event) -> Option<Element> {
    event.target()?.dyn_into().ok()
}
