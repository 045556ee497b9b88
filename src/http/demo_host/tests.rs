use super::page::strict_policy;
use super::*;
use axum::body::Body;
use axum::http::Request;
use http_body_util::BodyExt;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde_json::Value;
use tower::ServiceExt;

const SECRET: &str = "a-secret-of-the-view-for-signing-tokens";

fn host(access_key: &str) -> DemoHost {
    DemoHost {
        viewer: "http://127.0.0.1:3000".to_owned(),
        view: ViewId::parse("vw_demo").unwrap(),
        access_key: access_key.to_owned(),
        kid: "vs_1".to_owned(),
        signing_secret: SECRET.to_owned(),
    }
}

async fn get_from(host: DemoHost, path: &str) -> (StatusCode, axum::http::HeaderMap, String) {
    let request = Request::get(path).body(Body::empty()).unwrap();
    let (head, body) = router(host).oneshot(request).await.unwrap().into_parts();
    let text = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();
    (head.status, head.headers, text)
}

async fn page_at(path: &str) -> String {
    let (status, headers, text) = get_from(host("key-1"), path).await;
    assert_eq!(status, StatusCode::OK, "{path}");
    assert_eq!(headers[header::CACHE_CONTROL], "no-store");
    assert!(!text.contains("{{"), "{path} has a mark without a value");
    assert!(!text.contains(SECRET), "{path} gives the signing secret away");
    text
}

#[tokio::test]
async fn the_first_page_embeds_as_the_readme_says() {
    let text = page_at("/?client=1234567890").await;
    assert!(text.contains(
        "<div id=\"audit-log\"></div>\n\
         <script src=\"http://127.0.0.1:3000/dropin/dropin.js\"></script>\n\
         <script>auditLog({view: 'vw_demo', accessKey: 'key-1', clientId: '1234567890', target: 'audit-log', \
         host: 'http://127.0.0.1:3000'});</script>"
    ));
    assert!(text.contains("Great Client"));
}

#[tokio::test]
async fn the_source_is_shown_beside_the_embed() {
    let text = page_at("/").await;
    assert!(text.contains("<pre><code>&lt;div id=&quot;audit-log&quot;&gt;&lt;/div&gt;"));
    assert!(text.contains("accessKey: &#x27;key-1&#x27;"));
}

#[tokio::test]
async fn with_a_token_no_access_key_is_in_the_page() {
    for path in ["/?with=token", "/strict?with=token", "/element"] {
        let text = page_at(path).await;
        assert!(text.contains("/audit-token?client=4071200013"), "{path}");
        assert!(!text.contains("key-1"), "{path}");
    }
}

#[tokio::test]
async fn every_way_shows_the_customer_asked_for() {
    for path in ["/", "/strict", "/element"] {
        for with in ["key", "token"] {
            for customer in customers::CUSTOMERS {
                let text = page_at(&format!("{path}?client={}&with={with}&scheme=dark", customer.id)).await;
                assert!(text.contains(&format!("<option value=\"{}\" selected>", customer.id)));
                assert!(text.contains("<html lang=\"en\" data-scheme=\"dark\">"));
            }
        }
    }
}

#[tokio::test]
async fn values_cannot_leave_their_place() {
    let nasty = "'\"></script><script>alert(1)</script>";
    for path in ["/?with=key", "/strict?with=key", "/element?with=key"] {
        let (status, _, text) = get_from(host(nasty), path).await;
        assert_eq!(status, StatusCode::OK);
        assert!(!text.contains("<script>alert") && !text.contains(nasty), "{path}");
    }
}

#[tokio::test]
async fn the_strict_page_has_a_policy_and_no_inline_script() {
    let (_, headers, text) = get_from(host("key-1"), "/strict").await;
    let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    let nonce = policy.split_once("'nonce-").unwrap().1.split_once('\'').unwrap().0;
    assert_eq!(policy, strict_policy("http://127.0.0.1:3000", nonce));
    let scripts: Vec<&str> = text.split("<script").skip(1).collect();
    assert_eq!(scripts.len(), 2);
    for script in scripts {
        let (attributes, inside) = script.split_once('>').unwrap();
        assert!(attributes.contains("src=") && attributes.contains(&format!("nonce=\"{nonce}\"")), "{attributes}");
        assert!(inside.starts_with("</script>"));
    }
    assert!(!text.contains("style=") && !text.contains("<style") && !text.contains(" on"), "something is inline");
    let (_, again, _) = get_from(host("key-1"), "/strict").await;
    assert_ne!(again[header::CONTENT_SECURITY_POLICY], policy, "a nonce is used once");
}

#[tokio::test]
async fn a_token_says_who_may_see_what_for_five_minutes() {
    let (status, headers, token) = get_from(host("key-1"), "/audit-token?client=4071200027").await;
    assert_eq!((status, &headers[header::CACHE_CONTROL]), (StatusCode::OK, &HeaderValue::from_static("no-store")));
    assert_eq!(decode_header(&token).unwrap().kid.as_deref(), Some("vs_1"));
    let claims = claims(&token);
    let said = |name: &str| claims[name].as_str().unwrap_or_default().to_owned();
    assert_eq!((said("view"), said("client")), ("vw_demo".to_owned(), "4071200027".to_owned()));
    assert_eq!((said("sub"), said("name")), ("usr_31077".to_owned(), "Elin Sjöberg".to_owned()));
    assert_eq!(claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap(), 300);
    assert!(claims.get("origin").is_none());

    let (_, _, second) = get_from(host("key-1"), "/audit-token?client=4071200027").await;
    assert_ne!(self::claims(&second)["jti"], claims["jti"]);
}

fn claims(token: &str) -> Value {
    let mut validation = Validation::new(Algorithm::HS256);
    validation.set_audience(&["audit-viewer"]);
    decode::<Value>(token, &DecodingKey::from_secret(SECRET.as_bytes()), &validation).unwrap().claims
}

#[tokio::test]
async fn nobody_gets_a_token_or_a_page_for_a_stranger() {
    for path in ["/audit-token?client=666", "/audit-token?client=", "/?client=666", "/strict?client=%3Cscript%3E"] {
        let (status, _, text) = get_from(host("key-1"), path).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{path}");
        assert!(!text.contains("script"));
    }
    assert_eq!(get_from(host("key-1"), "/audit-token").await.0, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn the_page_s_own_files_are_there() {
    for (path, media) in [
        ("/demo.css", "text/css; charset=utf-8"),
        ("/demo.js", "text/javascript; charset=utf-8"),
        ("/demo.svg", "image/svg+xml"),
    ] {
        let (status, headers, text) = get_from(host("key-1"), path).await;
        assert_eq!((status, headers[header::CONTENT_TYPE].to_str().unwrap()), (StatusCode::OK, media));
        assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        assert!(!text.is_empty());
    }
}
