//! What is done to how other vendors' APIs are kept.

use super::deed::Told;
use crate::domain::strictness::{Api, Strictness};
use serde_json::{Value, json};

/// Something done to how requests by other vendors' APIs are taken.
#[derive(Debug, Clone)]
pub enum OnApis<'a> {
    StrictnessChosen {
        api: Api,
        before: Strictness,
        after: Strictness,
    },
    /// The counts of requests that the vendor would have refused.
    ViolationsReset {
        api: Api,
    },
    /// A schema made from events that came.
    SchemaMade {
        action: &'a str,
        version: usize,
        events: usize,
    },
}

impl OnApis<'_> {
    /// Its words.
    pub(super) fn told(&self) -> Told {
        match self {
            Self::StrictnessChosen { api, before, after } => {
                let text = format!("Set the strictness of the {} API to {after}", api.name());
                let told = Told::new("api.strictness_changed", "update", text).on("api", &api.word(), api.name());
                told.changing("strictness", &json!(before), &json!(after))
            }
            Self::ViolationsReset { api } => {
                let text = format!("Reset the counts of what {} would refuse", api.name());
                Told::new("api.counts_reset", "delete", text).on("api", &api.word(), api.name())
            }
            Self::SchemaMade { action, version, events } => {
                let text = format!("Made version {version} of the schema of “{action}” from {events} events");
                let told = Told::new("action.schema_made", "create", text).on("action", action, action);
                told.changing("version", &Value::Null, &json!(version))
            }
        }
    }
}
