//! What a project's strictness means for WorkOS's API.

use super::{client, event, stored};
use crate::support::TestApp;
use daybook::backend::keys::NewKey;
use daybook::backend::strictness;
use daybook::domain::access::ClientId;
use daybook::domain::strictness::{Api, Strictness, Violation};
use serde_json::{Value, json};

const EVENTS: &str = "/audit_logs/events";

async fn choose(app: &TestApp, strictness: Strictness) {
    strictness::choose(&app.backend, &app.steward(), Api::WorkOs, strictness).await.unwrap();
}

/// Which rules were violated, how often requests were taken and refused, and the last example.
async fn counted(app: &TestApp) -> Vec<(Violation, u64, u64, String)> {
    let counted = strictness::counted(&app.backend, app.project).await.unwrap();
    counted.into_iter().map(|one| (one.violation, one.accepted, one.refused, one.example)).collect()
}

fn loose() -> Value {
    let mut body = event("org_1", "user.invited");
    body["event"]["occurred_at"] = json!("2026-01-14");
    body
}

#[tokio::test]
async fn open_takes_what_workos_refuses_and_counts_nothing() {
    let app = TestApp::new().await;
    client(&app).post(EVENTS, &loose()).await.expect(200);
    assert_eq!((stored(&app).await, counted(&app).await.len()), (1, 0));
}

#[tokio::test]
async fn observe_takes_it_and_counts_it_by_kind_with_the_last_example() {
    let app = TestApp::new().await;
    choose(&app, Strictness::Observe).await;
    client(&app).post(EVENTS, &loose()).await.expect(200);
    client(&app).post(EVENTS, &event("org_1", "user.removed")).await.expect(200);
    assert_eq!(stored(&app).await, 2);
    let counted = counted(&app).await;
    let counts: Vec<_> = counted.iter().map(|(violation, taken, refused, _)| (*violation, *taken, *refused)).collect();
    assert_eq!(
        counts,
        [
            (Violation::UnknownOrganization, 1, 0),
            (Violation::ActionWithoutSchema, 2, 0),
            (Violation::WorkOsFields, 1, 0),
        ]
    );
    assert_eq!(counted[1].3, "an event “user.removed” of the organization “org_1”");
    let another = app.another_project().await;
    assert_eq!(strictness::counted(&app.backend, another).await.unwrap(), []);
    strictness::reset_counts(&app.backend, &app.steward(), Api::WorkOs).await.unwrap();
    assert_eq!(strictness::counted(&app.backend, app.project).await.unwrap(), []);
}

#[tokio::test]
async fn strict_refuses_as_workos_does_until_organization_and_schema_are_there() {
    let app = TestApp::new().await;
    choose(&app, Strictness::Strict).await;
    let client = client(&app);
    let body = event("org_1", "user.invited");
    let answer = client.post(EVENTS, &body).await.expect(404).json();
    assert_eq!(answer["message"], "Organization not found: 'org_1'.");
    let native = json!({"client": {"uuid": "org_1"}, "action": "a", "actor": {"uuid": "u"}});
    app.writer().post("/api/v1/events", &native).await.expect(200);
    let answer = client.post(EVENTS, &body).await.expect(400).json();
    assert_eq!(
        (&answer["code"], &answer["errors"][0]["instancePath"]),
        (&json!("invalid_audit_log_event"), &json!("/action"))
    );
    client.post("/audit_logs/actions/user.invited/schemas", &json!({"targets": [{"type": "team"}]})).await.expect(201);
    let answer = client.post(EVENTS, &loose()).await.expect(422).json();
    assert_eq!(answer["errors"][0]["field"], "event.occurred_at");
    client.post(EVENTS, &body).await.expect(200);
    client.post(EVENTS, &body).await.expect(200);
    assert_eq!(stored(&app).await, 2, "a repeat is one");
    let refused: Vec<u64> = counted(&app).await.into_iter().map(|(_, _, refused, _)| refused).collect();
    assert_eq!(refused, [1, 1, 1]);
}

#[tokio::test]
async fn a_strict_project_makes_no_other_strict_and_tells_no_client_of_another() {
    let app = TestApp::new().await;
    choose(&app, Strictness::Strict).await;
    app.writer_of_another_project().await.post(EVENTS, &loose()).await.expect(200);
    let native = json!({"client": {"uuid": "org_2"}, "action": "a", "actor": {"uuid": "u"}});
    app.writer().post("/api/v1/events", &native).await.expect(200);
    let key = NewKey { client: Some(ClientId::parse("org_1").unwrap()), ..NewKey::named("one client's") };
    let one = app.server(key).await;
    for organization in ["org_2", "org_3"] {
        let answer = one.post(EVENTS, &event(organization, "a.b")).await.expect(404).json();
        assert_eq!(answer["message"], format!("Organization not found: '{organization}'."));
    }
}
