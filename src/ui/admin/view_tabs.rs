//! The head of a view's pages: which view it is, and the way from one page of it to another.

use super::shell::Shell;
use crate::ui::text;
use leptos::prelude::*;

/// A page of a view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ViewTab {
    Layout,
    Clients,
    Security,
    Embed,
    Versions,
}

/// The view that a page is about.
#[derive(Debug, Clone, Default)]
pub struct ViewHead {
    pub id: String,
    /// What the company's own people call it.
    pub name: String,
    /// Whether the reader may see who opens it, and its secrets.
    pub may_secure: bool,
}

impl ViewTab {
    const ALL: [Self; 5] = [Self::Layout, Self::Clients, Self::Security, Self::Embed, Self::Versions];

    /// Where it is within its view, and its name.
    const fn link(self) -> (&'static str, &'static str) {
        match self {
            Self::Layout => ("", "Layout and columns"),
            Self::Clients => ("/clients", "Clients"),
            Self::Security => ("/security", "Security"),
            Self::Embed => ("/embed", "Embed script"),
            Self::Versions => ("/versions", "Versions"),
        }
    }

    const fn is_secret(self) -> bool {
        matches!(self, Self::Security | Self::Embed)
    }
}

impl ViewHead {
    /// The heading, and the tabs that the reader may open.
    pub(super) fn view(&self, shell: &Shell, current: ViewTab) -> AnyView {
        let Self { id, name, may_secure } = self.clone();
        let open = ViewTab::ALL.into_iter().filter(|tab| may_secure || !tab.is_secret());
        let links = open.map(|tab| {
            let (path, label) = tab.link();
            let here = (tab == current).then_some("page");
            view! { <li><a href=shell.at(&format!("/views/{id}{path}")) aria-current=here>{label}</a></li> }
        });
        let links = links.collect_view();
        view! {
            <div class="view-head">
                <h1><bdi>{text::text(&name)}</bdi></h1>
                <nav class="tabs" aria-label="This view"><ul>{links}</ul></nav>
            </div>
        }
        .into_any()
    }
}
