//! What an editor is given to begin with.

use crate::domain::time::Timestamp;
use crate::domain::view::ViewConfig;
use serde::{Deserialize, Serialize};

/// The script element that holds it for the browser.
pub const DATA: &str = "studio";

/// A view to edit.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Studio {
    /// The view's own path; what belongs to it is below.
    pub base: String,
    /// The path that takes pictures.
    pub pictures: String,
    pub version: u32,
    pub config: ViewConfig,
    /// Paths of metadata that the log's events have.
    pub metadata: Vec<String>,
    /// Whether the person may see clients' own events.
    pub may_read: bool,
    pub now: Timestamp,
    /// A language tag such as `en-GB`.
    pub locale: String,
}
