//! Whole documents, and the part of one that changes.

use super::live::Live;
use super::masthead;
use super::model::{Notice, Shell, ViewerPage};
use super::{drawer, results, table, toolbar};
use crate::domain::characters::plain;
use crate::domain::view::{Brand, Scheme, Theme};
use leptos::prelude::*;

/// Starts the page. It greets the host page and reports the height itself, a few lines that need no WASM: a frame of
/// the right height must not wait for what only makes it livelier. Then, when the browser has nothing better to do, it
/// loads the WASM and hands the host page's channel on to it as `daybook`.
const BOOT: &str = include_str!("boot.js");

/// A function for a page without a log: it opens the view by a form, with the credential that came through the channel.
pub const OPEN: &str = include_str!("open.js");

/// What a notice does with that.
const AGAIN: &str = include_str!("again.js");

/// The whole document of a viewer.
pub fn render_document(page: &ViewerPage) -> String {
    render_within(page, || ().into_any())
}

/// The whole document of a viewer that has something above it.
pub fn render_within(page: &ViewerPage, above: impl FnOnce() -> AnyView) -> String {
    let shell = &page.shell;
    let title = plain(&shell.config.brand.title);
    let head = Head {
        title: &title,
        style: &shell.assets.style,
        theme: &shell.config.theme,
        nonce: &shell.nonce,
        locale: &shell.locale,
        direction: shell.direction.code(),
    };
    render(|| document(&head, body(page, above())))
}

/// The part of the document that a filter, a page or an open event changes: `<div id="desk">…</div>`.
pub fn render_desk(page: &ViewerPage) -> String {
    render(|| desk(page))
}

/// A whole document for when there is no log to see.
pub fn render_notice(notice: &Notice) -> String {
    let head = Head {
        title: &notice.title,
        style: &notice.style,
        theme: &notice.theme,
        nonce: &notice.nonce,
        locale: &notice.locale,
        direction: notice.direction.code(),
    };
    render(|| document(&head, notice_body(notice)))
}

/// A whole document that only shows how a page looks: nothing in it can be used.
pub fn render_preview(page: &ViewerPage) -> String {
    let Shell { config, assets, nonce, locale, direction, .. } = &page.shell;
    let (nonce, own) = (nonce.clone(), own_style(&config.theme));
    // The style is there, and empty where nothing is set, for the draft to be put into.
    let scheme = scheme(&config.theme);
    render(|| {
        view! {
            <!DOCTYPE html>
            <html lang=locale.clone() dir=direction.code() data-scheme=scheme>
                <head>
                    <meta charset="utf-8" />
                    <title>"Preview"</title>
                    <meta name="viewport" content="width=device-width, initial-scale=1" />
                    <link rel="icon" href="data:," />
                    <link rel="stylesheet" href=assets.style.clone() />
                    <style id="own" nonce=nonce inner_html=own></style>
                </head>
                <body><main inert=true aria-labelledby="title">{framed_desk(page)}</main></body>
            </html>
        }
        .into_any()
    })
}

/// What stands in that document's `main` for a page without a log.
pub fn notice(brand: &Brand, title: &str, text: &str) -> AnyView {
    let (title, text) = (title.to_owned(), text.to_owned());
    view! {
        {masthead::brand(brand)}
        <div class="nothing notice"><h1 id="title">{title}</h1><p>{text}</p></div>
    }
    .into_any()
}

/// Views are made and written out under an owner of their own, so that nothing of one page stays for the next.
fn render(view: impl FnOnce() -> AnyView) -> String {
    let owner = Owner::new_root(None);
    let html = owner.with(|| view().to_html());
    owner.cleanup();
    html
}

struct Head<'a> {
    title: &'a str,
    style: &'a str,
    theme: &'a Theme,
    nonce: &'a str,
    locale: &'a str,
    direction: &'static str,
}

fn document(head: &Head<'_>, body: AnyView) -> AnyView {
    let Head { title, style, theme, nonce, locale, direction } = head;
    let scheme = scheme(theme);
    let nonce = (*nonce).to_owned();
    let own = own_style(theme);
    let own = (!own.is_empty()).then(|| view! { <style nonce=nonce.clone() inner_html=own></style> });
    view! {
        <!DOCTYPE html>
        <html lang=(*locale).to_owned() dir=*direction data-scheme=scheme>
            <head>
                <meta charset="utf-8" />
                <title>{(*title).to_owned()}</title>
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <link rel="icon" href="data:," />
                <link rel="stylesheet" href=(*style).to_owned() />
                {own}
            </head>
            {body}
        </html>
    }
    .into_any()
}

fn scheme(theme: &Theme) -> Option<&'static str> {
    match theme.scheme {
        Scheme::Auto => None,
        Scheme::Light => Some("light"),
        Scheme::Dark => Some("dark"),
    }
}

/// What a theme says in CSS. `Theme` has checked all of it: nothing ends the element that holds it.
pub fn own_style(theme: &Theme) -> String {
    let tokens = theme.declarations();
    let tokens = if tokens.is_empty() { tokens } else { format!(":root{{{tokens}}}") };
    tokens + theme.css.as_str()
}

fn body(page: &ViewerPage, above: AnyView) -> AnyView {
    let Shell { base, renew, session, parent, assets, nonce, .. } = &page.shell;
    let token = session.as_ref().map(|session| session.token.clone());
    let seconds = session.as_ref().map(|session| session.seconds.to_string());
    view! {
        <body
            data-base=base.clone()
            data-query=page.place.to_query()
            data-renew=renew.clone()
            data-session=token
            data-seconds=seconds
            data-parent=parent.clone()
            data-script=assets.script.clone()
            data-wasm=assets.wasm.clone()
        >
            {above}
            // All of it, by name: the page around has a header and a footer of its own, and likely a main part.
            <main id="content" aria-labelledby="title">{framed_desk(page)}</main>
            {masthead::keys()}
            <Live />
            <script nonce=nonce.clone() inner_html=BOOT></script>
        </body>
    }
    .into_any()
}

/// What frames the log, and the log: all that stands in a document's `main`.
pub fn framed_desk(page: &ViewerPage) -> AnyView {
    view! {
        {masthead::header(&page.shell)}
        {desk(page)}
        {masthead::footer(&page.shell)}
    }
    .into_any()
}

fn desk(page: &ViewerPage) -> AnyView {
    view! {
        <div id="desk">
            {toolbar::view(page)}
            <div class="summary">{results::summary(page)}</div>
            <div class="stage">
                <div class="log">
                    <div id="events">{table::view(page)}</div>
                    <nav id="pager" class="pager" aria-label="Pages">{results::pager(page)}</nav>
                </div>
                <div id="drawer">{drawer::view(page)}</div>
            </div>
        </div>
    }
    .into_any()
}

fn notice_body(notice: &Notice) -> AnyView {
    let Notice { code, brand, title, text, again, retry, request, nonce, parent, .. } = notice;
    let link = again.clone().filter(|_| *retry).map(|link| view! { <p><a href=link>"Try again"</a></p> });
    let script = if again.is_some() { [BOOT, OPEN, AGAIN].concat() } else { BOOT.to_owned() };
    let request = request.clone().map(|id| {
        view! { <p class="request">"If you ask for help, quote " <bdi class="code">{id}</bdi></p> }
    });
    view! {
        <body data-parent=parent.clone() data-error=*code data-message=text.clone() data-again=again.clone()>
            <main aria-labelledby="title">
                {brand.as_ref().map(masthead::brand)}
                <div class="nothing notice">
                    <h1 id="title">{title.clone()}</h1>
                    <p>{text.clone()}</p>
                    {link}
                    {request}
                </div>
            </main>
            <script nonce=nonce.clone() inner_html=script></script>
        </body>
    }
    .into_any()
}
