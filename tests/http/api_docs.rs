//! `/api/openapi.json`, `/api` and `/`

use crate::support::{Differing, TestApp};
use serde_json::{Value, json};

/// Every call that programs make.
const CALLS: [(&str, &str); 10] = [
    ("/api/v1/events", "post"),
    ("/api/v1/events", "get"),
    ("/api/v1/events/export", "get"),
    ("/api/v1/events/{id}", "get"),
    ("/api/v1/actors/{uuid}", "get"),
    ("/api/v1/actors/{uuid}", "post"),
    ("/api/v1/actors/{uuid}/forget", "post"),
    ("/api/v1/views/configuration/{view}", "get"),
    ("/api/v1/views/{view}/{client}", "get"),
    ("/api/v1/limits", "get"),
];

async fn document(app: &TestApp) -> Value {
    let answer = app.stranger().get("/api/openapi.json").await.expect(200);
    assert_eq!(answer.header("content-type"), "application/json");
    answer.json()
}

#[tokio::test]
async fn the_document_describes_every_call_and_no_other() {
    let app = TestApp::new().await;
    let document = document(&app).await;
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let described: Vec<(&str, &str)> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, calls)| calls.as_object().unwrap().keys().map(|method| (path.as_str(), method.as_str())))
        .collect();
    assert_eq!(described.len(), CALLS.len());
    for (path, method) in CALLS {
        assert!(described.contains(&(path, method)), "{method} {path}");
        let call = &document["paths"][path][method];
        assert!(call["responses"]["200"]["content"]["application/json"].is_object(), "{method} {path}");
        let answer =
            app.stranger().send(&method.to_uppercase(), &path.replace("{id}", "x"), axum::body::Body::empty()).await;
        assert!(answer.status != 404 && answer.status != 405, "{method} {path}");
    }
}

#[tokio::test]
async fn every_reference_in_the_document_leads_somewhere() {
    fn references<'v>(value: &'v Value, found: &mut Vec<&'v str>) {
        match value {
            Value::Object(object) => {
                found.extend(object.get("$ref").and_then(Value::as_str));
                object.values().for_each(|value| references(value, found));
            }
            Value::Array(list) => list.iter().for_each(|value| references(value, found)),
            _ => {}
        }
    }
    let app = TestApp::new().await;
    let document = document(&app).await;
    let mut found = Vec::new();
    references(&document, &mut found);
    assert!(found.len() > 20);
    for reference in found {
        assert!(document.pointer(reference.strip_prefix('#').unwrap()).is_some(), "{reference}");
    }
}

#[tokio::test]
async fn every_failure_and_every_way_to_sign_are_documented() {
    let app = TestApp::new().await;
    let document = document(&app).await;
    for (path, method, statuses) in [
        ("/api/v1/events", "post", "400 401 402 403 408 413 415 422 429 500 503"),
        ("/api/v1/events/export", "get", "400 401 403 429 500 503"),
        ("/api/v1/events/{id}", "get", "400 401 403 404 429 500 503"),
    ] {
        let call = &document["paths"][path][method];
        for status in statuses.split(' ') {
            let schema = &call["responses"][status]["content"]["application/problem+json"]["schema"]["$ref"];
            assert_eq!(schema, "#/components/schemas/Error", "{path} {status}");
        }
        assert_eq!(call["security"], json!([{"key": []}, {"bearer": []}]));
    }
    assert_eq!(document["components"]["securitySchemes"]["key"]["name"], "x-api-key");
    assert_eq!(document["components"]["securitySchemes"]["view"]["name"], "x-view-key");
    assert_eq!(document["paths"]["/api/v1/views/{view}/{client}"]["get"]["security"], json!([{"view": []}]));
}

#[tokio::test]
async fn the_document_s_example_is_accepted() {
    let app = TestApp::new().await;
    let document = document(&app).await;
    let example = &document["paths"]["/api/v1/events"]["post"]["requestBody"]["content"]["application/json"]["example"];
    app.writer().post("/api/v1/events", example).await.expect(200);
}

/// The schema is written by hand beside the reader: this holds the two together.
#[tokio::test]
async fn every_documented_field_of_an_event_is_read() {
    let app = TestApp::new().await;
    let document = document(&app).await;
    let fields = document["components"]["schemas"]["NewEvent"]["properties"].as_object().unwrap();
    for field in fields.keys() {
        let answer = app.writer().post("/api/v1/events", &json!([{field: [[]]}])).await.expect(400).json();
        let named = answer["details"].as_object().unwrap().keys().any(|path| path.starts_with(&format!("[0].{field}")));
        assert!(named, "{field}: {answer}");
    }
}

#[tokio::test]
async fn the_page_says_the_same_without_scripts() {
    let differing = Differing { public_url: Some("https://audit.test".to_owned()), ..Differing::default() };
    let app = TestApp::differing(differing).await;
    let answer = app.stranger().get("/api").await.expect(200);
    assert!(answer.header("content-type").starts_with("text/html"));
    assert!(answer.header("content-security-policy").starts_with("default-src 'none'; style-src 'sha256-"));
    let page = answer.text();
    for (path, method) in CALLS {
        assert!(page.contains(&format!("{}</b> <code>{path}</code>", method.to_uppercase())), "{method} {path}");
    }
    assert!(page.contains("curl https://audit.test/api/v1/events"));
    assert!(!page.contains("<script"));
    assert_eq!(document(&app).await["servers"], json!([{"url": "https://audit.test"}]));
    app.stranger().get("/").await.expect(200);
}
