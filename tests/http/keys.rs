//! API keys at the door.

use crate::support::{START, TestApp, event};
use axum::body::Body;
use daybook::backend::auth::Steward;
use daybook::backend::keys::{self, NewKey};
use daybook::backend::storage::{Storage, TrailLine};
use daybook::domain::access::ClientId;
use daybook::domain::key::{KeyScopes, Overlap};
use daybook::domain::problem::Problem;
use daybook::domain::time::Timestamp;
use serde_json::json;

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
    let line = TrailLine { uuid: "elsewhere".to_owned(), at: Timestamp::from_millis(0), document: "{}".to_owned() };
    app.storage.revoke_key(app.project, &app.key.id, Timestamp::from_millis(0), &line).await.unwrap();
    app.later(1_000);
    app.writer().get("/api/v1/events").await.expect(403);
}

#[tokio::test]
async fn keys_are_listed_without_their_secrets_and_revoked_by_their_own_project() {
    let app = TestApp::new().await;
    let another = app.another_project().await;
    let listed = keys::list(&app.backend, app.project).await.unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].name, "a test's");
    assert!(!serde_json::to_string(&listed).unwrap().contains(&app.key.secret));
    assert_eq!(
        keys::revoke(&app.backend, &Steward::of_the_machine(another), &app.key.id).await,
        Err(Problem::NotFound)
    );
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
        app.metrics().await,
        app.stranger().get("/health/ready").await,
    ] {
        assert!(!answer.text().contains(&app.key.secret), "{}", answer.text());
        assert!(
            !answer.headers.iter().any(|(_, value)| value.to_str().is_ok_and(|text| text.contains(&app.key.secret)))
        );
    }
}

/// A key that may do this, for one client or for all.
fn key(scopes: &str, client: Option<&str>) -> NewKey {
    let client = client.map(|client| ClientId::parse(client).unwrap());
    NewKey { scopes: KeyScopes::parse(scopes).unwrap(), client, ..NewKey::named("one of few rights") }
}

#[tokio::test]
async fn a_key_does_what_its_scopes_say_and_is_told_which_one_is_missing() {
    let app = TestApp::new().await;
    app.writer().post("/api/v1/events", &event("acme", "1")).await.expect(200);
    let id = app.writer().get("/api/v1/events").await.json()["entries"][0]["id"].as_str().unwrap().to_owned();
    let one = format!("/api/v1/events/{id}");
    for (scopes, allowed) in [
        ("ingest", [true, false, false, false]),
        ("read", [false, true, true, false]),
        ("export", [false, false, false, true]),
        ("read,export", [false, true, true, true]),
        ("admin", [true, true, true, true]),
    ] {
        let caller = app.server(key(scopes, None)).await;
        let answers = [
            ("ingest", caller.post("/api/v1/events", &event("acme", "1")).await),
            ("read", caller.get("/api/v1/events").await),
            ("read", caller.get(&one).await),
            ("export", caller.get("/api/v1/events/export").await),
        ];
        for ((needed, answer), allowed) in answers.into_iter().zip(allowed) {
            let answer = answer.expect(if allowed { 200 } else { 403 });
            let told = format!("This API key does not have the scope {needed}; use one that has it");
            assert!(allowed || answer.json()["error"] == told, "{scopes}: {}", answer.text());
        }
    }
}

#[tokio::test]
async fn a_key_for_one_client_writes_and_reads_that_client_alone() {
    let app = TestApp::new().await;
    let acme = app.server(key("ingest,read,export", Some("acme"))).await;
    let refused = acme.post("/api/v1/events", &json!([event("acme", "1"), event("globex", "2")])).await.expect(400);
    let expected = "expected acme, the only client that this key is for";
    assert_eq!(refused.json()["details"], json!({"[1].client.uuid": [expected]}));
    acme.post("/api/v1/events", &event("acme", "1")).await.expect(200);
    app.writer().post("/api/v1/events", &event("globex", "2")).await.expect(200);
    let found = app.writer().get("/api/v1/events?client=globex").await.json();
    let theirs = found["entries"][0]["id"].as_str().unwrap();
    for path in ["/api/v1/events", "/api/v1/events?client=acme"] {
        let found = acme.get(path).await.expect(200).json();
        let uuids: Vec<_> = found["entries"].as_array().unwrap().iter().map(|event| event["uuid"].clone()).collect();
        assert_eq!(uuids, ["1"], "{path}");
    }
    for path in ["/api/v1/events?client=globex", "/api/v1/events?client=daybook:trail"] {
        assert_eq!(acme.get(path).await.expect(200).json()["entries"], json!([]), "{path}");
        let export = path.replace("events?", "events/export?");
        assert_eq!(acme.get(&export).await.expect(200).json(), json!([]), "{export}");
    }
    acme.get(&format!("/api/v1/events/{theirs}")).await.expect(404);
    acme.get(&format!("/api/v1/events?cursor={theirs}")).await.expect(400);
    assert_eq!(acme.get("/api/v1/events/export").await.json().as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_key_made_wrong_is_refused_by_the_name_of_what_is_wrong() {
    let app = TestApp::new().await;
    let late = NewKey { expires_at: Some(Timestamp::from_millis(START)), ..key("read", None) };
    for (wrong, field) in [(key("read,admin", Some("acme")), "scopes"), (late, "expires")] {
        let Err(Problem::Invalid { faults }) = keys::create(&app.backend, &app.steward(), wrong).await else {
            panic!()
        };
        assert_eq!(faults.iter().map(|(field, _)| field).collect::<Vec<_>>(), [field]);
    }
}

#[tokio::test]
async fn a_key_works_until_it_expires_and_then_says_so() {
    let app = TestApp::new().await;
    let expires_at = Some(Timestamp::from_millis(START + 60_000));
    let caller = app.server(NewKey { expires_at, ..key("read", None) }).await;
    app.later(59_999);
    caller.get("/api/v1/events").await.expect(200);
    app.later(1);
    let answer = caller.get("/api/v1/events").await.expect(403);
    assert_eq!(answer.json()["error"], "This API key has expired; make another one");
}

#[tokio::test]
async fn a_rolled_key_has_two_secrets_for_as_long_as_was_chosen() {
    let app = TestApp::new().await;
    let with = |secret: &str| app.stranger().with("x-api-key", &format!("{}:{secret}", app.key.id));
    let roll = async || keys::roll(&app.backend, &app.steward(), &app.key.id, Overlap::Hour).await.unwrap().secret;
    let second = roll().await;
    assert_ne!(second, app.key.secret);
    app.later(60 * 60 * 1_000 - 1);
    for secret in [&app.key.secret, &second] {
        with(secret).get("/api/v1/events").await.expect(200);
    }
    app.later(1);
    with(&app.key.secret).get("/api/v1/events").await.expect(403);
    let third = roll().await;
    with(&second).get("/api/v1/events").await.expect(200);
    let fourth = roll().await;
    with(&second).get("/api/v1/events").await.expect(403);
    keys::revoke(&app.backend, &app.steward(), &app.key.id).await.unwrap();
    for secret in [third, fourth] {
        with(&secret).get("/api/v1/events").await.expect(403);
    }
    let gone = keys::roll(&app.backend, &app.steward(), &app.key.id, Overlap::Hour).await;
    assert!(matches!(gone, Err(Problem::NotFound)));
}

#[tokio::test]
async fn the_last_use_of_a_key_is_known_to_the_minute() {
    let app = TestApp::new().await;
    let used = async || keys::list(&app.backend, app.project).await.unwrap()[0].last_used_at;
    let until = async |expected: i64| {
        for _ in 0..200 {
            if used().await == Some(Timestamp::from_millis(expected)) {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        panic!("{:?}, not {expected}", used().await);
    };
    assert_eq!(used().await, None);
    app.stranger().with("x-api-key", &format!("{}:wrong", app.key.id)).get("/api/v1/events").await.expect(403);
    app.writer().get("/api/v1/events").await.expect(200);
    until(START).await;
    app.later(59_999);
    app.writer().get("/api/v1/events").await.expect(200);
    app.later(1);
    app.writer().get("/api/v1/events").await.expect(200);
    until(START + 60_000).await;
}

#[tokio::test]
async fn what_is_done_to_keys_is_in_a_trail_that_only_admin_keys_see() {
    let app = TestApp::new().await;
    let admin = app.server(key("admin", None)).await;
    keys::revoke(&app.backend, &app.steward(), &app.key.id).await.unwrap();
    let reader = app.server(key("ingest,read,export", None)).await;
    let trail = "/api/v1/events?client=daybook:trail";
    let entries = admin.get(trail).await.expect(200).json()["entries"].clone();
    let actions: Vec<_> = entries.as_array().unwrap().iter().map(|event| event["action"].clone()).collect();
    let made = "api_key.created";
    assert_eq!(actions, [made, "api_key.revoked", made, made, "view.created", "project.created"]);
    assert_eq!(entries[1]["target"]["uuid"], app.key.id.as_str());
    assert_eq!(entries[1]["actor"]["type"], "system");
    assert!(!entries.to_string().contains(&app.key.secret));
    let one = format!("/api/v1/events/{}", entries[0]["id"].as_str().unwrap());
    admin.get(&one).await.expect(200);
    assert_eq!(admin.get(&trail.replace("events?", "events/export?")).await.json().as_array().unwrap().len(), 6);
    for caller in [&admin, &reader] {
        assert_eq!(caller.get("/api/v1/events").await.json()["entries"], json!([]), "the trail is no client");
        let forged = caller.post("/api/v1/events", &event("daybook:trail", "1")).await.expect(400);
        assert!(forged.json()["details"]["[0].client.uuid"].is_array(), "{}", forged.text());
    }
    assert_eq!(reader.get(trail).await.expect(200).json()["entries"], json!([]));
    reader.get(&one).await.expect(404);
    let other = app.writer_of_another_project().await;
    other.get(&one).await.expect(404);
}
