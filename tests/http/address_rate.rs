//! The rate of an address, at every route.

use crate::support::{Answer, Caller, Differing, TestApp};
use axum::body::Body;
use daybook::backend::rate::{Rate, RateLimits};

/// A server where an address may ask once a second.
async fn strict() -> TestApp {
    let rates = RateLimits::new(Rate::NONE, Rate { per_second: 1, burst: 1 });
    TestApp::differing(Differing { rates: Some(rates), trust_proxy: true, ..Differing::default() }).await
}

/// What the same address is told when it asks again and again.
async fn in_the_end(caller: &Caller, method: &str, path: &str) -> Answer {
    let mut last = None;
    // More often than once, since a second may pass between two.
    for _ in 0..10 {
        let answer = caller.send(method, path, Body::empty()).await;
        if answer.status == 429 {
            return answer;
        }
        last = Some(answer);
    }
    last.unwrap()
}

/// A path of a route such as `/keys/{id}`.
fn example(route: &str) -> String {
    let parts = route.split('/').map(|part| if part.starts_with('{') { "x" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn every_route_but_the_health_checks_refuses_an_address_that_asks_too_often() {
    let app = strict().await;
    let routes = app.routes();
    for known in ["/api/v1/events", "/embed/{view}/session", "/rpc/{*function}", "/admin/sign-in", "/assets/{file}"] {
        assert!(routes.iter().any(|route| route == known), "{known} is not in {routes:?}");
    }
    let open = ["/health/live", "/health/ready"];
    for (number, route) in routes.iter().map(String::as_str).chain(["/no/such/path"]).enumerate() {
        for method in ["GET", "POST", "PUT", "OPTIONS"] {
            let caller = app.stranger().with("x-forwarded-for", &format!("192.0.{number}.{}", method.len()));
            let answer = in_the_end(&caller, method, &example(route)).await;
            if open.contains(&route) {
                assert_ne!(answer.status, 429, "{method} {route}");
                continue;
            }
            assert_eq!(answer.status, 429, "{method} {route}");
            assert!(answer.header("retry-after").parse::<u32>().is_ok_and(|wait| wait >= 1), "{method} {route}");
        }
    }
    assert!(app.metrics().await.text().contains("daybook_rate_limited_total{by=\"address\"}"));
}

#[tokio::test]
async fn every_api_and_page_says_it_in_its_own_shape() {
    let app = strict().await;
    let told = async |number: u8, method: &str, path: &str| {
        let caller = app.stranger().with("x-forwarded-for", &format!("198.51.100.{number}"));
        in_the_end(&caller, method, path).await.expect(429)
    };
    assert_eq!(told(1, "GET", "/api/v1/events").await.json()["statusCode"], 429);
    let workos = told(2, "POST", "/audit_logs/events").await.json();
    assert_eq!(workos["code"], "rate_limit_exceeded");
    assert!(workos.get("error").is_none());
    assert_eq!(told(3, "POST", "/auditlog/viewer/v1/viewersession").await.json()["type"], "TOO_MANY_REQUESTS");
    assert_eq!(told(4, "POST", "/v1/logs").await.json()["status"], 429);
    assert_eq!(told(5, "GET", "/v1/events").await.json()["error"], "Too many requests");
    assert_eq!(told(6, "POST", "/rpc/x").await.json()["Problem"]["kind"], "too_many");
    let pages = [
        (7, "/admin/sign-in", "Too many requests"),
        (8, "/embed/x", "One moment"),
        (9, "/portal/x", "Too many requests"),
    ];
    for (number, path, title) in pages {
        let answer = told(number, "GET", path).await;
        assert!(answer.header("content-type").starts_with("text/html"), "{path}");
        assert!(answer.text().contains(title), "{path}: {}", answer.text());
    }
    assert_eq!(told(10, "POST", "/embed/x/session").await.json()["statusCode"], 429);
}
