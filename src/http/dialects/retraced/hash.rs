//! The digest of an event that Retraced's client computes as well, and compares.

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

/// SHA-256, in hexadecimal, of an event as it was sent, under the id that it was given.
pub fn of(event: &Value, id: &str) -> String {
    let mut text = String::new();
    for part in [
        id,
        said(&event["action"]),
        said(&event["target"]["id"]),
        said(&event["actor"]["id"]),
        said(&event["group"]["id"]),
        said(&event["source_ip"]),
    ] {
        text += &escaped(part);
        text.push(':');
    }
    for flag in ["is_failure", "is_anonymous"] {
        text += if event[flag] == true { "1:" } else { "0:" };
    }
    match event["fields"].as_object() {
        None => text.push(':'),
        Some(fields) => text += &pairs(fields),
    }
    if !said(&event["external_id"]).is_empty() {
        text.push(':');
        text += &escaped(said(&event["external_id"]));
    }
    if let Some(metadata) = event["metadata"].as_object() {
        text.push(':');
        text += &pairs(metadata);
    }
    Sha256::digest(text.as_bytes()).iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
}

fn said(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn escaped(text: &str) -> String {
    text.replace('%', "%25").replace(':', "%3A")
}

/// In the order of JavaScript, which compares UTF-16 rather than characters.
fn pairs(map: &Map<String, Value>) -> String {
    let mut keys: Vec<&String> = map.keys().collect();
    keys.sort_by(|a, b| a.encode_utf16().cmp(b.encode_utf16()));
    let twice = |text: &str| escaped(text).replace('=', "%3D").replace(';', "%3B");
    let pair = |key: &String| [&twice(key), "=", &twice(said(&map[key])), ";"].concat();
    keys.into_iter().map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn keys_sort_as_javascript_sorts_them() {
        // U+FFFD is before U+1F600 by character, and after its first half.
        let map = json!({"\u{fffd}": "a", "\u{1f600}": "b=;:%"});
        assert_eq!(pairs(map.as_object().unwrap()), "\u{1f600}=b%3D%3B%3A%25;\u{fffd}=a;");
    }

    #[test]
    fn an_event_of_nothing_but_an_action_has_a_known_digest() {
        let text = "abc:a%3Ab%25:::::0:0::";
        let expected =
            Sha256::digest(text.as_bytes()).iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
        assert_eq!(of(&json!({"action": "a:b%"}), "abc"), expected);
    }
}
