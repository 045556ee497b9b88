//! The events of all clients: the customers' own viewer, with one more column, under the bar of our own pages.

use crate::ui::admin::{Section, Shell, bar};
use crate::ui::viewer::{ViewerPage, render_within};

/// The whole document.
pub fn render_events(shell: &Shell, page: &ViewerPage) -> String {
    render_within(page, || bar(shell, Some(Section::Events)))
}
