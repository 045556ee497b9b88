//! `GET /api/v1/events/export`

use crate::support::{TestApp, event};
use axum::body::Body;
use daybook::backend::storage::Storage;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use sqlx::Connection;

const PATH: &str = "/api/v1/events/export";

/// Events of two clients, numbered from the oldest.
async fn with_events() -> TestApp {
    let app = TestApp::new().await;
    let events = json!([
        {"uuid": "1", "client": {"uuid": "acme"}, "time": "2026-01-01T10:00:00+02:00", "action": "user.invite",
         "actor": {"uuid": "ann", "name": "=HYPERLINK(\"https://evil.test\")"}, "description": "say \"hi\",\nall"},
        {"uuid": "2", "client": {"uuid": "acme"}, "time": "2026-01-02T10:00:00Z", "action": "user.remove",
         "actor": {"uuid": "bob"}, "outcome": "failure", "metadata": {"seats": [1, 2]}, "changes": [{"field": "role", "after": "QA"}]},
        {"uuid": "3", "client": {"uuid": "other"}, "time": "2026-01-03T10:00:00Z", "action": "-secret", "actor": {"uuid": "cy"}},
    ]);
    app.writer().post("/api/v1/events", &events).await.expect(200);
    app
}

/// So many events of one client, more than fit a page.
async fn with_many(count: usize) -> TestApp {
    let app = TestApp::new().await;
    let events: Vec<Value> = (0..count).map(|number| event("acme", &number.to_string())).collect();
    app.writer().post("/api/v1/events", &json!(events)).await.expect(200);
    app
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn uuids(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["uuid"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_table_has_every_field_of_every_event_and_no_formula() {
    let app = with_events().await;
    let answer = app.writer().get(&format!("{PATH}?format=csv&client=acme")).await.expect(200);
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8; header=present");
    assert_eq!(answer.header("cache-control"), "no-store");
    let mut reader = csv::Reader::from_reader(answer.body.as_slice());
    let titles = reader.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let cell = |row: usize, title: &str| rows[row][titles.iter().position(|known| known == title).unwrap()].to_owned();
    assert_eq!(rows.len(), 2);
    assert_eq!((cell(0, "uuid"), cell(1, "uuid")), ("2".into(), "1".into()));
    assert_eq!(cell(1, "time"), "2026-01-01T08:00:00.000Z");
    assert_eq!(cell(1, "actor.name"), "'=HYPERLINK(\"https://evil.test\")");
    assert_eq!(cell(1, "description"), "say \"hi\",\nall");
    assert_eq!((cell(0, "outcome.result"), cell(1, "metadata")), ("failure".into(), String::new()));
    assert_eq!(cell(0, "metadata"), r#"{"seats":[1,2]}"#);
    assert_eq!(cell(0, "changes"), r#"[{"field":"role","before":null,"after":"QA"}]"#);
    let text = answer.text();
    assert!(text.starts_with("\"id\",\"uuid\",\"receptionTime\",") && text.ends_with("\"\r\n"));
    assert!(app.writer().get(&format!("{PATH}?format=csv")).await.text().contains("\"'-secret\""));
}

#[tokio::test]
async fn json_and_lines_are_the_events_of_a_page() {
    let app = with_events().await;
    let page = app.writer().get("/api/v1/events").await.expect(200).json();
    for path in [PATH.to_owned(), format!("{PATH}?format=json")] {
        let answer = app.writer().get(&path).await.expect(200);
        assert_eq!(answer.header("content-type"), "application/json");
        assert_eq!(answer.json(), page["entries"]);
    }
    let answer = app.writer().get(&format!("{PATH}?format=ndjson")).await.expect(200);
    assert_eq!(answer.header("content-type"), "application/x-ndjson");
    assert_eq!(Value::from(lines(&answer.text())), page["entries"]);
}

#[tokio::test]
async fn nothing_found_is_a_whole_file_too() {
    let app = with_events().await;
    let empty = async |format: &str| {
        app.writer().get(&format!("{PATH}?client=nobody&format={format}")).await.expect(200).text()
    };
    assert_eq!(empty("json").await, "[]\n");
    assert_eq!(empty("ndjson").await, "");
    assert_eq!(empty("csv").await.lines().count(), 1);
}

#[tokio::test]
async fn each_parameter_narrows_it_as_it_narrows_a_search() {
    let app = with_events().await;
    for (query, expected) in [
        ("", "3 2 1"),
        ("client=acme", "2 1"),
        ("clientID=other", "3"),
        ("action=user.*&client=acme", "2 1"),
        ("from=2026-01-02", "3 2"),
        ("through=2026-01-01", "1"),
        ("outcome=failure", "2"),
        ("actor=ann", "1"),
        ("q=hi", "1"),
        ("last=30d", "3 2 1"),
    ] {
        let text = app.writer().get(&format!("{PATH}?format=ndjson&{query}")).await.expect(200).text();
        assert_eq!(uuids(&lines(&text)).join(" "), expected, "{query}");
    }
}

#[tokio::test]
async fn the_file_is_named_by_its_range() {
    let app = with_events().await;
    for (query, name) in [
        ("", "events_until_2026-01-15.json"),
        ("format=csv&from=2026-01-01&through=2026-01-02", "events_2026-01-01_2026-01-02.csv"),
        ("format=ndjson&last=7d", "events_2026-01-08_2026-01-15.ndjson"),
    ] {
        let answer = app.writer().get(&format!("{PATH}?{query}")).await.expect(200);
        assert_eq!(answer.header("content-disposition"), format!("attachment; filename=\"{name}\""));
    }
}

#[tokio::test]
async fn a_key_exports_its_own_project_only() {
    let app = with_events().await;
    let other = app.writer_of_another_project().await;
    let id = app.writer().get(PATH).await.expect(200).json()[0]["id"].as_str().unwrap().to_owned();
    for query in ["", "client=acme", "q=hi"] {
        assert_eq!(other.get(&format!("{PATH}?{query}")).await.expect(200).text(), "[]\n", "{query}");
    }
    let refused = other.get(&format!("{PATH}?cursor={id}")).await.expect(400).json();
    assert!(refused["details"]["cursor"].is_array(), "another project's event is none: {refused}");
}

#[tokio::test]
async fn whoever_may_not_read_gets_no_file() {
    let app = with_events().await;
    app.stranger().get(PATH).await.expect(401);
    let refused = app.stranger().with("x-api-key", &format!("{}:wrong", app.key.id)).get(PATH).await.expect(403);
    assert_eq!(refused.header("content-disposition"), "");
    assert_eq!(refused.json()["statusCode"], 403);
}

#[tokio::test]
async fn wrong_parameters_are_all_named() {
    let app = TestApp::new().await;
    let answer = app.writer().get(&format!("{PATH}?format=xml&limit=5&from=soon&cursor=x")).await.expect(400).json();
    let names: Vec<&String> = answer["details"].as_object().unwrap().keys().collect();
    assert_eq!(names, ["cursor", "format", "from", "limit"]);
    assert_eq!(answer["details"]["format"], json!(["expected csv, json or ndjson"]));
}

#[tokio::test]
async fn a_long_log_is_exported_whole_and_goes_on_after_any_event() {
    let app = with_many(2_350).await;
    let ndjson = format!("{PATH}?format=ndjson");
    let whole = lines(&app.writer().get(&ndjson).await.expect(200).text());
    assert_eq!(uuids(&whole), (0..2_350).rev().map(|number| number.to_string()).collect::<Vec<_>>());
    for at in [0, 99, 100, 1_234, 2_348, 2_349] {
        let id = whole[at]["id"].as_str().unwrap();
        let rest = app.writer().get(&format!("{ndjson}&cursor={id}")).await.expect(200).text();
        assert_eq!(lines(&rest), whole[at + 1..], "after event {at}");
    }
    let cursor = app.writer().get("/api/v1/events?limit=10").await.json()["cursor"].as_str().unwrap().to_owned();
    let rest = app.writer().get(&format!("{PATH}?cursor={cursor}")).await.expect(200).json();
    assert_eq!(rest.as_array().unwrap(), &whole[10..]);
    // Finding goes on after an event as well.
    let page = app.writer().get(&format!("/api/v1/events?cursor={}&limit=1", whole[4]["id"].as_str().unwrap())).await;
    assert_eq!(page.expect(200).json()["entries"][0], whole[5]);
}

/// Takes the events away from under the server, as a disk that fails does. A damaged event alone breaks nothing off.
async fn fail(app: &TestApp) {
    app.storage.settle().await.unwrap();
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(app.folder().join("daybook.db"));
    let mut log = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
    sqlx::query("alter table event rename to gone").execute(&mut log).await.unwrap();
    log.close().await.unwrap();
}

/// Everything up to the end or the break, and whether it broke.
async fn received(mut body: Body) -> (String, bool) {
    let mut text = Vec::new();
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else { return (String::from_utf8(text).unwrap(), true) };
        text.extend_from_slice(frame.data_ref().unwrap());
    }
    (String::from_utf8(text).unwrap(), false)
}

#[tokio::test]
async fn a_failure_on_the_way_breaks_the_connection_after_a_whole_event() {
    for format in ["ndjson", "json", "csv"] {
        let app = with_many(1_500).await;
        let response = app.writer().begin("GET", &format!("{PATH}?format={format}"), Body::empty()).await;
        assert_eq!(response.status(), 200);
        fail(&app).await;
        let (text, broken) = received(response.into_body()).await;
        assert!(broken && !text.ends_with("]\n"), "{format} ended as if it were whole");
        if format == "ndjson" {
            assert!(lines(&text).len() >= 100 && text.ends_with('\n'), "the events before it arrived whole");
        }
    }
}

#[tokio::test]
async fn a_failure_before_anything_was_sent_is_answered_like_any_other() {
    let app = with_many(1).await;
    fail(&app).await;
    let failed = app.writer().get(&format!("{PATH}?format=csv")).await.expect(500);
    assert_eq!((failed.header("content-disposition"), &failed.json()["statusCode"]), ("", &json!(500)));
}

#[tokio::test]
async fn nothing_is_read_ahead_of_whoever_takes_the_file() {
    let app = with_many(1_200).await;
    let response = app.writer().begin("GET", &format!("{PATH}?format=ndjson"), Body::empty()).await;
    let mut body = response.into_body();
    let first = body.frame().await.unwrap().unwrap().into_data().unwrap();
    assert_eq!(lines(std::str::from_utf8(&first).unwrap()).len(), 100);
    // What happens to the rest from here on can be seen in what follows.
    fail(&app).await;
    assert!(received(body).await.1);
}

/// Numbers that look like chance, so that parts of them are everywhere.
fn number(at: u64) -> String {
    let mixed = (at + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(31).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    format!("{:010}", mixed % 10_000_000_000)
}

/// A search for a rare part of numbers looks at most events, and ends its pages early.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_search_that_pauses_on_its_way_is_exported_to_its_end() {
    const EVENTS: u64 = 40_000;
    let app = TestApp::new().await;
    for batch in 0..EVENTS / 5_000 {
        let event = |at| {
            json!({"client": {"uuid": "c"}, "action": "a", "actor": {"uuid": "u"}, "fields": {"n": number(at)},
            "time": 1_700_000_000 + at})
        };
        let events: Vec<Value> = (batch * 5_000..(batch + 1) * 5_000).map(event).collect();
        app.writer().post("/api/v1/events", &json!(events)).await.expect(200);
    }
    app.storage.settle().await.unwrap();
    let part = number(3)[2..8].to_owned();
    let expected = (0..EVENTS).filter(|at| number(*at).contains(&part)).count();
    let page = app.writer().get(&format!("/api/v1/events?q={part}")).await.expect(200).json();
    assert!(page["cursor"].is_string() && page["entries"].as_array().unwrap().len() < expected, "it paused: {page}");
    let text = app.writer().get(&format!("{PATH}?format=ndjson&q={part}")).await.expect(200).text();
    assert_eq!(lines(&text).len(), expected);
}
