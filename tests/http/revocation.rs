//! What is taken away ends everything that was made with it: each credential, and all that derives from it.

use crate::admin::{EMAIL, form, invite, join, owner};
use crate::embed::{House, PAGE, cookie, submit, told};
use crate::support::{Answer, Caller};
use axum::body::Body;
use daybook::backend::auth::Steward;
use daybook::backend::keys::{self, CreatedKey, NewKey};
use daybook::backend::views::Change;
use daybook::domain::access::Origin;
use daybook::domain::key::Overlap;
use daybook::domain::time::Timestamp;
use http_body_util::BodyExt;
use serde_json::{Value, json};

/// The longest that anything may outlive what it came from, in milliseconds.
const SECOND: i64 = 1_000;

/// Something that a credential opens, directly or by what was made with it.
struct Opened {
    what: String,
    caller: Caller,
    method: &'static str,
    path: String,
    body: Value,
}

impl Opened {
    fn get(what: impl Into<String>, caller: &Caller, path: impl Into<String>) -> Self {
        Self { what: what.into(), caller: caller.clone(), method: "GET", path: path.into(), body: Value::Null }
    }

    fn post(what: impl Into<String>, caller: &Caller, path: impl Into<String>, body: Value) -> Self {
        Self { method: "POST", body, ..Self::get(what, caller, path) }
    }

    async fn is_open(&self) -> bool {
        let answer = match self.method {
            "GET" => self.caller.get(&self.path).await,
            _ => self.caller.post(&self.path, &self.body).await,
        };
        // A member who is signed out is sent to sign in.
        let away = answer.header("location").starts_with("/admin/sign-in");
        (answer.status.is_success() || answer.status.is_redirection()) && !away
    }
}

/// All must be open before something is taken away, and closed a second later.
async fn closes(house: &House, taken: &str, opened: Vec<Opened>, take: impl AsyncFnOnce()) {
    for one in &opened {
        assert!(one.is_open().await, "{} is not open before {taken}", one.what);
    }
    take().await;
    house.app.later(SECOND);
    for one in &opened {
        assert!(!one.is_open().await, "{} is still open after {taken}", one.what);
    }
}

/// Every door of an opened view.
fn session(of: &str, caller: &Caller, view: &str, base: &str, token: &str) -> Vec<Opened> {
    let news = json!({"view": view, "session": token, "query": "", "top": null});
    let part = caller.clone().with("x-daybook-part", "desk");
    vec![
        Opened::get(format!("{of}: document"), caller, base),
        Opened::get(format!("{of}: part"), &part, base),
        Opened::get(format!("{of}: file"), caller, format!("{base}/export?format=ndjson")),
        Opened::post(format!("{of}: news"), caller, "/rpc/events/newer", news),
    ]
}

fn of_document(of: &str, house: &House, answer: &Answer) -> Vec<Opened> {
    let caller = house.app.stranger().with("cookie", &cookie(answer));
    session(of, &caller, house.view.id.as_str(), &told(answer, "base"), &told(answer, "session"))
}

async fn by_access_key(house: &House) -> Vec<Opened> {
    of_document("access key", house, &house.open_with_key("acme").await.expect(200))
}

async fn by_token(house: &House, claims: &Value) -> Vec<Opened> {
    let token = house.token(&json!({"scope": "read export tail"}));
    assert!(claims.is_object());
    of_document("signed token", house, &house.open(&[("token", &token)]).await.expect(200))
}

/// A link into the portal, and the view that it opens.
async fn portal(house: &House, server: &Caller) -> (Vec<Opened>, String) {
    let body = json!({"organization": "acme", "intent": "audit_logs"});
    let link = server.post("/portal/generate_link", &body).await.expect(201).json();
    let link = link["link"].as_str().unwrap();
    let path = link[link.find("/portal/").unwrap()..].to_owned();
    let entered = house.app.stranger().get(&path).await.expect(303);
    let base = entered.header("location").split('?').next().unwrap().to_owned();
    let view = base.split('/').nth(2).unwrap().to_owned();
    let (cookie, token) = (cookie(&entered), cookie(&entered).split_once('=').unwrap().1.to_owned());
    let mut all = session("portal", &house.app.stranger().with("cookie", &cookie), &view, &base, &token);
    all.push(Opened::get("portal link", &house.app.stranger(), path));
    (all, view)
}

/// A link to an export that is ready.
async fn export_link(house: &House, server: &Caller) -> Opened {
    let order =
        json!({"organization_id": "acme", "range_start": "2026-01-01T00:00:00Z", "range_end": "2026-02-01T00:00:00Z"});
    let made = server.post("/audit_logs/exports", &order).await.expect(201).json();
    let path = format!("/audit_logs/exports/{}", made["id"].as_str().unwrap());
    let url = loop {
        if let Some(url) = server.get(&path).await.expect(200).json()["url"].as_str() {
            break url.to_owned();
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    };
    Opened::get("export link", &house.app.stranger(), url[url.find("/audit_logs").unwrap()..].to_owned())
}

/// A viewer of Retraced's, and the API token that they have made.
async fn retraced(house: &House, key: &CreatedKey) -> Vec<Opened> {
    const VIEWER: &str = "/auditlog/viewer/v1";
    let search = json!({"query": "{ search(query: \"\", last: 1) { totalCount } }", "variables": {}});
    let server = house.app.stranger().with("authorization", &format!("token={}", key.bearer));
    let token = "/auditlog/publisher/v1/project/p1/viewertoken?group_id=acme&actor_id=ann&is_admin=true";
    let token = server.get(token).await.expect(201).json();
    let opened = house.app.stranger().post(&format!("{VIEWER}/viewersession"), &token).await.expect(200).json();
    let browser = house.app.stranger().with("authorization", opened["token"].as_str().unwrap());
    let saved = json!({"name": "all", "exportBody": {"searchQuery": ""}});
    let saved = browser.post(&format!("{VIEWER}/project/p1/export"), &saved).await.expect(201).json();
    let made = browser.post(&format!("{VIEWER}/project/p1/eitapi_token"), &json!({"displayName": "ours"})).await;
    let made = made.expect(201).json();
    let program = house.app.stranger().with("authorization", &format!("token={}", made["id"].as_str().unwrap()));
    vec![
        Opened::post("viewer token", &house.app.stranger(), format!("{VIEWER}/viewersession"), token),
        Opened::post("viewer session", &browser, format!("{VIEWER}/graphql"), search.clone()),
        Opened::get("viewer's exports", &browser, format!("{VIEWER}/project/p1/exports")),
        Opened::get(
            "viewer's file",
            &browser,
            format!("{VIEWER}/project/p1/export/{}/rendered", saved["id"].as_str().unwrap()),
        ),
        Opened::get("viewer's tokens", &browser, format!("{VIEWER}/project/p1/eitapi_tokens")),
        Opened::post("API token", &program, "/auditlog/enterprise/v1/graphql", search),
    ]
}

async fn key(house: &House, key: NewKey) -> CreatedKey {
    keys::create(&house.app.backend, &steward(house), key).await.unwrap_or_else(|problem| panic!("{problem}"))
}

fn steward(house: &House) -> Steward {
    Steward::of_the_machine(house.app.project)
}

/// Everything that is made with an API key.
async fn by_api_key(house: &House, key: &CreatedKey) -> Vec<Opened> {
    let server = house.app.stranger().with("authorization", &format!("Bearer {}", key.bearer));
    // Whoever sends an organization's event registers it.
    let event = json!({"organization_id": "acme", "event": {"action": "a.b", "occurred_at": "2026-01-10T10:00:00Z",
        "actor": {"id": "1", "type": "user"}, "targets": [{"id": "1", "type": "t"}], "context": {"location": "1.1.1.1"}}});
    server.post("/audit_logs/events", &event).await.expect(200);
    let mut all = vec![
        Opened::get("events", &server, "/api/v1/events"),
        Opened::get("export", &server, "/api/v1/events/export"),
        export_link(house, &server).await,
    ];
    all.extend(portal(house, &server).await.0);
    all.extend(retraced(house, key).await);
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_or_expired_api_key_ends_all_that_was_made_with_it() {
    let house = House::new().await;
    let doomed = key(&house, NewKey::named("doomed")).await;
    let opened = by_api_key(&house, &doomed).await;
    closes(&house, "the key is revoked", opened, async || {
        keys::revoke(&house.app.backend, &steward(&house), &doomed.id).await.unwrap();
    })
    .await;
    let house = House::new().await;
    let expires_at = Some(Timestamp::from_millis(crate::support::START + 60 * SECOND));
    let short = key(&house, NewKey { expires_at, ..NewKey::named("short") }).await;
    let opened = by_api_key(&house, &short).await;
    closes(&house, "the key has expired", opened, async || house.app.later(60 * SECOND)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_s_old_secret_ends_with_what_people_have_of_it_but_for_their_programs_tokens() {
    let house = House::new().await;
    let rolled = key(&house, NewKey::named("rolled")).await;
    let (opened, programs): (Vec<_>, Vec<_>) =
        retraced(&house, &rolled).await.into_iter().partition(|one| one.what != "API token");
    closes(&house, "the old secret is over", opened, async || {
        keys::roll(&house.app.backend, &steward(&house), &rolled.id, Overlap::Hour).await.unwrap();
        house.app.later(60 * 60 * SECOND);
    })
    .await;
    assert!(programs[0].is_open().await, "{}", programs[0].what);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_view_loses_its_open_pages_lose() {
    let rotate = || Change { new_signing_secret: true, ..Change::default() };
    let origins = Some(vec![Origin::parse("https://app.example.com").unwrap()]);
    for (taken, change) in [
        ("the access key is replaced", vec![Change { new_access_key: true, ..Change::default() }]),
        ("only tokens open it", vec![Change { tokens_only: Some(true), ..Change::default() }]),
        ("its origin is removed", vec![Change { origins: origins.clone(), ..Change::default() }]),
    ] {
        let mut house = House::new().await;
        let opened = by_access_key(&house).await;
        for one in &opened {
            assert!(one.is_open().await, "{}", one.what);
        }
        for change in change {
            house.change(change).await;
        }
        closes_now(&house, taken, &opened).await;
    }
    for (taken, change) in [
        ("the signing secret is removed", vec![rotate(), rotate()]),
        ("its origin is removed", vec![Change { origins, ..Change::default() }]),
    ] {
        let mut house = House::new().await;
        let opened = by_token(&house, &json!({})).await;
        for change in change {
            house.change(change).await;
        }
        closes_now(&house, taken, &opened).await;
    }
}

async fn closes_now(house: &House, taken: &str, opened: &[Opened]) {
    house.app.later(SECOND);
    for one in opened {
        assert!(!one.is_open().await, "{} is still open after {taken}", one.what);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archived_view_and_a_client_s_closed_sessions_are_closed_whatever_opened_them() {
    for path in ["archive", "security/close"] {
        let house = House::new().await;
        let owner = owner(&house.app).await;
        let (portal, of_portal) = portal_of(&house).await;
        let body = "client=acme";
        let close = async |view: &str| {
            let answer = form(&owner, &format!("/admin/projects/default/views/{view}/{path}"), body).await;
            assert!(answer.status.is_success() || answer.status.is_redirection(), "{}", answer.text());
        };
        let mut opened = portal;
        opened.extend(by_access_key(&house).await);
        opened.extend(by_token(&house, &json!({})).await);
        closes(&house, path, opened, async || {
            close(&of_portal).await;
            close(house.view.id.as_str()).await;
        })
        .await;
    }
}

async fn portal_of(house: &House) -> (Vec<Opened>, String) {
    let server = house.app.writer();
    let server = server.with("authorization", &format!("Bearer {}", house.app.key.bearer));
    let event = json!({"organization_id": "acme", "event": {"action": "a.b", "occurred_at": "2026-01-10T10:00:00Z",
        "actor": {"id": "1", "type": "user"}, "targets": [{"id": "1", "type": "t"}], "context": {"location": "1.1.1.1"}}});
    server.post("/audit_logs/events", &event).await.expect(200);
    portal(house, &server).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_who_is_removed_or_gets_another_role_loses_their_pages_and_what_they_had_signed() {
    for taken in ["role", "remove"] {
        let house = House::new().await;
        let owner = owner(&house.app).await;
        let code = invite(&owner, "admin").await;
        let joined = join(&house.app, &code, "bert@harbour.test").await;
        let bert = crate::admin::browser(&house.app).with("cookie", &crate::admin::cookie(&joined));
        let view = house.view.id.as_str();
        let signed = format!("/admin/projects/default/views/{view}/embed/bench");
        let page = form(&bert, &signed, "client=acme&with=signed").await.expect(200);
        let token = told(&page, "token");
        let tested = submit(&house.app.stranger().with("origin", PAGE), &house.path(), &[("token", &token)]).await;
        let mut opened = of_document("tester's token", &house, &tested.expect(200));
        opened.retain(|one| !one.what.ends_with("news"));
        for path in ["events", "events/export?format=csv", "keys", "trail", &format!("views/{view}/security")] {
            opened.push(Opened::get(path, &bert, format!("/admin/projects/default/{path}")));
        }
        let person = person_of(&owner, "bert@harbour.test").await;
        closes(&house, taken, opened, async || {
            let path = format!("/admin/projects/default/members/{person}/{taken}");
            form(&owner, &path, "role=designer").await.expect(200);
        })
        .await;
        let fresh = house.open(&[("token", &token)]).await;
        assert!(!fresh.status.is_success(), "the token opens nothing anew");
    }
}

/// A member's number, as their forms have it.
async fn person_of(owner: &Caller, email: &str) -> String {
    let page = owner.get("/admin/projects/default/members").await.expect(200).text();
    assert!(page.contains(EMAIL));
    let row = page.split(email).nth(1).unwrap();
    row.split("/members/").nth(1).unwrap().split('/').next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_on_its_way_breaks_off_when_its_credential_is_gone() {
    let mut house = House::new().await;
    let event = |number: u32| {
        json!({"uuid": format!("n-{number}"), "client": {"uuid": "acme"}, "action": "a.b", "actor": {"uuid": "1"},
            "metadata": {"filling": "x".repeat(2_000)}})
    };
    let events: Vec<Value> = (0..3_000).map(event).collect();
    for part in events.chunks(1_000) {
        house.app.writer().post("/api/v1/events", &json!(part)).await.expect(200);
    }
    let owner = owner(&house.app).await;
    let doomed = key(&house, NewKey::named("doomed")).await;
    let server = house.app.stranger().with("authorization", &format!("Bearer {}", doomed.bearer));
    let by_key = house.open_with_key("acme").await.expect(200);
    let reader = house.app.stranger().with("cookie", &cookie(&by_key));
    let of_view = format!("{}/export?format=ndjson", told(&by_key, "base"));
    let files = [
        (&server, "/api/v1/events/export?format=ndjson"),
        (&reader, of_view.as_str()),
        (&owner, "/admin/projects/default/events/export?format=ndjson"),
    ];
    for broken in [false, true] {
        let mut begun = Vec::new();
        for (caller, path) in files {
            let mut body = caller.begin("GET", path, Body::empty()).await.into_body();
            body.frame().await.unwrap().unwrap();
            begun.push((path, body));
        }
        if broken {
            keys::revoke(&house.app.backend, &steward(&house), &doomed.id).await.unwrap();
            house.change(Change { new_access_key: true, ..Change::default() }).await;
            form(&owner, "/admin/sign-out", "").await.expect(303);
        }
        house.app.later(SECOND);
        for (path, body) in begun {
            assert_eq!(body.collect().await.is_err(), broken, "{path}");
        }
    }
}
