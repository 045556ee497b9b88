//! Values written so that their type can be told: the text `1` from the number, an empty text from none.

use super::value_text;
use serde::de::IgnoredAny;
use serde_json::Value;

/// Whether a text, written bare, would be taken for something else: for a number or another value, for none, for a text
/// in quotation marks.
pub fn is_mistakable(text: &str) -> bool {
    let words = ["–", "not set", "empty"];
    text.trim().is_empty()
        || words.contains(&text)
        || text.starts_with('"')
        || serde_json::from_str::<IgnoredAny>(text).is_ok()
}

/// A value as [`value_text`] has it, but that a text which would be taken for another value is in quotation marks.
pub fn typed_text(value: &Value) -> String {
    match value {
        Value::String(text) if is_mistakable(text) => format!("\"{text}\""),
        other => value_text(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_text_that_would_be_taken_for_another_value_is_quoted() {
        for (value, text) in [
            (json!(1), "1"),
            (json!("1"), "\"1\""),
            (json!("1.50"), "\"1.50\""),
            (json!(null), "null"),
            (json!("null"), "\"null\""),
            (json!(true), "true"),
            (json!("true"), "\"true\""),
            (json!(""), "\"\""),
            (json!("  "), "\"  \""),
            (json!("{}"), "\"{}\""),
            (json!({}), "{}"),
            (json!([]), "[]"),
            (json!(["1", 1]), "[\"1\",1]"),
            (json!("–"), "\"–\""),
            (json!("\"1\""), "\"\"1\"\""),
            (json!("QA"), "QA"),
            (json!("1 of 2"), "1 of 2"),
            (json!("007"), "007"),
        ] {
            assert_eq!(typed_text(&value), text);
        }
    }
}
