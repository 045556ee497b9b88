//! What frames the log: whose it is above, small print below.

use super::model::Shell;
use crate::domain::view::{Brand, Image, SafeLink};
use crate::ui::text;
use leptos::prelude::*;

/// Whose log it is, above a page that says why it is not shown.
pub fn brand(brand: &Brand) -> AnyView {
    view! { <header class="masthead">{logo(brand)}<p class="title">{title(brand)}</p></header> }.into_any()
}

/// Logo, title, client and links.
pub fn header(shell: &Shell) -> AnyView {
    let brand = &shell.config.brand;
    let client = shell.client_name.as_deref();
    let client = client.map(|name| view! { <p class="client"><bdi>{text::text(name)}</bdi></p> });
    let links = brand.links.iter().map(|link| {
        let label = view! { <bdi>{text::text(&link.label)}</bdi> }.into_any();
        view! { <li>{outward(&link.url, label)}</li> }
    });
    let links = (!brand.links.is_empty()).then(|| {
        view! { <nav aria-label="Links"><ul>{links.collect_view()}</ul></nav> }
    });
    view! {
        <header class="masthead">
            {logo(brand)}
            <h1 id="title" class="title">{title(brand)}</h1>
            {client}
            {links}
        </header>
    }
    .into_any()
}

fn logo(brand: &Brand) -> AnyView {
    let image = |class, logo: &Image| view! { <img class=class src=logo.as_str().to_owned() alt="" /> };
    match (&brand.logo, &brand.dark_logo) {
        (Some(day), Some(night)) => [image("logo day", day), image("logo night", night)].collect_view().into_any(),
        (day, night) => day.as_ref().or(night.as_ref()).map(|logo| image("logo", logo)).into_any(),
    }
}

fn title(brand: &Brand) -> AnyView {
    let title = view! { <bdi>{text::text(&brand.title)}</bdi> }.into_any();
    match &brand.title_link {
        Some(link) => outward(link, title),
        None => title,
    }
}

/// The copyright line, and the keys to press.
pub fn footer(shell: &Shell) -> AnyView {
    let year = shell.now.to_string()[..4].to_owned();
    let copyright = shell.config.brand.copyright.replace("{year}", &year);
    let copyright = (!copyright.is_empty()).then(|| view! { <p><bdi>{text::text(&copyright)}</bdi></p> });
    view! {
        <footer class="colophon">
            {copyright}
            <p class="hint">"Press " <kbd>"?"</kbd> " for keys"</p>
        </footer>
    }
    .into_any()
}

/// A link that leaves the viewer: it learns nothing of where it was followed from.
pub fn outward(link: &SafeLink, content: AnyView) -> AnyView {
    view! { <a href=link.as_str().to_owned() target="_blank" rel="noopener noreferrer nofollow">{content}</a> }
        .into_any()
}

/// The keys, in a dialog that `?` opens.
pub fn keys() -> AnyView {
    const KEYS: [(&str, &str); 7] = [
        ("/", "Search"),
        ("j  ↓", "Next event"),
        ("k  ↑", "Previous event"),
        ("Enter", "Open its details"),
        ("Esc", "Close them"),
        ("c", "Copy a link to it"),
        ("?", "These keys"),
    ];
    let keys = KEYS.map(|(keys, does)| {
        let keys = keys.split("  ").map(|key| view! { <kbd>{key}</kbd> }).collect_view();
        view! { <div><dt>{keys}</dt><dd>{does}</dd></div> }
    });
    view! {
        <dialog id="keys" aria-labelledby="keys-title">
            <h2 id="keys-title">"Keys"</h2>
            <dl>{keys.collect_view()}</dl>
            <form method="dialog"><button>"Close"</button></form>
        </dialog>
    }
    .into_any()
}
