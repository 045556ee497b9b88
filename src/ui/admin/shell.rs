//! What is around every page: who is signed in, where they are, and the way to elsewhere.

use leptos::prelude::*;

/// Where a page belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    Keys,
    View,
    Members,
    Account,
}

impl Section {
    const ALL: [Self; 4] = [Self::Keys, Self::View, Self::Members, Self::Account];

    /// Where it begins.
    pub fn address(self) -> &'static str {
        self.link().0
    }

    fn link(self) -> (&'static str, &'static str) {
        match self {
            Self::Keys => ("/admin/keys", "API keys"),
            Self::View => ("/admin/view", "Embed"),
            Self::Members => ("/admin/members", "Members"),
            Self::Account => ("/admin/account", "Your account"),
        }
    }
}

/// Whoever is signed in, and what their pages need.
#[derive(Debug, Clone)]
pub struct Shell {
    pub person: String,
    pub project: String,
    /// The sections that they may see.
    pub sections: Vec<Section>,
    pub style: String,
}

/// A page that says one thing alone.
#[derive(Debug, Clone)]
pub struct Notice {
    pub title: String,
    pub text: String,
    /// Where to go on, and what it is called.
    pub link: Option<(String, String)>,
    pub style: String,
}

impl Shell {
    /// The sections in their order, of those that are allowed.
    pub fn sections(allowed: impl Fn(Section) -> bool) -> Vec<Section> {
        Section::ALL.into_iter().filter(|section| allowed(*section)).collect()
    }
}

/// A page of a section.
pub(super) fn page(shell: &Shell, current: Section, title: &'static str, content: impl FnOnce() -> AnyView) -> String {
    let Shell { person, project, sections, style } = shell.clone();
    document(title, &style, || {
        let links = sections.into_iter().map(|section| {
            let (address, name) = section.link();
            let here = (section == current).then_some("page");
            view! { <li><a href=address aria-current=here>{name}</a></li> }
        });
        view! {
            <a class="skip" href="#content">"Skip to the content"</a>
            <header class="bar">
                <a class="name" href="/admin">"Daybook"</a>
                <span class="project">{project}</span>
                <nav aria-label="Sections"><ul>{links.collect_view()}</ul></nav>
                <form class="who" method="post" action="/admin/sign-out">
                    <span>{person}</span>
                    <button type="submit" class="quiet">"Sign out"</button>
                </form>
            </header>
            <main id="content">{content()}</main>
        }
        .into_any()
    })
}

/// A page for somebody who is not signed in: one card.
pub(super) fn card(title: &'static str, style: &str, content: impl FnOnce() -> AnyView) -> String {
    document(title, style, || {
        view! { <main class="card" id="content"><p class="name">"Daybook"</p>{content()}</main> }.into_any()
    })
}

/// The whole document of a notice.
pub fn render_notice(notice: &Notice) -> String {
    let Notice { title, text, link, style } = notice.clone();
    document(&title.clone(), &style, || {
        let link = link.map(|(address, name)| view! { <p><a class="button" href=address>{name}</a></p> });
        view! { <main class="card" id="content"><p class="name">"Daybook"</p><h1>{title}</h1><p>{text}</p>{link}</main> }
            .into_any()
    })
}

/// Made and written out under an owner of its own, so that nothing of one page stays for the next.
fn document(title: &str, style: &str, body: impl FnOnce() -> AnyView) -> String {
    let owner = Owner::new_root(None);
    let (title, style) = (format!("{title} · Daybook"), style.to_owned());
    let html = owner.with(|| {
        view! {
            <!DOCTYPE html>
            <html lang="en">
                <head>
                    <meta charset="utf-8" />
                    <title>{title}</title>
                    <meta name="viewport" content="width=device-width, initial-scale=1" />
                    <link rel="icon" href="/favicon.svg" />
                    <link rel="stylesheet" href=style />
                </head>
                <body>{body()}</body>
            </html>
        }
        .to_html()
    });
    owner.cleanup();
    html
}
