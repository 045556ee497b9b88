//! What a version of a view changed, in the words of the editor.

use crate::domain::view::{Difference, setting_name};
use serde_json::Value;

/// The longest value that is shown whole, in characters.
const LONGEST: usize = 60;

/// A difference in a line, such as `Title: Audit log → Activity` or `Columns: added Outcome`.
pub fn sentence(difference: &Difference) -> String {
    let Difference { path, before, after } = difference;
    let name = setting_name(path);
    match (list(before.as_ref()), list(after.as_ref())) {
        (Some(before), Some(after)) if before.is_empty() != after.is_empty() || !before.is_empty() => {
            format!("{name}: {}", entries(&before, &after))
        }
        _ if path == "theme.css" => format!("{name}: changed"),
        _ => format!("{name}: {} → {}", value(path, before.as_ref()), value(path, after.as_ref())),
    }
}

fn value(path: &str, value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => "none".to_owned(),
        Some(Value::String(text)) if text.is_empty() => "none".to_owned(),
        Some(Value::String(text)) => match (path, text.as_str()) {
            ("theme.scheme", "auto") => "match system".to_owned(),
            _ if text.starts_with("data:") => "a picture".to_owned(),
            _ if text.chars().count() > LONGEST => text.chars().take(LONGEST).collect::<String>() + "…",
            _ => text.clone(),
        },
        Some(Value::Bool(failed)) if path == "start.failed" => if *failed { "failed" } else { "succeeded" }.to_owned(),
        Some(Value::Bool(true)) => "yes".to_owned(),
        Some(Value::Bool(false)) => "no".to_owned(),
        Some(other) => other.to_string(),
    }
}

/// The entries of a list; none where there is no list.
fn list(value: Option<&Value>) -> Option<Vec<&Value>> {
    match value {
        None | Some(Value::Null) => Some(Vec::new()),
        Some(Value::Array(list)) => Some(list.iter().collect()),
        Some(_) => None,
    }
}

/// What became of labelled entries, such as `added Outcome, removed Target`.
fn entries(before: &[&Value], after: &[&Value]) -> String {
    let label = |entry: &&Value| entry["label"].as_str().unwrap_or("an entry").to_owned();
    let labels = |list: &[&Value]| list.iter().map(label).collect::<Vec<_>>();
    let (old, new) = (labels(before), labels(after));
    let only_in = |one: &[String], other: &[String]| {
        one.iter().filter(|label| !other.contains(label)).cloned().collect::<Vec<_>>().join(", ")
    };
    let changed = after.iter().filter(|entry| {
        let same = before.iter().find(|other| label(other) == label(entry));
        same.is_some_and(|other| *other != **entry)
    });
    let changed = changed.map(label).collect::<Vec<_>>().join(", ");
    let told = [("added", only_in(&new, &old)), ("removed", only_in(&old, &new)), ("changed", changed)];
    let told: Vec<String> = told
        .into_iter()
        .filter(|(_, labels)| !labels.is_empty())
        .map(|(word, labels)| format!("{word} {labels}"))
        .collect();
    if told.is_empty() { "reordered".to_owned() } else { told.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::query::Order;
    use crate::domain::view::{Column, Field, HeaderLink, SafeLink, Theme, ViewConfig};

    fn sentences(change: impl Fn(&mut ViewConfig)) -> Vec<String> {
        let mut after = ViewConfig::default();
        change(&mut after);
        ViewConfig::default().differences(&after).iter().map(sentence).collect()
    }

    #[test]
    fn a_change_is_said_in_the_words_of_the_editor() {
        let link = || SafeLink::parse("https://a.test").unwrap();
        assert_eq!(sentences(|view| view.brand.title = "Activity".to_owned()), ["Title: Audit log → Activity"]);
        assert_eq!(sentences(|view| view.brand.title_link = Some(link())), ["Title link: none → https://a.test"]);
        assert_eq!(
            sentences(|view| view.columns.push(Column::of("Outcome", Field::Outcome, None))),
            ["Columns: added Outcome"]
        );
        assert_eq!(sentences(|view| drop(view.columns.remove(1))), ["Columns: removed Actor"]);
        assert_eq!(sentences(|view| view.columns.swap(0, 1)), ["Columns: reordered"]);
        assert_eq!(sentences(|view| view.columns[2].wide_only = true), ["Columns: changed Action"]);
        let links = |view: &mut ViewConfig| view.brand.links.push(HeaderLink { label: "Help".to_owned(), url: link() });
        assert_eq!(sentences(links), ["Links: added Help"]);
        let themed = |view: &mut ViewConfig| {
            view.theme =
                Theme::default().with("accent", "#111111").with("font-size", "15px").with_dark("surface", "#000000");
        };
        assert_eq!(
            sentences(themed),
            ["Accent: none → #111111", "Font size: none → 15px", "Dark background: none → #000000"]
        );
        assert_eq!(sentences(|view| view.start.failed = Some(true)), ["Default outcome: none → failed"]);
        assert_eq!(sentences(|view| view.start.order = Order::Oldest), ["Default order: none → oldest"]);
    }

    #[test]
    fn no_change_shows_a_path_a_null_or_a_count_of_one_entry() {
        let mut full = ViewConfig::default();
        full.brand.title_link = SafeLink::parse("https://a.test");
        full.brand.copyright = "©".to_owned();
        full.columns.truncate(1);
        full.start.actor = Some("a".to_owned());
        full.start.text = "x".repeat(500);
        for difference in
            ViewConfig::default().differences(&full).iter().chain(&full.differences(&ViewConfig::default()))
        {
            let text = sentence(difference);
            assert!(
                !text.contains("null") && !text.contains("1 entries") && !text.contains(&difference.path),
                "{text}"
            );
            assert!(text.chars().count() < 160, "{text}");
        }
    }
}
