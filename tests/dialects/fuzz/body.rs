//! Bodies: good ones that were changed a little, any JSON, and what is no JSON at all.

use super::text;
use flate2::{Compression, write::GzEncoder};
use proptest::collection::{hash_map, vec};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Map, Value};
use std::fmt;
use std::io::Write;

/// What is sent, and what it says of itself.
#[derive(Clone)]
pub struct Sent {
    pub bytes: Vec<u8>,
    pub media: &'static str,
    pub coding: Option<&'static str>,
    /// The same before it was compressed.
    pub plain: Vec<u8>,
}

impl fmt::Debug for Sent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text: String = String::from_utf8_lossy(&self.plain).chars().take(4_000).collect();
        write!(f, "{} {:?} {text:?}", self.media, self.coding)
    }
}

/// No body.
pub fn none() -> BoxedStrategy<Sent> {
    damaged(Just(Vec::new()).boxed())
}

/// Bodies near one of these.
pub fn near(good: Vec<Value>) -> BoxedStrategy<Sent> {
    let changed = (select(good), vec((any::<Index>(), change()), 0..4)).prop_map(|(mut value, changes)| {
        for (at, change) in changes {
            apply(&mut value, at, change);
        }
        written(&value)
    });
    let other = json().prop_map(|value| written(&value));
    damaged(prop_oneof![12 => changed, 1 => other].boxed())
}

/// Any JSON.
pub fn json() -> BoxedStrategy<Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        select(RAW).prop_map(|raw| Value::from(format!("{MARK}{raw}"))),
        text::any().prop_map(Value::from),
    ];
    let tree = leaf.prop_recursive(4, 20, 4, |inner| {
        let objects = hash_map(text::any(), inner.clone(), 0..4);
        prop_oneof![
            vec(inner, 0..4).prop_map(Value::from),
            objects.prop_map(|map| Value::Object(map.into_iter().collect::<Map<_, _>>()))
        ]
    });
    tree.boxed()
}

/// Values that no `Value` can have: a text with this at its beginning is written as what follows.
const MARK: &str = "\u{e000}";

const RAW: &[&str] = &[
    r#""\ud800""#,
    r#""\udc00\ud800""#,
    r#""\u0000""#,
    "1e999",
    "-0.0",
    "1E-999",
    "123456789012345678901234567890",
    "0.1000000000000000055511151231257827",
    "NaN",
    "01",
    "'x'",
    "{\"a\":1,\"a\":2}",
    r#""\x""#,
    "\"\n\"",
];

fn written(value: &Value) -> Vec<u8> {
    let mut text = value.to_string();
    for raw in RAW {
        text = text.replace(&Value::from(format!("{MARK}{raw}")).to_string(), raw);
    }
    text.into_bytes()
}

/// What becomes of one value in a body.
#[derive(Debug, Clone)]
enum Change {
    Drop,
    Put(Value),
    Nest(usize),
    Repeat(usize),
    Rename(String),
    Add(String, Value),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        3 => Just(Change::Drop),
        6 => json().prop_map(Change::Put),
        1 => (1_usize..140).prop_map(Change::Nest),
        1 => (1_usize..120).prop_map(Change::Repeat),
        1 => text::any().prop_map(Change::Rename),
        2 => (text::any(), json()).prop_map(|(name, value)| Change::Add(name, value)),
    ]
}

fn apply(whole: &mut Value, at: Index, change: Change) {
    let mut places = vec![String::new()];
    find_places(whole, "", &mut places);
    let place = places[at.index(places.len())].clone();
    let (parent, name) = place.rsplit_once('/').unwrap_or_default();
    let name = name.replace("~1", "/").replace("~0", "~");
    match change {
        Change::Drop => drop(taken(whole, parent, &name)),
        Change::Rename(new) => {
            let value = taken(whole, parent, &name);
            if let (Some(value), Some(Value::Object(object))) = (value, whole.pointer_mut(parent)) {
                object.insert(new, value);
            }
        }
        Change::Put(value) => *whole.pointer_mut(&place).unwrap() = value,
        Change::Nest(levels) => {
            let value = whole.pointer_mut(&place).unwrap();
            *value = (0..levels).fold(value.take(), |value, _| Value::from(vec![value]));
        }
        Change::Repeat(times) => {
            let value = whole.pointer_mut(&place).unwrap();
            *value = Value::from(vec![value.take(); times]);
        }
        Change::Add(name, value) => match whole.pointer_mut(&place).unwrap() {
            Value::Object(object) => drop(object.insert(name, value)),
            Value::Array(list) => list.push(value),
            _ => {}
        },
    }
}

/// A value, gone from the object that held it.
fn taken(whole: &mut Value, parent: &str, name: &str) -> Option<Value> {
    whole.pointer_mut(parent)?.as_object_mut()?.remove(name)
}

fn find_places(value: &Value, path: &str, places: &mut Vec<String>) {
    let mut within = |name: String, value: &Value| {
        let path = format!("{path}/{}", name.replace('~', "~0").replace('/', "~1"));
        places.push(path.clone());
        find_places(value, &path, places);
    };
    match value {
        Value::Object(object) => object.iter().for_each(|(name, value)| within(name.clone(), value)),
        Value::Array(list) => list.iter().enumerate().for_each(|(at, value)| within(at.to_string(), value)),
        _ => {}
    }
}

/// What happens to bytes on their way.
#[derive(Debug, Clone)]
enum Damage {
    Cut(Index),
    Put(Index, Vec<u8>),
    Twice(&'static str),
}

/// The same, for most of them as they are.
pub fn damaged(bodies: BoxedStrategy<Vec<u8>>) -> BoxedStrategy<Sent> {
    let bytes = vec(any::<u8>(), 1..4);
    let damage = prop_oneof![
        any::<Index>().prop_map(Damage::Cut),
        (any::<Index>(), bytes).prop_map(|(at, bytes)| Damage::Put(at, bytes)),
        select(vec!["\n", "", " ", ",", "\r\n\n"]).prop_map(Damage::Twice),
    ];
    let media = prop_oneof![20 => Just("application/json"), 1 => select(vec!["", "application/x-ndjson",
        "application/json; charset=utf-16", "text/plain", "application/x-www-form-urlencoded", "*", ";"])];
    let coding = prop_oneof![20 => Just(None), 1 => select(vec!["gzip", "GZIP", "identity", "br", "gzip, gzip", ""]).prop_map(Some)];
    let damage = proptest::option::weighted(0.15, damage);
    (bodies, damage, media, coding, proptest::option::weighted(0.2, any::<Index>()))
        .prop_map(|(plain, damage, media, coding, cut)| {
            let plain = after(plain, damage);
            let bytes = if coding == Some("gzip") { compressed(&plain, cut) } else { plain.clone() };
            Sent { bytes, media, coding, plain }
        })
        .boxed()
}

fn after(mut bytes: Vec<u8>, damage: Option<Damage>) -> Vec<u8> {
    match damage {
        None => {}
        Some(Damage::Cut(at)) => bytes.truncate(at.index(bytes.len() + 1)),
        Some(Damage::Put(at, more)) => {
            let at = at.index(bytes.len() + 1);
            bytes.splice(at..at, more);
        }
        Some(Damage::Twice(between)) => bytes = [&bytes, between.as_bytes(), &bytes].concat(),
    }
    bytes
}

/// With gzip, and perhaps not to its end.
fn compressed(bytes: &[u8], cut: Option<Index>) -> Vec<u8> {
    let mut writer = GzEncoder::new(Vec::new(), Compression::fast());
    writer.write_all(bytes).unwrap();
    let mut bytes = writer.finish().unwrap();
    if let Some(at) = cut {
        bytes.truncate(at.index(bytes.len()));
    }
    bytes
}
