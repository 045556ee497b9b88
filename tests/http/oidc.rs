//! Signing in at the company's own provider.

use crate::admin::{EMAIL, browser, cookie, form, invite, owner};
use crate::provider::{CLIENT, TestProvider};
use crate::support::{Answer, Caller, Differing, START, TestApp};
use daybook::backend::people::oidc::Provider;
use serde_json::{Value, json};

const CALLBACK: &str = "/admin/sign-in/oidc/callback";

/// A server, its owner's browser, and the provider that it trusts.
async fn house() -> (TestApp, Caller, TestProvider) {
    let theirs = TestProvider::start(START / 1_000).await;
    let ours = Provider::new(&theirs.issuer, CLIENT.0, CLIENT.1).unwrap();
    let public_url = Some("http://audit.test".to_owned());
    let app = TestApp::differing(Differing { provider: Some(ours), public_url, ..Differing::default() }).await;
    let owner = owner(&app).await;
    (app, owner, theirs)
}

/// Somebody's browser on its way to the provider, and where it was sent.
async fn leave(app: &TestApp) -> (Caller, String) {
    let sent = browser(app).get("/admin/sign-in/oidc").await.expect(303);
    (browser(app).with("cookie", &cookie(&sent)), sent.header("location").to_owned())
}

/// There and back.
async fn sign_in(app: &TestApp, provider: &TestProvider, says: &Value) -> Answer {
    *provider.says.lock().unwrap() = says.clone();
    let (caller, sent) = leave(app).await;
    caller.get(&format!("{CALLBACK}?{}", provider.sign_in(&sent))).await
}

/// Where a page sends somebody who was invited.
fn link(page: &Answer) -> String {
    let text = page.text();
    let link = text.split("href=\"http").nth(1).unwrap().split('"').next().unwrap();
    format!("http{}", link.replace("&amp;", "&"))
}

/// The session among the cookies that an answer sets.
fn session(answer: &Answer) -> String {
    let all = answer.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap());
    let own = all.filter_map(|cookie| cookie.split(';').next()).find(|cookie| cookie.starts_with("__Host-daybook=ey"));
    own.unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_is_let_in_by_the_address_that_the_provider_vouches_for() {
    let (app, _, provider) = house().await;
    assert!(browser(&app).get("/admin/sign-in").await.text().contains("Sign in at 127.0.0.1"));
    let inside = sign_in(&app, &provider, &json!({"email": "Anna@Harbour.test"})).await.expect(303);
    assert_eq!(inside.header("location"), "/admin");
    let page = browser(&app).with("cookie", &session(&inside)).get("/admin/account").await.expect(200);
    assert!(page.text().contains(EMAIL));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_the_provider_does_not_vouch_for_stays_outside() {
    let (app, _, provider) = house().await;
    for (says, told) in [
        (json!({"email_verified": false}), "did not vouch"),
        (json!({"email_verified": null}), "did not vouch"),
        (json!({"email": null}), "did not vouch"),
        (json!({"nonce": "another"}), "did not vouch"),
        (json!({"aud": "another"}), "did not vouch"),
        (json!({"iss": "http://evil.test"}), "did not vouch"),
        (json!({"exp": START / 1_000 - 1}), "did not vouch"),
        (json!({"email": "eve@harbour.test"}), "no account of your e-mail address"),
    ] {
        let answer = sign_in(&app, &provider, &says).await.expect(403);
        assert!(answer.text().contains(told), "{says}: {}", answer.text());
        assert!(!answer.headers.get_all("set-cookie").iter().any(|set| set.to_str().unwrap().contains("daybook=ey")));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_browser_that_left_comes_back_once_and_in_time() {
    let (app, _, provider) = house().await;
    let (caller, sent) = leave(&app).await;
    let back = format!("{CALLBACK}?{}", provider.sign_in(&sent));
    browser(&app).get(&back).await.expect(403);
    let (other, _) = leave(&app).await;
    other.get(&back).await.expect(403);
    caller.get(&format!("{CALLBACK}?code=code-0&state=forged")).await.expect(403);
    caller.get(&back).await.expect(303);
    caller.get(&back).await.expect(403);
    caller.get(&format!("{CALLBACK}?error=access_denied")).await.expect(403);
    let (late, sent) = leave(&app).await;
    let back = format!("{CALLBACK}?{}", provider.sign_in(&sent));
    app.later(10 * 60 * 1_000);
    assert!(late.get(&back).await.expect(403).text().contains("took too long"));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_was_invited_becomes_a_member_without_a_password() {
    let (app, owner, provider) = house().await;
    let code = invite(&owner, "admin").await;
    *provider.says.lock().unwrap() = json!({"email": "ben@harbour.test", "name": "Ben"});
    let go = async |code: &str| {
        let page = form(&browser(&app), "/admin/join/oidc", &format!("code={code}")).await.expect(200);
        let caller = browser(&app).with("cookie", &cookie(&page));
        caller.get(&format!("{CALLBACK}?{}", provider.sign_in(&link(&page)))).await
    };
    go("guessed").await.expect(403);
    let inside = go(&code).await.expect(303);
    let ben = browser(&app).with("cookie", &session(&inside));
    ben.get("/admin/projects/default/keys").await.expect(200);
    assert!(owner.get("/admin/projects/default/members").await.text().contains("ben@harbour.test"));
    sign_in(&app, &provider, &json!({"email": "ben@harbour.test"})).await.expect(303);

    // Who has an account already joins another project, or is let into the one they are in.
    form(&owner, "/admin/projects", "name=staging").await.expect(303);
    let page = form(&owner, "/admin/projects/staging/members/invite", "role=designer").await.expect(200).text();
    let code = page.split("/admin/join#").nth(1).unwrap().split('<').next().unwrap().to_owned();
    ben.get("/admin/projects/staging/views").await.expect(404);
    go(&code).await.expect(303);
    ben.get("/admin/projects/staging/views").await.expect(200);
    go(&invite(&owner, "admin").await).await.expect(303);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_password_needs_a_sign_in_that_is_new_and_is_asked_for_from_then_on() {
    let (app, owner, provider) = house().await;
    let ben = json!({"email": "ben@harbour.test", "exp": START / 1_000 + 3_600});
    let code = invite(&owner, "admin").await;
    let page = form(&browser(&app), "/admin/join/oidc", &format!("code={code}")).await.expect(200);
    *provider.says.lock().unwrap() = ben.clone();
    let caller = browser(&app).with("cookie", &cookie(&page));
    caller.get(&format!("{CALLBACK}?{}", provider.sign_in(&link(&page)))).await.expect(303);
    let enter = async || browser(&app).with("cookie", &session(&sign_in(&app, &provider, &ben).await));
    let set = async |caller: &Caller, old: &str| {
        form(caller, "/admin/account/password", &format!("{old}new=eight+small+boats")).await
    };
    let stale = enter().await;
    app.later(16 * 60_000);
    assert!(set(&stale, "").await.expect(400).text().contains("Sign out and in again first"));
    let fresh = enter().await;
    assert!(fresh.get("/admin/account").await.text().contains("Set a password"));
    set(&fresh, "").await.expect(200);
    set(&fresh, "").await.expect(400);
    set(&fresh, "old=eight+small+boats&").await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_provider_there_is_no_such_way_in() {
    let app = TestApp::new().await;
    owner(&app).await;
    assert!(!browser(&app).get("/admin/sign-in").await.text().contains("oidc"));
    browser(&app).get("/admin/sign-in/oidc").await.expect(404);
    browser(&app).get(CALLBACK).await.expect(404);
    form(&browser(&app), "/admin/join/oidc", "code=x").await.expect(404);
}
