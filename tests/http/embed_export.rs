//! `/embed/{view}/s/{handle}/export`: an opened view's log as a file.

use crate::embed::{House, cookie, submit, told};
use crate::support::{Answer, Caller};
use serde_json::{Value, json};

/// The address of a file, of the newest page of which `query` says more.
fn file(opened: &Answer, query: &str) -> String {
    format!("{}/export?{query}", told(opened, "base"))
}

/// Whoever follows a link of the document.
fn reader(house: &House, opened: &Answer) -> Caller {
    house.app.stranger().with("cookie", &cookie(opened))
}

fn rows(answer: &Answer) -> Vec<Vec<String>> {
    let text = answer.text();
    let text = text.strip_prefix('\u{feff}').expect("a spreadsheet knows it as UTF-8");
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

fn lines(answer: &Answer) -> Vec<Value> {
    answer.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test]
async fn the_table_has_the_views_columns_of_this_clients_events() {
    let house = House::new().await;
    let key = house.view.access_key.as_str();
    let opened =
        house.open(&[("accessKey", key), ("clientId", "acme"), ("timeZone", "Europe/Stockholm")]).await.expect(200);
    let answer = reader(&house, &opened).get(&file(&opened, "format=csv")).await.expect(200);
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8; header=present");
    assert_eq!(answer.header("content-disposition"), "attachment; filename=\"events_until_2026-01-15.csv\"");
    let titles =
        ["Time", "Actor", "Actor e-mail", "Action", "Description", "Target", "Target (target.type)", "IP address"];
    let oldest =
        ["2026-01-10T11:00:00.000+01:00", "Roberta", "roberta@acme.test", "user.invite", "Only Acme knows", "", "", ""];
    let rows = rows(&answer);
    assert_eq!(
        (rows.len(), &rows[0][..], &rows[2][..]),
        (3, &titles.map(String::from)[..], &oldest.map(String::from)[..])
    );
    let utc = reader(&house, &opened).get(&file(&opened, "format=csv&zone=utc")).await.expect(200);
    assert!(utc.text().contains("2026-01-10T10:00:00.000+00:00"));
}

#[tokio::test]
async fn json_has_every_field_and_no_address_of_the_api() {
    let house = House::new().await;
    let opened = house.open_with_key("acme").await;
    let found = house.app.writer().get("/api/v1/events?client=acme").await.expect(200).json();
    let list = reader(&house, &opened).get(&file(&opened, "format=json")).await.expect(200);
    let mut expected = found["entries"].clone();
    for entry in expected.as_array_mut().unwrap() {
        entry.as_object_mut().unwrap().remove("_links");
    }
    assert_eq!(list.json(), expected);
    let each = reader(&house, &opened).get(&file(&opened, "format=ndjson")).await.expect(200);
    let mut each = lines(&each);
    assert_eq!(each.remove(0)["action"], "audit_log.exported", "the export before");
    assert_eq!(Value::from(each), expected);
}

#[tokio::test]
async fn an_export_is_an_event_of_the_client_s_own_log_by_whom_the_token_names_or_the_access_key() {
    let house = House::new().await;
    let by_token = house.open(&[("token", &house.token(&json!({"sub": "user-7", "name": "Roberta Wharton"})))]).await;
    let first = reader(&house, &by_token).get(&file(&by_token, "format=ndjson")).await.expect(200);
    let actions: Vec<Value> = lines(&first).iter().map(|event| event["action"].clone()).collect();
    assert_eq!(actions, ["audit_log.viewed", "invoice.paid", "user.invite"], "an export does not tell of itself");
    let by_key = house.open_with_key("acme").await;
    reader(&house, &by_key).get(&file(&by_key, "format=csv")).await.expect(200);
    reader(&house, &by_key).get(&file(&by_key, "format=xml")).await.expect(400);
    let found = house.app.writer().get("/api/v1/events?client=acme&action=audit_log.exported").await.expect(200).json();
    let actors: Vec<&Value> =
        found["entries"].as_array().unwrap().iter().map(|event| &event["actor"]["uuid"]).collect();
    assert_eq!(actors, ["access-key", "user-7"]);
    assert_eq!(found["entries"][1]["actor"]["name"], "Roberta Wharton");
    assert_eq!(found["entries"][0]["target"]["uuid"], house.view.id.as_str());
    house.app.writer().get("/api/v1/events/export").await.expect(200);
    let all = house.app.writer().get("/api/v1/events?action=audit_log.exported").await.json();
    assert_eq!(all["entries"].as_array().unwrap().len(), 2, "a server's own export is the company's affair");
}

#[tokio::test]
async fn an_export_by_somebody_forgotten_does_not_tell_their_name() {
    let house = House::new().await;
    let writer = house.app.writer();
    let by_token = house.open(&[("token", &house.token(&json!({"sub": "user-7", "name": "Tess Quux"})))]).await;
    reader(&house, &by_token).get(&file(&by_token, "format=csv")).await.expect(200);
    writer.post("/api/v1/actors/user-7/forget", &json!({})).await.expect(200);
    house.app.later(60_000);
    reader(&house, &by_token).get(&file(&by_token, "format=csv")).await.expect(200);
    let found = writer.get("/api/v1/events?actor=user-7").await.expect(200).json();
    let names: Vec<&Value> = found["entries"].as_array().unwrap().iter().map(|event| &event["actor"]["name"]).collect();
    assert_eq!(names, ["[forgotten]"; 3], "who opened it, too");
}

#[tokio::test]
async fn the_filter_of_the_page_is_the_filter_of_the_file() {
    let house = House::new().await;
    let opened = house.open_with_key("acme").await;
    for (query, count) in [
        ("", 2),
        ("&action=user.*", 1),
        ("&q=accounts", 1),
        ("&from=2026-01-11", 1),
        ("&action=nothing", 0),
        ("&client=globex", 2),
        ("&after=0.01939c5e-8f2a-7b3c-9d4e-5f6071829304", 2),
    ] {
        let answer = reader(&house, &opened).get(&file(&opened, &format!("format=ndjson{query}"))).await.expect(200);
        let events = lines(&answer).into_iter().filter(|event| event["action"] != "audit_log.exported");
        assert_eq!(events.count(), count, "{query}");
        assert!(!answer.text().contains("Hank"), "{query}");
    }
}

#[tokio::test]
async fn the_browser_part_proves_itself_by_a_form_without_a_cookie() {
    let house = House::new().await;
    let opened = house.open_with_key("acme").await;
    let (session, path) = (told(&opened, "session"), file(&opened, "format=csv&action=user.*"));
    let answer = submit(&house.app.stranger(), &path, &[("session", &session)]).await.expect(200);
    assert_eq!(rows(&answer).len(), 2);
    submit(&house.app.stranger(), &path, &[("session", "forged")]).await.expect(403);
    let globex = told(&house.open_with_key("globex").await, "session");
    submit(&house.app.stranger(), &path, &[("session", &globex)]).await.expect(403);
    house.app.later(15 * 60 * 1_000);
    let over = submit(&house.app.stranger(), &path, &[("session", &session)]).await.expect(403);
    assert_eq!(told(&over, "error"), "expired");
}

#[tokio::test]
async fn without_a_session_or_with_anothers_there_is_no_file() {
    let house = House::new().await;
    let opened = house.open_with_key("acme").await;
    let globex = house.open_with_key("globex").await;
    for caller in [house.app.stranger(), reader(&house, &globex)] {
        let refused = caller.get(&file(&opened, "format=json")).await.expect(403);
        assert_eq!(refused.header("content-disposition"), "");
        assert!(!refused.text().contains("Roberta"));
    }
    reader(&house, &opened).get(&file(&opened, "format=xml")).await.expect(400);
}

#[tokio::test]
async fn a_token_that_does_not_grant_it_sees_no_menu_and_is_refused() {
    let house = House::new().await;
    let granted = house.open(&[("token", &house.token(&json!({})))]).await.expect(200);
    assert!(granted.text().contains("data-file=\"csv\""), "`read export` is what a token grants that says nothing");
    let opened = house.open(&[("token", &house.token(&json!({"scope": "read tail"})))]).await.expect(200);
    assert!(opened.text().contains("Roberta") && !opened.text().contains("data-file"));
    for format in ["csv", "json", "ndjson"] {
        let path = file(&opened, &format!("format={format}"));
        let refused = reader(&house, &opened).get(&path).await.expect(403);
        assert!(!refused.text().contains("Roberta"));
        submit(&house.app.stranger(), &path, &[("session", &told(&opened, "session"))]).await.expect(403);
    }
}

#[tokio::test]
async fn what_a_token_hides_and_leaves_out_is_in_no_file() {
    let house = House::new().await;
    let claims = json!({"hide": ["actor.email", "description", "outcome"], "filter": {"action": "user.*"}});
    let opened = house.open(&[("token", &house.token(&claims))]).await.expect(200);
    for format in ["csv", "json", "ndjson"] {
        for query in ["", "&action=invoice.*", "&outcome=success", "&q=roberta"] {
            let path = file(&opened, &format!("format={format}{query}"));
            let answer = reader(&house, &opened).get(&path).await.expect(200);
            for secret in ["acme.test", "Only Acme knows", "Salman", "Globex", "success"] {
                assert!(!answer.text().contains(secret), "{secret} in {path}");
            }
        }
    }
    let table = rows(&reader(&house, &opened).get(&file(&opened, "format=csv")).await);
    assert_eq!(table[0][..3], ["Time", "Actor", "Action"]);
    let event = &lines(&reader(&house, &opened).get(&file(&opened, "format=ndjson")).await)[0];
    assert_eq!((&event["actor"]["name"], event.get("outcome")), (&json!("Roberta"), None));
}

#[tokio::test]
async fn a_hidden_actor_is_not_said_to_be_nobody() {
    let house = House::new().await;
    let opened = house.open(&[("token", &house.token(&json!({"hide": ["actor"]})))]).await.expect(200);
    let event = &lines(&reader(&house, &opened).get(&file(&opened, "format=ndjson")).await)[0];
    assert_eq!((event.get("actor"), event.get("anonymous")), (None, None));
    let table = reader(&house, &opened).get(&file(&opened, "format=csv")).await;
    assert!(!table.text().contains("Anonymous") && !table.text().contains("Actor"));
}

#[tokio::test]
async fn the_file_may_come_where_the_view_may_be_shown_and_nowhere_else() {
    let house = House::new().await;
    let opened = house.open_with_key("acme").await;
    let answer = reader(&house, &opened).get(&file(&opened, "format=json")).await.expect(200);
    let policy = answer.header("content-security-policy");
    assert!(policy.ends_with("frame-ancestors 'self' http://localhost:* http://127.0.0.1:*"), "{policy}");
    assert_eq!((answer.header("x-frame-options"), answer.header("cache-control")), ("", "no-store"));
    assert_eq!(answer.header("cross-origin-embedder-policy"), "require-corp");
}
