//! Who may open a view, and with what.

mod keys;
mod pages;
mod rules;

pub use keys::{AccessKey, SecretRow};
pub use pages::SeenRow;
pub use rules::RulesForm;

use super::form::Mistakes;
use super::shell::{Section, Shell, page};
use super::view_tabs::{ViewHead, ViewTab};
use leptos::prelude::*;

/// The page of a view's security. What is secret is in it only where somebody has asked to see it.
#[derive(Debug, Clone, Default)]
pub struct ViewSecurity {
    pub head: ViewHead,
    pub key: AccessKey,
    /// The newest first.
    pub secrets: Vec<SecretRow>,
    pub rules: RulesForm,
    pub origins: Vec<String>,
    /// An origin as it was typed.
    pub origin: String,
    pub seen: Vec<SeenRow>,
    /// A client's id as it was typed.
    pub client: String,
    pub mistakes: Mistakes,
    /// What was just done.
    pub done: Option<&'static str>,
    /// For the page's script.
    pub nonce: String,
}

/// The whole document.
pub fn render_view_security(shell: &Shell, security: &ViewSecurity) -> String {
    page(shell, Section::Views, "Security", || {
        let to = |path: &str| shell.at(&format!("/views/{}/security{path}", security.head.id));
        view! {
            {security.head.view(shell, ViewTab::Security)}
            {security.done.map(|done| view! { <p class="done" role="status">{done}</p> })}
            {keys::access_key(security, &to)}
            {keys::secrets(security, &to)}
            {rules::rules(security, &to)}
            {pages::pages(security, &to)}
            {rules::closing(security, &to)}
        }
        .into_any()
    })
}

/// What is wrong with a field, or what it is for; the id is what the field is described by.
fn told(mistakes: &Mistakes, field: &str, id: &'static str, hint: &'static str) -> AnyView {
    match mistakes.0.get(field).cloned() {
        Some(mistake) => view! { <span class="mistake" id=id>{mistake}</span> }.into_any(),
        None => view! { <span class="hint" id=id>{hint}</span> }.into_any(),
    }
}
