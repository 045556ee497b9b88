//! One event's details, in a panel beside the table; over it on a phone.

use super::detail::{ChangeRow, Detail, Phrase, Pivot};
use super::facts::{Datum, Fact, Section};
use super::masthead::outward;
use super::model::{Opened, ViewerPage};
use super::order::{Words, words};
use crate::domain::characters::Depth;
use crate::domain::event::{Ending, EventId, UNREADABLE_TEXT};
use crate::ui::text;
use leptos::prelude::*;

/// The panel; nothing when no event is open.
pub fn view(page: &ViewerPage) -> AnyView {
    match &page.open {
        Opened::Nothing => ().into_any(),
        Opened::Event(detail) => panel(page, detail),
        Opened::Missing => missing(page),
    }
}

fn panel(page: &ViewerPage, detail: &Detail) -> AnyView {
    let summary = detail.summary.iter().map(|phrase| match phrase {
        Phrase::Plain(text) => view! { <span>{text.clone()}</span> }.into_any(),
        Phrase::Name(name) => view! { <bdi>{text::text(name)}</bdi> }.into_any(),
        Phrase::Value(value) => view! { <bdi class="value">{text::text(value)}</bdi> }.into_any(),
    });
    if let Some(why) = &detail.unreadable {
        return unreadable(page, detail, why);
    }
    let instant = detail.occurred_at.to_string();
    let description = detail.description.as_deref();
    let description = description.map(|text| view! { <p class="description"><bdi>{exact_text(text)}</bdi></p> });
    view! {
        <dialog open id="details" class="drawer" aria-labelledby="details-title" data-event=detail.id.to_string()>
            {bar(page, Some(detail))}
            <div class="sheet">
                <p class="moment">
                    <bdi>
                        <time datetime=instant title=detail.exact.clone()>{detail.moment.clone()}</time>
                        " · "
                        <span class="zone-note">{detail.zone.clone()}</span>
                    </bdi>
                </p>
                <h2 id="details-title" tabindex="-1"><bdi dir="ltr">{summary.collect_view()}</bdi></h2>
                {description}
                {outcome(detail)}
                {changes(&detail.changes)}
                {pivots(page, &detail.pivots)}
                {detail.sections.iter().map(section).collect_view()}
                {raw(detail)}
            </div>
        </dialog>
    }
    .into_any()
}

/// What can be done with the panel: on to the neighbours, copy, close.
fn bar(page: &ViewerPage, detail: Option<&Detail>) -> AnyView {
    let base = &page.shell.base;
    let step = |class: &'static str, label: String, to: Option<EventId>| match to {
        Some(event) => {
            let link = page.place.opening(event).link(base);
            view! { <a class=class href=link aria-label=label.clone() title=label></a> }.into_any()
        }
        None => view! { <span class=class aria-hidden="true"></span> }.into_any(),
    };
    let copies = detail.map(|detail| {
        let link = page.place.closed().opening(detail.id).link(base);
        let json = detail.unreadable.is_none().then(|| {
            view! { <button type="button" class="copy" data-copy="json">"Copy JSON"</button> }
        });
        view! {
            <a class="copy" data-copy="link" href=link>"Copy link"</a>
            {json}
        }
    });
    let Words { back, onward, .. } = words(page.place.order);
    view! {
        <div class="bar">
            {step("up", format!("{back} event"), detail.and_then(|detail| detail.above))}
            {step("down", format!("{onward} event"), detail.and_then(|detail| detail.below))}
            {copies}
            <a class="close" href=page.place.closed().link(base) aria-label="Close details" title="Close"></a>
        </div>
    }
    .into_any()
}

fn missing(page: &ViewerPage) -> AnyView {
    view! {
        <dialog open id="details" class="drawer" aria-labelledby="details-title">
            {bar(page, None)}
            <div class="sheet">
                <h2 id="details-title" tabindex="-1">"This event is not here"</h2>
                <p>"The link may be incomplete, or the event belongs to a log that you do not see."</p>
            </div>
        </dialog>
    }
    .into_any()
}

/// What is known of an event that cannot be read, and whom to tell.
fn unreadable(page: &ViewerPage, detail: &Detail, why: &str) -> AnyView {
    let exact = detail.occurred_at.to_string();
    view! {
        <dialog open id="details" class="drawer" aria-labelledby="details-title" data-event=detail.id.to_string()>
            {bar(page, Some(detail))}
            <div class="sheet">
                <p class="moment"><time datetime=exact.clone() title=exact>{detail.moment.clone()}</time></p>
                <h2 id="details-title" tabindex="-1">{UNREADABLE_TEXT}</h2>
                <p>"It is stored, but " {why.to_owned()} ". Other events are not affected."</p>
                <dl><div><dt>"Event ID"</dt><dd><bdi class="code">{detail.id.to_string()}</bdi></dd></div></dl>
            </div>
        </dialog>
    }
    .into_any()
}

fn outcome(detail: &Detail) -> AnyView {
    let class = match detail.ending {
        Ending::Success => "success",
        Ending::Failure => "failure",
        Ending::Other => "badge",
    };
    let word = exact_text(&detail.outcome);
    let reason = detail.reason.as_deref().map(|reason| view! { ": " <bdi>{exact_text(reason)}</bdi> });
    view! { <p class="outcome"><bdi dir="ltr"><bdi class=class>{word}</bdi>{reason}</bdi></p> }.into_any()
}

fn changes(rows: &[ChangeRow]) -> AnyView {
    if rows.is_empty() {
        return ().into_any();
    }
    let side = |value: &Option<Datum>, depth| match value {
        Some(value) => datum(value, depth),
        None => view! { <span class="none">"not set"</span> }.into_any(),
    };
    let rows = rows.iter().map(|row| {
        let alike =
            (row.depth == Depth::Every).then(|| view! { <span class="kind">"Looks alike, is not the same"</span> });
        view! {
            <tr class=row.kind.label().to_lowercase()>
                <th scope="row"><bdi>{name(&row.field)}</bdi><span class="kind">{row.kind.label()}</span>{alike}</th>
                <td class="before">{side(&row.before, row.depth)}</td>
                <td class="after">{side(&row.after, row.depth)}</td>
            </tr>
        }
    });
    view! {
        <section class="changes">
            <h3>"Changes"</h3>
            <table>
                <thead>
                    <tr><th scope="col">"Field"</th><th scope="col">"Before"</th><th scope="col">"After"</th></tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </section>
    }
    .into_any()
}

fn section(section: &Section) -> AnyView {
    view! { <section><h3>{section.title.clone()}</h3>{facts(&section.facts)}</section> }.into_any()
}

fn facts(list: &[Fact]) -> AnyView {
    let facts = list.iter().map(|fact| {
        view! { <div><dt><bdi>{name(&fact.name)}</bdi></dt><dd>{datum(&fact.value, Depth::Exact)}</dd></div> }
    });
    view! { <dl>{facts.collect_view()}</dl> }.into_any()
}

/// What a field is called; its sender may have called it nothing.
fn name(name: &str) -> AnyView {
    if name.is_empty() { "\"\"".into_any() } else { exact_text(name) }
}

fn exact_text(text: &str) -> AnyView {
    marked(text, Depth::Exact)
}

fn marked(text: &str, depth: Depth) -> AnyView {
    text::set(text, depth, &|part| part.to_owned().into_any())
}

fn datum(value: &Datum, depth: Depth) -> AnyView {
    match value {
        Datum::Text(text) => view! { <bdi>{marked(text, depth)}</bdi> }.into_any(),
        Datum::Quoted(text) => view! {
            <span class="quoted">"\""<bdi>{marked(text, depth)}</bdi>"\""</span>
            " "
            <span class="type">"text"</span>
        }
        .into_any(),
        Datum::Literal(text) => view! { <bdi class="code">{marked(text, depth)}</bdi> }.into_any(),
        Datum::Code(text) => view! { <bdi class="code">{marked(text, depth)}</bdi> }.into_any(),
        Datum::Link(link) => outward(link, view! { <bdi>{link.as_str().to_owned()}</bdi> }.into_any()),
        Datum::Facts(inner) => facts(inner),
        Datum::Words(items) => {
            let items = items.iter().enumerate().map(|(at, item)| {
                view! { {(at > 0).then_some(", ")} {datum(item, depth)} }
            });
            view! { <bdi dir="ltr"><span class="type">"["</span>{items.collect_view()}<span class="type">"]"</span></bdi> }
                .into_any()
        }
        Datum::List(items) => {
            let items = items.iter().map(|item| view! { <li>{datum(item, depth)}</li> });
            view! { <ol>{items.collect_view()}</ol> }.into_any()
        }
    }
}

/// One sentence: "Show everything by …, on …, from … or within five minutes."
fn pivots(page: &ViewerPage, pivots: &[Pivot]) -> AnyView {
    let last = pivots.len().saturating_sub(1);
    let links = pivots.iter().enumerate().map(|(at, pivot)| {
        let to = page.place.filtered(|filter| *filter = pivot.filter.clone()).link(&page.shell.base);
        let of = pivot.of.as_deref().map(|of| view! { " " <bdi>{text::text(of)}</bdi> });
        let before = match at {
            0 => " ",
            at if at == last => " or ",
            _ => ", ",
        };
        view! { {before} <a href=to>{pivot.label}{of}</a> }
    });
    view! {
        <nav class="pivots" aria-label="Related events">
            <bdi dir="ltr">"Show everything"{links.collect_view()}"."</bdi>
        </nav>
    }
    .into_any()
}

fn raw(detail: &Detail) -> AnyView {
    view! {
        <details class="raw">
            <summary>"As it was sent"</summary>
            <pre tabindex="0" dir="ltr" id="raw">{text::json(&detail.raw)}</pre>
        </details>
    }
    .into_any()
}
