//! What has come since the page was made: looked for now and then, told quietly, and never pushed under the reader's
//! pointer.

use super::desk::Desk;
use crate::browser::{dom, history, request};
use crate::rpc::events::newer_events;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, HtmlElement};

/// Between two looks, in milliseconds.
const PAUSE: i32 = 5_000;

/// Looks for news as long as the page lives; a hidden page does not ask.
pub fn watch(desk: &Rc<Desk>) {
    let desk = Rc::clone(desk);
    dom::after(PAUSE, move || {
        spawn_local(async move {
            if !dom::document().hidden() {
                look(&desk).await;
            }
            watch(&desk);
        });
    });
}

/// Asks how many events a page made now would show above the first row. A question that fails is asked again later.
async fn look(desk: &Desk) {
    let Some(link) = dom::find("#news a") else { return };
    let top = link.get_attribute("data-top");
    let count = match (link.get_attribute("data-ask"), desk.view(), desk.session.token()) {
        (Some(path), ..) => told(&path, &top.unwrap_or_default()).await,
        (None, Some(view), Some(session)) => {
            let top = top.and_then(|top| top.parse().ok());
            newer_events(view, session, history::query(), top).await.ok()
        }
        // A customer's page with a cookie alone stays as it is until it is loaded again.
        _ => None,
    };
    let Some(count) = count else { return };
    // The page may be another by now.
    if link.is_connected() {
        tell(&link, count);
        // Nobody reads an empty log: the first events appear by themselves.
        if count > 0
            && dom::find(".nothing.blank").is_some()
            && let Some(link) = link.dyn_ref::<HtmlElement>()
        {
            link.click();
        }
    }
}

/// What a page of ours is told, with its cookie.
async fn told(path: &str, top: &str) -> Option<u32> {
    let url = [path, "?top=", top, "&", &history::query()].concat();
    let (status, text) = request::ask(&url).await.ok()?;
    (status == 200).then(|| text.parse().ok()).flatten()
}

fn tell(link: &Element, count: u32) {
    let text = match count {
        0 => String::new(),
        1 => "1 new event".to_owned(),
        100.. => "100+ new events".to_owned(),
        _ => format!("{count} new events"),
    };
    if link.text_content().as_deref() != Some(&*text) {
        link.set_text_content(Some(&text));
    }
    if count == 0 {
        dom::set(link, "hidden", "");
    } else {
        drop(link.remove_attribute("hidden"));
    }
}
