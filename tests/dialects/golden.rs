//! Golden triples: a request from a vendor's documentation, the event that is stored for it, and the answer. Each is a
//! folder with `request.json`, `event.json` and `answer.json`; `DAYBOOK_BLESS=1` writes the last two anew.

use crate::support::{Caller, TestApp};
use axum::body::Body;
use axum::http::header::HeaderName;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// Sends every triple's request to a server of its own and compares.
pub async fn check(vendor: &str, authorize: fn(&TestApp) -> Caller) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/dialects").join(vendor).join("golden");
    let mut triples: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    triples.sort();
    assert!(!triples.is_empty(), "{}", folder.display());
    for triple in triples {
        let app = TestApp::new().await;
        let answer = send(authorize(&app), &read(&triple.join("request.json"))).await;
        compare(&triple.join("answer.json"), &answer);
        compare(&triple.join("event.json"), &stored(&app).await);
    }
}

async fn send(mut caller: Caller, request: &Value) -> Value {
    for (name, value) in request["headers"].as_object().into_iter().flatten() {
        let name: HeaderName = name.parse().unwrap();
        caller = caller.with_header(name, value.as_str().unwrap());
    }
    let caller = caller.with("content-type", "application/json");
    let body = Body::from(request["body"].to_string());
    let answer = caller.send(request["method"].as_str().unwrap(), request["path"].as_str().unwrap(), body).await;
    let body: Value = if answer.body.is_empty() { Value::Null } else { answer.json() };
    json!({"status": answer.status.as_u16(), "body": without_chance(body)})
}

/// The only event, in our own words and in those it was sent in.
async fn stored(app: &TestApp) -> Value {
    let found = app.writer().get("/api/v1/events").await.expect(200).json();
    let entries = found["entries"].as_array().unwrap();
    assert!(entries.len() <= 1);
    let Some(entry) = entries.first() else { return Value::Null };
    let path = format!("/api/v1/events/{}", entry["id"].as_str().unwrap());
    let mut event = app.writer().get(&path).await.expect(200).json();
    event.as_object_mut().unwrap().remove("_links");
    without_chance(event)
}

/// Ids and hashes that no two runs share are named rather than told.
fn without_chance(mut value: Value) -> Value {
    match &mut value {
        Value::Object(object) => {
            for (name, value) in object.iter_mut() {
                let inner = without_chance(value.take());
                let chance = matches!(name.as_str(), "id" | "hash") && inner.as_str().is_some_and(is_ours);
                *value = if chance { json!(format!("<{name}>")) } else { inner };
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|value| *value = without_chance(value.take())),
        _ => {}
    }
    value
}

/// An event's id with or without dashes, or a digest.
fn is_ours(text: &str) -> bool {
    let digits = text.replace('-', "");
    matches!(digits.len(), 32 | 64) && digits.chars().all(|c| c.is_ascii_hexdigit())
}

#[track_caller]
fn compare(file: &Path, found: &Value) {
    if std::env::var_os("DAYBOOK_BLESS").is_some() {
        fs::write(file, format!("{}\n", serde_json::to_string_pretty(found).unwrap())).unwrap();
    }
    assert_eq!(*found, read(file), "{}", file.display());
}

fn read(file: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap()
}
