//! What a view opens with: an order and a filter that whoever reads may clear.

use super::config::usual;
use crate::domain::event::Ending;
use crate::domain::query::{Filter, Order};
use serde::{Deserialize, Serialize};

/// The order and the filter that the log opens with. No restriction: it stands in the address of the page like any other
/// choice, and whoever reads may choose otherwise.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Start {
    #[serde(skip_serializing_if = "usual")]
    pub order: Order,
    /// Words, as in [`Filter::text`].
    #[serde(skip_serializing_if = "String::is_empty")]
    pub text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed: Option<bool>,
}

impl Start {
    /// Whether it is the whole log in the usual order.
    pub fn is_everything(&self) -> bool {
        *self == Self::default()
    }

    /// The filter alone, without the blanks around what was typed.
    pub fn filter(&self) -> Filter {
        let Self { order: _, text, actor, action, target_type, failed } = self;
        let plain = |value: &Option<String>| value.as_deref().map(|value| value.trim().to_owned());
        Filter {
            text: text.trim().to_owned(),
            actor: plain(actor),
            action: plain(action),
            target_type: plain(target_type),
            outcome: failed.map(|failed| if failed { Ending::Failure } else { Ending::Success }),
            ..Filter::default()
        }
    }
}
