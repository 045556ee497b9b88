//! The audit logs of WorkOS.

mod events;
mod exports;
mod organizations;
mod schemas;
mod strict;

use crate::golden;
use crate::support::{Caller, TestApp};
use serde_json::{Value, json};

/// A server of the company, as WorkOS's clients sign in.
fn client(app: &TestApp) -> Caller {
    app.stranger().with("authorization", &format!("Bearer {}", app.key.bearer))
}

/// A request's body.
fn event(organization: &str, action: &str) -> Value {
    json!({"organization_id": organization, "event": {
        "action": action, "occurred_at": "2026-01-14T10:30:00.000Z", "actor": {"type": "user", "id": "user_1"},
        "targets": [{"type": "team", "id": "team_1"}], "context": {"location": "203.0.113.7"},
    }})
}

/// How many events the project has.
async fn stored(app: &TestApp) -> usize {
    let page = app.writer().get("/api/v1/events?limit=1000").await.expect(200).json();
    page["entries"].as_array().unwrap().len()
}

#[tokio::test]
async fn requests_events_and_answers_are_the_golden_ones() {
    golden::check("workos", client).await;
}

#[tokio::test]
async fn failures_are_objects_with_a_message_and_never_an_error() {
    let app = TestApp::new().await;
    let stranger = app.stranger();
    let wrong = app.stranger().with("authorization", "Bearer sk_test_123");
    let of = |answer: crate::support::Answer| (answer.status.as_u16(), answer.json());
    for (status, body) in [
        of(stranger.get("/audit_logs/actions").await),
        of(wrong.get("/organizations").await),
        of(client(&app).get("/audit_logs/nothing").await),
        of(client(&app).get("/organizations/org_none").await),
        of(client(&app).send("DELETE", "/audit_logs/events", axum::body::Body::empty()).await),
        of(client(&app).post_bytes("/audit_logs/events", "{").await),
        of(client(&app).post("/audit_logs/events", &json!({})).await),
        of(client(&app).post_bytes("/audit_logs/events", vec![b' '; 16 * 1024 * 1024 + 1]).await),
    ] {
        assert!(status >= 400 && body["message"].is_string() && body.get("error").is_none(), "{status} {body}");
    }
    assert_eq!(stranger.get("/audit_logs/actions").await.expect(401).json(), json!({"message": "Unauthorized"}));
    let unknown = client(&app).get("/organizations/org_none").await.expect(404).json();
    assert_eq!(unknown["message"], "Organization not found: 'org_none'.");
}
