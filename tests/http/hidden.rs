//! What a token hides is in no byte of what its reader gets, and no question finds it out.

use crate::embed::{House, cookie, told};
use crate::support::Caller;
use daybook::backend::views::Change;
use daybook::domain::view::{Column, Field, ViewConfig};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Map, Value, json};
use std::sync::atomic::{AtomicU64, Ordering};

/// Every path that can be hidden as it stands, but for the sender's own names below some of them.
const PATHS: [&str; 37] = [
    "actor",
    "actor.uuid",
    "actor.name",
    "actor.email",
    "actor.type",
    "actor.url",
    "actor.metadata",
    "impersonator",
    "impersonator.uuid",
    "impersonator.name",
    "impersonator.email",
    "impersonator.url",
    "impersonator.metadata",
    "context",
    "context.client",
    "context.client.ipAddress",
    "context.client.browserAgent",
    "context.client.location",
    "context.server",
    "context.server.serverId",
    "context.server.version",
    "context.server.service",
    "context.http",
    "context.http.method",
    "context.http.path",
    "context.http.domain",
    "description",
    "url",
    "detail",
    "changes",
    "correlationId",
    "externalId",
    "outcome",
    "metadata",
    "fields",
    "target",
    "targetUser",
];

/// Texts that are nowhere else, each with the paths that lead to it.
#[derive(Default)]
struct Secrets {
    found: Vec<(String, String)>,
}

static NEXT: AtomicU64 = AtomicU64::new(1);

fn secret() -> Value {
    Value::String(format!("zq{:08}x", NEXT.fetch_add(1, Ordering::Relaxed)))
}

impl Secrets {
    /// Everything that stands below a value, under the path that leads there; a list's items under the list's too.
    fn below(&mut self, value: &Value, path: &str) {
        let join = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        match value {
            Value::Object(members) => members.iter().for_each(|(name, value)| self.below(value, &join(name))),
            Value::Array(items) => {
                for (at, item) in items.iter().enumerate() {
                    self.below(item, &join(&at.to_string()));
                    self.below(item, path);
                }
            }
            Value::String(text) if text.starts_with("zq") => self.found.push((path.to_owned(), text.clone())),
            _ => {}
        }
    }

    fn under(&self, hide: &str) -> Vec<&str> {
        let targets = ["target", "targets", "targetUser"];
        let is_within = |path: &str, around: &str| path == around || path.starts_with(&format!("{around}."));
        let all = if targets.contains(&hide) { targets.to_vec() } else { vec![hide] };
        let hidden = |path: &str| all.iter().any(|around| is_within(path, around));
        self.found.iter().filter(|(path, _)| hidden(path)).map(|(_, text)| text.as_str()).collect()
    }
}

fn person(metadata: &Value) -> Value {
    json!({"uuid": secret(), "name": secret(), "email": secret(), "type": secret(), "url": secret(), "metadata": metadata})
}

fn target() -> Value {
    json!({"type": secret(), "uuid": secret(), "label": secret(), "url": secret(), "metadata": {"a": secret()}})
}

/// An event that says something everywhere.
fn event(client: &str, metadata: &Value, actor_metadata: &Value) -> Value {
    json!({
        "client": {"uuid": client}, "action": "thing.done", "metadata": metadata, "fields": {"a": secret()},
        "actor": person(actor_metadata), "impersonator": person(&json!({"a": secret()})),
        "target": target(), "targets": [target()], "targetUser": person(&json!({"a": secret()})),
        "context": {
            "client": {"ipAddress": secret(), "browserAgent": secret(), "location": secret()},
            "server": {"serverId": secret(), "version": secret(), "service": secret()},
            "http": {"method": secret(), "path": secret(), "domain": secret()}
        },
        "description": secret(), "url": secret(), "detail": secret(), "correlationId": secret(), "externalId": secret(),
        "outcome": {"result": "failure", "reason": secret(), "code": secret()},
        "changes": [{"field": secret(), "before": secret(), "after": {"a": secret()}}]
    })
}

/// JSON of a sender's own, with names that dots and numbers make hard to tell.
fn own_json() -> impl Strategy<Value = Value> {
    let name = || prop::sample::select(vec!["a", "b", "a.b", "0", "1.a"]);
    let leaf = Just(()).prop_map(|()| json!("zq"));
    let any = leaf.prop_recursive(3, 12, 3, move |inner| {
        let members = prop::collection::vec((name(), inner.clone()), 1..4);
        prop_oneof![prop::collection::vec(inner, 1..3).prop_map(Value::Array), members.prop_map(object)]
    });
    any.prop_map(|value| json!({"a": value, "a.b": "zq"}))
}

fn object(members: Vec<(&str, Value)>) -> Value {
    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>().into()
}

/// The same with a secret of its own at each leaf.
fn sealed(value: &Value) -> Value {
    match value {
        Value::Object(members) => members.iter().map(|(name, value)| (name.clone(), sealed(value))).collect(),
        Value::Array(items) => items.iter().map(sealed).collect(),
        _ => secret(),
    }
}

fn any_hide() -> impl Strategy<Value = String> {
    let own = prop::collection::vec(prop::sample::select(vec!["a", "b", "0", "1"]), 1..4);
    let own = (prop::sample::select(vec!["metadata", "actor.metadata"]), own);
    prop_oneof![
        prop::sample::select(PATHS.to_vec()).prop_map(str::to_owned),
        own.prop_map(|(part, names)| format!("{part}.{}", names.join("."))),
    ]
}

/// Everything that can be a column, and two paths of metadata.
fn every_column() -> ViewConfig {
    let named = Field::named().map(|(_, field)| field.clone()).filter(|field| {
        !matches!(field, Field::Time(_) | Field::ReceptionTime(_) | Field::ReceptionDelay | Field::Uuid)
    });
    let own = ["metadata.a.b", "metadata.a"].map(|path| path.parse().unwrap());
    let fields: Vec<Field> = named.chain(own).collect();
    let columns = fields.chunks(2).map(|pair| Column::of(&pair[0].to_string(), pair[0].clone(), pair.get(1).cloned()));
    ViewConfig { columns: columns.collect(), ..ViewConfig::default() }
}

/// A log of its own, and its reader.
struct Log {
    reader: Caller,
    view: String,
    session: String,
    base: String,
    /// All that came with the opening.
    first: String,
}

impl Log {
    async fn open(house: &House, client: &str, hide: &str) -> Self {
        let claims = json!({"client": client, "hide": [hide], "scope": "read export tail", "sub": "reader"});
        let opened = house.open(&[("token", &house.token(&claims))]).await.expect(200);
        Self {
            reader: house.app.stranger().with("cookie", &cookie(&opened)),
            view: house.view.id.to_string(),
            session: told(&opened, "session"),
            base: told(&opened, "base"),
            first: opened.text(),
        }
    }

    async fn page(&self, query: &str) -> String {
        self.reader.get(&format!("{}?{query}", self.base)).await.expect(200).text()
    }

    async fn part(&self, query: &str) -> String {
        let browser = self.reader.clone().with("x-daybook-part", "desk");
        browser.get(&format!("{}?{query}", self.base)).await.expect(200).text()
    }

    async fn file(&self, query: &str) -> String {
        self.reader.get(&format!("{}/export?{query}", self.base)).await.expect(200).text()
    }

    async fn news(&self, query: &str) -> String {
        let question = json!({"view": self.view, "session": self.session, "query": query, "top": null});
        self.reader.post("/rpc/events/newer", &question).await.expect(200).text()
    }

    /// What a question tells beside its own words: how many rows and events there are.
    async fn found(&self, query: &str) -> (usize, String, usize) {
        let rows = |text: &str| text.matches("thing.done").count();
        let file = self.file(&format!("format=ndjson&{query}")).await;
        (rows(&self.part(query).await), self.news(query).await, rows(&file))
    }
}

async fn nothing_shows(house: &House, client: &str, metadata: &Value, actor: &Value, hide: &str) -> Result<(), String> {
    let event = event(client, &sealed(metadata), &sealed(actor));
    let mut secrets = Secrets::default();
    secrets.below(&event, "");
    house.app.writer().post("/api/v1/events", &json!([event])).await.expect(200);
    let found = house.app.writer().get(&format!("/api/v1/events?client={client}")).await.expect(200).json();
    let id = found["entries"][0]["id"].as_str().unwrap();
    let log = Log::open(house, client, hide).await;
    let hidden = secrets.under(hide);
    let mut surfaces = vec![("document", log.first.clone())];
    for (what, query) in [("page", String::new()), ("drawer", format!("event={id}")), ("oldest", "order=oldest".into())]
    {
        surfaces.push((what, log.page(&query).await));
        surfaces.push((what, log.part(&query).await));
    }
    for format in ["csv", "json", "ndjson"] {
        surfaces.push((format, log.file(&format!("format={format}")).await));
    }
    for secret in &hidden {
        for (what, text) in &surfaces {
            if text.contains(secret) {
                let path = &secrets.found.iter().find(|(_, text)| text == secret).unwrap().0;
                return Err(format!("{path} shows in {what} though {hide} is hidden"));
            }
        }
    }
    // A filter for what is hidden finds what one for nothing finds.
    let value = |path: &str| secrets.found.iter().find(|(known, _)| known == path).map(|(_, text)| text.clone());
    for (filter, path) in [("actor", "actor.uuid"), ("target", "target.uuid"), ("type", "target.type")] {
        let value = value(path).unwrap();
        if hidden.contains(&value.as_str()) {
            let (with, without) = (format!("{filter}={value}"), format!("{filter}=nothing"));
            if log.found(&with).await != log.found(&without).await {
                return Err(format!("{filter} finds {path} though {hide} is hidden"));
            }
        }
    }
    for secret in hidden.iter().take(3) {
        if log.found(&format!("q={secret}")).await != log.found("q=nothing").await {
            return Err(format!("a search finds {secret} though {hide} is hidden"));
        }
    }
    // What is not hidden is there: the rest of this would mean nothing otherwise.
    let shown = secrets.found.iter().filter(|(_, text)| !hidden.contains(&text.as_str()));
    let all = surfaces.iter().map(|(_, text)| text.as_str()).collect::<String>();
    let missing = shown.filter(|(path, text)| {
        // Without its uuid an actor is none, and its other parts are not shown.
        let gone = |part: &str| hide == format!("{part}.uuid") && path.starts_with(part);
        !all.contains(text.as_str()) && !gone("actor") && !gone("impersonator")
    });
    match missing.map(|(path, _)| path.as_str()).next() {
        Some(path) => Err(format!("{path} shows nowhere though only {hide} is hidden")),
        None => Ok(()),
    }
}

#[test]
fn no_value_under_a_hidden_path_shows_anywhere() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let mut house = runtime.block_on(House::new());
    runtime.block_on(house.change(Change { config: Some(every_column()), ..Change::default() }));
    let number = AtomicU64::new(0);
    let check = |metadata: &Value, actor: &Value, hide: &str| {
        let client = format!("hides-{}", number.fetch_add(1, Ordering::Relaxed));
        runtime.block_on(nothing_shows(&house, &client, metadata, actor, hide))
    };
    let plain =
        json!({"user.ip": "zq", "user": {"ip": "zq", "id": "zq"}, "a": {"b": "zq"}, "arr": [{"z": "zq"}, {"z": "zq"}]});
    let named = ["metadata.user.ip", "metadata.arr.0.z", "metadata.arr.z", "actor.metadata.a.b", "metadata.arr"];
    for hide in PATHS.into_iter().chain(named) {
        assert_eq!(check(&plain, &plain, hide), Ok(()));
    }
    let cases = Config::default().cases / 8;
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let any = (own_json(), own_json(), any_hide());
    runner
        .run(&any, |(metadata, actor, hide)| check(&metadata, &actor, &hide).map_err(TestCaseError::fail))
        .unwrap_or_else(|failure| panic!("{failure}"));
}
