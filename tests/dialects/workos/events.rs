//! `POST /audit_logs/events`

use super::{client, event, stored};
use crate::support::{Differing, TestApp};
use daybook::backend::keys::NewKey;
use daybook::domain::access::ClientId;
use serde_json::{Value, json};

const PATH: &str = "/audit_logs/events";

#[tokio::test]
async fn a_request_with_the_same_key_is_one_event_for_a_day_whatever_its_body() {
    let app = TestApp::new().await;
    let keyed = client(&app).with("idempotency-key", "k");
    for body in [event("org_1", "a.b"), event("org_1", "c.d")] {
        let answer = keyed.post(PATH, &body).await.expect(200).json();
        assert_eq!(answer, json!({"success": true}));
    }
    assert_eq!(stored(&app).await, 1);
    app.later(24 * 60 * 60 * 1000 - 1);
    keyed.post(PATH, &event("org_1", "a.b")).await.expect(200);
    assert_eq!(stored(&app).await, 1);
    app.later(1);
    keyed.post(PATH, &event("org_1", "a.b")).await.expect(200);
    assert_eq!(stored(&app).await, 2);
    keyed.post(PATH, &event("org_1", "a.b")).await.expect(200);
    assert_eq!(stored(&app).await, 2, "the day begins anew with the event that was stored last");
    keyed.post(PATH, &event("org_2", "a.b")).await.expect(200);
    assert_eq!(stored(&app).await, 3, "another organization's key is another");
}

#[tokio::test]
async fn without_a_key_an_equal_body_is_one_event_and_any_difference_another() {
    let app = TestApp::new().await;
    let one = event("org_1", "a.b");
    let mut other = one.clone();
    other["event"]["occurred_at"] = json!("2026-01-14T10:30:00.001Z");
    for body in [&one, &one, &other] {
        client(&app).post(PATH, body).await.expect(200);
    }
    assert_eq!(stored(&app).await, 2);
    app.later(25 * 60 * 60 * 1000);
    client(&app).post(PATH, &one).await.expect(200);
    assert_eq!(stored(&app).await, 3);
}

#[tokio::test]
async fn a_refused_request_can_be_sent_again_with_its_key() {
    let app = TestApp::new().await;
    let keyed = client(&app).with("idempotency-key", "k");
    keyed.post(PATH, &json!({"organization_id": "org_1"})).await.expect(422);
    keyed.post(PATH, &event("org_1", "a.b")).await.expect(200);
    assert_eq!(stored(&app).await, 1);
}

#[tokio::test]
async fn the_month_s_quota_is_a_rate_limit_in_these_words() {
    let app = TestApp::differing(Differing { monthly_quota: Some(1), ..Differing::default() }).await;
    client(&app).post(PATH, &event("org_1", "a.b")).await.expect(200);
    let answer = client(&app).post(PATH, &event("org_1", "c.d")).await.expect(429).json();
    assert_eq!(answer["code"], "rate_limit_exceeded");
}

#[tokio::test]
async fn a_field_that_is_too_long_for_us_is_named_as_its_sender_knows_it() {
    let app = TestApp::new().await;
    let mut body = event("org_1", "a.b");
    body["event"]["actor"]["id"] = json!("x".repeat(2_049));
    body["event"]["targets"][0]["name"] = json!("x".repeat(1_001));
    let answer = client(&app).post(PATH, &body).await.expect(422).json();
    let fields: Vec<_> = answer["errors"].as_array().unwrap().iter().map(|error| &error["field"]).collect();
    assert_eq!(fields, ["event.actor.id", "event.targets[0].name"]);
    assert_eq!(stored(&app).await, 0);
}

#[tokio::test]
async fn a_repeat_gets_its_answer_again_whatever_became_of_its_schema_and_organization() {
    let app = TestApp::new().await;
    let keyed = client(&app).with("idempotency-key", "k1");
    let (of_key, of_content) = (event("org_1", "user.invited"), event("org_1", "user.left"));
    let send = async || {
        keyed.post("/audit_logs/events", &of_key).await.expect(200);
        client(&app).post("/audit_logs/events", &of_content).await.expect(200);
    };
    send().await;
    for action in ["user.invited", "user.left"] {
        let path = format!("/audit_logs/actions/{action}/schemas");
        client(&app).post(&path, &json!({"targets": [{"type": "invoice"}]})).await.expect(201);
    }
    send().await;
    client(&app).send("DELETE", "/organizations/org_1", axum::body::Body::empty()).await.expect(202);
    send().await;
    assert_eq!(stored(&app).await, 2);
    let one_client_s = NewKey { client: Some(ClientId::parse("org_2").unwrap()), ..NewKey::named("another's") };
    let other = app.server(one_client_s).await.with("idempotency-key", "k1");
    assert_ne!(other.post("/audit_logs/events", &of_key).await.status, 200);
    app.later(24 * 60 * 60 * 1000);
    keyed.post("/audit_logs/events", &of_key).await.expect(404);
}

#[tokio::test]
async fn a_client_renamed_elsewhere_keeps_its_name_unless_it_was_given_one_here() {
    let app = TestApp::new().await;
    let renamed = |name: &str| json!({"client": {"uuid": "org_1", "name": name}, "action": "a", "anonymous": true});
    let name = async || {
        let page = app.writer().get("/api/v1/events?limit=1").await.expect(200).json();
        page["entries"][0]["client"]["name"].clone()
    };
    app.writer().post("/api/v1/events", &renamed("Old")).await.expect(200);
    client(&app).get("/organizations").await.expect(200);
    app.writer().post("/api/v1/events", &renamed("New")).await.expect(200);
    let mut later = event("org_1", "user.invited");
    later["event"]["occurred_at"] = json!("2026-01-16T10:30:00.000Z");
    client(&app).post("/audit_logs/events", &later).await.expect(200);
    assert_eq!(name().await, Value::Null);
    let headers = client(&app).with("content-type", "application/json");
    headers.send("PUT", "/organizations/org_1", r#"{"name":"Here"}"#.into()).await.expect(200);
    later["event"]["occurred_at"] = json!("2026-01-17T10:30:00.000Z");
    client(&app).post("/audit_logs/events", &later).await.expect(200);
    assert_eq!(name().await, "Here");
}
