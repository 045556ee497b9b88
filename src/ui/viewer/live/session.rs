//! The session, renewed before it ends or when it has: the host page is asked for a fresh credential.

use super::desk::Desk;
use crate::browser::{dom, host_page, request};
use js_sys::{Date, Function, Promise, Reflect};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, future_to_promise, spawn_local};

/// How long the host page may take to find a credential, in milliseconds.
const PATIENCE: i32 = 20_000;

/// What proves who we are.
pub struct Session {
    token: RefCell<Option<String>>,
    /// How long one holds, in seconds; zero where we have none.
    seconds: i32,
    /// When the one we have is over, by the browser's clock.
    until: Cell<f64>,
    renew: String,
    /// Who waits for a credential.
    waiting: RefCell<Option<Function>>,
    /// A renewal that has begun.
    under_way: RefCell<Option<Promise>>,
    timer: Cell<Option<i32>>,
}

impl Session {
    /// What the server wrote into the document, which then forgets it.
    pub fn told() -> Self {
        let token = dom::told("session");
        if let Some(body) = dom::document().body() {
            drop(body.remove_attribute("data-session"));
        }
        let seconds = dom::told("seconds").and_then(|seconds| seconds.parse().ok()).unwrap_or(0);
        Self {
            token: RefCell::new(token),
            seconds,
            until: Cell::new(end_of(seconds)),
            renew: dom::told("renew").unwrap_or_default(),
            waiting: RefCell::default(),
            under_way: RefCell::default(),
            timer: Cell::default(),
        }
    }

    /// The session to show; none where there is only a cookie.
    pub fn token(&self) -> Option<String> {
        self.token.borrow().clone()
    }

    /// Whether the session we have is likely over: a hidden page does not renew it.
    pub fn is_over(&self) -> bool {
        Date::now() >= self.until.get()
    }

    /// The host page gives a credential.
    pub fn given(&self, credential: &JsValue) {
        if let Some(waiting) = self.waiting.take() {
            // A promise's own function does not fail.
            drop(waiting.call1(&JsValue::NULL, credential));
        }
    }
}

/// When a session of so many seconds that begins now is over.
fn end_of(seconds: i32) -> f64 {
    Date::now() + f64::from(seconds) * 1_000.0
}

/// Renews at four fifths of a session's life. A hidden page waits: it renews when it is next used.
pub fn keep(desk: &Rc<Desk>) {
    if desk.session.seconds == 0 {
        return;
    }
    desk.session.timer.take().into_iter().for_each(dom::cancel);
    let again = Rc::clone(desk);
    desk.session.timer.set(Some(dom::after(desk.session.seconds.saturating_mul(800), move || {
        again.session.timer.take();
        if !dom::document().hidden() {
            spawn_local(async move {
                renew(&again).await;
            });
        }
    })));
}

/// Gets a new session; false where that fails. One renewal at a time, whose outcome is everybody's.
pub async fn renew(desk: &Rc<Desk>) -> bool {
    let under_way = desk.session.under_way.borrow().clone();
    let outcome = under_way.unwrap_or_else(|| {
        let desk = Rc::clone(desk);
        let outcome = future_to_promise({
            let desk = Rc::clone(&desk);
            async move {
                let renewed = exchange(&desk.session).await;
                desk.session.under_way.take();
                if renewed {
                    keep(&desk);
                }
                Ok(renewed.into())
            }
        });
        *desk.session.under_way.borrow_mut() = Some(outcome.clone());
        outcome
    });
    JsFuture::from(outcome).await.is_ok_and(|renewed| renewed.is_truthy())
}

/// Asks the host page for a credential, and the server for a session in exchange.
async fn exchange(session: &Session) -> bool {
    if !host_page::connected() {
        return false;
    }
    let credential = Promise::new(&mut |resolve, _| {
        *session.waiting.borrow_mut() = Some(resolve.clone());
        dom::after(PATIENCE, move || drop(resolve.call0(&JsValue::NULL)));
    });
    host_page::tell("token", &[]);
    let Ok(credential) = JsFuture::from(credential).await else { return false };
    if !credential.is_object() {
        return false;
    }
    // What is left are the fields of the credential.
    drop(Reflect::delete_property(credential.unchecked_ref::<js_sys::Object>(), &"t".into()));
    // A new one goes on from the old one, which says what page this is.
    if let Some(token) = session.token() {
        drop(Reflect::set(&credential, &"session".into(), &token.into()));
    }
    let Ok(body) = request::post(&session.renew, &credential).await else { return false };
    let token = js_sys::JSON::parse(&body).ok().and_then(|answer| host_page::text(&answer, "session"));
    let renewed = token.is_some();
    if renewed {
        *session.token.borrow_mut() = token;
        session.until.set(end_of(session.seconds));
    }
    renewed
}
