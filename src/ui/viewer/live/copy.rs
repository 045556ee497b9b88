//! Copying a link or an event.

use super::desk::Desk;
use crate::browser::{clipboard, dom, host_page};
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, Url};

/// Copies what the element with `data-copy` offers.
pub fn copy(desk: &Rc<Desk>, wanted: &Element) {
    if wanted.get_attribute("data-copy").as_deref() == Some("json") {
        let json = dom::by_id("raw").and_then(|raw| raw.text_content()).unwrap_or_default();
        put(desk, json, "Event copied");
    } else {
        link(desk, wanted);
    }
}

/// Copies the address at which somebody else finds what a link leads to: on the host page, where we know it, since
/// the frame's own address opens nothing without the page around it.
pub fn link(desk: &Rc<Desk>, link: &Element) {
    let href = link.get_attribute("href").unwrap_or_default();
    let query = href.split_once('?').map_or("", |(_, query)| query);
    let on_host = host_page::address().and_then(|address| Url::new(&address).ok()).map(|url| {
        url.search_params().set("audit", query);
        url.href()
    });
    let here = || dom::window().location().origin().unwrap_or_default() + &href;
    put(desk, on_host.unwrap_or_else(here), "Link copied");
}

fn put(desk: &Rc<Desk>, text: String, done: &'static str) {
    let desk = Rc::clone(desk);
    spawn_local(async move {
        let copied = clipboard::copy(&text).await;
        desk.say(if copied { done } else { "Your browser does not allow copying here" });
    });
}
