//! The menus of values to filter by: what is typed in one looks its values up, and arrows go through them.

use super::desk::Desk;
use crate::browser::{dom, focus, history};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, Event, HtmlDetailsElement, HtmlInputElement, KeyboardEvent, MouseEvent};

/// How long a pause in typing asks for an answer, in milliseconds.
const PAUSE: i32 = 150;

/// Begins to listen.
pub fn listen(desk: &Rc<Desk>) {
    let document = dom::document();
    let own = Rc::clone(desk);
    dom::on(&document, "input", move |event: Event| {
        if let Some(field) = target(&event).filter(is_field) {
            let asked = Rc::clone(&own);
            own.wait(PAUSE, move || spawn_local(look_up(asked, field)));
        }
    });
    // A click beside an open menu closes it.
    dom::on(&document, "click", |event: MouseEvent| {
        let Some(clicked) = target(&event) else { return };
        for menu in dom::all("details.menu[open]") {
            if !menu.contains(Some(&clicked)) && clicked.is_connected() {
                set_open(&menu, false);
            }
        }
    });
}

/// Whoever opens a menu of values means to type; a touch would bring a keyboard that covers it.
pub fn opened(menu: &Element) {
    let coarse = dom::window().match_media("(pointer: coarse)").ok().flatten().is_some_and(|query| query.matches());
    if let Some(field) = menu.query_selector("[data-list]").ok().flatten().filter(|_| !coarse) {
        focus::give(&field, false);
    }
}

/// Puts a part in place of the old one. A menu that somebody is in stays open.
pub fn renew(old: &Element, html: &str, active: Option<&Element>) {
    let open = active.filter(|active| old.contains(Some(active))).and_then(|active| dom::around(active, ".menu[open]"));
    old.set_inner_html(html);
    if let Some(menu) = open.and_then(|_| old.query_selector(".menu").ok().flatten()) {
        set_open(&menu, true);
    }
}

/// What a key means in a menu of values; false where it means nothing of its own.
pub fn pressed(event: &KeyboardEvent, panel: &Element) -> bool {
    let Some(active) = focus::active() else { return false };
    let field = panel.query_selector("[data-list]").ok().flatten();
    let links: Vec<Element> = (0..).map_while(|at| nth_link(panel, at)).collect();
    let at = links.iter().position(|link| *link == active);
    let last = links.len().checked_sub(1);
    let goal = match (event.key().as_str(), at) {
        ("ArrowDown", None) | ("Home", Some(_)) => links.first(),
        ("ArrowDown", Some(at)) => links.get(at + 1),
        ("ArrowUp", Some(0)) => field.as_ref(),
        ("ArrowUp", Some(at)) => links.get(at - 1),
        ("End", Some(_)) => last.and_then(|last| links.get(last)),
        // The first of the values that have what was typed is where to go on.
        ("Enter", None) if is_field(&active) => links.first(),
        _ => return false,
    };
    if let Some(goal) = goal {
        focus::give(goal, true);
    }
    true
}

fn nth_link(panel: &Element, at: u32) -> Option<Element> {
    panel.query_selector_all("li a").ok()?.item(at)?.dyn_into().ok()
}

/// Asks for the values that have what the field says, and lists them.
async fn look_up(desk: Rc<Desk>, field: Element) {
    let text = value(&field);
    let Some(name) = field.get_attribute("data-list") else { return };
    let encoded = String::from(js_sys::encode_uri_component(&text));
    let query = history::query();
    let query = [query.as_str(), if query.is_empty() { "" } else { "&" }, "list=", &name, "&find=", &encoded].concat();
    let id = ["values-", &name].concat();
    let Some(html) = desk.list(&query).await else { return };
    // Another answer is under way for what has been typed since.
    if value(&field) != text || !field.is_connected() {
        return;
    }
    if let (Some(old), Some(new)) =
        (dom::by_id(&id), dom::parse(&html).and_then(|fetched| fetched.get_element_by_id(&id)))
    {
        let within = focus::active().is_some_and(|active| old.contains(Some(&active)));
        old.set_inner_html(&new.inner_html());
        if within {
            focus::give(&field, false);
        }
        let said = old.query_selector(".zone-note").ok().flatten().and_then(|note| note.text_content());
        desk.say(&said.unwrap_or_default());
        super::seen::show(&old);
    }
}

fn value(field: &Element) -> String {
    field.dyn_ref::<HtmlInputElement>().map(HtmlInputElement::value).unwrap_or_default()
}

fn is_field(element: &Element) -> bool {
    element.has_attribute("data-list")
}

fn set_open(menu: &Element, open: bool) {
    if let Some(menu) = menu.dyn_ref::<HtmlDetailsElement>() {
        menu.set_open(open);
    }
}

fn target(event: &Event) -> Option<Element> {
    event.target()?.dyn_into().ok()
}
