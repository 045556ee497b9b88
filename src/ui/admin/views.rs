//! The views of a project.

use super::form::{Field, Mistakes};
use super::shell::{Section, Shell, page};
use super::time::moment;
use crate::domain::time::Timestamp;
use crate::ui::text;
use leptos::prelude::*;

/// A view of the list.
#[derive(Debug, Clone)]
pub struct ViewRow {
    pub id: String,
    /// What the company's own people call it.
    pub name: String,
    /// What customers see above it.
    pub title: String,
    /// Since when it is archived.
    pub archived: Option<Timestamp>,
}

/// The page of views.
#[derive(Debug, Clone, Default)]
pub struct Views {
    pub rows: Vec<ViewRow>,
    /// Whether the reader may archive views, and see their secrets.
    pub may_secure: bool,
    /// The name that was typed.
    pub name: String,
    pub mistakes: Mistakes,
}

/// The whole document.
pub fn render_views(shell: &Shell, views: &Views) -> String {
    let Views { rows, may_secure, name, mistakes } = views.clone();
    page(shell, Section::Views, "Views", || {
        let hint = Some("For your team, such as “Partners”. Customers see the view’s title instead.");
        let field = Field { hint, ..Field::text("name", "Name", name, "") };
        let rows = rows.into_iter().map(|view| row(shell, view, may_secure)).collect_view();
        view! {
            <h1>"Views"</h1>
            <p class="lead">"How customers see their log. Most products need one; create more for other brands or audiences."</p>
            <div class="scroll">
                <table>
                    <thead><tr><th scope="col">"Name and title"</th><th scope="col">"Pages"</th><th scope="col">"Actions"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            <section aria-labelledby="another">
                <h2 id="another">"New view"</h2>
                <form class="line" method="post" action=shell.at("/views")>
                    {mistakes.above()}
                    {field.view(&mistakes)}
                    <button type="submit">"Create view"</button>
                </form>
            </section>
        }
        .into_any()
    })
}

fn row(shell: &Shell, view: ViewRow, may_secure: bool) -> AnyView {
    let ViewRow { id, name, title, archived } = view;
    let at = |path: &str| shell.at(&format!("/views/{id}{path}"));
    let embed = (may_secure && archived.is_none())
        .then(|| view! { <a href=at("/security")>"Security"</a> <a href=at("/embed")>"Embed script"</a> });
    let state = archived.map(|since| view! { <span class="off">"Archived " {moment(since)}</span> });
    let more = format!("More actions for {name}");
    let field = format!("name-{id}");
    let away = match (&archived, may_secure) {
        (_, false) => ().into_any(),
        (Some(_), true) => view! {
            <form method="post" action=at("/unarchive")><button type="submit" class="quiet">"Restore"</button></form>
        }
        .into_any(),
        (None, true) => view! {
            <form method="post" action=at("/archive")>
                <p>"Pages that embed it show “not found” until you restore it."</p>
                <button type="submit" class="danger">"Archive"</button>
            </form>
        }
        .into_any(),
    };
    view! {
        <tr class:gone=archived.is_some()>
            <th scope="row"><a href=at("")><bdi>{text::text(&name)}</bdi></a><span class="second"><bdi>{text::text(&title)}</bdi></span></th>
            <td><span class="links"><a href=at("")>"Customize"</a>{embed}</span>{state}</td>
            <td>
                <details class="sure plain">
                    <summary aria-label=more>"More"</summary>
                    <form class="at-once" method="post" action=at("/name")>
                        <label for=field.clone() class="unseen">"Name"</label>
                        <input id=field name="name" value=name autocomplete="off" required />
                        <button type="submit" class="quiet">"Rename"</button>
                    </form>
                    <form method="post" action=at("/duplicate")><button type="submit" class="quiet">"Duplicate"</button></form>
                    {away}
                </details>
            </td>
        </tr>
    }
    .into_any()
}
