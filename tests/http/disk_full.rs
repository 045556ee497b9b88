//! A full disk: what is refused, how that is told, and what goes on by itself.

use crate::support::{Differing, TestApp, event};
use daybook::backend::storage::Storage;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// A server, and what fills its disk.
async fn server() -> (TestApp, &'static AtomicBool) {
    let filled: &'static AtomicBool = Box::leak(Box::new(AtomicBool::new(false)));
    let app = TestApp::differing(Differing { filled: Some(filled), ..Differing::default() }).await;
    (app, filled)
}

#[tokio::test]
async fn writes_are_told_to_come_again_in_each_api_s_shape_and_reads_go_on() {
    let (app, filled) = server().await;
    app.writer().post("/api/v1/events", &event("c", "1")).await.expect(200);
    filled.store(true, Ordering::Relaxed);
    let bearer = format!("Bearer {}", app.key.bearer);
    let caller = app.stranger().with("authorization", &bearer);
    let workos = json!({"organization_id": "org_1", "event": {
        "action": "a.b", "occurred_at": "2026-01-14T10:30:00.000Z", "actor": {"type": "user", "id": "user_1"},
        "targets": [{"type": "team", "id": "team_1"}], "context": {"location": "203.0.113.7"},
    }});
    let auditledge = json!({"actor": {"id": "u1"}, "action": "a.b", "resource": {"type": "t", "id": "t1"}});
    let epilot = json!({"event_name": "c", "caller": {"user_id": "u1"}});
    let retraced = json!({"action": "a.b", "crud": "c", "group": {"id": "g"}, "actor": {"id": "u1"}});
    let told = |field: &'static str| move |answer: Value| answer[field].as_str().unwrap_or_default().to_owned();
    for (path, body, told) in [
        ("/api/v1/events", event("c", "2"), told("error")),
        ("/audit_logs/events", workos, told("message")),
        ("/v1/events", auditledge, told("error")),
        ("/v1/logs/ingest", epilot, told("error")),
    ] {
        let answer = caller.post(path, &body).await.expect(503);
        assert_eq!(answer.header("retry-after"), "10", "{path}");
        assert_eq!(told(answer.json()), "The server's disk is full; nothing was stored", "{path}");
    }
    let token = app.stranger().with("authorization", &format!("token={}", app.key.bearer));
    let answer = token.post("/auditlog/publisher/v1/project/p/event", &retraced).await.expect(503);
    assert_eq!(answer.json()["type"], "SERVICE_UNAVAILABLE");
    assert_eq!(answer.header("retry-after"), "10");
    let page = app.writer().get("/api/v1/events").await.expect(200).json();
    assert_eq!(page["entries"].as_array().unwrap().len(), 1);
    filled.store(false, Ordering::Relaxed);
    app.writer().post("/api/v1/events", &event("c", "2")).await.expect(200);
}

#[tokio::test]
async fn readiness_says_so_and_comes_back() {
    let (app, filled) = server().await;
    filled.store(true, Ordering::Relaxed);
    let answer = app.stranger().get("/health/ready").await.expect(503);
    assert_eq!(answer.json()["error"], "The disk is full: events are refused until there is room");
    assert_eq!(answer.header("retry-after"), "5");
    app.stranger().get("/health/live").await.expect(200);
    filled.store(false, Ordering::Relaxed);
    let ready = async {
        while app.stranger().get("/health/ready").await.status != 200 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), ready).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forgetting_that_stopped_goes_on_by_itself_and_at_once_when_asked_again() {
    let (app, filled) = server().await;
    let names = |name: &str| json!({"client": {"uuid": "c"}, "action": "user.invite", "actor": {"uuid": name, "name": format!("{name} Wharton")}});
    app.writer().post("/api/v1/events", &json!([names("ann"), names("bob")])).await.expect(200);
    app.storage.settle().await.unwrap();
    let found = async |word: &str| {
        let page = app.writer().get(&format!("/api/v1/events?q={word}")).await.expect(200).json();
        page["entries"].as_array().unwrap().len()
    };
    filled.store(true, Ordering::Relaxed);
    for actor in ["ann", "bob"] {
        let path = format!("/api/v1/actors/{actor}/forget");
        let answer = app.writer().post(&path, &json!({})).await.expect(503);
        assert_eq!(answer.header("retry-after"), "10");
        app.writer().post(&path, &json!({})).await.expect(503);
    }
    assert_eq!(found("wharton").await, 2);
    filled.store(false, Ordering::Relaxed);
    app.writer().post("/api/v1/actors/bob/forget", &json!({})).await.expect(200);
    // Nobody asks for this one any more.
    let forgotten = async {
        while found("wharton").await > 0 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), forgotten).await.unwrap();
}
