//! A view as it is being edited: what is saved, what it has become, and the way back and forth between.

use crate::domain::view::{Difference, ViewConfig};

/// Steps that can be taken back.
const LONGEST_PAST: usize = 200;

/// What somebody is making of a view.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// The version that this was made from.
    pub version: u32,
    saved: ViewConfig,
    now: ViewConfig,
    past: Vec<ViewConfig>,
    future: Vec<ViewConfig>,
    /// The field that the last step was typed into: letters typed into one field are one step.
    last: Option<String>,
    /// How often more than a field has changed at once.
    turn: u32,
}

impl Draft {
    /// A view as it was saved.
    pub fn of(version: u32, saved: ViewConfig) -> Self {
        let now = saved.clone();
        Self { version, saved, now, past: Vec::new(), future: Vec::new(), last: None, turn: 0 }
    }

    /// The view as it is at the moment.
    pub fn now(&self) -> &ViewConfig {
        &self.now
    }

    /// The view as it was saved.
    pub fn saved(&self) -> &ViewConfig {
        &self.saved
    }

    /// Counts the steps after which a field may show something else than the one that was typed into.
    pub fn turn(&self) -> u32 {
        self.turn
    }

    /// Takes letters typed into a field, such as `brand.title`.
    pub fn type_into(&mut self, field: &str, change: impl FnOnce(&mut ViewConfig)) {
        self.step(Some(field), change);
    }

    /// Changes a field in one step.
    pub fn choose(&mut self, change: impl FnOnce(&mut ViewConfig)) {
        self.step(None, change);
    }

    /// Changes more than a field in one step.
    pub fn edit(&mut self, change: impl FnOnce(&mut ViewConfig)) {
        self.turn += 1;
        self.step(None, change);
    }

    fn step(&mut self, field: Option<&str>, change: impl FnOnce(&mut ViewConfig)) {
        let before = self.now.clone();
        change(&mut self.now);
        if self.now == before {
            return;
        }
        self.future.clear();
        if field.is_none() || self.last.as_deref() != field {
            self.past.push(before);
            if self.past.len() > LONGEST_PAST {
                self.past.remove(0);
            }
        }
        self.last = field.map(str::to_owned);
    }

    /// One step back.
    pub fn undo(&mut self) {
        if let Some(before) = self.past.pop() {
            self.future.push(std::mem::replace(&mut self.now, before));
            self.last = None;
            self.turn += 1;
        }
    }

    /// One step forth again.
    pub fn redo(&mut self) {
        if let Some(after) = self.future.pop() {
            self.past.push(std::mem::replace(&mut self.now, after));
            self.last = None;
            self.turn += 1;
        }
    }

    /// Back to what is saved; a step like any other.
    pub fn reset(&mut self) {
        let saved = self.saved.clone();
        self.edit(|now| *now = saved);
    }

    pub fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    pub fn can_redo(&self) -> bool {
        !self.future.is_empty()
    }

    /// What is not saved yet.
    pub fn changes(&self) -> Vec<Difference> {
        self.saved.differences(&self.now)
    }

    /// Goes on from a version that is saved now.
    pub fn saved_as(&mut self, version: u32, saved: ViewConfig) {
        self.version = version;
        self.saved = saved;
        self.last = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn titled(draft: &mut Draft, title: &str) {
        draft.type_into("brand.title", |view| view.brand.title = title.to_owned());
    }

    #[test]
    fn letters_typed_into_one_field_are_one_step() {
        let mut draft = Draft::of(1, ViewConfig::default());
        for title in ["A", "Ac", "Act"] {
            titled(&mut draft, title);
        }
        draft.type_into("brand.copyright", |view| view.brand.copyright = "©".to_owned());
        draft.undo();
        assert_eq!((draft.now().brand.title.as_str(), draft.now().brand.copyright.as_str()), ("Act", ""));
        draft.undo();
        assert_eq!(draft.now(), draft.saved());
        assert!(!draft.can_undo());
        draft.redo();
        assert_eq!(draft.now().brand.title, "Act");
        titled(&mut draft, "Log");
        assert!(!draft.can_redo(), "what is changed anew leaves nothing to redo");
    }

    #[test]
    fn the_same_done_twice_is_two_steps() {
        let mut draft = Draft::of(1, ViewConfig::default());
        let columns = draft.now().columns.len();
        for _ in 0..2 {
            draft.edit(|view| drop(view.columns.pop()));
        }
        draft.choose(|view| view.columns[0].wide_only = true);
        draft.choose(|view| view.columns[0].wide_only = false);
        draft.undo();
        assert!(draft.now().columns[0].wide_only);
        draft.undo();
        assert_eq!(draft.now().columns.len(), columns - 2);
        draft.undo();
        assert_eq!(draft.now().columns.len(), columns - 1);
    }

    #[test]
    fn whatever_changes_more_than_a_field_is_another_turn() {
        let mut draft = Draft::of(1, ViewConfig::default());
        titled(&mut draft, "Activity");
        draft.choose(|view| view.columns[0].wide_only = true);
        assert_eq!(draft.turn(), 0);
        draft.edit(|view| drop(view.columns.pop()));
        draft.undo();
        draft.redo();
        draft.reset();
        assert_eq!(draft.turn(), 4);
    }

    #[test]
    fn a_reset_can_be_taken_back_and_what_is_saved_is_no_change() {
        let mut draft = Draft::of(1, ViewConfig::default());
        titled(&mut draft, "Activity");
        draft.reset();
        assert!(draft.changes().is_empty());
        draft.undo();
        assert_eq!(draft.changes().len(), 1);
        let now = draft.now().clone();
        draft.saved_as(2, now);
        assert!(draft.changes().is_empty() && draft.can_undo());
    }

    #[test]
    fn what_changes_nothing_is_no_step() {
        let mut draft = Draft::of(1, ViewConfig::default());
        titled(&mut draft, "Audit log");
        assert!(!draft.can_undo());
    }
}
