//! The page around our frame, which we only meet through a channel.
//!
//! The boot script makes the contact, since it must not wait for WASM: it posts `{t: 'al:ready', v: 1}` to the one
//! origin that the server names, takes the port that comes back with `{t: 'al:init', v: 1, url}`, reports heights, and
//! keeps it all in `window.daybook`. Here is what follows. Every message is an object with its kind in `t`:
//!
//! - to the host page: `height {height}`, `show {margin}` (scrolls to a part of the frame), `token {}` (asks for a
//!   credential), `url {query}`, `event {id}`, `error {code, message}`;
//! - from it: `seen {}` (the host page has scrolled: another part of the frame can be seen, which the boot script then
//!   measures), `token {token | accessKey, clientId}`, `theme {theme: {accent, …, scheme, dir}}`, `refresh`.

use super::dom::window;
use js_sys::{Array, Function, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::MessagePort;

/// Whether there is a host page that talks to us.
pub fn connected() -> bool {
    port().is_some()
}

/// Tells the host page something, if there is one.
pub fn tell(kind: &str, fields: &[(&str, &str)]) {
    let Some(port) = port() else { return };
    let message = Object::new();
    set(&message, "t", kind);
    for (name, value) in fields {
        set(&message, name, value);
    }
    // A text message can always be copied to the other side.
    drop(port.post_message(&message));
}

/// Has the host page scroll until a part of our frame can be seen, if it cannot; lengths from the frame's edges, in
/// pixels.
pub fn show(above: f64, below: f64) {
    let inset = |length: f64| ["-", &length.max(0.0).round().to_string(), "px"].concat();
    tell("show", &[("margin", &[&inset(above), " 0px ", &inset(below)].concat())]);
}

/// Measures anew what can be seen of the frame.
pub fn look() {
    if let Ok(look) = get(&hand(), "look").dyn_into::<Function>() {
        // A failing function of the page's own has told the console already.
        drop(look.call0(&JsValue::NULL));
    }
}

/// Hears the host page's messages, each with its kind, also those that came before.
///
/// # Panics
/// Outside the viewer's page, whose boot script makes the object that listens.
pub fn listen(heard: impl Fn(String, JsValue) + 'static) {
    let take = Closure::<dyn Fn(JsValue)>::new(move |message: JsValue| {
        if let Some(kind) = text(&message, "t") {
            heard(kind, message);
        }
    });
    let take: Function = take.into_js_value().unchecked_into();
    let hand = hand();
    let late: Array = get(&hand, "late").dyn_into().unwrap_or_default();
    Reflect::set(&hand, &"take".into(), &take).expect("our own object");
    for message in late.iter() {
        // A failing listener has told the console already.
        drop(take.call1(&JsValue::NULL, &message));
    }
}

/// The address of the host page when it made contact.
pub fn address() -> Option<String> {
    text(&get(&hand(), "init"), "url")
}

/// A text field of a message.
pub fn text(message: &JsValue, name: &str) -> Option<String> {
    get(message, name).as_string().filter(|text| !text.is_empty())
}

/// Any field of a message; `undefined` where there is none.
pub fn get(message: &JsValue, name: &str) -> JsValue {
    Reflect::get(message, &name.into()).unwrap_or_default()
}

fn set(object: &Object, name: &str, value: &str) {
    Reflect::set(object, &name.into(), &value.into()).expect("our own object");
}

fn port() -> Option<MessagePort> {
    get(&hand(), "port").dyn_into().ok()
}

fn hand() -> JsValue {
    get(&window(), "daybook")
}
