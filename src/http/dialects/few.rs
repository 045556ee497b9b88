//! A list of texts of which only so many are kept as a request may have: more would be more memory than their bytes.

use crate::domain::limits::LIMITS;
use crate::domain::problem::Problem;
use serde::de::{Deserialize, Deserializer, IgnoredAny, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;

/// A request's events, as texts.
pub struct Few<'b> {
    kept: Vec<&'b RawValue>,
    is_more: bool,
}

impl<'b> Few<'b> {
    /// All of them, where there are no more than a request may have.
    pub fn all(self) -> Result<Vec<&'b RawValue>, Problem> {
        let what = || "The number of events in the request".to_owned();
        if self.is_more {
            return Err(Problem::TooLarge { what: what(), limit: LIMITS.events_per_request });
        }
        Ok(self.kept)
    }
}

impl<'de: 'b, 'b> Deserialize<'de> for Few<'b> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct List;
        impl<'de> Visitor<'de> for List {
            type Value = Few<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of events")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                let mut kept = Vec::new();
                while (kept.len() as u64) < LIMITS.events_per_request {
                    let Some(event) = list.next_element::<&RawValue>()? else {
                        return Ok(Few { kept, is_more: false });
                    };
                    kept.push(event);
                }
                let is_more = list.next_element::<IgnoredAny>()?.is_some();
                while list.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Few { kept, is_more })
            }
        }
        deserializer.deserialize_seq(List)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_as_far_as_a_request_may_go_and_then_refused() {
        let of = |count: usize| format!("[{}]", vec!["{}"; count].join(","));
        let read = |text: &str| serde_json::from_str::<Few<'_>>(text).unwrap().all().map(|all| all.len());
        assert_eq!((read("[]"), read(&of(5_000))), (Ok(0), Ok(5_000)));
        assert!(matches!(read(&of(5_001)), Err(Problem::TooLarge { limit: 5_000, .. })));
        assert!(matches!(read(&of(9_000)), Err(Problem::TooLarge { limit: 5_000, .. })));
        assert!(serde_json::from_str::<Few<'_>>("[1,]").is_err());
    }
}
