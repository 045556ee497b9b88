//! The page's own address.

use super::dom::window;
use wasm_bindgen::JsValue;

/// How an address follows on the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// "Back" leads to the one before.
    New,
    /// It takes the place of the one before.
    Instead,
    /// The browser has moved there already.
    Done,
}

/// Moves to another address of the same document. A browser may refuse when a page moves too often; the page is the
/// same either way.
pub fn go(url: &str, step: Step) {
    let Ok(history) = window().history() else { return };
    let moved = match step {
        Step::New => history.push_state_with_url(&JsValue::NULL, "", Some(url)),
        Step::Instead => history.replace_state_with_url(&JsValue::NULL, "", Some(url)),
        Step::Done => Ok(()),
    };
    drop(moved);
}

/// The query of the address, without the `?`.
pub fn query() -> String {
    let search = window().location().search().unwrap_or_default();
    search.strip_prefix('?').map(str::to_owned).unwrap_or(search)
}
