//! Where the fields of another API are among ours.

use serde_json::{Map, Value};

/// Pairs of paths: theirs, and ours.
pub struct Fields(pub &'static [(&'static str, &'static str)]);

impl Fields {
    /// An event's fields at our paths. What is not in the list is left out; null counts as not there.
    pub fn moved(&self, sent: &Value) -> Value {
        let mut ours = Value::Object(Map::new());
        for (theirs, path) in self.0 {
            if let Some(value) = at(sent, theirs).filter(|value| !value.is_null()) {
                put(&mut ours, path, value.clone());
            }
        }
        ours
    }

    /// One of our paths in their words; the same where they have none.
    pub fn theirs(&self, ours: &str) -> String {
        let exact = self.0.iter().find(|(_, path)| *path == ours).map(|(theirs, _)| (*theirs).to_owned());
        exact.or_else(|| self.around(ours)).or_else(|| self.below(ours)).unwrap_or_else(|| ours.to_owned())
    }

    /// What holds the fields that we have below a path.
    fn around(&self, ours: &str) -> Option<String> {
        let held = |path: &str| path.strip_prefix(ours).is_some_and(|rest| rest.starts_with('.'));
        let theirs = self.0.iter().find(|(_, path)| held(path))?.0;
        theirs.rsplit_once('.').map(|(holder, _)| holder.to_owned())
    }

    /// A path that goes on below one that is known.
    fn below(&self, ours: &str) -> Option<String> {
        self.0.iter().find_map(|(theirs, path)| {
            let rest = ours.strip_prefix(path)?;
            rest.starts_with(['.', '[']).then(|| format!("{theirs}{rest}"))
        })
    }
}

/// The value at a path such as `actor.id`.
pub fn at<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    path.split('.').try_fold(value, |value, name| value.get(name))
}

/// Puts a value at a path, below objects made on the way.
pub fn put(object: &mut Value, path: &str, value: Value) {
    let mut place = object;
    for name in path.split('.') {
        if !place.is_object() {
            *place = Value::Object(Map::new());
        }
        place = &mut place[name];
    }
    *place = value;
}

/// Without what nobody said.
pub fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(object) => {
            let said = object.into_iter().filter(|(_, value)| !value.is_null());
            said.map(|(name, value)| (name, without_nulls(value))).collect()
        }
        Value::Array(list) => list.into_iter().map(without_nulls).collect(),
        other => other,
    }
}

/// Makes a number at a path the text of it: some senders count what others name.
pub fn number_to_text(object: &mut Value, path: &str) {
    if let Some(Value::Number(number)) = at(object, path) {
        let text = number.to_string();
        put(object, path, Value::String(text));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const FIELDS: Fields = Fields(&[
        ("actor.id", "actor.uuid"),
        ("org", "client.uuid"),
        ("resource.id", "target.uuid"),
        ("meta", "metadata"),
    ]);

    #[test]
    fn fields_move_and_what_is_not_there_leaves_nothing() {
        let moved = FIELDS.moved(&json!({"actor": {"id": 7, "x": 1}, "org": null, "resource": "r", "meta": {"a": []}}));
        assert_eq!(moved, json!({"actor": {"uuid": 7}, "metadata": {"a": []}}));
    }

    #[test]
    fn a_fault_is_named_in_the_sender_s_words() {
        for (ours, theirs) in [
            ("actor.uuid", "actor.id"),
            ("actor", "actor"),
            ("client", "client"),
            ("target", "resource"),
            ("metadata.a[0]", "meta.a[0]"),
            ("url", "url"),
        ] {
            assert_eq!(FIELDS.theirs(ours), theirs);
        }
    }

    #[test]
    fn a_number_may_be_a_name() {
        let mut event = json!({"actor": {"uuid": 7}, "target": {"uuid": "t"}});
        number_to_text(&mut event, "actor.uuid");
        number_to_text(&mut event, "target.uuid");
        number_to_text(&mut event, "client.uuid");
        assert_eq!(event, json!({"actor": {"uuid": "7"}, "target": {"uuid": "t"}}));
    }
}
