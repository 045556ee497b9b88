//! Copying a link or an event.

use super::desk::Desk;
use crate::browser::{clipboard, dom, host_page};
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, Url};

/// On what has just copied: what the style sheet shows beside it.
const SAID: &str = "data-said";
/// How long it does, in milliseconds.
const SHOWN: i32 = 2_500;

/// Copies what the element with `data-copy` offers.
pub fn copy(desk: &Rc<Desk>, wanted: &Element) {
    if wanted.get_attribute("data-copy").as_deref() == Some("json") {
        let json = dom::by_id("raw").and_then(|raw| raw.text_content()).unwrap_or_default();
        put(desk, json, "JSON copied", wanted.clone());
    } else {
        link(desk, wanted, wanted);
    }
}

/// Copies the address at which somebody else finds what a link leads to: on the host page, where we know it, since
/// the frame's own address opens nothing without the page around it. `at` is where the reader looks.
pub fn link(desk: &Rc<Desk>, link: &Element, at: &Element) {
    let href = link.get_attribute("href").unwrap_or_default();
    let query = href.split_once('?').map_or("", |(_, query)| query);
    let on_host = host_page::address().and_then(|address| Url::new(&address).ok()).map(|url| {
        url.search_params().set("audit", query);
        url.href()
    });
    let here = || dom::window().location().origin().unwrap_or_default() + &href;
    put(desk, on_host.unwrap_or_else(here), "Link copied", at.clone());
}

/// Copies, and says so beside what was used as well as aloud.
fn put(desk: &Rc<Desk>, text: String, done: &'static str, at: Element) {
    let desk = Rc::clone(desk);
    spawn_local(async move {
        let copied = clipboard::copy(&text).await;
        let said = if copied { done } else { "Your browser does not allow copying here" };
        desk.say(said);
        dom::set(&at, SAID, said);
        // An attribute that is not there any more is none to remove.
        dom::after(SHOWN, move || drop(at.remove_attribute(SAID)));
    });
}
