//! Requests that no client of a vendor's would send are refused in that vendor's words as well.

use crate::support::{Caller, TestApp};
use axum::body::Body;

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
