//! `GET /api/v1/events/{id}`

use crate::support::{TestApp, event};
use serde_json::{Value, json};

async fn sent(app: &TestApp, event: &Value) -> String {
    let answer = app.writer().post("/api/v1/events", event).await.expect(200).json();
    answer["ReceivedEvents"][0]["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_event_is_read_back_with_every_field_it_was_sent_with() {
    let app = TestApp::new().await;
    let actor = json!({"uuid": "u", "name": "N", "email": "e@x.test", "type": "api", "url": "https://x.test", "metadata": {"a": 1}});
    let target = json!({"type": "doc", "uuid": "t", "label": "L", "url": "https://x.test/t", "metadata": {"b": [2]}});
    let full = json!({
        "uuid": "full", "client": {"uuid": "c", "name": "C"}, "time": "2026-01-02T03:04:05.678Z", "action": "doc.share",
        "description": "D", "url": "https://x.test/d", "crud": "read",
        "outcome": {"result": "failure", "reason": "R", "code": "403"},
        "actor": actor, "impersonator": actor, "target": target, "targets": [target],
        "context": {"client": {"ipAddress": "2001:db8::1", "browserAgent": "B", "location": "Oslo"},
            "server": {"serverId": "s", "version": "1", "service": "web"},
            "http": {"method": "POST", "path": "/d", "domain": "x.test"}},
        "sessionId": "se", "correlationId": "co", "externalId": "ex", "schemaVersion": 3,
        "changes": [{"field": "role", "before": "a", "after": {"b": null}}],
        "metadata": {"deep": {"er": [1, 2.5, "x"]}}, "fields": {"k": "v"}, "detail": "long",
    });
    let id = sent(&app, &full).await;
    let found = app.writer().get(&format!("/api/v1/events/{id}")).await.expect(200).json();
    for (name, value) in full.as_object().unwrap() {
        match name.as_str() {
            "targets" => assert_eq!(found["targets"], json!([target, target])),
            _ => assert_eq!(&found[name], value, "{name}"),
        }
    }
    assert_eq!(found["anonymous"], false);
    assert_eq!(found["original"], full);
}

#[tokio::test]
async fn the_original_keeps_what_we_do_not_know_and_how_it_was_written() {
    let app = TestApp::new().await;
    let body = r#"{"client": {"uuid": "c"}, "ours": [1.50, 1E2, "\u00e9"], "action": "a", "actor": {"uuid": "u"}}"#;
    let answer = app.writer().post_bytes("/api/v1/events", body).await.expect(200).json();
    let id = answer["ReceivedEvents"][0]["id"].as_str().unwrap();
    let found = app.writer().get(&format!("/api/v1/events/{id}")).await.expect(200).text();
    let original =
        r#""original":{"client":{"uuid":"c"},"ours":[1.50,1E2,"\u00e9"],"action":"a","actor":{"uuid":"u"}}}"#;
    assert!(found.ends_with(original), "{found}");
}

#[tokio::test]
async fn an_id_of_another_project_is_as_absent_as_none() {
    let app = TestApp::new().await;
    let id = sent(&app, &event("c", "1")).await;
    let other = app.writer_of_another_project().await;
    let theirs = other.get(&format!("/api/v1/events/{id}")).await.expect(404).json();
    let nobody_s = other.get("/api/v1/events/00000000-0000-7000-8000-000000000000").await.expect(404).json();
    let no_id = app.writer().get("/api/v1/events/sample-event-001").await.expect(404).json();
    for answer in [&nobody_s, &no_id] {
        assert_eq!((&answer["error"], &answer["message"]), (&theirs["error"], &theirs["message"]));
    }
    app.writer().get(&format!("/api/v1/events/{id}")).await.expect(200);
    app.writer().get(&format!("/api/v1/events/{}", id.replace('-', ""))).await.expect(200);
}
