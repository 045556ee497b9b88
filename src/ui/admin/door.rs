//! The pages before one is signed in.

use super::form::{Field, Mistakes};
use super::shell::card;
use leptos::prelude::*;

/// Why somebody introduces themselves.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Occasion {
    /// They are the first.
    #[default]
    SetUp,
    /// They were invited.
    Invitation,
}

/// The form of somebody without an account.
#[derive(Debug, Clone, Default)]
pub struct Introduction {
    pub occasion: Occasion,
    /// As it was typed, so that a mistake elsewhere does not lose it.
    pub code: String,
    pub name: String,
    pub email: String,
    pub mistakes: Mistakes,
    /// Where they may sign in instead, by its name.
    pub provider: Option<String>,
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
    /// Where one may sign in instead, by its name.
    pub provider: Option<String>,
    pub style: String,
}

/// The code comes after the `#` of the printed address, which browsers keep to themselves.
const TAKE_CODE: &str = "const code=location.hash.slice(1);\
    if(code){document.getElementById('code').value=code;history.replaceState(null,'',location.pathname)}";

/// The page on which somebody without an account introduces themselves.
pub fn render_introduction(page: &Introduction) -> String {
    let Introduction { occasion, code, name, email, mistakes, provider, style, nonce } = page.clone();
    let (title, lead, action, code_label, code_hint) = match occasion {
        Occasion::SetUp => (
            "Set up Daybook",
            "You will be its owner. Others can be let in later.",
            "/admin/set-up",
            "Set-up code",
            "The server printed it when it started.",
        ),
        Occasion::Invitation => (
            "Join",
            "You were invited. Create your account to begin; if you have one already, enter its e-mail address and password.",
            "/admin/join",
            "Invitation code",
            "It is in the link that you were sent.",
        ),
    };
    card(title, &style, || {
        let code = Field::text("code", code_label, code, code_hint);
        let name = Field { fill: "name", hint: None, ..Field::text("name", "Your name", name, "") };
        let email = Field::email(email);
        let hint = "At least 12 characters; a few words are easy to remember.";
        let password = Field::password("password", "Password", "new-password", Some(hint));
        view! {
            <h1>{title}</h1>
            <p>{lead}</p>
            <form method="post" action=action>
                {mistakes.above()}
                {[code, name, email, password].map(|field| field.view(&mistakes)).collect_view()}
                <button type="submit">"Create my account"</button>
                {provider.map(|name| view! {
                    <button type="submit" class="quiet" formaction="/admin/join/oidc" formnovalidate>{format!("Sign in at {name} instead")}</button>
                })}
            </form>
            <script nonce=nonce inner_html=TAKE_CODE></script>
        }
        .into_any()
    })
}

/// The page on which one signs in.
pub fn render_sign_in(page: &SigningIn) -> String {
    let SigningIn { email, then, mistakes, provider, style } = page.clone();
    card("Sign in", &style, || {
        let email = Field::email(email);
        let password = Field::password("password", "Password", "current-password", None);
        let elsewhere = form_urlencoded::Serializer::new(String::new()).append_pair("then", &then).finish();
        view! {
            <h1>"Sign in"</h1>
            <form method="post" action="/admin/sign-in">
                {mistakes.above()}
                {[email, password].map(|field| field.view(&mistakes)).collect_view()}
                <input type="hidden" name="then" value=then />
                <button type="submit">"Sign in"</button>
            </form>
            {provider.map(|name| view! {
                <p><a class="button quiet" href=format!("/admin/sign-in/oidc?{elsewhere}")>{format!("Sign in at {name}")}</a></p>
            })}
        }
        .into_any()
    })
}
