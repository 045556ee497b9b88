//! What a caller of another vendor's API is told who asks too often: by every route, in that API's words.

use crate::support::{Differing, TestApp};
use axum::body::Body;
use daybook::backend::rate::{Rate, RateLimits};

/// Where the APIs of others begin, and what their failures have that our own have not.
const APIS: [(&str, &str); 5] = [
    ("/audit_logs/", "code"),
    ("/organizations/", "code"),
    ("/auditlog/", "type"),
    ("/v1/logs", "status"),
    ("/v1/", "error"),
];

#[tokio::test]
async fn every_route_of_another_vendor_s_api_refuses_in_that_api_s_words() {
    let rates = RateLimits::new(Rate::NONE, Rate { per_second: 1, burst: 1 });
    let differing = Differing { rates: Some(rates), trust_proxy: true, ..Differing::default() };
    let app = TestApp::differing(differing).await;
    let mut refused = 0;
    for (number, route) in app.routes().into_iter().enumerate() {
        let Some((_, field)) = APIS.into_iter().find(|(base, _)| route.starts_with(base)) else { continue };
        let caller = app.stranger().with("x-forwarded-for", &format!("192.0.2.{number}"));
        let mut answer = caller.send("POST", &route.replace(['{', '}', '*'], ""), Body::empty()).await;
        // More often than once, since a second may pass between two.
        while answer.status != 429 {
            answer = caller.send("POST", &route.replace(['{', '}', '*'], ""), Body::empty()).await;
        }
        refused += 1;
        let body = answer.json();
        assert!(body.get(field).is_some() && body.get("statusCode").is_none(), "{route}: {body}");
        assert!(answer.header("retry-after").parse::<u32>().is_ok(), "{route}");
    }
    assert!(refused > 20, "{refused}");
    assert!(app.metrics().await.text().contains("daybook_rate_limited_total{by=\"address\"}"));
}
