//! The table under the keyboard, and where the details stand.

use crate::browser::{dom, host_page};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlDialogElement};

/// Makes the table one stop of the Tab key: only the links of one row can be reached by it, the keys `j` and `k` move
/// to others. Without a row it is the one that is open, or else the first.
pub fn settle(row: Option<&Element>) {
    let chosen = row.cloned().or_else(|| dom::find("#events tr.open")).or_else(|| dom::find("#events tbody tr"));
    let Some(chosen) = chosen else { return };
    for link in dom::all("#events tbody a") {
        dom::set(&link, "tabindex", if chosen.contains(Some(&link)) { "0" } else { "-1" });
    }
}

/// The link that opens an event's details; of the first row for none.
pub fn link(event: Option<&str>) -> Option<Element> {
    let Some(event) = event else { return dom::find("#events .details") };
    let end = ["event=", event].concat();
    dom::all("#events .details").find(|link| link.get_attribute("href").is_some_and(|href| href.ends_with(&end)))
}

/// The row before or after the one with the focus; the current one if none has it.
pub fn neighbour(step: Direction) -> Option<Element> {
    let active = crate::browser::focus::active().and_then(|element| dom::around(&element, "#events tbody tr"));
    let Some(row) = active else { return dom::find("#events .details[tabindex='0']") };
    let row = match step {
        Direction::Down => row.next_element_sibling(),
        Direction::Up => row.previous_element_sibling(),
    };
    row?.query_selector(".details").ok().flatten()
}

/// Which way the keyboard moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Down,
    Up,
}

/// Shows the details where the reader looks: beside the table, as the style sheet has it, and over everything on a phone.
pub fn present() {
    host_page::look();
    let Some(details) = dom::by_id("details") else { return };
    let narrow = dom::window().match_media("(width < 640px)").ok().flatten().is_some_and(|query| query.matches());
    if let Some(dialog) = details.dyn_ref::<HtmlDialogElement>().filter(|_| narrow) {
        dialog.close();
        // It is in the page and closed, so it can be shown.
        drop(dialog.show_modal());
    }
}
