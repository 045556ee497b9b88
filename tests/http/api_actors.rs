//! `/api/v1/actors/{uuid}`

use crate::support::{Caller, TestApp, event};
use daybook::backend::storage::Storage;
use daybook::domain::access::{ClientScope, Scope};
use serde_json::{Value, json};

const ROBERTA: &str = "bd275099-e808-4c1a-bd32-57a589b7cf93";

fn by_roberta(client: &str, uuid: &str) -> Value {
    json!({"uuid": uuid, "client": {"uuid": client}, "action": "user.invite", "description": "Roberta Wharton invited Sal",
        "actor": {"uuid": ROBERTA, "name": "Roberta Wharton", "email": "rw@great.test", "url": "https://x.test/roberta"}})
}

async fn search(caller: &Caller, words: &str) -> usize {
    let page = caller.get(&format!("/api/v1/events?limit=1000&q={words}")).await.expect(200).json();
    page["entries"].as_array().unwrap().len()
}

fn actor(name: &str, email: &str, forgotten: bool) -> Value {
    json!({"actors": [{"uuid": ROBERTA, "name": name, "email": email, "isForgotten": forgotten}]})
}

/// More events than a block of the index holds, and some in other APIs' words.
async fn with_events() -> TestApp {
    let app = TestApp::new().await;
    let mut events: Vec<Value> = (0..600).map(|number| by_roberta("acme", &number.to_string())).collect();
    events.push(json!({"uuid": "t", "client": {"uuid": "other"}, "action": "user.lock", "actor": {"uuid": "ann", "name": "Ann"},
        "target": {"type": "user", "uuid": ROBERTA, "label": "Roberta Wharton"}, "metadata": {"mail": "rw@great.test"}}));
    app.writer().post("/api/v1/events", &Value::from(events)).await.expect(200);
    app.storage.settle().await.unwrap();
    let flat = json!({"actor": {"id": ROBERTA, "name": "Roberta Wharton", "email": "rw@great.test"}, "action": "a.b"});
    app.writer().post("/v1/events", &flat).await.expect(201);
    let log = json!({"event_name": "c", "caller": {"user_id": ROBERTA, "user_email": "rw@great.test"}});
    app.writer().post("/v1/logs/ingest", &log).await.expect(201);
    app
}

#[tokio::test]
async fn an_actor_is_told_as_their_newest_event_says() {
    let app = TestApp::new().await;
    app.writer().post("/api/v1/events", &by_roberta("c", "1")).await.expect(200);
    let found = app.writer().get(&format!("/api/v1/actors/{ROBERTA}")).await.expect(200).json();
    assert_eq!(found, actor("Roberta Wharton", "rw@great.test", false));
    for (method, path) in [("GET", "/api/v1/actors/nobody"), ("POST", "/api/v1/actors/nobody/forget")] {
        app.writer().send(method, path, "".into()).await.expect(404);
        app.stranger().send(method, path, "".into()).await.expect(401);
    }
    app.writer().post("/api/v1/actors/nobody", &json!({"name": "x"})).await.expect(404);
}

#[tokio::test]
async fn a_forgotten_person_is_found_by_no_word_of_theirs_in_any_api_or_file() {
    let app = with_events().await;
    let writer = app.writer();
    assert_eq!(search(&writer, "roberta").await, 602);
    let path = format!("/api/v1/actors/{ROBERTA}");
    let forgotten = writer.post(&format!("{path}/forget"), &json!({})).await.expect(200).json();
    assert_eq!(forgotten, actor("[forgotten]", "[forgotten]", true));
    for words in ["roberta", "wharton", "great.test"] {
        assert_eq!(search(&writer, words).await, 0, "{words}");
    }
    assert_eq!(search(&writer, "forgotten").await, 603);
    assert_eq!(search(&writer, "%22%5Bforgotten%5D+invited+Sal%22").await, 600);
    let files = ["/api/v1/events/export?format=csv", "/v1/events/export", "/v1/events/export?format=csv"];
    for file in files {
        let file = writer.get(file).await.expect(200).text();
        assert!(
            !file.to_lowercase().contains("roberta") && !file.contains("great.test") && file.contains("[forgotten]")
        );
    }
    let logs = writer.post("/v1/logs", &json!({"event_name": "c"})).await.expect(200).json();
    assert_eq!(logs["logs"][0]["caller"], json!({"user_id": ROBERTA, "user_email": "[forgotten]"}));
    let scope = Scope { project: app.project, clients: ClientScope::All };
    app.storage.settle().await.unwrap();
    let facets = app.storage.facets(&scope, 10).await.unwrap();
    let labels: Vec<&str> = facets.actors.iter().map(|actor| actor.label.as_str()).collect();
    assert_eq!(labels, ["[forgotten]", "Ann"]);
    let page = writer.get("/api/v1/events?client=other").await.json();
    let event = &page["entries"][0];
    assert_eq!((&event["actor"]["name"], &event["target"]["label"]), (&json!("Ann"), &json!("[forgotten]")));
    assert_eq!(event["metadata"]["mail"], "[forgotten]");
    assert_eq!(app.storage.check().await.unwrap().faults, Vec::<String>::new());
}

#[tokio::test]
async fn what_is_forgotten_stays_so_in_events_to_come() {
    let app = with_events().await;
    let writer = app.writer();
    writer.post(&format!("/api/v1/actors/{ROBERTA}/forget"), &json!({})).await.expect(200);
    writer.post("/api/v1/events", &by_roberta("acme", "late")).await.expect(200);
    let flat = json!({"actor": {"id": ROBERTA, "name": "Roberta Wharton"}, "action": "late"});
    let logged = writer.post("/v1/events", &flat).await.expect(201).json();
    assert_eq!(logged["event"]["actor_name"], "[forgotten]");
    let path = format!("/api/v1/actors/{ROBERTA}");
    writer.post(&path, &json!({"name": "Roberta"})).await.expect(204);
    assert_eq!(writer.get(&path).await.expect(200).json(), actor("[forgotten]", "[forgotten]", true));
    assert_eq!(search(&writer, "roberta").await, 0);
}

#[tokio::test]
async fn a_corrected_name_is_found_and_the_old_one_is_not() {
    let app = with_events().await;
    let writer = app.writer();
    let path = format!("/api/v1/actors/{ROBERTA}");
    let corrected = writer.post(&path, &json!({"name": "Bobbie Quux"})).await.expect(200).json();
    assert_eq!(corrected, actor("Bobbie Quux", "rw@great.test", false));
    assert_eq!(search(&writer, "bobbie").await, 603);
    assert_eq!(search(&writer, "great.test").await, 603);
    let wrong = writer.post(&path, &json!({"name": "x".repeat(256)})).await.expect(400).json();
    assert_eq!(wrong["details"], json!({"name": ["expected at most 255 characters"]}));
    writer.post(&path, &json!({"name": 7})).await.expect(400);
    assert_eq!(app.storage.check().await.unwrap().faults, Vec::<String>::new());
}

#[tokio::test]
async fn another_project_s_person_of_the_same_id_stays() {
    let app = TestApp::new().await;
    let other = app.writer_of_another_project().await;
    for writer in [&app.writer(), &other] {
        writer.post("/api/v1/events", &by_roberta("c", "1")).await.expect(200);
    }
    app.writer().post("/api/v1/events", &event("c", "2")).await.expect(200);
    app.writer().post(&format!("/api/v1/actors/{ROBERTA}/forget"), &json!({})).await.expect(200);
    let theirs = other.get(&format!("/api/v1/actors/{ROBERTA}")).await.expect(200).json();
    assert_eq!(theirs, actor("Roberta Wharton", "rw@great.test", false));
    other.post("/api/v1/actors/u-1/forget", &json!({})).await.expect(404);
}
