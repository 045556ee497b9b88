//! `POST /api/v1/events`

use crate::support::{TestApp, event};
use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};
use std::io::Write;

const PATH: &str = "/api/v1/events";

/// The body of the curl line that the product is introduced with.
const SAMPLE: &str = r#"[{
  "uuid": "sample-event-001", "client": {"uuid": "1234567890", "name": "Great Client"}, "time": "2018-06-30T16:35:52",
  "action": "user.invite", "description": "Invited new user, QA role", "url": "",
  "actor": {"uuid": "bd275099-e808-4c1a-bd32-57a589b7cf93", "name": "Roberta Wharton", "email": "rwharton@great-client.test"},
  "context": {"client": {"ipAddress": "", "browserAgent": "Mozilla/5.0 (Windows NT 6.1; WOW64)"}, "server": {"serverId": "prod-01-us-appfarm", "version": "20180325-01"}},
  "target": {"type": "user", "uuid": "95c102ae-5930-413f-b794-8f0934fdb136", "label": "Salman Randall", "url": ""}}]"#;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// How many events the project has.
async fn stored(app: &TestApp) -> usize {
    let page = app.writer().get("/api/v1/events?limit=1000").await.expect(200).json();
    page["entries"].as_array().unwrap().len()
}

#[tokio::test]
async fn the_sample_works_as_it_stands() {
    let app = TestApp::new().await;
    let sender = app.writer().with("content-type", "application/json");
    let answer = sender.post_bytes(PATH, SAMPLE).await.expect(200).json();
    let receipt = &answer["ReceivedEvents"][0];
    assert_eq!(receipt["uuid"], "sample-event-001");
    assert_eq!(receipt.get("duplicate"), None);
    assert_eq!(answer["ReceivedEvents"], answer["receivedEvents"]);
    let found = app.writer().get("/api/v1/events?clientID=1234567890").await.expect(200).json();
    assert_eq!(found["entries"][0]["id"], receipt["id"]);
    assert_eq!(found["entries"][0]["time"], "2018-06-30T16:35:52.000Z");
    assert_eq!(found["entries"][0]["target"]["label"], "Salman Randall");
    assert_eq!(found["entries"][0]["url"], Value::Null);
    assert_eq!(found["entries"][0]["context"]["client"]["ipAddress"], Value::Null);
}

#[tokio::test]
async fn an_array_one_object_and_lines_are_all_taken() {
    let app = TestApp::new().await;
    let array = app.writer().post(PATH, &json!([event("c", "1"), event("c", "2")])).await.expect(200).json();
    assert_eq!(array["ReceivedEvents"].as_array().unwrap().len(), 2);
    let one = app.writer().post(PATH, &event("c", "3")).await.expect(200).json();
    assert_eq!(one["ReceivedEvents"][0]["uuid"], "3");
    let lines = format!("{}\n{}\n", event("c", "4"), event("c", "5"));
    for (media, body) in [("application/x-ndjson", lines.clone()), ("application/json; charset=utf-8", lines)] {
        let answer = app.writer().with("content-type", media).post_bytes(PATH, body).await.expect(200).json();
        let uuids: Vec<&Value> = answer["ReceivedEvents"].as_array().unwrap().iter().map(|one| &one["uuid"]).collect();
        assert_eq!(uuids, ["4", "5"]);
    }
    assert_eq!(stored(&app).await, 5);
}

#[tokio::test]
async fn a_missing_content_type_and_an_empty_array_are_fine() {
    let app = TestApp::new().await;
    app.writer().post_bytes(PATH, event("c", "1").to_string()).await.expect(200);
    let answer = app.writer().post(PATH, &json!([])).await.expect(200).json();
    assert_eq!(answer, json!({"ReceivedEvents": [], "receivedEvents": []}));
}

#[tokio::test]
async fn a_thousand_events_come_in_one_gzip_body() {
    let app = TestApp::new().await;
    let events: Vec<Value> = (0..1_000).map(|number| event("c", &number.to_string())).collect();
    let sender = app.writer().with("content-type", "application/json").with("content-encoding", "gzip");
    let answer = sender.post_bytes(PATH, gzip(json!(events).to_string().as_bytes())).await.expect(200).json();
    let receipts = answer["ReceivedEvents"].as_array().unwrap();
    assert_eq!(receipts.len(), 1_000);
    assert_eq!(receipts[999]["uuid"], "999");
    assert_eq!(stored(&app).await, 1_000);
}

#[tokio::test]
async fn the_limit_on_bodies_counts_what_comes_out_of_the_gzip() {
    let app = TestApp::new().await;
    let bomb = gzip(&vec![b' '; 17 * 1024 * 1024]);
    assert!(bomb.len() < 200_000);
    let sender = app.writer().with("content-encoding", "gzip");
    let answer = sender.post_bytes(PATH, bomb).await.expect(413).json();
    assert_eq!(answer["error"], "The body is larger than the limit of 16777216");
    let answer = app.writer().post_bytes(PATH, vec![b' '; 16 * 1024 * 1024 + 1]).await.expect(413).json();
    assert_eq!(answer["message"], "Payload Too Large");
}

#[tokio::test]
async fn a_broken_gzip_stream_is_the_sender_s_fault() {
    let app = TestApp::new().await;
    let sender = app.writer().with("content-encoding", "gzip");
    let mut body = gzip(SAMPLE.as_bytes());
    body.truncate(body.len() / 2);
    for body in [body, SAMPLE.into()] {
        let answer = sender.post_bytes(PATH, body).await.expect(400).json();
        assert!(answer["details"]["body"].is_array(), "{answer}");
    }
}

#[tokio::test]
async fn every_fault_of_every_event_is_named_and_nothing_is_stored() {
    let app = TestApp::new().await;
    let body = json!([
        event("c", "1"),
        {"client": {"uuid": "c"}, "action": "a", "actor": {"name": "Ann"}, "time": "soon"},
        {"action": 7, "actor": {"uuid": "u"}},
        "text",
    ]);
    let answer = app.writer().post(PATH, &body).await.expect(400).json();
    let expected = json!({
        "[1].actor.uuid": ["is required"],
        "[1].time": ["expected an ISO 8601 date and time such as 2026-05-13T10:23:00Z, or seconds or milliseconds since 1970"],
        "[2].action": ["expected a text"],
        "[2].client": ["is required"],
        "[3]": ["expected an object"],
    });
    assert_eq!(answer["details"], expected);
    assert_eq!(answer["statusCode"], 400);
    assert_eq!(answer["message"], "Bad Request");
    assert_eq!(stored(&app).await, 0);
}

#[tokio::test]
async fn faults_in_lines_are_named_by_their_place_in_the_order() {
    let app = TestApp::new().await;
    let body = format!("{}\n\n{{\"action\" 1}}\n{{\"client\":{{\"uuid\":\"c\"}},\"action\":\"a\"}}\n", event("c", "1"));
    let answer = app.writer().post_bytes(PATH, body).await.expect(400).json();
    let expected = json!({
        "[1]": ["expected JSON: expected `:` at line 3, column 11"],
        "[2].actor": ["is required, unless anonymous is true"],
    });
    assert_eq!(answer["details"], expected);
    assert_eq!(stored(&app).await, 0);
}

#[tokio::test]
async fn broken_json_is_named_with_its_line_and_column() {
    let app = TestApp::new().await;
    let answer = app.writer().post_bytes(PATH, "[{\"action\":\n  \"a\",]").await.expect(400).json();
    assert_eq!(answer["details"], json!({"body": ["expected JSON: key must be a string at line 2, column 7"]}));
}

#[tokio::test]
async fn a_repeated_event_gets_its_first_receipt_again() {
    let app = TestApp::new().await;
    let first = app.writer().post(PATH, &event("c", "1")).await.expect(200).json();
    app.later(86_400_000);
    let changed = json!({"uuid": "1", "client": {"uuid": "c"}, "action": "other", "actor": {"uuid": "u"}});
    let second = app.writer().post(PATH, &json!([event("c", "2"), changed, event("c", "2")])).await.expect(200).json();
    let (first, second) = (&first["ReceivedEvents"][0], &second["ReceivedEvents"]);
    assert_eq!(second[1]["id"], first["id"]);
    assert_eq!(second[1]["duplicate"], true);
    assert_eq!(second[2]["id"], second[0]["id"]);
    assert_eq!(second[2]["duplicate"], true);
    assert_eq!(second[0].get("duplicate"), None);
    assert_eq!(stored(&app).await, 2);
}

#[tokio::test]
async fn the_same_uuid_of_another_client_or_project_is_another_event() {
    let app = TestApp::new().await;
    let other = app.writer_of_another_project().await;
    let both = app.writer().post(PATH, &json!([event("a", "1"), event("b", "1")])).await.expect(200).json();
    let third = other.post(PATH, &event("a", "1")).await.expect(200).json();
    let ids = [&both["ReceivedEvents"][0]["id"], &both["ReceivedEvents"][1]["id"], &third["ReceivedEvents"][0]["id"]];
    assert!(ids[0] != ids[1] && ids[1] != ids[2] && ids[0] != ids[2]);
}

#[tokio::test]
async fn an_event_without_a_uuid_is_stored_each_time() {
    let app = TestApp::new().await;
    let event = json!({"client": {"uuid": "c"}, "action": "a", "actor": {"uuid": "u"}});
    let answer = app.writer().post(PATH, &json!([event, event])).await.expect(200).json();
    assert_eq!(answer["ReceivedEvents"][0]["uuid"], Value::Null);
    assert_eq!(stored(&app).await, 2);
}

#[tokio::test]
async fn more_events_than_a_request_may_have_are_refused_whole() {
    let app = TestApp::new().await;
    let events: Vec<Value> = (0..5_001).map(|number| event("c", &number.to_string())).collect();
    let answer = app.writer().post(PATH, &json!(events)).await.expect(413).json();
    assert_eq!(answer["error"], "The number of events in the request is larger than the limit of 5000");
    assert_eq!(stored(&app).await, 0);
}

#[tokio::test]
async fn an_event_over_its_own_limit_is_a_fault() {
    let app = TestApp::new().await;
    let mut large = event("c", "1");
    large["metadata"] = json!({"text": "x".repeat(256 * 1024)});
    let answer = app.writer().post(PATH, &json!([event("c", "0"), large])).await.expect(400).json();
    assert!(answer["details"]["[1]"][0].as_str().unwrap().starts_with("expected at most 262144 bytes"));
}
