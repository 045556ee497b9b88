//! `Idempotency-Key` of `POST /api/v1/events`

use crate::support::{Caller, TestApp, event};
use daybook::backend::keys::NewKey;
use serde_json::{Value, json};

const PATH: &str = "/api/v1/events";
const DAY: i64 = 24 * 3_600_000;

/// Two events, of which one has no `uuid`.
fn body() -> Value {
    let mut nameless = event("acme", "");
    nameless.as_object_mut().unwrap().remove("uuid");
    json!([nameless, event("acme", "2"), nameless])
}

fn named(app: &TestApp, name: &str) -> Caller {
    app.writer().with("idempotency-key", name)
}

fn ids(receipts: &Value) -> Vec<Value> {
    receipts["receivedEvents"].as_array().unwrap().iter().map(|receipt| receipt["id"].clone()).collect()
}

async fn stored(app: &TestApp) -> usize {
    let page = app.writer().get("/api/v1/events?limit=1000").await.expect(200).json();
    page["entries"].as_array().unwrap().len()
}

#[tokio::test]
async fn a_repeated_request_gets_the_first_receipts_for_a_day() {
    let app = TestApp::new().await;
    let first = named(&app, "r-1").post(PATH, &body()).await.expect(200);
    assert_eq!(first.header("idempotency-replayed"), "");
    app.later(DAY - 1);
    let again = named(&app, "r-1").post(PATH, &body()).await.expect(200);
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(ids(&again.json()), ids(&first.json()));
    assert_eq!(again.json()["receivedEvents"][0]["uuid"], Value::Null, "a name that only we gave is nobody's");
    assert_eq!(stored(&app).await, 3);
    let other = named(&app, "r-2").post(PATH, &body()).await.expect(200).json();
    assert_ne!(ids(&other)[0], ids(&first.json())[0]);
    app.later(1);
    let new = named(&app, "r-1").post(PATH, &body()).await.expect(200).json();
    assert_ne!(ids(&new)[0], ids(&first.json())[0]);
    assert_eq!(ids(&new)[1], ids(&first.json())[1], "a uuid counts for good");
    assert_eq!(stored(&app).await, 7);
}

#[tokio::test]
async fn another_body_under_the_same_key_is_refused() {
    let app = TestApp::new().await;
    named(&app, "r-1").post(PATH, &body()).await.expect(200);
    let refused = named(&app, "r-1").post(PATH, &json!([event("acme", "9")])).await.expect(422);
    assert_eq!(refused.header("content-type"), "application/problem+json");
    assert_eq!(refused.json()["type"], "urn:daybook:problem:idempotency-key-reused");
    assert_eq!(stored(&app).await, 3);
}

#[tokio::test]
async fn a_refused_request_does_not_use_its_key_up() {
    let app = TestApp::new().await;
    named(&app, "r-1").post(PATH, &json!([{"action": "a"}])).await.expect(400);
    named(&app, "r-1").post(PATH, &body()).await.expect(200);
    for name in ["", &"x".repeat(256), "tab\there", "ä"] {
        let refused = named(&app, name).post(PATH, &body()).await.expect(400).json();
        assert!(refused["details"]["Idempotency-Key"].is_array(), "{name}: {refused}");
    }
}

#[tokio::test]
async fn a_key_counts_for_one_api_key_alone() {
    let app = TestApp::new().await;
    let first = named(&app, "r-1").post(PATH, &body()).await.expect(200).json();
    let other = app.server(NewKey::named("another")).await.with("idempotency-key", "r-1");
    let second = other.post(PATH, &json!([event("acme", "9")])).await.expect(200).json();
    assert_ne!(ids(&first)[0], ids(&second)[0]);
    let stranger = app.writer_of_another_project().await.with("idempotency-key", "r-1");
    let elsewhere = stranger.post(PATH, &body()).await.expect(200).json();
    assert_ne!(ids(&elsewhere)[1], ids(&first)[1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn repeats_at_the_same_time_store_once() {
    let app = TestApp::new().await;
    let calls = (0..16).map(|_| {
        let caller = named(&app, "r-1");
        tokio::spawn(async move { caller.post(PATH, &body()).await.expect(200).json() })
    });
    let mut seen = Vec::new();
    for call in calls.collect::<Vec<_>>() {
        seen.push(ids(&call.await.unwrap()));
    }
    assert!(seen.iter().all(|ids| *ids == seen[0]), "{seen:?}");
    assert_eq!(stored(&app).await, 3);
}
