//! A filter as a menu: a field to type in, the values that have what is typed, and how many more there are. It works as
//! links and a form; scripts look up while somebody types.

use super::model::{Choice, ChoiceList, More, ViewerPage};
use super::place::Place;
use crate::domain::query::Filter;
use crate::domain::view::CLIENT;
use crate::ui::text;
use leptos::prelude::*;

/// What a filter is called.
#[derive(Debug, Clone, Copy)]
pub struct Names {
    /// In a URL.
    pub name: &'static str,
    pub label: &'static str,
    /// Where none of its values is chosen.
    pub any: &'static str,
    /// Several of its values.
    pub many: &'static str,
}

/// The menu; left out where there is nothing to choose from.
pub fn menu(page: &ViewerPage, names: Names, list: &ChoiceList, chosen: Option<&str>) -> AnyView {
    let Names { name, label, any, many } = names;
    // There is no list of targets before something is typed.
    let nothing = list.values.is_empty() && list.text.is_none();
    if nothing && chosen.is_none() && (name != "target" || page.choices.target_types.values.is_empty()) {
        return ().into_any();
    }
    let known = chosen.and_then(|chosen| list.values.iter().find(|choice| choice.value == chosen));
    let now = match (chosen, known) {
        (None, _) => any.into_any(),
        (Some(_), Some(choice)) => text::text(&choice.label),
        (Some(chosen), None) => text::text(&super::chips::label(&[], chosen, page, name)),
    };
    let (id, find) = (format!("f-{name}"), format!("find-{name}"));
    let ask = format!("Find {many}");
    // A page with the answer to what was typed shows it.
    let open = list.text.is_some();
    view! {
        <details class="menu" name="menu" class:chosen=chosen.is_some() open=open>
            <summary id=id><span class="vh">{label}": "</span><bdi>{now}</bdi></summary>
            <div class="panel values">
                <input
                    type="search"
                    id=find.clone()
                    name=find
                    value=list.text.clone()
                    data-list=name
                    placeholder=ask.clone()
                    aria-label=ask
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    enterkeyhint="search"
                />
                <noscript><button type="submit">"Find"</button></noscript>
                <div id=format!("values-{name}")>{found(page, names, list, chosen)}</div>
            </div>
        </details>
    }
    .into_any()
}

/// The values, and what the list leaves out.
fn found(page: &ViewerPage, names: Names, list: &ChoiceList, chosen: Option<&str>) -> AnyView {
    let base = &page.shell.base;
    let all = chosen.filter(|_| list.text.is_none()).map(|_| {
        view! { <li><a href=without(&page.place, names.name).link(base)>{names.any}</a></li> }
    });
    let values = list.values[..list.listed].iter().map(|Choice { value, label, count }| {
        let link = page.place.narrowed(names.name, value).link(base);
        let current = (Some(value.as_str()) == chosen).then_some("true");
        // Two values that are called the same are told apart.
        let same = list.values[..list.listed].iter().filter(|other| other.label == *label).count() > 1;
        let id = same.then(|| view! { " " <bdi class="code">{text::text(value)}</bdi> });
        view! {
            <li>
                <a href=link aria-current=current>
                    <span><bdi>{text::text(label)}</bdi>{id}</span>
                    " "
                    <span class="count">{count.clone()}</span>
                </a>
            </li>
        }
    });
    let values = values.collect_view();
    let rows = (list.listed > 0 || all.is_some()).then(|| view! { <ul>{all}{values}</ul> });
    view! { {rows} <p class="zone-note">{rest(names, list)}</p> }.into_any()
}

/// How many there are, and how to come to the others.
fn rest(Names { many, name, .. }: Names, list: &ChoiceList) -> String {
    let shown = list.listed;
    match (&list.more, list.text.as_deref().unwrap_or_default()) {
        (More::None, "") if shown == 0 && name == "target" => "Type a name, an ID or a type".to_owned(),
        (More::None, "") if shown == 1 => "No others".to_owned(),
        (More::None, "") => format!("All {shown} {many}"),
        (More::None, _) if shown == 0 => format!("No {many} match"),
        (More::None, _) if shown == 1 => "1 match".to_owned(),
        (More::None, _) => format!("{shown} match"),
        (More::Number(more), "") => format!("{more} more: type to find them"),
        (More::Number(more), _) => format!("{more} more match: type more to find them"),
        (More::Unknown, _) if shown == 0 => "None in the newest 500 events that match".to_owned(),
        (More::Unknown, _) => "From the newest 500 events that match: type more to find others".to_owned(),
    }
}

/// The same place without a filter.
fn without(place: &Place, name: &str) -> Place {
    let drop = |change: fn(&mut Filter)| place.filtered(change);
    match name {
        CLIENT => place.of_client(None),
        "actor" => drop(|filter| filter.actor = None),
        "action" => drop(|filter| filter.action = None),
        "target" => drop(|filter| filter.target = None),
        _ => drop(|filter| filter.target_type = None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(name: &'static str, listed: usize, more: More, text: Option<&str>) -> String {
        let names = Names { name, label: "", any: "", many: "actors" };
        rest(names, &ChoiceList { listed, more, text: text.map(str::to_owned), ..ChoiceList::default() })
    }

    #[test]
    fn a_list_says_what_it_leaves_out() {
        let number = |text: &str| More::Number(text.to_owned());
        assert_eq!(said("actor", 20, number("1,204"), None), "1,204 more: type to find them");
        assert_eq!(said("actor", 50, number("7"), Some("an")), "7 more match: type more to find them");
        assert_eq!(said("actor", 3, More::None, None), "All 3 actors");
        assert_eq!(said("actor", 3, More::None, Some("an")), "3 match");
        assert_eq!(said("actor", 0, More::None, Some("an")), "No actors match");
        assert_eq!(said("target", 0, More::None, None), "Type a name, an ID or a type");
        assert!(said("target", 5, More::Unknown, Some("x")).contains("newest 500 events"));
    }
}
