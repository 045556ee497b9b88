//! Taking the log away as a file. The link would do, with the document's cookie; a form that carries the session needs
//! none, and a session that is over is renewed first.

use super::desk::Desk;
use super::{Trouble, keys, session};
use crate::browser::dom;
use leptos::prelude::Set;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, HtmlFormElement, HtmlInputElement};

/// Begins to take the file that a link leads to; false where there is only the link.
pub fn take(desk: &Rc<Desk>, link: &Element) -> bool {
    let Some(address) = link.get_attribute("href").filter(|_| desk.session.token().is_some()) else { return false };
    keys::close_menu();
    let desk = Rc::clone(desk);
    spawn_local(async move {
        let good = !desk.session.is_over() || session::renew(&desk).await;
        let sent = desk.session.token().filter(|_| good).and_then(|token| send(&address, &token));
        match sent {
            Some(()) => desk.say("The export has begun"),
            None => desk.trouble.set(Some(Trouble::Expired)),
        }
    });
    true
}

/// The browser shows its own signs of a file that arrives; the page stays.
fn send(address: &str, token: &str) -> Option<()> {
    let document = dom::document();
    let form: HtmlFormElement = document.create_element("form").ok()?.dyn_into().ok()?;
    form.set_method("post");
    form.set_action(address);
    let field: HtmlInputElement = document.create_element("input").ok()?.dyn_into().ok()?;
    field.set_type("hidden");
    field.set_name("session");
    field.set_value(token);
    form.append_child(&field).ok()?;
    document.body()?.append_child(&form).ok()?;
    let sent = form.submit();
    form.remove();
    sent.ok()
}
