//! The logs that members read in our own pages: as files, and what has come since.

use crate::admin::{browser, cookie, form, invite, join, owner};
use crate::support::{Caller, TestApp};
use daybook::domain::query::Cursor;
use serde_json::{Value, json};

const EVENTS: &str = "/admin/projects/default/events";
const TRAIL: &str = "/admin/projects/default/trail";

/// A project with events of two clients, its owner, and another project's server, which has sent one too.
async fn filled() -> (TestApp, Caller, Caller) {
    let app = TestApp::new().await;
    let owner = owner(&app).await;
    app.writer().post("/api/v1/events", &json!([of("a", 1), of("a", 2), of("b", 3)])).await.expect(200);
    let another = app.writer_of_another_project().await;
    another.post("/api/v1/events", &of("a", 99)).await.expect(200);
    (app, owner, another)
}

fn of(client: &str, number: usize) -> Value {
    json!({
        "uuid": format!("{client}-{number}"), "client": {"uuid": client, "name": format!("Company {client}")},
        "time": format!("2026-01-10T10:{:02}:00Z", number % 60), "action": "user.invite", "actor": {"uuid": "u-1"},
        "outcome": if number == 2 { "failure" } else { "success" },
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_takes_the_events_found_in_each_format_and_no_others() {
    let (_app, owner, _) = filled().await;
    let file = async |query: &str| owner.get(&format!("{EVENTS}/export?{query}")).await.expect(200);
    let csv = file("format=csv").await;
    assert!(csv.header("content-disposition").starts_with("attachment; filename=\"events_until_"));
    let text = csv.text();
    assert!(text.lines().next().unwrap().contains("Client") && text.lines().count() == 4, "{text}");
    assert!(!text.contains("99"), "another project's");
    let uuids =
        |answer: &Value| answer.as_array().unwrap().iter().map(|event| event["uuid"].clone()).collect::<Vec<_>>();
    assert_eq!(uuids(&file("format=json&client=a").await.json()), ["a-2", "a-1"]);
    assert_eq!(uuids(&file("format=json&outcome=failure").await.json()), ["a-2"]);
    assert_eq!(uuids(&file("format=json&from=2026-01-10&through=2026-01-10&order=oldest").await.json()).len(), 3);
    assert_eq!(file("format=ndjson&client=never-heard-of").await.text(), "");
    owner.get(&format!("{EVENTS}/export?format=pdf")).await.expect(400);
    let page = owner.get(&format!("{EVENTS}?client=a")).await.expect(200).text();
    assert!(page.contains(&format!("{EVENTS}/export?format=ndjson&amp;client=a")), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_takes_a_log_away_is_in_the_account_trail() {
    let (app, owner, _) = filled().await;
    let ben = join(&app, &invite(&owner, "analyst").await, "ben@harbour.test").await.expect(303);
    let ben = browser(&app).with("cookie", &cookie(&ben));
    ben.get(&format!("{EVENTS}/export?format=csv&client=a")).await.expect(200);
    ben.get(&format!("{TRAIL}/export?format=csv")).await.expect(403);
    owner.get(&format!("{EVENTS}/export?format=csv")).await.expect(200);
    owner.get(&format!("{TRAIL}/export?format=csv")).await.expect(200);
    let trail = owner.get(&format!("{TRAIL}/export?format=json&action=audit_log.exported")).await.expect(200).json();
    let lines: Vec<_> =
        trail.as_array().unwrap().iter().map(|line| (&line["actor"]["email"], &line["description"])).collect();
    let anna = json!("anna@harbour.test");
    let said = [json!("Exported the account trail"), json!("Exported events"), json!("Exported events")];
    assert_eq!(lines[..], [(&anna, &said[0]), (&anna, &said[1]), (&json!("ben@harbour.test"), &said[2])]);
    assert_eq!(trail[2]["target"]["uuid"], "a");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_is_told_how_many_events_have_come_above_its_first() {
    let (app, owner, another) = filled().await;
    let page = owner.get(EVENTS).await.expect(200).text();
    let link = page.split("<a ").find(|link| link.contains("class=\"news\"")).unwrap();
    assert!(link.contains(&format!("data-ask=\"{EVENTS}/news\"")), "{link}");
    let top = link.split("data-top=\"").nth(1).unwrap().split('"').next().unwrap();
    assert!(top.parse::<Cursor>().is_ok());
    let news = async |query: &str| owner.get(&format!("{EVENTS}/news?top={top}&{query}")).await.expect(200).text();
    assert_eq!(news("").await, "0");
    app.writer().post("/api/v1/events", &json!([of("a", 10), of("b", 11), of("b", 12)])).await.expect(200);
    another.post("/api/v1/events", &of("a", 13)).await.expect(200);
    assert_eq!((news("").await, news("client=b").await), ("3".to_owned(), "2".to_owned()));
    assert_eq!(news("outcome=failure").await, "0");
    let trail = owner.get(TRAIL).await.expect(200).text();
    let top = trail.split("data-top=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    form(&owner, "/admin/projects/default/views", "name=Partners").await.expect(303);
    assert_eq!(owner.get(&format!("{TRAIL}/news?top={top}")).await.expect(200).text(), "1");
}
