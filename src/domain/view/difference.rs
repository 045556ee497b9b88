//! What tells two versions of a view apart, and how two people's changes come together.

use super::ViewConfig;
use serde_json::{Map, Value};

/// One place at which two versions differ.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// Such as `brand.title`.
    pub path: String,
    /// `None` where it was not there.
    pub before: Option<Value>,
    pub after: Option<Value>,
}

/// What came of putting two people's changes together.
#[derive(Debug, Clone, PartialEq)]
pub struct Merged {
    pub config: ViewConfig,
    /// Where both changed the same: mine stands.
    pub both: Vec<String>,
}

impl ViewConfig {
    /// Where `after` differs from this. A list that differs is one difference: its order is part of it.
    pub fn differences(&self, after: &Self) -> Vec<Difference> {
        let mut found = Vec::new();
        compare("", Some(&document(self)), Some(&document(after)), &mut found);
        found
    }

    /// My changes since this version, over somebody else's since the same version.
    pub fn merge(&self, mine: &Self, theirs: &Self) -> Merged {
        let mut merged = document(theirs);
        let mut both = Vec::new();
        let taken = self.differences(theirs);
        for change in self.differences(mine) {
            let same =
                taken.iter().find(|other| within(&other.path, &change.path) || within(&change.path, &other.path));
            if same.is_some_and(|other| other.path != change.path || other.after != change.after) {
                both.push(change.path.clone());
            }
            set(&mut merged, &change.path, change.after);
        }
        // Both sides read, so what is put together from them reads; mine stands where it does not.
        let config = serde_json::from_value(merged).unwrap_or_else(|_| mine.clone());
        Merged { config, both }
    }
}

fn document(config: &ViewConfig) -> Value {
    serde_json::to_value(config).unwrap_or(Value::Null)
}

/// Whether one path is another one, or a part of it.
fn within(path: &str, part: &str) -> bool {
    part.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

fn compare(path: &str, before: Option<&Value>, after: Option<&Value>, found: &mut Vec<Difference>) {
    let none = Map::new();
    match (before, after) {
        (before, after) if before == after => {}
        (Some(Value::Object(before)), Some(Value::Object(after))) => objects(path, before, after, found),
        (Some(Value::Object(before)), None) => objects(path, before, &none, found),
        (None, Some(Value::Object(after))) => objects(path, &none, after, found),
        (before, after) => {
            found.push(Difference { path: path.to_owned(), before: before.cloned(), after: after.cloned() });
        }
    }
}

fn objects(path: &str, before: &Map<String, Value>, after: &Map<String, Value>, found: &mut Vec<Difference>) {
    let new = after.keys().filter(|name| !before.contains_key(*name));
    for name in before.keys().chain(new) {
        let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        compare(&path, before.get(name), after.get(name), found);
    }
}

fn set(document: &mut Value, path: &str, value: Option<Value>) {
    let Value::Object(object) = document else { return };
    match (path.split_once('.'), value) {
        (Some((name, rest)), value) => {
            set(object.entry(name).or_insert_with(|| Value::Object(Map::new())), rest, value);
        }
        (None, Some(value)) => drop(object.insert(path.to_owned(), value)),
        (None, None) => drop(object.remove(path)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::query::Order;
    use crate::domain::view::{Column, Field, Theme};

    fn titled(title: &str) -> ViewConfig {
        let mut view = ViewConfig::default();
        view.brand.title = title.to_owned();
        view
    }

    #[test]
    fn differences_are_named_by_their_place() {
        let mut after = titled("Activity");
        after.theme = Theme::default().with("accent", "#111111");
        after.columns.push(Column::of("Outcome", Field::Outcome, None));
        let found = ViewConfig::default().differences(&after);
        let paths: Vec<&str> = found.iter().map(|difference| difference.path.as_str()).collect();
        assert_eq!(paths, ["brand.title", "columns", "theme.tokens.accent"]);
        assert_eq!(found[0].before, Some(Value::from("Audit log")));
        assert_eq!(found[2].before, None);
        assert!(after.differences(&after).is_empty());
        let mut begins = ViewConfig::default();
        begins.start.failed = Some(true);
        let found = ViewConfig::default().differences(&begins);
        assert_eq!(
            (found.len(), found[0].path.as_str(), &found[0].after),
            (1, "start.failed", &Some(Value::from(true)))
        );
    }

    #[test]
    fn changes_of_two_people_come_together_and_what_both_changed_is_named() {
        let base = ViewConfig::default();
        let mut theirs = titled("Theirs");
        theirs.brand.copyright = "© them".to_owned();
        let mut mine = base.clone();
        mine.theme = Theme::default().with("accent", "#111111");
        let merged = base.merge(&mine, &theirs);
        assert_eq!(
            (merged.config.brand.clone(), merged.config.theme.clone()),
            (theirs.brand.clone(), mine.theme.clone())
        );
        assert!(merged.both.is_empty());
        let merged = base.merge(&titled("Mine"), &theirs);
        assert_eq!(merged.config.brand.title, "Mine");
        assert_eq!(merged.config.brand.copyright, "© them");
        assert_eq!(merged.both, ["brand.title"]);
        assert!(base.merge(&titled("Theirs"), &theirs).both.is_empty(), "the same change is no conflict");
        let (mut failures, mut oldest) = (base.clone(), base.clone());
        failures.start.failed = Some(true);
        oldest.start.order = Order::Oldest;
        let merged = base.merge(&failures, &oldest);
        assert_eq!((merged.config.start.failed, merged.config.start.order), (Some(true), Order::Oldest));
        assert!(merged.both.is_empty());
        let unset = base.merge(&base, &theirs);
        assert_eq!(unset.config, theirs);
    }
}
