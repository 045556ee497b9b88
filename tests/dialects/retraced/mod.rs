//! Retraced.

mod bounds;
mod own;
mod strict;

use crate::golden;
use crate::support::{Caller, Differing, TestApp};
use axum::body::Body;
use daybook::backend::rate::{Rate, RateLimits};
use serde_json::{Value, json};

const PUBLISHER: &str = "/auditlog/publisher/v1/project/p1";
const VIEWER: &str = "/auditlog/viewer/v1";

/// A server of the company, as its client signs in.
fn client(app: &TestApp) -> Caller {
    app.stranger().with("authorization", &format!("token={}", app.key.bearer))
}

fn event(group: &str, action: &str, crud: &str) -> Value {
    json!({"action": action, "crud": crud, "group": {"id": group}, "actor": {"id": "u1", "name": "Ann <b>"},
        "target": {"id": "t1", "name": "Thing"}, "created": "2026-01-14T10:30:00Z"})
}

async fn report(app: &TestApp, event: &Value) -> Value {
    client(app).post(&format!("{PUBLISHER}/event"), event).await.expect(201).json()
}

const DOCUMENT: &str = "query Search($query: String!, $last: Int, $before: String) {
    search(query: $query, last: $last, before: $before) { totalCount, pageInfo { hasPreviousPage }
        edges { cursor node { id action crud received created canonical_time display { markdown } actor { id name }
            group { id } target { id name href } fields { key value } source_ip country is_failure } } } }";

fn asking(query: &str, last: u32, before: &str) -> Value {
    json!({"query": DOCUMENT, "variables": {"query": query, "last": last, "before": before}})
}

fn actions(answer: &Value) -> Vec<&str> {
    let edges = answer["data"]["search"]["edges"].as_array().unwrap_or_else(|| panic!("{answer}"));
    edges.iter().map(|edge| edge["node"]["action"].as_str().unwrap()).collect()
}

async fn search(caller: &Caller, query: &str) -> Value {
    caller.post(&format!("{PUBLISHER}/graphql"), &asking(query, 10, "")).await.expect(200).json()
}

/// Somebody's browser, with a session of a group.
async fn browser(app: &TestApp, group: &str, more: &str) -> Caller {
    session(app, &format!("group_id={group}&actor_id=u1&is_admin=false{more}")).await
}

/// The same of somebody whom the company calls an admin of the group.
async fn admin(app: &TestApp, group: &str) -> Caller {
    session(app, &format!("group_id={group}&actor_id=u1&is_admin=true")).await
}

async fn session(app: &TestApp, query: &str) -> Caller {
    let path = format!("{PUBLISHER}/viewertoken?{query}");
    let token = client(app).get(&path).await.expect(201).json();
    let session = app.stranger().post(&format!("{VIEWER}/viewersession"), &token).await.expect(200).json();
    assert_eq!(session["project_id"], "p1");
    app.stranger().with("authorization", session["token"].as_str().unwrap())
}

async fn seen(browser: &Caller, path: &str) -> Value {
    browser.post(&format!("{VIEWER}{path}"), &asking("crud:c,u,d", 20, "")).await.expect(200).json()
}

#[tokio::test]
async fn requests_events_and_answers_are_the_golden_ones() {
    golden::check("retraced", client).await;
}

#[tokio::test]
async fn searches_find_what_their_text_means() {
    let app = TestApp::new().await;
    for (action, crud) in [("user.created", "c"), ("user.viewed", "r"), ("team.deleted", "d"), ("team.renamed", "u")] {
        app.later(1_000);
        report(&app, &event("g", action, crud)).await;
    }
    for settled in [false, true] {
        if settled {
            daybook::backend::storage::Storage::settle(&*app.storage).await.unwrap();
        }
        for (query, found) in [
            ("", "team.renamed team.deleted user.viewed user.created"),
            ("crud:c,u,d", "team.renamed team.deleted user.created"),
            ("action:user.*", "user.viewed user.created"),
            ("action:\"team.deleted\" crud:d", "team.deleted"),
            ("actor.id:u1 actor.name:\"ann\" viewed", "user.viewed"),
            ("actor.id:nobody", ""),
            ("target.id:t1 crud:r", "user.viewed"),
            ("received:2026-01-15T12:00:02.000Z,2026-01-15T12:00:04.000Z", "team.deleted user.viewed"),
            ("created:2026-01-14T10:30:00.000Z,2026-01-14T10:30:00.001Z crud:c", "user.created"),
            ("created:,2026-01-14T10:30:00.000Z", ""),
        ] {
            let answer = search(&client(&app), query).await;
            assert_eq!(actions(&answer).join(" "), found, "{query}");
            assert_eq!(answer["data"]["search"]["totalCount"], actions(&answer).len(), "{query}");
        }
    }
}

#[tokio::test]
async fn a_node_has_what_was_asked_for_and_objects_where_nothing_is_known() {
    let app = TestApp::new().await;
    let receipt = report(&app, &event("g", "a.b", "c")).await;
    let native = json!({"client": {"uuid": "g"}, "action": "x.deleted", "anonymous": true, "metadata": {"n": 1}});
    app.writer().post("/api/v1/events", &native).await.expect(200);
    let answer = search(&client(&app), "crud:c").await;
    let node = &answer["data"]["search"]["edges"][0]["node"];
    let expected = json!({
        "id": receipt["id"], "action": "a.b", "crud": "c", "received": "2026-01-15T12:00:00Z",
        "created": "2026-01-14T10:30:00Z", "canonical_time": "2026-01-14T10:30:00Z",
        "display": {"markdown": "**Ann &lt;b&gt;** performed the action **a.b** on the item **Thing**."},
        "actor": {"id": "u1", "name": "Ann <b>"}, "group": {"id": "g"},
        "target": {"id": "t1", "name": "Thing", "href": null}, "fields": null, "source_ip": null, "country": null,
        "is_failure": false,
    });
    assert_eq!(*node, expected);
    let answer = search(&client(&app), "crud:d").await;
    let node = &answer["data"]["search"]["edges"][0]["node"];
    assert_eq!(node["actor"], json!({"id": null, "name": null}));
    assert_eq!(node["display"]["markdown"], "**An unknown actor** performed the action **x.deleted**.");
}

#[tokio::test]
async fn pages_end_where_there_is_nothing_older() {
    let app = TestApp::new().await;
    for number in 0..4 {
        report(&app, &event("g", &format!("a.{number}"), "c")).await;
    }
    let (mut found, mut before) = (Vec::new(), String::new());
    for page in 0..2 {
        let body = asking("crud:c", 2, &before);
        let answer = client(&app).post(&format!("{PUBLISHER}/graphql"), &body).await.expect(200).json();
        found.extend(actions(&answer).iter().map(|action| (*action).to_owned()));
        let connection = &answer["data"]["search"];
        assert_eq!(
            (&connection["totalCount"], &connection["pageInfo"]["hasPreviousPage"]),
            (&json!(4), &json!(page == 0))
        );
        connection["edges"][1]["cursor"].as_str().unwrap().clone_into(&mut before);
    }
    assert_eq!(found, ["a.3", "a.2", "a.1", "a.0"]);
}

#[tokio::test]
async fn a_search_that_cannot_be_answered_says_why() {
    let app = TestApp::new().await;
    for body in [
        json!({}),
        json!({"query": "{ search"}),
        json!({"query": "{ counts { x } }"}),
        json!({"query": "{ search(query: \"crud:x\") { totalCount } }"}),
        json!({"query": "{ search { edges { node { secret } } } }"}),
        json!({"query": "{ search(first: 3) { totalCount } }"}),
        json!({"query": "{ search { totalCount } a: search { totalCount } }"}),
        json!({"query": "{ search { edges { node { a: raw b: raw } } } }"}),
        json!({"query": format!("{{ search {{ totalCount }} }} #{}", "x".repeat(16 * 1024))}),
        json!({"query": "{ search { totalCount } }", "variables": {"query": "x".repeat(64 * 1024)}}),
        asking(&"a ".repeat(2_500), 1, ""),
    ] {
        report(&app, &event("g", "a.b", "c")).await;
        let answer = client(&app).post(&format!("{PUBLISHER}/graphql"), &body).await.expect(400).json();
        assert!(answer["errors"][0]["message"].is_string(), "{body}");
    }
}

#[tokio::test]
async fn strangers_and_wrong_keys_are_unauthorized_in_these_words() {
    let app = TestApp::new().await;
    let wrong = app.stranger().with("authorization", "token=ck_1.wrong");
    for caller in [app.stranger(), wrong] {
        let answer = caller.post(&format!("{PUBLISHER}/event"), &event("g", "a", "c")).await.expect(401).json();
        assert_eq!(answer, json!({"status": 401, "type": "UNAUTHORIZED", "error": "Unauthorized"}));
        caller.post(&format!("{VIEWER}/graphql"), &asking("", 1, "")).await.expect(401);
    }
    let answer = client(&app).get("/auditlog/nothing").await.expect(404).json();
    assert_eq!(answer["type"], "NOT_FOUND");
    client(&app).get(&format!("{PUBLISHER}/event")).await.expect(405);
    client(&app).get(&format!("{PUBLISHER}/viewertoken?group_id=g")).await.expect(400);
    let answer = app.stranger().post(&format!("{VIEWER}/viewersession"), &json!({"token": "x"})).await;
    answer.expect(401);
}

#[tokio::test]
async fn a_viewer_sees_its_own_group_and_its_looking_is_noted() {
    let app = TestApp::new().await;
    for (group, action) in [("g1", "of.one"), ("g2", "of.two")] {
        report(&app, &event(group, action, "u")).await;
    }
    let viewer = browser(&app, "g1", "&view_log_action=log.seen").await;
    assert_eq!(actions(&seen(&viewer, "/graphql?skipViewLogEvent=true").await), ["of.one"]);
    assert_eq!(actions(&seen(&viewer, "/graphql").await), ["of.one"]);
    let noted = search(&client(&app), "crud:r").await;
    assert_eq!(actions(&noted), ["log.seen"]);
    assert_eq!(noted["data"]["search"]["edges"][0]["node"]["group"]["id"], "g1");
    assert_eq!(noted["data"]["search"]["edges"][0]["node"]["actor"]["id"], "u1");
    let other = browser(&app, "g1", "&target_id=t2").await;
    assert_eq!(actions(&seen(&other, "/graphql").await), [""; 0]);
    app.later(12 * 60 * 60 * 1000);
    viewer.post(&format!("{VIEWER}/graphql"), &asking("", 1, "")).await.expect(401);
}

#[tokio::test]
async fn a_viewer_takes_its_group_s_events_away_and_no_other_s() {
    let app = TestApp::new().await;
    for (group, action, crud) in [("g1", "a.made", "c"), ("g1", "a.gone", "d"), ("g2", "b.made", "c")] {
        report(&app, &event(group, action, crud)).await;
    }
    let viewer = browser(&app, "g1", "").await;
    let body = json!({"name": "New things", "exportBody": {"searchQuery": "", "showCreate": true, "showRead": false,
        "showUpdate": false, "showDelete": false, "version": 1, "startTime": "2026-01-01T00:00:00.000Z", "endTime": "2026-02-01T00:00:00.000Z"}});
    let path = format!("{VIEWER}/project/p1");
    let made = viewer.post(&format!("{path}/export"), &body).await.expect(201).json();
    let list = viewer.get(&format!("{path}/exports?limit=")).await.expect(200).json();
    assert_eq!((&list[0]["id"], &list[0]["name"]), (&made["id"], &json!("New things")));
    let rendered = format!("{path}/export/{}/rendered", made["id"].as_str().unwrap());
    let file = viewer.get(&rendered).await.expect(200);
    assert!(file.header("content-type").starts_with("text/csv"));
    assert_eq!(file.header("content-disposition"), "attachment; filename=\"New_things.csv\"");
    let text = file.text();
    assert!(text.contains("\"a.made\"") && !text.contains("\"a.gone\"") && !text.contains("\"b.made\""));
    let other = browser(&app, "g2", "").await;
    other.get(&rendered).await.expect(404);
    assert_eq!(other.get(&format!("{path}/exports")).await.expect(200).json(), json!([]));
    viewer.get(&format!("{VIEWER}/project/p2/exports")).await.expect(401);
    let wrong = json!({"name": "", "exportBody": {}});
    viewer.post(&format!("{path}/export"), &wrong).await.expect(400);
}

#[tokio::test]
async fn an_api_token_reads_its_group_s_log_until_it_is_taken_back() {
    let app = TestApp::new().await;
    for (group, action) in [("g1", "of.one"), ("g2", "of.two")] {
        report(&app, &event(group, action, "u")).await;
    }
    let (viewer, other) = (admin(&app, "g1").await, admin(&app, "g2").await);
    let path = format!("{VIEWER}/project/p1/eitapi_token");
    viewer.post(&path, &json!({"displayName": " "})).await.expect(400);
    let made = viewer.post(&path, &json!({"displayName": "Ours"})).await.expect(201).json();
    let token = made["id"].as_str().unwrap();
    let program = app.stranger().with("authorization", &format!("Token token={token}"));
    let search = async || program.post("/auditlog/enterprise/v1/graphql", &asking("", 10, "")).await;
    assert_eq!(actions(&search().await.expect(200).json()), ["of.one"]);
    let own = format!("{path}/{token}");
    let renamed = Body::from(r#"{"displayName":"Theirs"}"#);
    let headers = viewer.clone().with("content-type", "application/json");
    headers.send("PUT", &own, renamed).await.expect(200);
    let list = viewer.get(&format!("{path}s")).await.expect(200).json();
    assert_eq!(list[0]["display_name"], "Theirs");
    assert_eq!(other.get(&format!("{path}s")).await.expect(200).json(), json!([]));
    other.send("DELETE", &own, Body::empty()).await.expect(404);
    viewer.send("DELETE", &own, Body::empty()).await.expect(204);
    search().await.expect(401);
    viewer.post("/auditlog/enterprise/v1/graphql", &asking("", 10, "")).await.expect(401);
}

#[tokio::test]
async fn any_page_may_call_the_viewer_s_paths_and_no_page_the_publisher_s() {
    let app = TestApp::new().await;
    let page = app.stranger().with("origin", "https://app.customer.test");
    let asks = page.clone().with("access-control-request-method", "POST");
    let asks = asks.with("access-control-request-headers", "authorization,content-type");
    let answer = asks.send("OPTIONS", &format!("{VIEWER}/graphql"), Body::empty()).await.expect(200);
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert!(answer.header("access-control-allow-headers").contains("authorization"));
    let viewer = browser(&app, "g1", "").await.with("origin", "https://app.customer.test");
    for refused in [
        page.post(&format!("{VIEWER}/graphql"), &asking("", 1, "")).await.expect(401),
        viewer.get(&format!("{VIEWER}/graphql")).await.expect(405),
        viewer.post_bytes(&format!("{VIEWER}/graphql"), vec![b' '; 16 * 1024 * 1024 + 1]).await.expect(413),
        viewer
            .clone()
            .with("content-type", "text/csv")
            .send("POST", &format!("{VIEWER}/graphql"), "x".into())
            .await
            .expect(415),
    ] {
        assert_eq!(refused.header("access-control-allow-origin"), "*");
        assert_eq!(refused.header("access-control-expose-headers"), "content-disposition");
        assert_eq!(refused.json()["status"], refused.status.as_u16());
    }
    let answer = asks.send("OPTIONS", &format!("{PUBLISHER}/graphql"), Body::empty()).await;
    assert_eq!(answer.header("access-control-allow-origin"), "");
}

#[tokio::test]
async fn a_viewer_goes_on_to_search_when_the_month_s_events_are_used_up() {
    let app = TestApp::differing(Differing { monthly_quota: Some(1), ..Differing::default() }).await;
    report(&app, &event("g1", "of.one", "u")).await;
    let viewer = browser(&app, "g1", "").await;
    assert_eq!(actions(&seen(&viewer, "/graphql").await), ["of.one"]);
    assert_eq!(actions(&search(&client(&app), "crud:r").await), ["audit.log.view"]);
    client(&app).post(&format!("{PUBLISHER}/event"), &event("g1", "of.two", "u")).await.expect(402);
}

#[tokio::test]
async fn only_an_admin_s_session_has_to_do_with_api_tokens() {
    let app = TestApp::new().await;
    let path = format!("{VIEWER}/project/p1/eitapi_token");
    let made = admin(&app, "g1").await.post(&path, &json!({"displayName": "Ours"})).await.expect(201).json();
    let own = format!("{path}/{}", made["id"].as_str().unwrap());
    let sessions = [browser(&app, "g1", "").await, session(&app, "group_id=g1&actor_id=u1").await];
    for viewer in sessions.map(|viewer| viewer.with("content-type", "application/json")) {
        viewer.get(&format!("{path}s")).await.expect(403);
        viewer.post(&path, &json!({"displayName": "Mine"})).await.expect(403);
        viewer.send("PUT", &own, r#"{"displayName":"Mine"}"#.into()).await.expect(403);
        viewer.send("DELETE", &own, Body::empty()).await.expect(403);
    }
    assert_eq!(admin(&app, "g1").await.get(&format!("{path}s")).await.expect(200).json().as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn exports_are_small_a_hundred_at_most_and_gone_after_a_month() {
    let app = TestApp::new().await;
    let viewer = browser(&app, "g1", "").await;
    let path = format!("{VIEWER}/project/p1/export");
    let of = |name: &str, more: &str| json!({"name": name, "exportBody": {"searchQuery": "", "showRead": true, "junk": more}});
    let large = viewer.post(&path, &of("large", &"x".repeat(16 * 1024))).await.expect(413);
    assert_eq!(large.json()["type"], "PAYLOAD_TOO_LARGE");
    let first = viewer.post(&path, &of("first", "junk that is said")).await.expect(201);
    assert!(!first.text().contains("junk"));
    for number in 0..100 {
        viewer.post(&path, &of(&number.to_string(), "")).await.expect(201);
    }
    let list = viewer.get(&format!("{path}s")).await.expect(200).json();
    assert_eq!((list.as_array().unwrap().len(), &list[0]["name"]), (100, &json!("99")));
    viewer.get(&format!("{path}/{}/rendered", first.json()["id"].as_str().unwrap())).await.expect(404);
    app.later(30 * 24 * 60 * 60 * 1000);
    let viewer = browser(&app, "g1", "").await;
    assert_eq!(viewer.get(&format!("{path}s")).await.expect(200).json(), json!([]));
    viewer.get(&format!("{path}/{}/rendered", list[0]["id"].as_str().unwrap())).await.expect(404);
    viewer.post(&path, &of("new", "")).await.expect(201);
    assert_eq!(viewer.get(&format!("{path}s")).await.expect(200).json().as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn whoever_calls_too_often_is_told_when_to_try_again() {
    let rates = RateLimits::new(Rate { per_second: 1, burst: 2 }, Rate::NONE);
    let app = TestApp::differing(Differing { rates: Some(rates), ..Differing::default() }).await;
    for _ in 0..2 {
        client(&app).post(&format!("{PUBLISHER}/graphql"), &asking("", 1, "")).await.expect(200);
    }
    let refused = client(&app).post(&format!("{PUBLISHER}/graphql"), &asking("", 1, "")).await.expect(429);
    assert_eq!(refused.header("retry-after"), "1");
}
