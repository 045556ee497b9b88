//! How one field of an event comes out of somebody's JSON.

use super::path::{Path, says_something};
use anyhow::{Context, ensure};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// One way to a field's value. A field may have several: the first that gives something counts.
#[derive(Debug, Clone)]
pub struct Rule {
    when: Option<Path>,
    from: Vec<Source>,
    words: Vec<(String, String)>,
    constant: Option<Value>,
    each: Option<Each>,
}

/// A path, or a text with paths in braces.
#[derive(Debug, Clone)]
enum Source {
    Path(Path),
    Template(Vec<Piece>),
}

#[derive(Debug, Clone)]
enum Piece {
    Text(String),
    Path(Path),
}

/// An entry for each of a list.
#[derive(Debug, Clone)]
struct Each {
    list: Path,
    fields: Vec<(String, Vec<Rule>)>,
}

/// What a rule gives, and the paths whose values it has taken as they are.
#[derive(Debug, PartialEq)]
pub struct Given<'r> {
    pub value: Value,
    pub taken: Vec<&'r Path>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    when: Option<String>,
    from: Option<toml::Value>,
    #[serde(default)]
    words: BTreeMap<String, String>,
    value: Option<Value>,
    default: Option<Value>,
    each: Option<String>,
    fields: Option<BTreeMap<String, toml::Value>>,
}

/// The rules of one field: a path, a table of what a rule may say, or a list of these.
pub fn rules(text: &toml::Value) -> anyhow::Result<Vec<Rule>> {
    match text {
        toml::Value::String(source) => Ok(vec![Rule::plain(vec![Source::parse(source)?])]),
        toml::Value::Array(list) => {
            Ok(list.iter().map(rules).collect::<anyhow::Result<Vec<_>>>()?.into_iter().flatten().collect())
        }
        toml::Value::Table(table) => Ok(vec![Rule::of_table(table.clone().try_into()?)?]),
        _ => {
            anyhow::bail!("expected a path, a list of paths, or a table with from, value, default, when, words or each")
        }
    }
}

impl Rule {
    fn plain(from: Vec<Source>) -> Self {
        Self { when: None, from, words: Vec::new(), constant: None, each: None }
    }

    /// Of one path alone, as `--map PATH=FIELD` says it.
    pub fn of_path(path: &str) -> anyhow::Result<Self> {
        Ok(Self::plain(vec![Source::Path(Path::parse(path)?)]))
    }

    fn of_table(table: Table) -> anyhow::Result<Self> {
        let Table { when, from, words, value, default, each, fields } = table;
        ensure!(
            value.is_none() || (from.is_none() && default.is_none()),
            "expected value alone, without from and default"
        );
        ensure!(
            from.is_some() || value.is_some() || each.is_some() || default.is_some(),
            "expected from, value, default or each"
        );
        ensure!(each.is_some() == fields.is_some(), "expected each and fields together");
        let from = match from {
            None => Vec::new(),
            Some(toml::Value::String(source)) => vec![Source::parse(&source)?],
            Some(toml::Value::Array(list)) => {
                let source = |source: &toml::Value| Source::parse(source.as_str().context("expected paths in from")?);
                list.iter().map(source).collect::<anyhow::Result<_>>()?
            }
            Some(_) => anyhow::bail!("expected a path or a list of paths in from"),
        };
        let each = match (each, fields) {
            (Some(list), Some(fields)) => Some(Each::of(&list, &fields)?),
            _ => None,
        };
        // The longest beginning counts first.
        let mut words: Vec<_> = words.into_iter().collect();
        words.sort_by_key(|(word, _)| (word.ends_with('*'), std::cmp::Reverse(word.len())));
        let when = when.map(|path| Path::parse(&path)).transpose()?;
        Ok(Self { when, from, words, constant: value.or(default), each })
    }

    /// The value for a field, if this rule has one for this event.
    pub fn give<'r>(&'r self, event: &Value) -> Option<Given<'r>> {
        if self.when.as_ref().is_some_and(|path| path.find(event).is_none()) {
            return None;
        }
        if let Some(given) = self.each.as_ref().and_then(|each| each.give(event)) {
            return Some(given);
        }
        let found = self.from.iter().find_map(|source| source.give(event)).map(|given| self.worded(given));
        found.or_else(|| Some(Given { value: self.constant.clone()?, taken: Vec::new() }))
    }

    /// The word for a value. Where it is another, what it was is not taken.
    fn worded<'r>(&self, given: Given<'r>) -> Given<'r> {
        let Some(text) = as_text(&given.value).filter(|_| !self.words.is_empty()) else { return given };
        let fits = |word: &str| match word.strip_suffix('*') {
            Some(beginning) => text.starts_with(beginning),
            None => text == word,
        };
        match self.words.iter().find(|(word, _)| fits(word)) {
            Some((_, word)) => Given { value: word.as_str().into(), taken: Vec::new() },
            None => given,
        }
    }

    /// The first path that is looked at, for telling of a fault.
    pub fn first_path(&self) -> Option<&Path> {
        let of_source = self.from.iter().find_map(|source| match source {
            Source::Path(path) => Some(path),
            Source::Template(pieces) => pieces.iter().find_map(|piece| match piece {
                Piece::Path(path) => Some(path),
                Piece::Text(_) => None,
            }),
        });
        of_source.or(self.each.as_ref().map(|each| &each.list))
    }
}

impl Source {
    fn parse(text: &str) -> anyhow::Result<Self> {
        if !text.contains('{') {
            return Path::parse(text).map(Self::Path).with_context(|| format!("{text:?} is no path"));
        }
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (path, after) = after.split_once('}').with_context(|| format!("expected }} in {text:?}"))?;
            pieces.push(Piece::Text(before.to_owned()));
            pieces.push(Piece::Path(Path::parse(path).with_context(|| format!("{path:?} is no path"))?));
            rest = after;
        }
        pieces.push(Piece::Text(rest.to_owned()));
        Ok(Self::Template(pieces))
    }

    fn give(&self, event: &Value) -> Option<Given<'_>> {
        match self {
            Self::Path(path) => Some(Given { value: path.find(event)?.clone(), taken: vec![path] }),
            // A text with a gap says something else.
            Self::Template(pieces) => {
                let (mut text, mut taken) = (String::new(), Vec::new());
                for piece in pieces {
                    match piece {
                        Piece::Text(piece) => text.push_str(piece),
                        Piece::Path(path) => {
                            text.push_str(&as_text(path.find(event)?)?);
                            taken.push(path);
                        }
                    }
                }
                Some(Given { value: text.into(), taken })
            }
        }
    }
}

impl Each {
    fn of(list: &str, fields: &BTreeMap<String, toml::Value>) -> anyhow::Result<Self> {
        let of_field = |(field, text): (&String, &toml::Value)| {
            Ok((field.clone(), rules(text).with_context(|| format!("fields.{field}"))?))
        };
        let fields = fields.iter().map(of_field).collect::<anyhow::Result<_>>()?;
        Ok(Self { list: Path::parse(list)?, fields })
    }

    fn give(&self, event: &Value) -> Option<Given<'_>> {
        let list = self.list.find(event)?.as_array()?;
        let entries: Vec<Value> = list.iter().filter_map(|entry| self.entry(entry)).collect();
        // An entry that says less here than there stays there as well.
        (!entries.is_empty()).then(|| Given { value: entries.into(), taken: Vec::new() })
    }

    fn entry(&self, entry: &Value) -> Option<Value> {
        let given = |(field, rules): &(String, Vec<Rule>)| {
            let value = rules.iter().find_map(|rule| rule.give(entry))?.value;
            Some((field.clone(), as_text(&value).map_or(value, Value::from)))
        };
        let entry: serde_json::Map<_, _> = self.fields.iter().filter_map(given).collect();
        ["type", "uuid"].iter().all(|name| entry.get(*name).is_some_and(says_something)).then(|| entry.into())
    }
}

/// What a text, a number or a flag says.
pub fn as_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn given(rule: &str, event: &Value) -> Option<Value> {
        let table: toml::Table = format!("rule = {rule}").parse().unwrap();
        rules(&table["rule"]).unwrap().iter().find_map(|rule| rule.give(event)).map(|given| given.value)
    }

    #[test]
    fn a_rule_gives_the_first_that_is_there() {
        let event = json!({"id": 7, "name": "", "user": {"login": "ann", "tags": ["x"]}, "code": 403, "on": false});
        for (rule, value) in [
            ("'id'", Some(json!(7))),
            ("['name', 'user.login']", Some(json!("ann"))),
            ("'user.tags[0]'", Some(json!("x"))),
            ("{from = 'name', default = 'nobody'}", Some(json!("nobody"))),
            ("{value = 'repository', when = 'user'}", Some(json!("repository"))),
            ("[{value = 'repository', when = 'repo'}, 'on']", Some(json!(false))),
            ("'{user.login}#{id}'", Some(json!("ann#7"))),
            ("['{name}#{id}', 'id']", Some(json!(7))),
            ("{from = 'code', words = {'4*' = 'failure', '403' = 'denied', '*' = 'success'}}", Some(json!("denied"))),
            ("{from = 'id', words = {'4*' = 'failure', '*' = 'success'}}", Some(json!("success"))),
            ("{from = 'name', words = {'*' = 'failure'}, default = 'success'}", Some(json!("success"))),
            ("'nowhere'", None),
        ] {
            assert_eq!(given(rule, &event), value, "{rule}");
        }
    }

    #[test]
    fn an_entry_for_each_of_a_list_is_whole_or_absent() {
        let event = json!({"things": [{"id": 1, "kind": "a"}, {"id": 2}, {"kind": "c"}]});
        let rule = "{each = 'things', fields = {uuid = 'id', type = {from = 'kind', default = 'thing'}}}";
        assert_eq!(given(rule, &event), Some(json!([{"uuid": "1", "type": "a"}, {"uuid": "2", "type": "thing"}])));
        assert_eq!(given(rule, &json!({"things": []})), None);
    }

    #[test]
    fn a_rule_that_is_none_says_why() {
        for (rule, reason) in [
            ("7", "expected a path, a list of paths"),
            ("{}", "expected from, value, default or each"),
            ("{value = 1, from = 'a'}", "expected value alone"),
            ("{each = 'a'}", "expected each and fields together"),
            ("{form = 'a'}", "unknown field `form`"),
            ("'{a'", "expected }"),
            ("{from = [1]}", "expected paths in from"),
        ] {
            let table: toml::Table = format!("rule = {rule}").parse().unwrap();
            let error = format!("{:#}", rules(&table["rule"]).unwrap_err());
            assert!(error.contains(reason), "{rule}: {error}");
        }
    }
}
