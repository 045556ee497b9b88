//! The desk: fetches an address of the log and shows it.

use super::{Trouble, hands, keys, news, parts, rows, seen, session};
use crate::browser::history::{self, Step};
use crate::browser::request::{self, Failure};
use crate::browser::{dom, focus, host_page};
use crate::domain::access::ViewId;
use leptos::prelude::*;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{AbortController, AbortSignal, Element, HtmlInputElement};

/// Everything that lives as long as the page.
pub struct Desk {
    pub base: String,
    pub session: session::Session,
    said: RwSignal<String>,
    pub trouble: RwSignal<Option<Trouble>>,
    parts: parts::Parts,
    under_way: RefCell<Option<AbortController>>,
    pause: Cell<Option<i32>>,
    /// The last step was a search being typed, which the next letter takes the place of.
    pub typing: Cell<bool>,
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
        hands::listen(&desk);
        session::keep(&desk);
        news::watch(&desk);
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

    /// The view that is looked through, as the page's own address names it: `/embed/{view}/s/{handle}`.
    pub fn view(&self) -> Option<ViewId> {
        ViewId::parse(self.base.split('/').nth(2)?).ok()
    }

    /// Follows a link, if it leads to this log.
    pub fn follow(self: &Rc<Self>, link: &Element) -> bool {
        let href = link.get_attribute("href").unwrap_or_default();
        let query = href.strip_prefix(self.base.as_str()).and_then(|rest| match rest {
            "" => Some(rest),
            _ => rest.strip_prefix('?'),
        });
        let Some(query) = query.map(str::to_owned) else { return false };
        let is = |selector: &str| dom::around(link, selector).is_some();
        // What is picked from a menu closes it.
        if is(".menu") {
            keys::close_menu();
        }
        if is(".close") {
            self.close(&query);
        } else if is(".drawer .bar") {
            self.go(query, Step::Instead, Then::Details);
        } else if is(".details") {
            self.go(query, Step::New, Then::Details);
        } else {
            self.go(query, Step::New, if is("#pager, .pivots") { Then::Top } else { Then::Stay });
        }
        true
    }

    /// Closes the details; everything else is there already.
    fn close(&self, query: &str) {
        let opened = opened();
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

    /// Fetches a place of the log and shows it; takes back what was asked before.
    pub fn go(self: &Rc<Self>, query: String, step: Step, then: Then) {
        // The same place again is no step.
        let step = if step == Step::New && query == history::query() { Step::Instead } else { step };
        self.stop();
        self.typing.set(false);
        *self.asked.borrow_mut() = (query.clone(), step, then);
        let Ok(cord) = AbortController::new() else { return };
        *self.under_way.borrow_mut() = Some(cord.clone());
        busy(true);
        let desk = Rc::clone(self);
        spawn_local(async move {
            let answer = desk.fetch(&query, &cord.signal()).await;
            if cord.signal().aborted() {
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

    /// One of the filters' lists, as part of a page that has nothing else; `None` where it could not be had.
    pub async fn list(self: &Rc<Self>, query: &str) -> Option<String> {
        let cord = AbortController::new().ok()?;
        match self.fetch(query, &cord.signal()).await {
            Ok(html) => Some(html),
            Err(Failure::Cancelled) => None,
            Err(Failure::Expired) => {
                self.fail(Trouble::Expired);
                None
            }
            Err(Failure::Unavailable { request }) => {
                self.fail(Trouble::Unavailable { request });
                None
            }
        }
    }

    /// With a new session if the one we have is over.
    async fn fetch(self: &Rc<Self>, query: &str, signal: &AbortSignal) -> Result<String, Failure> {
        let url = self.url(query);
        let first = request::part(&url, self.session.token().as_deref(), signal).await;
        match first {
            Err(Failure::Expired) if session::renew(self).await => {
                request::part(&url, self.session.token().as_deref(), signal).await
            }
            answer => answer,
        }
    }

    fn show(&self, html: &str, query: &str, step: Step, then: Then) {
        self.trouble.set(None);
        let (had_focus, opened) = (focus::active().is_some(), opened());
        self.parts.replace(html);
        history::go(&self.url(query), step);
        rows::settle(None);
        if dom::by_id("details").is_some() {
            rows::present();
        }
        if let Some(id) = self::opened() {
            host_page::tell("event", &[("id", &id)]);
        }
        host_page::tell("url", &[("query", query)]);
        let lost = had_focus && focus::active().is_none();
        let goal = match then {
            Then::Details => dom::by_id("details-title"),
            Then::Top => rows::link(None),
            // What had the focus is gone: the row whose details were open is nearest, or else the first.
            Then::Stay if lost => rows::link(opened.as_deref()).or_else(|| rows::link(None)),
            Then::Stay => None,
        };
        if let Some(goal) = goal {
            focus::give(&goal, then == Then::Top);
        }
        if let Some(details) = dom::by_id("details").filter(|_| then == Then::Details) {
            seen::show_details(&details);
        }
    }

    fn fail(&self, trouble: Trouble) {
        let code = if trouble == Trouble::Expired { "expired" } else { "unavailable" };
        host_page::tell("error", &[("code", code), ("message", &trouble.text())]);
        self.trouble.set(Some(trouble));
        // Where only a little of the frame can be seen, the bar may be beside it.
        dom::after(50, || dom::find(".notice-bar").iter().for_each(seen::show));
    }

    fn again(self: &Rc<Self>) {
        let (query, step, then) = self.asked.borrow().clone();
        self.trouble.set(None);
        self.go(query, step, then);
    }

    /// Says something to whoever does not see the page, for a while.
    pub fn say(&self, text: &str) {
        let (said, text) = (self.said, text.to_owned());
        // The same words again would not be read out again.
        said.set(String::new());
        let own = text.clone();
        dom::after(50, move || said.set(text));
        dom::after(4_000, move || {
            // What was said since has its own while.
            if said.with_untracked(|now| *now == own) {
                said.set(String::new());
            }
        });
    }

    fn stop(&self) {
        self.stop_waiting();
        if let Some(cord) = self.under_way.take() {
            cord.abort();
            busy(false);
        }
    }

    /// Does something in so many milliseconds, unless there is something else to do by then.
    pub fn wait(self: &Rc<Self>, millis: i32, act: impl FnOnce() + 'static) {
        self.stop_waiting();
        let desk = Rc::clone(self);
        self.pause.set(Some(dom::after(millis, move || {
            desk.pause.take();
            act();
        })));
    }

    /// Forgets what was waited for.
    pub fn stop_waiting(&self) {
        self.pause.take().into_iter().for_each(dom::cancel);
    }

    fn url(&self, query: &str) -> String {
        if query.is_empty() { self.base.clone() } else { [&self.base, "?", query].concat() }
    }
}

/// The event whose details are shown.
fn opened() -> Option<String> {
    dom::by_id("details")?.get_attribute("data-event")
}

/// The table says that it is being fetched; the style sheet waits a little before it shows.
fn busy(is: bool) {
    if let Some(events) = dom::by_id("events") {
        dom::set(&events, "aria-busy", if is { "true" } else { "false" });
    }
}

/// The search box.
pub fn search_box() -> Option<HtmlInputElement> {
    dom::by_id("q")?.dyn_into().ok()
}
