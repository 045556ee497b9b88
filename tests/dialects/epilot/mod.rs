//! epilot's API.

use crate::golden;
use crate::support::{Caller, Differing, TestApp};
use serde_json::{Value, json};

/// As its SDK signs.
fn client(app: &TestApp) -> Caller {
    app.stranger().with("authorization", &format!("Bearer {}", app.key.bearer))
}

const IDS: [&str; 3] = [
    "00000000-0000-4000-8000-000000000001",
    "00000000-0000-4000-8000-000000000002",
    "00000000-0000-4000-8000-000000000003",
];

fn sent() -> Value {
    json!([
        {"id": IDS[0], "org_id": "1", "service_name": "workflows", "event_name": "deleteWorkflow", "status_code": 200,
         "timestamp": "2026-01-01T10:00:00Z", "http": {"method": "DELETE"},
         "caller": {"user_id": "7", "user_email": "a@b.test"}, "extra": [1.50, null]},
        {"id": IDS[1], "org_id": "1", "service_name": "users", "event_name": "getUser", "status_code": 404,
         "timestamp": "2026-01-02T10:00:00Z", "http": {"method": "GET"}, "caller": {"user_id": "8"}},
        {"id": IDS[2], "org_id": "2", "service_name": "users", "event_name": "getUser", "status_code": 200,
         "timestamp": "2026-01-03T10:00:00Z", "http": {"method": "GET"}},
    ])
}

async fn with_events() -> TestApp {
    let app = TestApp::new().await;
    client(&app).post("/v1/logs/ingest", &sent()).await.expect(201);
    app
}

#[tokio::test]
async fn the_documented_events_are_stored_and_answered_as_documented() {
    golden::check("epilot", client).await;
}

#[tokio::test]
async fn an_event_reads_back_exactly_as_it_came() {
    let app = with_events().await;
    let found = client(&app).post("/v1/logs", &json!({})).await.expect(200).json();
    let mut expected: Vec<Value> = sent().as_array().unwrap().clone();
    expected.reverse();
    assert_eq!(found, json!({"logs": expected, "total": 3}));
    for event in expected {
        let one = client(&app).get(&format!("/v1/logs/{}", event["id"].as_str().unwrap())).await.expect(200);
        assert_eq!(one.json(), json!({"log": event}));
    }
}

#[tokio::test]
async fn each_filter_narrows_the_search_and_the_total() {
    let app = with_events().await;
    for (body, expected) in [
        (json!({}), "321"),
        (json!({"limit": 2}), "32"),
        (json!({"limit": 2, "page": 1}), "1"),
        (json!({"limit": 2, "page": 2}), ""),
        (json!({"service_name": "users"}), "32"),
        (json!({"service_name": "user"}), ""),
        (json!({"event_name": "getUser"}), "32"),
        (json!({"event_name": "get*"}), ""),
        (json!({"outcome": "failure"}), "2"),
        (json!({"outcome": "success"}), "31"),
        (json!({"method": "DELETE"}), "1"),
        (json!({"user": {"email": "a@b.test"}}), "1"),
        (json!({"user": {"user_id": "8"}}), "2"),
        (json!({"user": {"user_id": 7}}), "1"),
        (json!({"timestamp": "2026-01-02T10:00:00Z"}), "2"),
        (json!({"timestamp": "2026-01-02"}), "2"),
        (json!({"timestamp": {"from": "2026-01-02T10:00:00Z"}}), "32"),
        (json!({"timestamp": {"to": "2026-01-02"}}), "21"),
        (json!({"timestamp": {"from": "2026-01-02", "to": "2026-01-02T11:00:00Z"}, "outcome": "failure"}), "2"),
    ] {
        let found = client(&app).post("/v1/logs", &body).await.expect(200).json();
        let logs = found["logs"].as_array().unwrap();
        let ids: String = logs.iter().map(|log| &log["id"].as_str().unwrap()[35..]).collect();
        assert_eq!(ids, expected, "{body}");
        let paged = body.get("limit").is_some();
        assert_eq!(found["total"].as_u64(), Some(if paged { 3 } else { expected.len() as u64 }), "{body}");
    }
}

#[tokio::test]
async fn an_empty_body_that_calls_itself_a_form_asks_for_everything() {
    let app = with_events().await;
    let form = client(&app).with("content-type", "application/x-www-form-urlencoded");
    let accepting = form.with("accept", "application/large-response.vnd+json");
    let answer = accepting.post_bytes("/v1/logs", "").await.expect(200);
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.json()["total"], 3);
}

#[tokio::test]
async fn an_organization_in_the_header_reads_its_own_events() {
    let app = with_events().await;
    let one = client(&app).with("x-epilot-org-id", "1");
    assert_eq!(one.post("/v1/logs", &json!({})).await.expect(200).json()["total"], 2);
    one.get(&format!("/v1/logs/{}", IDS[0])).await.expect(200);
    one.get(&format!("/v1/logs/{}", IDS[2])).await.expect(404);
}

#[tokio::test]
async fn an_event_is_one_under_one_id_in_every_api() {
    let app = with_events().await;
    client(&app).post("/v1/logs/ingest", &sent()).await.expect(201);
    let page = app.writer().get("/api/v1/events").await.expect(200).json();
    assert_eq!(page["entries"].as_array().unwrap().len(), 3);
    let ours = &page["entries"][2];
    assert_eq!((&ours["uuid"], &ours["crud"], &ours["api"]), (&json!(IDS[0]), &json!("delete"), &json!("epilot")));
    let flat = client(&app).get(&format!("/v1/events/{}", IDS[0])).await.expect(200).json();
    assert_eq!((&flat["id"], &flat["action"]), (&ours["id"], &json!("deleteWorkflow")));
    let by_our_id = client(&app).get(&format!("/v1/logs/{}", ours["id"].as_str().unwrap())).await.expect(200).json();
    assert_eq!(by_our_id["log"]["id"], IDS[0]);
    let logged = json!({"actor": {"id": "u", "email": "u@x.test"}, "action": "card.add", "metadata": {"a": 1},
        "timestamp": "2026-01-05T00:00:00Z", "organization_id": "o"});
    let id = client(&app).post("/v1/events", &logged).await.expect(201).json()["id"].clone();
    let log = client(&app).get(&format!("/v1/logs/{}", id.as_str().unwrap())).await.expect(200).json()["log"].clone();
    let expected = json!({"id": id, "org_id": "o", "service_name": null, "event_name": "card.add", "status_code": 200,
        "timestamp": "2026-01-05T00:00:00.000Z", "detail": "{\"a\":1}", "activity": null, "source_url": null,
        "caller": {"user_email": "u@x.test", "user_id": "u", "trigger_type": "user"},
        "http": {"method": null, "ip": null, "headers": {}, "query": {}, "pathParams": {}, "path": null, "domainName": null}});
    assert_eq!(log, expected);
}

#[tokio::test]
async fn failures_tell_their_status_and_a_text() {
    let app = TestApp::differing(Differing { monthly_quota: Some(1), ..Differing::default() }).await;
    let stranger = app.stranger().post("/v1/logs", &json!({})).await.expect(401).json();
    assert_eq!(stranger, json!({"status": 401, "error": "No credential was given"}));
    app.stranger().with("authorization", "Bearer x").post("/v1/logs", &json!({})).await.expect(403);
    let wrong = client(&app).post("/v1/logs", &json!({"outcome": "maybe"})).await.expect(400).json();
    assert_eq!(wrong["error"], "Invalid: outcome expected success or failure");
    client(&app).post_bytes("/v1/logs", "{").await.expect(400);
    client(&app).get("/v1/logs/none").await.expect(404);
    client(&app).get("/v1/logs").await.expect(405);
    let full = client(&app).post("/v1/logs/ingest", &sent()).await.expect(429).json();
    assert_eq!(full["error"], "The monthly limit of 1 events is used up");
}

#[tokio::test]
async fn another_project_s_events_are_not_there() {
    let app = with_events().await;
    let other = app.writer_of_another_project().await;
    assert_eq!(other.post("/v1/logs", &json!({})).await.expect(200).json(), json!({"logs": [], "total": 0}));
    other.get(&format!("/v1/logs/{}", IDS[0])).await.expect(404);
}

#[tokio::test]
async fn one_id_in_two_organizations_is_each_one_s_own_event() {
    let app = TestApp::new().await;
    let of =
        |organization: &str| json!({"id": IDS[0], "org_id": organization, "event_name": format!("of.{organization}")});
    client(&app).post("/v1/logs/ingest", &json!([of("1"), of("2")])).await.expect(201);
    for settled in [false, true] {
        if settled {
            daybook::backend::storage::Storage::settle(&*app.storage).await.unwrap();
        }
        for organization in ["1", "2"] {
            let asking = client(&app).with("x-epilot-org-id", organization);
            let log = asking.get(&format!("/v1/logs/{}", IDS[0])).await.expect(200).json()["log"].clone();
            assert_eq!(log["event_name"], format!("of.{organization}"));
        }
        client(&app).with("x-epilot-org-id", "3").get(&format!("/v1/logs/{}", IDS[0])).await.expect(404);
        assert_eq!(client(&app).get(&format!("/v1/logs/{}", IDS[0])).await.expect(200).json()["log"]["org_id"], "2");
    }
}
