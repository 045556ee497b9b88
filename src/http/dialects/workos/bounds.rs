//! How much a schema may be. Holding it, and looking at events with it, costs memory and time by these.

use super::LONGEST;
use crate::domain::problem::{Faults, Problem};
use serde_json::Value;

/// Types of targets: an event may have no more.
pub const MOST_TARGETS: usize = 100;
/// Levels of values within values: fewer than JSON is read to, since it is kept within more.
const DEEPEST: usize = 32;
/// Regular expressions in it,
const MOST_PATTERNS: usize = 50;
/// and the most bytes that one is made into.
pub const PATTERN_BYTES: usize = 64 * 1024;
/// References within it: each may lead to several more, so few can mean very many steps.
const MOST_REFERENCES: usize = 16;

/// Whether a body is short enough to be read.
pub fn check_length(text: &[u8]) -> Result<(), Problem> {
    if text.len() as u64 > LONGEST {
        return Err(Problem::invalid("body", format!("must have at most {LONGEST} bytes")));
    }
    Ok(())
}

/// Every bound that a request's body is beyond.
pub fn check(body: &Value) -> Result<(), Problem> {
    let Measure { depth, patterns, references } = Measure::of(body);
    let targets = body["targets"].as_array().map_or(0, Vec::len);
    let mut faults = Faults::default();
    for (most, found, what) in [
        (DEEPEST, depth, "levels"),
        (MOST_PATTERNS, patterns, "regular expressions"),
        (MOST_REFERENCES, references, "references"),
        (MOST_TARGETS, targets, "targets"),
    ] {
        if found > most {
            faults.add("body", format!("must have at most {most} {what}"));
        }
    }
    faults.or(())
}

/// The most bytes that validators of these rules take, more or less.
pub fn weight(rules: &Value, bytes: usize) -> usize {
    const VALIDATORS_BYTES: usize = 16;
    bytes * VALIDATORS_BYTES + Measure::of(rules).patterns * PATTERN_BYTES
}

#[derive(Default)]
struct Measure {
    depth: usize,
    patterns: usize,
    references: usize,
}

impl Measure {
    fn of(value: &Value) -> Self {
        let mut measure = Self::default();
        measure.add(value, 1);
        measure
    }

    fn add(&mut self, value: &Value, level: usize) {
        self.depth = self.depth.max(level);
        match value {
            Value::Array(list) => list.iter().for_each(|value| self.add(value, level + 1)),
            Value::Object(object) => {
                for (name, value) in object {
                    match name.as_str() {
                        "pattern" => self.patterns += 1,
                        "patternProperties" => self.patterns += value.as_object().map_or(0, serde_json::Map::len),
                        "$ref" | "$dynamicRef" | "$recursiveRef" => self.references += 1,
                        _ => {}
                    }
                    self.add(value, level + 1);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
}
