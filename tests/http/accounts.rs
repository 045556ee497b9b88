//! What keeps accounts their owners': proofs asked for again, invitations, and guesses that have to wait.

use crate::admin::{EMAIL, PASSWORD, browser, cookie, form, invite, join, owner, sign_in};
use crate::support::TestApp;
use daybook::backend::people;
use daybook::domain::people::Email;

const MEMBERS: &str = "/admin/projects/default/members";

#[tokio::test(flavor = "multi_thread")]
async fn guessing_at_one_s_own_password_has_to_wait_and_is_told_in_the_trail() {
    let app = TestApp::new().await;
    let owner = owner(&app).await;
    let change =
        async |old: &str| form(&owner, "/admin/account/password", &format!("old={old}&new=eight+small+boats")).await;
    assert!(change("wrong").await.expect(400).text().contains("not your password"));
    for _ in 0..9 {
        change("wrong").await;
    }
    change(PASSWORD).await.expect(429);
    let trail = owner.get("/admin/projects/default/trail").await.expect(200).text();
    assert!(trail.contains("Gave a wrong password for their account"), "{trail}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_comes_back_by_an_invitation_of_their_own() {
    let app = TestApp::new().await;
    let owner = owner(&app).await;
    let entered = join(&app, &invite(&owner, "admin").await, "ben@harbour.test").await.expect(303);
    let ben = browser(&app).with("cookie", &cookie(&entered));
    let (kept, other) = (invite(&ben, "admin").await, invite(&owner, "designer").await);
    let page = owner.get(MEMBERS).await.text();
    assert!(page.contains("<td>Newcomer</td>") && page.contains("<td>Anna</td>"), "it says who invited: {page}");
    form(&owner, &format!("{MEMBERS}/2/remove"), "").await.expect(200);
    join(&app, &kept, "ben@harbour.test").await.expect(400);
    join(&app, &other, "cleo@harbour.test").await.expect(303);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_not_invite_any_more_has_no_invitations_left() {
    let app = TestApp::new().await;
    let owner = owner(&app).await;
    let entered = join(&app, &invite(&owner, "admin").await, "ben@harbour.test").await.expect(303);
    let ben = browser(&app).with("cookie", &cookie(&entered));
    let kept = invite(&ben, "admin").await;
    form(&owner, &format!("{MEMBERS}/2/role"), "role=analyst").await.expect(200);
    join(&app, &kept, "second@harbour.test").await.expect(400);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_a_member_already_uses_up_no_invitation() {
    let app = TestApp::new().await;
    let owner = owner(&app).await;
    let code = invite(&owner, "designer").await;
    let body = format!("code={code}&name=&email={EMAIL}&password={PASSWORD}");
    let refused = form(&browser(&app), "/admin/join", &body).await.expect(400);
    assert!(refused.text().contains("You are a member of this project already"));
    join(&app, &code, "cleo@harbour.test").await.expect(303);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_without_an_invitation_does_not_learn_who_has_an_account() {
    let app = TestApp::new().await;
    owner(&app).await;
    let told = async |email: &str| {
        let body = format!("code=guessed&name=Eve&email={email}&password=a+long+enough+one");
        let page = form(&browser(&app), "/admin/join", &body).await.expect(400).text();
        page.replace(email, "").split("nonce").next().unwrap_or_default().to_owned()
    };
    assert_eq!(told(EMAIL).await, told("nobody@harbour.test").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_account_has_a_new_password_and_no_sessions() {
    let app = TestApp::new().await;
    let owner = owner(&app).await;
    let email = Email::parse(EMAIL).unwrap_or_else(|error| panic!("{error}"));
    let password = people::reset(&app.backend, &email).await.unwrap_or_else(|problem| panic!("{problem}"));
    owner.get("/admin/account").await.expect(303);
    sign_in(&app, EMAIL, PASSWORD).await.expect(403);
    let inside = browser(&app).with("cookie", &cookie(&sign_in(&app, EMAIL, &password).await.expect(303)));
    let trail = inside.get("/admin/projects/default/trail").await.expect(200).text();
    assert!(trail.contains("Gave Anna a new password"), "{trail}");
    let nobody = Email::parse("nobody@harbour.test").unwrap_or_else(|error| panic!("{error}"));
    assert!(people::reset(&app.backend, &nobody).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn over_plain_http_from_elsewhere_nothing_is_used_up() {
    let app = TestApp::new().await;
    let code = people::offer_setup(&app.backend).await.unwrap_or_else(|problem| panic!("{problem}"));
    let code = code.unwrap_or_default();
    let far = browser(&app).with("origin", "http://audit.test");
    let body = format!("code={code}&name=Anna&email={EMAIL}&password={PASSWORD}");
    assert!(form(&far, "/admin/set-up", &body).await.expect(400).text().contains("Open this page by https"));
    let near = browser(&app).with("origin", "https://audit.test");
    form(&near, "/admin/set-up", &body).await.expect(303);
    let body = format!("email={EMAIL}&password={PASSWORD}");
    assert!(form(&far, "/admin/sign-in", &body).await.expect(400).text().contains("Open this page by https"));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_comes_back_to_the_page_of_a_client_with_a_dot_in_its_name() {
    let app = TestApp::new().await;
    owner(&app).await;
    let wanted = "/admin/projects/default/clients/acme.com%20%26%20sons";
    let sent = browser(&app).get(wanted).await.expect(303);
    let page = browser(&app).get(sent.header("location")).await.expect(200).text();
    let then = page.split("name=\"then\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("email", EMAIL), ("password", PASSWORD), ("then", then)])
        .finish();
    assert_eq!(form(&browser(&app), "/admin/sign-in", &body).await.expect(303).header("location"), wanted);
}
