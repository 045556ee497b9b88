//! What is the same for every route: failures, limits, headers.

use crate::support::{Differing, TestApp, event};
use axum::body::Body;
use daybook::backend::rate::{Rate, RateLimits};
use serde_json::json;

#[tokio::test]
async fn an_unknown_path_and_a_wrong_method_answer_in_the_same_shape() {
    let app = TestApp::new().await;
    let answer = app.stranger().get("/api/v1/nothing").await.expect(404);
    let id = answer.header("x-request-id").to_owned();
    assert_eq!(
        answer.json(),
        json!({"type": "urn:daybook:problem:no-such-path", "title": "There is nothing at this path", "status": 404,
            "detail": "There is nothing at this path", "instance": format!("urn:daybook:request:{id}"),
            "statusCode": 404, "message": "Not Found", "error": "There is nothing at this path", "requestId": id})
    );
    assert_eq!(answer.header("content-type"), "application/problem+json");
    let answer = app.stranger().send("DELETE", "/api/v1/events", Body::empty()).await.expect(405);
    assert_eq!(answer.json()["message"], "Method Not Allowed");
    let allowed = answer.header("allow");
    assert!(allowed.contains("GET") && allowed.contains("POST"), "{allowed}");
}

#[tokio::test]
async fn a_body_of_another_kind_is_415() {
    let app = TestApp::new().await;
    for media in
        ["text/plain", "application/x-www-form-urlencoded", "application/xml", "multipart/form-data; boundary=x"]
    {
        let sender = app.writer().with("content-type", media);
        let answer = sender.post_bytes("/api/v1/events", event("c", "1").to_string()).await.expect(415).json();
        assert_eq!(
            answer["error"], "Send the header content-type: application/json or application/x-ndjson",
            "{media}"
        );
    }
    let sender = app.writer().with("content-encoding", "zstd");
    let answer = sender.post_bytes("/api/v1/events", event("c", "1").to_string()).await.expect(415).json();
    assert_eq!(answer["error"], "Send the body plain or compressed with gzip");
}

#[tokio::test]
async fn a_used_up_quota_is_402_and_stores_nothing() {
    let app = TestApp::differing(Differing { monthly_quota: Some(2), ..Differing::default() }).await;
    app.writer().post("/api/v1/events", &event("c", "1")).await.expect(200);
    let answer =
        app.writer().post("/api/v1/events", &json!([event("c", "2"), event("c", "3")])).await.expect(402).json();
    assert_eq!(answer["message"], "Payment Required");
    assert_eq!(answer["error"], "The monthly limit of 2 events is used up");
    let page = app.writer().get("/api/v1/events").await.expect(200).json();
    assert_eq!(page["entries"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_key_over_its_rate_is_429_and_a_stranger_cannot_use_it_up() {
    let rates = RateLimits::new(Rate { per_second: 1, burst: 2 }, Rate::NONE);
    let app = TestApp::differing(Differing { rates: Some(rates), ..Differing::default() }).await;
    for _ in 0..5 {
        app.stranger().with("x-api-key", &format!("{}:wrong", app.key.id)).get("/api/v1/events").await.expect(403);
    }
    app.writer().get("/api/v1/events").await.expect(200);
    app.writer().get("/api/v1/events").await.expect(200);
    let answer = app.writer().get("/api/v1/events").await.expect(429);
    assert_eq!(answer.header("retry-after"), "1");
    assert_eq!(answer.json()["message"], "Too Many Requests");
    let metrics = app.metrics().await.text();
    assert!(metrics.contains("daybook_rate_limited_total{by=\"key\"} 1"), "{metrics}");
}

#[tokio::test]
async fn an_address_is_the_proxy_s_word_only_where_the_proxy_is_trusted() {
    let rates = || Some(RateLimits::new(Rate::NONE, Rate { per_second: 1, burst: 1 }));
    let app = TestApp::differing(Differing { rates: rates(), trust_proxy: true, ..Differing::default() }).await;
    let from = |chain: &str| app.stranger().with("x-forwarded-for", chain);
    from("192.0.2.1").get("/api/v1/events").await.expect(401);
    from("192.0.2.1").get("/api/v1/events").await.expect(429);
    from("192.0.2.2").get("/api/v1/events").await.expect(401);
    // A caller's own claim stands before what the proxy adds.
    from("198.51.100.7, 192.0.2.2").get("/api/v1/events").await.expect(429);
    let app = TestApp::differing(Differing { rates: rates(), ..Differing::default() }).await;
    for _ in 0..3 {
        app.stranger().with("x-forwarded-for", "192.0.2.1").get("/api/v1/events").await.expect(401);
    }
}

#[tokio::test]
async fn a_sane_request_id_is_taken_and_any_other_replaced() {
    let app = TestApp::new().await;
    let answer = app.stranger().with("x-request-id", "abc-1.2_3").get("/nothing").await;
    assert_eq!(answer.header("x-request-id"), "abc-1.2_3");
    assert_eq!(answer.json()["requestId"], "abc-1.2_3");
    for id in ["<script>", "a b", "", &"x".repeat(65)] {
        let answer = app.stranger().with("x-request-id", id).get("/nothing").await;
        assert!(answer.header("x-request-id").starts_with("rq_"), "{id}");
        assert_eq!(answer.json()["requestId"], answer.header("x-request-id"));
    }
}

#[tokio::test]
async fn every_answer_is_guarded_and_the_api_s_are_not_cached() {
    let app = TestApp::new().await;
    for path in ["/api/v1/events", "/nothing", "/health/live", "/api", "/api/openapi.json"] {
        let answer = app.writer().get(path).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
        assert!(answer.header("content-security-policy").contains("frame-ancestors 'none'"), "{path}");
        assert_eq!(answer.header("access-control-allow-origin"), "", "{path}");
    }
    assert_eq!(app.writer().get("/api/v1/events").await.header("cache-control"), "no-store");
    assert_eq!(app.stranger().get("/api/v1/events").await.header("cache-control"), "no-store");
}

#[tokio::test]
async fn answers_are_compressed_for_those_who_can_read_it() {
    let app = TestApp::new().await;
    for coding in ["br", "gzip"] {
        let answer = app.stranger().with("accept-encoding", coding).get("/api/openapi.json").await.expect(200);
        assert_eq!(answer.header("content-encoding"), coding);
        assert!(answer.body.len() < 9_000, "{}", answer.body.len());
    }
    assert_eq!(app.stranger().get("/api/openapi.json").await.header("content-encoding"), "");
}

#[tokio::test]
async fn the_limits_are_published() {
    let app = TestApp::new().await;
    let limits = app.stranger().get("/api/v1/limits").await.expect(200).json();
    assert_eq!(limits["eventsPerRequest"], 5_000);
    assert_eq!(limits["bodyBytes"], 16 * 1024 * 1024);
    assert_eq!(limits["fields"]["action"], 255);
}
