//! One's own account: password, and where one is signed in.

use super::form::{Field, Mistakes};
use super::shell::{Shell, own_page};
use super::time::moment;
use crate::domain::time::Timestamp;
use leptos::prelude::*;

/// A session of the account.
#[derive(Debug, Clone)]
pub struct Place {
    /// What its browser said of itself.
    pub agent: String,
    pub since: Timestamp,
    /// The one that this page is shown in.
    pub here: bool,
}

/// The page of one's account.
#[derive(Debug, Clone, Default)]
pub struct Account {
    pub email: String,
    pub places: Vec<Place>,
    /// Whether there is one; whoever signs in elsewhere may have none.
    pub password: bool,
    /// Whether a code is asked for beside the password.
    pub second_factor: bool,
    pub mistakes: Mistakes,
    /// What was just done.
    pub done: Option<&'static str>,
}

/// The whole document.
pub fn render_account(shell: &Shell, account: &Account) -> String {
    let Account { email, places, password, second_factor, mistakes, done } = account.clone();
    own_page(shell, "Your account", || {
        let old = password.then(|| Field::password("old", "Current password", "current-password", None));
        let hint = "At least 12 characters. You are signed out everywhere else.";
        let new = Field::password("new", "New password", "new-password", Some(hint));
        let set = if password { "Change the password" } else { "Set a password" };
        let without = (!password).then(|| {
            view! { <p>"You have no password because you sign in with your provider. Set one to sign in here as well."</p> }
        });
        let username = email.clone();
        view! {
            <h1>"Your account"</h1>
            {done.map(|done| view! { <p class="done" role="status">{done}</p> })}
            <dl><dt>"E-mail address"</dt><dd>{email}</dd></dl>
            <section>
                <h2>"Password"</h2>
                {without}
                <form method="post" action="/admin/account/password">
                    {mistakes.above()}
                    // For the browser's memory of passwords.
                    <input type="text" name="username" autocomplete="username" value=username hidden />
                    {old.into_iter().chain([new]).map(|field| field.view(&mistakes)).collect_view()}
                    <button type="submit">{set}</button>
                </form>
            </section>
            <section>
                <h2>"Second factor"</h2>
                <p>{if second_factor { "On: signing in asks for a code from your app." } else { "Off: signing in asks for your password only." }}</p>
                <p><a href="/admin/account/second-factor">{if second_factor { "Manage second factor" } else { "Set up a second factor" }}</a></p>
            </section>
            <section><h2>"Where you are signed in"</h2>{signed_in(places)}</section>
        }
        .into_any()
    })
}

fn signed_in(places: Vec<Place>) -> AnyView {
    let elsewhere = places.iter().any(|place| !place.here);
    let rows = places.into_iter().map(|Place { agent, since, here }| {
        let here = here.then_some(", this browser");
        view! { <li><span class="agent">{agent}</span><small>"Since " {moment(since)} {here}</small></li> }
    });
    let leave = elsewhere.then(|| {
        view! {
            <form method="post" action="/admin/account/sign-out-elsewhere">
                <button type="submit" class="quiet">"Sign out everywhere else"</button>
            </form>
        }
    });
    view! { <ul class="places">{rows.collect_view()}</ul>{leave} }.into_any()
}
