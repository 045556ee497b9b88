//! The clients that see a view otherwise than all others.

use crate::domain::time::Timestamp;
use crate::ui::admin::form::{Field, Mistakes};
use crate::ui::admin::shell::{Section, Shell, page};
use crate::ui::admin::time::moment;
use crate::ui::admin::view_tabs::{ViewHead, ViewTab};
use crate::ui::text;
use leptos::prelude::*;

/// A client of the list.
#[derive(Debug, Clone)]
pub struct BrandedRow {
    /// Where its own branding is.
    pub address: String,
    pub client: String,
    /// What is theirs, such as `title, logo`.
    pub own: String,
    pub author: String,
    pub saved: Timestamp,
}

/// The page of clients.
#[derive(Debug, Clone, Default)]
pub struct BrandedClients {
    pub head: ViewHead,
    pub rows: Vec<BrandedRow>,
    /// What was typed.
    pub client: String,
    pub mistakes: Mistakes,
}

/// The whole document.
pub fn render_branded_clients(shell: &Shell, clients: &BrandedClients) -> String {
    let BrandedClients { head, rows, client, mistakes } = clients.clone();
    page(shell, Section::Views, "Clients of a view", || {
        let action = shell.at(&format!("/views/{}/clients", head.id));
        let field = Field::text("client", "Client id", client, "As your events name it; it need not have sent any.");
        view! {
            {head.view(shell, ViewTab::Clients)}
            <p class="lead">"A client may see a title, a logo, an accent and links of its own. Everything else stays as it is for all."</p>
            <form class="line" method="get" action=action>
                {field.view(&mistakes)}
                <button type="submit">"Open"</button>
            </form>
            {table(rows)}
        }
        .into_any()
    })
}

fn table(rows: Vec<BrandedRow>) -> AnyView {
    if rows.is_empty() {
        return view! { <p class="none">"Every client sees the view as it is."</p> }.into_any();
    }
    let rows = rows.into_iter().map(|row| {
        let BrandedRow { address, client, own, author, saved } = row;
        view! {
            <tr>
                <th scope="row"><a href=address><bdi>{text::text(&client)}</bdi></a></th>
                <td>{own}</td>
                <td>{moment(saved)}<span class="second">{format!("by {author}")}</span></td>
            </tr>
        }
    });
    view! {
        <div class="scroll" tabindex="0" role="region" aria-label="Clients">
            <table class="list">
                <thead><tr><th scope="col">"Client"</th><th scope="col">"Of its own"</th><th scope="col">"Saved"</th></tr></thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}
