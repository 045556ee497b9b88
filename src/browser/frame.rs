//! A frame of our own origin, whose document we paint.

use super::dom;
use wasm_bindgen::JsCast;
use web_sys::{Document, HtmlElement, HtmlIFrameElement};

fn frame(id: &str) -> Option<HtmlIFrameElement> {
    dom::by_id(id)?.dyn_into().ok()
}

/// Calls whenever the frame has loaded its document, and now if it has already.
pub fn loaded(id: &str, mut heard: impl FnMut() + 'static) {
    let Some(frame) = frame(id) else { return };
    if document(&frame).is_some() {
        heard();
    }
    dom::on(&frame, "load", move |_: web_sys::Event| heard());
}

/// The document, once it is one that can be painted.
fn document(frame: &HtmlIFrameElement) -> Option<Document> {
    let document = frame.content_document()?;
    document.get_element_by_id("own")?;
    document.query_selector("main").ok().flatten().map(|_| document)
}

/// Gives the frame one class.
pub fn set_class(id: &str, class: &str) {
    if let Some(frame) = frame(id) {
        frame.set_class_name(class);
    }
}

/// Where the document's content stands, once there is one.
pub fn main(id: &str) -> Option<HtmlElement> {
    let document = frame(id).as_ref().and_then(document)?;
    // Another document's elements are of another realm, where a check of their class fails.
    document.query_selector("main").ok().flatten().map(JsCast::unchecked_into)
}

/// Dresses the document: what its style element `own` holds, `light` or `dark` or as the browser likes, `ltr` or `rtl`.
pub fn dress(id: &str, style: &str, scheme: Option<&str>, direction: &str) {
    let Some(document) = frame(id).as_ref().and_then(document) else { return };
    if let Some(root) = document.document_element() {
        dom::set(&root, "dir", direction);
        match scheme {
            Some(scheme) => dom::set(&root, "data-scheme", scheme),
            None => drop(root.remove_attribute("data-scheme")),
        }
    }
    if let Some(own) = document.get_element_by_id("own") {
        own.set_text_content(Some(style));
    }
}

/// Says of the document's log whether it is being waited for.
pub fn set_busy(id: &str, busy: bool) {
    let document = frame(id).as_ref().and_then(document);
    if let Some(events) = document.and_then(|document| document.get_element_by_id("events")) {
        dom::set(&events, "aria-busy", if busy { "true" } else { "false" });
    }
}
