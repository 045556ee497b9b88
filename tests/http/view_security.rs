//! Who may open a view, as its keepers say it, and what holds for its customers from then on.

use crate::admin::{form, own_view, owner};
use crate::embed::{House, cookie, submit, told};
use crate::support::{Answer, Caller, TestApp};
use daybook::backend::views;
use daybook::domain::access::ViewId;
use serde_json::json;
use std::time::Duration;

const HOUR: i64 = 60 * 60 * 1_000;

/// A house with events, and its owner's browser.
async fn kept_house() -> (House, Caller) {
    let house = House::new().await;
    let owner = owner(&house.app).await;
    (house, owner)
}

/// A form of the view's security.
async fn secure(owner: &Caller, view: &str, path: &str, body: &str) -> Answer {
    form(owner, &format!("/admin/projects/default/views/{view}/security{path}"), body).await
}

async fn page(owner: &Caller, view: &str) -> String {
    owner.get(&format!("/admin/projects/default/views/{view}/security")).await.expect(200).text()
}

/// The page once it says something that is noted beside the opening.
async fn page_once_it_says(owner: &Caller, view: &str, expected: &str) -> String {
    for _ in 0..200 {
        let page = page(owner, view).await;
        if page.contains(expected) {
            return page;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the page never said {expected}");
}

async fn key_of(app: &TestApp, view: &str) -> String {
    views::show(&app.backend, &ViewId::parse(view).unwrap()).await.unwrap().access_key
}

async fn opened(app: &TestApp, view: &str, origin: &str, key: &str) -> u16 {
    let browser = app.stranger().with("origin", origin);
    submit(&browser, &format!("/embed/{view}"), &[("clientId", "c"), ("accessKey", key)]).await.status.as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_is_in_the_page_only_when_it_was_asked_for() {
    let app = TestApp::new().await;
    let owner = owner(&app).await;
    let view = own_view(&app).await;
    let shown = views::show(&app.backend, &ViewId::parse(view.clone()).unwrap()).await.unwrap();
    let secrets = [&shown.access_key, &shown.signing_secret];
    for path in ["security", "embed"] {
        let page = owner.get(&format!("/admin/projects/default/views/{view}/{path}")).await.expect(200).text();
        assert!(page.contains(&view) && page.contains(&shown.kid), "{path}");
        assert!(secrets.iter().all(|secret| !page.contains(*secret)), "{path}");
    }
    let asked = secure(&owner, &view, "/access-key/show", "").await.expect(200).text();
    assert!(asked.contains(&shown.access_key) && !asked.contains(&shown.signing_secret));
    let asked = secure(&owner, &view, &format!("/secrets/{}/show", shown.kid), "").await.expect(200).text();
    assert!(asked.contains(&shown.signing_secret) && !asked.contains(&shown.access_key));
    let asked = form(&owner, &format!("/admin/projects/default/views/{view}/embed"), "").await.expect(200).text();
    assert!(asked.contains(&format!("accessKey: '{}'", shown.access_key)));
    secure(&owner, &view, "/secrets/vs_none/show", "").await.expect(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replaced_access_key_opens_the_view_for_its_grace_and_no_longer() {
    let app = TestApp::new().await;
    let owner = owner(&app).await;
    let view = own_view(&app).await;
    let page = "http://localhost:8000";
    let first = key_of(&app, &view).await;
    let told = secure(&owner, &view, "/access-key", "grace=day").await.expect(200).text();
    let told = crate::words(&told);
    assert!(told.contains("still opens the view, until 16 Jan 2026, 12:00 UTC."), "{told}");
    let second = key_of(&app, &view).await;
    assert_eq!((opened(&app, &view, page, &first).await, opened(&app, &view, page, &second).await), (200, 200));
    app.later(24 * HOUR - 1);
    assert_eq!(opened(&app, &view, page, &first).await, 200);
    app.later(1);
    assert_eq!((opened(&app, &view, page, &first).await, opened(&app, &view, page, &second).await), (403, 200));
    assert!(!secure(&owner, &view, "/access-key/show", "").await.text().contains("still opens"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grace_is_ended_early_and_a_key_replaced_without_one_opens_nothing_at_once() {
    let app = TestApp::new().await;
    let owner = owner(&app).await;
    let view = own_view(&app).await;
    let page = "http://localhost:8000";
    let first = key_of(&app, &view).await;
    secure(&owner, &view, "/access-key", "grace=week").await.expect(200);
    let ended = secure(&owner, &view, "/access-key/end", "").await.expect(200).text();
    assert!(!ended.contains("still opens"));
    assert_eq!(opened(&app, &view, page, &first).await, 403);
    let second = key_of(&app, &view).await;
    secure(&owner, &view, "/access-key", "grace=none").await.expect(200);
    assert_eq!(opened(&app, &view, page, &second).await, 403);
    secure(&owner, &view, "/access-key", "grace=ever").await.expect(400);
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_secrets_are_added_and_revoked_but_for_the_last() {
    let (house, owner) = kept_house().await;
    let view = house.view.id.to_string();
    let first = house.view.kid.clone();
    let told = secure(&owner, &view, &format!("/secrets/{first}/revoke"), "").await.expect(400).text();
    assert!(told.contains("This is the only one"), "{told}");
    let page = secure(&owner, &view, "/secrets", "").await.expect(200).text();
    let newest = page.split("<span>vs_").nth(1).unwrap().split('<').next().unwrap();
    assert!(!first.ends_with(newest) && page.find(newest) < page.find(&first), "the newest comes first");
    house.open(&[("token", &house.token(&json!({})))]).await.expect(200);
    page_once_it_says(&owner, &view, "15 Jan 2026, 12:00 UTC</time></td><td><time").await;
    secure(&owner, &view, &format!("/secrets/{first}/revoke"), "").await.expect(200);
    house.open(&[("token", &house.token(&json!({})))]).await.expect(403);
    for _ in 0..4 {
        secure(&owner, &view, "/secrets", "").await.expect(200);
    }
    assert!(secure(&owner, &view, "/secrets", "").await.expect(400).text().contains("5 signing secrets at most"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_viewers_may_do_is_taken_from_tokens_keys_and_open_pages_alike() {
    let (house, owner) = kept_house().await;
    let view = house.view.id.to_string();
    let exports = |answer: &Answer| answer.text().contains("/export");
    let open = house.open_with_key("acme").await.expect(200);
    assert!(exports(&open));
    secure(&owner, &view, "/rules", "live=yes&minutes=60").await.expect(200);
    let scoped = house.token(&json!({"scope": "read export"}));
    for answer in [house.open_with_key("acme").await, house.open(&[("token", &scoped)]).await] {
        assert!(!exports(&answer.expect(200)));
    }
    let live = |answer: &Answer| answer.text().contains("class=\"news\"");
    let news = async |answer: &Answer| {
        let question = json!({"view": view, "session": told(answer, "session"), "query": "", "top": null});
        house.app.stranger().post("/rpc/events/newer", &question).await.status.as_u16()
    };
    let following = house.open(&[("token", &house.token(&json!({"scope": "read tail"})))]).await.expect(200);
    let unasked = house.open(&[("token", &house.token(&json!({})))]).await.expect(200);
    assert!(live(&following) && !live(&unasked), "a token asks for it in its scope");
    assert_eq!((news(&open).await, news(&following).await, news(&unasked).await), (200, 200, 403));
    secure(&owner, &view, "/rules", "export=yes&minutes=60").await.expect(200);
    assert!(!live(&house.open_with_key("acme").await.expect(200)));
    assert_eq!((news(&open).await, news(&following).await), (403, 403));
    secure(&owner, &view, "/rules", "live=yes&minutes=60").await.expect(200);
    let again = house.app.stranger().with("cookie", &cookie(&open)).get(&told(&open, "base")).await.expect(200);
    assert!(!exports(&again), "what is taken from a view is taken from its open pages");
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_hold_at_once_and_a_wrong_one_changes_none() {
    let (house, owner) = kept_house().await;
    let view = house.view.id.to_string();
    let now = daybook::domain::time::Timestamp::from_millis(crate::support::START).millis() / 1_000;
    let long = || house.token(&json!({"exp": now + 601}));
    house.open(&[("token", &long())]).await.expect(200);
    let wrong = secure(&owner, &view, "/rules", "tokens_only=yes&minutes=61").await.expect(400).text();
    assert!(wrong.contains("Enter 5 to 60 minutes") && wrong.contains("value=\"61\""), "{wrong}");
    house.open_with_key("acme").await.expect(200);
    secure(&owner, &view, "/rules", "tokens_only=yes&export=yes&minutes=10").await.expect(200);
    house.open_with_key("acme").await.expect(403);
    house.open(&[("token", &long())]).await.expect(403);
    house.open(&[("token", &house.token(&json!({"exp": now + 600})))]).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_page_is_seen_and_let_in_by_a_button() {
    let app = TestApp::new().await;
    let owner = owner(&app).await;
    let view = own_view(&app).await;
    let key = key_of(&app, &view).await;
    assert!(page(&owner, &view).await.contains("No page has requested this view yet"));
    assert_eq!(opened(&app, &view, "https://app.test", &key).await, 403);
    let seen = page_once_it_says(&owner, &view, "aria-label=\"Allow https://app.test\"").await;
    assert!(seen.contains("15 Jan 2026, 12:00 UTC"));
    let wrong = secure(&owner, &view, "/origins", "origin=app.test").await.expect(400).text();
    assert!(wrong.contains("Enter an origin such as") && wrong.contains("value=\"app.test\""), "{wrong}");
    for _ in 0..2 {
        let page = secure(&owner, &view, "/origins", "origin=https%3A%2F%2Fapp.test%2F").await.expect(200).text();
        assert_eq!(page.matches("aria-label=\"Remove https://app.test\"").count(), 1);
        assert!(page.contains("Allowed</td>"));
    }
    assert_eq!(opened(&app, &view, "https://app.test", &key).await, 200);
    assert_eq!(opened(&app, &view, "http://localhost:8000", &key).await, 403);
    secure(&owner, &view, "/origins/remove", "origin=https%3A%2F%2Fapp.test").await.expect(200);
    assert_eq!(opened(&app, &view, "https://app.test", &key).await, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_a_client_ends_their_sessions_and_older_tokens_and_nobody_else_s() {
    let (house, owner) = kept_house().await;
    let view = house.view.id.to_string();
    let token = |client: &str, seconds: i64| {
        let now = crate::support::START / 1_000 + seconds;
        house.token(&json!({"client": client, "iat": now, "exp": now + 600}))
    };
    let theirs = house.open(&[("token", &token("acme", 0))]).await.expect(200);
    let others = house.open(&[("token", &token("globex", 0))]).await.expect(200);
    house.app.later(5_000);
    assert!(secure(&owner, &view, "/close", "client=+").await.expect(400).text().contains("Enter a client id"));
    secure(&owner, &view, "/close", "client=acme").await.expect(200);
    let resumed = async |answer: &Answer| {
        house.app.stranger().with("cookie", &cookie(answer)).get(&told(answer, "base")).await.status.as_u16()
    };
    assert_eq!((resumed(&theirs).await, resumed(&others).await), (403, 200));
    house.open(&[("token", &token("acme", 4))]).await.expect(403);
    house.app.later(1_000);
    let fresh = token("acme", 6);
    let renewal = json!({"session": told(&theirs, "session"), "token": fresh});
    house.app.stranger().post(&format!("/embed/{view}/session"), &renewal).await.expect(403);
    house.open(&[("token", &fresh)]).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bench_says_what_is_wrong_and_uses_nothing_up() {
    let (house, owner) = kept_house().await;
    let bench = format!("/admin/projects/default/views/{}/embed/bench", house.view.id);
    let run = async |body: String| form(&owner, &bench, &body).await;
    let good = run("client=acme&origin=http%3A%2F%2Flocalhost%3A5173&with=signed".to_owned()).await.expect(200);
    for found in ["http://localhost:5173 may show this view.", "It opens the view", "2 of this client."] {
        assert!(good.text().contains(found), "{found}: {}", good.text());
    }
    let token = told(&good, "token");
    house.open(&[("token", &token)]).await.expect(200);
    let strange = run("client=nobody&origin=https%3A%2F%2Fa.test&with=key".to_owned()).await.expect(200).text();
    assert!(
        strange.contains("https://a.test may not show this view") && strange.contains("There is none of this client")
    );
    let once = house.token(&json!({"jti": "once"}));
    run(format!("client=acme&with=token&token={once}")).await.expect(200);
    house.open(&[("token", &once)]).await.expect(200);
    let forged = run(format!("client=acme&with=token&token={}", &once[..once.len() - 4])).await.expect(200).text();
    assert!(forged.contains("signature is not valid") && forged.contains("Nothing was looked for"), "{forged}");
    let other = run(format!("client=globex&with=token&token={once}")).await.expect(200).text();
    assert!(other.contains("The token is for another client"), "{other}");
    let wrong = run("client=&origin=x&with=token&token=".to_owned()).await.expect(400).text();
    assert!(wrong.contains("Paste a token"), "{wrong}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bench_is_framed_by_our_own_pages_alone_and_shows_the_view_there() {
    let (house, owner) = kept_house().await;
    let owner = owner.with("host", "audit.test");
    let bench = format!("/admin/projects/default/views/{}/embed/bench", house.view.id);
    let nasty = "client=%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E&with=signed";
    let page = form(&owner, &bench, nasty).await.expect(200);
    assert!(!page.text().contains("<script>alert"));
    assert!(page.header("content-security-policy").ends_with("frame-ancestors 'self'"));
    let origins = "/admin/projects/default/views/VIEW/security/origins".replace("VIEW", house.view.id.as_str());
    form(&owner, &origins, "origin=https%3A%2F%2Fapp.test").await.expect(200);
    let good = form(&owner, &bench, "client=acme&with=signed").await.expect(200);
    let fields = [("token", told(&good, "token")), ("url", format!("http://audit.test{bench}"))];
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    let own = house.app.stranger().with("host", "audit.test").with("origin", "http://audit.test");
    submit(&own, &house.path(), &fields).await.expect(200);
    let elsewhere = house.app.stranger().with("host", "audit.test").with("origin", "null");
    submit(&elsewhere, &house.path(), &fields).await.expect(403);
}
