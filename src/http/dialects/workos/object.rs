//! Reading JSON by hand: what is not there, what is of the wrong kind, every fault at once and by its path.

use crate::domain::problem::Faults;
use crate::domain::time::Timestamp;
use serde_json::{Map, Value};

/// Most characters of a text in metadata.
const LONGEST_VALUE: usize = 500;
/// Most characters of a name in metadata.
const LONGEST_NAME: usize = 40;
/// Most names in metadata.
pub const MOST_NAMES: usize = 50;

/// An object that is being read; null and empty texts count as not there.
pub struct Object<'v> {
    object: Option<&'v Map<String, Value>>,
    path: String,
}

impl<'v> Object<'v> {
    /// A whole body.
    pub fn of(body: &'v Value, faults: &mut Faults) -> Self {
        Self::at(body, String::new(), faults)
    }

    fn at(value: &'v Value, path: String, faults: &mut Faults) -> Self {
        if !value.is_object() {
            faults.add(if path.is_empty() { "body" } else { &path }, "must be an object");
        }
        Self { object: value.as_object(), path }
    }

    /// A field's path from the body on.
    pub fn path(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    /// A field's value, of whatever kind.
    pub fn value(&self, name: &str) -> Option<&'v Value> {
        self.object?.get(name).filter(|value| !value.is_null())
    }

    /// Faults of missing fields count only in an object that is there.
    pub fn require<T>(&self, name: &str, found: Option<T>, faults: &mut Faults) -> Option<T> {
        let empty = || self.value(name).is_none_or(|value| value.as_str().is_some_and(|text| text.trim().is_empty()));
        if found.is_none() && self.object.is_some() && empty() {
            faults.add(self.path(name), "is required");
        }
        found
    }

    fn kind<T>(&self, name: &str, expected: &str, read: fn(&'v Value) -> Option<T>, faults: &mut Faults) -> Option<T> {
        let value = self.value(name)?;
        let found = read(value);
        if found.is_none() {
            faults.add(self.path(name), format!("must be {expected}"));
        }
        found
    }

    pub fn text(&self, name: &str, faults: &mut Faults) -> Option<&'v str> {
        self.kind(name, "a string", Value::as_str, faults).filter(|text| !text.trim().is_empty())
    }

    pub fn whole_number(&self, name: &str, faults: &mut Faults) -> Option<i64> {
        self.kind(name, "an integer", Value::as_i64, faults)
    }

    /// An ISO 8601 moment.
    pub fn moment(&self, name: &str, faults: &mut Faults) -> Option<Timestamp> {
        let text = self.text(name, faults)?;
        let moment = Timestamp::parse(text);
        if moment.is_err() {
            faults.add(self.path(name), "must be an ISO 8601 date and time");
        }
        moment.ok()
    }

    pub fn object(&self, name: &str, faults: &mut Faults) -> Option<Object<'v>> {
        Some(Object::at(self.value(name)?, self.path(name), faults))
    }

    /// An object for each entry.
    pub fn objects(&self, name: &str, faults: &mut Faults) -> Option<Vec<Object<'v>>> {
        let list = self.kind(name, "an array", Value::as_array, faults)?;
        let path = self.path(name);
        Some(list.iter().enumerate().map(|(at, one)| Object::at(one, format!("{path}[{at}]"), faults)).collect())
    }

    /// A text for each entry; none where there is no such field.
    pub fn texts(&self, name: &str, faults: &mut Faults) -> Vec<String> {
        let list = self.kind(name, "an array", Value::as_array, faults).map(Vec::as_slice).unwrap_or_default();
        let texts: Vec<String> = list.iter().filter_map(Value::as_str).map(str::to_owned).collect();
        if texts.len() < list.len() {
            faults.add(self.path(name), "must be an array of strings");
        }
        texts
    }

    /// Named scalars, as events, actors and targets carry them.
    pub fn metadata(&self, name: &str, faults: &mut Faults) -> Option<&'v Map<String, Value>> {
        let metadata = self.kind(name, "an object", Value::as_object, faults)?;
        let path = self.path(name);
        if metadata.len() > MOST_NAMES {
            faults.add(&path, format!("must have at most {MOST_NAMES} keys"));
        }
        for (key, value) in metadata {
            let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
            if key.len() > LONGEST_NAME || !key.chars().all(plain) {
                let expected = format!("must have at most {LONGEST_NAME} letters, digits, _ or - in its name");
                faults.add(format!("{path}.{key}"), expected);
            }
            match value {
                Value::String(text) if text.chars().count() > LONGEST_VALUE => {
                    faults.add(format!("{path}.{key}"), format!("must have at most {LONGEST_VALUE} characters"));
                }
                Value::Array(_) | Value::Object(_) => {
                    faults.add(format!("{path}.{key}"), "must be a string, a number or a boolean");
                }
                _ => {}
            }
        }
        Some(metadata)
    }
}
