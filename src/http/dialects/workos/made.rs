//! Schemas made from events that came, so that nobody has to write down what their servers send already.

use super::actions::{latest_of, register_by};
use super::object::MOST_NAMES;
use super::schema::Rules;
use crate::backend::auth::{Reader, Steward};
use crate::backend::{Backend, search};
use crate::domain::access::ProjectId;
use crate::domain::problem::Problem;
use crate::domain::query::{Condition, Filter, Part};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// How many of an action's last events a schema is made from.
pub const LAST: usize = 1_000;
/// Events that are read at once.
const AT_ONCE: u32 = 100;

/// A schema that was made.
#[derive(Debug, Clone, PartialEq)]
pub struct Made {
    pub version: usize,
    /// Whether it is another than the one before it.
    pub is_new: bool,
    /// From how many events.
    pub events: usize,
    /// As it is registered.
    pub schema: Value,
}

/// Makes a schema of an action from the last events of it that came by this API, and registers it. What all of these
/// events have is required, what some have is optional, and every type that was seen is allowed.
pub async fn make(backend: &Backend, steward: &Steward, reader: &Reader, action: &str) -> Result<Made, Problem> {
    let action = action.trim();
    if action.is_empty() {
        return Err(Problem::invalid("action", "is required"));
    }
    let seen = seen(backend, reader, action).await?;
    let schema = seen.schema()?;
    let rules = Rules::read(&schema).map_err(|faults| Problem::Invalid { faults })?;
    let events = seen.events;
    let (version, is_new) = register_by(backend, steward, action, &rules, events).await?;
    Ok(Made { version, is_new, events, schema })
}

/// The names of the actions that have a schema, each with the number of its latest version.
pub async fn actions(backend: &Backend, project: ProjectId, limit: u32) -> Result<Vec<(String, usize)>, Problem> {
    latest_of(backend, project, limit).await
}

async fn seen(backend: &Backend, reader: &Reader, action: &str) -> Result<Seen, Problem> {
    // A condition, since a star in a filter's action means more than itself.
    let filter = Filter { conditions: vec![Condition::exactly(Part::Action, action)], ..Filter::default() };
    let (mut seen, mut looked_at, mut after) = (Seen::default(), 0, None);
    loop {
        let page = search::page(backend, reader, filter.clone(), after, AT_ONCE).await?;
        looked_at += page.items.len();
        for stored in &page.items {
            let Some(sent) = stored.sent() else { continue };
            if let Some(Ok(sent)) = sent.to("workos").map(serde_json::from_str::<Value>) {
                seen.add(&sent["event"]);
            }
        }
        after = page.next;
        if after.is_none() || looked_at >= LAST {
            return Ok(seen);
        }
    }
}

/// What events had.
#[derive(Default)]
struct Seen {
    events: usize,
    actor: Names,
    metadata: Names,
    /// By their types: in how many events there was one, and what they had.
    targets: BTreeMap<String, (usize, Names)>,
}

/// The names of metadata, as far as there was some.
#[derive(Default)]
struct Names {
    objects: usize,
    /// The types of each, and how often it was there.
    names: BTreeMap<String, (BTreeSet<&'static str>, usize)>,
}

impl Seen {
    fn add(&mut self, event: &Value) {
        self.events += 1;
        self.actor.add(&event["actor"]["metadata"]);
        self.metadata.add(&event["metadata"]);
        let mut kinds = BTreeSet::new();
        for target in event["targets"].as_array().into_iter().flatten() {
            let Some(kind) = target["type"].as_str() else { continue };
            let (events, names) = self.targets.entry(kind.to_owned()).or_default();
            *events += usize::from(kinds.insert(kind));
            names.add(&target["metadata"]);
        }
    }

    /// A request's body that registers it.
    fn schema(&self) -> Result<Value, Problem> {
        if self.events == 0 {
            return Err(Problem::invalid("action", "has no event that came by the WorkOS API"));
        }
        let always = self.targets.iter().filter(|(_, (events, _))| *events == self.events);
        let targets: Vec<Value> = always.map(|(kind, (_, names))| with(json!({"type": kind}), names)).collect();
        if targets.is_empty() {
            let expected = "has events that have no type of target in common, which every schema needs";
            return Err(Problem::invalid("action", expected));
        }
        let mut schema = with(json!({"targets": targets}), &self.metadata);
        if self.actor.objects > 0 {
            schema["actor"] = with(json!({}), &self.actor);
        }
        Ok(schema)
    }
}

/// The same with a schema of its metadata, where there was some.
fn with(mut schema: Value, names: &Names) -> Value {
    if names.objects > 0 {
        schema["metadata"] = names.schema();
    }
    schema
}

impl Names {
    /// More names than this are said by no schema: whoever makes up names at will has none.
    const MOST: usize = 4 * MOST_NAMES;

    fn add(&mut self, metadata: &Value) {
        let Some(metadata) = metadata.as_object() else { return };
        self.objects += 1;
        for (name, value) in metadata {
            if self.names.len() < Self::MOST || self.names.contains_key(name) {
                let (types, times) = self.names.entry(name.clone()).or_default();
                types.insert(type_of(value));
                *times += 1;
            }
        }
    }

    fn schema(&self) -> Value {
        let property = |(name, (types, _)): (&String, &(BTreeSet<&str>, usize))| {
            let types: Vec<&str> = types.iter().copied().collect();
            let types = if let [one] = types.as_slice() { json!(one) } else { json!(types) };
            (name.clone(), json!({"type": types}))
        };
        let properties: Map<String, Value> = self.names.iter().map(property).collect();
        let always = self.names.iter().filter(|(_, (_, times))| *times == self.objects);
        let required: Vec<&String> = always.map(|(name, _)| name).collect();
        let mut schema = json!({"type": "object", "properties": properties});
        if !required.is_empty() {
            schema["required"] = json!(required);
        }
        schema
    }
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

#[cfg(test)]
mod tests {
    use super::super::cost;
    use super::*;

    fn schema(events: &[Value]) -> Result<Value, Problem> {
        let mut seen = Seen::default();
        for event in events {
            seen.add(event);
        }
        seen.schema()
    }

    #[test]
    fn what_all_events_have_is_required_and_every_type_that_was_seen_is_allowed() {
        let events = [
            json!({"actor": {"metadata": {"role": "admin"}}, "metadata": {"seats": 3, "note": "x"},
                "targets": [{"type": "team", "metadata": {"size": 1}}, {"type": "user"}]}),
            json!({"actor": {}, "metadata": {"seats": "many"}, "targets": [{"type": "team"}, {"type": "team"}]}),
        ];
        let expected = json!({
            "actor": {"metadata": {"type": "object", "properties": {"role": {"type": "string"}}, "required": ["role"]}},
            "targets": [{"type": "team", "metadata": {"type": "object", "properties": {"size": {"type": "number"}},
                "required": ["size"]}}],
            "metadata": {"type": "object", "required": ["seats"],
                "properties": {"note": {"type": "string"}, "seats": {"type": ["number", "string"]}}},
        });
        assert_eq!(schema(&events).unwrap(), expected);
        assert!(Rules::read(&expected).is_ok());
    }

    #[test]
    fn events_that_have_no_target_in_common_make_no_schema() {
        let of = |kind: &str| json!({"targets": [{"type": kind}]});
        assert_eq!(schema(&[of("a"), of("a")]).unwrap(), json!({"targets": [{"type": "a"}]}));
        assert!(schema(&[of("a"), of("b")]).is_err());
        assert!(schema(&[]).is_err());
    }

    #[test]
    fn whatever_names_were_seen_the_schema_is_one_that_can_be_registered() {
        let names = |from: usize| (from..from + 50).map(|at| (format!("n{at}"), json!(at))).collect::<Map<_, _>>();
        let events: Vec<Value> =
            (0..20).map(|at| json!({"metadata": names(50 * at), "targets": [{"type": "t"}]})).collect();
        let made = schema(&events).unwrap();
        assert!(made["metadata"]["properties"].as_object().unwrap().len() <= Names::MOST);
        assert!(cost::steps(&made["metadata"]).is_ok() && Rules::read(&made).is_ok());
    }
}
