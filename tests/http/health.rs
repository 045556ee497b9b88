//! `/health/…`, and `/metrics` on its own listener

use crate::support::{TestApp, event};
use daybook::backend::storage::Storage;
use serde_json::json;
use std::os::unix::fs::FileExt;
use std::time::Duration;

#[tokio::test]
async fn it_is_ready_while_the_database_answers() {
    let app = TestApp::new().await;
    app.stranger().get("/health/live").await.expect(200);
    app.stranger().get("/health/ready").await.expect(200);
    app.storage.close().await;
    app.stranger().get("/health/live").await.expect(200);
    let answer = app.stranger().get("/health/ready").await.expect(503);
    assert_eq!(answer.json()["error"], "The database does not answer; the server's log says why");
}

#[tokio::test]
async fn it_is_not_ready_while_its_folder_cannot_be_written_to() {
    let app = TestApp::new().await;
    // A folder where the probe would be a file.
    std::fs::create_dir(app.folder().join("write_probe")).unwrap();
    let answer = app.stranger().get("/health/ready").await.expect(503);
    assert_eq!(answer.json()["error"], "The data folder cannot be written to; the server's log says why");
    std::fs::remove_dir(app.folder().join("write_probe")).unwrap();
}

#[tokio::test]
async fn a_damaged_index_is_named_with_what_to_do() {
    let app = TestApp::new().await;
    let events: Vec<_> = (0..3_000).map(|number| event("c", &number.to_string())).collect();
    app.writer().post("/api/v1/events", &json!(events)).await.expect(200);
    app.storage.settle().await.unwrap();
    app.storage.overwrite().await.unwrap();
    app.stranger().get("/health/ready").await.expect(200);
    let file = std::fs::OpenOptions::new().write(true).open(app.folder().join("index.db")).unwrap();
    // All but the first page, which says what is in the file.
    let pages = file.metadata().unwrap().len() / 4_096;
    for page in 1..pages {
        file.write_all_at(&[0xa5; 4_096], page * 4_096).unwrap();
    }
    let told = async {
        loop {
            // Somebody has to stumble over it.
            app.writer().get("/api/v1/events?q=nothing").await;
            let answer = app.stranger().get("/health/ready").await;
            if answer.status == 503 && answer.text().contains("daybook reindex") {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), told).await.unwrap();
    app.stranger().get("/health/live").await.expect(200);
}

#[tokio::test]
async fn what_is_counted_is_not_for_the_world() {
    let app = TestApp::new().await;
    app.writer().get("/metrics").await.expect(404);
    let page = app.metrics().await.text();
    for name in [
        "daybook_index_lag_events",
        "daybook_index_lag_seconds",
        "daybook_write_queue_events",
        "daybook_reader_wait_seconds_count",
        "daybook_commit_duration_seconds_count",
        "daybook_file_bytes{file=\"log_wal\"}",
        "daybook_file_bytes{file=\"index\"}",
        "daybook_disk_free_bytes",
        "daybook_process_resident_memory_bytes",
        "daybook_process_open_fds",
        "daybook_connections",
        "daybook_request_bodies_bytes",
    ] {
        let value = page.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        assert!(value.is_some_and(|value| value.parse::<f64>().is_ok()), "{name} is not in\n{page}");
    }
    let version = format!("daybook_build_info{{version=\"{}\"}} 1", env!("CARGO_PKG_VERSION"));
    assert!(page.contains(&version), "{page}");
    let free = page.lines().find_map(|line| line.strip_prefix("daybook_disk_free_bytes ")).unwrap();
    assert!(free.parse::<u64>().unwrap() > 0);
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
    let answer = app.metrics().await;
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
