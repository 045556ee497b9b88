//! Requests that no client of a vendor's would send are refused in that vendor's words as well.

use crate::support::{Caller, TestApp};
use axum::body::Body;
use serde_json::json;

fn bearer(app: &TestApp) -> Caller {
    app.stranger().with("authorization", &format!("Bearer {}", app.key.bearer))
}

fn token(app: &TestApp) -> Caller {
    app.stranger().with("authorization", &format!("token={}", app.key.bearer))
}

#[tokio::test]
async fn a_path_that_is_no_text_names_nothing() {
    let app = TestApp::new().await;
    for (caller, path, word) in [
        (bearer(&app), "/api/v1/events/%80", "requestId"),
        (bearer(&app), "/api/v1/actors/%80", "requestId"),
        (app.stranger(), "/api/v1/views/configuration/%80", "requestId"),
        (bearer(&app), "/v1/events/%80", "error"),
        (bearer(&app), "/v1/logs/%80", "status"),
        (bearer(&app), "/organizations/%80", "message"),
    ] {
        let answer = caller.get(path).await.expect(404).json();
        assert!(!answer[word].is_null(), "{path}: {answer}");
    }
    let event = r#"{"action":"a","crud":"c","actor":{"id":"u"}}"#;
    let path = "/auditlog/publisher/v1/project/%80/event";
    // What a caller calls their project is never read there.
    token(&app).send("POST", path, Body::from(event)).await.expect(201);
    let path = "/auditlog/publisher/v1/project/%80/viewertoken?group_id=g&actor_id=u";
    assert_eq!(token(&app).get(path).await.expect(404).json()["type"], "NOT_FOUND");
}

#[tokio::test]
async fn a_parameter_that_is_given_twice_or_not_at_all_is_a_fault() {
    let app = TestApp::new().await;
    let path = "/auditlog/publisher/v1/project/p/viewertoken?group_id=g&actor_id=u&actor_id=v";
    assert_eq!(token(&app).get(path).await.expect(400).json()["type"], "BAD_REQUEST");
    let answer = app.stranger().get("/audit_logs/exports/x/file").await.expect(422).json();
    assert_eq!(answer["errors"][0]["field"], "query");
    let answer = app.stranger().get("/api/v1/views/vw_1/acme?page=202601&page=202602").await.expect(400).json();
    assert!(answer["details"]["query"].is_array(), "{answer}");
}

#[tokio::test]
async fn a_search_of_epilot_s_that_is_too_large_is_refused_in_its_words() {
    let app = TestApp::new().await;
    let answer = bearer(&app).post_bytes("/v1/logs", vec![b' '; 16 * 1024 * 1024 + 1]).await.expect(413).json();
    assert_eq!(answer["status"], 413);
}

#[tokio::test]
async fn a_thing_that_is_no_object_is_a_fault_of_a_retraced_event() {
    let app = TestApp::new().await;
    for field in ["target", "actor", "group"] {
        let event = json!({"action": "a", "crud": "c", "actor": {"id": "u"}, field: false});
        let answer = token(&app).post("/auditlog/publisher/v1/project/p/event", &event).await.expect(400).json();
        assert!(answer["error"].as_str().unwrap().contains(field), "{answer}");
    }
}

#[tokio::test]
async fn an_epilot_event_is_read_under_the_id_that_its_receipt_gives() {
    let app = TestApp::new().await;
    let uuid = "2843C005-c5b0-4df2-94ee-1ca2ddd998ac";
    for (sent, is_own) in [(json!(uuid), true), (json!("0"), false), (json!(7), false), (json!(""), false)] {
        let event = json!({"id": sent, "event_name": format!("of {sent}")});
        let answer = bearer(&app).post("/v1/logs/ingest", &json!([event])).await.expect(201).json();
        let id = answer["logs"][0]["id"].as_str().unwrap();
        assert_eq!(id == uuid, is_own, "{answer}");
        let read = bearer(&app).get(&format!("/v1/logs/{id}")).await.expect(200).json();
        assert_eq!(read["log"]["event_name"], event["event_name"]);
    }
}
