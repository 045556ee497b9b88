//! Copying.

use super::dom::window;
use wasm_bindgen_futures::JsFuture;

/// Puts a text on the clipboard; false where the browser does not let us, as in a frame without the permission.
pub async fn copy(text: &str) -> bool {
    JsFuture::from(window().navigator().clipboard().write_text(text)).await.is_ok()
}
