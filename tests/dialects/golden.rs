//! Golden triples: a request from a vendor's documentation, the document that is stored of it, and the answer.
//!
//! Each is a folder with `request.json` (`method`, `path`, `headers`, `body`), `stored.json` (absent where nothing is
//! stored) and `answer.json` (`status`, `body`). What differs from run to run is `<id>`, and the key `<key>`.
//! With `DAYBOOK_BLESS=1` the last two are written anew.

use crate::support::{Caller, TestApp};
use axum::body::Body;
use daybook::backend::storage::{Query, Storage};
use daybook::domain::access::{ClientScope, Scope};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// Checks every triple of a dialect's folder; `caller` signs as the dialect does.
pub async fn check(dialect: &str, caller: impl Fn(&TestApp) -> Caller) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/dialects").join(dialect);
    let mut triples: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    triples.retain(|path| path.is_dir());
    triples.sort();
    assert!(!triples.is_empty());
    for triple in triples {
        let app = TestApp::new().await;
        let request = read(&triple.join("request.json"));
        let answer = ask(&app, &caller(&app), &request).await;
        compare(&triple.join("answer.json"), Some(&answer));
        compare(&triple.join("stored.json"), stored(&app).await.as_ref());
    }
}

async fn ask(app: &TestApp, caller: &Caller, request: &Value) -> Value {
    let mut caller = caller.clone().with("content-type", "application/json");
    for (name, value) in request["headers"].as_object().into_iter().flatten() {
        caller = caller.with(name.clone().leak(), value.as_str().unwrap());
    }
    let body = request.get("body").map_or(Body::empty(), |body| Body::from(body.to_string()));
    let answer = caller.send(request["method"].as_str().unwrap(), request["path"].as_str().unwrap(), body).await;
    let body = serde_json::from_slice(&answer.body).unwrap_or_else(|_| Value::from(answer.text()));
    steady(json!({"status": answer.status.as_u16(), "body": body}), &[], app.key.id.as_str())
}

/// The documents, oldest first; one alone stands by itself.
async fn stored(app: &TestApp) -> Option<Value> {
    let scope = Scope { project: app.project, clients: ClientScope::All };
    let page = app.storage.page(&scope, &Query { limit: 100, ..Query::default() }).await.unwrap();
    let ids: Vec<String> = page.items.iter().map(|event| event.stamp.id.to_string()).collect();
    let documents =
        page.items.iter().rev().map(|event| serde_json::from_slice::<Value>(event.document.as_ref().unwrap()).unwrap());
    let mut documents: Vec<Value> = documents.map(|document| steady(document, &ids, app.key.id.as_str())).collect();
    match documents.len() {
        0 => None,
        1 => documents.pop(),
        _ => Some(Value::from(documents)),
    }
}

/// The same in every run: our ids are of this day, and no sender's are.
fn steady(value: Value, ids: &[String], key: &str) -> Value {
    match value {
        Value::String(text) if text == key => Value::from("<key>"),
        Value::String(text) if ids.contains(&text) || is_ours(&text) => Value::from("<id>"),
        Value::String(text) if is_digest(&text) => Value::from("<digest>"),
        Value::Array(list) => list.into_iter().map(|item| steady(item, ids, key)).collect(),
        Value::Object(object) => object.into_iter().map(|(name, item)| (name, steady(item, ids, key))).collect(),
        other => other,
    }
}

fn is_ours(text: &str) -> bool {
    let plain = text.replace('-', "");
    plain.len() == 32 && plain.starts_with("019bc186") && plain.as_bytes()[12] == b'7'
}

/// Of an event, under its id.
fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.chars().all(|c| c.is_ascii_hexdigit())
}

fn read(file: &Path) -> Value {
    let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

#[track_caller]
fn compare(file: &Path, found: Option<&Value>) {
    if std::env::var_os("DAYBOOK_BLESS").is_some() {
        match found {
            Some(found) => fs::write(file, format!("{}\n", serde_json::to_string_pretty(found).unwrap())).unwrap(),
            None if file.exists() => fs::remove_file(file).unwrap(),
            None => {}
        }
        return;
    }
    match found {
        Some(found) => assert_eq!(*found, read(file), "{}", file.display()),
        None => assert!(!file.exists(), "{}: nothing was stored", file.display()),
    }
}
