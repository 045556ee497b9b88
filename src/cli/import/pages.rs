//! What an API answers to a question, or a service writes as one file: some events in a list, and more.

use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// Where lists of events stand in what is known to hold them.
const LISTS: [&str; 10] = [
    "events",
    "entries",
    "logs",
    "edges",
    "data.events",
    "data.entries",
    "data.logs",
    "data.search.edges",
    // CloudTrail's files, and the lists of Kubernetes.
    "Records",
    "items",
];
/// Members of an event alone: what has one of them at its top is no page, whatever lists it has.
const OF_EVENTS: [&str; 2] = ["action", "event_name"];

/// Finds the events in pages.
#[derive(Debug, Clone)]
pub struct Pages {
    lists: Vec<Vec<String>>,
}

/// Where the list of a page begins: the byte after its bracket, and how many objects are around it.
#[derive(Debug, PartialEq, Eq)]
pub struct ListStart {
    pub at: usize,
    pub depth: usize,
}

impl Default for Pages {
    fn default() -> Self {
        Self::with(&[])
    }
}

impl Pages {
    /// Those that are known, and these, such as `result.rows`.
    pub fn with(more: &[String]) -> Self {
        let lists = more.iter().map(String::as_str).chain(LISTS);
        Self { lists: lists.map(|path| path.split('.').map(str::to_owned).collect()).collect() }
    }

    /// The events of a page; `None` for what is none.
    pub fn events<'t>(&self, text: &'t str) -> Option<Vec<&'t str>> {
        let top = members(text)?;
        let is_event = |name: &&str| top.get(*name).is_some_and(|value| value.get() != "null");
        if OF_EVENTS.iter().any(is_event) {
            return None;
        }
        self.lists.iter().find_map(|path| {
            let mut value: &'t RawValue = top.get(path.first()?)?;
            for name in &path[1..] {
                value = members(value.get())?.remove(name)?;
            }
            let list: Vec<&'t RawValue> = serde_json::from_str(value.get()).ok()?;
            Some(list.into_iter().map(|event| entry(event.get())).collect())
        })
    }

    /// Where the list of a page begins, of which only the beginning is known.
    pub fn list_start(&self, beginning: &[u8]) -> Option<ListStart> {
        // The member that is read of each object around, and `None` for each list.
        let mut around: Vec<Option<String>> = Vec::new();
        let mut at = 0;
        while let Some(byte) = beginning.get(at) {
            match byte {
                b'"' => {
                    let end = text_end(beginning, at)?;
                    let next = beginning[end..].iter().find(|byte| !byte.is_ascii_whitespace())?;
                    if *next == b':' {
                        let name: String = serde_json::from_slice(&beginning[at..end]).ok()?;
                        if around.len() == 1 && OF_EVENTS.contains(&name.as_str()) {
                            return None;
                        }
                        *around.last_mut()? = Some(name);
                    }
                    at = end;
                    continue;
                }
                b'{' => around.push(Some(String::new())),
                b'[' if self.is_list(&around) => return Some(ListStart { at: at + 1, depth: around.len() }),
                b'[' => around.push(None),
                b'}' | b']' => drop(around.pop()?),
                _ => {}
            }
            at += 1;
        }
        None
    }

    fn is_list(&self, around: &[Option<String>]) -> bool {
        let is = |path: &Vec<String>| path.iter().map(Some).eq(around.iter().map(Option::as_ref));
        self.lists.iter().any(is)
    }
}

/// An event among others: a GraphQL search puts it into `node`.
pub fn entry(text: &str) -> &str {
    members(text)
        .and_then(|mut edge| edge.remove("node"))
        .map(RawValue::get)
        .filter(|node| *node != "null")
        .unwrap_or(text)
}

fn members(text: &str) -> Option<BTreeMap<String, &RawValue>> {
    serde_json::from_str(text).ok()
}

/// Where a text ends that begins at a byte.
fn text_end(json: &[u8], start: usize) -> Option<usize> {
    let mut at = start + 1;
    loop {
        match json.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_begins_where_its_names_lead_and_nowhere_else() {
        let start = |text: &str| Pages::with(&["a.b".to_owned()]).list_start(text.as_bytes());
        assert_eq!(start("{\"Records\": [1"), Some(ListStart { at: 13, depth: 1 }));
        assert_eq!(start("{\"x\": [{\"Records\": []}], \"a\":{\"b\" :["), Some(ListStart { at: 36, depth: 2 }));
        for text in [
            "",
            "{",
            "{\"Records",
            "{\"x\":{\"Records\":[",
            "[{\"Records\":[",
            "{\"action\":\"a\",\"events\":[",
            "{\"x\":\"\\\"Records\\\":[\"}",
        ] {
            assert_eq!(start(text), None, "{text}");
        }
    }
}
