//! What an event's JSON must be to be kept, and the form it is kept in.

use crate::domain::json::{JsonError, parse_to_depth};
use crate::domain::limits::LIMITS;

/// Whether every value in the text can be read back, and none lies deeper than the limit.
pub(super) fn sound(json: &str) -> Result<(), JsonError> {
    parse_to_depth(json, LIMITS.nesting).map(drop)
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
pub(super) fn text_length(json: &[u8]) -> usize {
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
