//! What a view may hold.

use super::{Brand, Column, ViewConfig};
use crate::domain::problem::Faults;

/// Columns that a table has room for.
pub const MOST_COLUMNS: usize = 12;
/// Links that a header has room for.
pub const MOST_LINKS: usize = 8;
/// Characters of a title, and of a copyright line.
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
            text(&mut faults, &format!("columns[{at}].label"), label, 1, LONGEST_LABEL);
        }
        faults
    }
}

impl Brand {
    fn check(&self, faults: &mut Faults) {
        text(faults, "brand.title", &self.title, 1, LONGEST_TEXT);
        text(faults, "brand.copyright", &self.copyright, 0, LONGEST_TEXT);
        if self.links.len() > MOST_LINKS {
            faults.add("brand.links", format!("expected at most {MOST_LINKS} links"));
        }
        for (at, link) in self.links.iter().enumerate() {
            text(faults, &format!("brand.links[{at}].label"), &link.label, 1, LONGEST_LABEL);
        }
    }
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
    }
}
