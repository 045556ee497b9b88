//! A second factor, from setting it up to losing it.

use crate::admin::{EMAIL, PASSWORD, browser, cookie, form, invite, join, owner, sign_in};
use crate::support::{Answer, Caller, START, TestApp};
use totp_rs::{Builder, Secret, Totp};

const PAGE: &str = "/admin/account/second-factor";

/// An app with the secret that a page shows.
fn app_of(page: &str) -> Totp {
    let rest = page.split("Secret</dt>").nth(1).unwrap();
    let secret = rest.split("<code").nth(1).and_then(|rest| rest.split('>').nth(1)?.split('<').next()).unwrap();
    Builder::new().with_secret(Secret::try_from_base32(secret.replace(' ', "")).unwrap()).build().unwrap()
}

/// What the app shows so many seconds after the beginning.
fn code(app: &Totp, seconds: u64) -> String {
    app.generate(START.unsigned_abs() / 1_000 + seconds).to_string()
}

fn recovery_codes(page: &str) -> Vec<String> {
    let list = page.split("class=\"codes\"").nth(1).unwrap().split("</ul>").next().unwrap();
    list.split("<code>").skip(1).map(|rest| rest.split("</code>").next().unwrap().to_owned()).collect()
}

/// Sets one up; the app, and the recovery codes.
async fn set_up(person: &Caller) -> (Totp, Vec<String>) {
    form(person, PAGE, "").await.expect(303);
    let app = app_of(&person.get(PAGE).await.expect(200).text());
    let page = confirm(person, &code(&app, 0)).await.expect(200).text();
    (app, recovery_codes(&page))
}

async fn confirm(person: &Caller, code: &str) -> Answer {
    form(person, &format!("{PAGE}/confirm"), &format!("password={PASSWORD}&code={code}")).await
}

/// The browser of somebody whose password was right, and who is asked for a code.
async fn halfway(app: &TestApp) -> Caller {
    let asked = sign_in(app, EMAIL, PASSWORD).await.expect(303);
    assert!(asked.header("location").starts_with("/admin/sign-in/code"));
    browser(app).with("cookie", &cookie(&asked))
}

async fn with_code(caller: &Caller, code: &str) -> Answer {
    form(caller, "/admin/sign-in/code", &format!("code={code}&then=/admin/account")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_asked_for_after_the_password_and_counts_once() {
    let app = TestApp::new().await;
    let owner = owner(&app).await;
    form(&owner, PAGE, "").await.expect(303);
    let page = owner.get(PAGE).await.expect(200).text();
    assert!(page.contains("data:image/svg+xml;base64,"));
    let telephone = app_of(&page);
    assert!(confirm(&owner, "000000").await.expect(400).text().contains("not the code"));
    let elsewhere = browser(&app).with("cookie", &cookie(&sign_in(&app, EMAIL, PASSWORD).await.expect(303)));
    let first = code(&telephone, 0);
    let wrong = form(&owner, &format!("{PAGE}/confirm"), &format!("password=wrong&code={first}")).await.expect(400);
    assert!(wrong.text().contains("not your password"), "whoever has taken a session locks nobody out");
    elsewhere.get("/admin/account").await.expect(200);
    let set = confirm(&owner, &first).await.expect(200).text();
    elsewhere.get("/admin/account").await.expect(303);
    owner.get("/admin/account").await.expect(200);
    assert_eq!(recovery_codes(&set).len(), 10);
    assert!(!owner.get(PAGE).await.text().contains(&recovery_codes(&set)[0]), "they are shown once");

    let half = halfway(&app).await;
    half.get("/admin/sign-in/code").await.expect(200);
    half.get("/admin/account").await.expect(303);
    assert!(with_code(&half, &first).await.expect(403).text().contains("was used before"), "it set the factor up");
    app.later(30_000);
    let second = code(&telephone, 30);
    let inside = with_code(&half, &second).await.expect(303);
    assert_eq!(inside.header("location"), "/admin/account");
    browser(&app).with("cookie", &cookie(&inside)).get("/admin/account").await.expect(200);
    with_code(&halfway(&app).await, &second).await.expect(403);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_password_s_proof_a_code_opens_nothing() {
    let app = TestApp::new().await;
    let member = owner(&app).await;
    let (telephone, _) = set_up(&member).await;
    app.later(30_000);
    let good = code(&telephone, 30);
    let stranger = browser(&app);
    assert_eq!(stranger.get("/admin/sign-in/code").await.expect(303).header("location"), "/admin/sign-in");
    with_code(&stranger, &good).await.expect(401);
    with_code(&stranger.clone().with("cookie", "__Host-daybook-halfway=a.b.c"), &good).await.expect(401);
    // A session is no proof of this kind, and this proof is no session.
    let half = halfway(&app).await;
    app.later(5 * 60_000);
    with_code(&half, &code(&telephone, 330)).await.expect(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_codes_soon_has_to_wait() {
    let app = TestApp::new().await;
    let (telephone, _) = set_up(&owner(&app).await).await;
    app.later(30_000);
    let half = halfway(&app).await;
    for _ in 0..4 {
        with_code(&half, "000000").await.expect(403);
    }
    let waits = with_code(&half, &code(&telephone, 30)).await.expect(429);
    assert!(waits.text().contains("Too many attempts"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recovery_code_lets_in_once_and_turns_it_off_with_the_password() {
    let app = TestApp::new().await;
    let member = owner(&app).await;
    let (_, codes) = set_up(&member).await;
    let typed = codes[0].to_uppercase().replace('-', "+");
    with_code(&halfway(&app).await, &typed).await.expect(303);
    with_code(&halfway(&app).await, &codes[0]).await.expect(403);
    assert!(member.get(PAGE).await.text().contains("9 recovery codes are left"));
    let off = format!("{PAGE}/off");
    form(&member, &off, &format!("password=wrong&code={}", codes[1])).await.expect(400);
    assert!(
        form(&member, &off, &format!("password={PASSWORD}&code={}", codes[0]))
            .await
            .expect(400)
            .text()
            .contains("used before")
    );
    form(&member, &off, &format!("password={PASSWORD}&code={}", codes[1])).await.expect(303);
    assert_eq!(sign_in(&app, EMAIL, PASSWORD).await.expect(303).header("location"), "/admin");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_project_that_requires_one_is_closed_to_members_without() {
    let app = TestApp::new().await;
    let owner = owner(&app).await;
    let ben = join(&app, &invite(&owner, "admin").await, "ben@harbour.test").await.expect(303);
    let ben = browser(&app).with("cookie", &cookie(&ben));
    let require = "/admin/projects/default/members/second-factor";
    assert!(form(&owner, require, "required=yes").await.expect(400).text().contains("for your own account first"));
    set_up(&owner).await;
    form(&owner, require, "required=yes").await.expect(200);
    form(&ben, require, "").await.expect(403);
    let closed = ben.get("/admin/projects/default/keys").await.expect(403).text();
    assert!(closed.contains("Second factor required") && closed.contains(PAGE), "{closed}");
    form(&ben, "/admin/projects/default/keys", "name=x&read=yes").await.expect(403);
    ben.get("/admin/account").await.expect(200);
    owner.get("/admin/projects/default/keys").await.expect(200);
    set_up(&ben).await;
    ben.get("/admin/projects/default/keys").await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_was_halfway_in_is_out_again_when_the_password_changes() {
    let app = TestApp::new().await;
    let owner = owner(&app).await;
    let (telephone, codes) = set_up(&owner).await;
    let thief = halfway(&app).await;
    let body = format!("old={PASSWORD}&new=eight+small+boats");
    form(&owner, "/admin/account/password", &body).await.expect(200);
    app.later(30_000);
    with_code(&thief, &code(&telephone, 30)).await.expect(403);
    with_code(&thief, &codes[0]).await.expect(403);
    owner.get("/admin/account").await.expect(200);
    let asked = sign_in(&app, EMAIL, "eight+small+boats").await.expect(303);
    let back = browser(&app).with("cookie", &cookie(&asked));
    with_code(&back, &code(&telephone, 30)).await.expect(303);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_factor_that_was_only_offered_dies_with_the_session_that_asked_for_it() {
    for (path, body) in [
        ("/admin/account/password", format!("old={PASSWORD}&new=eight+small+boats")),
        ("/admin/account/sign-out-elsewhere", String::new()),
    ] {
        let app = TestApp::new().await;
        let owner = owner(&app).await;
        let thief = browser(&app).with("cookie", &cookie(&sign_in(&app, EMAIL, PASSWORD).await.expect(303)));
        form(&thief, PAGE, "").await.expect(303);
        let known_to_the_thief = thief.get(PAGE).await.expect(200).text();
        let secret =
            |page: &str| page.split("Secret</dt>").nth(1).map(|rest| rest.chars().take(200).collect::<String>());
        let offered = secret(&known_to_the_thief).unwrap();
        assert_eq!(secret(&owner.get(PAGE).await.expect(200).text()), Some(offered.clone()));
        form(&owner, path, &body).await.expect(200);
        assert_eq!(secret(&owner.get(PAGE).await.expect(200).text()), None, "{path}");
        form(&owner, PAGE, "").await.expect(303);
        assert_ne!(secret(&owner.get(PAGE).await.expect(200).text()), Some(offered));
    }
}
