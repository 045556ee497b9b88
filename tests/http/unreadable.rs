//! A stored event that cannot be read is shown as such wherever events stand, and nothing else is kept from anybody.

use crate::admin::owner;
use crate::embed::House;
use daybook::backend::storage::{Append, Storage};
use daybook::domain::access::ClientId;
use serde_json::json;

const SAID: &str = "This event cannot be read";
const ACTION: &str = "daybook.unreadable";

/// What a version of before stored for a sender who had used our name.
const POISON: &str = r#"{"$daybook":null,"client":{"uuid":"acme"},"action":"z","actor":{"uuid":"1"},"metadata":{"password":"[masked]"},"$daybook":{"masked":["metadata.password"]}}"#;

fn stored(document: &str) -> Append {
    Append {
        client: ClientId::parse("acme").unwrap(),
        client_name: None,
        uuid: None,
        uuid_holds: None,
        occurred_at: None,
        document: document.as_bytes().into(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_api_and_page_shows_what_cannot_be_read_and_goes_on() {
    let house = House::new().await;
    let app = &house.app;
    let owner = owner(app).await;
    let bad = vec![stored(POISON), stored("no JSON"), stored("[]")];
    let ids: Vec<_> = app.storage.append(app.project, bad).await.unwrap().into_iter().map(|one| one.id).collect();
    for settled in [false, true] {
        if settled {
            app.storage.settle().await.unwrap();
        }
        let writer = app.writer();
        let page = writer.get("/api/v1/events?client=acme").await.expect(200).json();
        let entries = page["entries"].as_array().unwrap();
        assert!(entries.len() >= 5, "what was opened is noted beside them");
        assert_eq!(entries.iter().filter(|entry| entry["unreadable"]["reason"].is_string()).count(), 3);
        for id in &ids {
            let one = writer.get(&format!("/api/v1/events/{id}")).await.expect(200).json();
            assert_eq!((&one["action"], &one["description"]), (&json!(ACTION), &json!(SAID)));
            assert_eq!((&one["client"]["uuid"], &one["original"]), (&json!("acme"), &json!(null)));
        }
        for format in ["csv", "json", "ndjson"] {
            let file = writer.get(&format!("/api/v1/events/export?format={format}")).await.expect(200).text();
            assert_eq!(file.matches(SAID).count(), 3, "{format}: {file}");
            assert!(file.contains("Only Globex knows") && !file.contains("metadata.password"));
        }
        let bearer = app.stranger().with("authorization", &format!("Bearer {}", app.key.bearer));
        let ledger = bearer.get("/v1/events?organization_id=acme").await.expect(200).text();
        assert_eq!(ledger.matches(ACTION).count(), 3, "{ledger}");
        assert_eq!(bearer.get("/v1/events/export?format=csv").await.expect(200).text().matches(ACTION).count(), 3);
        let epilot = bearer.post("/v1/logs", &json!({"limit": 50})).await.expect(200).text();
        assert_eq!(epilot.matches(SAID).count(), 3, "{epilot}");
        let retraced = app.stranger().with("authorization", &format!("token={}", app.key.bearer));
        let query =
            json!({"query": "query { search(query: \"\", last: 50) { edges { node { id action description } } } }"});
        let found = retraced.post("/auditlog/publisher/v1/project/p1/graphql", &query).await.expect(200).text();
        assert_eq!(found.matches(SAID).count(), 3, "{found}");
        let opened = house.open_with_key("acme").await.expect(200).text();
        assert!(opened.contains(SAID) && opened.contains("Only Acme knows"), "{opened}");
        assert!(house.open_with_key("globex").await.expect(200).text().contains("Only Globex knows"));
        let admin = "/admin/projects/default";
        for path in ["", "/events", "/events?client=acme", "/start", "/clients"] {
            owner.get(&format!("{admin}{path}")).await.expect(200);
        }
        let drawer = owner.get(&format!("{admin}/events?event={}", ids[0])).await.expect(200).text();
        assert!(drawer.contains(&ids[0].to_string()) && drawer.contains("Other events are not affected"), "{drawer}");
        let hidden = json!({"hide": ["metadata.password"]});
        let opened = house.open(&[("token", &house.token(&hidden))]).await.expect(200).text();
        assert!(opened.contains(SAID) && opened.contains("Only Acme knows"));
        writer.get("/api/v1/actors/u-1").await.expect(200);
    }
    let metrics = app.metrics().await.text();
    assert!(metrics.contains("daybook_unreadable_events 3"), "{metrics}");
    let report = app.storage.check().await.unwrap();
    assert!(report.faults.is_empty(), "nothing is damaged: {report:?}");
    for id in &ids {
        assert!(report.unreadable.iter().any(|fault| fault.contains(&id.to_string())), "{report:?}");
    }
    let copy = tempfile::tempdir().unwrap();
    app.storage.backup(&copy.path().join("copy.db")).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_forgotten_is_so_in_what_cannot_be_read_and_beside_it() {
    let house = House::new().await;
    let app = &house.app;
    let named = POISON.replace(r#"{"uuid":"1"}"#, r#"{"uuid":"u-1","name":"Roberta"}"#);
    app.storage.append(app.project, vec![stored(&named), stored("no JSON")]).await.unwrap();
    app.storage.settle().await.unwrap();
    app.writer().post("/api/v1/actors/u-1/forget", &json!({})).await.expect(200);
    let all = app.writer().get("/api/v1/events").await.expect(200).text();
    assert!(!all.contains("Roberta") && all.contains("Salman"), "{all}");
    let query = daybook::backend::storage::Query { limit: 50, ..Default::default() };
    let scope = daybook::domain::access::Scope::whole(app.project);
    let stored = app.storage.page(&scope, &query).await.unwrap().items;
    assert!(stored.iter().filter_map(|one| one.text()).all(|text| !text.contains("Roberta")));
}
