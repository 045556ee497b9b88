//! The account trail of a project.

use crate::admin::{EMAIL, PASSWORD, browser, cookie, form, invite, join, owner, sign_in};
use crate::support::{Caller, TestApp, event};
use daybook::backend::keys::NewKey;
use daybook::domain::key::KeyScopes;
use serde_json::{Value, json};

const PAGE: &str = "/admin/projects/default/trail";

/// Everything in the trail of the first project, the newest first.
async fn trail(app: &TestApp) -> Vec<Value> {
    let admin = NewKey { scopes: KeyScopes::parse("admin").unwrap(), ..NewKey::named("reads the trail") };
    let found = app.server(admin).await.get("/api/v1/events?client=daybook:trail&limit=100").await.expect(200).json();
    found["entries"].as_array().unwrap().clone()
}

fn of<'t>(trail: &'t [Value], action: &str) -> &'t Value {
    trail.iter().find(|event| event["action"] == action).unwrap_or_else(|| panic!("no {action} in {trail:?}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_people_do_to_a_project_is_in_its_trail_by_whom_and_from_where() {
    let app = TestApp::new().await;
    let owner = owner(&app).await;
    let at = |path: &str| format!("/admin/projects/default/{path}");
    let view = daybook::backend::start::view(&app.backend, app.project).await.unwrap();
    let security = |path: &str| at(&format!("views/{view}/security/{path}"));
    form(&owner, &security("access-key/show"), "").await.expect(200);
    form(&owner, &security("rules"), "tokens_only=yes&minutes=10").await.expect(200);
    form(&owner, &security("access-key"), "grace=day").await.expect(200);
    form(&owner, &security("secrets"), "").await.expect(200);
    form(&owner, &security("close"), "client=c").await.expect(200);
    form(&owner, &at(&format!("views/{view}/embed/bench")), "client=c&with=signed").await.expect(200);
    owner.send("POST", &at("pictures"), "<svg xmlns='http://www.w3.org/2000/svg'/>".into()).await.expect(200);
    form(&owner, &at("keys"), "name=Billing&ingest=yes").await.expect(200);
    let key = app.key.id.as_str();
    form(&owner, &at(&format!("keys/{key}/roll")), "overlap=1h").await.expect(200);
    form(&owner, &at(&format!("keys/{key}/revoke")), "").await.expect(303);
    let code = invite(&owner, "admin").await;
    join(&app, &code, "ben@harbour.test").await.expect(303);
    form(&owner, &at("members/2/role"), "role=owner").await.expect(200);
    form(&owner, &at("members/2/remove"), "").await.expect(200);
    form(&owner, "/admin/account/password", &format!("old={PASSWORD}&new=eight+small+boats")).await.expect(200);
    let trail = trail(&app).await;
    for (action, target) in [
        ("project.created", "default"),
        ("member.joined", EMAIL),
        ("member.signed_in", ""),
        ("view.secrets_shown", view.as_str()),
        ("view.changed", view.as_str()),
        ("view.access_key_replaced", view.as_str()),
        ("view.token_signed", view.as_str()),
        ("picture.uploaded", ""),
        ("api_key.created", ""),
        ("api_key.rolled", key),
        ("api_key.revoked", key),
        ("member.invited", ""),
        ("member.role_changed", "ben@harbour.test"),
        ("member.removed", "ben@harbour.test"),
        ("member.password_changed", ""),
    ] {
        let found = trail.iter().filter(|event| event["action"] == action);
        let found = found.filter(|event| target.is_empty() || event["target"]["uuid"] == target).count();
        assert!(found > 0, "no {action} on {target:?} in {trail:?}");
    }
    let changed = of(&trail, "member.role_changed");
    assert_eq!(changed["actor"]["email"], EMAIL);
    assert_eq!(changed["context"]["client"]["browserAgent"], "Testfox 1.0");
    assert_eq!(changed["changes"], json!([{"field": "role", "before": "admin", "after": "owner"}]));
    let all = Value::from(trail.clone()).to_string();
    for secret in [PASSWORD, &code, &app.key.secret] {
        assert!(!all.contains(secret), "no secret is in the trail");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_trail_says_which_secret_was_looked_at_and_for_whom_a_token_was_signed() {
    let app = TestApp::new().await;
    let owner = owner(&app).await;
    let view = daybook::backend::start::view(&app.backend, app.project).await.unwrap();
    let kid = daybook::backend::views::show(&app.backend, &view).await.unwrap().kid;
    let at = |path: &str| format!("/admin/projects/default/views/{view}/{path}");
    form(&owner, &at("security/access-key/show"), "").await.expect(200);
    form(&owner, &at(&format!("security/secrets/{kid}/show")), "").await.expect(200);
    form(&owner, &at("embed/bench"), "client=c-7&with=signed").await.expect(200);
    let trail = trail(&app).await;
    let told = |action: &str| {
        let found = trail.iter().filter(|event| event["action"] == action);
        found.map(|event| event["description"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let shown = told("view.secrets_shown");
    assert_eq!(
        shown,
        [
            format!("Looked at the signing secret {kid} of the view “Main view”"),
            "Looked at the access key of the view “Main view”".to_owned(),
        ]
    );
    assert_eq!(
        told("view.token_signed"),
        [format!("Signed a token of the view “Main view” for the client c-7 with {kid}")]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_sign_in_is_in_the_trail_of_whoever_it_was_tried_for() {
    let app = TestApp::new().await;
    owner(&app).await;
    sign_in(&app, EMAIL, "wrong").await.expect(403);
    sign_in(&app, "nobody@harbour.test", "wrong").await.expect(403);
    for _ in 0..200 {
        let failed: Vec<Value> =
            trail(&app).await.into_iter().filter(|event| event["outcome"]["result"] == "failure").collect();
        if let [one] = failed.as_slice() {
            assert_eq!((&one["action"], &one["actor"]["email"]), (&json!("member.signed_in"), &json!(EMAIL)));
            return;
        }
        assert!(failed.is_empty(), "{failed:?}");
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("it is not recorded");
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_here_and_everywhere_else_is_in_the_trail_and_only_where_a_session_ended() {
    let app = TestApp::new().await;
    let here = owner(&app).await;
    form(&here, "/admin/account/sign-out-elsewhere", "").await.expect(200);
    let told = |trail: &[Value], action: &str| {
        let of_action = trail.iter().filter(|event| event["action"] == action);
        of_action.map(|event| event["description"].clone()).collect::<Vec<_>>()
    };
    assert!(told(&trail(&app).await, "member.signed_out_elsewhere").is_empty(), "there was nothing to end");
    for _ in 0..2 {
        sign_in(&app, EMAIL, PASSWORD).await.expect(303);
    }
    form(&here, "/admin/account/sign-out-elsewhere", "").await.expect(200);
    form(&here, "/admin/sign-out", "").await.expect(303);
    let trail = trail(&app).await;
    assert_eq!(told(&trail, "member.signed_out_elsewhere"), [json!("Ended 2 other sessions of theirs")]);
    assert_eq!(told(&trail, "member.signed_out"), [json!("Signed out")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_shows_the_trail_of_its_own_project_and_no_client_s_events() {
    let app = TestApp::new().await;
    let owner = owner(&app).await;
    app.writer().post("/api/v1/events", &event("acme", "1")).await.expect(200);
    let page = owner.get(PAGE).await.expect(200);
    assert!(page.header("content-security-policy").contains("frame-ancestors 'none'"));
    let text = page.text();
    assert!(text.contains("Account trail") && text.contains("project.created") && !text.contains("user.invite"));
    let events = owner.get("/admin/projects/default/events").await.expect(200).text();
    assert!(events.contains("user.invite") && !events.contains("project.created"), "the trail is no client");
    let clients = owner.get("/admin/projects/default/clients").await.expect(200).text();
    assert!(clients.contains("acme") && !clients.contains("daybook:trail"));
    form(&owner, "/admin/projects", "name=staging").await.expect(303);
    let staging = owner.get("/admin/projects/staging/trail").await.expect(200).text();
    assert!(staging.contains("project.created") && !staging.contains("api_key.created"));
    let filtered = owner.get(&format!("{PAGE}?action=api_key.*")).await.expect(200).text();
    assert!(filtered.contains("api_key.created") && !filtered.contains("Made the project"));
    assert!(owner.get(&format!("{PAGE}?client=acme")).await.expect(200).text().contains("project.created"));
    ben_reads_nothing_without_the_right(&app, &owner).await;
}

async fn ben_reads_nothing_without_the_right(app: &TestApp, owner: &Caller) {
    let ben = join(app, &invite(owner, "analyst").await, "ben@harbour.test").await.expect(303);
    let ben = browser(app).with("cookie", &cookie(&ben));
    ben.get(PAGE).await.expect(403);
    ben.clone().with("x-daybook-part", "desk").get(PAGE).await.expect(403);
    ben.get("/admin/projects/default/events").await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_forgotten_or_corrected_and_by_which_key_is_in_the_trail_but_not_what_they_were_called() {
    let app = TestApp::new().await;
    let (uuid, name) = ("u-1", "Roberta Wharton");
    let sent = json!({"client": {"uuid": "acme"}, "action": "a", "actor": {"uuid": uuid, "name": name}});
    app.writer().post("/api/v1/events", &sent).await.expect(200);
    let path = format!("/api/v1/actors/{uuid}");
    app.writer().post(&path, &json!({"name": "Corrected Name"})).await;
    for _ in 0..2 {
        app.writer().post(&format!("{path}/forget"), &json!({})).await;
    }
    let trail = trail(&app).await;
    for action in ["person.corrected", "person.forgotten"] {
        let line = of(&trail, action);
        assert_eq!((&line["target"]["uuid"], &line["actor"]["uuid"]), (&json!(uuid), &json!(app.key.id)));
        assert_eq!(trail.iter().filter(|line| line["action"] == action).count(), 1, "once is enough");
    }
    let all = Value::from(trail).to_string();
    assert!(!all.contains(name) && !all.contains("Corrected Name"));
}
