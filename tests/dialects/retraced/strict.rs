//! What a project's strictness means for Retraced's API.

use super::{PUBLISHER, asking, client, event};
use crate::support::TestApp;
use daybook::backend::strictness;
use daybook::domain::strictness::{Api, Strictness, Violation};
use serde_json::{Value, json};

/// The project's own name.
const OWN: &str = "/auditlog/publisher/v1/project/default";

async fn choose(app: &TestApp, strictness: Strictness) {
    strictness::choose(&app.backend, &app.steward(), Api::Retraced, strictness).await.unwrap();
}

/// Which rules were violated, and how often requests were taken and refused.
async fn counted(app: &TestApp) -> Vec<(Violation, u64, u64)> {
    let counted = strictness::counted(&app.backend, app.project).await.unwrap();
    counted.into_iter().map(|one| (one.violation, one.accepted, one.refused)).collect()
}

fn loose() -> Value {
    let mut event = event("g", "a.b", "c");
    event["description"] = json!("");
    event["colour"] = json!("red");
    event
}

#[tokio::test]
async fn open_takes_what_retraced_refuses_and_observe_counts_it() {
    let app = TestApp::new().await;
    let bulk = json!({"events": vec![loose(); 51]});
    client(&app).post(&format!("{PUBLISHER}/event/bulk"), &bulk).await.expect(201);
    assert_eq!(counted(&app).await, []);
    choose(&app, Strictness::Observe).await;
    client(&app).post(&format!("{PUBLISHER}/event/bulk"), &bulk).await.expect(201);
    client(&app).post(&format!("{OWN}/event"), &loose()).await.expect(201);
    let expected = [(Violation::WrongProject, 1, 0), (Violation::LargeBulk, 1, 0), (Violation::RetracedFields, 2, 0)];
    assert_eq!(counted(&app).await, expected);
    let records = strictness::counted(&app.backend, app.project).await.unwrap();
    assert_eq!(records[0].example, "the project id “p1” in place of “default”");
    assert!(records[2].example.contains("colour is not a field that it knows"), "{}", records[2].example);
}

#[tokio::test]
async fn strict_refuses_as_retraced_does() {
    let app = TestApp::new().await;
    choose(&app, Strictness::Strict).await;
    let client = client(&app);
    let good = event("g", "a.b", "c");
    let refused = client.post(&format!("{PUBLISHER}/event"), &good).await.expect(401).json();
    assert_eq!(refused, json!({"status": 401, "type": "UNAUTHORIZED", "error": "Unauthorized"}));
    client.post(&format!("{PUBLISHER}/graphql"), &asking("", 1, "")).await.expect(401);
    client.get(&format!("{PUBLISHER}/viewertoken?group_id=g&actor_id=u")).await.expect(401);
    client.get(&format!("{OWN}/viewertoken?group_id=g&actor_id=u")).await.expect(201);
    let refused = client.post(&format!("{OWN}/event"), &loose()).await.expect(400).json();
    let error = refused["error"].as_str().unwrap();
    assert!(error.contains("colour") && error.contains("description must not be empty"), "{error}");
    client.post(&format!("{OWN}/event"), &json!({"action": "a", "actor": {"id": "u"}})).await.expect(400);
    client.post(&format!("{OWN}/event/bulk"), &json!({"events": vec![good.clone(); 51]})).await.expect(400);
    client.post(&format!("{OWN}/event/bulk"), &json!({"events": vec![good.clone(); 50]})).await.expect(201);
    client.post(&format!("{OWN}/event"), &good).await.expect(201);
    let expected = [(Violation::WrongProject, 0, 3), (Violation::LargeBulk, 0, 1), (Violation::RetracedFields, 0, 2)];
    assert_eq!(counted(&app).await, expected);
    let found = client.post(&format!("{OWN}/graphql"), &asking("", 1, "")).await.expect(200).json();
    assert_eq!(found["data"]["search"]["totalCount"], 51, "nothing of what was refused is stored");
}
