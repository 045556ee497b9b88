//! However much is asked for or sent, what is read and answered has bounds.

use super::{PUBLISHER, asking, client, event};
use crate::support::TestApp;
use serde_json::{Value, json};

#[tokio::test]
async fn a_bulk_of_too_many_events_or_of_faults_alone_has_a_small_answer() {
    let app = TestApp::new().await;
    let path = format!("{PUBLISHER}/event/bulk");
    let wrong = json!({"events": vec![json!({"source_ip": "nowhere", "is_failure": 1}); 5_000]});
    let answer = client(&app).post(&path, &wrong).await.expect(400);
    assert!(answer.body.len() < 32 * 1024, "{}", answer.body.len());
    let many = json!({"events": vec![event("g", "a", "c"); 5_001]});
    client(&app).post(&path, &many).await.expect(413);
    let large = json!({"events": [{"action": "x".repeat(256 * 1024)}]});
    let answer = client(&app).post(&path, &large).await.expect(400).json();
    assert!(answer["error"].as_str().unwrap().contains("must have at most 262144 bytes"), "{answer}");
}

#[tokio::test]
async fn a_page_of_very_large_events_is_refused_by_name_and_a_smaller_one_is_not() {
    let app = TestApp::new().await;
    let mut large = event("g", "a.b", "c");
    large["description"] = json!("x".repeat(4_000));
    large["metadata"] =
        (0..20).map(|at| (format!("k{at}"), json!("y".repeat(9_000)))).collect::<serde_json::Map<_, _>>().into();
    for _ in 0..5 {
        let bulk = json!({"events": vec![large.clone(); 20]});
        client(&app).post(&format!("{PUBLISHER}/event/bulk"), &bulk).await.expect(201);
    }
    let path = format!("{PUBLISHER}/graphql");
    let answer = client(&app).post(&path, &asking("", 500, "")).await.expect(400).json();
    assert!(answer["errors"][0]["message"].as_str().unwrap().contains("ask for fewer with last"), "{answer}");
    let answer = client(&app).post(&path, &asking("", 20, "")).await.expect(200).json();
    assert_eq!(answer["data"]["search"]["edges"].as_array().map(Vec::len), Some(20));
    assert_eq!(answer["data"]["search"]["totalCount"], Value::from(100));
}
