//! Copying.

use super::dom::{document, window};
use js_sys::{Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Clipboard, HtmlDocument, HtmlTextAreaElement};

/// Puts a text on the clipboard; false where the browser does not let us.
pub async fn copy(text: &str) -> bool {
    if let Some(clipboard) = clipboard()
        && JsFuture::from(clipboard.write_text(text)).await.is_ok()
    {
        return true;
    }
    by_selection(text)
}

/// The clipboard, where there is one for this document: none on pages without TLS, and in a frame without the permission
/// browsers write an error into the console when it is asked.
fn clipboard() -> Option<Clipboard> {
    let get = |object: &JsValue, name: &str| Reflect::get(object, &name.into()).unwrap_or_default();
    let policy = get(&document(), "featurePolicy");
    let denied = get(&policy, "allowsFeature")
        .dyn_into::<Function>()
        .is_ok_and(|allows| allows.call1(&policy, &"clipboard-write".into()).is_ok_and(|allowed| allowed.is_falsy()));
    get(&window().navigator(), "clipboard").dyn_into().ok().filter(|_| !denied)
}

/// The old way, which works in a frame that was not given the permission for the new one.
fn by_selection(text: &str) -> bool {
    let document = document();
    let made =
        document.create_element("textarea").ok().and_then(|element| element.dyn_into::<HtmlTextAreaElement>().ok());
    // A modal dialog takes the focus from everything outside it.
    let place = document.query_selector("dialog:modal").ok().flatten().or_else(|| document.body().map(Into::into));
    let (Some(area), Some(place)) = (made, place) else { return false };
    let active = super::focus::active();
    area.set_value(text);
    area.set_class_name("vh");
    drop(place.append_child(&area));
    area.select();
    let copied = document.unchecked_into::<HtmlDocument>().exec_command("copy").unwrap_or(false);
    area.remove();
    if let Some(active) = active {
        super::focus::give(&active, false);
    }
    copied
}
