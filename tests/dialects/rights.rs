//! What a key may do by the APIs of other vendors: what its scopes say, for its client, and never the account trail.

use crate::support::{Caller, TestApp};
use axum::body::Body;
use daybook::backend::keys::{self, NewKey};
use daybook::domain::access::{ClientId, ClientScope, TRAIL};
use daybook::domain::key::KeyScopes;
use serde_json::{Value, json};

const SCOPES: [&str; 3] = ["ingest", "read", "export"];
const PUBLISHER: &str = "/auditlog/publisher/v1/project/p1";
const VIEWER: &str = "/auditlog/viewer/v1";

/// A server with two new keys of the same rights, for the APIs that want one after `Bearer` and after `token=`.
struct Server {
    bearer: Caller,
    token: Caller,
}

async fn server(app: &TestApp, scopes: &str, client: Option<&str>) -> Server {
    let client = client.map(|client| ClientId::parse(client).unwrap());
    let key = NewKey { scopes: KeyScopes::parse(scopes).unwrap(), client, ..NewKey::named("a test's") };
    let bearer = app.server(key.clone()).await;
    let key = keys::create(&app.backend, &app.steward(), key).await.unwrap();
    Server { bearer, token: app.stranger().with("authorization", &format!("token={}", key.bearer)) }
}

impl Server {
    async fn status(&self, (method, path, body): (&str, &str, Value)) -> u16 {
        let caller = if path.starts_with(PUBLISHER) { &self.token } else { &self.bearer };
        let caller = caller.clone().with("content-type", "application/json");
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        caller.send(method, path, body).await.status.as_u16()
    }
}

fn workos(organization: &str) -> Value {
    json!({"organization_id": organization, "event": {
        "action": "a.b", "occurred_at": "2026-01-14T10:30:00.000Z", "actor": {"type": "user", "id": "user_1"},
        "targets": [{"type": "team", "id": "team_1"}], "context": {"location": "203.0.113.7"},
    }})
}

fn retraced(group: &str) -> Value {
    json!({"action": "a.b", "crud": "c", "group": {"id": group}, "actor": {"id": "u1"}, "created": "2026-01-14T10:30:00Z"})
}

fn auditledge(organization: &str) -> Value {
    json!({"actor": {"id": "u1"}, "action": "a.b", "resource": {"type": "t", "id": "t1"}, "organization_id": organization})
}

fn order(organization: &str) -> Value {
    json!({"organization_id": organization, "range_start": "2026-01-01T00:00:00.000Z", "range_end": "2026-02-01T00:00:00.000Z"})
}

fn search() -> Value {
    json!({"query": "{ search(query: \"\", last: 10) { totalCount edges { node { id group { id } } } } }"})
}

/// A call, and the scopes that it needs.
fn calls(client: &str) -> Vec<(&'static str, (&'static str, String, Value))> {
    let viewer = format!("{PUBLISHER}/viewertoken?group_id={client}&actor_id=u1");
    let rules = json!({"targets": [{"type": "team"}]});
    vec![
        ("ingest", ("POST", "/audit_logs/events".to_owned(), workos(client))),
        ("ingest", ("POST", format!("{PUBLISHER}/event"), retraced(client))),
        ("ingest", ("POST", format!("{PUBLISHER}/event/bulk"), json!({"events": [retraced(client)]}))),
        ("ingest", ("POST", "/v1/events".to_owned(), auditledge(client))),
        ("ingest", ("POST", "/v1/logs/ingest".to_owned(), json!([]))),
        ("ingest", ("POST", "/audit_logs/actions/a.b/schemas".to_owned(), rules)),
        ("read", ("GET", "/audit_logs/actions".to_owned(), Value::Null)),
        ("read", ("GET", format!("/organizations/{client}"), Value::Null)),
        ("read", ("POST", "/portal/generate_link".to_owned(), json!({"organization": client, "intent": "audit_logs"}))),
        ("read", ("POST", format!("{PUBLISHER}/graphql"), search())),
        ("read", ("GET", "/v1/events".to_owned(), Value::Null)),
        ("read", ("POST", "/v1/logs".to_owned(), json!({}))),
        ("export", ("GET", "/v1/events/export?format=csv".to_owned(), Value::Null)),
        ("export", ("POST", "/audit_logs/exports".to_owned(), order(client))),
        ("ingest,read", ("GET", viewer, Value::Null)),
    ]
}

#[tokio::test]
async fn every_call_works_with_the_scopes_that_it_needs_and_with_none_other() {
    let app = TestApp::new().await;
    server(&app, "ingest", None).await.bearer.post("/audit_logs/events", &workos("org_1")).await.expect(200);
    for (needed, (method, path, body)) in calls("org_1") {
        let own = server(&app, needed, None).await.status((method, &path, body.clone())).await;
        assert!((200..300).contains(&own), "{needed}: {method} {path}: {own}");
        let needed: Vec<&str> = needed.split(',').collect();
        for lacking in &needed {
            let others: Vec<&str> = SCOPES.into_iter().filter(|scope| scope != lacking).collect();
            let status = server(&app, &others.join(","), None).await.status((method, &path, body.clone())).await;
            assert_eq!(status, 403, "without {lacking}: {method} {path}");
        }
    }
}

#[tokio::test]
async fn a_key_for_one_client_reaches_no_other_by_any_api() {
    let app = TestApp::new().await;
    let house = server(&app, "ingest,read,export", None).await;
    for organization in ["org_1", "org_2"] {
        house.bearer.post("/audit_logs/events", &workos(organization)).await.expect(200);
        house.bearer.get(&format!("/organizations/{organization}")).await.expect(200);
    }
    let order_of_2 = house.bearer.post("/audit_logs/exports", &order("org_2")).await.expect(201).json();
    let own = server(&app, "ingest,read,export", Some("org_1")).await;
    assert_eq!(own.status(("POST", "/audit_logs/events", workos("org_1"))).await, 200);
    assert_eq!(own.status(("POST", "/audit_logs/exports", order("org_1"))).await, 201);
    let export = format!("/audit_logs/exports/{}", order_of_2["id"].as_str().unwrap());
    let viewer = format!("{PUBLISHER}/viewertoken?group_id=org_2&actor_id=u1");
    for (method, path, body) in [
        ("POST", "/audit_logs/events", workos("org_2")),
        ("POST", "/audit_logs/exports", order("org_2")),
        ("GET", &export, Value::Null),
        ("POST", "/organizations", json!({"name": "new"})),
        ("GET", "/organizations/org_2", Value::Null),
        ("PUT", "/organizations/org_2", json!({"name": "mine"})),
        ("DELETE", "/organizations/org_2", Value::Null),
        ("PUT", "/organizations/org_2/audit_logs_retention", json!({"retention_period": "1_YEAR"})),
        ("POST", "/portal/generate_link", json!({"organization": "org_2", "intent": "audit_logs"})),
        ("POST", "/audit_logs/actions/a.b/schemas", json!({"targets": [{"type": "other"}]})),
        ("POST", &format!("{PUBLISHER}/event"), retraced("org_2")),
        ("POST", &format!("{PUBLISHER}/event/bulk"), json!({"events": [retraced("org_1"), retraced("org_2")]})),
        ("GET", &viewer, Value::Null),
        ("GET", "/v1/usage", Value::Null),
        ("POST", "/v1/events", auditledge("org_2")),
        ("POST", "/api/v1/actors/user_1", json!({"name": "Mine"})),
        ("POST", "/api/v1/actors/user_1/forget", Value::Null),
    ] {
        let status = own.status((method, path, body)).await;
        assert!((400..500).contains(&status), "{method} {path}: {status}");
    }
    let found = own.token.post(&format!("{PUBLISHER}/graphql"), &search()).await.expect(200).json();
    let found = &found["data"]["search"];
    assert_eq!((&found["totalCount"], &found["edges"][0]["node"]["group"]["id"]), (&json!(1), &json!("org_1")));
    assert_eq!(own.bearer.get("/v1/events").await.expect(200).json()["total"], 1);
    assert_eq!(own.bearer.post("/v1/logs", &json!({})).await.expect(200).json()["total"], 1);
    assert!(!own.bearer.get("/v1/events/export?format=csv").await.expect(200).text().contains("org_2"));
    let listed = own.bearer.get("/organizations").await.expect(200).json();
    assert_eq!(listed["data"].as_array().unwrap().len(), 1, "{listed}");
    let all = house.bearer.get("/v1/events").await.expect(200).json();
    assert_eq!(all["total"], 2, "nothing of what was refused is stored");
}

#[tokio::test]
async fn no_api_of_another_vendor_writes_to_the_account_trail_or_reads_it() {
    let app = TestApp::new().await;
    let admin = server(&app, "admin", None).await;
    let trail = admin.bearer.get(&format!("/api/v1/events?client={TRAIL}")).await.expect(200).json();
    let line = trail["entries"][0]["id"].as_str().unwrap_or_else(|| panic!("{trail}")).to_owned();
    for (method, path, body) in [
        ("POST", "/audit_logs/events", workos(TRAIL)),
        ("POST", &format!("{PUBLISHER}/event"), retraced(TRAIL)),
        ("GET", &format!("{PUBLISHER}/viewertoken?group_id={TRAIL}&actor_id=u1"), Value::Null),
        ("POST", "/audit_logs/exports", order(TRAIL)),
        ("GET", &format!("/organizations/{TRAIL}"), Value::Null),
        ("POST", "/portal/generate_link", json!({"organization": TRAIL, "intent": "audit_logs"})),
        ("GET", &format!("/v1/events/{line}"), Value::Null),
        ("GET", &format!("/v1/logs/{line}"), Value::Null),
    ] {
        let status = admin.status((method, path, body)).await;
        assert!((400..500).contains(&status), "{method} {path}: {status}");
    }
    assert_eq!(admin.bearer.get("/v1/events").await.expect(200).json()["total"], 0);
    assert_eq!(admin.bearer.post("/v1/logs", &json!({})).await.expect(200).json()["total"], 0);
    let found = admin.token.post(&format!("{PUBLISHER}/graphql"), &search()).await.expect(200).json();
    assert_eq!(found["data"]["search"]["totalCount"], 0);
    assert_eq!(admin.bearer.get("/organizations").await.expect(200).json()["data"], json!([]));
    assert!(!admin.bearer.get("/v1/events/export?format=csv").await.expect(200).text().contains(TRAIL));
}

/// Who exported a client's log, as that log has it: the actor's id.
async fn exporters(app: &TestApp, client: &str) -> Vec<Value> {
    assert!(matches!(ClientScope::named(client), Ok(ClientScope::One(_))));
    let path = format!("/api/v1/events?client={client}&action=audit_log.exported");
    let found = app.writer().get(&path).await.expect(200).json();
    found["entries"].as_array().unwrap().iter().map(|entry| entry["actor"]["uuid"].clone()).collect()
}

#[tokio::test]
async fn whoever_takes_a_log_away_without_a_key_is_recorded_in_it() {
    let app = TestApp::new().await;
    let house = server(&app, "ingest,read,export", None).await;
    house.bearer.post("/audit_logs/events", &workos("org_1")).await.expect(200);
    house.bearer.get("/v1/events/export?format=csv").await.expect(200);
    assert_eq!(exporters(&app, "org_1").await, Vec::<Value>::new(), "a server's own export is the company's affair");
    let made = house.bearer.post("/audit_logs/exports", &order("org_1")).await.expect(201).json();
    let path = format!("/audit_logs/exports/{}", made["id"].as_str().unwrap());
    let url = loop {
        if let Some(url) = house.bearer.get(&path).await.expect(200).json()["url"].as_str() {
            break url.to_owned();
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    };
    let link = &url[url.find("/audit_logs").unwrap()..];
    app.stranger().get(link).await.expect(200);
    assert_eq!(exporters(&app, "org_1").await, [json!("link")]);
    let token = house.token.get(&format!("{PUBLISHER}/viewertoken?group_id=org_1&actor_id=ann")).await.expect(201);
    let session = app.stranger().post(&format!("{VIEWER}/viewersession"), &token.json()).await.expect(200).json();
    let browser = app.stranger().with("authorization", session["token"].as_str().unwrap());
    let saved = json!({"name": "all", "exportBody": {"searchQuery": ""}});
    let saved = browser.post(&format!("{VIEWER}/project/p1/export"), &saved).await.expect(201).json();
    let rendered = format!("{VIEWER}/project/p1/export/{}/rendered", saved["id"].as_str().unwrap());
    browser.get(&rendered).await.expect(200);
    assert_eq!(exporters(&app, "org_1").await, [json!("ann"), json!("link")]);
}

#[tokio::test]
async fn a_viewer_of_a_key_that_may_not_export_takes_nothing_away() {
    let app = TestApp::new().await;
    let house = server(&app, "ingest,read", None).await;
    let token = house.token.get(&format!("{PUBLISHER}/viewertoken?group_id=g&actor_id=ann")).await.expect(201).json();
    let session = app.stranger().post(&format!("{VIEWER}/viewersession"), &token).await.expect(200).json();
    let browser = app.stranger().with("authorization", session["token"].as_str().unwrap());
    browser.post(&format!("{VIEWER}/graphql"), &search()).await.expect(200);
    let saved = json!({"name": "all", "exportBody": {"searchQuery": ""}});
    let saved = browser.post(&format!("{VIEWER}/project/p1/export"), &saved).await.expect(201).json();
    let rendered = format!("{VIEWER}/project/p1/export/{}/rendered", saved["id"].as_str().unwrap());
    browser.get(&rendered).await.expect(403);
}
