//! How many events there are, and the way through the pages.

use super::model::ViewerPage;
use super::order::{Words, words};
use super::{chips, export};
use crate::domain::query::Order;
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
    let above = page.place.after.is_none() && page.place.order == Order::Newest;
    (page.shell.may.tail && above).then(|| {
        let top = page.top.map(|top| top.to_string());
        let (link, ask) = (page.place.first().link(&page.shell.base), page.shell.news.clone());
        view! { <a class="news" href=link data-top=top data-ask=ask hidden=true></a> }.into_any()
    })
}

/// Links to the pages around this one; none where there is one page only.
pub fn pager(page: &ViewerPage) -> AnyView {
    let base = &page.shell.base;
    let link = |class: &'static str, label: &'static str, to: Option<String>| {
        to.map(|to| view! { <li class=class><a href=to rel=class>{label}</a></li> })
    };
    let Words { first: beginning, back: before, onward: beyond, end, .. } = words(page.place.order);
    let back = page.place.back();
    // With one page between, the page before is the first already.
    let first = back.as_ref().filter(|back| back.after.is_some()).map(|_| page.place.first().link(base));
    let onward = page.next.map(|cursor| page.place.onward(cursor).link(base));
    let end = (onward.is_none() && back.is_some()).then(|| view! { <li class="end">{end}</li> });
    if onward.is_none() && back.is_none() {
        return ().into_any();
    }
    view! {
        <ul>
            {link("first", beginning, first)}
            {link("prev", before, back.map(|back| back.link(base)))}
            {link("next", beyond, onward)}
            {end}
        </ul>
    }
    .into_any()
}
