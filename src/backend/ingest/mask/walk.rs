//! Goes through an event's JSON as text, so that what is not secret stays as it came.

use super::names::{Names, Secrecy, is_one_of};
use super::{Cut, MASK, said};
use std::borrow::Cow;

/// Members that name what others of the same object hold the value of, in small letters without signs.
const NAMING: [&str; 12] = [
    "attribute",
    "column",
    "field",
    "fieldname",
    "header",
    "key",
    "name",
    "param",
    "parameter",
    "path",
    "property",
    "variable",
];
const VALUED: [&str; 19] = [
    "after",
    "before",
    "current",
    "currentvalue",
    "from",
    "new",
    "newvalue",
    "newvalues",
    "next",
    "old",
    "oldvalue",
    "oldvalues",
    "previous",
    "previousvalue",
    "prior",
    "to",
    "value",
    "valuestring",
    "values",
];

/// What to cut out of some JSON, and where that was.
pub fn secrets(json: &str, names: &Names, path: &str, deepest: u8) -> (Vec<Cut>, Vec<String>) {
    let mut walk = Walk { json, names, deepest, at: 0, path: path.to_owned(), cuts: Vec::new(), paths: Vec::new() };
    walk.value(Secrecy::None);
    (walk.cuts, walk.paths)
}

struct Walk<'w> {
    json: &'w str,
    names: &'w Names,
    deepest: u8,
    at: usize,
    path: String,
    cuts: Vec<Cut>,
    paths: Vec<String>,
}

/// Those of them that things with a title have as well: a mail called "Reset password" goes to somebody.
const OF_FIELDS: [&str; 4] = ["current", "from", "next", "to"];

/// How a list's texts may name those that follow on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Listed {
    /// Names and values by turns, as Node has a request's headers.
    Headers,
    /// A list in a list: a name and its value, if it has two entries.
    Pair,
    /// Any other: what begins with a dash names what follows, as on a command line.
    Arguments,
}

impl<'w> Walk<'w> {
    /// Goes through one value.
    fn value(&mut self, secrecy: Secrecy) {
        match self.next() {
            b'{' => self.object(secrecy),
            b'[' => self.list(secrecy),
            b'"' => self.text(secrecy),
            _ => self.plain(secrecy),
        }
    }

    fn object(&mut self, secrecy: Secrecy) {
        self.at += 1;
        let (mut named, mut is_title) = (Secrecy::None, false);
        let mut valued = Vec::new();
        while self.next() == b'"' {
            let name = unescaped(self.token());
            let outer = self.enter(&name);
            self.past(b':');
            if self.names.leaves(&self.path) {
                self.skip();
            } else if is_one_of(&name, &VALUED) {
                valued.push((self.path.clone(), self.at, is_one_of(&name, &OF_FIELDS)));
                self.skip();
            } else {
                let inner = secrecy.max(self.names.judge(&name));
                if is_one_of(&name, &NAMING) {
                    is_title |= self.is_title();
                    named = named.max(self.judge_next());
                }
                self.value(inner);
            }
            self.path.truncate(outer);
            self.past(b',');
        }
        self.at += 1;
        let end = self.at;
        for (path, at, is_of_field) in valued {
            let named = if is_title && is_of_field { Secrecy::None } else { named };
            let outer = std::mem::replace(&mut self.path, path);
            self.at = at;
            self.value(secrecy.max(named));
            self.path = outer;
        }
        self.at = end;
    }

    fn list(&mut self, secrecy: Secrecy) {
        let kind = self.listed();
        self.at += 1;
        let (mut place, mut before) = (0_usize, Secrecy::None);
        while self.next() != b']' && self.at < self.json.len() {
            let outer = self.path.len();
            self.path.extend(["[", &place.to_string(), "]"]);
            let is_option = self.json[self.at..].starts_with("\"-");
            let named = match kind {
                Listed::Headers if place % 2 == 0 => Secrecy::None,
                Listed::Pair if place != 1 || !self.is_last() => Secrecy::None,
                Listed::Arguments if is_option => Secrecy::None,
                _ => before,
            };
            let is_name = kind != Listed::Arguments || is_option;
            before = if is_name { self.judge_next() } else { Secrecy::None };
            self.value(secrecy.max(named));
            self.path.truncate(outer);
            self.past(b',');
            place += 1;
        }
        self.at += 1;
    }

    /// What the list that begins here may hold, by where it stands.
    fn listed(&self) -> Listed {
        let name = self.path.rsplit('.').next().unwrap_or_default();
        if name.ends_with(']') {
            Listed::Pair
        } else if name.to_ascii_lowercase().contains("header") {
            Listed::Headers
        } else {
            Listed::Arguments
        }
    }

    /// What the text that comes next tells as a name; nothing where none does.
    fn judge_next(&mut self) -> Secrecy {
        if self.next() != b'"' {
            return Secrecy::None;
        }
        let start = self.at;
        let secrecy = self.names.judge(&unescaped(self.token()));
        self.at = start;
        secrecy
    }

    /// Whether the text that comes next has several words.
    fn is_title(&mut self) -> bool {
        let start = self.at;
        let is_title = self.next() == b'"' && self.token().contains(' ');
        self.at = start;
        is_title
    }

    /// Whether the value that begins here ends its list.
    fn is_last(&mut self) -> bool {
        let start = self.at;
        self.skip();
        let is_last = self.next() == b']';
        self.at = start;
        is_last
    }

    fn text(&mut self, secrecy: Secrecy) {
        let start = self.at;
        let token = self.token();
        let inner = &token[1..token.len().saturating_sub(1).max(1)];
        if inner.is_empty() || inner == MASK {
            return;
        }
        if secrecy != Secrecy::None {
            return self.cut(start, MASK, vec![self.path.clone()]);
        }
        if let Some(masked) = said::masked(&unescaped(token), self.names, &self.path, self.deepest) {
            self.cut(start, &masked.json, masked.paths);
        }
    }

    /// A number, or a word of JSON, which is never a secret.
    fn plain(&mut self, secrecy: Secrecy) {
        let start = self.at;
        let rest = &self.json[start..];
        self.at += rest.find([',', '}', ']', ' ', '\t', '\r', '\n']).unwrap_or(rest.len()).max(1).min(rest.len());
        if secrecy == Secrecy::All && rest.starts_with(|c: char| c == '-' || c.is_ascii_digit()) {
            self.cut(start, MASK, vec![self.path.clone()]);
        }
    }

    /// Puts a text in the place of what began at `start`.
    fn cut(&mut self, start: usize, instead: &str, paths: Vec<String>) {
        self.cuts.push(Cut { part: start..self.at, instead: serde_json::Value::from(instead).to_string() });
        self.paths.extend(paths);
    }

    /// Passes over a value.
    fn skip(&mut self) {
        let mut depth = 0_u32;
        loop {
            match self.next() {
                b'"' => {
                    self.token();
                }
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                }
                b'}' | b']' => {
                    depth = depth.saturating_sub(1);
                    self.at += 1;
                }
                0 => return,
                b',' | b':' => self.at += 1,
                _ => self.plain(Secrecy::None),
            }
            if depth == 0 {
                return;
            }
        }
    }

    /// Goes a step down; how long the path was before.
    fn enter(&mut self, name: &str) -> usize {
        let outer = self.path.len();
        if outer > 0 {
            self.path.push('.');
        }
        self.path.push_str(name);
        outer
    }

    /// The byte at the next token; 0 at the end.
    fn next(&mut self) -> u8 {
        let rest = &self.json.as_bytes()[self.at.min(self.json.len())..];
        self.at += rest.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(rest.len());
        self.json.as_bytes().get(self.at).copied().unwrap_or(0)
    }

    /// Passes a sign between tokens, if it is there.
    fn past(&mut self, sign: u8) {
        if self.next() == sign {
            self.at += 1;
        }
    }

    /// The text that begins here, with its quotes.
    fn token(&mut self) -> &'w str {
        let start = self.at;
        let bytes = self.json.as_bytes();
        self.at += 1;
        while let Some(byte) = bytes.get(self.at) {
            match byte {
                b'"' => {
                    self.at += 1;
                    break;
                }
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
        self.at = self.at.min(bytes.len());
        &self.json[start..self.at]
    }
}

/// What a text says.
fn unescaped(token: &str) -> Cow<'_, str> {
    let inner = token.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(token);
    if !inner.contains('\\') {
        return Cow::Borrowed(inner);
    }
    serde_json::from_str(token).map_or(Cow::Borrowed(inner), Cow::Owned)
}
