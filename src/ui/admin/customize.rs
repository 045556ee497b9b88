//! The page where a view is edited.

use super::shell::{Section, Shell, page};
use super::view_tabs::{ViewHead, ViewTab};
use crate::ui::customize::{DATA, FRAME, Studio, still_bar, still_editor};
use leptos::prelude::*;

/// Loads the editor's WASM and wakes it.
const BOOT: &str = include_str!("customize.js");

/// The page of the editor.
#[derive(Debug, Clone)]
pub struct Customize {
    pub head: ViewHead,
    pub studio: Studio,
    pub script: String,
    pub wasm: String,
    /// Of this response's content security policy.
    pub nonce: String,
}

/// The whole document: everything is there to be seen before the browser wakes it.
pub fn render_customize(shell: &Shell, customize: &Customize) -> String {
    let Customize { head, studio, script, wasm, nonce } = customize.clone();
    page(shell, Section::Views, "Customize", || {
        // A closing tag in a text would end the element.
        let data = serde_json::to_string(&studio).unwrap_or_default().replace('<', "\\u003c");
        let preview = format!("{}/preview", studio.base);
        view! {
            {head.view(shell, ViewTab::Layout)}
            <noscript><p class="mistake">"The editor needs scripts and WebAssembly."</p></noscript>
            <div class="studio">
                <div class="desk" id="editor" inert=true>{still_editor(&studio)}</div>
                <section class="stage" aria-label="Preview">
                    <div id="stage-bar" inert=true>{still_bar(&studio)}</div>
                    <div class="screen"><iframe id=FRAME class="desktop" title="Preview" src=preview></iframe></div>
                </section>
            </div>
            <script type="application/json" id=DATA inner_html=data></script>
            <script nonce=nonce data-script=script data-wasm=wasm inner_html=BOOT></script>
        }
        .into_any()
    })
}
