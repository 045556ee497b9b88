//! Halves of surrogate pairs, which JavaScript's texts may hold and no other text can: `JSON.stringify` escapes them.

use super::document::text_length;
use crate::domain::json;
use std::fmt::Write;

/// What stands in the place of half a pair: U+FFFD, the replacement character.
const REPLACEMENT: &str = "\\ufffd";

/// An event's JSON in which every text is one.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Repaired {
    pub json: String,
    /// Where a text or a name was not, such as `metadata.name` or `targets[0].label`.
    pub paths: Vec<String>,
}

/// The JSON with U+FFFD in the place of every half of a surrogate pair; `None` where there is none, as nearly always.
/// `json` is valid but for these.
pub(super) fn repaired(json: &str) -> Option<Repaired> {
    if !json.contains("\\ud") && !json.contains("\\uD") {
        return None;
    }
    let mut walk =
        Walk { open: Vec::new(), is_name: false, kept: String::with_capacity(json.len()), paths: Vec::new() };
    walk.through(json);
    (!walk.paths.is_empty()).then_some(Repaired { json: walk.kept, paths: walk.paths })
}

/// A step of the path to a value.
enum Step {
    Member(String),
    Item(u64),
}

struct Walk {
    open: Vec<Step>,
    /// The next text is a member's name.
    is_name: bool,
    kept: String,
    paths: Vec<String>,
}

impl Walk {
    fn through(&mut self, json: &str) {
        let mut rest = json;
        while let Some(sign) = rest.chars().next() {
            if sign == '"' {
                let (text, after) = rest.split_at(text_length(rest.as_bytes()));
                self.text(text);
                rest = after;
                continue;
            }
            match sign {
                '{' => {
                    self.open.push(Step::Member(String::new()));
                    self.is_name = true;
                }
                '[' => self.open.push(Step::Item(0)),
                '}' | ']' => drop(self.open.pop()),
                ',' => match self.open.last_mut() {
                    Some(Step::Item(at)) => *at += 1,
                    Some(Step::Member(_)) => self.is_name = true,
                    None => {}
                },
                _ => {}
            }
            self.kept.push(sign);
            rest = &rest[sign.len_utf8()..];
        }
    }

    fn text(&mut self, text: &str) {
        let whole = whole(text);
        let kept = whole.as_deref().unwrap_or(text);
        self.kept.push_str(kept);
        let is_name = std::mem::take(&mut self.is_name);
        if let (true, Some(Step::Member(name))) = (is_name, self.open.last_mut()) {
            *name = match json::value(kept) {
                Ok(serde_json::Value::String(name)) => name,
                _ => kept.to_owned(),
            };
        }
        if whole.is_some() {
            let path = self.path();
            if self.paths.last() != Some(&path) {
                self.paths.push(path);
            }
        }
    }

    fn path(&self) -> String {
        let mut path = String::new();
        for step in &self.open {
            // Writing to a text does not fail.
            let _ = match step {
                Step::Member(name) if path.is_empty() => write!(path, "{name}"),
                Step::Member(name) => write!(path, ".{name}"),
                Step::Item(at) => write!(path, "[{at}]"),
            };
        }
        path
    }
}

/// The text with every half replaced; `None` where it has none.
fn whole(text: &str) -> Option<String> {
    let mut kept = String::new();
    let (mut copied, mut at) = (0, 0);
    while let Some(found) = text[at..].find('\\') {
        at += found;
        match surrogate(&text[at..]) {
            Some(High) if surrogate(&text[at + 6..]) == Some(Low) => at += 12,
            Some(_) => {
                kept.push_str(&text[copied..at]);
                kept.push_str(REPLACEMENT);
                at += 6;
                copied = at;
            }
            // An escape is two signs at least, and the second one may be a backslash.
            None => at += 2,
        }
        at = at.min(text.len());
    }
    (copied > 0).then(|| kept + &text[copied..])
}

#[derive(Debug, PartialEq, Eq)]
enum Half {
    High,
    Low,
}
use Half::{High, Low};

/// Which half of a pair an escape at the beginning is.
fn surrogate(text: &str) -> Option<Half> {
    let code = text.strip_prefix("\\u")?.get(..4)?;
    match u32::from_str_radix(code, 16).ok()? {
        0xd800..0xdc00 => Some(High),
        0xdc00..0xe000 => Some(Low),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn kept(json: &str) -> (String, Vec<String>) {
        repaired(json).map_or_else(|| (json.to_owned(), Vec::new()), |found| (found.json, found.paths))
    }

    #[test]
    fn halves_are_replaced_and_their_places_named() {
        let (json, paths) = kept(r#"{"a":"x\ud800","b":{"c":["y",{"d\udfff":"\uDC00\uD83D z"}]},"e":1}"#);
        assert_eq!(json, r#"{"a":"x\ufffd","b":{"c":["y",{"d\ufffd":"\ufffd\ufffd z"}]},"e":1}"#);
        assert_eq!(paths, ["a", "b.c[1].d\u{fffd}"]);
    }

    #[test]
    fn whole_pairs_and_escaped_backslashes_stay() {
        for json in [r#"{"a":"\ud83d\ude00"}"#, r#"{"a":"\\ud800"}"#, r#"{"a":"\\\\ud800","b":"\u0000"}"#, "{}"] {
            assert_eq!(kept(json), (json.to_owned(), Vec::new()));
        }
        assert_eq!(kept(r#"["\\\ud800"]"#).0, r#"["\\\ufffd"]"#);
        assert_eq!(kept(r#"["\ud800\ud83d\ude00"]"#).0, r#"["\ufffd\ud83d\ude00"]"#);
    }

    proptest! {
        #[test]
        fn what_is_repaired_is_json_that_everybody_reads(
            text in "(\\\\u[dD][89abcdefABCDEF0-7][0-9a-f]{2}|\\\\\\\\|\\\\n|[a-zé{}\\[\\],:]){0,12}",
        ) {
            let json = format!("{{\"{text}\":[\"{text}\",{{\"a\":\"{text}\"}}]}}");
            let (json, _) = kept(&json);
            prop_assert!(serde_json::from_str::<serde_json::Value>(&json).is_ok(), "{json}");
        }
    }
}
