//! The text of an event that a search looks through.

use serde_json::Value;

/// Every text and number in a document's values, a line each; names of fields are left out, so that a search for
/// "email" finds events that speak of e-mail rather than all that have one.
pub fn search_text(document: &Value) -> String {
    let mut lines = String::new();
    collect(document, &mut lines);
    lines
}

fn collect(value: &Value, lines: &mut String) {
    match value {
        Value::String(text) if !text.is_empty() => push(lines, text),
        Value::Number(number) => push(lines, &number.to_string()),
        Value::Array(list) => list.iter().for_each(|item| collect(item, lines)),
        Value::Object(object) => object.values().for_each(|item| collect(item, lines)),
        Value::String(_) | Value::Bool(_) | Value::Null => {}
    }
}

fn push(lines: &mut String, text: &str) {
    if !lines.is_empty() {
        lines.push('\n');
    }
    lines.push_str(text);
}

#[cfg(test)]
mod tests {
    use super::search_text;

    #[test]
    fn values_are_searched_and_names_are_not() {
        let document =
            serde_json::json!({"action": "user.invite", "metadata": {"seats": 12, "tags": ["ä", ""], "on": true}});
        let text = search_text(&document);
        assert_eq!(text.lines().collect::<std::collections::BTreeSet<_>>(), ["user.invite", "12", "ä"].into());
    }
}
