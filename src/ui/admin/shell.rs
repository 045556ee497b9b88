//! What is around every page: who is signed in, where they are, and the way to elsewhere.

use leptos::prelude::*;

/// What every page of ours runs: moments in the reader's zone, and copying. Its content security policy names its hash.
pub const PAGE_SCRIPT: &str = include_str!("page.js");

/// Where a page of a project belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    Overview,
    Events,
    Clients,
    Views,
    Keys,
    Members,
    Masking,
    VendorApis,
    Trail,
    Start,
}

impl Section {
    const ALL: [Self; 10] = [
        Self::Overview,
        Self::Events,
        Self::Clients,
        Self::Views,
        Self::Keys,
        Self::Members,
        Self::Masking,
        Self::VendorApis,
        Self::Trail,
        Self::Start,
    ];

    /// Where one's own account is, which belongs to no project.
    pub const ACCOUNT: &'static str = "/admin/account";

    /// Where it is within its project, and its name.
    const fn link(self) -> (&'static str, &'static str) {
        match self {
            Self::Overview => ("", "Overview"),
            Self::Events => ("/events", "Events"),
            Self::Clients => ("/clients", "Clients"),
            Self::Views => ("/views", "Views"),
            Self::Keys => ("/keys", "API keys"),
            Self::Members => ("/members", "Members"),
            Self::Masking => ("/masking", "Masking"),
            Self::VendorApis => ("/vendor-apis", "Vendor APIs"),
            Self::Trail => ("/trail", "Trail"),
            Self::Start => ("/start", "Getting started"),
        }
    }
}

/// Whoever is signed in, and what their pages need.
#[derive(Debug, Clone)]
pub struct Shell {
    pub person: String,
    /// The project looked at; none on the pages that belong to the person.
    pub project: Option<String>,
    /// All that they are a member of.
    pub projects: Vec<String>,
    /// The sections that they may see.
    pub sections: Vec<Section>,
    pub style: String,
}

/// A page that says one thing alone.
#[derive(Debug, Clone)]
pub struct Notice {
    pub title: String,
    pub text: String,
    /// Where to go on, and what it is called; the first is the most likely.
    pub links: Vec<(String, String)>,
    pub style: String,
}

impl Shell {
    /// The sections in their order, of those that are allowed.
    pub fn sections(allowed: impl Fn(Section) -> bool) -> Vec<Section> {
        Section::ALL.into_iter().filter(|section| allowed(*section)).collect()
    }

    /// Where a section of the project begins.
    pub fn address(&self, section: Section) -> Option<String> {
        self.project.is_some().then(|| self.at(section.link().0))
    }

    /// Where something of the project is, such as `shell.at("/keys")`.
    pub(super) fn at(&self, path: &str) -> String {
        let project = self.project.as_deref().unwrap_or_default();
        format!("/admin/projects/{project}{path}")
    }
}

/// A page of a section.
pub(in crate::ui) fn page(shell: &Shell, current: Section, title: &str, content: impl FnOnce() -> AnyView) -> String {
    document(title, &shell.style, || whole(shell, Some(current), content()))
}

/// A page that belongs to no project.
pub(super) fn own_page(shell: &Shell, title: &'static str, content: impl FnOnce() -> AnyView) -> String {
    document(title, &shell.style, || whole(shell, None, content()))
}

fn whole(shell: &Shell, current: Option<Section>, content: AnyView) -> AnyView {
    view! { {bar(shell, current)} <main id="content">{content}</main> }.into_any()
}

/// What stands above the content of every page.
pub(in crate::ui) fn bar(shell: &Shell, current: Option<Section>) -> AnyView {
    let links = links(shell, current);
    let person = shell.person.clone();
    view! {
        <a class="skip" href="#content">"Skip to the content"</a>
        <header class="bar">
            <a class="name" href="/admin">"Daybook"</a>
            {switcher(shell)}
            <nav aria-label="Sections"><ul>{links}</ul></nav>
            {who(person)}
            {menu(shell, current)}
        </header>
    }
    .into_any()
}

fn links(shell: &Shell, current: Option<Section>) -> AnyView {
    let links = shell.sections.iter().map(|section| {
        let (address, name) = (shell.address(*section), section.link().1);
        let here = (Some(*section) == current).then_some("page");
        view! { <li><a href=address aria-current=here>{name}</a></li> }
    });
    links.collect_view().into_any()
}

fn who(person: String) -> AnyView {
    view! {
        <form class="who" method="post" action="/admin/sign-out">
            <a href=Section::ACCOUNT title="Your account">{person}</a>
            <button type="submit" class="quiet">"Sign out"</button>
        </form>
    }
    .into_any()
}

/// The same ways where there is no room for them: in one row, under one word.
fn menu(shell: &Shell, current: Option<Section>) -> AnyView {
    let links = links(shell, current);
    view! {
        <details class="switch sections">
            <summary>"Menu"</summary>
            <div>
                <nav aria-label="All sections"><ul>{links}</ul></nav>
                {who(shell.person.clone())}
            </div>
        </details>
    }
    .into_any()
}

/// The way to the person's other projects.
fn switcher(shell: &Shell) -> AnyView {
    let others = shell.projects.iter().map(|name| {
        let here = (Some(name) == shell.project.as_ref()).then_some("true");
        view! { <li><a href=format!("/admin/projects/{name}") aria-current=here>{name.clone()}</a></li> }
    });
    let others = others.collect_view();
    let current = shell.project.clone().unwrap_or_else(|| "Projects".to_owned());
    let label = shell.project.as_ref().map(|name| format!("Project {name}, switch"));
    view! {
        <details class="switch">
            <summary aria-label=label>{current}</summary>
            <ul>{others}<li class="all"><a href="/admin/projects">"All projects"</a></li></ul>
        </details>
    }
    .into_any()
}

/// A page for somebody who is not signed in: one card.
pub(super) fn card(title: &'static str, style: &str, content: impl FnOnce() -> AnyView) -> String {
    document(title, style, || {
        view! { <main class="card" id="content"><p class="name">"Daybook"</p>{content()}</main> }.into_any()
    })
}

/// A page in a frame of one of ours.
pub(super) fn framed_page(title: &'static str, style: &str, content: impl FnOnce() -> AnyView) -> String {
    document(title, style, || view! { <main class="framed" aria-label=title>{content()}</main> }.into_any())
}

/// The whole document of a notice.
pub fn render_notice(notice: &Notice) -> String {
    let Notice { title, text, links, style } = notice.clone();
    document(&title.clone(), &style, || {
        let links = links.into_iter().enumerate().map(|(at, (address, name))| {
            let class = if at == 0 { "button" } else { "onward" };
            view! { <a class=class href=address>{name}</a> }
        });
        let links = links.collect_view();
        view! {
            <main class="card" id="content">
                <p class="name">"Daybook"</p>
                <h1>{title}</h1>
                <p>{text}</p>
                <p class="ways">{links}</p>
            </main>
        }
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
                <body>
                    {body()}
                    <script inner_html=PAGE_SCRIPT></script>
                </body>
            </html>
        }
        .to_html()
    });
    owner.cleanup();
    html
}
