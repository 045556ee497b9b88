//! Where the keyboard is.

use super::dom::{all, by_id, document};
use wasm_bindgen::JsCast;
use web_sys::{Element, FocusOptions, HtmlElement};

/// The element that has the focus; none when the page as a whole has it.
pub fn active() -> Option<Element> {
    document().active_element().filter(|element| element.tag_name() != "BODY")
}

/// Gives an element the focus, and leaves it to `scroll` whether the page moves to it.
pub fn give(element: &Element, scroll: bool) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        let options = FocusOptions::new();
        options.set_prevent_scroll(!scroll);
        // An element that cannot take it leaves it where it is.
        drop(element.focus_with_options(&options));
    }
}

/// What tells an element again in a page that was written anew.
pub enum Mark {
    Id(String),
    Link(String),
}

/// The mark of an element, if it has one.
pub fn mark(element: &Element) -> Option<Mark> {
    let id = element.id();
    if id.is_empty() { element.get_attribute("href").map(Mark::Link) } else { Some(Mark::Id(id)) }
}

/// The element that bears a mark now.
pub fn find(mark: &Mark) -> Option<Element> {
    match mark {
        Mark::Id(id) => by_id(id),
        Mark::Link(href) => all("#desk a").find(|link| link.get_attribute("href").as_ref() == Some(href)),
    }
}
