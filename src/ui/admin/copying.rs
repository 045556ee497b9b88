//! Text to take away: it can be selected, and where scripts run a button copies it.

use leptos::prelude::*;

/// A program or a snippet with a button beside it. The id is the page's own.
pub(super) fn code_block(id: String, text: String) -> AnyView {
    view! {
        <div class="code">
            <pre tabindex="0"><code id=id.clone()>{text}</code></pre>
            {copy_button(id)}
        </div>
    }
    .into_any()
}

/// A short value with a button after it.
pub(super) fn code_word(id: &'static str, text: String) -> AnyView {
    view! { <span class="word"><code id=id>{text}</code>{copy_button(id.to_owned())}</span> }.into_any()
}

/// The button for what has an id; the page's script shows it and makes it work.
pub(super) fn copy_button(id: String) -> AnyView {
    view! { <button type="button" class="quiet copy" data-copies=id hidden>"Copy"</button> }.into_any()
}
