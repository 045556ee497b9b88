//! Organizations, what is to be kept of them, and the way of their people to their log.

use super::{client, event};
use crate::support::{Answer, Caller, TestApp};
use axum::body::Body;
use daybook::backend::keys::NewKey;
use daybook::domain::access::ClientId;
use serde_json::{Value, json};

async fn put(caller: &Caller, path: &str, body: &Value) -> Answer {
    caller.clone().with("content-type", "application/json").send("PUT", path, Body::from(body.to_string())).await
}

#[tokio::test]
async fn an_organization_is_made_changed_found_and_deleted() {
    let app = TestApp::new().await;
    let client = client(&app);
    let body = json!({"name": "Acme", "external_id": "acme/1", "metadata": {"tier": "gold"},
        "domain_data": [{"domain": "acme.test", "state": "verified"}]});
    let made = client.post("/organizations", &body).await.expect(201).json();
    let id = made["id"].as_str().unwrap().to_owned();
    assert_eq!(
        (&made["object"], &made["name"], &made["external_id"]),
        (&json!("organization"), &json!("Acme"), &json!("acme/1"))
    );
    assert_eq!(
        (&made["domains"][0]["domain"], &made["domains"][0]["organization_id"]),
        (&json!("acme.test"), &json!(id))
    );
    assert_eq!(client.get(&format!("/organizations/{id}")).await.expect(200).json(), made);
    assert_eq!(client.get("/organizations/external_id/acme%2F1").await.expect(200).json(), made);
    let path = format!("/organizations/{id}");
    app.later(1_000);
    let changed = put(&client, &path, &json!({"name": "Acme Ltd", "metadata": {"seats": "7", "tier": null}})).await;
    let changed = changed.expect(200).json();
    assert_eq!((&changed["name"], &changed["metadata"]), (&json!("Acme Ltd"), &json!({"seats": "7"})));
    assert_eq!((&changed["external_id"], &changed["created_at"]), (&json!("acme/1"), &made["created_at"]));
    assert_ne!(changed["updated_at"], made["updated_at"]);
    let taken = client.post("/organizations", &json!({"name": "B", "external_id": "acme/1"})).await.expect(409).json();
    assert_eq!(taken["code"], "external_id_already_used");
    client.post("/organizations", &json!({"external_id": 7})).await.expect(422);
    client.post("/audit_logs/events", &event(&id, "a.b")).await.expect(200);
    let deleted = client.send("DELETE", &path, Body::empty()).await;
    assert!(deleted.status.is_success() && deleted.body.is_empty());
    for path in [path.as_str(), "/organizations/external_id/acme%2F1", &format!("{path}/audit_logs_retention")] {
        client.get(path).await.expect(404);
    }
    client.post("/audit_logs/events", &event(&id, "a.c")).await.expect(404);
    assert_eq!(client.get("/organizations").await.expect(200).json()["data"], json!([]));
    let log = app.writer().get(&format!("/api/v1/events?client={id}")).await.expect(200).json();
    assert_eq!(log["entries"][0]["client"]["name"], "Acme Ltd", "its log stays");
}

#[tokio::test]
async fn whoever_has_an_event_is_an_organization_and_nobody_else_is() {
    let app = TestApp::new().await;
    let other = app.writer_of_another_project().await;
    client(&app).post("/audit_logs/events", &event("org_b", "a.b")).await.expect(200);
    let native = json!({"client": {"uuid": "org_a", "name": "Acme"}, "action": "a", "actor": {"uuid": "u"}});
    app.writer().post("/api/v1/events", &native).await.expect(200);
    let found = client(&app).get("/organizations/org_a").await.expect(200).json();
    assert_eq!((&found["name"], &found["domains"], &found["metadata"]), (&json!("Acme"), &json!([]), &json!({})));
    let list = client(&app).get("/organizations?order=asc").await.expect(200).json();
    let ids: Vec<_> = list["data"].as_array().unwrap().iter().map(|one| &one["id"]).collect();
    assert_eq!(ids, ["org_b", "org_a"]);
    client(&app).get("/organizations/org_c").await.expect(404);
    other.get("/organizations/org_a").await.expect(404);
    assert_eq!(other.get("/organizations").await.expect(200).json()["data"], json!([]));
}

#[tokio::test]
async fn a_list_passes_over_what_was_deleted_and_still_fills_its_pages() {
    let app = TestApp::new().await;
    let client = client(&app);
    for number in 0..8 {
        client.post("/audit_logs/events", &event(&format!("org_{number}"), "a.b")).await.expect(200);
    }
    for number in [2, 3, 4] {
        client.get(&format!("/organizations/org_{number}")).await.expect(200);
        client.send("DELETE", &format!("/organizations/org_{number}"), Body::empty()).await.expect(202);
    }
    let page = async |query: &str| {
        let list = client.get(&format!("/organizations?limit=2&order=asc{query}")).await.expect(200).json();
        let ids: Vec<String> =
            list["data"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect();
        (ids, list["list_metadata"].clone())
    };
    assert_eq!(page("").await, (vec!["org_0".into(), "org_1".into()], json!({"before": null, "after": "org_1"})));
    assert_eq!(
        page("&after=org_1").await,
        (vec!["org_5".into(), "org_6".into()], json!({"before": "org_5", "after": "org_6"}))
    );
    assert_eq!(page("&after=org_6").await, (vec!["org_7".into()], json!({"before": "org_7", "after": null})));
    assert_eq!(
        page("&before=org_6").await,
        (vec!["org_1".into(), "org_5".into()], json!({"before": "org_1", "after": "org_5"}))
    );
}

#[tokio::test]
async fn retention_is_set_in_both_forms_and_told_by_the_configuration() {
    let app = TestApp::new().await;
    let client = client(&app);
    client.post("/audit_logs/events", &event("org_1", "a.b")).await.expect(200);
    let path = "/organizations/org_1/audit_logs_retention";
    assert_eq!(client.get(path).await.expect(200).json(), json!({"retention_period_in_days": null}));
    for (body, days) in [(json!({"retention_period": "3_MONTHS"}), 90), (json!({"retention_period_in_days": 730}), 730)]
    {
        let answer = put(&client, path, &body).await.expect(200).json();
        assert_eq!(answer, json!({"retention_period_in_days": days}));
        assert_eq!(client.get(path).await.expect(200).json(), answer);
    }
    let answer = put(&client, path, &json!({"retention_period_in_days": 31})).await.expect(422).json();
    assert_eq!(answer["errors"][0]["field"], "retention_period_in_days");
    let configuration = client.get("/organizations/org_1/audit_log_configuration").await.expect(200).json();
    let expected = json!({"organization_id": "org_1", "retention_period_in_days": 730, "state": "active"});
    assert_eq!(configuration, expected);
    client.get("/organizations/org_2/audit_log_configuration").await.expect(404);
    put(&client, "/organizations/org_2/audit_logs_retention", &json!({"retention_period": "1_YEAR"})).await.expect(404);
}

#[tokio::test]
async fn a_portal_link_opens_the_organization_s_own_log_for_five_minutes() {
    let app = TestApp::new().await;
    let client = client(&app);
    for organization in ["org_1", "org_2"] {
        client.post("/audit_logs/events", &event(organization, &format!("of.{organization}"))).await.expect(200);
    }
    let body = json!({"organization": "org_1", "intent": "audit_logs"});
    let answer = client.clone().with("host", "logs.test").post("/portal/generate_link", &body).await.expect(201).json();
    let link = answer["link"].as_str().unwrap().strip_prefix("http://logs.test").unwrap().to_owned();
    let stranger = app.stranger();
    let opened = stranger.get(&link).await.expect(303);
    let cookie = opened.header("set-cookie").split(';').next().unwrap().to_owned();
    let page = stranger.clone().with("cookie", &cookie).get(opened.header("location")).await.expect(200).text();
    assert!(page.contains("of.org_1") && !page.contains("of.org_2"));
    app.later(5 * 60 * 1000);
    assert!(stranger.get(&link).await.status.is_client_error());
    client.post("/portal/generate_link", &json!({"organization": "org_1", "intent": "sso"})).await.expect(422);
    client.post("/portal/generate_link", &json!({"organization": "org_3", "intent": "audit_logs"})).await.expect(404);
}

#[tokio::test]
async fn a_key_for_one_client_gives_no_external_id_and_learns_of_none() {
    let app = TestApp::new().await;
    let client = client(&app);
    for organization in ["org_1", "org_2"] {
        client.post("/audit_logs/events", &event(organization, "a.b")).await.expect(200);
    }
    put(&client, "/organizations/org_2", &json!({"external_id": "taken"})).await.expect(200);
    put(&client, "/organizations/org_1", &json!({"external_id": "own"})).await.expect(200);
    let key = NewKey { client: Some(ClientId::parse("org_1").unwrap()), ..NewKey::named("one client's") };
    let one = app.server(key).await;
    let refused =
        async |id: &str| put(&one, "/organizations/org_1", &json!({"external_id": id})).await.expect(403).text();
    assert_eq!(refused("taken").await, refused("free").await, "nothing tells the two apart");
    one.get("/organizations/external_id/taken").await.expect(404);
    let same =
        put(&one, "/organizations/org_1", &json!({"name": "Mine", "external_id": "own"})).await.expect(200).json();
    assert_eq!((&same["name"], &same["external_id"]), (&json!("Mine"), &json!("own")));
    put(&client, "/organizations/org_2", &json!({"external_id": "free"})).await.expect(200);
}

#[tokio::test]
async fn metadata_that_is_added_to_again_and_again_has_an_end() {
    let app = TestApp::new().await;
    let client = client(&app);
    client.post("/audit_logs/events", &event("org_1", "a.b")).await.expect(200);
    let names = |from: usize| json!({"metadata": (from..from + 30).map(|at| (format!("k{at}"), json!("x"))).collect::<serde_json::Map<_, _>>()});
    put(&client, "/organizations/org_1", &names(0)).await.expect(200);
    let answer = put(&client, "/organizations/org_1", &names(30)).await.expect(422).json();
    assert_eq!(answer["errors"][0]["field"], "metadata");
    let domains = json!({"domains": vec!["a.test"; 101]});
    put(&client, "/organizations/org_1", &domains).await.expect(422);
}
