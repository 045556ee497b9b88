//! Secrets are masked whichever API they come by.

use crate::support::{Caller, TestApp};
use daybook::backend::auth::Steward;
use daybook::backend::ingest::{self, Became, Item};
use daybook::backend::masking::{self, MaskingRules};
use daybook::backend::storage::{Query, Storage};
use daybook::domain::access::{ClientScope, Scope};
use serde_json::{Value, json};
use std::fs;

/// In no other word of this test.
const SECRETS: [&str; 5] = ["Zq81aaPw", "Zq82bbTk", "Zq83ccCk", "Zq84ddHd", "Zq85eeQy"];

/// All of them, in the places where senders put them.
fn secrets() -> Value {
    let [password, token, cookie, bearer, query] = SECRETS;
    json!({"password": password, "nested": [{"refresh_token": token}], "headers": {"Cookie": format!("s={cookie}")},
        "said": format!("Bearer {bearer}xxxx"), "link": format!("https://a.test/?access_token={query}&page=2")})
}

fn requests() -> Vec<(&'static str, Value)> {
    vec![
        (
            "/api/v1/events",
            json!({"client": {"uuid": "c"}, "action": "a", "actor": {"uuid": "u"}, "metadata": secrets(),
                "changes": [{"field": "password", "before": SECRETS[0], "after": SECRETS[1]}], "unknown": secrets()}),
        ),
        (
            "/v1/events",
            json!({"actor": {"id": "u", "token": SECRETS[1]}, "action": "a", "metadata": secrets(), "unknown": secrets()}),
        ),
        (
            "/v1/logs/ingest",
            json!({"event_name": "a", "detail": secrets().to_string(), "more": secrets(),
                "http": {"headers": {"authorization": SECRETS[3], "cookie": SECRETS[2]}, "query": {"token": SECRETS[4]}}}),
        ),
    ]
}

async fn documents(app: &TestApp) -> Vec<String> {
    let scope = Scope { project: app.project, clients: ClientScope::All };
    let page = app.storage.page(&scope, &Query { limit: 100, ..Query::default() }).await.unwrap();
    page.items.iter().map(|event| event.text().unwrap().to_owned()).collect()
}

fn client(app: &TestApp) -> Caller {
    app.stranger().with("authorization", &format!("Bearer {}", app.key.bearer))
}

#[tokio::test]
async fn a_masked_value_never_reaches_the_disk_and_the_event_tells() {
    let app = TestApp::new().await;
    for (path, event) in requests() {
        client(&app).post(path, &event).await;
    }
    app.storage.settle().await.unwrap();
    let documents = documents(&app).await;
    assert_eq!(documents.len(), requests().len());
    for file in fs::read_dir(app.folder()).unwrap() {
        let bytes = fs::read(file.unwrap().path()).unwrap();
        assert!(!SECRETS.iter().any(|secret| bytes.windows(secret.len()).any(|window| window == secret.as_bytes())));
    }
    for secret in SECRETS {
        assert!(documents.iter().all(|document| !document.contains(secret)), "{secret}");
        let found = app.writer().get(&format!("/api/v1/events?q={secret}")).await.expect(200).json();
        assert_eq!(found["entries"], json!([]), "{secret}");
    }
    let page = app.writer().get("/api/v1/events").await.expect(200).json();
    for entry in page["entries"].as_array().unwrap() {
        let masked: Vec<&str> = entry["masked"].as_array().unwrap().iter().map(|path| path.as_str().unwrap()).collect();
        for path in ["password", "nested[0].refresh_token", "headers.Cookie", "said", "link"] {
            assert!(masked.iter().any(|masked| masked.ends_with(path)), "{path}: {masked:?}");
        }
        assert!(entry.to_string().contains("https://a.test/?access_token=[masked]&page=2"));
    }
}

#[tokio::test]
async fn a_project_adds_names_leaves_some_out_and_turns_masking_off() {
    let app = TestApp::new().await;
    let event = json!({"client": {"uuid": "c"}, "action": "a", "actor": {"uuid": "u"},
        "metadata": {"iban": "DE12", "password": "p", "token": "t"}});
    let metadata = async |rules: MaskingRules| {
        masking::change(&app.backend, &Steward::of_the_machine(app.project), |_| rules.clone()).await.unwrap();
        app.writer().post("/api/v1/events", &event).await.expect(200);
        app.later(1);
        app.writer().get("/api/v1/events?limit=1").await.json()["entries"][0]["metadata"].clone()
    };
    let texts = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect();
    let own = MaskingRules { on: true, also: texts(&["IBAN"]), except: texts(&["metadata.token"]) };
    assert_eq!(metadata(own).await, json!({"iban": "[masked]", "password": "[masked]", "token": "t"}));
    assert_eq!(metadata(MaskingRules { on: false, ..MaskingRules::default() }).await, event["metadata"]);
    let usual = metadata(MaskingRules::default()).await;
    assert_eq!(usual, json!({"iban": "DE12", "password": "[masked]", "token": "[masked]"}));
    let wrong = MaskingRules { also: vec![String::new()], ..MaskingRules::default() };
    assert!(
        masking::change(&app.backend, &Steward::of_the_machine(app.project), |_| wrong.clone())
            .await
            .unwrap_err()
            .to_string()
            .contains("1 invalid field")
    );
}

#[tokio::test]
async fn a_project_s_rules_are_its_own() {
    let app = TestApp::new().await;
    let other = app.another_project().await;
    masking::change(&app.backend, &Steward::of_the_machine(other), |rules| MaskingRules { on: false, ..rules })
        .await
        .unwrap();
    assert!(masking::rules(&app.backend, app.project).await.unwrap().on);
}

#[tokio::test]
async fn no_sender_writes_what_we_say_of_an_event() {
    let app = TestApp::new().await;
    let event = json!({"client": {"uuid": "c"}, "action": "a", "actor": {"uuid": "u"},
        "$daybook": {"api": "auditledge", "event": {"actor": {"id": "forged"}}}});
    let answer = app.writer().post("/api/v1/events", &event).await.expect(400).json();
    assert_eq!(answer["details"], json!({"[0].$daybook": ["is a reserved name"]}));
    let sent = json!({"actor": {"id": "u"}, "action": "a", "$daybook": {"masked": ["x"]}});
    client(&app).post("/v1/events", &sent).await.expect(400);
    for sent in [
        r#"{"$daybook":null,"client":{"uuid":"c"},"action":"a","actor":{"uuid":"u"},"metadata":{"password":"x"}}"#,
        r#"{"client":{"uuid":"c"},"action":"a","actor":{"uuid":"u"},"metadata":{"x":{"$serde_json::private::RawValue":"1"}}}"#,
        r#"{"client":{"uuid":"c"},"action":"a","actor":{"uuid":"u"},"fields":{"x":[{"$serde_json::private::Number":"1"}]}}"#,
    ] {
        app.writer().with("content-type", "application/json").post_bytes("/api/v1/events", sent).await.expect(400);
    }
    assert_eq!(app.writer().get("/api/v1/events").await.expect(200).json()["entries"], json!([]), "nothing is stored");
}

/// Names that no sender may use, as members somewhere within what each API takes.
const RESERVED: [&str; 3] = ["$daybook", "$serde_json::private::Number", "$serde_json::private::RawValue"];

#[tokio::test]
async fn reserved_names_are_refused_by_every_api_at_any_depth() {
    let app = TestApp::new().await;
    for name in RESERVED {
        let within = json!({"a": [{name: "1"}]});
        let workos = json!({"organization_id": "org_1", "event": {
            "action": "a", "occurred_at": "2026-01-14T10:30:00.000Z", "actor": {"type": "user", "id": "u", "metadata": within},
            "targets": [{"type": "team", "id": "t"}], "context": {"location": "203.0.113.7"}}});
        let retraced = json!({"action": "a", "crud": "c", "group": {"id": "g"}, "actor": {"id": "u"}, "more": within});
        for (path, scheme, body) in [
            (
                "/api/v1/events",
                "Bearer ",
                json!({"client": {"uuid": "c"}, "action": "a", "anonymous": true, "fields": within}),
            ),
            ("/v1/events", "Bearer ", json!({"actor": {"id": "u"}, "action": "a", "unknown": within})),
            ("/v1/logs/ingest", "Bearer ", json!({"event_name": "a", "http": {"headers": within}})),
            ("/audit_logs/events", "Bearer ", workos),
            ("/auditlog/publisher/v1/project/p1/event", "token=", retraced),
        ] {
            let sender = app.stranger().with("authorization", &format!("{scheme}{}", app.key.bearer));
            let answer = sender.post(path, &body).await;
            let status = answer.status.as_u16();
            assert!([400, 422].contains(&status), "{name} at {path}: {status} {}", answer.text());
        }
    }
    let all = Scope { project: app.project, clients: ClientScope::All };
    let query = Query { limit: 10, ..Query::default() };
    assert!(app.storage.page(&all, &query).await.unwrap().items.is_empty());
}

#[tokio::test]
async fn reserved_names_are_refused_in_a_history() {
    let app = TestApp::new().await;
    let item = |name: &str| Item {
        json: json!({"client": {"uuid": "c"}, "action": "a", "anonymous": true, "metadata": {"x": {name: null}}})
            .to_string(),
        uuid: None,
        repeat: "1".to_owned(),
        api: None,
        masked: Vec::new(),
    };
    let items = RESERVED.map(item).to_vec();
    let became = ingest::import(&app.backend, &app.steward(), items, None).await.unwrap();
    assert!(became.iter().all(|became| matches!(became, Became::Refused(_))), "{became:?}");
}
