//! `/audit_logs/exports`

use super::{client, event};
use crate::support::{Caller, TestApp};
use serde_json::{Value, json};

async fn order(client: &Caller, more: Value) -> Value {
    let mut body = json!({"organization_id": "org_1", "range_start": "2026-01-01T00:00:00.000Z", "range_end": "2026-02-01T00:00:00.000Z"});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    client.post("/audit_logs/exports", &body).await.expect(201).json()
}

/// The export once it is more than pending.
async fn done(client: &Caller, id: &Value) -> Value {
    let path = format!("/audit_logs/exports/{}", id.as_str().unwrap());
    for _ in 0..500 {
        let export = client.get(&path).await.expect(200).json();
        if export["state"] != "pending" {
            return export;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("the export stays pending")
}

/// The path of an export's link.
fn path(export: &Value) -> String {
    let url = export["url"].as_str().unwrap_or_else(|| panic!("{export}"));
    url.split_once("://").unwrap().1.split_once('/').map(|(_, path)| format!("/{path}")).unwrap()
}

/// The actions in a file.
fn actions(csv: &str) -> Vec<String> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let at = reader.headers().unwrap().iter().position(|title| title == "action").unwrap();
    reader.records().map(|row| row.unwrap()[at].to_owned()).collect()
}

async fn file(app: &TestApp, more: Value) -> Vec<String> {
    let client = client(app);
    let export = done(&client, &order(&client, more).await["id"]).await;
    assert_eq!(export["state"], "ready");
    actions(&app.stranger().get(&path(&export)).await.expect(200).text())
}

async fn with_events(app: &TestApp) {
    let names = ["Ann", "Bo", "Cy"];
    for (number, name) in names.iter().enumerate() {
        let mut body = event("org_1", &format!("act.{number}"));
        body["event"]["actor"] = json!({"type": "user", "id": format!("user_{number}"), "name": name});
        body["event"]["targets"] = json!([{"type": format!("kind_{number}"), "id": "t"}, {"type": "all", "id": "t"}]);
        body["event"]["occurred_at"] = json!(format!("2026-01-{:02}T00:00:00.000Z", 10 + number));
        client(app).post("/audit_logs/events", &body).await.expect(200);
    }
    client(app).post("/audit_logs/events", &event("org_2", "act.0")).await.expect(200);
}

#[tokio::test]
async fn an_export_is_pending_then_ready_and_its_link_needs_no_key_for_ten_minutes() {
    let app = TestApp::new().await;
    with_events(&app).await;
    let client = client(&app);
    let made = order(&client, json!({})).await;
    assert_eq!(
        (&made["object"], &made["state"], made.get("url")),
        (&json!("audit_log_export"), &json!("pending"), None)
    );
    let export = done(&client, &made["id"]).await;
    assert_eq!((&export["state"], &export["id"]), (&json!("ready"), &made["id"]));
    let link = path(&export);
    let answer = app.stranger().get(&link).await.expect(200);
    assert!(answer.header("content-type").starts_with("text/csv"));
    assert_eq!(actions(&answer.text()), ["act.2", "act.1", "act.0"]);
    app.stranger().get(&link.replace("pass=", "pass=x")).await.expect(401);
    app.later(10 * 60 * 1000);
    app.stranger().get(&link).await.expect(401);
    let again = client.get(&format!("/audit_logs/exports/{}", made["id"].as_str().unwrap())).await.expect(200).json();
    app.stranger().get(&path(&again)).await.expect(200);
    app.later(7 * 24 * 60 * 60 * 1000);
    let old = client.get(&format!("/audit_logs/exports/{}", made["id"].as_str().unwrap())).await.expect(200).json();
    assert_eq!((&old["state"], old.get("url")), (&json!("expired"), None));
}

#[tokio::test]
async fn an_export_keeps_what_it_held_when_it_was_made() {
    let app = TestApp::new().await;
    with_events(&app).await;
    let client = client(&app);
    let export = done(&client, &order(&client, json!({})).await["id"]).await;
    app.later(1_000);
    client.post("/audit_logs/events", &event("org_1", "act.late")).await.expect(200);
    assert_eq!(actions(&app.stranger().get(&path(&export)).await.expect(200).text()), ["act.2", "act.1", "act.0"]);
}

#[tokio::test]
async fn values_of_a_filter_are_alternatives_and_filters_narrow_each_other() {
    let app = TestApp::new().await;
    with_events(&app).await;
    assert_eq!(file(&app, json!({"actions": ["act.1"]})).await, ["act.1"]);
    assert_eq!(file(&app, json!({"actions": ["act.1", "act.2"], "actor_ids": ["user_2", "user_0"]})).await, ["act.2"]);
    assert_eq!(file(&app, json!({"actor_names": ["Ann"], "actors": ["Bo"]})).await, ["act.1", "act.0"]);
    assert_eq!(file(&app, json!({"targets": ["kind_2", "kind_9"]})).await, ["act.2"]);
    assert_eq!(
        file(&app, json!({"targets": ["all"], "range_start": "2026-01-11T00:00:00.000Z"})).await,
        ["act.2", "act.1"]
    );
    assert_eq!(file(&app, json!({"actions": ["act.*"]})).await, [""; 0]);
}

#[tokio::test]
async fn what_is_wrong_with_an_order_is_said() {
    let app = TestApp::new().await;
    with_events(&app).await;
    let client = client(&app);
    let of = |start: &str, end: &str, organization: &str| json!({"organization_id": organization, "range_start": start, "range_end": end});
    let answer = client.post("/audit_logs/exports", &of("2026-02-01", "2026-01-01", "org_1")).await.expect(400).json();
    assert_eq!(answer["code"], "invalid_audit_log_export_range_date");
    assert!(answer["errors"].is_array());
    client.post("/audit_logs/exports", &of("2026-01-01", "2026-02-01", "org_none")).await.expect(404);
    let mut body = of("soon", "2026-02-01", "org_1");
    body["actions"] = json!("act.1");
    body["targets"] = json!([1]);
    let answer = client.post("/audit_logs/exports", &body).await.expect(422).json();
    let fields: Vec<_> = answer["errors"].as_array().unwrap().iter().map(|error| &error["field"]).collect();
    assert_eq!(fields, ["actions", "range_start", "targets"]);
    client.get("/audit_logs/exports/audit_log_export_none").await.expect(404);
    let export = done(&client, &order(&client, json!({})).await["id"]).await;
    let other = app.writer_of_another_project().await;
    other.get(&format!("/audit_logs/exports/{}", export["id"].as_str().unwrap())).await.expect(404);
}
