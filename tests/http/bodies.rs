//! What the bodies of requests may take.

use crate::support::{Differing, TestApp, event};
use axum::body::{Body, Bytes};
use daybook::http::{BodyLimits, Options};
use flate2::Compression;
use flate2::write::GzEncoder;
use futures::{SinkExt, StreamExt, channel::mpsc, stream};
use serde_json::{Value, json};
use std::convert::Infallible;
use std::io::Write;
use std::time::Duration;

const MEGABYTE: usize = 1_024 * 1_024;

async fn with(bodies: BodyLimits) -> TestApp {
    let serving = Options { bodies, ..Options::default() };
    TestApp::differing(Differing { serving, ..Differing::default() }).await
}

/// A body that begins with some bytes and goes on when it is told to.
fn held(bytes: usize) -> (mpsc::Sender<Bytes>, Body) {
    let (more, rest) = mpsc::channel(1);
    let all = stream::iter([Bytes::from(vec![b' '; bytes])]).chain(rest);
    (more, Body::from_stream(all.map(Ok::<_, Infallible>)))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bodies_in_flight_have_a_budget_and_small_ones_always_get_in() {
    let app = with(BodyLimits { memory: 8 * MEGABYTE as u64, ..BodyLimits::default() }).await;
    let mut uploads = Vec::new();
    for number in 0..3 {
        let (more, body) = held(2 * MEGABYTE - 1_000);
        let writer = app.writer();
        let sent = tokio::spawn(async move { writer.post_bytes("/api/v1/events", body).await });
        uploads.push((number, more, sent));
    }
    while app.state.bodies.used() < 5 * MEGABYTE as u64 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    // By every API, whether the length is said before or not.
    for path in ["/api/v1/events", "/v1/events", "/v1/logs/ingest", "/audit_logs/events"] {
        let json = app.stranger().with("content-type", "application/json");
        let declared = json.clone().with("content-length", "1500000");
        for (caller, body) in [(declared, held(0).1), (json, Body::from(vec![b' '; 3 * MEGABYTE / 2]))] {
            let bearer = format!("Bearer {}", app.key.bearer);
            let answer = caller.with("authorization", &bearer).post_bytes(path, body).await.expect(503);
            assert_eq!(answer.header("retry-after"), "1", "{path}");
            assert!(answer.text().contains("busy"), "{path}: {}", answer.text());
        }
    }
    app.writer().post("/api/v1/events", &event("c", "small")).await.expect(200);
    // What is under way goes on.
    for (number, mut more, sent) in uploads {
        more.send(Bytes::from(event("c", &number.to_string()).to_string())).await.unwrap();
        drop(more);
        sent.await.unwrap().expect(200);
    }
    assert_eq!(app.state.bodies.used(), 0);
    app.writer().post_bytes("/api/v1/events", padded(3 * MEGABYTE / 2)).await.expect(200);
}

/// An event after a lot of white space.
fn padded(bytes: usize) -> Vec<u8> {
    let mut body = vec![b' '; bytes];
    body.extend(event("c", "padded").to_string().into_bytes());
    body
}

#[tokio::test]
async fn what_a_compressed_body_becomes_counts_as_well() {
    let app = with(BodyLimits { memory: 8 * MEGABYTE as u64, ..BodyLimits::default() }).await;
    let compressed = |bytes: usize| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(&padded(bytes)).unwrap();
        encoder.finish().unwrap()
    };
    let sender = app.writer().with("content-encoding", "gzip");
    assert!(compressed(10 * MEGABYTE).len() < MEGABYTE);
    sender.post_bytes("/api/v1/events", compressed(10 * MEGABYTE)).await.expect(503);
    sender.post_bytes("/api/v1/events", compressed(3 * MEGABYTE)).await.expect(200);
    assert_eq!(app.state.bodies.used(), 0);
}

#[tokio::test]
async fn a_body_that_stops_coming_is_408_in_each_api_s_shape() {
    let app = with(BodyLimits { stalled: Duration::from_millis(50), ..BodyLimits::default() }).await;
    let bearer = format!("Bearer {}", app.key.bearer);
    let told = async |path: &str| {
        let (more, body) = held(10);
        let caller = app.stranger().with("authorization", &bearer).with("content-type", "application/json");
        let answer = caller.post_bytes(path, body).await.expect(408);
        drop(more);
        answer
    };
    assert_eq!(told("/api/v1/events").await.json()["error"], "The request took too long");
    assert_eq!(told("/v1/events").await.json()["error"], "The request took too long");
    assert_eq!(told("/audit_logs/events").await.json()["message"], "Request Timeout");
    let (more, body) = held(10);
    let form = app.stranger().with("content-type", "application/x-www-form-urlencoded").with("origin", "http://a.test");
    form.with("host", "a.test").post_bytes("/admin/sign-in", body).await.expect(408);
    drop(more);
}

#[tokio::test]
async fn a_body_that_drips_does_not_live_for_ever() {
    let app = with(BodyLimits { stalled: Duration::from_millis(200), pace: 1_000_000, ..BodyLimits::default() }).await;
    let (mut more, body) = held(1);
    let dripping = tokio::spawn(async move {
        while more.send(Bytes::from_static(b" ")).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    let answer = app.writer().post_bytes("/api/v1/events", body).await.expect(408);
    assert_eq!(answer.json()["statusCode"], json!(408));
    dripping.await.unwrap();
    let events: Vec<Value> = (0..500).map(|number| event("c", &number.to_string())).collect();
    app.writer().post("/api/v1/events", &json!(events)).await.expect(200);
}
