//! `/api/v1/actors/{uuid}`

use crate::support::{Caller, TestApp, event};
use daybook::backend::actors;
use daybook::backend::storage::{NewDocument, Shelves, Storage, Stretch};
use daybook::domain::access::{ClientScope, Scope};
use daybook::domain::time::Timestamp;
use futures::future::join_all;
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

/// An event by one person about another, both with their names.
fn ann_locks_bob(uuid: &str) -> Value {
    json!({"uuid": uuid, "client": {"uuid": "c"}, "action": "user.lock", "description": "Ann Ward locked Bob Quux",
        "actor": {"uuid": "ann", "name": "Ann Ward"}, "target": {"type": "user", "uuid": "bob", "label": "Bob Quux"}})
}

#[tokio::test]
async fn two_who_are_forgotten_at_once_both_stay_forgotten() {
    let app = TestApp::new().await;
    let writer = app.writer();
    let mut events: Vec<Value> = (0..50).map(|number| ann_locks_bob(&number.to_string())).collect();
    events.push(json!({"client": {"uuid": "c"}, "action": "a", "actor": {"uuid": "bob", "name": "Bob Quux"}}));
    writer.post("/api/v1/events", &Value::from(events)).await.expect(200);
    app.storage.settle().await.unwrap();
    let (nothing, rename) = (json!({}), json!({"name": "Ann Other"}));
    let asked = [("ann/forget", &nothing), ("bob/forget", &nothing), ("ann", &rename), ("ann/forget", &nothing)]
        .map(|(path, body)| (format!("/api/v1/actors/{path}"), body));
    let asked = asked.iter().map(|(path, body)| writer.post(path, body));
    for answer in join_all(asked).await {
        assert!(answer.status.is_success());
    }
    for words in ["ward", "quux", "other"] {
        assert_eq!(search(&writer, words).await, 0, "{words}");
    }
    assert_eq!(app.storage.check().await.unwrap().faults, Vec::<String>::new());
}

#[tokio::test]
async fn events_that_come_in_while_somebody_is_forgotten_do_not_keep_their_name() {
    let app = with_events().await;
    let writer = app.writer();
    let late: Vec<Value> = (0..40).map(|number| by_roberta("acme", &format!("late {number}"))).collect();
    let (nothing, path) = (json!({}), format!("/api/v1/actors/{ROBERTA}/forget"));
    let mut asked = late.iter().map(|event| writer.post("/api/v1/events", event)).collect::<Vec<_>>();
    asked.insert(20, writer.post(&path, &nothing));
    for answer in join_all(asked).await {
        answer.expect(200);
    }
    assert_eq!(search(&writer, "forgotten").await, 643);
    assert_eq!(search(&writer, "roberta").await, 0);
}

#[tokio::test]
async fn whoever_only_another_api_s_words_mean_is_forgotten_there() {
    let app = TestApp::new().await;
    let writer = app.writer();
    let flat = json!({"actor": {"id": "admin"}, "action": "x", "user": {"id": "u-1", "name": "Ann Ward"}, "n": 1});
    for settled in [true, false] {
        writer.post("/v1/events", &flat).await.expect(201);
        writer.post("/api/v1/events", &event("c", &settled.to_string())).await.expect(200);
        if settled {
            app.storage.settle().await.unwrap();
        }
    }
    writer.post("/api/v1/actors/u-1/forget", &json!({})).await.expect(200);
    for path in ["/v1/events", "/v1/events/export"] {
        let text = writer.get(path).await.expect(200).text();
        assert!(!text.contains("Ann Ward") && text.contains("u-1"), "{path}: {text}");
    }
}

#[tokio::test]
async fn the_choices_go_on_to_call_others_by_their_names() {
    let app = TestApp::new().await;
    let writer = app.writer();
    let bystander = |time: &str, actor: Value| {
        json!({"client": {"uuid": "c"}, "action": "a", "time": time, "actor": actor,
            "target": {"type": "user", "uuid": "ann", "label": "Ann Ward"}})
    };
    let events = json!([
        bystander("2025-01-01T00:00:00Z", json!({"uuid": "bob"})),
        bystander("2025-01-02T00:00:00Z", json!({"uuid": "bob", "name": "Bob"})),
        ann_locks_bob("1")
    ]);
    writer.post("/api/v1/events", &events).await.expect(200);
    app.storage.settle().await.unwrap();
    writer.post("/api/v1/actors/ann/forget", &json!({})).await.expect(200);
    let scope = Scope { project: app.project, clients: ClientScope::All };
    let facets = app.storage.facets(&scope, 10).await.unwrap();
    let mut labels: Vec<&str> = facets.actors.iter().map(|actor| actor.label.as_str()).collect();
    labels.sort_unstable();
    assert_eq!(labels, ["Bob", "[forgotten]"]);
}

#[tokio::test]
async fn no_file_of_the_data_folder_keeps_the_name() {
    let app = with_events().await;
    let has_name = || {
        let files = std::fs::read_dir(app.folder()).unwrap().map(|file| std::fs::read(file.unwrap().path()).unwrap());
        files.filter(|bytes| bytes.windows(15).any(|part| part == b"Roberta Wharton")).count()
    };
    app.storage.settle().await.unwrap();
    assert!(has_name() > 0);
    app.writer().post(&format!("/api/v1/actors/{ROBERTA}/forget"), &json!({})).await.expect(200);
    assert_eq!(has_name(), 0);
}

#[tokio::test]
async fn an_actor_without_a_name_is_given_one() {
    let app = TestApp::new().await;
    let nameless = json!({"client": {"uuid": "c"}, "action": "a", "actor": {"uuid": ROBERTA}});
    app.writer().post("/api/v1/events", &nameless).await.expect(200);
    let update = json!({"name": "Roberta", "email": "rw@great.test"});
    let told = app.writer().post(&format!("/api/v1/actors/{ROBERTA}"), &update).await.expect(200).json();
    assert_eq!(told, actor("Roberta", "rw@great.test", false));
}

#[tokio::test]
async fn a_restart_goes_on_where_forgetting_somebody_was_broken_off() {
    let app = with_events().await;
    let note = NewDocument {
        id: ROBERTA.to_owned(),
        alias: None,
        client: None,
        body: json!({"rest": {"known": ["Roberta Wharton"], "after": null}}).to_string(),
        created_at: Timestamp::from_millis(0),
    };
    assert!(app.storage.put(app.project, "forgotten", &note, None).await.unwrap());
    actors::go_on(&app.backend).await.unwrap();
    let writer = app.writer();
    while search(&writer, "roberta").await > 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(search(&writer, "forgotten").await, 603);
}

#[tokio::test]
async fn searches_that_were_saved_for_the_name_are_gone_and_others_are_not() {
    let app = with_events().await;
    for (id, name) in [("one", "roberta wharton"), ("two", "Ann")] {
        let body = json!({"actor_names": [name]}).to_string();
        let created_at = Timestamp::from_millis(0);
        let saved = NewDocument { id: id.to_owned(), alias: None, client: None, body, created_at };
        assert!(app.storage.put(app.project, "workos/exports", &saved, None).await.unwrap());
    }
    app.writer().post(&format!("/api/v1/actors/{ROBERTA}/forget"), &json!({})).await.expect(200);
    let (scope, all) = (
        Scope { project: app.project, clients: ClientScope::All },
        Stretch { oldest_first: true, beside: None, limit: 9 },
    );
    let left = app.storage.stretch(&scope, "workos/exports", &all).await.unwrap();
    assert_eq!(left.iter().map(|saved| saved.id.as_str()).collect::<Vec<_>>(), ["two"]);
}
