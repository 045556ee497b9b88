//! The values of some JSON and where in it each stands, so that one is changed and all others stay as they came.

use std::borrow::Cow;
use std::ops::Range;

/// Deeper than any JSON that is read here.
const DEEPEST: usize = 128;

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    /// A number, or a word of JSON.
    Plain,
    Object,
    List,
}

/// A value.
pub struct Node {
    pub kind: Kind,
    /// Its name where it is an object's member, with its quotes.
    pub name: Option<Range<usize>>,
    pub part: Range<usize>,
    /// The place of the next value that is not in it.
    pub end: usize,
}

/// All values, each before those in it.
pub struct Tree<'j> {
    json: &'j str,
    pub nodes: Vec<Node>,
}

impl<'j> Tree<'j> {
    /// Takes JSON apart. `None` where it is none that could be read; what is valid in other ways is not looked at.
    pub fn of(json: &'j str) -> Option<Self> {
        let (mut nodes, mut open, mut name) = (Vec::<Node>::new(), Vec::<usize>::new(), None);
        let mut at = 0;
        while let Some(byte) = json.as_bytes().get(at) {
            let start = at;
            let kind = match byte {
                b'{' | b'[' => {
                    at += 1;
                    open.push(nodes.len());
                    if *byte == b'{' { Kind::Object } else { Kind::List }
                }
                b'}' | b']' => {
                    at += 1;
                    let (end, closed) = (nodes.len(), open.pop()?);
                    let node = nodes.get_mut(closed)?;
                    (node.part.end, node.end) = (at, end);
                    continue;
                }
                b'"' => {
                    at = text_end(json, at);
                    let is_member = open.last().is_some_and(|open| nodes[*open].kind == Kind::Object);
                    if is_member && name.is_none() {
                        name = Some(start..at);
                        continue;
                    }
                    Kind::Text
                }
                b',' | b':' | b' ' | b'\t' | b'\r' | b'\n' => {
                    at += 1;
                    continue;
                }
                _ => {
                    let rest = &json[start..];
                    at += rest.find([',', '}', ']', ' ', '\t', '\r', '\n']).unwrap_or(rest.len()).max(1);
                    Kind::Plain
                }
            };
            if open.len() > DEEPEST {
                return None;
            }
            let end = nodes.len() + 1;
            nodes.push(Node { kind, name: name.take(), part: start..at, end });
        }
        open.is_empty().then_some(Self { json, nodes })
    }

    /// Visits every value with the names that lead to it; a list's items have the list's.
    pub fn visit(&self, mut each: impl FnMut(usize, &[Cow<'j, str>])) {
        let (mut path, mut ends) = (Vec::new(), Vec::new());
        for (at, node) in self.nodes.iter().enumerate() {
            while ends.last().is_some_and(|end| *end <= at) {
                ends.pop();
                path.pop();
            }
            if let Some(name) = &node.name {
                path.push(unescaped(&self.json[name.clone()]));
                ends.push(node.end);
            }
            each(at, &path);
        }
    }

    /// What a value says, if it is a text or a number.
    pub fn said(&self, at: usize) -> Option<Cow<'j, str>> {
        let node = &self.nodes[at];
        let token = &self.json[node.part.clone()];
        match node.kind {
            Kind::Text => Some(unescaped(token)),
            Kind::Plain if token.starts_with(|c: char| c == '-' || c.is_ascii_digit()) => Some(Cow::Borrowed(token)),
            Kind::Plain | Kind::Object | Kind::List => None,
        }
    }

    /// An object's member.
    pub fn member(&self, object: usize, wanted: &str) -> Option<usize> {
        let mut at = object + 1;
        while at < self.nodes[object].end {
            let name = self.nodes[at].name.clone();
            if name.is_some_and(|name| unescaped(&self.json[name]) == wanted) {
                return Some(at);
            }
            at = self.nodes[at].end;
        }
        None
    }
}

/// Where the text ends that begins here, its second quote included.
fn text_end(json: &str, start: usize) -> usize {
    let bytes = json.as_bytes();
    let mut at = start + 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// What a text says.
fn unescaped(token: &str) -> Cow<'_, str> {
    let inner = token.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(token);
    if !inner.contains('\\') {
        return Cow::Borrowed(inner);
    }
    serde_json::from_str(token).map_or(Cow::Borrowed(inner), Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_is_known_with_its_names() {
        let tree = Tree::of(r#" {"a" : [ {"b\u0063":"x\"}"} , -1.50 ], "d":null,"e":{}} "#).unwrap();
        let mut seen = Vec::new();
        tree.visit(|at, path| seen.push((path.join("."), tree.said(at).unwrap_or_default().into_owned())));
        let expected = [("", ""), ("a", ""), ("a", ""), ("a.bc", "x\"}"), ("a", "-1.50"), ("d", ""), ("e", "")];
        assert_eq!(seen, expected.map(|(path, said)| (path.to_owned(), said.to_owned())));
        assert_eq!(tree.member(0, "d"), Some(5));
    }

    #[test]
    fn what_cannot_be_read_is_nothing() {
        for json in ["{", "]", &"[".repeat(200)] {
            assert!(Tree::of(json).is_none(), "{json}");
        }
    }
}
