//! How many events there are, and the way through the pages.

use super::model::ViewerPage;
use super::{chips, export};
use leptos::prelude::*;

/// `2,041 events`; `10,000+ events` where counting stopped.
pub fn total(page: &ViewerPage) -> String {
    let total = &page.total;
    match (total.total.count, total.total.exact) {
        (0, true) => "No events".to_owned(),
        (0, false) => "No events so far".to_owned(),
        (1, true) => "1 event".to_owned(),
        (_, true) => format!("{} events", total.text),
        (_, false) => format!("{}+ events", total.text),
    }
}

/// The number, the filters that made it, and the way to take it all away.
pub fn summary(page: &ViewerPage) -> AnyView {
    view! {
        <p class="total" role="status" id="total"><bdi>{total(page)}</bdi></p>
        <div id="news">{news(page)}</div>
        <div id="chips">{chips::view(page)}</div>
        <div id="export">{export::view(page)}</div>
    }
    .into_any()
}

/// What to look for above the newest page: nothing to see until there is something, which the browser part finds out;
/// without it, that part asks for nothing.
fn news(page: &ViewerPage) -> Option<AnyView> {
    (page.shell.may.tail && page.place.after.is_none()).then(|| {
        let top = page.top.map(|top| top.to_string());
        view! { <a class="news" href=page.place.newest().link(&page.shell.base) data-top=top hidden=true></a> }
            .into_any()
    })
}

/// Links to the pages around this one; none where there is one page only.
pub fn pager(page: &ViewerPage) -> AnyView {
    let base = &page.shell.base;
    let link = |class: &'static str, label: &'static str, to: Option<String>| {
        to.map(|to| view! { <li class=class><a href=to rel=class>{label}</a></li> })
    };
    let newer = page.place.newer();
    // With one page between, "newer" is the newest already.
    let newest = newer.as_ref().filter(|newer| newer.after.is_some()).map(|_| page.place.newest().link(base));
    let older = page.older.map(|cursor| page.place.older(cursor).link(base));
    let end = (older.is_none() && newer.is_some()).then(|| view! { <li class="end">"The log begins here"</li> });
    if older.is_none() && newer.is_none() {
        return ().into_any();
    }
    view! {
        <ul>
            {link("first", "Newest", newest)}
            {link("prev", "Newer", newer.map(|newer| newer.link(base)))}
            {link("next", "Older", older)}
            {end}
        </ul>
    }
    .into_any()
}
