//! Where a value stands in somebody's JSON, such as `user.roles[0].name` or `annotations."example.com/x"`.

use anyhow::{Context, bail, ensure};
use serde_json::Value;

/// A path of names and of places in lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    text: String,
    steps: Vec<Step>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Name(String),
    /// From 0.
    Entry(usize),
}

impl Path {
    /// Reads one.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let mut steps = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            rest = match rest.as_bytes()[0] {
                b'[' => {
                    let (number, after) = rest[1..].split_once(']').context("expected ] after [")?;
                    steps.push(Step::Entry(number.parse().context("expected a number between [ and ]")?));
                    after
                }
                b'"' => {
                    let (name, after) = rest[1..].split_once('"').context("expected a closing quote")?;
                    steps.push(Step::Name(name.to_owned()));
                    after
                }
                _ => {
                    let end = rest.find(['.', '[']).unwrap_or(rest.len());
                    ensure!(end > 0, "expected a name between dots");
                    steps.push(Step::Name(rest[..end].to_owned()));
                    &rest[end..]
                }
            };
            if let Some(after) = rest.strip_prefix('.') {
                ensure!(!after.is_empty(), "expected a name after the last dot");
                rest = after;
            } else if !rest.is_empty() && !rest.starts_with('[') {
                bail!("expected a dot before {rest:?}");
            }
        }
        ensure!(!steps.is_empty(), "expected a path such as user.id");
        Ok(Self { text: text.to_owned(), steps })
    }

    /// As it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The first name of it.
    pub fn top(&self) -> &str {
        match self.steps.first() {
            Some(Step::Name(name)) => name,
            Some(Step::Entry(_)) | None => "",
        }
    }

    /// What stands there, if that says something. A member may have the whole path as its name, as in tables.
    pub fn find<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        let nested = self.steps.iter().try_fold(value, |value, step| match step {
            Step::Name(name) => value.get(name),
            Step::Entry(at) => value.get(at),
        });
        nested.or_else(|| value.get(&self.text)).filter(|value| says_something(value))
    }

    /// Takes out what stands there.
    pub fn remove(&self, value: &mut Value) {
        let Some((last, before)) = self.steps.split_last() else { return };
        let holder = before.iter().try_fold(&mut *value, |value, step| match step {
            Step::Name(name) => value.get_mut(name),
            Step::Entry(at) => value.get_mut(at),
        });
        let removed = match (holder, last) {
            (Some(Value::Object(object)), Step::Name(name)) => object.remove(name),
            // The others keep their places.
            (Some(Value::Array(entries)), Step::Entry(at)) => entries.get_mut(*at).map(Value::take),
            _ => None,
        };
        if let Some(object) = value.as_object_mut().filter(|_| removed.is_none()) {
            object.remove(&self.text);
        }
    }
}

/// Whether a value is more than "nothing".
pub fn says_something(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(list) => !list.is_empty(),
        Value::Object(object) => !object.is_empty(),
        Value::Bool(_) | Value::Number(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn names_places_and_quoted_names_lead_to_a_value() {
        let value = json!({"a": {"b.c": [{"d": 1}, {"d": 2}]}, "x.y": 3, "blank": " ", "none": null});
        let find = |path: &str| Path::parse(path).unwrap().find(&value).cloned();
        assert_eq!(find("a.\"b.c\"[1].d"), Some(json!(2)));
        assert_eq!(find("x.y"), Some(json!(3)));
        for path in ["a.b", "a[0]", "blank", "none", "a.\"b.c\"[2]"] {
            assert_eq!(find(path), None, "{path}");
        }
    }

    #[test]
    fn what_is_taken_out_leaves_the_rest() {
        let mut value = json!({"a": {"b": 1, "c": [1, 2]}, "x.y": 3});
        for path in ["a.b", "a.c[0]", "x.y", "nowhere.at.all"] {
            Path::parse(path).unwrap().remove(&mut value);
        }
        assert_eq!(value, json!({"a": {"c": [null, 2]}}));
    }

    #[test]
    fn a_path_that_is_none_says_why() {
        for (path, reason) in [
            ("", "expected a path such as user.id"),
            ("a.", "expected a name after the last dot"),
            ("a..b", "expected a name between dots"),
            ("a[x]", "expected a number between [ and ]"),
            ("a[1", "expected ] after ["),
            ("\"a", "expected a closing quote"),
            ("a[0]b", "expected a dot before \"b\""),
        ] {
            assert_eq!(Path::parse(path).unwrap_err().to_string(), reason, "{path}");
        }
    }
}
