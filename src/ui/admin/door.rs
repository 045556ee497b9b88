//! The pages before one is signed in.

use super::form::{Field, Mistakes};
use super::shell::card;
use leptos::prelude::*;

/// The first person's form.
#[derive(Debug, Clone, Default)]
pub struct Introduction {
    /// As it was typed, so that a mistake elsewhere does not lose it.
    pub code: String,
    pub name: String,
    pub email: String,
    pub mistakes: Mistakes,
    pub style: String,
    /// For the script that takes the code out of the address.
    pub nonce: String,
}

/// The form to sign in by.
#[derive(Debug, Clone, Default)]
pub struct SigningIn {
    pub email: String,
    /// Where to go then.
    pub then: String,
    pub mistakes: Mistakes,
    pub style: String,
}

/// The code comes after the `#` of the printed address, which browsers keep to themselves.
const TAKE_CODE: &str = "const code=location.hash.slice(1);\
    if(code){document.getElementById('code').value=code;history.replaceState(null,'',location.pathname)}";

/// The page on which the first person introduces themselves.
pub fn render_set_up(page: &Introduction) -> String {
    let Introduction { code, name, email, mistakes, style, nonce } = page.clone();
    card("Set up", &style, || {
        let code = Field {
            name: "code",
            label: "Set-up code",
            kind: "text",
            fill: "off",
            value: code,
            hint: Some("The server printed it when it started."),
        };
        let name = Field { name: "name", label: "Your name", kind: "text", fill: "name", value: name, hint: None };
        let email =
            Field { name: "email", label: "E-mail address", kind: "email", fill: "username", value: email, hint: None };
        let password = Field {
            name: "password",
            label: "Password",
            kind: "password",
            fill: "new-password",
            value: String::new(),
            hint: Some("At least 12 characters; a few words are easy to remember."),
        };
        view! {
            <h1>"Set up Daybook"</h1>
            <p>"You will be its owner. Others can be let in later."</p>
            <form method="post" action="/admin/set-up">
                {mistakes.above()}
                {[code, name, email, password].map(|field| field.view(&mistakes)).collect_view()}
                <button type="submit">"Create my account"</button>
            </form>
            <script nonce=nonce inner_html=TAKE_CODE></script>
        }
        .into_any()
    })
}

/// The page on which one signs in.
pub fn render_sign_in(page: &SigningIn) -> String {
    let SigningIn { email, then, mistakes, style } = page.clone();
    card("Sign in", &style, || {
        let email =
            Field { name: "email", label: "E-mail address", kind: "email", fill: "username", value: email, hint: None };
        let password = Field {
            name: "password",
            label: "Password",
            kind: "password",
            fill: "current-password",
            value: String::new(),
            hint: None,
        };
        view! {
            <h1>"Sign in"</h1>
            <form method="post" action="/admin/sign-in">
                {mistakes.above()}
                {[email, password].map(|field| field.view(&mistakes)).collect_view()}
                <input type="hidden" name="then" value=then />
                <button type="submit">"Sign in"</button>
            </form>
        }
        .into_any()
    })
}
