//! What an action's events must be: JSON Schemas of their metadata, and the types of their targets.

use super::answer::Misfit;
use super::bounds::{self, PATTERN_BYTES};
use super::cost;
use super::object::Object;
use crate::domain::problem::Faults;
use jsonschema::{PatternOptions, Validator};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, PoisonError, RwLock};

/// Most places that are told of an event that does not fit.
pub const MOST_MISFITS: usize = 20;

/// What somebody registered for an action.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rules {
    #[serde(skip_serializing_if = "Option::is_none")]
    actor: Option<OfActor>,
    targets: Vec<OfTarget>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<Value>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct OfActor {
    metadata: Value,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct OfTarget {
    #[serde(rename = "type")]
    kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<Value>,
}

impl Rules {
    /// Reads a request's body, or finds every fault in it, schemas that are none included.
    pub fn read(body: &Value) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let whole = Object::of(body, &mut faults);
        let actor = whole.object("actor", &mut faults).and_then(|actor| {
            let metadata = schema(&actor, &mut faults);
            actor.require("metadata", metadata, &mut faults).map(|metadata| OfActor { metadata })
        });
        let targets = whole.objects("targets", &mut faults);
        let targets = whole.require("targets", targets, &mut faults).unwrap_or_default();
        if targets.is_empty() && whole.value("targets").is_some_and(Value::is_array) {
            faults.add("targets", "must have at least one entry");
        }
        let targets = targets.iter().filter_map(|target| of_target(target, &mut faults)).collect();
        let metadata = schema(&whole, &mut faults);
        if faults.is_empty() { Ok(Self { actor, targets, metadata }) } else { Err(faults) }
    }
}

fn of_target(target: &Object<'_>, faults: &mut Faults) -> Option<OfTarget> {
    let kind = target.text("type", faults);
    let kind = target.require("type", kind, faults);
    let metadata = schema(target, faults);
    Some(OfTarget { kind: kind?.to_owned(), metadata })
}

/// The JSON Schema in `metadata`.
fn schema(of: &Object<'_>, faults: &mut Faults) -> Option<Value> {
    let schema = of.value("metadata")?;
    let fault = match cost::steps(schema) {
        _ if !schema.is_object() => "must be a JSON Schema".to_owned(),
        Err(refusal) => refusal.to_string(),
        Ok(_) => match compiled(schema) {
            Ok(_) => return Some(schema.clone()),
            Err(reason) => format!("must be a JSON Schema: {reason}"),
        },
    };
    faults.add(of.path("metadata"), fault);
    None
}

/// Patterns run in linear time, whoever wrote them, and in little memory; schemas elsewhere are not fetched.
fn compiled(schema: &Value) -> Result<Validator, String> {
    let patterns = PatternOptions::regex().size_limit(PATTERN_BYTES).dfa_size_limit(PATTERN_BYTES);
    let options = jsonschema::options().with_pattern_options(patterns);
    options.build(schema).map_err(|error| error.to_string())
}

/// Rules ready to look at events, by what they say: making them costs more than using them.
#[derive(Default)]
pub struct Ready(RwLock<Sights>);

#[derive(Default)]
struct Sights {
    by_rules: HashMap<String, Arc<Sight>>,
    /// How many bytes they take, more or less.
    weight: usize,
}

impl Ready {
    /// Most bytes of all of them, beyond which it begins anew: far more than most people's actions take.
    const MOST: usize = 128 * 1024 * 1024;

    /// Where an event does not fit.
    pub fn misfits(&self, rules: &Rules, event: &Value) -> Result<Vec<Misfit>, String> {
        Ok(self.sight(rules)?.misfits(event))
    }

    fn sight(&self, rules: &Rules) -> Result<Arc<Sight>, String> {
        let said = json!(rules);
        let text = said.to_string();
        if let Some(ready) = self.0.read().unwrap_or_else(PoisonError::into_inner).by_rules.get(&text) {
            return Ok(Arc::clone(ready));
        }
        let ready = Arc::new(Sight::of(rules)?);
        self.0.write().unwrap_or_else(PoisonError::into_inner).add(text, &said, &ready);
        Ok(ready)
    }
}

impl Sights {
    fn add(&mut self, text: String, rules: &Value, ready: &Arc<Sight>) {
        let weight = bounds::weight(rules, text.len());
        if self.weight + weight > Ready::MOST {
            *self = Self::default();
        }
        if self.by_rules.insert(text, Arc::clone(ready)).is_none() {
            self.weight += weight;
        }
    }
}

/// The validators of an action's rules. Each schema is one of its own, as it was when it was registered: within another,
/// its references would lead elsewhere.
struct Sight {
    /// The types of targets that must be there.
    kinds: Vec<String>,
    actor: Option<Measured>,
    /// By the type of the targets that they are for.
    targets: Vec<(String, Measured)>,
    metadata: Option<Measured>,
}

/// A validator, and how many steps it takes at most.
struct Measured {
    validator: Validator,
    steps: usize,
}

impl Measured {
    fn of(schema: &Value) -> Result<Self, String> {
        // Of one that was registered before there was a bound, no more is known than that it is beyond.
        let steps = cost::steps(schema).unwrap_or(cost::MOST_OF_AN_EVENT + 1);
        Ok(Self { validator: compiled(schema)?, steps })
    }
}

/// A part of an event, and what it is looked at with.
struct Look<'l> {
    with: &'l Measured,
    part: &'l Value,
    /// Where both stand within the whole.
    places: [String; 2],
}

impl Sight {
    fn of(rules: &Rules) -> Result<Self, String> {
        let of_target = |target: &OfTarget| {
            let metadata = target.metadata.as_ref()?;
            Some(Measured::of(metadata).map(|schema| (target.kind.clone(), schema)))
        };
        Ok(Self {
            kinds: rules.targets.iter().map(|target| target.kind.clone()).collect(),
            actor: rules.actor.as_ref().map(|actor| Measured::of(&actor.metadata)).transpose()?,
            targets: rules.targets.iter().filter_map(of_target).collect::<Result<_, _>>()?,
            metadata: rules.metadata.as_ref().map(Measured::of).transpose()?,
        })
    }

    /// The first places where an event does not fit.
    fn misfits(&self, event: &Value) -> Vec<Misfit> {
        let looks = self.looks(event);
        let steps = looks.iter().fold(0, |steps: usize, look| steps.saturating_add(look.with.steps));
        if steps > cost::MOST_OF_AN_EVENT {
            let expected = "must take less work to compare with the action's schema: send fewer targets, or register a simpler one";
            return vec![Misfit::new("", "#", "maxSteps", expected)];
        }
        let mut found = self.lacking(event);
        for look in &looks {
            if found.len() >= MOST_MISFITS {
                break;
            }
            found.extend(look.misfits());
        }
        found.truncate(MOST_MISFITS);
        found
    }

    /// Types of targets that must be there and are not.
    fn lacking(&self, event: &Value) -> Vec<Misfit> {
        let targets = event["targets"].as_array().map(Vec::as_slice).unwrap_or_default();
        let there: HashSet<&str> = targets.iter().filter_map(|target| target["type"].as_str()).collect();
        let lacking = self.kinds.iter().enumerate().filter(|(_, kind)| !there.contains(kind.as_str()));
        let misfit = |(at, kind): (usize, &String)| {
            let place = format!("#/properties/targets/allOf/{at}/contains");
            Misfit::new("/targets", &place, "contains", &format!("must have a target of the type {kind}"))
        };
        lacking.take(MOST_MISFITS).map(misfit).collect()
    }

    /// All that is to be looked at. Metadata is looked at where there is some.
    fn looks<'l>(&'l self, event: &'l Value) -> Vec<Look<'l>> {
        let mut looks = Vec::new();
        let mut look = |with: &'l Measured, at: String, schema_at: &str| {
            if let Some(part) = event.pointer(&at).filter(|metadata| !metadata.is_null()) {
                looks.push(Look { with, part, places: [at, schema_at.to_owned()] });
            }
        };
        if let Some(schema) = &self.actor {
            look(schema, "/actor/metadata".to_owned(), "/properties/actor/properties/metadata");
        }
        for (at, target) in event["targets"].as_array().into_iter().flatten().enumerate() {
            for (_, schema) in self.targets.iter().filter(|(kind, _)| target["type"] == **kind) {
                look(schema, format!("/targets/{at}/metadata"), "/properties/targets/items/properties/metadata");
            }
        }
        if let Some(schema) = &self.metadata {
            look(schema, "/metadata".to_owned(), "/properties/metadata");
        }
        looks
    }
}

impl Look<'_> {
    /// Where the part does not fit. Most fit, which is found out without collecting anything.
    fn misfits(&self) -> Vec<Misfit> {
        if self.with.validator.is_valid(self.part) {
            return Vec::new();
        }
        let [instance, place] = &self.places;
        let misfit = |error: jsonschema::ValidationError<'_>| {
            let (within, schema) = (error.instance_path().as_str(), error.schema_path().as_str());
            let [instance, place] = [format!("{instance}{within}"), format!("#{place}{schema}")];
            Misfit::new(&instance, &place, error.kind().keyword(), &error.masked().to_string())
        };
        self.with.validator.iter_errors(self.part).take(MOST_MISFITS).map(misfit).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Map;

    fn misfits(rules: &Value, event: &Value) -> Vec<(String, String)> {
        let rules = Rules::read(rules).unwrap_or_else(|faults| panic!("{faults:?}"));
        let found = Ready::default().misfits(&rules, event).unwrap();
        found.into_iter().map(|misfit| (misfit.instance_path, misfit.keyword)).collect()
    }

    fn of(path: &str, keyword: &str) -> (String, String) {
        (path.to_owned(), keyword.to_owned())
    }

    #[test]
    fn an_event_needs_every_type_of_target_and_metadata_of_the_right_type_where_it_has_some() {
        let typed = |kind: &str| json!({"type": "object", "properties": {"n": {"type": kind}}});
        let rules = json!({
            "actor": {"metadata": typed("string")},
            "targets": [{"type": "user"}, {"type": "team", "metadata": typed("number")}],
            "metadata": typed("boolean"),
        });
        let targets =
            |team: Value| json!([{"type": "user", "metadata": {"n": "x"}}, {"type": "team", "metadata": team}]);
        assert_eq!(misfits(&rules, &json!({"actor": {}, "targets": targets(json!({}))})), []);
        assert_eq!(misfits(&rules, &json!({"targets": [{"type": "team"}]})), [of("/targets", "contains")]);
        let wrong =
            json!({"actor": {"metadata": {"n": 1}}, "targets": targets(json!({"n": "x"})), "metadata": {"n": 1}});
        let mut found = misfits(&rules, &wrong);
        found.sort();
        let expected =
            [of("/actor/metadata/n", "type"), of("/metadata/n", "type"), of("/targets/1/metadata/n", "type")];
        assert_eq!(found, expected);
    }

    #[test]
    fn rules_that_are_ready_are_forgotten_before_they_take_too_much() {
        let ready = Ready::default();
        let patterns: Map<String, Value> = (0..50).map(|at| (format!("p{at}"), json!({"pattern": "^a+$"}))).collect();
        for number in 0..60 {
            let rules = json!({"targets": [{"type": number.to_string(), "metadata": {"properties": patterns}}]});
            ready.misfits(&Rules::read(&rules).unwrap(), &json!({})).unwrap();
        }
        let held = ready.0.read().unwrap();
        assert!((1..60).contains(&held.by_rules.len()) && held.weight <= Ready::MOST);
    }

    #[test]
    fn what_is_no_schema_is_a_fault_of_its_own_path() {
        let rules = json!({
            "actor": {},
            "targets": [{"metadata": {"type": "nothing"}}, {"type": "t", "metadata": 7}],
            "metadata": {"$ref": "https://elsewhere.test/schema"},
        });
        let faults = Rules::read(&rules).unwrap_err();
        let paths: Vec<&str> = faults.iter().map(|(path, _)| path).collect();
        assert_eq!(
            paths,
            ["actor.metadata", "metadata", "targets[0].metadata", "targets[0].type", "targets[1].metadata"]
        );
        assert_eq!(Rules::read(&json!({"targets": []})).unwrap_err().len(), 1);
    }
}
