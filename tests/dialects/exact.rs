//! What other vendors' clients send is kept as they sent it: numbers by their text, and texts that are none.

use crate::support::{Caller, TestApp};
use serde_json::json;

const NUMBERS: [&str; 6] = ["1e400", "123456789012345678901234567890", "0.1000000000000000055", "1.50", "-0", "1E+2"];

fn client(app: &TestApp) -> Caller {
    app.stranger().with("authorization", &format!("Bearer {}", app.key.bearer)).with("content-type", "application/json")
}

/// A client of the API at a path: Retraced's names its token otherwise.
fn client_at(app: &TestApp, path: &str) -> Caller {
    let caller = client(app);
    if path.starts_with("/auditlog/") {
        return caller.with("authorization", &format!("token={}", app.key.bearer));
    }
    caller
}

/// The way in of each API, and an event of it with this JSON in a place that its sender fills.
fn events(value: &str) -> [(&'static str, String); 4] {
    let (actor, time) = (r#"{"type":"user","id":"u"}"#, "2026-01-14T10:30:00.123456Z");
    [
        (
            "/v1/events",
            format!(
                r#"{{"actor":{actor},"action":"a","organization_id":"c","metadata":{{"v":{value}}},"timestamp":"{time}"}}"#
            ),
        ),
        (
            "/v1/logs/ingest",
            format!(r#"{{"event_name":"a","org_id":"c","more":{{"v":{value}}},"timestamp":"{time}"}}"#),
        ),
        (
            "/auditlog/publisher/v1/project/p1/event",
            format!(
                r#"{{"action":"a","crud":"c","group":{{"id":"c"}},"actor":{{"id":"u"}},"metadata":{{"v":{value}}},"created":"{time}"}}"#
            ),
        ),
        (
            "/audit_logs/events",
            format!(
                r#"{{"organization_id":"c","event":{{"action":"a","occurred_at":"{time}","actor":{actor},
                "targets":[{{"type":"team","id":"t"}}],"context":{{"location":"203.0.113.7"}},"metadata":{{"v":{value}}}}}}}"#
            ),
        ),
    ]
}

/// Every event of the project, as our own API tells it with its original.
async fn told(app: &TestApp) -> Vec<String> {
    let page = app.writer().get("/api/v1/events?limit=1000").await.expect(200).json();
    let mut told = Vec::new();
    for entry in page["entries"].as_array().unwrap() {
        let id = entry["id"].as_str().unwrap();
        told.push(app.writer().get(&format!("/api/v1/events/{id}")).await.expect(200).text());
    }
    told
}

#[tokio::test]
async fn a_number_that_came_by_any_api_keeps_its_text() {
    for number in NUMBERS {
        let app = TestApp::new().await;
        for (path, event) in events(number) {
            // Not all of them take any number there; what is taken is kept as it is.
            let answer = client_at(&app, path).post_bytes(path, event).await;
            assert!(
                answer.status.is_success() || answer.status == 400 || answer.status == 422,
                "{path} {}",
                answer.text()
            );
        }
        let told = told(&app).await;
        assert!(told.len() >= 3, "{number}: {told:?}");
        for event in told {
            assert!(event.contains(&format!("\"v\":{number}")), "{number}: {event}");
            assert!(event.contains("2026-01-14T10:30:00.123456Z"), "{event}");
        }
        let ledger = client(&app).get("/v1/events?organization_id=c").await.expect(200).text();
        assert!(ledger.contains(&format!("\"v\":{number}")), "{ledger}");
    }
}

#[tokio::test]
async fn half_a_surrogate_pair_costs_no_event_in_any_api() {
    let app = TestApp::new().await;
    for (path, event) in events(r#""a\ud800b""#) {
        let answer = client_at(&app, path).post_bytes(path, event).await;
        assert!(answer.status.is_success(), "{path}: {}", answer.text());
    }
    let told = told(&app).await;
    assert_eq!(told.len(), 4);
    for event in told {
        let event: serde_json::Value = serde_json::from_str(&event).unwrap();
        assert!(event["original"].to_string().contains("a\u{fffd}b"), "{event}");
        assert_eq!(event["replaced"].as_array().map(Vec::len), Some(1), "{event}");
    }
}

#[tokio::test]
async fn a_schema_compares_numbers_by_their_value() {
    let app = TestApp::new().await;
    let schema = json!({"targets": [{"type": "team"}],
        "metadata": {"type": "object", "properties": {"v": {"type": "number", "maximum": 10}}}});
    client(&app).post("/audit_logs/actions/a/schemas", &schema).await.expect(201);
    for (number, fits) in [("9.99999999999999999999", true), ("10.00000000000000000001", false), ("1e400", false)] {
        let (path, event) = events(number)[3].clone();
        let answer = client_at(&app, path).post_bytes(path, event).await;
        assert_eq!(answer.status.is_success(), fits, "{number}: {}", answer.text());
    }
}
