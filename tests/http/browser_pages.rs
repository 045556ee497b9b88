//! What a browser shows where something is wrong: pages with a way on. Programs get JSON, whatever is wrong.

use crate::support::{Answer, Caller, TestApp};
use axum::body::Body;
use daybook::backend::rate::{Rate, RateLimits};

const ACCEPTED: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

fn browser(app: &TestApp) -> Caller {
    app.stranger().with("accept", ACCEPTED)
}

/// The whole of a page: a heading, a way on, a style, and nothing that a program reads.
#[track_caller]
fn assert_page(answer: &Answer, heading: &str, way: &str) {
    let text = answer.text();
    assert!(answer.header("content-type").starts_with("text/html"), "{}: {text}", answer.header("content-type"));
    assert!(text.contains(&format!("<h1>{heading}</h1>")), "{text}");
    assert!(text.contains(&format!("href=\"{way}\"")), "{text}");
    assert!(text.contains("rel=\"stylesheet\"") && !text.contains("statusCode"), "{text}");
    assert!(answer.header("content-security-policy").contains("frame-ancestors 'none'"));
    assert!(!answer.header("x-request-id").is_empty());
}

#[tokio::test]
async fn an_unknown_address_is_a_page_with_a_way_on() {
    let app = TestApp::new().await;
    for path in ["/nope", "/nope/deeper?x=1", "/embed.js/nope"] {
        assert_page(&browser(&app).get(path).await.expect(404), "Page not found", "/admin");
    }
    for path in ["/admin/nope", "/admin/projects/default/nope"] {
        assert_page(&browser(&app).get(path).await.expect(404), "Page not found", "/admin");
    }
    for path in ["/nope", "/admin/nope"] {
        let answer = app.stranger().get(path).await.expect(404);
        assert_eq!(answer.json()["statusCode"], 404, "{path}");
        let program = browser(&app).with("authorization", "Bearer x.y").get(path).await.expect(404);
        assert_eq!(program.json()["statusCode"], 404, "{path}");
    }
    let api = browser(&app).get("/api/v1/nope").await.expect(404);
    assert_eq!(api.json()["error"], "There is nothing at this path");
}

#[tokio::test]
async fn the_first_page_says_where_to_go() {
    let app = TestApp::new().await;
    let page = browser(&app).get("/").await.expect(200);
    assert!(page.header("content-type").starts_with("text/html"));
    for way in ["href=\"/admin\"", "href=\"/api\"", "Embed script"] {
        assert!(page.text().contains(way), "{way}");
    }
    let program = app.stranger().get("/").await.expect(200).json();
    assert_eq!((&program["openapi"], &program["name"]), (&"/api/openapi.json".into(), &"Daybook".into()));
}

#[tokio::test]
async fn what_a_browser_should_not_send_is_a_page_too() {
    let app = TestApp::new().await;
    let wrong = browser(&app).get("/admin/sign-out").await.expect(405);
    assert_page(&wrong, "Nothing to show here", "/admin");
    assert!(wrong.header("allow").contains("POST"));
    let form = || {
        browser(&app).with("content-type", "application/x-www-form-urlencoded").with("sec-fetch-site", "same-origin")
    };
    let large = form().send("POST", "/admin/sign-in", Body::from(format!("email={}", "a".repeat(20_000)))).await;
    assert_page(&large.expect(413), "Too large", "/admin");
    let unread = form().send("POST", "/admin/sign-in", Body::from("email=a")).await;
    assert_page(&unread.expect(422), "That didn’t work", "/admin");
    let head = browser(&app).send("HEAD", "/nope", Body::empty()).await.expect(404);
    assert!(head.body.is_empty());
}

#[tokio::test]
async fn an_address_over_its_rate_is_told_so_on_a_page() {
    let rates = RateLimits::new(Rate::NONE, Rate { per_second: 1, burst: 1 });
    let app =
        TestApp::differing(crate::support::Differing { rates: Some(rates), trust_proxy: true, ..Default::default() })
            .await;
    let guess = || {
        let form = browser(&app).with("content-type", "application/x-www-form-urlencoded");
        let form = form.with("x-forwarded-for", "192.0.2.1");
        async move {
            form.with("sec-fetch-site", "same-origin")
                .send("POST", "/admin/sign-in", Body::from("email=a%40b.test&password=wrong"))
                .await
        }
    };
    let mut last = guess().await;
    for _ in 0..5 {
        if last.status == 429 {
            break;
        }
        last = guess().await;
    }
    let last = last.expect(429);
    assert!(last.header("content-type").starts_with("text/html") && !last.header("retry-after").is_empty());
}
