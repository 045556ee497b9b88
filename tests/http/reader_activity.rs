//! What readers do with a log, as that log tells it: once, by name, and only where there is a log.

use crate::admin::{form, own_view, owner};
use crate::embed::{House, cookie, submit, told};
use crate::support::{Answer, Caller};
use daybook::backend::storage::Storage;
use daybook::domain::access::ClientId;
use serde_json::{Value, json};

const MINUTE: i64 = 60 * 1_000;

/// The events of an action in a client's log, the latest first.
async fn told_of(house: &House, client: &str, action: &str) -> Vec<Value> {
    let path = format!("/api/v1/events?client={client}&action={action}");
    house.app.writer().get(&path).await.expect(200).json()["entries"].as_array().unwrap().clone()
}

fn export(opened: &Answer) -> String {
    format!("{}/export?format=csv", told(opened, "base"))
}

fn reader(house: &House, opened: &Answer) -> Caller {
    house.app.stranger().with("cookie", &cookie(opened))
}

async fn knows(house: &House, client: &str) -> bool {
    house.app.storage.knows_client(house.app.project, &ClientId::parse(client).unwrap()).await.unwrap()
}

/// How a view's openings are to be recorded.
async fn record(house: &House, owner: &Caller, choice: &str) -> Answer {
    let path = format!("/admin/projects/default/views/{}/security/rules", house.view.id);
    form(owner, &path, &format!("export=on&live=on&minutes=60&openings={choice}")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn no_reader_makes_a_client_by_reading() {
    let house = House::new().await;
    let owner = owner(&house.app).await;
    record(&house, &owner, "all").await.expect(200);
    for client in ["invented-1", "invented-2"] {
        let by_key = house.open_with_key(client).await.expect(200);
        reader(&house, &by_key).get(&export(&by_key)).await.expect(200);
        let token = house.token(&json!({"client": client}));
        let by_token = house.open(&[("token", &token)]).await.expect(200);
        reader(&house, &by_token).get(&export(&by_token)).await.expect(200);
        let key = format!("{}:{}", house.view.id, house.view.access_key);
        let drop_in = house.app.stranger().with("x-view-key", &key);
        drop_in.get(&format!("/api/v1/views/{}/{client}", house.view.id)).await;
        assert!(!knows(&house, client).await, "{client}");
    }
    let browser = viewer(&house, "invented-3").await;
    search(&browser).await.expect(200);
    let saved = json!({"name": "all", "exportBody": {"searchQuery": ""}});
    let saved = browser.post("/auditlog/viewer/v1/project/p1/export", &saved).await.expect(201).json();
    let file = format!("/auditlog/viewer/v1/project/p1/export/{}/rendered", saved["id"].as_str().unwrap());
    browser.get(&file).await.expect(200);
    assert!(!knows(&house, "invented-3").await);
    let clients = owner.get("/admin/projects/default/clients").await.expect(200).text();
    assert!(clients.contains("Acme") && !clients.contains("invented"));
}

/// The browser of a viewer of Retraced's.
async fn viewer(house: &House, group: &str) -> Caller {
    let server = house.app.stranger().with("authorization", &format!("token={}", house.app.key.bearer));
    let path = format!("/auditlog/publisher/v1/project/p1/viewertoken?group_id={group}&actor_id=ann");
    let token = server.get(&path).await.expect(201).json();
    let opened = house.app.stranger().post("/auditlog/viewer/v1/viewersession", &token).await.expect(200).json();
    house.app.stranger().with("authorization", opened["token"].as_str().unwrap())
}

async fn search(browser: &Caller) -> Answer {
    let search = json!({"query": "{ search(query: \"\", last: 1) { totalCount } }", "variables": {}});
    browser.post("/auditlog/viewer/v1/graphql", &search).await
}

#[tokio::test(flavor = "multi_thread")]
async fn three_hundred_calls_of_one_reader_are_one_event_a_minute() {
    let house = House::new().await;
    let opened = house.open_with_key("acme").await.expect(200);
    let browser = viewer(&house, "acme").await;
    for minute in 1..=2 {
        for _ in 0..300 {
            reader(&house, &opened).get(&export(&opened)).await.expect(200);
            search(&browser).await.expect(200);
        }
        assert_eq!(told_of(&house, "acme", "audit_log.exported").await.len(), minute);
        assert_eq!(told_of(&house, "acme", "audit.log.view").await.len(), minute);
        house.app.later(MINUTE);
    }
    let other = viewer_named(&house, "bob").await;
    search(&other).await.expect(200);
    assert_eq!(told_of(&house, "acme", "audit.log.view").await.len(), 3, "another reader is another event");
}

async fn viewer_named(house: &House, actor: &str) -> Caller {
    let server = house.app.stranger().with("authorization", &format!("token={}", house.app.key.bearer));
    let path = format!("/auditlog/publisher/v1/project/p1/viewertoken?group_id=acme&actor_id={actor}");
    let token = server.get(&path).await.expect(201).json();
    let opened = house.app.stranger().post("/auditlog/viewer/v1/viewersession", &token).await.expect(200).json();
    house.app.stranger().with("authorization", opened["token"].as_str().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_says_who_from_where_and_through_which_view() {
    let house = House::new_behind_a_proxy().await;
    let from = |caller: Caller| caller.with("x-forwarded-for", "203.0.113.7").with("user-agent", "Testfox 1.0");
    let named = house.token(&json!({"sub": "user-7", "name": "Roberta Wharton"}));
    let by_token = house.open(&[("token", &named)]).await.expect(200);
    from(reader(&house, &by_token)).get(&export(&by_token)).await.expect(200);
    let by_key = house.open_with_key("acme").await.expect(200);
    from(reader(&house, &by_key)).get(&export(&by_key)).await.expect(200);
    let told = told_of(&house, "acme", "audit_log.exported").await;
    let [with_key, with_token] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!(with_token["actor"], actor("user-7", "Roberta Wharton", "user"));
    assert_eq!(with_key["actor"], actor("access-key", "Access key", "credential"));
    for event in [with_key, with_token] {
        assert_eq!(event["context"]["client"]["ipAddress"], "203.0.113.7");
        assert_eq!(event["context"]["client"]["browserAgent"], "Testfox 1.0");
        assert_eq!((&event["target"]["uuid"], &event["target"]["label"]), (&json!(house.view.id), &json!("Main view")));
        assert_eq!(event["client"], json!({"uuid": "acme", "name": "Acme"}));
    }
}

fn actor(uuid: &str, name: &str, kind: &str) -> Value {
    json!({"uuid": uuid, "name": name, "type": kind, "email": null, "url": null, "metadata": {}})
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_without_its_client_s_name_leaves_the_client_its_name() {
    let house = House::new().await;
    let owner = owner(&house.app).await;
    let nameless = json!([{"client": {"uuid": "acme"}, "action": "a.b", "actor": {"uuid": "u-1"}}]);
    for _ in 0..2 {
        house.app.writer().post("/api/v1/events", &nameless).await.expect(200);
        for path in ["/clients", "/clients/acme", ""] {
            let page = owner.get(&format!("/admin/projects/default{path}")).await.expect(200).text();
            assert!(page.contains("Acme"), "{path}");
        }
        let opened = house.open_with_key("acme").await.expect(200);
        assert!(opened.text().contains("Roberta"), "the actor who was named before");
        house.app.storage.settle().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_named_reader_s_opening_is_recorded_once_an_hour_and_is_no_news_to_them() {
    let house = House::new().await;
    let opened = async |sub: &str| {
        let claims = json!({"sub": sub, "name": "Ann", "scope": "read tail"});
        house.open(&[("token", &house.token(&claims))]).await.expect(200)
    };
    let first = opened("ann").await;
    assert!(!first.text().contains("Opened the audit log"), "nobody's log begins with themselves");
    opened("ann").await;
    let told = told_of(&house, "acme", "audit_log.viewed").await;
    assert_eq!(told.len(), 1);
    assert_eq!((&told[0]["actor"]["uuid"], &told[0]["actor"]["name"]), (&json!("ann"), &json!("Ann")));
    assert_eq!((&told[0]["description"], &told[0]["crud"]), (&json!("Opened the audit log"), &json!("read")));
    assert_eq!(told[0]["target"]["label"], "Main view");
    opened("bob").await;
    assert_eq!(told_of(&house, "acme", "audit_log.viewed").await.len(), 2);
    let entries = house.app.writer().get("/api/v1/events?client=acme&action=user.invite").await.json();
    let newest = house.app.writer().get("/api/v1/events?client=acme&action=invoice.paid").await.json();
    assert_eq!(entries["entries"].as_array().unwrap().len(), 1);
    let top = &newest["entries"][0];
    let time = daybook::domain::time::Timestamp::parse(top["time"].as_str().unwrap()).unwrap();
    let top = format!("{}.{}", time.millis(), top["id"].as_str().unwrap());
    let question =
        json!({"view": house.view.id, "session": crate::embed::told(&first, "session"), "query": "", "top": top});
    let news = house.app.stranger().post("/rpc/events/newer", &question).await.expect(200).json();
    assert_eq!(news, 1, "bob’s alone");
    house.app.later(9 * MINUTE);
    opened("ann").await;
    assert_eq!(told_of(&house, "acme", "audit_log.viewed").await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_says_whose_openings_are_recorded() {
    let house = House::new().await;
    let owner = owner(&house.app).await;
    let count = async || told_of(&house, "acme", "audit_log.viewed").await.len();
    let open_both = async || {
        house.open_with_key("acme").await.expect(200);
        house.open(&[("token", &house.token(&json!({"sub": "ann"})))]).await.expect(200);
    };
    let page = owner.get(&format!("/admin/projects/default/views/{}/security", house.view.id)).await.text();
    assert!(page.contains("Record in the log when it is opened"), "{page}");
    record(&house, &owner, "never").await.expect(200);
    open_both().await;
    assert_eq!(count().await, 0);
    record(&house, &owner, "named").await.expect(200);
    open_both().await;
    assert_eq!(count().await, 1);
    record(&house, &owner, "all").await.expect(200);
    open_both().await;
    assert_eq!(count().await, 2, "by the access key");
    record(&house, &owner, "ever").await.expect(400);
    let trail = owner.get("/admin/projects/default/trail?q=recorded").await.expect(200).text();
    assert!(trail.contains("Changed the view"), "{trail}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_keeper_who_tries_a_view_is_no_reader_of_it() {
    let house = House::new().await;
    let owner = owner(&house.app).await;
    let bench = format!("/admin/projects/default/views/{}/embed/bench", house.view.id);
    let page = form(&owner, &bench, "client=acme&with=signed").await.expect(200);
    house.open(&[("token", &told(&page, "token"))]).await.expect(200);
    assert_eq!(told_of(&house, "acme", "audit_log.viewed").await, Vec::<Value>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_s_id_with_blanks_around_it_is_no_new_client_anywhere() {
    let house = House::new().await;
    let owner = owner(&house.app).await;
    let sent = json!([{"client": {"uuid": " acme"}, "action": "a.b", "actor": {"uuid": "1"}}]);
    let refused = house.app.writer().post("/api/v1/events", &sent).await.expect(400).text();
    assert!(refused.contains("[0].client.uuid") && refused.contains("without blanks"), "{refused}");
    assert!(!knows(&house, " acme").await);
    let opened = house.open_with_key(" acme ").await.expect(200);
    assert!(opened.text().contains("Only Acme knows"));
    let by_token = house.open(&[("token", &house.token(&json!({"client": "acme "})))]).await.expect(200);
    assert!(by_token.text().contains("Only Acme knows"));
    // From before that was refused.
    let old = daybook::backend::storage::Append {
        client: ClientId::parse(" old").unwrap(),
        client_name: None,
        uuid: Some("1".to_owned()),
        uuid_holds: None,
        occurred_at: None,
        document: br#"{"client":{"uuid":" old"},"action":"of.old","actor":{"uuid":"1"}}"#.to_vec().into(),
    };
    house.app.storage.append(house.app.project, vec![old]).await.unwrap();
    assert!(house.open_with_key(" old").await.expect(200).text().contains("of.old"));
    assert!(!house.open_with_key("old").await.expect(200).text().contains("of.old"));
    assert!(house.app.writer().get("/api/v1/events?client=%20old").await.expect(200).text().contains("of.old"));
    let more = json!([{"client": {"uuid": " old"}, "action": "of.old.too", "actor": {"uuid": "1"}}]);
    house.app.writer().post("/api/v1/events", &more).await.expect(200);
    let view = own_view(&house.app).await;
    let to = async |typed: &str| {
        let path = format!("/admin/projects/default/views/{view}/clients?client={typed}");
        owner.get(&path).await.expect(303).header("location").to_owned()
    };
    assert!(to("%20old").await.ends_with("/%20old"));
    assert!(to("%20acme%20").await.ends_with("/acme"));
    let key = form(&owner, "/admin/projects/default/keys", "name=a&read=on&client=+acme+").await.expect(200).text();
    assert!(key.contains("acme") && !key.contains(" acme "));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_long_in_a_token_or_a_form_is_refused_by_its_name() {
    let house = House::new().await;
    let long = "x".repeat(3_000);
    for (claim, value) in [
        ("locale", json!(long)),
        ("tz", json!(long)),
        ("sub", json!(long)),
        ("jti", json!(long)),
        ("name", json!(long)),
        ("filter.actor", json!({"actor": long})),
        ("hide[1]", json!(["actor.email", "metadata.."])),
    ] {
        let name = claim.split(['.', '[']).next().unwrap();
        let refused = house.open(&[("token", &house.token(&json!({name: value})))]).await.expect(400);
        assert!(refused.text().contains(&format!("{claim}: ")), "{claim}: {}", refused.text());
        assert_eq!(refused.header("set-cookie"), "");
    }
    let longer = "x".repeat(9_000);
    for field in ["locale", "timeZone", "accessKey", "clientId", "q", "actor", "zone", "event"] {
        let mut fields = vec![("accessKey", house.view.access_key.as_str()), ("clientId", "acme")];
        fields.retain(|(name, _)| *name != field);
        fields.push((field, &longer));
        let refused = house.open(&fields).await.expect(400);
        assert!(refused.text().contains(&format!("{field}: ")), "{field}: {}", refused.text());
    }
    let origin = format!("https://{}.test", "a".repeat(300));
    submit(&house.app.stranger().with("origin", &origin), &house.path(), &[("token", &house.token(&json!({})))]).await;
    let owner = owner(&house.app).await;
    let path = format!("/admin/projects/default/views/{}/security", house.view.id);
    assert!(!owner.get(&path).await.expect(200).text().contains(&origin), "nor is it noted");
    form(&owner, &format!("{path}/origins"), &format!("origin={origin}")).await.expect(400);
}
