//! The people of a project, and who is invited.

use super::copying::code_block;
use super::form::{Mistakes, tick};
use super::shell::{Section, Shell, page};
use super::time::moment;
use crate::domain::time::Timestamp;
use crate::ui::text;
use leptos::prelude::*;

/// Somebody of the list.
#[derive(Debug, Clone)]
pub struct MemberRow {
    pub person: i64,
    pub name: String,
    pub email: String,
    pub role: &'static str,
    /// Whether the reader may change or remove them.
    pub open: bool,
    /// Whether they are the reader.
    pub own: bool,
}

/// An invitation of the list.
#[derive(Debug, Clone)]
pub struct InvitationRow {
    pub id: String,
    pub role: &'static str,
    /// Whoever made it.
    pub by: Option<String>,
    pub expires: Timestamp,
    /// Whether the reader may take it back.
    pub open: bool,
}

/// The page of members.
#[derive(Debug, Clone, Default)]
pub struct Members {
    pub rows: Vec<MemberRow>,
    pub invitations: Vec<InvitationRow>,
    /// The roles that the reader may give, each with what it is for.
    pub roles: Vec<(&'static str, &'static str)>,
    /// The link of an invitation just made: the only time that it is shown.
    pub link: Option<String>,
    /// Whether everybody needs a second factor, for a reader who may say so.
    pub second_factor: Option<bool>,
    pub mistakes: Mistakes,
    pub done: Option<&'static str>,
}

/// The whole document.
pub fn render_members(shell: &Shell, members: &Members) -> String {
    let Members { rows, invitations, roles, link, second_factor, mistakes, done } = members.clone();
    page(shell, Section::Members, "Members", || {
        let choices = roles.clone();
        view! {
            <h1>"Members"</h1>
            <p class="lead">"People who manage this project. Their role decides what they can do."</p>
            {done.map(|done| view! { <p class="done" role="status">{done}</p> })}
            {mistakes.above()}
            {link.map(invited)}
            {people(shell, rows, &roles)}
            <section aria-labelledby="invite">
                <h2 id="invite">"Invite a member"</h2>
                <form method="post" action=shell.at("/members/invite")>
                    <fieldset>
                        <legend>"Role"</legend>
                        {choices.into_iter().rev().enumerate().map(choice).collect_view()}
                    </fieldset>
                    <button type="submit">"Create invitation link"</button>
                </form>
            </section>
            {second_factor.map(|required| second_factor_form(shell, required))}
            {(!invitations.is_empty()).then(|| waiting(shell, invitations))}
        }
        .into_any()
    })
}

fn second_factor_form(shell: &Shell, required: bool) -> AnyView {
    let hint = "Members without a second factor can’t open this project until they set one up in their account.";
    view! {
        <section aria-labelledby="factor">
            <h2 id="factor">"Signing in"</h2>
            <form method="post" action=shell.at("/members/second-factor")>
                {tick("required", "Require a second factor", hint, required)}
                <button type="submit" class="quiet">"Save"</button>
            </form>
        </section>
    }
    .into_any()
}

fn choice((at, (role, told)): (usize, (&'static str, &'static str))) -> AnyView {
    let id = format!("as-{role}");
    let told_id = format!("{id}-told");
    view! {
        <p class="choice">
            <input type="radio" id=id.clone() name="role" value=role checked=at == 0 aria-describedby=told_id.clone() />
            <label for=id>{role}</label>
            <span class="hint" id=told_id>{told}</span>
        </p>
    }
    .into_any()
}

fn invited(link: String) -> AnyView {
    view! {
        <section class="made" role="status" aria-labelledby="made">
            <h2 id="made">"Your invitation"</h2>
            <p>"Send this link to one person over a private channel. It works once, for seven days, and won’t be shown again."</p>
            {code_block("invitation-link".to_owned(), link)}
        </section>
    }
    .into_any()
}

fn people(shell: &Shell, rows: Vec<MemberRow>, roles: &[(&'static str, &'static str)]) -> AnyView {
    let rows = rows.into_iter().map(|row| {
        let MemberRow { name, email, role, open, own, .. } = row.clone();
        let you = own.then_some(" (you)");
        let change = if open { change(shell, &row, roles) } else { view! { <span>{role}</span> }.into_any() };
        let name = view! { <bdi>{text::text(&name)}</bdi>{you} };
        let email = view! { <span class="second"><bdi>{text::text(&email)}</bdi></span> };
        view! { <tr><th scope="row">{name}{email}</th><td>{change}</td></tr> }
    });
    view! {
        <div class="scroll">
            <table>
                <thead><tr><th scope="col">"Name"</th><th scope="col">"Role"</th></tr></thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn change(shell: &Shell, row: &MemberRow, roles: &[(&'static str, &'static str)]) -> AnyView {
    let MemberRow { person, name, role, .. } = row.clone();
    let options = roles.iter().map(|(word, _)| view! { <option value=*word selected=*word == role>{*word}</option> });
    let (label, leave) = (format!("Role of {name}"), format!("Remove {name}"));
    view! {
        <form class="at-once" method="post" action=shell.at(&format!("/members/{person}/role"))>
            <select name="role" aria-label=label>{options.collect_view()}</select>
            <button type="submit" class="quiet">"Save"</button>
        </form>
        <details class="sure">
            <summary aria-label=leave>"Remove…"</summary>
            <form method="post" action=shell.at(&format!("/members/{person}/remove"))>
                <p>"They lose access to this project at once. To return they need a new invitation."</p>
                <button type="submit" class="danger">"Remove member"</button>
            </form>
        </details>
    }
    .into_any()
}

fn waiting(shell: &Shell, invitations: Vec<InvitationRow>) -> AnyView {
    let rows = invitations.into_iter().map(|InvitationRow { id, role, by, expires, open }| {
        let back = open.then(|| {
            view! {
                <form method="post" action=shell.at(&format!("/members/invitations/{id}/withdraw"))>
                    <button type="submit" class="quiet">"Withdraw"</button>
                </form>
            }
        });
        view! { <tr><th scope="row">{role}</th><td>{by}</td><td>{moment(expires)}</td><td>{back}</td></tr> }
    });
    view! {
        <section aria-labelledby="waiting">
            <h2 id="waiting">"Pending invitations"</h2>
            <div class="scroll">
                <table>
                    <thead><tr><th scope="col">"Role"</th><th scope="col">"Invited by"</th><th scope="col">"Expires"</th><th scope="col"><span class="unseen">"Action"</span></th></tr></thead>
                    <tbody>{rows.collect_view()}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}
