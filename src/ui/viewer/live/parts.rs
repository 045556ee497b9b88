//! Putting a fetched desk in place, part by part, so that whatever did not change is not touched: the search box keeps
//! its caret, lists stay open, and nothing flickers.

use super::{lists, values};
use crate::browser::{dom, focus};
use std::cell::RefCell;
use web_sys::{Document, Element};

/// The parts that are replaced, by id.
const PARTS: [&str; 14] = [
    "by-client",
    "by-actor",
    "by-action",
    "by-target",
    "by-type",
    "by-outcome",
    "by-time",
    "by-more",
    "chips",
    "export",
    "news",
    "pager",
    "events",
    "drawer",
];

/// Each part's HTML as the server last wrote it; the page itself has been touched since.
pub struct Parts([RefCell<String>; PARTS.len()]);

impl Parts {
    /// What the first document brought.
    pub fn read() -> Self {
        Self(PARTS.map(|id| RefCell::new(dom::by_id(id).map(|part| part.inner_html()).unwrap_or_default())))
    }

    /// Puts a fetched desk in place of the one shown, and keeps the focus with what it was on.
    pub fn replace(&self, html: &str) {
        let Some(fetched) = dom::parse(html) else { return };
        let active = focus::active();
        let mark = active.as_ref().and_then(focus::mark);
        for (id, last) in PARTS.iter().zip(&self.0) {
            let (Some(new), Some(old)) = (fetched.get_element_by_id(id), dom::by_id(id)) else { continue };
            let html = new.inner_html();
            if *last.borrow() == html {
                continue;
            }
            match lists::in_hand(&old, active.as_ref()) {
                Some(list) if lists::is_passing(&list) => continue,
                Some(list) => lists::renew(&list, &new),
                None => values::renew(&old, &html, active.as_ref()),
            }
            *last.borrow_mut() = html;
        }
        if let (Some(new), Some(old)) = (fetched.get_element_by_id("total"), dom::by_id("total")) {
            // The same element with other text: that is what a screen reader reads out.
            if new.text_content() != old.text_content() {
                old.set_inner_html(&new.inner_html());
            }
        }
        lists::agree(&fetched);
        search(&fetched, active.as_ref());
        if focus::active().is_none()
            && let Some(element) = mark.as_ref().and_then(focus::find)
        {
            focus::give(&element, false);
        }
    }

    /// Takes the details away.
    pub fn empty_drawer(&self) {
        if let Some(drawer) = dom::by_id("drawer") {
            drawer.set_inner_html("");
        }
        for row in dom::all("#events tr.open") {
            row.set_class_name("");
        }
        // Whatever comes next is new.
        let [.., events, drawer] = &self.0;
        events.borrow_mut().clear();
        drawer.borrow_mut().clear();
    }
}

/// The search box says what was searched for, unless somebody is typing in it.
fn search(fetched: &Document, active: Option<&Element>) {
    let Some(shown) = super::desk::search_box() else { return };
    if active.is_none_or(|active| active.id() != "q") {
        let text = fetched.get_element_by_id("q").and_then(|input| input.get_attribute("value"));
        shown.set_value(&text.unwrap_or_default());
    }
}
