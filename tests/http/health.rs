//! `/health/…` and `/metrics`

use crate::support::{TestApp, event};
use daybook::backend::storage::Storage;
use serde_json::json;

#[tokio::test]
async fn it_is_ready_while_the_database_answers() {
    let app = TestApp::new().await;
    app.stranger().get("/health/live").await.expect(200);
    app.stranger().get("/health/ready").await.expect(200);
    app.storage.close().await;
    app.stranger().get("/health/live").await.expect(200);
    let answer = app.stranger().get("/health/ready").await.expect(500);
    assert_eq!(answer.json()["error"], "Something went wrong on our side");
}

#[tokio::test]
async fn events_and_requests_are_counted_by_route_and_nothing_of_them_is_told() {
    let app = TestApp::new().await;
    let sent =
        app.writer().post("/api/v1/events", &json!([event("acme-client", "u-77"), event("acme-client", "u-77")])).await;
    let id = sent.expect(200).json()["ReceivedEvents"][0]["id"].as_str().unwrap().to_owned();
    app.writer().post("/api/v1/events", &json!([{}, {}, {}])).await.expect(400);
    app.writer().get(&format!("/api/v1/events/{id}")).await.expect(200);
    app.stranger().send("BREW", "/coffee", axum::body::Body::empty()).await.expect(404);
    let answer = app.stranger().get("/metrics").await.expect(200);
    assert!(answer.header("content-type").starts_with("application/openmetrics-text"));
    let page = answer.text();
    for line in [
        "daybook_events_stored_total 1",
        "daybook_events_repeated_total 1",
        "daybook_events_refused_total 3",
        "daybook_batches_total{result=\"stored\"} 1",
        "daybook_request_duration_seconds_count{method=\"POST\",route=\"/api/v1/events\",status=\"400\"} 1",
        "daybook_request_duration_seconds_count{method=\"GET\",route=\"/api/v1/events/{id}\",status=\"200\"} 1",
        "daybook_request_duration_seconds_count{method=\"other\",route=\"none\",status=\"404\"} 1",
    ] {
        assert!(page.lines().any(|found| found == line), "{line} is not in\n{page}");
    }
    for told in ["acme-client", "u-77", &id, "coffee", app.key.id.as_str()] {
        assert!(!page.contains(told), "{told}");
    }
}
