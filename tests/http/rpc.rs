//! `/rpc/…`: what pages that stay open ask.

use crate::support::{TestApp, event};
use daybook::backend::auth::{Embedder, Look, open_view};
use daybook::backend::views;
use daybook::domain::access::ClientId;
use serde_json::{Value, json};

/// A server with a view, and a session of the client `acme` in it.
async fn opened() -> (TestApp, String, String) {
    let app = TestApp::new().await;
    let id = views::create_default(&app.backend, &app.steward()).await.unwrap();
    let view = views::show(&app.backend, &id).await.unwrap();
    let embedder = Embedder {
        view: id.clone(),
        client_id: Some(ClientId::parse("acme").unwrap()),
        access_key: Some(view.access_key),
        token: None,
        look: Look::default(),
    };
    let session = open_view(&app.backend, embedder).await.unwrap().session.token;
    (app, id.to_string(), session)
}

async fn newer(app: &TestApp, view: &str, session: &str, query: &str, top: Value) -> Value {
    let question = json!({"view": view, "session": session, "query": query, "top": top});
    app.stranger().post("/rpc/events/newer", &question).await.expect(200).json()
}

#[tokio::test]
async fn every_server_function_refuses_a_stranger() {
    let app = TestApp::new().await;
    let paths: Vec<&str> = leptos::server_fn::axum::server_fn_paths().map(|(path, _)| path).collect();
    assert_eq!(paths, ["/rpc/events/newer"], "a new one needs a question of a stranger's here");
    let question = json!({"view": "vw_any", "session": "", "query": "", "top": null});
    let answer = app.stranger().post(paths[0], &question).await.expect(401);
    assert!(answer.text().contains("sign_in_required"), "{}", answer.text());
    let forged = json!({"view": "vw_any", "session": "eyJhbGciOiJIUzI1NiJ9.e30.x", "query": "", "top": null});
    app.stranger().post(paths[0], &forged).await.expect(403);
}

#[tokio::test]
async fn an_open_page_learns_how_much_has_come_above_its_first_row() {
    let (app, view, session) = opened().await;
    assert_eq!(newer(&app, &view, &session, "", Value::Null).await, 0);
    app.writer().post("/api/v1/events", &json!([event("acme", "1")])).await.expect(200);
    assert_eq!(newer(&app, &view, &session, "", Value::Null).await, 1);
    let listed = app.writer().get("/api/v1/events?clientID=acme").await.expect(200).json();
    let id = listed["entries"][0]["id"].as_str().unwrap().to_owned();
    let time = daybook::domain::time::Timestamp::parse(listed["entries"][0]["time"].as_str().unwrap()).unwrap();
    let top = json!(format!("{}.{id}", time.millis()));
    assert_eq!(newer(&app, &view, &session, "", top.clone()).await, 0);
    app.later(1_000);
    app.writer().post("/api/v1/events", &json!([event("acme", "2"), event("globex", "3")])).await.expect(200);
    assert_eq!(newer(&app, &view, &session, "", top.clone()).await, 1, "another client's event is no news");
    assert_eq!(newer(&app, &view, &session, "action=none.such", top).await, 0);
}

#[tokio::test]
async fn a_session_opens_no_other_view() {
    let (app, _, session) = opened().await;
    let other = views::create_default(&app.backend, &app.steward()).await.unwrap().to_string();
    let question = json!({"view": other, "session": session, "query": "", "top": null});
    app.stranger().post("/rpc/events/newer", &question).await.expect(403);
}
