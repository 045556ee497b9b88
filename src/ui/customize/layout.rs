//! What is above and below the log: logo, title, links, small print.

use super::controls::{Desk, Label, text};
use super::order::{self, Row};
use crate::browser::request;
use crate::domain::view::{HeaderLink, Image, LARGEST_PICTURE, MOST_LINKS, SafeLink, ViewConfig};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The pane. `pictures` is the path that takes uploads.
pub fn pane(desk: Desk, pictures: &str) -> AnyView {
    let title = Label::of("brand.title", "Title");
    let to = Label::of("brand.titleLink", "Title link").hint("An https address, such as your product’s. Optional.");
    let copyright = Label::of("brand.copyright", "Footer text").hint("{year} becomes the current year.");
    view! {
        <section aria-labelledby="pane-header">
            <h2 id="pane-header">"Header"</h2>
            {text(desk, title, |view| view.brand.title.clone(), |view, typed| {
                typed.clone_into(&mut view.brand.title);
                if typed.trim().is_empty() { Err("Enter a title.".to_owned()) } else { Ok(()) }
            })}
            {text(desk, to, |view| shown(view.brand.title_link.as_ref()), |view, typed| {
                view.brand.title_link = link(typed)?;
                Ok(())
            })}
            {logo(desk, "Light logo", Night::No, pictures)}
            {logo(desk, "Dark logo", Night::Yes, pictures)}
        </section>
        <section aria-labelledby="pane-links">
            <h2 id="pane-links">"Links"</h2>
            {links(desk)}
        </section>
        <section aria-labelledby="pane-footer">
            <h2 id="pane-footer">"Footer"</h2>
            {text(desk, copyright, |view| view.brand.copyright.clone(), |view, typed| {
                typed.clone_into(&mut view.brand.copyright);
                Ok(())
            })}
        </section>
    }
    .into_any()
}

fn shown(link: Option<&SafeLink>) -> String {
    link.map(|link| link.as_str().to_owned()).unwrap_or_default()
}

/// Nothing, or a link that is safe to follow.
fn link(typed: &str) -> Result<Option<SafeLink>, String> {
    match typed.trim() {
        "" => Ok(None),
        typed => SafeLink::parse(typed).map(Some).ok_or_else(|| "Enter an https or mailto address.".to_owned()),
    }
}

/// Which of the two logos.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Night {
    Yes,
    No,
}

impl Night {
    fn of(self, view: &ViewConfig) -> Option<&Image> {
        if self == Self::Yes { view.brand.dark_logo.as_ref() } else { view.brand.logo.as_ref() }
    }

    fn set(self, view: &mut ViewConfig, image: Option<Image>) {
        *(if self == Self::Yes { &mut view.brand.dark_logo } else { &mut view.brand.logo }) = image;
    }
}

fn logo(desk: Desk, name: &'static str, night: Night, pictures: &str) -> AnyView {
    let id = if night == Night::Yes { "brand.darkLogo" } else { "brand.logo" };
    let label = Label::of(id, name).hint("An https address, or a file of at most 256 KB: SVG, PNG, JPEG or WebP.");
    let told = RwSignal::new(None::<String>);
    let pictures = pictures.to_owned();
    let chosen = move |event: web_sys::Event| {
        let pictures = pictures.clone();
        spawn_local(async move {
            told.set(Some("Uploading…".to_owned()));
            match upload(&event, &pictures).await {
                Ok(image) => {
                    desk.choose(|view| night.set(view, Some(image)));
                    told.set(None);
                }
                Err(wrong) => told.set(Some(wrong)),
            }
        });
    };
    let file = format!("{id}-file");
    let aloud = format!("Upload: {name}");
    view! {
        {text(desk, label, move |view| night.of(view).map(|logo| logo.as_str().to_owned()).unwrap_or_default(),
            move |view, typed| {
                let image = match typed.trim() {
                    "" => None,
                    typed => Some(Image::parse(typed).ok_or("Enter an https address.")?),
                };
                night.set(view, image);
                Ok(())
            })}
        <p class="upload">
            <input type="file" id=file aria-label=aloud accept="image/svg+xml,image/png,image/jpeg,image/webp,image/gif" on:change=chosen />
            <span class="hint" role="status">{move || told.get()}</span>
        </p>
    }
    .into_any()
}

async fn upload(event: &web_sys::Event, pictures: &str) -> Result<Image, String> {
    let input = event_target::<web_sys::HtmlInputElement>(event);
    let file = input.files().and_then(|files| files.get(0)).ok_or("Choose a file.")?;
    input.set_value("");
    if file.size() > f64::from(LARGEST_PICTURE) {
        return Err("The file is larger than 256 KB. Choose a smaller one.".to_owned());
    }
    match request::send(pictures, &file).await {
        Ok((200, address)) => Image::parse(&address).ok_or_else(|| "The upload failed. Try again.".to_owned()),
        Ok((400, _)) => Err("Choose a PNG, JPEG, WebP, GIF or SVG file.".to_owned()),
        Ok((401 | 403, _)) => Err("You’re signed out or no longer have permission.".to_owned()),
        _ => Err("The upload failed. Try again.".to_owned()),
    }
}

fn links(desk: Desk) -> AnyView {
    let count = Memo::new(move |_| desk.get(|view| view.brand.links.len()));
    let add = move |_| {
        desk.edit(|view| {
            if let Some(url) = SafeLink::parse("https://example.com") {
                view.brand.links.push(HeaderLink { label: "New link".to_owned(), url });
            }
        });
    };
    view! {
        <ul class="cards">
            <For each=move || 0..count.get() key=|at| *at let(at)>{one_link(desk, at, count)}</For>
        </ul>
        <button type="button" class="quiet" on:click=add disabled=move || { count.get() >= MOST_LINKS }>"Add a link"</button>
    }
    .into_any()
}

fn one_link(desk: Desk, at: usize, count: Memo<usize>) -> AnyView {
    let of = move |view: &ViewConfig| view.brand.links.get(at).cloned();
    let name = move || desk.get(of).map(|link| link.label).unwrap_or_default();
    let row = Row { list: "links", at, count, name: Signal::derive(name) };
    let moved = move |from: usize, to: usize| {
        desk.edit(|view| order::shift(&mut view.brand.links, from, to));
    };
    let remove = move || {
        desk.edit(|view| {
            if at < view.brand.links.len() {
                view.brand.links.remove(at);
            }
        });
    };
    let content = view! {
        {text(desk, Label::of(format!("links.{at}.label"), "Label"),
            move |view| of(view).map(|link| link.label).unwrap_or_default(),
            move |view, typed| {
                if let Some(link) = view.brand.links.get_mut(at) {
                    typed.clone_into(&mut link.label);
                }
                if typed.trim().is_empty() { Err("Enter a label.".to_owned()) } else { Ok(()) }
            })}
        {text(desk, Label::of(format!("links.{at}.url"), "Address"),
            move |view| shown(of(view).map(|link| link.url).as_ref()),
            move |view, typed| {
                let url = link(typed)?.ok_or("Enter an https or mailto address.")?;
                if let Some(link) = view.brand.links.get_mut(at) {
                    link.url = url;
                }
                Ok(())
            })}
    };
    order::card(row, moved, remove, content.into_any())
}
