//! Finding elements, listening, waiting.

use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Document, DomParser, Element, EventTarget, SupportedType, Window};

/// The window.
///
/// # Panics
/// Outside a browser.
pub fn window() -> Window {
    web_sys::window().expect("runs in a page")
}

/// The document.
///
/// # Panics
/// Outside a browser.
pub fn document() -> Document {
    window().document().expect("a window has a document")
}

/// The element with this id.
pub fn by_id(id: &str) -> Option<Element> {
    document().get_element_by_id(id)
}

/// The first element that a selector names.
pub fn find(selector: &str) -> Option<Element> {
    document().query_selector(selector).ok().flatten()
}

/// All elements that a selector names, in document order.
pub fn all(selector: &str) -> impl Iterator<Item = Element> {
    let list = document().query_selector_all(selector).ok();
    (0..list.as_ref().map_or(0, web_sys::NodeList::length))
        .filter_map(move |at| list.as_ref()?.item(at)?.dyn_into().ok())
}

/// The nearest element around this one, itself included, that a selector names.
pub fn around(element: &Element, selector: &str) -> Option<Element> {
    element.closest(selector).ok().flatten()
}

/// What the server wrote on the body under `data-{name}`.
pub fn told(name: &str) -> Option<String> {
    document().body()?.get_attribute(&format!("data-{name}"))
}

/// A length that a custom property holds, in pixels.
pub fn length(element: &Element, name: &str) -> Option<f64> {
    let style = window().get_computed_style(element).ok()??;
    style.get_property_value(name).ok()?.trim().strip_suffix("px")?.parse().ok()
}

/// A page that was fetched, apart from this one.
pub fn parse(html: &str) -> Option<Document> {
    DomParser::new().ok()?.parse_from_string(html, SupportedType::TextHtml).ok()
}

/// Sets an attribute.
///
/// # Panics
/// When the name is no attribute's name.
pub fn set(element: &Element, name: &str, value: &str) {
    element.set_attribute(name, value).expect("a valid name");
}

/// Listens for as long as the page lives.
///
/// # Panics
/// Never in a browser: listening is always allowed.
pub fn on<E: JsCast>(target: &EventTarget, name: &str, mut heard: impl FnMut(E) + 'static) {
    let heard = Closure::<dyn FnMut(web_sys::Event)>::new(move |event: web_sys::Event| heard(event.unchecked_into()));
    target.add_event_listener_with_callback(name, heard.as_ref().unchecked_ref()).expect("listening is always allowed");
    heard.forget();
}

/// Does something once, so many milliseconds from now; the number cancels it.
///
/// # Panics
/// Never in a browser: waiting is always allowed.
pub fn after(millis: i32, act: impl FnOnce() + 'static) -> i32 {
    let act = Closure::once_into_js(act);
    let timer = window().set_timeout_with_callback_and_timeout_and_arguments_0(act.unchecked_ref(), millis);
    timer.expect("waiting is always allowed")
}

/// Forgets about something that was to be done.
pub fn cancel(timer: i32) {
    window().clear_timeout_with_handle(timer);
}
