//! What a view may hold.

use super::{Brand, Column, Start, ViewConfig};
use crate::domain::limits::LIMITS;
use crate::domain::problem::Faults;

/// Columns that a table has room for.
pub const MOST_COLUMNS: usize = 12;
/// Links that a header has room for.
pub const MOST_LINKS: usize = 8;
/// Characters of a title, of a copyright line, and of the words that a log opens with.
const LONGEST_TEXT: usize = 120;
/// Characters of a column's or a link's label.
const LONGEST_LABEL: usize = 60;

impl ViewConfig {
    /// Everything that is wrong with it, by path such as `columns[2].label`.
    pub fn faults(&self) -> Faults {
        let mut faults = Faults::default();
        self.brand.check(&mut faults);
        if self.columns.is_empty() || self.columns.len() > MOST_COLUMNS {
            faults.add("columns", format!("expected 1 to {MOST_COLUMNS} columns"));
        }
        for (at, Column { label, .. }) in self.columns.iter().enumerate() {
            self::label(&mut faults, &format!("columns[{at}].label"), label);
        }
        self.start.check(&mut faults);
        faults
    }
}

impl Start {
    fn check(&self, faults: &mut Faults) {
        let Self { order: _, text: words, actor, action, target_type, failed: _ } = self;
        text(faults, "start.text", words, 0, LONGEST_TEXT);
        let longest = usize::try_from(LIMITS.fields.identifier).unwrap_or(usize::MAX);
        for (path, value) in [("start.actor", actor), ("start.action", action), ("start.targetType", target_type)] {
            if let Some(value) = value {
                text(faults, path, value, 1, longest);
            }
        }
    }
}

impl Brand {
    fn check(&self, faults: &mut Faults) {
        title(faults, "brand.title", &self.title);
        text(faults, "brand.copyright", &self.copyright, 0, LONGEST_TEXT);
        if self.links.len() > MOST_LINKS {
            faults.add("brand.links", format!("expected at most {MOST_LINKS} links"));
        }
        for (at, link) in self.links.iter().enumerate() {
            label(faults, &format!("brand.links[{at}].label"), &link.label);
        }
    }
}

/// What is wrong with a title.
pub(super) fn title(faults: &mut Faults, path: &str, title: &str) {
    text(faults, path, title, 1, LONGEST_TEXT);
}

/// What is wrong with a column's or a link's label.
pub(super) fn label(faults: &mut Faults, path: &str, label: &str) {
    text(faults, path, label, 1, LONGEST_LABEL);
}

fn text(faults: &mut Faults, path: &str, text: &str, least: usize, most: usize) {
    let length = text.trim().chars().count();
    if length < least || length > most || text.chars().any(char::is_control) {
        faults.add(path, format!("expected {least} to {most} characters"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::view::Field;

    #[test]
    fn every_fault_of_a_view_is_named() {
        assert!(ViewConfig::default().faults().is_empty());
        let mut view = ViewConfig::default();
        view.brand.title = " ".to_owned();
        view.columns = vec![Column::of("", Field::Action, None); MOST_COLUMNS + 1];
        let faults = view.faults();
        let paths: Vec<&str> = faults.iter().map(|(path, _)| path).collect();
        assert_eq!(&paths[..3], ["brand.title", "columns", "columns[0].label"]);
        let start = Start { actor: Some(" ".to_owned()), text: "a".repeat(LONGEST_TEXT + 1), ..Start::default() };
        let faults = ViewConfig { start, ..ViewConfig::default() }.faults();
        assert_eq!(faults.iter().map(|(path, _)| path).collect::<Vec<_>>(), ["start.actor", "start.text"]);
    }
}
