//! `GET /api/v1/events`

use crate::support::{Differing, TestApp, event};
use serde_json::{Value, json};

const PATH: &str = "/api/v1/events";

/// Three clients' worth of events, a minute apart, numbered from the oldest.
async fn with_events() -> TestApp {
    let app = TestApp::new().await;
    let events = json!([
        {"uuid": "1", "client": {"uuid": "acme"}, "time": "2026-01-01T10:00:00Z", "action": "user.invite",
         "actor": {"uuid": "ann", "name": "Ann"}, "target": {"type": "user", "uuid": "t-1", "label": "Zoë"}},
        {"uuid": "2", "client": {"uuid": "acme"}, "time": "2026-01-02T10:00:00Z", "action": "user.remove",
         "actor": {"uuid": "bob"}, "outcome": {"result": "failure", "reason": "locked"}},
        {"uuid": "3", "client": {"uuid": "acme"}, "time": "2026-01-03T10:00:00Z", "action": "invoice.pay",
         "actor": {"uuid": "ann"}, "targets": [{"type": "card", "uuid": "t-2"}, {"type": "invoice", "uuid": "t-3"}]},
        {"uuid": "4", "client": {"uuid": "other"}, "time": "2026-01-04T10:00:00Z", "action": "user.invite",
         "actor": {"uuid": "ann"}, "metadata": {"note": "quarterly review"}},
    ]);
    app.writer().post(PATH, &events).await.expect(200);
    app
}

fn uuids(page: &Value) -> Vec<&str> {
    page["entries"].as_array().unwrap().iter().map(|entry| entry["uuid"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn each_parameter_narrows_the_search() {
    let app = with_events().await;
    for (query, expected) in [
        ("", "4 3 2 1"),
        ("client=acme", "3 2 1"),
        ("clientID=other", "4"),
        ("client=nobody", ""),
        ("from=2026-01-02", "4 3 2"),
        ("fromDate=2026-01-02T10:00:01Z", "4 3"),
        ("through=2026-01-02", "2 1"),
        ("throughDate=2026-01-02T09:00:00", "1"),
        ("client=acme&fromDate=2026-01-02&throughDate=2026-01-03", "3 2"),
        ("action=user.invite", "4 1"),
        ("action=user.*", "4 2 1"),
        ("actor=ann&client=acme", "3 1"),
        ("target=t-3", "3"),
        ("type=invoice", "3"),
        ("outcome=failure", "2"),
        ("outcome=success&client=acme", "3 1"),
        ("q=zoe", "1"),
        ("q=%22quarterly+review%22", "4"),
        ("q=review&client=acme", ""),
        ("limit=2", "4 3"),
        ("last=7d", ""),
        ("last=30d&actor=bob", "2"),
        ("actor=&q=", "4 3 2 1"),
    ] {
        let page = app.writer().get(&format!("{PATH}?{query}")).await.expect(200).json();
        assert_eq!(uuids(&page).join(" "), expected, "{query}");
    }
}

#[tokio::test]
async fn sessions_correlations_addresses_and_impersonators_are_filters() {
    let app = with_events().await;
    let more = json!([
        {"uuid": "5", "client": {"uuid": "acme"}, "time": "2026-01-05T10:00:00Z", "action": "a", "actor": {"uuid": "ann"},
         "sessionId": "s-1", "correlationId": "c-1", "context": {"client": {"ipAddress": "203.0.113.7"}},
         "impersonator": {"uuid": "sam"}},
        {"uuid": "6", "client": {"uuid": "acme"}, "time": "2026-01-06T10:00:00Z", "action": "a", "actor": {"uuid": "s-1"},
         "sessionId": "s-12", "description": "s-1 c-1 203.0.113.7 sam", "context": {"client": {"ipAddress": "203.0.113.70"}}},
    ]);
    app.writer().post(PATH, &more).await.expect(200);
    for settled in [false, true] {
        if settled {
            daybook::backend::storage::Storage::settle(&*app.storage).await.unwrap();
        }
        for (query, expected) in [
            ("sessionId=s-1", "5"),
            ("correlationId=c-1", "5"),
            ("ip=203.0.113.7", "5"),
            ("impersonator=sam", "5"),
            ("sessionId=s-12&actor=s-1", "6"),
            ("sessionId=s-1&actor=bob", ""),
            ("sessionId=s", ""),
            ("impersonator=ann", ""),
        ] {
            let page = app.writer().get(&format!("{PATH}?{query}")).await.expect(200).json();
            assert_eq!(uuids(&page).join(" "), expected, "{query} {settled}");
            let lines = app.writer().get(&format!("{PATH}/export?format=ndjson&{query}")).await.expect(200).text();
            assert_eq!(lines.lines().count(), expected.split_whitespace().count(), "{query}");
        }
    }
}

#[tokio::test]
async fn pages_follow_one_another_by_cursor_and_by_link() {
    let app = with_events().await;
    let first = app.writer().get("/api/v1/events?client=acme&limit=2").await.expect(200).json();
    assert_eq!(uuids(&first), ["3", "2"]);
    app.writer().post(PATH, &event("acme", "5")).await.expect(200);
    let next = first["_links"]["next"]["href"].as_str().unwrap();
    let second = app.writer().get(next).await.expect(200).json();
    assert_eq!(uuids(&second), ["1"]);
    assert_eq!(second["cursor"], Value::Null);
    assert_eq!(second["_links"], json!({}));
    let cursor = first["cursor"].as_str().unwrap();
    let again = app.writer().get(&format!("{PATH}?client=acme&limit=2&cursor={cursor}")).await.expect(200).json();
    assert_eq!(again["entries"], second["entries"]);
}

#[tokio::test]
async fn the_answer_says_what_was_asked_and_where_each_event_is() {
    let app =
        TestApp::differing(Differing { public_url: Some("https://audit.test".to_owned()), ..Differing::default() })
            .await;
    let sent = app.writer().post(PATH, &json!([event("c", "1"), event("c", "2")])).await.expect(200).json();
    let page = app.writer().get("/api/v1/events?clientID=c&limit=1").await.expect(200).json();
    let expected = json!({"timestamp": "2026-01-15T12:00:00.000Z", "type": "events", "label": "Events",
        "href": "https://audit.test/api/v1/events?clientID=c&limit=1"});
    assert_eq!(page["_id"], expected);
    let id = sent["ReceivedEvents"][1]["id"].as_str().unwrap();
    assert_eq!(page["entries"][0]["_links"]["href"], format!("https://audit.test/api/v1/events/{id}"));
    assert!(
        page["_links"]["next"]["href"].as_str().unwrap().starts_with("https://audit.test/api/v1/events?clientID=c&")
    );
}

#[tokio::test]
async fn an_entry_has_every_field_and_absent_ones_are_null() {
    let app = TestApp::new().await;
    app.writer().post(PATH, &event("c", "1")).await.expect(200);
    let page = app.writer().get(PATH).await.expect(200).json();
    let mut entry = page["entries"][0].clone();
    for name in ["_links", "id"] {
        entry.as_object_mut().unwrap().remove(name).unwrap();
    }
    let nobody = json!({"ipAddress": null, "browserAgent": null, "location": null});
    let expected = json!({
        "receptionTime": "2026-01-15T12:00:00.000Z", "uuid": "1", "client": {"uuid": "c", "name": null},
        "time": "2026-01-15T12:00:00.000Z", "action": "user.invite", "description": null, "url": null, "crud": "create",
        "outcome": {"result": "success", "reason": null, "code": null}, "anonymous": false,
        "actor": {"uuid": "u-1", "name": null, "email": null, "type": null, "url": null, "metadata": {}},
        "impersonator": null, "target": null, "targets": [],
        "context": {"client": nobody, "server": {"serverId": null, "version": null, "service": null},
            "http": {"method": null, "path": null, "domain": null}},
        "sessionId": null, "correlationId": null, "externalId": null, "schemaVersion": null, "changes": [],
        "metadata": {}, "fields": {}, "detail": null, "api": null, "masked": [],
    });
    assert_eq!(entry, expected);
}

#[tokio::test]
async fn wrong_parameters_are_all_named() {
    let app = TestApp::new().await;
    let answer = app.writer().get("/api/v1/events?limit=1001&from=soon&cursor=x&colour=red").await.expect(400).json();
    let names: Vec<&String> = answer["details"].as_object().unwrap().keys().collect();
    assert_eq!(names, ["colour", "cursor", "from", "limit"]);
}

#[tokio::test]
async fn a_key_reads_its_own_project_only() {
    let app = with_events().await;
    let other = app.writer_of_another_project().await;
    for query in ["", "client=acme", "q=zoe"] {
        let page = other.get(&format!("{PATH}?{query}")).await.expect(200).json();
        assert_eq!(page["entries"], json!([]), "{query}");
    }
    let cursor = app.writer().get("/api/v1/events?limit=1").await.json()["cursor"].as_str().unwrap().to_owned();
    let page = other.get(&format!("{PATH}?cursor={cursor}")).await.expect(200).json();
    assert_eq!(page["entries"], json!([]));
}
