//! Mappings: how events of services that Daybook does not speak to become ours. A mapping is a file of rules (TOML); some
//! are shipped.

mod path;
mod rule;
mod shipped;

pub use shipped::{SHIPPED, Shipped};

use super::pages::Pages;
use anyhow::{Context, ensure};
use daybook::backend::ingest::Translation;
use daybook::domain::access::ClientId;
use daybook::domain::json;
use daybook::domain::time::epoch_number;
use daybook::http::history::{Format, put};
use path::{Path, says_something};
use rule::{Rule, as_text, rules};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Fields that hold something else than a text.
const NOT_TEXTS: [&str; 9] = [
    "time",
    "anonymous",
    "schemaVersion",
    "targets",
    "changes",
    "metadata",
    "fields",
    "actor.metadata",
    "impersonator.metadata",
];
/// Objects into which a mapping may put members of any name and value.
const ANY_VALUES: [&str; 5] = ["metadata.", "fields.", "actor.metadata.", "impersonator.metadata.", "target.metadata."];

/// How the events of one service become ours.
#[derive(Debug, Clone)]
pub struct Mapping {
    name: String,
    fields: Vec<(String, Vec<Rule>)>,
    /// Any of these tells its events.
    signs: Vec<Vec<Sign>>,
    pages: Vec<String>,
    /// Whose log events are that name no client.
    client: Option<ClientId>,
}

/// What an event of the service certainly has.
#[derive(Debug, Clone)]
struct Sign {
    path: Path,
    is: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MappingFile {
    name: Option<String>,
    /// Where a page holds its events.
    #[serde(default)]
    events: Vec<String>,
    #[serde(default)]
    detect: Vec<Vec<String>>,
    fields: BTreeMap<String, toml::Value>,
}

impl Mapping {
    /// Reads one; its name is this where it says none.
    pub fn parse(text: &str, name: &str) -> anyhow::Result<Self> {
        let MappingFile { name: own, events, detect, fields } = toml::from_str(text)?;
        let name = own.unwrap_or_else(|| name.to_owned());
        let is_word =
            !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
        ensure!(is_word && name.len() <= 64, "name: expected 1 to 64 letters, digits, dots and dashes, found {name:?}");
        ensure!(Format::of_word(&name).is_none(), "name: {name:?} is an API that Daybook speaks; choose another");
        let of_field = |(field, text): (&String, &toml::Value)| {
            check_field(field)?;
            Ok((field.clone(), rules(text).with_context(|| format!("fields.{field:?}"))?))
        };
        let fields = fields.iter().map(of_field).collect::<anyhow::Result<_>>()?;
        let signs = detect.iter().map(|signs| signs.iter().map(|sign| Sign::parse(sign)).collect());
        let signs = signs.collect::<anyhow::Result<_>>().context("detect")?;
        Ok(Self { name, fields, signs, pages: events, client: None })
    }

    /// One that finds every field under its own name.
    pub fn of_own_names() -> anyhow::Result<Self> {
        let own = |field: &'static str| Ok((field.to_owned(), vec![Rule::of_path(field)?]));
        let fields = settable().map(own).collect::<anyhow::Result<_>>()?;
        Ok(Self { name: "mapped".to_owned(), fields, signs: Vec::new(), pages: Vec::new(), client: None })
    }

    /// With other rules for some fields.
    pub fn with_pairs(mut self, pairs: &[(String, String)]) -> anyhow::Result<Self> {
        for (path, field) in pairs {
            check_field(field)?;
            let rule = Rule::of_path(path).with_context(|| format!("--map {path}={field}"))?;
            self.fields.retain(|(name, _)| name != field);
            self.fields.push((field.clone(), vec![rule]));
        }
        Ok(self)
    }

    /// With whose log events are that name no client.
    pub fn with_client(self, client: Option<ClientId>) -> Self {
        Self { client, ..self }
    }

    /// By which it is chosen, and its events are known.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where pages hold events.
    pub fn pages(&self) -> Pages {
        Pages::with(&self.pages)
    }

    /// Whether an event is certainly one of its.
    pub fn matches(&self, event: &Value) -> bool {
        self.signs.iter().any(|signs| signs.iter().all(|sign| sign.is_in(event)))
    }

    /// Whether a table with these titles is certainly one of its.
    pub fn matches_titles(&self, titles: &[String]) -> bool {
        let has = |sign: &Sign| titles.iter().any(|title| title == sign.path.text() || title == sign.path.top());
        self.signs.iter().any(|signs| signs.iter().all(has))
    }

    /// Whether it can say whose log an event is.
    pub fn names_client(&self) -> bool {
        self.client.is_some() || self.fields.iter().any(|(field, _)| field == "client.uuid")
    }

    fn is_text(field: &str) -> bool {
        !NOT_TEXTS.contains(&field) && !ANY_VALUES.iter().any(|open| field.starts_with(open))
    }
}

impl Translation for Mapping {
    fn api(&self) -> &str {
        &self.name
    }

    fn translate(&self, sent: &Value) -> Value {
        let mut event = Value::Object(Map::new());
        let mut taken: Vec<(&str, &Path)> = Vec::new();
        for (field, rules) in &self.fields {
            let Some(given) = rules.iter().find_map(|rule| rule.give(sent)) else { continue };
            let text = as_text(&given.value).filter(|_| Self::is_text(field));
            let value = if field == "time" { moment(given.value) } else { text.map_or(given.value, Value::from) };
            put(&mut event, field, value);
            taken.extend(given.taken.into_iter().map(|path| (field.as_str(), path)));
        }
        let mut dropped = Vec::new();
        for (part, id) in [("actor", "/actor/uuid"), ("impersonator", "/impersonator/uuid"), ("target", "/target/uuid")]
        {
            if event.pointer(id).is_none() && remove(&mut event, part) {
                dropped.push(part);
            }
        }
        if event.get("actor").is_none() {
            event["anonymous"] = true.into();
        }
        if let Some(client) = self.client.as_ref().filter(|_| event.pointer("/client/uuid").is_none()) {
            put(&mut event, "client.uuid", client.as_str().into());
        }
        let kept = taken.iter().filter(|(field, _)| !dropped.iter().any(|part| is_within(field, part)));
        let rest = rest(sent, kept.map(|(_, path)| *path));
        add_metadata(&mut event, rest);
        event
    }

    fn their_path(&self, ours: &str) -> String {
        let rules = self.fields.iter().find(|(field, _)| field == ours).map(|(_, rules)| rules);
        let path = rules.and_then(|rules| rules.iter().find_map(Rule::first_path));
        path.map_or_else(|| ours.to_owned(), |path| path.text().to_owned())
    }
}

/// A moment as it is given; digits in a table's cell are a number.
fn moment(value: Value) -> Value {
    let number = value.as_str().and_then(epoch_number).and_then(|digits| json::value(digits).ok());
    number.unwrap_or(value)
}

fn is_within(field: &str, part: &str) -> bool {
    field.strip_prefix(part).is_some_and(|rest| rest.starts_with('.'))
}

fn remove(event: &mut Value, name: &str) -> bool {
    event.as_object_mut().is_some_and(|object| object.remove(name).is_some())
}

/// What no rule has taken: it is shown and searched as well.
fn rest<'p>(sent: &Value, taken: impl Iterator<Item = &'p Path>) -> Map<String, Value> {
    let mut rest = sent.clone();
    taken.for_each(|path| path.remove(&mut rest));
    match without_nothing(rest) {
        Value::Object(rest) => rest,
        _ => Map::new(),
    }
}

fn without_nothing(value: Value) -> Value {
    match value {
        Value::Object(object) => {
            let members = object.into_iter().map(|(name, value)| (name, without_nothing(value)));
            Value::Object(members.filter(|(_, value)| says_something(value)).collect())
        }
        other => other,
    }
}

fn add_metadata(event: &mut Value, rest: Map<String, Value>) {
    if rest.is_empty() {
        return;
    }
    if !event["metadata"].is_object() {
        event["metadata"] = Value::Object(Map::new());
    }
    if let Some(metadata) = event["metadata"].as_object_mut() {
        for (name, value) in rest {
            metadata.entry(name).or_insert(value);
        }
    }
}

impl Sign {
    /// `path`, or `path=text`.
    fn parse(text: &str) -> anyhow::Result<Self> {
        let (path, is) = text.split_once('=').map_or((text, None), |(path, is)| (path, Some(is.to_owned())));
        Ok(Self { path: Path::parse(path).with_context(|| format!("{path:?} is no path"))?, is })
    }

    fn is_in(&self, event: &Value) -> bool {
        let found = self.path.find(event);
        match &self.is {
            None => found.is_some(),
            Some(text) => found.and_then(as_text).as_ref() == Some(text),
        }
    }
}

/// Fields that an event may be sent with.
fn settable() -> impl Iterator<Item = &'static str> {
    let columns = Format::Native.history().columns().iter().map(|(_, path, _)| *path);
    columns.filter(|path| !["id", "receptionTime", "api", "masked"].contains(path))
}

/// Whether a mapping may fill a field.
fn check_field(field: &str) -> anyhow::Result<()> {
    let is_open = ANY_VALUES.iter().any(|open| field.strip_prefix(open).is_some_and(|name| !name.is_empty()));
    ensure!(
        is_open || settable().any(|path| path == field),
        "{field:?} is no field of an event; expected one of {}, or a name below metadata, fields or actor.metadata",
        settable().collect::<Vec<_>>().join(", ")
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn mapping(text: &str) -> Mapping {
        Mapping::parse(text, "test").unwrap()
    }

    #[test]
    fn fields_are_found_and_the_rest_is_metadata() {
        let mapping = mapping(
            "fields = { 'actor.uuid' = 'who.id', action = 'what', 'target.type' = {value = 'door'}, 'target.uuid' = 'door',\n\
             'client.uuid' = 'org', time = 'at', 'metadata.by' = {value = 'test'} }",
        );
        let sent = json!({"who": {"id": 7, "shift": "late"}, "what": "open", "org": "acme", "at": 1_767_225_600_000_i64, "n": null,
            "count": 0, "list": []});
        let ours = json!({"actor": {"uuid": "7"}, "action": "open", "client": {"uuid": "acme"}, "time": 1_767_225_600_000_i64,
            "metadata": {"by": "test", "who": {"shift": "late"}, "count": 0}});
        assert_eq!(mapping.translate(&sent), ours);
        assert_eq!(mapping.their_path("actor.uuid"), "who.id");
        assert_eq!(mapping.their_path("crud"), "crud");
    }

    #[test]
    fn nobody_is_anonymous_and_a_client_is_given_where_none_is_named() {
        let mapping =
            mapping("fields = { action = 'what', 'actor.uuid' = 'id', 'actor.name' = 'name', 'client.uuid' = 'org' }")
                .with_client(Some(ClientId::parse("acme").unwrap()));
        let ours = mapping.translate(&json!({"what": "a", "name": "Ann"}));
        let expected =
            json!({"action": "a", "anonymous": true, "client": {"uuid": "acme"}, "metadata": {"name": "Ann"}});
        assert_eq!(ours, expected);
        assert_eq!(mapping.translate(&json!({"what": "a", "id": "u", "org": "b"}))["client"]["uuid"], "b");
    }

    #[test]
    fn a_mapping_that_is_none_says_where() {
        for (text, reason) in [
            ("fields = {what = 'a'}", "\"what\" is no field of an event; expected one of uuid, time"),
            ("fields = {action = 1}", "fields.\"action\": expected a path"),
            ("fields = {action = 'a..b'}", "fields.\"action\": \"a..b\" is no path: expected a name between dots"),
            ("name = 'workos'\nfields = {}", "\"workos\" is an API that Daybook speaks"),
            ("detect = [['a.']]\nfields = {}", "detect: \"a.\" is no path"),
            ("fiels = {}", "unknown field `fiels`"),
            ("fields = {'metadata.' = 'a'}", "is no field of an event"),
        ] {
            let error = format!("{:#}", Mapping::parse(text, "test").unwrap_err());
            assert!(error.contains(reason), "{text}: {error}");
        }
    }

    #[test]
    fn pairs_replace_rules() {
        let pairs = [("user.login".to_owned(), "actor.uuid".to_owned())];
        let base = mapping("fields = {'actor.uuid' = 'id', action = 'a'}").with_pairs(&pairs).unwrap();
        let sent = json!({"id": 1, "a": "x", "user": {"login": "ann"}});
        assert_eq!(base.translate(&sent)["actor"]["uuid"], "ann");
        let own = Mapping::of_own_names().unwrap().with_pairs(&pairs).unwrap();
        let sent = json!({"action": "x", "metadata": {"n": 1}, "user": {"login": "ann"}, "client": {"uuid": "c"}});
        let ours = json!({"action": "x", "metadata": {"n": 1}, "actor": {"uuid": "ann"}, "client": {"uuid": "c"}});
        assert_eq!(own.translate(&sent), ours);
    }
}
