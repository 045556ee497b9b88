//! The text of an event that a search looks through.

/// When it happened: read by people in a zone and a language of theirs, so that a search for the "33" of a second as
/// its sender wrote it would find what nobody sees. A range of time is what finds it.
const TIME: &str = "\"time\"";
/// Where what we say of a document begins, which ends it: other words for what stands before, and ours.
const OURS: &str = "\"$daybook\"";

/// Every text and number among a document's values, a line each; names of fields are left out, so that a search for
/// "email" finds events that speak of e-mail rather than all that have one, and so is the event's own time. The document
/// is valid JSON.
///
/// Read by hand rather than through a tree of values: the index reads every event once, and this is a tenth of the cost.
pub fn search_text(document: &str) -> String {
    let mut lines = String::with_capacity(document.len());
    let mut rest = document;
    let (mut depth, mut is_time) = (0_u32, false);
    while let Some(start) = rest.bytes().position(begins) {
        rest = &rest[start..];
        let length = match rest.as_bytes()[0] {
            b'"' => string_length(rest),
            sign @ (b'{' | b'[' | b'}' | b']') => {
                depth = if matches!(sign, b'{' | b'[') { depth + 1 } else { depth.saturating_sub(1) };
                rest = &rest[1..];
                continue;
            }
            _ => number_length(rest),
        };
        let (token, after) = rest.split_at(length);
        if token.starts_with('"') && after.trim_start().starts_with(':') {
            if depth == 1 && token == OURS {
                break;
            }
            is_time = depth == 1 && token == TIME;
        } else if !is_time {
            push(&mut lines, token);
        }
        rest = after;
    }
    lines
}

/// Whether a byte begins a text or a number, or leads into an object or a list, or out of one.
fn begins(byte: u8) -> bool {
    matches!(byte, b'"' | b'-' | b'0'..=b'9' | b'{' | b'[' | b'}' | b']')
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
    // A line is one value: a search takes all white space for the same.
    if lines[before..].contains(['\n', '\r']) {
        let value = lines.split_off(before).replace(['\n', '\r'], " ");
        lines.push_str(&value);
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
    fn the_time_of_the_event_is_not_searched_but_other_times_are() {
        let document =
            r#"{"time":"2026-05-12T08:41:33Z","action":"a","metadata":{"time":"17:33"},"changes":[{"before":"x"}]}"#;
        assert_eq!(lines(document), ["a", "17:33", "x"]);
        assert_eq!(lines(r#"{"metadata":[1,{"a":[2]}],"time":33,"detail":"}33"}"#), ["1", "2", "}33"]);
        assert_eq!(lines(r#"{"detail":"time","url":"33","time" : "33"}"#), ["time", "33"]);
    }

    #[test]
    fn what_we_say_of_a_document_is_not_searched() {
        let document = r#"{"action":"a","metadata":{"$daybook":"b"},"$daybook":{"api":"c","event":{"d":"e"}}}"#;
        assert_eq!(lines(document), ["a", "b"]);
    }

    #[test]
    fn escapes_are_read_and_a_quote_within_does_not_end_a_text() {
        let document = r#"{"a\"b":"say \"hi\": \\","c":"\u00e5\n\ud83d\ude00 x"}"#;
        assert_eq!(lines(document), ["say \"hi\": \\", "å 😀 x"]);
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
