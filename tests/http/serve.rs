//! The server itself, over a socket.

use crate::support::{TestApp, event};
use daybook::http::{AppState, serve};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_serves_until_it_is_told_to_stop() {
    let app = TestApp::new().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let state = AppState::new(app.backend.clone());
    let server = tokio::spawn(serve(listener, state, async { stopped.await.unwrap() }));
    let http = reqwest::Client::new();
    let url = format!("http://{address}/api/v1/events");
    let events: Vec<Value> = (0..3_000).map(|number| event("c", &number.to_string())).collect();
    let sent = http.post(&url).header("x-api-key", format!("{}:{}", app.key.id, app.key.secret)).json(&events).send();
    let answer: Value = sent.await.unwrap().json().await.unwrap();
    assert_eq!(answer["ReceivedEvents"].as_array().map(Vec::len), Some(3_000));
    let refused = http.post(&url).json(&json!([])).send().await.unwrap();
    assert_eq!(refused.status(), 401);
    stop.send(()).unwrap();
    tokio::time::timeout(Duration::from_secs(5), server).await.unwrap().unwrap().unwrap();
    assert!(http.get(&url).send().await.is_err());
}
