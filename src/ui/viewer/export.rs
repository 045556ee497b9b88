//! Taking the log away: a menu of files, each a plain link.

use super::model::ViewerPage;
use crate::domain::export::Format;
use leptos::prelude::*;

/// The menu; nothing where the reader may not, or where there is nothing to take.
pub fn view(page: &ViewerPage) -> AnyView {
    let nothing = page.total.total.exact && page.total.total.count == 0;
    if !page.shell.may.export || nothing {
        return ().into_any();
    }
    // The whole choice, from its newest event: which page is shown does not matter.
    let place = page.place.filtered(|_| {}).to_query();
    let files = Format::ALL.map(|format| {
        let (name, meant) = words(format);
        let link = format!("{}/export?format={}&{place}", page.shell.base, format.code());
        let link = link.trim_end_matches('&').to_owned();
        view! {
            <li>
                <a href=link data-file=format.code()>
                    <span class="name">{name}</span>
                    " "
                    <span class="meant">{meant}</span>
                </a>
            </li>
        }
    });
    let all = if page.place.filter.is_empty() { "All events, newest first" } else { "The events found, newest first" };
    view! {
        <details class="menu" name="menu">
            <summary id="f-export">"Export"</summary>
            <div class="panel files">
                <p class="zone-note">{all}</p>
                <ul>{files.collect_view()}</ul>
            </div>
        </details>
    }
    .into_any()
}

/// What a file is called, and what it is for.
fn words(format: Format) -> (&'static str, &'static str) {
    match format {
        Format::Csv => ("CSV", "the columns shown"),
        Format::Json => ("JSON", "every field, one list"),
        Format::Ndjson => ("NDJSON", "every field, line by line"),
    }
}
