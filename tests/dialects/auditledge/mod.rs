//! AuditLedge's API.

use crate::golden;
use crate::support::{Caller, Differing, TestApp, event};
use serde_json::{Value, json};

/// As its clients sign.
fn client(app: &TestApp) -> Caller {
    app.stranger().with("authorization", &format!("Bearer {}", app.key.bearer))
}

fn sent(actor: &str, action: &str, organization: &str, time: &str) -> Value {
    json!({"actor": {"id": actor, "name": format!("{actor} Ward")}, "action": action, "organization_id": organization,
        "resource": {"type": "invoice", "id": "inv_1"}, "timestamp": time})
}

async fn with_events() -> TestApp {
    let app = TestApp::new().await;
    for event in [
        sent("ann", "invoice.deleted", "org_1", "2026-01-01T10:00:00Z"),
        sent("bob", "Invoice.Created", "org_1", "2026-01-02T10:00:00Z"),
        sent("ann", "user.invited", "org_2", "2026-01-03T10:00:00Z"),
    ] {
        client(&app).post("/v1/events", &event).await.expect(201);
    }
    let ours = json!({"uuid": "u", "client": {"uuid": "org_1"}, "time": "2026-01-04T10:00:00Z", "action": "card.add",
        "actor": {"uuid": "cy", "name": "Zoë"}, "targets": [{"type": "card", "uuid": "c"}, {"type": "invoice", "uuid": "i"}],
        "description": "Added a card"});
    app.writer().post("/api/v1/events", &ours).await.expect(200);
    app
}

fn actions(found: &Value) -> String {
    let events = found["events"].as_array().unwrap();
    events.iter().map(|event| event["action"].as_str().unwrap()).collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn the_documented_requests_are_stored_and_answered_as_documented() {
    golden::check("auditledge", client).await;
}

#[tokio::test]
async fn each_parameter_narrows_the_search_and_the_total() {
    let app = with_events().await;
    for (query, expected, total) in [
        ("", "card.add user.invited Invoice.Created invoice.deleted", 4),
        ("?actor_id=ann", "user.invited invoice.deleted", 2),
        ("?actor_name=WARD", "user.invited Invoice.Created invoice.deleted", 3),
        ("?actor_name=zoe", "card.add", 1),
        ("?actor_name=ann&organization_id=org_1", "invoice.deleted", 1),
        ("?action=INVOICE", "Invoice.Created invoice.deleted", 2),
        ("?action=invite", "user.invited", 1),
        ("?resource_type=card", "card.add", 1),
        ("?resource_type=invoice&actor_id=cy", "card.add", 1),
        ("?resource_type=Invoice", "", 0),
        ("?search=card", "card.add", 1),
        ("?search=bob", "Invoice.Created", 1),
        ("?search=inv_1", "", 0),
        ("?organization_id=org_2", "user.invited", 1),
        ("?organization_id=nobody", "", 0),
        ("?start_date=2026-01-02&end_date=2026-01-03", "user.invited Invoice.Created", 2),
        ("?from=2026-01-02T10:00:00Z&to=2026-01-02T10:00:00Z", "Invoice.Created", 1),
        ("?limit=2", "card.add user.invited", 4),
        ("?limit=2&offset=1", "user.invited Invoice.Created", 4),
        ("?limit=0", "", 4),
        ("?offset=4", "", 4),
        ("?offset=9", "", 4),
        ("?actor_name=ward&limit=1&offset=2", "invoice.deleted", 3),
        ("?actor_id=None&search=&limit=None&colour=red", "card.add user.invited Invoice.Created invoice.deleted", 4),
    ] {
        let found = client(&app).get(&format!("/v1/events{query}")).await.expect(200).json();
        assert_eq!((actions(&found).as_str(), found["total"].as_i64()), (expected, Some(total)), "{query}");
    }
}

#[tokio::test]
async fn an_event_of_our_own_api_is_read_flat_under_the_same_id() {
    let app = with_events().await;
    let found = client(&app).get("/v1/events?limit=1").await.expect(200).json();
    let event = &found["events"][0];
    assert_eq!((found["limit"].as_i64(), found["offset"].as_i64()), (Some(1), Some(0)));
    assert_eq!(event["resource_type"], "card");
    assert_eq!(event["description"], "Added a card");
    assert_eq!(event["targets"][1]["uuid"], "i");
    assert_eq!(event["api_key_id"], Value::Null);
    let id = event["id"].as_str().unwrap();
    assert_eq!(client(&app).get(&format!("/v1/events/{id}")).await.expect(200).json(), *event);
    assert_eq!(app.writer().get(&format!("/api/v1/events/{id}")).await.expect(200).json()["uuid"], "u");
}

#[tokio::test]
async fn an_event_of_this_api_is_found_by_our_own_with_what_was_sent() {
    let app = TestApp::new().await;
    let sent = json!({"actor": {"id": 7, "role": "admin"}, "action": "a.b", "severity": 1.50, "metadata": {"deep": [{"x": null}]}});
    let logged = client(&app).post("/v1/events", &sent).await.expect(201).json();
    let id = logged["id"].as_str().unwrap();
    let ours = app.writer().get(&format!("/api/v1/events/{id}")).await.expect(200).json();
    assert_eq!((&ours["original"], &ours["api"]), (&sent, &json!("auditledge")));
    assert_eq!((&ours["actor"]["uuid"], &ours["client"]["uuid"]), (&json!("7"), &json!("default")));
    let read = client(&app).get(&format!("/v1/events/{id}")).await.expect(200).json();
    assert_eq!(read, logged["event"]);
    assert_eq!(
        (&read["severity"], &read["actor_role"], &read["metadata"]),
        (&json!(1.5), &json!("admin"), &sent["metadata"])
    );
}

#[tokio::test]
async fn an_export_holds_everything_as_an_array_or_a_table() {
    let app = with_events().await;
    let json = client(&app).get("/v1/events/export?organization_id=org_1").await.expect(200);
    assert_eq!(json.header("content-type"), "application/json");
    let list = json.json();
    let page = client(&app).get("/v1/events?organization_id=org_1").await.json();
    assert_eq!(list, page["events"]);
    let table = client(&app).get("/v1/events/export?format=csv&actor_name=bob").await.expect(200);
    assert!(table.header("content-type").starts_with("text/csv"));
    assert_eq!(table.header("content-disposition"), "attachment; filename=\"audit_logs.csv\"");
    let id = page["events"][1]["id"].as_str().unwrap();
    let expected = format!(
        "\"id\",\"timestamp\",\"actor_id\",\"actor_name\",\"action\",\"resource_type\",\"resource_id\",\"resource_name\",\
         \"organization_id\"\r\n\"{id}\",\"2026-01-02T10:00:00.000Z\",\"bob\",\"bob Ward\",\"Invoice.Created\",\"invoice\",\
         \"inv_1\",\"\",\"org_1\"\r\n"
    );
    assert_eq!(table.text(), expected);
}

#[tokio::test]
async fn usage_counts_this_month_up_to_the_quota_which_is_429() {
    let app = TestApp::differing(Differing { monthly_quota: Some(2), ..Differing::default() }).await;
    let usage = client(&app).get("/v1/usage").await.expect(200).json();
    assert_eq!(
        usage,
        json!({"plan": "self-hosted", "events_this_month": 0, "events_limit": 2, "retention_days": null})
    );
    for status in [201, 201, 429] {
        let answer = client(&app).post("/v1/events", &sent("a", "b", "c", "2026-01-01")).await.expect(status);
        assert!(status == 201 || answer.json() == json!({"error": "Monthly event limit reached"}));
    }
    assert_eq!(client(&app).get("/v1/usage").await.json()["events_this_month"], 2);
    app.later(31 * 86_400_000);
    assert_eq!(client(&app).get("/v1/usage").await.json()["events_this_month"], 0);
}

#[tokio::test]
async fn failures_are_one_text_that_says_everything() {
    let app = TestApp::new().await;
    let error = |answer: crate::support::Answer| answer.json()["error"].as_str().unwrap().to_owned();
    for path in ["/v1/events", "/v1/events/export", "/v1/events/x", "/v1/usage"] {
        let stranger = app.stranger().get(path).await.expect(401);
        assert_eq!(error(stranger), "Missing or invalid authorization header");
        let wrong = app.stranger().with("authorization", "Bearer al_wrong").get(path).await.expect(401);
        assert_eq!(error(wrong), "Invalid API key");
    }
    let post = async |body: &Value| client(&app).post("/v1/events", body).await;
    assert_eq!(error(post(&json!({"metadata": {}})).await.expect(400)), "Missing required fields: action, actor");
    assert_eq!(
        error(
            post(&json!({"actor": {"id": ""}, "action": [], "timestamp": "soon", "resource": {"id": "x"}}))
                .await
                .expect(400)
        ),
        "Missing required fields: actor, resource.type. Invalid: action expected a text; timestamp expected an ISO 8601 date \
         and time such as 2026-05-13T10:23:00Z, or seconds or milliseconds since 1970"
    );
    assert_eq!(error(post(&json!([])).await.expect(400)), "Invalid: body expected one event as a JSON object");
    let many = "{\"a\":1}\n{\"a\":2}";
    client(&app).post_bytes("/v1/events", many).await.expect(400);
    assert!(
        error(client(&app).post_bytes("/v1/events", "{").await.expect(400)).starts_with("Invalid: body expected JSON")
    );
    assert_eq!(
        error(client(&app).get("/v1/events?limit=x").await.expect(400)),
        "Invalid: limit expected a whole number"
    );
    for id in ["x", "00000000-0000-7000-8000-000000000000"] {
        assert_eq!(error(client(&app).get(&format!("/v1/events/{id}")).await.expect(404)), "Event not found");
    }
    assert_eq!(
        error(client(&app).send("DELETE", "/v1/events", "".into()).await.expect(405)),
        "This path does not answer to this method"
    );
}

#[tokio::test]
async fn another_project_s_events_are_not_there() {
    let app = with_events().await;
    let other = app.writer_of_another_project().await;
    assert_eq!(other.get("/v1/events").await.expect(200).json()["total"], 0);
    assert_eq!(other.get("/v1/events/export").await.expect(200).json(), json!([]));
    assert_eq!(other.get("/v1/usage").await.expect(200).json()["events_this_month"], 0);
    let id = client(&app).get("/v1/events").await.json()["events"][0]["id"].as_str().unwrap().to_owned();
    other.get(&format!("/v1/events/{id}")).await.expect(404);
    other.post("/api/v1/events", &event("org_1", "x")).await.expect(200);
    assert_eq!(client(&app).get("/v1/events").await.json()["total"], 4);
}

#[tokio::test]
async fn two_events_on_two_lines_are_refused_and_neither_is_stored() {
    let app = TestApp::new().await;
    let (one, two) = (sent("a", "b", "c", "2026-01-01"), sent("a", "d", "c", "2026-01-01"));
    for body in [format!("{one}\n{two}"), format!("[{one}]"), format!("{one}{two}")] {
        client(&app).post_bytes("/v1/events", body).await.expect(400);
    }
    assert_eq!(client(&app).get("/v1/events").await.json()["total"], 0);
    client(&app).post_bytes("/v1/events", format!("\u{feff}{one}\n")).await.expect(201);
}

#[tokio::test]
async fn totals_and_pages_are_whole_however_many_events_must_be_read() {
    let app = TestApp::new().await;
    let of = |name: &str, time: &str| json!({"client": {"uuid": "c"}, "action": "a", "time": time, "actor": {"uuid": "u", "name": name}, "detail": "planning"});
    app.writer().post("/api/v1/events", &of("Ann", "2026-01-01T00:00:00Z")).await.expect(200);
    let others = Value::from(vec![of("Bo", "2026-01-02T00:00:00Z"); 5_000]);
    for _ in 0..7 {
        app.writer().post("/api/v1/events", &others).await.expect(200);
    }
    daybook::backend::storage::Storage::settle(&*app.storage).await.unwrap();
    let found = client(&app).get("/v1/events?actor_name=ann").await.expect(200).json();
    assert_eq!((found["total"].as_u64(), found["events"][0]["actor_name"].as_str()), (Some(1), Some("Ann")));
    let all = client(&app).get("/v1/events?actor_name=bo&offset=34999").await.expect(200).json();
    assert_eq!((all["total"].as_u64(), actions(&all).as_str()), (Some(35_000), "a"));
    let search = json!({"query": "{ search(query: \"actor.name:bo\", last: 1) { totalCount } }"});
    let token = app.stranger().with("authorization", &format!("token={}", app.key.bearer));
    let answer = token.post("/auditlog/publisher/v1/project/p/graphql", &search).await.expect(200).json();
    assert_eq!(answer["data"]["search"]["totalCount"], 35_000);
}

#[tokio::test]
async fn what_another_api_knows_of_actor_and_target_is_shown_beside_them() {
    let app = TestApp::new().await;
    let native = json!({"client": {"uuid": "org_1"}, "action": "a",
        "actor": {"uuid": "u", "type": "api", "url": "https://app.test/u", "metadata": {"role": "admin"}},
        "target": {"type": "t", "uuid": "r", "url": "https://app.test/r", "metadata": {"size": 1}}});
    app.writer().post("/api/v1/events", &native).await.expect(200);
    let found = client(&app).get("/v1/events").await.expect(200).json();
    let event = &found["events"][0];
    assert_eq!(
        (&event["resource_url"], &event["actor_url"]),
        (&json!("https://app.test/r"), &json!("https://app.test/u"))
    );
    assert_eq!((&event["actor_type"], &event["actor_metadata"]), (&json!("api"), &json!({"role": "admin"})));
    assert_eq!(event["resource_metadata"], json!({"size": 1}));
    let mut own = sent("org_1", "b", "c", "2026-01-01");
    own["resource"]["url"] = json!("https://app.test/own");
    client(&app).post("/v1/events", &own).await.expect(201);
    let found = client(&app).get("/v1/events?action=b").await.expect(200).json();
    assert_eq!(found["events"][0]["resource_url"], "https://app.test/own");
}

#[tokio::test]
async fn a_page_of_very_large_events_is_refused_and_a_smaller_one_is_not() {
    let app = TestApp::new().await;
    let metadata = json!({"text": "x".repeat(200 * 1024)});
    let large = json!({"client": {"uuid": "c"}, "action": "a", "actor": {"uuid": "u"}, "metadata": metadata});
    for _ in 0..4 {
        app.writer().post("/api/v1/events", &Value::from(vec![large.clone(); 50])).await.expect(200);
    }
    let answer = client(&app).get("/v1/events?limit=200").await.expect(413).json();
    assert!(answer["error"].as_str().unwrap().contains("fewer can be asked for"), "{answer}");
    let found = client(&app).get("/v1/events?limit=100&offset=100").await.expect(200).json();
    assert_eq!((found["events"].as_array().map(Vec::len), &found["total"]), (Some(100), &json!(200)));
}
