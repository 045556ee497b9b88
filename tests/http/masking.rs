//! The page of masking rules.

use crate::admin::{form, owner};
use crate::support::TestApp;
use daybook::backend::keys::NewKey;
use daybook::backend::masking;
use daybook::domain::key::KeyScopes;
use serde_json::{Value, json};

const PAGE: &str = "/admin/projects/default/masking";

fn at(path: &str) -> String {
    format!("{PAGE}/{path}")
}

#[tokio::test(flavor = "multi_thread")]
async fn names_are_added_and_removed_and_count_for_the_next_event() {
    let app = TestApp::new().await;
    let owner = owner(&app).await;
    let page = owner.get(PAGE).await.expect(200).text();
    assert!(page.contains("passphrase") && page.contains("No exceptions.") && !page.contains("Masking is off"));
    form(&owner, &at("also"), "also=+iban+").await.expect(200);
    let page = form(&owner, &at("except"), "except=metadata.token").await.expect(200).text();
    assert!(page.contains("Remove iban") && page.contains("Remove metadata.token"), "{page}");
    let event = json!({"client": {"uuid": "c"}, "action": "a", "actor": {"uuid": "u"},
        "metadata": {"IBAN": 7, "token": "t", "password": "p"}});
    let metadata = async || {
        app.writer().post("/api/v1/events", &event).await.expect(200);
        app.writer().get("/api/v1/events?limit=1").await.expect(200).json()["entries"][0]["metadata"].clone()
    };
    assert_eq!(metadata().await, json!({"IBAN": "[masked]", "token": "t", "password": "[masked]"}));
    form(&owner, &at("also/remove"), "name=iban").await.expect(200);
    let page = form(&owner, &at("except/remove"), "name=metadata.token").await.expect(200).text();
    assert!(page.contains("None beside the usual ones.") && page.contains("No exceptions."));
    assert_eq!(metadata().await, json!({"IBAN": 7, "token": "[masked]", "password": "[masked]"}));
    let page = form(&owner, &at("off"), "").await.expect(200).text();
    assert!(page.contains("Masking is off") && page.contains("everybody who reads a log can read them"));
    assert_eq!(metadata().await, json!({"IBAN": 7, "token": "t", "password": "p"}));
    let page = form(&owner, &at("on"), "").await.expect(200).text();
    assert!(!page.contains("Masking is off.") && page.contains("Switch masking off"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_name_is_said_beside_its_field_and_nothing_typed_becomes_html() {
    let app = TestApp::new().await;
    let owner = owner(&app).await;
    for field in ["also", "except"] {
        let page = form(&owner, &at(field), &format!("{field}=++")).await.expect(400).text();
        assert!(
            page.contains(&format!("id=\"{field}-told\" class=\"mistake\">expected a name of 1 to 200 bytes")),
            "{page}"
        );
    }
    let page = form(&owner, &at("also"), "also=%3Cb%3E%22x").await.expect(200).text();
    assert!(page.contains("&lt;b&gt;") && !page.contains("<b>"));
    assert_eq!(masking::rules(&app.backend, app.project).await.unwrap().also, ["<b>\"x"]);
    let another = app.another_project().await;
    assert!(masking::rules(&app.backend, another).await.unwrap().also.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_in_the_trail_with_what_was_before_and_no_change_is_not() {
    let app = TestApp::new().await;
    let owner = owner(&app).await;
    for _ in 0..2 {
        form(&owner, &at("also"), "also=iban").await.expect(200);
    }
    let admin = NewKey { scopes: KeyScopes::parse("admin").unwrap(), ..NewKey::named("reads the trail") };
    let trail = app.server(admin).await.get("/api/v1/events?client=daybook:trail&action=masking.changed").await;
    let trail: Value = trail.expect(200).json();
    let lines = trail["entries"].as_array().unwrap();
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0]["changes"], json!([{"field": "also", "before": [], "after": ["iban"]}]));
    assert_eq!(lines[0]["actor"]["name"], "Anna");
}
