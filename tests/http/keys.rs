//! API keys at the door.

use crate::support::{TestApp, event};
use axum::body::Body;
use daybook::backend::auth::Steward;
use daybook::backend::keys::{self, NewKey};
use daybook::backend::storage::{Storage, TrailLine};
use daybook::domain::problem::Problem;
use daybook::domain::time::Timestamp;

const CALLS: [(&str, &str); 3] = [
    ("POST", "/api/v1/events"),
    ("GET", "/api/v1/events"),
    ("GET", "/api/v1/events/00000000-0000-7000-8000-000000000000"),
];

#[tokio::test]
async fn no_key_is_401_and_a_wrong_one_403_for_every_call() {
    let app = TestApp::new().await;
    let wrong = format!("{}:{}", app.key.id, "A".repeat(43));
    let unknown = format!("ck_unknown:{}", app.key.secret);
    for (method, path) in CALLS {
        let answer = app.stranger().send(method, path, Body::empty()).await.expect(401);
        assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"daybook\"");
        assert_eq!(answer.json()["error"], "No credential was given");
        let mut answers = Vec::new();
        for key in [&wrong, &unknown, "nonsense"] {
            let answer = app.stranger().with("x-api-key", key).send(method, path, Body::empty()).await.expect(403);
            answers.push(answer.json()["error"].clone());
        }
        assert!(answers.iter().all(|error| error == "This API key is not valid"), "{answers:?}");
    }
}

#[tokio::test]
async fn a_key_comes_in_any_of_three_forms() {
    let app = TestApp::new().await;
    let (id, secret) = (&app.key.id, &app.key.secret);
    for (name, value) in [
        ("x-api-key", format!("{id}:{secret}")),
        ("authorization", format!("Bearer {id}.{secret}")),
        ("authorization", format!("Bearer {id}:{secret}")),
    ] {
        app.stranger().with(name, &value).get("/api/v1/events").await.expect(200);
    }
}

#[tokio::test]
async fn a_revoked_key_is_refused() {
    let app = TestApp::new().await;
    app.writer().post("/api/v1/events", &event("c", "1")).await.expect(200);
    keys::revoke(&app.backend, &app.steward(), &app.key.id).await.unwrap();
    app.writer().get("/api/v1/events").await.expect(403);
}

#[tokio::test]
async fn a_key_that_another_process_revoked_is_refused_within_a_second() {
    let app = TestApp::new().await;
    app.writer().get("/api/v1/events").await.expect(200);
    let line = TrailLine {
        project: app.project,
        uuid: "elsewhere".to_owned(),
        at: Timestamp::from_millis(0),
        document: "{}".to_owned(),
    };
    app.storage.revoke_key(app.project, &app.key.id, Timestamp::from_millis(0), &line).await.unwrap();
    app.later(1_000);
    app.writer().get("/api/v1/events").await.expect(403);
}

#[tokio::test]
async fn keys_are_listed_without_their_secrets_and_revoked_by_their_own_project() {
    let app = TestApp::new().await;
    let another = app.storage.create_project("another").await.unwrap().id;
    let listed = keys::list(&app.backend, app.project).await.unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].name, "a test's");
    assert!(!serde_json::to_string(&listed).unwrap().contains(&app.key.secret));
    assert_eq!(keys::revoke(&app.backend, &Steward::of_the_machine(another), &app.key.id).await, Err(Problem::NotFound));
    app.writer().get("/api/v1/events").await.expect(200);
    for name in ["", " ", "a\nb", &"x".repeat(81)] {
        assert!(keys::create(&app.backend, &app.steward(), NewKey::named(name)).await.is_err(), "{name}");
    }
}

#[tokio::test]
async fn no_answer_holds_a_secret() {
    let app = TestApp::new().await;
    app.writer().post("/api/v1/events", &event("c", "1")).await.expect(200);
    let wrong = format!("{}:{}wrong", app.key.id, app.key.secret);
    let query = format!("/api/v1/events?key={}", app.key.secret);
    for answer in [
        app.writer().get("/api/v1/events").await,
        app.writer().get("/api/v1/events?limit=x").await,
        app.writer().get(&query).await,
        app.writer().post_bytes("/api/v1/events", app.key.secret.clone()).await,
        app.stranger().with("x-api-key", &wrong).get("/api/v1/events").await,
        app.stranger().get("/metrics").await,
        app.stranger().get("/health/ready").await,
    ] {
        assert!(!answer.text().contains(&app.key.secret), "{}", answer.text());
        assert!(
            !answer.headers.iter().any(|(_, value)| value.to_str().is_ok_and(|text| text.contains(&app.key.secret)))
        );
    }
}
