//! How much work looking at an event with a schema is, at most. It is counted before a schema is used: an evaluation that
//! has begun cannot be stopped.
//!
//! An event's metadata are flat, at most [`KEYS`] names and scalars, so every keyword is met once for the whole, and once
//! for each value at most.

use super::object::MOST_NAMES as KEYS;
use serde_json::{Map, Value};

/// Most steps of one schema.
pub const MOST: usize = 10_000;
/// Most steps of all that an event is looked at with: each target is looked at by itself.
pub const MOST_OF_AN_EVENT: usize = 200_000;
/// What matching a text by a regular expression counts as.
const MATCH: usize = 100;
/// Bytes of a text, in a schema, that count as a step: a fault repeats them.
const BYTES: usize = 64;

/// Why it cannot be said how much work a schema is, or that it is too much.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("must take at most {MOST} steps to compare with; it has too many keywords for each name")]
    TooCostly,
    #[error("must refer by JSON pointers within it, such as #/$defs/name; {0} is none")]
    Reference(String),
    #[error("must have $id at its top alone")]
    NestedId,
}

/// The steps that looking at one object of metadata takes at most.
pub fn steps(schema: &Value) -> Result<usize, Refusal> {
    let mut count = Count { root: schema, spent: 0, within: Vec::new() };
    count.schema(schema, Of::Metadata, 1)?;
    Ok(count.spent)
}

/// What a part of a schema is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Of {
    Metadata,
    /// One of its names or values, within which there is nothing more.
    Value,
}

/// What stands in a keyword.
enum Keyword {
    /// A schema of the same thing.
    Same,
    /// Several.
    SameEach,
    /// A schema of each name or value that others leave.
    EveryValue,
    /// Schemas by name.
    Named,
    /// Schemas by a regular expression of the names.
    Patterns,
    /// Schemas by a name that must be there, or lists of other names.
    Dependent,
    Pattern,
    Reference,
    /// Only for references.
    Definitions,
    /// What a value is compared with, or nothing that takes work.
    Plain,
}

impl Keyword {
    fn of(name: &str) -> Self {
        match name {
            // Metadata has no lists: what is for these is met, and goes no further.
            "not" | "if" | "then" | "else" | "items" | "additionalItems" | "contains" | "unevaluatedItems"
            | "contentSchema" => Self::Same,
            "allOf" | "anyOf" | "oneOf" | "prefixItems" => Self::SameEach,
            "additionalProperties" | "propertyNames" | "unevaluatedProperties" => Self::EveryValue,
            "properties" => Self::Named,
            "patternProperties" => Self::Patterns,
            "dependentSchemas" | "dependencies" => Self::Dependent,
            "pattern" => Self::Pattern,
            "$ref" | "$dynamicRef" | "$recursiveRef" => Self::Reference,
            "$defs" | "definitions" => Self::Definitions,
            _ => Self::Plain,
        }
    }
}

struct Count<'s> {
    root: &'s Value,
    spent: usize,
    /// The references that are being followed; one that leads back ends there.
    within: Vec<&'s str>,
}

impl<'s> Count<'s> {
    fn spend(&mut self, steps: usize) -> Result<(), Refusal> {
        self.spent = self.spent.saturating_add(steps);
        if self.spent > MOST { Err(Refusal::TooCostly) } else { Ok(()) }
    }

    /// A schema that is met so many times.
    fn schema(&mut self, schema: &'s Value, of: Of, times: usize) -> Result<(), Refusal> {
        self.spend(times)?;
        let Some(object) = schema.as_object() else { return self.plain(schema, times) };
        // What others leave is found out anew for every name.
        let times = if of == Of::Metadata && object.contains_key("unevaluatedProperties") {
            times.saturating_mul(KEYS)
        } else {
            times
        };
        self.check_id(schema, object)?;
        object.iter().try_for_each(|(name, value)| self.keyword(name, value, of, times))
    }

    fn keyword(&mut self, name: &str, value: &'s Value, of: Of, times: usize) -> Result<(), Refusal> {
        let each = if of == Of::Metadata { times.saturating_mul(KEYS) } else { times };
        let named = value.as_object().into_iter().flat_map(Map::values);
        self.spend(times)?;
        match Keyword::of(name) {
            Keyword::Same if value.is_array() => self.schemas(value, of, times),
            Keyword::Same => self.schema(value, of, times),
            Keyword::SameEach => self.schemas(value, of, times),
            Keyword::EveryValue => self.schema(value, Of::Value, each),
            Keyword::Named => named.into_iter().try_for_each(|one| self.schema(one, Of::Value, times)),
            Keyword::Patterns => named.into_iter().try_for_each(|one| {
                self.spend(each)?;
                self.schema(one, Of::Value, each)
            }),
            Keyword::Dependent => named.into_iter().try_for_each(|one| self.schema(one, of, times)),
            Keyword::Pattern => self.spend(times.saturating_mul(MATCH)),
            Keyword::Reference => self.reference(value, of, times),
            Keyword::Definitions => Ok(()),
            Keyword::Plain => self.plain(value, times),
        }
    }

    fn schemas(&mut self, list: &'s Value, of: Of, times: usize) -> Result<(), Refusal> {
        list.as_array().into_iter().flatten().try_for_each(|one| self.schema(one, of, times))
    }

    fn reference(&mut self, value: &'s Value, of: Of, times: usize) -> Result<(), Refusal> {
        let Some(text) = value.as_str() else { return Ok(()) };
        if self.within.contains(&text) {
            return Ok(());
        }
        let own = self.root["$id"].as_str();
        let pointer = match text.strip_prefix('#') {
            None if own == Some(text) => Some(""),
            None => None,
            Some(pointer) => Some(pointer).filter(|pointer| !pointer.contains('%')),
        };
        let to = pointer.and_then(|pointer| self.root.pointer(pointer));
        let to = to.ok_or_else(|| Refusal::Reference(text.chars().take(100).collect()))?;
        self.within.push(text);
        self.schema(to, of, times)?;
        self.within.pop();
        Ok(())
    }

    /// Below an id of its own, references would lead elsewhere than they are followed to here.
    fn check_id(&self, schema: &Value, object: &Map<String, Value>) -> Result<(), Refusal> {
        let named = ["$id", "id"].iter().any(|name| object.get(*name).is_some_and(Value::is_string));
        if named && !std::ptr::eq(schema, self.root) { Err(Refusal::NestedId) } else { Ok(()) }
    }

    /// Each entry of a list, and each stretch of a text.
    fn plain(&mut self, value: &Value, times: usize) -> Result<(), Refusal> {
        match value {
            Value::String(text) => self.spend(times.saturating_mul(text.len() / BYTES)),
            Value::Array(list) => list.iter().try_for_each(|one| {
                self.spend(times)?;
                self.plain(one, times)
            }),
            Value::Object(object) => object.iter().try_for_each(|(name, one)| {
                self.spend(times.saturating_mul(1 + name.len() / BYTES))?;
                self.plain(one, times)
            }),
            Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn named(count: usize, one: &Value) -> Value {
        (0..count).map(|number| (format!("p{number}"), one.clone())).collect::<Map<_, _>>().into()
    }

    #[test]
    fn what_people_register_is_little_work() {
        for schema in [
            json!({"type": "object", "properties": named(50, &json!({"type": ["string", "null"], "maxLength": 500}))}),
            json!({"type": "object", "properties": named(20, &json!({"type": "string", "pattern": "^[a-z]+$"}))}),
            json!({"$defs": {"n": {"type": "number"}}, "additionalProperties": {"$ref": "#/$defs/n"}}),
            json!({"properties": {"id": {"type": "string"}, "$id": {"type": "string"}}, "required": ["id"]}),
            json!({"$ref": "#"}),
            json!(true),
        ] {
            assert!(steps(&schema).unwrap() <= MOST / 2, "{schema}");
        }
    }

    #[test]
    fn what_multiplies_is_too_much() {
        let doubling = |levels: usize| {
            let to = |level: usize| json!({"$ref": format!("#/$defs/{level}")});
            let defs: Map<_, _> = (0..levels)
                .map(|level| (level.to_string(), json!({"allOf": [to(level + 1), to(level + 1)]})))
                .chain([(levels.to_string(), json!({"enum": vec![0; 1_000]}))])
                .collect();
            json!({"$defs": defs, "$ref": "#/$defs/0"})
        };
        let many = |one: Value, count: usize| Value::from(vec![one; count]);
        for schema in [
            json!({"additionalProperties": {"allOf": many(json!({"type": "null"}), 2_000)}}),
            json!({"additionalProperties": {"allOf": many(json!({"const": "x".repeat(60)}), 200)}}),
            json!({"$defs": {"c": {"const": "x".repeat(60_000)}},
                "additionalProperties": {"allOf": many(json!({"$ref": "#/$defs/c"}), 16)}}),
            json!({"patternProperties": named(50, &json!({"allOf": many(json!({"type": "null"}), 5)}))}),
            json!({"propertyNames": {"allOf": many(json!({"pattern": "a"}), 3)}}),
            json!({"allOf": many(json!({"properties": named(1, &json!({"type": "null"}))}), 5_000)}),
            json!({"unevaluatedProperties": false, "anyOf": many(json!({"required": ["a"]}), 100)}),
            doubling(5),
        ] {
            assert_eq!(steps(&schema), Err(Refusal::TooCostly), "{}", &schema.to_string()[..80]);
        }
    }

    #[test]
    fn a_reference_that_cannot_be_followed_here_is_refused() {
        for to in ["https://elsewhere.test/x", "#name", "#/$defs/none", "#/%24defs/a"] {
            let schema = json!({"$defs": {"a": true}, "properties": {"a": {"$ref": to}}});
            assert_eq!(steps(&schema), Err(Refusal::Reference(to.to_owned())));
        }
        let nested = json!({"$defs": {"a": {"$id": "urn:a", "$ref": "#"}}, "$ref": "#/$defs/a"});
        assert_eq!(steps(&nested), Err(Refusal::NestedId));
        assert!(steps(&json!({"$id": "urn:x", "$ref": "urn:x"})).is_ok());
    }
}
