//! The table's columns.

use super::controls::{Desk, Label, choice, text, tick};
use super::order::{self, Row};
use super::start;
use crate::domain::view::{Column, Field, Lines, Look, MOST_COLUMNS, ViewConfig, Width};
use leptos::prelude::*;

/// The pane. `seen` are metadata paths that the log's events have.
pub fn pane(desk: Desk, seen: &[String]) -> AnyView {
    let count = Memo::new(move |_| desk.get(|view| view.columns.len()));
    let seen = StoredValue::new(seen.to_vec());
    let fields = move || offered(&seen.read_value(), &desk.0.with_untracked(|draft| draft.now().clone()));
    let options = fields().into_iter().map(|(word, name)| view! { <option value=word>{name}</option> }).collect_view();
    let add = move |event: web_sys::Event| {
        let select = event_target::<web_sys::HtmlSelectElement>(&event);
        if let Ok(field) = select.value().parse::<Field>() {
            desk.edit(|view| view.columns.push(Column::of(&field.label(), field, None)));
        }
        select.set_value("");
    };
    view! {
        <section aria-labelledby="pane-columns">
            <h2 id="pane-columns">"Columns"</h2>
            <ol class="cards">
                <For each=move || 0..count.get() key=|at| *at let(at)>{one(desk, at, count, fields())}</For>
            </ol>
            <p class="field">
                <label for="columns-add">"Add a column of"</label>
                <select id="columns-add" on:change=add disabled=move || { count.get() >= MOST_COLUMNS }>
                    <option value="">"Choose a field"</option>
                    {options}
                </select>
            </p>
            <p class="hint">"Drag the columns by their names, or use the arrows."</p>
            {start::fields(desk)}
        </section>
    }
    .into_any()
}

/// The fields to choose from: those of every event, then the metadata seen in the log or used already.
fn offered(seen: &[String], view: &ViewConfig) -> Vec<(String, String)> {
    let named = Field::named().map(|(word, field)| (word.to_owned(), field.title()));
    let used = view.columns.iter().flat_map(|column| std::iter::once(&column.lines.first).chain(&column.lines.second));
    let used = used.filter_map(|field| match field {
        Field::Metadata(path) => Some(path.clone()),
        _ => None,
    });
    let mut paths: Vec<String> = seen.iter().cloned().chain(used).collect();
    paths.sort();
    paths.dedup();
    named.chain(paths.into_iter().map(|path| (format!("metadata.{path}"), format!("Metadata: {path}")))).collect()
}

fn one(desk: Desk, at: usize, count: Memo<usize>, fields: Vec<(String, String)>) -> AnyView {
    let name = move || desk.get(|view| view.columns.get(at).map(|column| column.label.clone()).unwrap_or_default());
    let row = Row { list: "columns", at, count, name: Signal::derive(name) };
    let moved = move |from: usize, to: usize| {
        desk.edit(|view| order::shift(&mut view.columns, from, to));
    };
    let remove = move || {
        desk.edit(|view| {
            if view.columns.len() > 1 && at < view.columns.len() {
                view.columns.remove(at);
            }
        });
    };
    let id = move |what: &str| format!("columns.{at}.{what}");
    let second = std::iter::once((String::new(), "Nothing".to_owned())).chain(fields.clone()).collect();
    let widths = Width::ALL.map(|width| (width.word().to_owned(), title(width).to_owned()));
    let content = view! {
        {text(desk, Label::of(id("label"), "Heading"), move |view| of(view, at, |column| column.label.clone()),
            move |view, typed| {
                change(view, at, |column| typed.clone_into(&mut column.label));
                if typed.trim().is_empty() { Err("A heading is needed.".to_owned()) } else { Ok(()) }
            })}
        {choice(desk, Label::of(id("first"), "First line"), fields, move |view| of(view, at, |column| column.lines.first.to_string()),
            move |view, word| if let Ok(field) = word.parse() { change(view, at, |column| column.lines.first = field) })}
        {look(desk, at, id("first-as"), Which::First)}
        {choice(desk, Label::of(id("second"), "Second line"), second,
            move |view| of(view, at, |column| column.lines.second.as_ref().map(Field::to_string).unwrap_or_default()),
            move |view, word| change(view, at, |column| column.lines = Lines { second: word.parse().ok(), first: column.lines.first.clone() }))}
        {look(desk, at, id("second-as"), Which::Second)}
        {choice(desk, Label::of(id("width"), "Width"), widths.to_vec(), move |view| of(view, at, |column| column.width.word().to_owned()),
            move |view, word| if let Some(width) = Width::ALL.into_iter().find(|width| width.word() == word) {
                change(view, at, |column| column.width = width);
            })}
        {tick(desk, Label::of(id("wide"), "Leave out on phones"), move |view| of(view, at, |column| column.wide_only),
            move |view, yes| change(view, at, |column| column.wide_only = yes))}
    };
    order::card(row, moved, remove, content.into_any())
}

fn of<T: Default>(view: &ViewConfig, at: usize, read: impl Fn(&Column) -> T) -> T {
    view.columns.get(at).map(read).unwrap_or_default()
}

fn change(view: &mut ViewConfig, at: usize, change: impl FnOnce(&mut Column)) {
    if let Some(column) = view.columns.get_mut(at) {
        change(column);
    }
}

const fn title(width: Width) -> &'static str {
    match width {
        Width::Auto => "As its field needs",
        Width::Narrow => "Narrow",
        Width::Medium => "Medium",
        Width::Wide => "Wide",
    }
}

/// One of a column's two lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Which {
    First,
    Second,
}

fn look(desk: Desk, at: usize, id: String, which: Which) -> AnyView {
    let name = if which == Which::First { "First line set as" } else { "Second line set as" };
    let of = move |view: &ViewConfig| {
        let look = view
            .columns
            .get(at)
            .and_then(|column| if which == Which::First { column.looks.first } else { column.looks.second });
        look.map(word).unwrap_or_default().to_owned()
    };
    let set = move |view: &mut ViewConfig, chosen: &str| {
        let look = Look::ALL.into_iter().find(|look| word(*look) == chosen);
        change(view, at, |column| {
            *(if which == Which::First { &mut column.looks.first } else { &mut column.looks.second }) = look;
        });
    };
    let options = std::iter::once((String::new(), "Default".to_owned()));
    let options = options.chain(Look::ALL.map(|look| (word(look).to_owned(), called(look).to_owned())));
    choice(desk, Label::of(id, name), options.collect(), of, set)
}

const fn word(look: Look) -> &'static str {
    match look {
        Look::Plain => "plain",
        Look::Code => "code",
        Look::Badge => "badge",
        Look::Link => "link",
    }
}

const fn called(look: Look) -> &'static str {
    match look {
        Look::Plain => "Plain text",
        Look::Code => "Code",
        Look::Badge => "Badge",
        Look::Link => "Link",
    }
}
