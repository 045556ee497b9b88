//! What the reader and the host page do, turned into steps of the desk.

use super::desk::{Desk, Then};
use super::{copy, file, keys, lists, rows, seen, values};
use crate::browser::history::{self, Step};
use crate::browser::{dom, host_page};
use crate::domain::view::Theme;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event, FormData, HtmlElement, HtmlFormElement, MouseEvent};

/// How long a pause in typing asks for an answer, in milliseconds.
const PAUSE: i32 = 150;
/// Within how long a click is one of two, in milliseconds.
const SECOND_CLICK: i32 = 280;

/// Begins to listen to clicks, forms, the way back, and the host page.
pub fn listen(desk: &Rc<Desk>) {
    let document = dom::document();
    let own = Rc::clone(desk);
    dom::on(&document, "click", move |event: MouseEvent| clicked(&own, &event));
    let own = Rc::clone(desk);
    dom::on(&document, "submit", move |event: Event| {
        let Some(form) = target::<HtmlFormElement>(&event).filter(|form| form.id() == "filters") else { return };
        event.prevent_default();
        send(&own, &form, Step::New);
    });
    let own = Rc::clone(desk);
    dom::on(&document, "input", move |event: Event| {
        if target::<Element>(&event).is_some_and(|element| element.id() == "q") {
            typed(&own);
        }
    });
    let own = Rc::clone(desk);
    dom::on(&dom::window(), "popstate", move |_: Event| {
        let query = history::query();
        let then = if query.contains("event=") { Then::Details } else { Then::Stay };
        own.go(query, Step::Done, then);
    });
    dom::on(&document, "focusin", |event: Event| {
        if let Some(row) = target::<Element>(&event).and_then(|element| dom::around(&element, "#events tbody tr")) {
            rows::settle(Some(&row));
        }
    });
    keys::listen(desk);
    lists::listen(desk);
    values::listen(desk);
    seen::listen();
    let own = Rc::clone(desk);
    host_page::listen(move |kind, message| match kind.as_str() {
        "token" => own.session.given(&message),
        "theme" => wear(&message),
        "refresh" => {
            wear(&message);
            own.go(history::query(), Step::Done, Then::Stay);
        }
        _ => {}
    });
    // The host page may dress differently by night: it is asked how.
    if let Ok(Some(night)) = dom::window().match_media("(prefers-color-scheme: dark)") {
        dom::on(&night, "change", |_: Event| host_page::tell("theme", &[]));
    }
}

fn clicked(desk: &Rc<Desk>, event: &MouseEvent) {
    let Some(element) = target::<Element>(event) else { return };
    let plain = event.button() == 0 && !(event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key());
    if !plain || event.default_prevented() {
        return;
    }
    if let Some(wanted) = dom::around(&element, "[data-copy]") {
        event.prevent_default();
        copy::copy(desk, &wanted);
    } else if let Some(link) = dom::around(&element, "a[data-file]") {
        if file::take(desk, &link) {
            event.prevent_default();
        }
    } else if let Some(link) = dom::around(&element, "a[href]") {
        if desk.follow(&link) {
            event.prevent_default();
        }
    } else if let Some(row) = dom::around(&element, "#events tbody tr") {
        open(desk, &row, &element);
    }
}

/// A row is a convenience: whoever selects text in it wants the text. A click on text may be the first of two that
/// select a word; beside it there is nothing to wait for. What a drag has selected counts at once: it may be gone again
/// before the wait is over.
fn open(desk: &Rc<Desk>, row: &Element, clicked: &Element) {
    let Some(link) = row.query_selector(".details").ok().flatten() else { return };
    if has_selection() {
        return;
    }
    let on_text = !["TR", "TD", "DIV"].contains(&&*clicked.tag_name());
    let own = Rc::clone(desk);
    desk.wait(if on_text { SECOND_CLICK } else { 0 }, move || {
        if !has_selection() && link.is_connected() {
            own.follow(&link);
        }
    });
}

fn has_selection() -> bool {
    dom::window().get_selection().ok().flatten().is_some_and(|selection| !selection.is_collapsed())
}

fn typed(desk: &Rc<Desk>) {
    let own = Rc::clone(desk);
    desk.wait(PAUSE, move || {
        if let Some(form) = dom::by_id("filters") {
            let step = if own.typing.get() { Step::Instead } else { Step::New };
            send(&own, &form.unchecked_into(), step);
            own.typing.set(true);
        }
    });
}

/// Sends the filters, leaving out those that are not set.
pub fn send(desk: &Rc<Desk>, form: &HtmlFormElement, step: Step) {
    desk.stop_waiting();
    let Ok(fields) = FormData::new_with_form(form) else { return };
    let mut query = String::new();
    for field in js_sys::try_iter(&fields).ok().flatten().into_iter().flatten().flatten() {
        let field: js_sys::Array = field.unchecked_into();
        let [name, value] = [0, 1].map(|at| field.get(at).as_string().unwrap_or_default());
        // What was typed in a list chooses nothing by itself.
        if !value.trim().is_empty() && !name.starts_with("find-") {
            let value = String::from(js_sys::encode_uri_component(&value));
            query.push_str(if query.is_empty() { "" } else { "&" });
            query.push_str(&[&name, "=", &value].concat());
        }
    }
    desk.go(query, step, Then::Stay);
}

fn target<T: JsCast>(event: &Event) -> Option<T> {
    event.target()?.dyn_into().ok()
}

/// Dresses the page as the host page wishes: its tokens, its scheme and its direction.
fn wear(theme: &JsValue) {
    let Some(root) = dom::document().document_element() else { return };
    let Some(style) = root.dyn_ref::<HtmlElement>().map(HtmlElement::style) else { return };
    for name in Theme::TOKENS {
        if let Some(value) = host_page::text(theme, name) {
            // A value that is none for this name is dropped by the browser.
            drop(style.set_property(&["--audit-", name].concat(), &value));
        }
    }
    let scheme = host_page::text(theme, "scheme").or_else(|| host_page::text(theme, "colorScheme"));
    match scheme.as_deref() {
        // Both, or whichever the reader prefers.
        Some("auto" | "light dark" | "dark light") => drop(root.remove_attribute("data-scheme")),
        Some("dark" | "only dark" | "dark only") => dom::set(&root, "data-scheme", "dark"),
        _ => dom::set(&root, "data-scheme", "light"),
    }
    let direction = host_page::text(theme, "dir").or_else(|| host_page::text(theme, "direction"));
    if let Some(direction @ ("ltr" | "rtl")) = direction.as_deref() {
        dom::set(&root, "dir", direction);
    }
}
