//! The second factor of one's account, and the question for it.

use super::copying::{code_word, copy_button};
use super::form::{Field, Mistakes};
use super::shell::{Section, Shell, card, own_page};
use leptos::prelude::*;

/// The page of one's second factor.
#[derive(Debug, Clone)]
pub enum SecondFactor {
    Off,
    SettingUp(SettingUp),
    /// The only time that the recovery codes are shown.
    JustSet {
        recovery_codes: Vec<String>,
    },
    On {
        recovery_codes: u32,
        /// Whether there is a password to ask for.
        password: bool,
        mistakes: Mistakes,
    },
}

/// A secret for an app.
#[derive(Debug, Clone)]
pub struct SettingUp {
    /// A QR code, as the address of an image.
    pub picture: String,
    /// In groups, to be typed.
    pub secret: String,
    /// Whether there is a password to ask for.
    pub password: bool,
    pub mistakes: Mistakes,
}

/// The page that asks for a code after the password.
#[derive(Debug, Clone, Default)]
pub struct AskingCode {
    /// Where to go then.
    pub then: String,
    pub mistakes: Mistakes,
    pub style: String,
}

/// The whole document of one's second factor.
pub fn render_second_factor(shell: &Shell, page: &SecondFactor) -> String {
    let page = page.clone();
    own_page(shell, "Second factor", || {
        let content = match page {
            SecondFactor::Off => off(),
            SecondFactor::SettingUp(setting_up) => set_up(setting_up),
            SecondFactor::JustSet { recovery_codes } => just_set(recovery_codes),
            SecondFactor::On { recovery_codes, password, mistakes } => on(recovery_codes, password, &mistakes),
        };
        view! {
            <h1>"Second factor"</h1>
            <p class="lead">"After your password, sign-in asks for a code from an app on your phone. A stolen password alone isn’t enough."</p>
            {content}
            <p><a href=Section::ACCOUNT>"Back to your account"</a></p>
        }
        .into_any()
    })
}

fn off() -> AnyView {
    view! {
        <form method="post" action="/admin/account/second-factor">
            <button type="submit">"Set up"</button>
        </form>
    }
    .into_any()
}

fn set_up(SettingUp { picture, secret, password, mistakes }: SettingUp) -> AnyView {
    let hint = "Six digits, as the app shows them once it knows the secret.";
    let fields = proofs(password, hint, &mistakes);
    view! {
        <section aria-labelledby="scan">
            <h2 id="scan">"Scan this with your app"</h2>
            <p>"Any app for time-based codes (TOTP) will do. Without a camera, type the secret into it."</p>
            <img class="qr" src=picture width="220" height="220" alt="QR code of the secret below" />
            <dl><dt>"Secret"</dt><dd>{code_word("factor-secret", secret)}</dd></dl>
        </section>
        <form method="post" action="/admin/account/second-factor/confirm">
            {mistakes.above()}
            {fields}
            <p class="hint">"You are signed out everywhere else."</p>
            <button type="submit">"Turn on"</button>
        </form>
    }
    .into_any()
}

fn just_set(codes: Vec<String>) -> AnyView {
    // A line each, also where they are copied.
    let codes = codes.into_iter().map(|code| view! { <li><code>{code}</code>"\n"</li> });
    view! {
        <section class="made" role="status" aria-labelledby="made">
            <h2 id="made">"Second factor is on. Save these recovery codes"</h2>
            <p>"Each code signs you in once without your phone. You won’t see them again, so print them or store them in your password manager."</p>
            <ul class="codes" id="recovery-codes">{codes.collect_view()}</ul>
            <p>{copy_button("recovery-codes".to_owned())}</p>
        </section>
    }
    .into_any()
}

/// The fields for the password, where there is one, and a code.
fn proofs(password: bool, hint: &'static str, mistakes: &Mistakes) -> AnyView {
    let password = password.then(|| Field::password("password", "Password", "current-password", None));
    let code = Field { fill: "one-time-code", ..Field::text("code", "Code", String::new(), hint) };
    password.into_iter().chain([code]).map(|field| field.view(mistakes)).collect_view().into_any()
}

fn on(left: u32, password: bool, mistakes: &Mistakes) -> AnyView {
    let left = match left {
        0 => "No recovery code is left. Turn it off and on again to get new ones.".to_owned(),
        1 => "One recovery code is left. Turn it off and on again to get new ones.".to_owned(),
        left => format!("{left} recovery codes are left."),
    };
    let fields = proofs(password, "Of your app, or a recovery code.", mistakes);
    view! {
        <p class="done">"It is on. "{left}</p>
        <section aria-labelledby="off">
            <h2 id="off">"Turn it off"</h2>
            <form method="post" action="/admin/account/second-factor/off">
                {mistakes.above()}
                {fields}
                <button type="submit" class="danger">"Turn it off"</button>
            </form>
        </section>
    }
    .into_any()
}

/// The whole document that asks for a code.
pub fn render_asking_code(page: &AskingCode) -> String {
    let AskingCode { then, mistakes, style } = page.clone();
    card("Your code", &style, || {
        let hint = "Of your app, or one of your recovery codes.";
        let code = Field { fill: "one-time-code", ..Field::text("code", "Code", String::new(), hint) };
        view! {
            <h1>"Your code"</h1>
            <form method="post" action="/admin/sign-in/code">
                {mistakes.above()}
                {code.view(&mistakes)}
                <input type="hidden" name="then" value=then />
                <button type="submit">"Sign in"</button>
            </form>
            <p><a href="/admin/sign-in">"Start again"</a></p>
        }
        .into_any()
    })
}
