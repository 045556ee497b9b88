//! What makes the page alive.

use leptos::prelude::*;

/// x
#[island]
pub fn Live() -> impl IntoView {
    let said = RwSignal::new(String::new());
    view! { <div class="live"><p role="status" class="vh" id="said">{move || said.get()}</p></div> }
}
