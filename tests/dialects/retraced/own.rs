//! What is kept for those who look: saved searches are each reader's own, API tokens their group's, for a while.

use super::{VIEWER, admin, asking, browser, event, report, session};
use crate::support::{Caller, TestApp};
use axum::body::Body;
use daybook::backend::storage::{NewDocument, Shelves};
use daybook::domain::access::ClientId;
use daybook::domain::time::Timestamp;
use serde_json::{Value, json};

const DAY: i64 = 24 * 60 * 60 * 1000;

async fn save(viewer: &Caller, name: &str) -> String {
    let body = json!({"name": name, "exportBody": {"searchQuery": "actor.name:ann", "showRead": true}});
    let made = viewer.post(&format!("{VIEWER}/project/p1/export"), &body).await.expect(201).json();
    made["id"].as_str().unwrap().to_owned()
}

async fn saved(viewer: &Caller) -> Vec<String> {
    let list = viewer.get(&format!("{VIEWER}/project/p1/exports")).await.expect(200).json();
    list.as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn each_reader_sees_and_evicts_their_own_saved_searches_alone() {
    let app = TestApp::new().await;
    report(&app, &event("g1", "a.b", "r")).await;
    let whole = browser(&app, "g1", "").await;
    let narrowed = browser(&app, "g1", "&target_id=t1").await;
    let colleague = session(&app, "group_id=g1&actor_id=u2").await;
    let id = save(&whole, "mine").await;
    for other in [&narrowed, &colleague] {
        assert_eq!(saved(other).await, [""; 0]);
        other.get(&format!("{VIEWER}/project/p1/export/{id}/rendered")).await.expect(404);
    }
    for number in 0..101 {
        save(&narrowed, &number.to_string()).await;
    }
    assert_eq!((saved(&whole).await, saved(&narrowed).await.len()), (vec!["mine".to_owned()], 100));
    whole.get(&format!("{VIEWER}/project/p1/export/{id}/rendered")).await.expect(200);
    assert_eq!(saved(&browser(&app, "g1", "").await).await, ["mine"], "in every session of theirs");
    let other_group = browser(&app, "g2", "").await;
    assert_eq!(saved(&other_group).await, [""; 0]);
}

#[tokio::test]
async fn searches_for_somebody_who_is_forgotten_are_gone_from_every_reader() {
    let app = TestApp::new().await;
    report(&app, &json!({"action": "a", "crud": "c", "group": {"id": "g1"}, "actor": {"id": "u9", "name": "ann"}}))
        .await;
    let readers = [browser(&app, "g1", "").await, session(&app, "group_id=g1&actor_id=u2").await];
    for reader in &readers {
        save(reader, "for ann").await;
    }
    app.writer().post("/api/v1/actors/u9/forget", &json!({})).await.expect(200);
    for reader in &readers {
        assert_eq!(saved(reader).await, [""; 0]);
    }
}

async fn make(viewer: &Caller, body: &Value) -> Value {
    viewer.post(&format!("{VIEWER}/project/p1/eitapi_token"), body).await.expect(201).json()
}

async fn tokens(viewer: &Caller) -> Vec<Value> {
    let list = viewer.get(&format!("{VIEWER}/project/p1/eitapi_tokens")).await.expect(200).json();
    list.as_array().unwrap().clone()
}

async fn found(app: &TestApp, token: &Value) -> u16 {
    let program = app.stranger().with("authorization", &format!("token={}", token["id"].as_str().unwrap()));
    program.post("/auditlog/enterprise/v1/graphql", &asking("", 10, "")).await.status.as_u16()
}

#[tokio::test]
async fn a_group_has_a_hundred_api_tokens_and_all_of_them_are_listed() {
    let app = TestApp::new().await;
    let (viewer, other) = (admin(&app, "g1").await, admin(&app, "g2").await);
    for number in 0..100 {
        make(&viewer, &json!({"displayName": number.to_string()})).await;
    }
    let path = format!("{VIEWER}/project/p1/eitapi_token");
    let answer = viewer.post(&path, &json!({"displayName": "one more"})).await.expect(409).json();
    assert_eq!(
        (&answer["type"], answer["error"].as_str().unwrap().contains("100 API tokens")),
        (&json!("CONFLICT"), true)
    );
    make(&other, &json!({"displayName": "of another group"})).await;
    let all = tokens(&viewer).await;
    assert_eq!(all.len(), 100);
    viewer.send("DELETE", &format!("{path}/{}", all[50]["id"].as_str().unwrap()), Body::empty()).await.expect(204);
    assert_eq!(found(&app, &all[50]).await, 401);
    make(&viewer, &json!({"displayName": "in its place"})).await;
}

#[tokio::test]
async fn those_beyond_a_hundred_that_were_made_before_are_listed_too_and_can_be_taken_back() {
    let app = TestApp::new().await;
    for number in 0..250 {
        let body = json!({"display_name": number.to_string(), "expires_at": app.backend.clock().now().millis() + DAY});
        let (id, client) = (format!("old{number}"), Some(ClientId::parse("g1").unwrap()));
        let created_at = Timestamp::from_millis(0);
        let old = NewDocument { id, alias: None, client, body: body.to_string(), created_at };
        assert!(app.storage.put(app.project, "retraced/api_tokens", &old, None).await.unwrap());
    }
    let viewer = admin(&app, "g1").await;
    let all = tokens(&viewer).await;
    assert_eq!((all.len(), found(&app, &all[249]).await), (250, 200));
    let path = format!("{VIEWER}/project/p1/eitapi_token");
    viewer.send("DELETE", &format!("{path}/{}", all[249]["id"].as_str().unwrap()), Body::empty()).await.expect(204);
    assert_eq!(found(&app, &all[249]).await, 401);
    app.later(DAY);
    assert!(tokens(&admin(&app, "g1").await).await.is_empty());
}

#[tokio::test]
async fn a_token_holds_a_year_or_as_long_as_whoever_makes_it_says() {
    let app = TestApp::new().await;
    let viewer = admin(&app, "g1").await;
    let usual = make(&viewer, &json!({"displayName": "usual"})).await;
    assert_eq!(usual["expires_at"], "2027-01-15T12:00:00.000Z");
    let short = make(&viewer, &json!({"displayName": "short", "expiresAt": "2026-01-17T12:00:00Z"})).await;
    let path = format!("{VIEWER}/project/p1/eitapi_token");
    for wrong in ["2027-01-16T12:00:00Z", "2026-01-15T11:00:00Z", "soon"] {
        viewer.post(&path, &json!({"displayName": "x", "expiresAt": wrong})).await.expect(400);
    }
    app.later(2 * DAY);
    assert_eq!((found(&app, &short).await, found(&app, &usual).await), (401, 200));
    app.later(363 * DAY);
    assert_eq!(found(&app, &usual).await, 401);
}

#[tokio::test]
async fn an_admin_who_sees_a_part_of_the_log_has_to_do_with_the_tokens_of_that_part_alone() {
    let app = TestApp::new().await;
    for target in ["t1", "t2"] {
        let mut of_target = event("g1", &format!("of.{target}"), "u");
        of_target["target"]["id"] = json!(target);
        report(&app, &of_target).await;
    }
    let whole = admin(&app, "g1").await;
    let narrowed = session(&app, "group_id=g1&actor_id=u1&is_admin=true&target_id=t1").await;
    let of_all = make(&whole, &json!({"displayName": "all"})).await;
    let of_part = make(&narrowed, &json!({"displayName": "part"})).await;
    assert_eq!((tokens(&whole).await.len(), tokens(&narrowed).await.len()), (2, 1));
    let own = format!("{VIEWER}/project/p1/eitapi_token/{}", of_all["id"].as_str().unwrap());
    narrowed.send("DELETE", &own, Body::empty()).await.expect(404);
    for token in [of_part["id"].clone(), tokens(&whole).await[1]["id"].clone()] {
        let program = app.stranger().with("authorization", &format!("token={}", token.as_str().unwrap()));
        let answer = program.post("/auditlog/enterprise/v1/graphql", &asking("", 10, "")).await.expect(200).json();
        assert_eq!(answer["data"]["search"]["totalCount"], 1, "whoever shows it, it reads what it read");
    }
}
