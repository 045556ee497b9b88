//! The projects of whoever is signed in.

use super::form::{Field, Mistakes};
use super::shell::{Shell, own_page};
use leptos::prelude::*;

/// A project of the list.
#[derive(Debug, Clone)]
pub struct ProjectRow {
    pub name: String,
    pub address: String,
    /// What the reader is in it.
    pub role: &'static str,
}

/// The page of projects.
#[derive(Debug, Clone, Default)]
pub struct Projects {
    pub rows: Vec<ProjectRow>,
    /// Whether the reader may make another.
    pub may_create: bool,
    /// The name that was typed.
    pub name: String,
    pub mistakes: Mistakes,
}

/// The whole document.
pub fn render_projects(shell: &Shell, projects: &Projects) -> String {
    let Projects { rows, may_create, name, mistakes } = projects.clone();
    own_page(shell, "Projects", || {
        let rows = rows.into_iter().map(|ProjectRow { name, address, role }| {
            view! { <tr><th scope="row"><a href=address>{name}</a></th><td>{role}</td></tr> }
        });
        let rows = rows.collect_view();
        let create = may_create.then(|| {
            let field = Field::text(
                "name",
                "Name",
                name,
                "Lower-case letters, digits and hyphens, such as “staging”. It stands in addresses and stays.",
            );
            view! {
                <section aria-labelledby="another">
                    <h2 id="another">"Another project"</h2>
                    <form class="line" method="post" action="/admin/projects">
                        {mistakes.above()}
                        {field.view(&mistakes)}
                        <button type="submit">"Create a project"</button>
                    </form>
                </section>
            }
        });
        view! {
            <h1>"Projects"</h1>
            <p class="lead">"Each has its own keys, views, clients and members: production, say, and staging."</p>
            <div class="scroll">
                <table>
                    <thead><tr><th scope="col">"Project"</th><th scope="col">"Your role"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            {create}
        }
        .into_any()
    })
}
