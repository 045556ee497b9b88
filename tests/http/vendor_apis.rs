//! The page of other vendors' APIs.

use crate::admin::{form, owner};
use crate::support::TestApp;
use daybook::backend::keys::NewKey;
use daybook::backend::strictness;
use daybook::domain::key::KeyScopes;
use daybook::domain::strictness::{Api, Strictness};
use serde_json::{Value, json};

const PAGE: &str = "/admin/projects/default/vendor-apis";

fn event(action: &str) -> Value {
    json!({"organization_id": "org_1", "event": {
        "action": action, "occurred_at": "2026-01-14T10:30:00.000Z", "actor": {"type": "user", "id": "user_1"},
        "targets": [{"type": "team", "id": "team_1"}], "context": {"location": "<b>"},
    }})
}

async fn trail(app: &TestApp, action: &str) -> Vec<Value> {
    let admin = NewKey { scopes: KeyScopes::parse("admin").unwrap(), ..NewKey::named("reads the trail") };
    let path = format!("/api/v1/events?client=daybook:trail&action={action}");
    let found = app.server(admin).await.get(&path).await.expect(200).json();
    found["entries"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn strictness_is_chosen_for_each_api_counted_below_and_told_by_the_trail() {
    let app = TestApp::new().await;
    let owner = owner(&app).await;
    let page = owner.get(PAGE).await.expect(200).text();
    assert!(page.contains("Nothing is counted while the API is open."), "{page}");
    for _ in 0..2 {
        let page = form(&owner, &format!("{PAGE}/workos/strictness"), "strictness=observe").await.expect(200).text();
        assert!(page.contains("WorkOS is observe from now on."), "{page}");
    }
    let chosen = strictness::chosen(&app.backend, app.project).await.unwrap();
    assert_eq!((chosen.of(Api::WorkOs), chosen.of(Api::Retraced)), (Strictness::Observe, Strictness::Open));
    let server = app.stranger().with("authorization", &format!("Bearer {}", app.key.bearer));
    server.post("/audit_logs/events", &event("<i>a")).await.expect(200);
    let page = owner.get(PAGE).await.expect(200).text();
    assert!(page.contains("Action without a schema") && page.contains("400 Invalid Audit Log event"), "{page}");
    assert!(page.contains("an event “&lt;i&gt;a” of the organization “org_1”"), "{page}");
    let page = form(&owner, &format!("{PAGE}/workos/counts/reset"), "").await.expect(200).text();
    assert!(page.contains("Nothing that the vendor would refuse has come yet."), "{page}");
    let lines = trail(&app, "api.strictness_changed").await;
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0]["changes"], json!([{"field": "strictness", "before": "open", "after": "observe"}]));
    assert_eq!(trail(&app, "api.counts_reset").await.len(), 1);
    form(&owner, &format!("{PAGE}/workos/strictness"), "strictness=harsh").await.expect(400);
    form(&owner, &format!("{PAGE}/epilot/strictness"), "strictness=strict").await.expect(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schema_is_made_by_a_button_beside_each_action_that_has_none() {
    let app = TestApp::new().await;
    let owner = owner(&app).await;
    let server = app.stranger().with("authorization", &format!("Bearer {}", app.key.bearer));
    server.post("/audit_logs/events", &event("user.invited")).await.expect(200);
    let page = owner.get(PAGE).await.expect(200).text();
    assert!(page.contains("Make a schema of user.invited from its last 1,000 events"), "{page}");
    let page = form(&owner, &format!("{PAGE}/schemas"), "action=user.invited").await.expect(200).text();
    assert!(page.contains("Made version 1 of the schema of user.invited from 1 event."), "{page}");
    assert!(page.contains("version 1</span>") && !page.contains("Make a schema of user.invited"), "{page}");
    let page = form(&owner, &format!("{PAGE}/schemas"), "action=nobody.does").await.expect(400).text();
    assert!(
        page.contains("has no event that came by the WorkOS API") && page.contains("value=\"nobody.does\""),
        "{page}"
    );
    let lines = trail(&app, "action.schema_made").await;
    assert_eq!((lines.len(), &lines[0]["target"]["uuid"]), (1, &json!("user.invited")));
}
