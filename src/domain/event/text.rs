//! The text of an event that a search looks through.

/// Every text and number among a document's values, a line each; names of fields are left out, so that a search for
/// "email" finds events that speak of e-mail rather than all that have one. The document is valid JSON.
///
/// Read by hand rather than through a tree of values: the index reads every event once, and this is a tenth of the cost.
pub fn search_text(document: &str) -> String {
    let mut lines = String::with_capacity(document.len());
    let mut rest = document;
    while let Some(start) = rest.find(|c: char| c == '"' || c == '-' || c.is_ascii_digit()) {
        rest = &rest[start..];
        let length = if rest.starts_with('"') { string_length(rest) } else { number_length(rest) };
        let (token, after) = rest.split_at(length);
        let is_name = token.starts_with('"') && after.trim_start().starts_with(':');
        if !is_name {
            push(&mut lines, token);
        }
        rest = after;
    }
    lines
}

/// With both quotes; what has no end goes on to the end.
fn string_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 1;
    while at < bytes.len() {
        match bytes[at] {
            b'"' => return at + 1,
            // Whatever is escaped is one byte at least, and no byte of a longer character is a quote.
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

fn number_length(text: &str) -> usize {
    text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '-' | '+' | '.' | 'e' | 'E'))).unwrap_or(text.len())
}

fn push(lines: &mut String, token: &str) {
    let start = lines.len();
    if start > 0 {
        lines.push('\n');
    }
    let before = lines.len();
    match token.strip_prefix('"').and_then(|inner| inner.strip_suffix('"')) {
        Some(inner) if inner.contains('\\') => lines.push_str(&unescaped(token)),
        Some(inner) => lines.push_str(inner),
        None => lines.push_str(token),
    }
    if lines.len() == before {
        lines.truncate(start);
    }
}

fn unescaped(token: &str) -> String {
    // A text that is not one after all is searched as it stands.
    serde_json::from_str(token).unwrap_or_else(|_| token.to_owned())
}

#[cfg(test)]
mod tests {
    use super::search_text;
    use serde_json::Value;

    fn lines(document: &str) -> Vec<String> {
        search_text(document).lines().map(str::to_owned).collect()
    }

    #[test]
    fn values_are_searched_and_names_are_not() {
        let document =
            r#"{"action": "user.invite", "metadata" : {"seats":12,"tags":["ä","",-1.5e3],"on":true,"none":null}}"#;
        assert_eq!(lines(document), ["user.invite", "12", "ä", "-1.5e3"]);
    }

    #[test]
    fn escapes_are_read_and_a_quote_within_does_not_end_a_text() {
        let document = r#"{"a\"b":"say \"hi\": \\","c":"\u00e5\n\ud83d\ude00 x"}"#;
        assert_eq!(lines(document), ["say \"hi\": \\", "å", "😀 x"]);
    }

    #[test]
    fn it_finds_what_a_tree_of_values_holds() {
        fn collect(value: &Value, texts: &mut Vec<String>) {
            match value {
                Value::String(text) => texts.push(text.clone()),
                Value::Number(number) => texts.push(number.to_string()),
                Value::Array(list) => list.iter().for_each(|item| collect(item, texts)),
                Value::Object(object) => object.values().for_each(|item| collect(item, texts)),
                Value::Bool(_) | Value::Null => {}
            }
        }
        let document = r#"{"x":[{"y":"1, 2: 3"},[[]],{},"}{",["a","b"]],"n":-0.25,"u":"https://a.test/?q=\"x\""}"#;
        let mut expected = Vec::new();
        collect(&serde_json::from_str(document).unwrap(), &mut expected);
        expected.sort();
        let mut found = lines(document);
        found.sort();
        assert_eq!(found, expected);
    }
}
