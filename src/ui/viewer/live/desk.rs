//! The desk: fetches an address of the log and shows it.

use super::{Trouble, copy, keys, parts, rows, session};
use crate::browser::history::{self, Step};
use crate::browser::request::{self, Failure};
use crate::browser::{dom, focus, host_page};
use leptos::prelude::*;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{AbortController, Element, Event, FormData, HtmlFormElement, HtmlInputElement, MouseEvent};

/// How long a pause in typing asks for an answer, in milliseconds.
const PAUSE: i32 = 150;

/// Everything that lives as long as the page.
pub struct Desk {
    pub base: String,
    pub session: session::Session,
    pub said: RwSignal<String>,
    pub trouble: RwSignal<Option<Trouble>>,
    parts: parts::Parts,
    under_way: RefCell<Option<AbortController>>,
    pause: Cell<Option<i32>>,
    /// The last step was a search being typed, which the next letter takes the place of.
    typing: Cell<bool>,
    /// What was asked last, to ask again.
    asked: RefCell<(String, Step, Then)>,
}

/// Where the keyboard goes when the answer is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// Stays where it is, as far as that is still there.
    Stay,
    /// Into the details that were opened.
    Details,
    /// To the first row of another page.
    Top,
}

impl Desk {
    /// Begins to listen. `again` counts the reader's wishes to try again.
    pub fn start(said: RwSignal<String>, trouble: RwSignal<Option<Trouble>>, again: RwSignal<u32>) {
        let Some(base) = dom::told("base") else { return };
        let query = dom::told("query").unwrap_or_default();
        let desk = Rc::new(Self {
            session: session::Session::told(),
            said,
            trouble,
            parts: parts::Parts::read(),
            under_way: RefCell::default(),
            pause: Cell::default(),
            typing: Cell::default(),
            asked: RefCell::new((query.clone(), Step::Done, Then::Stay)),
            base,
        });
        // The document came by a form; from here on it has an address of its own.
        history::go(&desk.url(&query), Step::Instead);
        desk.listen();
        session::keep(&desk);
        rows::settle(None);
        if dom::by_id("details").is_some() {
            rows::present();
        }
        let retry = Rc::clone(&desk);
        // The signal lives on this thread only, and so may what it wakes.
        let retry = StoredValue::new_local(retry);
        Effect::new(move |_| {
            if again.get() > 0 {
                retry.with_value(Self::again);
            }
        });
        if let Some(body) = dom::document().body() {
            dom::set(&body, "data-alive", "");
        }
    }

    fn listen(self: &Rc<Self>) {
        let document = dom::document();
        let desk = Rc::clone(self);
        dom::on(&document, "click", move |event: MouseEvent| desk.clicked(&event));
        let desk = Rc::clone(self);
        dom::on(&document, "submit", move |event: Event| {
            let Some(form) = target::<HtmlFormElement>(&event).filter(|form| form.id() == "filters") else { return };
            event.prevent_default();
            desk.send(&form, Step::New);
        });
        let desk = Rc::clone(self);
        dom::on(&document, "input", move |event: Event| {
            if target::<Element>(&event).is_some_and(|element| element.id() == "q") {
                desk.typed();
            }
        });
        let desk = Rc::clone(self);
        dom::on(&document, "change", move |event: Event| {
            let Some(list) = target::<Element>(&event).filter(|element| element.tag_name() == "SELECT") else { return };
            if let Some(form) = dom::around(&list, "form") {
                desk.send(&form.unchecked_into(), Step::New);
            }
        });
        let desk = Rc::clone(self);
        dom::on(&dom::window(), "popstate", move |_: Event| {
            let query = history::query();
            let then = if query.contains("event=") { Then::Details } else { Then::Stay };
            desk.go(query, Step::Done, then);
        });
        dom::on(&document, "focusin", |event: Event| {
            if let Some(row) = target::<Element>(&event).and_then(|element| dom::around(&element, "#events tbody tr")) {
                rows::settle(Some(&row));
            }
        });
        keys::listen(self);
        let desk = Rc::clone(self);
        host_page::listen(move |kind, message| match kind.as_str() {
            "token" => desk.session.given(message),
            "theme" => wear(&host_page::get(&message, "theme")),
            "refresh" => desk.go(history::query(), Step::Done, Then::Stay),
            _ => {}
        });
    }

    fn clicked(self: &Rc<Self>, event: &MouseEvent) {
        let Some(element) = target::<Element>(event) else { return };
        let plain =
            event.button() == 0 && !(event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key());
        if !plain || event.default_prevented() {
            return;
        }
        if let Some(wanted) = dom::around(&element, "[data-copy]") {
            event.prevent_default();
            copy::copy(self, &wanted);
        } else if let Some(link) = dom::around(&element, "a[href]") {
            if self.follow(&link) {
                event.prevent_default();
            }
        } else if let Some(row) = dom::around(&element, "#events tbody tr") {
            // A row is a convenience: whoever selects text in it wants the text.
            let selecting =
                dom::window().get_selection().ok().flatten().is_some_and(|selection| !selection.is_collapsed());
            if let Some(link) = row.query_selector(".details").ok().flatten().filter(|_| !selecting) {
                self.follow(&link);
            }
        }
    }

    /// Follows a link, if it leads to this log.
    pub fn follow(self: &Rc<Self>, link: &Element) -> bool {
        let href = link.get_attribute("href").unwrap_or_default();
        let Some(query) = href.strip_prefix(self.base.as_str()) else { return false };
        let query = query.strip_prefix('?').unwrap_or(query).to_owned();
        let is = |selector: &str| dom::around(link, selector).is_some();
        if is(".close") {
            self.close(&query);
        } else if is(".drawer .bar") {
            self.go(query, Step::Instead, Then::Details);
        } else if is(".details") {
            self.go(query, Step::New, Then::Details);
        } else {
            self.go(query, Step::New, if is("#pager") { Then::Top } else { Then::Stay });
        }
        true
    }

    /// Closes the details; everything else is there already.
    fn close(&self, query: &str) {
        let opened = dom::by_id("details").and_then(|details| details.get_attribute("data-event"));
        self.stop();
        self.parts.empty_drawer();
        history::go(&self.url(query), Step::New);
        self.typing.set(false);
        query.clone_into(&mut self.asked.borrow_mut().0);
        host_page::tell("url", &[("query", query)]);
        if let Some(link) = rows::link(opened.as_deref()) {
            focus::give(&link, true);
        }
    }

    fn typed(self: &Rc<Self>) {
        self.pause.take().into_iter().for_each(dom::cancel);
        let desk = Rc::clone(self);
        self.pause.set(Some(dom::after(PAUSE, move || {
            desk.pause.take();
            if let Some(form) = dom::by_id("filters") {
                let step = if desk.typing.get() { Step::Instead } else { Step::New };
                desk.send(&form.unchecked_into(), step);
                desk.typing.set(true);
            }
        })));
    }

    /// Sends the filters, leaving out those that are not set.
    fn send(self: &Rc<Self>, form: &HtmlFormElement, step: Step) {
        self.pause.take().into_iter().for_each(dom::cancel);
        let Ok(fields) = FormData::new_with_form(form) else { return };
        let mut query = String::new();
        for field in js_sys::try_iter(&fields).ok().flatten().into_iter().flatten().flatten() {
            let field: js_sys::Array = field.unchecked_into();
            let [name, value] = [0, 1].map(|at| field.get(at).as_string().unwrap_or_default());
            if !value.trim().is_empty() {
                let value = String::from(js_sys::encode_uri_component(&value));
                query.push_str(if query.is_empty() { "" } else { "&" });
                query.push_str(&[&name, "=", &value].concat());
            }
        }
        self.go(query, step, Then::Stay);
    }

    /// Fetches a place of the log and shows it; takes back what was asked before.
    pub fn go(self: &Rc<Self>, query: String, step: Step, then: Then) {
        self.stop();
        self.typing.set(false);
        *self.asked.borrow_mut() = (query.clone(), step, then);
        let Ok(stop) = AbortController::new() else { return };
        *self.under_way.borrow_mut() = Some(stop.clone());
        busy(true);
        let desk = Rc::clone(self);
        spawn_local(async move {
            let answer = desk.fetch(&query, &stop).await;
            if stop.signal().aborted() {
                return;
            }
            busy(false);
            match answer {
                Ok(html) => desk.show(&html, &query, step, then),
                Err(Failure::Cancelled) => {}
                Err(Failure::Expired) => desk.fail(Trouble::Expired),
                Err(Failure::Unavailable { request }) => desk.fail(Trouble::Unavailable { request }),
            }
        });
    }

    /// With a new session if the one we have is over.
    async fn fetch(self: &Rc<Self>, query: &str, stop: &AbortController) -> Result<String, Failure> {
        let url = self.url(query);
        let first = request::part(&url, self.session.token().as_deref(), &stop.signal()).await;
        match first {
            Err(Failure::Expired) if session::renew(self).await => {
                request::part(&url, self.session.token().as_deref(), &stop.signal()).await
            }
            answer => answer,
        }
    }

    fn show(&self, html: &str, query: &str, step: Step, then: Then) {
        self.trouble.set(None);
        self.parts.replace(html);
        history::go(&self.url(query), step);
        rows::settle(None);
        let details = dom::by_id("details");
        if let Some(details) = &details {
            rows::present();
            if let Some(id) = details.get_attribute("data-event") {
                host_page::tell("event", &[("id", &id)]);
            }
        }
        host_page::tell("url", &[("query", query)]);
        let goal = match then {
            Then::Details => dom::by_id("details-title"),
            Then::Top => rows::link(None),
            Then::Stay => None,
        };
        if let Some(goal) = goal {
            focus::give(&goal, then == Then::Top);
        }
    }

    fn fail(&self, trouble: Trouble) {
        let code = if trouble == Trouble::Expired { "expired" } else { "unavailable" };
        host_page::tell("error", &[("code", code), ("message", &trouble.text())]);
        self.trouble.set(Some(trouble));
    }

    fn again(self: &Rc<Self>) {
        let (query, step, then) = self.asked.borrow().clone();
        self.trouble.set(None);
        self.go(query, step, then);
    }

    fn stop(&self) {
        self.pause.take().into_iter().for_each(dom::cancel);
        if let Some(stop) = self.under_way.take() {
            stop.abort();
            busy(false);
        }
    }

    fn url(&self, query: &str) -> String {
        if query.is_empty() { self.base.clone() } else { [&self.base, "?", query].concat() }
    }
}

fn target<T: JsCast>(event: &Event) -> Option<T> {
    event.target()?.dyn_into().ok()
}

/// The table says that it is being fetched; the style sheet waits a little before it shows.
fn busy(is: bool) {
    if let Some(events) = dom::by_id("events") {
        dom::set(&events, "aria-busy", if is { "true" } else { "false" });
    }
}

/// Dresses the page as the host page wishes: its tokens, its scheme and its direction.
fn wear(theme: &JsValue) {
    let Some(root) = dom::document().document_element() else { return };
    let Some(style) = root.dyn_ref::<web_sys::HtmlElement>().map(web_sys::HtmlElement::style) else { return };
    for name in crate::domain::view::Theme::TOKENS {
        if let Some(value) = host_page::text(theme, name) {
            // A value that is none for this name is dropped by the browser.
            drop(style.set_property(&["--audit-", name].concat(), &value));
        }
    }
    let scheme = host_page::text(theme, "scheme").or_else(|| host_page::text(theme, "host"));
    match scheme.as_deref() {
        Some(scheme @ ("light" | "dark")) => dom::set(&root, "data-scheme", scheme),
        _ => drop(root.remove_attribute("data-scheme")),
    }
    if let Some(direction @ ("ltr" | "rtl")) = host_page::text(theme, "dir").as_deref() {
        dom::set(&root, "dir", direction);
    }
}

/// The search box.
pub fn search_box() -> Option<HtmlInputElement> {
    dom::by_id("q")?.dyn_into().ok()
}
