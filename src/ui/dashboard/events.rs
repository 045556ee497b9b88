//! Logs that members read: the customers' own viewer under the bar of our own pages.

use crate::ui::admin::{Section, Shell, bar};
use crate::ui::viewer::{ViewerPage, render_within};

/// The whole document.
pub fn render_events(shell: &Shell, section: Section, page: &ViewerPage) -> String {
    render_within(page, || bar(shell, Some(section)))
}
