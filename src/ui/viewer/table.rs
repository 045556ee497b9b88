//! The log as a table, and what stands there when it has no rows.

use super::chips;
use super::mark::marked;
use super::masthead::outward;
use super::model::{Opened, Row, ViewerPage};
use super::order::{Words, words as said};
use super::place::ZoneChoice;
use crate::domain::characters::{Depth, plain};
use crate::domain::query::{Filter, Order};
use crate::domain::view::{CLIENT, Cell, Column, Field, Line, MomentFormat, Show, Width};
use crate::ui::text;
use leptos::prelude::*;

/// Letters of a word that any column has room for.
const LONG_WORD: usize = 20;

/// What a column is for, which decides its width and its place on a phone.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Role {
    /// Holds the link that opens an event's details.
    opens: bool,
    /// Says that an event failed, as no column of its own does.
    tells_failure: bool,
    /// `heads` is the headline of a card on a phone.
    class: Option<String>,
}

/// The columns' roles, one each.
fn roles(columns: &[Column]) -> Vec<Role> {
    let shows = |column: &Column, test: fn(&Field) -> bool| {
        test(&column.lines.first) || column.lines.second.as_ref().is_some_and(test)
    };
    let opens = columns.iter().position(|column| is_moment(&column.lines.first)).unwrap_or(0);
    let heads = columns.iter().position(|column| shows(column, |field| matches!(field, Field::Action)));
    let heads = heads.unwrap_or(if columns.len() > 1 { usize::from(opens == 0) } else { 0 });
    let tells = !columns.iter().any(|column| shows(column, |field| matches!(field, Field::Outcome)));
    let width = |column: &Column| match &column.lines.first {
        _ if column.width != Width::Auto => Some(column.width.word()),
        Field::Time(MomentFormat::Both) | Field::ReceptionTime(MomentFormat::Both) => Some("moment whole"),
        field if is_moment(field) => Some("moment"),
        Field::Outcome | Field::ReceptionDelay => Some("short"),
        Field::IpAddress | Field::ServerVersion => Some("address"),
        _ if shows(column, |field| matches!(field, Field::Description | Field::BrowserAgent | Field::Changes)) => {
            Some("long")
        }
        _ => None,
    };
    let role = |(at, column): (usize, &Column)| {
        let places = [(at == opens, "opens"), (at == heads, "heads"), (column.wide_only, "wide")];
        let names = places.into_iter().filter(|(is, _)| *is).map(|(_, name)| name).chain(width(column));
        let class = names.collect::<Vec<_>>().join(" ");
        Role {
            opens: at == opens,
            tells_failure: tells && at == heads,
            class: Some(class).filter(|class| !class.is_empty()),
        }
    };
    columns.iter().enumerate().map(role).collect()
}

fn is_moment(field: &Field) -> bool {
    matches!(field, Field::Time(_) | Field::ReceptionTime(_))
}

/// The rows, or why there are none.
pub fn view(page: &ViewerPage) -> AnyView {
    if page.rows.is_empty() {
        return empty(page);
    }
    let roles = roles(&page.shell.config.columns);
    let terms = page.place.filter.terms();
    let heads = page.shell.config.columns.iter().zip(&roles).map(|(column, role)| head(page, column, role));
    let rows = page.rows.iter().map(|row| line(page, row, &roles, &terms));
    view! {
        <table>
            <caption class="vh">
                "Events, " {said(page.place.order).said} "; times in " {page.zone_name.clone()}
                ". The link in each row’s time opens its details; any other link shows only events with that value."
            </caption>
            <thead>
                <tr>{heads.collect_view()}</tr>
            </thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    }
    .into_any()
}

fn head(page: &ViewerPage, column: &Column, role: &Role) -> AnyView {
    let sort = role.opens.then_some(match page.place.order {
        Order::Newest => "descending",
        Order::Oldest => "ascending",
    });
    let label = if role.opens { turn(page, &column.label) } else { heading(&column.label) };
    let zone = is_moment(&column.lines.first).then(|| zone_switch(page));
    view! { <th scope="col" class=role.class.clone() aria-sort=sort>{label}{zone}</th> }.into_any()
}

fn heading(label: &str) -> AnyView {
    view! { <bdi>{text::text(label)}</bdi> }.into_any()
}

/// A column's label that turns the order round.
fn turn(page: &ViewerPage, label: &str) -> AnyView {
    let order = page.place.order;
    let (now, then) = (said(order).said, said(order.turned()).said);
    let name = format!("{}: {now}. Show {then}", plain(label));
    let hint = format!("Show {then}");
    let arrow = if order == Order::Newest { "↓" } else { "↑" };
    let link = page.place.ordered(order.turned()).link(&page.shell.base);
    view! {
        <a class="turn" href=link title=hint aria-label=name>{heading(label)} " " <span aria-hidden="true">{arrow}</span></a>
    }
    .into_any()
}

/// The zone's name, and the link to the other one where there is another.
fn zone_switch(page: &ViewerPage) -> AnyView {
    let local = page.shell.local_zone.as_deref().filter(|zone| *zone != "UTC");
    let other = match (&page.place.zone, local) {
        (ZoneChoice::Local, Some(_)) | (ZoneChoice::Named(_), None) => Some((ZoneChoice::Utc, "Show UTC")),
        (ZoneChoice::Utc | ZoneChoice::Named(_), Some(_)) => Some((ZoneChoice::Local, "Show local time")),
        (ZoneChoice::Local | ZoneChoice::Utc, None) => None,
    };
    let name = page.zone_name.clone();
    let short = short_zone(&name);
    match other {
        Some((zone, hint)) => {
            let link = page.place.in_zone(zone).link(&page.shell.base);
            let hint = format!("{name}. {hint}");
            let aloud = format!("{short}: {hint}");
            view! { <a class="zone" href=link title=hint aria-label=aloud>{short}</a> }.into_any()
        }
        None => view! { <span class="zone" title=name>{short}</span> }.into_any(),
    }
}

/// A zone by its city alone: `Stockholm, UTC+2` for `Europe/Stockholm, UTC+2`.
fn short_zone(name: &str) -> String {
    let city = name.find('/').and_then(|_| name.split(',').next()?.rsplit('/').next());
    city.map_or_else(|| name.to_owned(), |city| city.replace('_', " ") + name.find(',').map_or("", |at| &name[at..]))
}

fn line(page: &ViewerPage, row: &Row, roles: &[Role], terms: &[String]) -> AnyView {
    let open = matches!(&page.open, Opened::Event(detail) if detail.id == row.id);
    let cells = row.cells.iter().zip(roles).map(|(cell, role)| self::cell(page, row, cell, role, terms));
    let class = open.then_some("open");
    view! { <tr class=class>{cells.collect_view()}</tr> }.into_any()
}

fn cell(page: &ViewerPage, row: &Row, cell: &Cell, role: &Role, terms: &[String]) -> AnyView {
    let failure = row.ended.as_ref().filter(|_| role.tells_failure).map(|(word, failed)| {
        let class = if *failed { "failure" } else { "badge" };
        let reason = row.reason.as_deref().map(|reason| plain(reason).into_owned());
        view! { " " <span class=class title=reason><bdi>{text::text(word)}</bdi></span> }
    });
    if role.opens {
        let lines = cell.lines.iter().map(|line| view! { <div>{words(line, terms)}</div> }).collect_view();
        let shown: Vec<&str> = cell.lines.iter().map(|line| line.text.as_str()).collect();
        let name = format!("View details, {}, {}", plain(&row.name), plain(&shown.join(" ")));
        let link = page.place.opening(row.id).link(&page.shell.base);
        return view! { <td class=role.class.clone()><a class="details" href=link aria-label=name>{lines}</a>{failure}</td> }
            .into_any();
    }
    let mut failure = failure;
    let mut linked: Option<&(&'static str, String)> = None;
    let lines = cell.lines.iter().map(|line| {
        // A second line of the same value would be the same link again.
        let again = line.filter.is_some() && line.filter.as_ref() == linked;
        linked = line.filter.as_ref().or(linked);
        view! { <div>{value(page, line, again, terms)}{further(line.more)}{failure.take()}</div> }
    });
    let lines = lines.collect_view();
    view! { <td class=role.class.clone()>{lines}{failure}</td> }.into_any()
}

/// How many more values there are than the cell says; the details list them.
fn further(more: usize) -> Option<AnyView> {
    (more > 0).then(|| {
        let (short, whole) = (format!("+{more}"), format!("and {more} more in the details"));
        view! { <span class="further" title=whole.clone() aria-label=whole role="img">{short}</span> }.into_any()
    })
}

/// A line with the link it deserves.
fn value(page: &ViewerPage, line: &Line, again: bool, terms: &[String]) -> AnyView {
    let words = words(line, terms);
    if let Show::Link(link) = &line.show {
        return outward(link, words);
    }
    // A log of one client says nothing of others.
    let offered = |name: &str| name != CLIENT || page.shell.of_all_clients;
    let Some((name, value)) = line.filter.as_ref().filter(|(name, _)| !again && offered(name)) else { return words };
    let narrowed = page.place.narrowed(name, value);
    if (&narrowed.filter, &narrowed.client) == (&page.place.filter, &page.place.client) {
        return words;
    }
    view! { <a class="by" href=narrowed.link(&page.shell.base)>{words}</a> }.into_any()
}

/// A line's text, set as its kind asks.
fn words(line: &Line, terms: &[String]) -> AnyView {
    let text = || text::set(&line.text, Depth::Line, &|text| highlighted(text, terms));
    match &line.show {
        // An empty text is a value, unlike none.
        Show::Text | Show::Code if line.text.is_empty() => view! { <span class="none">"\"\""</span> }.into_any(),
        Show::Text | Show::Link(_) => view! { <bdi>{text()}</bdi> }.into_any(),
        Show::Code => view! { <bdi class="code">{text()}</bdi> }.into_any(),
        Show::Moment(moment) => {
            let exact = moment.to_string();
            view! { <time datetime=exact.clone() title=exact>{line.text.clone()}</time> }.into_any()
        }
        Show::Badge => view! { <bdi class="badge">{text()}</bdi> }.into_any(),
        Show::Success => view! { <span class="success">{line.text.clone()}</span> }.into_any(),
        Show::Failure => view! { <span class="failure">{line.text.clone()}</span> }.into_any(),
    }
}

/// A text with the searched words set off.
fn highlighted(text: &str, terms: &[String]) -> AnyView {
    let parts = marked(text, terms).into_iter().map(|(found, part)| {
        let part = breakable(&part);
        if found { view! { <mark>{part}</mark> }.into_any() } else { part }
    });
    parts.collect_view().into_any()
}

/// A long address, which has no blanks, may go on in another line where one of its parts ends.
fn breakable(text: &str) -> AnyView {
    if text.chars().count() <= LONG_WORD || text.contains(char::is_whitespace) {
        return text.to_owned().into_any();
    }
    let parts = text.split_inclusive(['.', '/', '@', '_']).map(str::to_owned);
    parts.enumerate().map(|(at, part)| view! { {(at > 0).then(|| view! { <wbr /> })} {part} }).collect_view().into_any()
}

/// Nothing yet, nothing that matches, nothing so far, or nothing further down.
fn empty(page: &ViewerPage) -> AnyView {
    let base = &page.shell.base;
    let again = page.place.first();
    let Words { first, onward, last, .. } = said(page.place.order);
    if let Some(cursor) = page.next {
        let on = page.place.onward(cursor).link(base);
        let on_hint = if page.place.order == Order::Newest { "Search further back" } else { "Search further on" };
        return view! {
            <div class="nothing">
                <h2>"Nothing found so far"</h2>
                <p>"The search has not reached the " {last} " of the log."</p>
                <p><a href=on>{on_hint}</a></p>
            </div>
        }
        .into_any();
    }
    if page.place.after.is_some() {
        return view! {
            <div class="nothing">
                <h2>"Nothing " {onward.to_lowercase()}</h2>
                <p>"The " {last} " of the log is on the page before this one."</p>
                <p><a href=again.link(base)>"Go to the " {first.to_lowercase()} " events"</a></p>
            </div>
        }
        .into_any();
    }
    if page.place.filter.is_empty() && page.place.client.is_none() {
        return view! {
            <div class="nothing blank">
                <h2>"No events yet"</h2>
                <p>"What happens from now on will be listed here, the newest first."</p>
                <p><a href=again.link(base)>"Look again"</a></p>
            </div>
        }
        .into_any();
    }
    let said = chips::chips(page).into_iter().enumerate().map(|(at, chip)| {
        let before = if at > 0 { ", " } else { " " };
        view! { {before} {chip.relation} " " <bdi>{text::text(&chip.value)}</bdi> }
    });
    let all = page.place.filtered(|filter| *filter = Filter::default()).link(base);
    view! {
        <div class="nothing">
            <h2>"No events match"</h2>
            <p><bdi dir="ltr">"There is nothing"{said.collect_view()}"."</bdi></p>
            <p><a href=all>"Clear all filters"</a></p>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::view::ViewConfig;

    fn columns(json: &str) -> Vec<Column> {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn the_time_opens_and_the_action_heads() {
        let roles = roles(&ViewConfig::default().columns);
        assert_eq!(roles.iter().position(|role| role.opens), Some(0));
        assert_eq!(roles.iter().position(|role| role.tells_failure), Some(2));
        assert_eq!(roles[2].class.as_deref(), Some("heads long"));
        assert_eq!(roles[4].class.as_deref(), Some("wide address"));
    }

    #[test]
    fn any_columns_have_one_that_opens_and_one_that_heads() {
        for json in [
            r#"[{"label":"A","lines":["actor.name"]}]"#,
            r#"[{"label":"A","lines":["actor.name"]},{"label":"B","lines":["target.label"]}]"#,
            r#"[{"label":"A","lines":["action"]},{"label":"B","lines":["time"]}]"#,
        ] {
            let roles = roles(&columns(json));
            assert_eq!(roles.iter().filter(|role| role.opens).count(), 1, "{json}");
            let heads = |role: &&Role| role.class.as_ref().is_some_and(|class| class.contains("heads"));
            assert_eq!(roles.iter().filter(heads).count(), 1, "{json}");
        }
    }

    #[test]
    fn an_address_may_break_where_its_parts_end_and_nothing_else_does() {
        assert_eq!(breakable("hooks.example.test/a").to_html(), "hooks.example.test/a");
        let long = breakable("https://hooks.example.test").to_html().replace("<!>", "");
        assert_eq!(long, "https:/<wbr>/<wbr>hooks.<wbr>example.<wbr>test");
        assert_eq!(breakable("more than twenty.letters").to_html(), "more than twenty.letters");
    }

    #[test]
    fn a_zone_is_called_by_its_city() {
        assert_eq!(short_zone("America/Argentina/Buenos_Aires, UTC−3"), "Buenos Aires, UTC−3");
        assert_eq!(short_zone("UTC"), "UTC");
    }

    #[test]
    fn a_column_of_outcomes_tells_failures_alone() {
        let roles = roles(&columns(r#"[{"label":"A","lines":["action"]},{"label":"B","lines":["outcome"]}]"#));
        assert!(roles.iter().all(|role| !role.tells_failure));
    }
}
