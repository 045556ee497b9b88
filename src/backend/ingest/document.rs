//! What an event's JSON must be to be kept, and the form it is kept in.

use crate::domain::limits::LIMITS;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::de::StrRead;
use std::fmt;

/// Whether every value in the text can be read back, and none lies deeper than the limit. A parse for known fields
/// alone passes over half surrogates, numbers beyond all bounds and deep nesting in the others.
pub(super) fn sound(json: &str) -> Result<(), serde_json::Error> {
    let mut reader = serde_json::Deserializer::new(StrRead::new(json));
    serde::de::DeserializeSeed::deserialize(Sound { levels: LIMITS.nesting }, &mut reader)
}

/// A value with so many levels of lists and objects at most.
#[derive(Clone, Copy)]
struct Sound {
    levels: u64,
}

impl Sound {
    fn inner<E: Error>(self) -> Result<Self, E> {
        match self.levels.checked_sub(1) {
            Some(levels) => Ok(Self { levels }),
            None => Err(E::custom(format_args!("expected at most {} levels of nesting", LIMITS.nesting))),
        }
    }
}

impl<'de> serde::de::DeserializeSeed<'de> for Sound {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Sound {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }
    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }
    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }
    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }
    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }
    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let inner = self.inner()?;
        while list.next_element_seed(inner)?.is_some() {}
        Ok(())
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let inner = self.inner()?;
        while map.next_entry_seed(inner, inner)?.is_some() {}
        Ok(())
    }
}

/// The text without the blanks between its tokens. Texts, numbers and the order and spelling of everything stay as
/// they came, byte for byte.
pub(super) fn compact(json: &str) -> String {
    let mut rest = json;
    let mut kept = String::with_capacity(rest.len());
    while let Some(quote) = rest.find('"') {
        let (tokens, from_quote) = rest.split_at(quote);
        kept.extend(tokens.split_ascii_whitespace());
        let (text, after) = from_quote.split_at(text_length(from_quote.as_bytes()));
        kept.push_str(text);
        rest = after;
    }
    kept.extend(rest.split_ascii_whitespace());
    kept
}

/// Bytes of the JSON text at the beginning, both quotes included.
fn text_length(json: &[u8]) -> usize {
    let mut at = 1;
    while let Some(byte) = json.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    json.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn blanks_go_and_nothing_else_does() {
        let json = "{ \"a b\" :\t[ 1.50 , \"c \\\" d\", \"\\\\\" ,{ } ],\r\n \"é\":  true }";
        assert_eq!(compact(json), "{\"a b\":[1.50,\"c \\\" d\",\"\\\\\",{}],\"é\":true}");
    }

    proptest! {
        #[test]
        fn a_compacted_document_means_the_same(texts in proptest::collection::vec(".*", 0..6), number: i64) {
            let value = serde_json::json!({"texts": texts, "more": {"number": number, "none": null}});
            let pretty = serde_json::to_string_pretty(&value).unwrap();
            prop_assert!(sound(&pretty).is_ok());
            prop_assert_eq!(compact(&pretty), serde_json::to_string(&value).unwrap());
        }
    }
}
