//! The pages of the people who run the logs.

use crate::support::{Answer, Caller, START, TestApp, event};
use axum::body::Body;
use daybook::backend::auth::Steward;
use daybook::backend::keys::{self, NewKey};
use daybook::backend::storage::Views;
use daybook::backend::{people, start, views};
use daybook::domain::access::ViewId;
use daybook::domain::people::Role;
use daybook::domain::view::ViewConfig;
use sqlx::Connection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

pub const EMAIL: &str = "anna@harbour.test";
pub const PASSWORD: &str = "seven small boats";

/// What everybody may open, signed in or not.
pub const OPEN: [&str; 4] = ["/admin/set-up", "/admin/sign-in", "/admin/sign-in/code", "/admin/join"];
/// Those who run a project.
const RUN: &[Role] = &[Role::Owner, Role::Admin];
/// Those who read the events of all clients.
const READ: &[Role] = &[Role::Owner, Role::Admin, Role::Analyst];
/// Those who say how views look.
const DESIGN: &[Role] = &[Role::Owner, Role::Admin, Role::Designer];
/// Every other page, and who may see it. A path that begins with a slash is no project's; VIEW stands for a view's id.
pub const PAGES: &[(&str, &[Role])] = &[
    ("/admin", &Role::ALL),
    ("/admin/projects", &Role::ALL),
    ("/admin/account", &Role::ALL),
    ("/admin/account/second-factor", &Role::ALL),
    ("", &Role::ALL),
    ("events", READ),
    ("events/export?format=csv", READ),
    ("events/news", READ),
    ("clients", READ),
    ("clients/c-1", READ),
    ("keys", RUN),
    ("views", DESIGN),
    ("views/VIEW", DESIGN),
    ("views/VIEW/preview", DESIGN),
    ("views/VIEW/versions", DESIGN),
    ("views/VIEW/clients", DESIGN),
    ("views/VIEW/clients?client=c-1", DESIGN),
    ("views/VIEW/clients/c-1", DESIGN),
    ("views/VIEW/preview?client=c-1", DESIGN),
    ("views/VIEW/events?client=c", &[Role::Owner, Role::Admin]),
    ("views/VIEW/security", RUN),
    ("views/VIEW/embed", RUN),
    ("views/VIEW/embed/bench", RUN),
    ("members", RUN),
    ("masking", RUN),
    ("vendor-apis", RUN),
    ("trail", RUN),
    ("trail/export?format=json", RUN),
    ("trail/news", RUN),
    ("start", RUN),
    ("start/state", RUN),
];
/// Every form, with something to send, and who may send it.
pub const FORMS: &[(&str, &str, &[Role])] = &[
    ("keys", "name=A+key", RUN),
    ("start/key", "", RUN),
    ("keys/ck_none/roll", "overlap=24h", RUN),
    ("keys/ck_none/revoke", "", RUN),
    ("views", "name=Partners", DESIGN),
    ("views/VIEW/save", "{}", DESIGN),
    ("views/VIEW/versions/1/restore", "", DESIGN),
    ("pictures", "no picture", DESIGN),
    ("views/VIEW/clients/c-1", "title=Theirs", DESIGN),
    ("views/VIEW/clients/c-1/reset", "", DESIGN),
    ("views/VIEW/name", "name=Customers", DESIGN),
    ("views/VIEW/duplicate", "", DESIGN),
    ("views/VIEW/archive", "", RUN),
    ("views/VIEW/unarchive", "", RUN),
    ("members/second-factor", "", &[Role::Owner]),
    ("views/VIEW/security/access-key", "grace=day", RUN),
    ("views/VIEW/security/access-key/show", "", RUN),
    ("views/VIEW/security/access-key/end", "", RUN),
    ("views/VIEW/security/secrets", "", RUN),
    ("views/VIEW/security/secrets/vs_none/show", "", RUN),
    ("views/VIEW/security/secrets/vs_none/revoke", "", RUN),
    ("views/VIEW/security/rules", "minutes=10", RUN),
    ("views/VIEW/security/origins", "origin=https%3A%2F%2Fapp.test", RUN),
    ("views/VIEW/security/origins/remove", "origin=https%3A%2F%2Fapp.test", RUN),
    ("views/VIEW/security/close", "client=c", RUN),
    ("views/VIEW/embed", "", RUN),
    ("views/VIEW/embed/bench", "client=c&with=signed", RUN),
    ("masking/on", "", RUN),
    ("masking/off", "", RUN),
    ("masking/also", "also=iban", RUN),
    ("masking/also/remove", "name=iban", RUN),
    ("masking/except", "except=metadata.token", RUN),
    ("masking/except/remove", "name=metadata.token", RUN),
    ("vendor-apis/schemas", "action=a.b", RUN),
    ("vendor-apis/workos/strictness", "strictness=observe", RUN),
    ("vendor-apis/workos/counts/reset", "", RUN),
    ("members/invite", "role=admin", RUN),
    ("members/99/role", "role=admin", RUN),
    ("members/99/remove", "", RUN),
    ("members/invitations/in_none/withdraw", "", RUN),
    ("/admin/projects", "name=-", &[Role::Owner]),
    ("/admin/account/password", "old=wrong&new=eight+small+boats", &Role::ALL),
    ("/admin/account/second-factor", "", &Role::ALL),
    ("/admin/account/second-factor/confirm", "code=x", &Role::ALL),
    ("/admin/account/second-factor/off", "password=x&code=x", &Role::ALL),
    ("/admin/account/sign-out-elsewhere", "", &Role::ALL),
    ("/admin/sign-out", "", &Role::ALL),
];

/// Whether a path leads to a view's secrets, or to what is made with them.
fn of_keepers(path: &str) -> bool {
    ["VIEW/security", "VIEW/embed", "VIEW/archive", "VIEW/duplicate", "VIEW/clients", "VIEW/preview"]
        .iter()
        .any(|end| path.contains(end))
}

/// Where something of a project is.
pub fn within(project: &str, path: &str) -> String {
    match path {
        path if path.starts_with('/') => path.to_owned(),
        "" => format!("/admin/projects/{project}"),
        path => format!("/admin/projects/{project}/{path}"),
    }
}

/// The id of the first project's view.
pub async fn own_view(app: &TestApp) -> String {
    start::view(&app.backend, app.project).await.unwrap_or_else(|problem| panic!("{problem}")).to_string()
}

/// Somebody's browser: says where its forms come from, and keeps a cookie.
pub fn browser(app: &TestApp) -> Caller {
    app.stranger().with("sec-fetch-site", "same-origin").with("user-agent", "Testfox 1.0")
}

pub async fn form(caller: &Caller, path: &str, body: &str) -> Answer {
    let caller = caller.clone().with("content-type", "application/x-www-form-urlencoded");
    caller.send("POST", path, Body::from(body.to_owned())).await
}

pub fn cookie(answer: &Answer) -> String {
    answer.header("set-cookie").split(';').next().unwrap_or_default().to_owned()
}

/// The owner's browser, just after setting up.
pub async fn owner(app: &TestApp) -> Caller {
    let code = people::offer_setup(&app.backend).await.unwrap_or_else(|problem| panic!("{problem}")).unwrap();
    let body = format!("code={code}&name=Anna&email={EMAIL}&password={PASSWORD}");
    let answer = form(&browser(app), "/admin/set-up", &body).await.expect(303);
    browser(app).with("cookie", &cookie(&answer))
}

pub async fn sign_in(app: &TestApp, email: &str, password: &str) -> Answer {
    form(&browser(app), "/admin/sign-in", &format!("email={email}&password={password}")).await
}

/// Makes the one person there is another role's.
pub async fn become_a(app: &TestApp, role: Role) {
    let options = SqliteConnectOptions::new().filename(app.folder().join("daybook.db"));
    let mut database = SqliteConnection::connect_with(&options).await.unwrap();
    sqlx::query("update member set role = ?").bind(role.word()).execute(&mut database).await.unwrap();
    database.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_visitor_with_the_code_becomes_the_owner_and_nobody_after() {
    let app = TestApp::new().await;
    let code = people::offer_setup(&app.backend).await.unwrap_or_else(|problem| panic!("{problem}")).unwrap();
    let visitor = browser(&app);
    assert_eq!(visitor.get("/admin/sign-in").await.expect(303).header("location"), "/admin/set-up");
    let wrong = format!("code=x{code}&name=&email=anna&password=tiny-secret");
    let page = form(&visitor, "/admin/set-up", &wrong).await.expect(400).text();
    for told in ["not the code", "Enter 1 to 80", "Enter an e-mail address", "at least 12"] {
        assert!(page.contains(told), "{told}: {page}");
    }
    assert!(!page.contains("tiny-secret"), "a password is never sent back");
    let right = format!("code={code}&name=Anna&email={EMAIL}&password={PASSWORD}");
    let entered = form(&visitor, "/admin/set-up", &right).await.expect(303);
    let set = entered.header("set-cookie");
    for part in ["__Host-daybook=", "Path=/;", "Secure", "HttpOnly", "SameSite=Lax"] {
        assert!(set.contains(part), "{set}");
    }
    visitor.clone().with("cookie", &cookie(&entered)).get("/admin/projects/default/keys").await.expect(200);
    form(&visitor, "/admin/set-up", &right).await.expect(404);
    assert_eq!(visitor.get("/admin/set-up").await.expect(303).header("location"), "/admin");
    assert_eq!(people::offer_setup(&app.backend).await.unwrap_or_else(|problem| panic!("{problem}")), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_start_prints_a_new_code_and_the_old_one_is_worth_nothing() {
    let app = TestApp::new().await;
    let old = people::offer_setup(&app.backend).await.unwrap_or_else(|problem| panic!("{problem}")).unwrap();
    people::offer_setup(&app.backend).await.unwrap_or_else(|problem| panic!("{problem}")).unwrap();
    let body = format!("code={old}&name=Anna&email={EMAIL}&password={PASSWORD}");
    form(&browser(&app), "/admin/set-up", &body).await.expect(400);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_address_and_a_wrong_password_are_not_told_apart_and_guessing_has_to_wait() {
    let app = TestApp::new().await;
    owner(&app).await;
    let plain = |answer: Answer| answer.text().replace("nobody@harbour.test", EMAIL);
    let wrong = plain(sign_in(&app, EMAIL, "wrong").await.expect(403));
    let unknown = plain(sign_in(&app, "nobody@harbour.test", "wrong").await.expect(403));
    let without_nonce = |page: String| page.split("nonce").next().map(str::to_owned);
    assert_eq!(without_nonce(wrong), without_nonce(unknown));
    for _ in 0..9 {
        sign_in(&app, "Anna@Harbour.test", "wrong").await;
    }
    let waits = sign_in(&app, EMAIL, PASSWORD).await.expect(429);
    assert!(waits.text().contains("Too many attempts"));
    sign_in(&app, "nobody@harbour.test", "wrong").await.expect(403);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_and_form_is_open_to_its_roles_alone() {
    let app = TestApp::new().await;
    app.writer().post("/api/v1/events", &event("c-1", "1")).await.expect(200);
    let view = own_view(&app).await;
    let member = owner(&app).await;
    let stranger = browser(&app);
    for (path, _) in PAGES {
        let path = within("default", &path.replace("VIEW", &view));
        let sent = stranger.get(&path).await.expect(303);
        let back = path.split('?').next().unwrap_or_default();
        assert_eq!(sent.header("location"), format!("/admin/sign-in?then={}", back.replace('/', "%2F")));
    }
    for (path, body, _) in FORMS {
        let path = within("default", &path.replace("VIEW", &view));
        assert!([401, 403].contains(&form(&stranger, &path, body).await.status.as_u16()), "{path}");
    }
    for role in Role::ALL {
        become_a(&app, role).await;
        for (path, roles) in PAGES {
            let status = member.get(&within("default", &path.replace("VIEW", &view))).await.status.as_u16();
            assert_eq!(status == 403, !roles.contains(&role), "{role:?} {path}: {status}");
            assert!([200, 303, 403].contains(&status), "{role:?} {path}: {status}");
        }
        for (path, body, roles) in FORMS.iter().filter(|(path, ..)| *path != "/admin/sign-out") {
            let status = form(&member, &within("default", &path.replace("VIEW", &view)), body).await.status.as_u16();
            assert_eq!(status == 403, !roles.contains(&role), "{role:?} {path}: {status}");
        }
    }
    for path in OPEN {
        assert!(stranger.get(path).await.status.as_u16() < 400, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_project_of_others_is_as_absent_as_one_that_never_was() {
    let app = TestApp::new().await;
    let view = own_view(&app).await;
    let member = owner(&app).await;
    app.another_project().await;
    for project in ["another", "never-was", "Not%20a%20name"] {
        for (path, _) in PAGES.iter().filter(|(path, _)| !path.starts_with('/')) {
            member.get(&within(project, &path.replace("VIEW", &view))).await.expect(404);
        }
        for (path, body, _) in FORMS.iter().filter(|(path, ..)| !path.starts_with('/')) {
            form(&member, &within(project, &path.replace("VIEW", &view)), body).await.expect(404);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_makes_another_project_and_invites_somebody_who_has_an_account() {
    let app = TestApp::new().await;
    let owner = owner(&app).await;
    let ben = join(&app, &invite(&owner, "admin").await, "ben@harbour.test").await;
    let ben = browser(&app).with("cookie", &cookie(&ben));
    for (name, told) in [("Staging", "1 to 40 lower-case"), ("default", "already")] {
        let page = form(&owner, "/admin/projects", &format!("name={name}")).await.expect(400).text();
        assert!(page.contains(told), "{page}");
    }
    let made = form(&owner, "/admin/projects", "name=staging").await.expect(303);
    assert_eq!(made.header("location"), "/admin/projects/staging");
    let view = own_view(&app).await;
    assert!(owner.get("/admin/projects/staging/views").await.expect(200).text().contains("/views/vw_"));
    // The other project's view has no address in this one, right or not.
    for (path, _) in PAGES.iter().filter(|(path, _)| of_keepers(path)) {
        owner.get(&within("staging", &path.replace("VIEW", &view))).await.expect(404);
    }
    for (path, body, _) in FORMS.iter().filter(|(path, ..)| of_keepers(path)) {
        form(&owner, &within("staging", &path.replace("VIEW", &view)), body).await.expect(404);
    }
    ben.get("/admin/projects/staging/keys").await.expect(404);
    form(&ben, "/admin/projects", "name=mine").await.expect(403);
    let page = form(&owner, "/admin/projects/staging/members/invite", "role=admin").await.expect(200).text();
    let code = page.split("/admin/join#").nth(1).and_then(|rest| rest.split("</code>").next()).unwrap();
    let wrong = format!("code={code}&name=Eve&email=ben@harbour.test&password=a+wrong+password");
    form(&browser(&app), "/admin/join", &wrong).await.expect(400);
    ben.get("/admin/projects/staging/keys").await.expect(404);
    join(&app, code, "ben@harbour.test").await.expect(303);
    ben.get("/admin/projects/staging/keys").await.expect(200);
    assert_eq!(ben.get("/admin").await.expect(303).header("location"), "/admin/projects");
    assert!(ben.get("/admin/projects").await.expect(200).text().contains("staging"));
    // Taken out of one project, they keep the other.
    form(&owner, "/admin/projects/staging/members/2/remove", "").await.expect(200);
    ben.get("/admin/projects/staging/keys").await.expect(404);
    ben.get("/admin/projects/default/keys").await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn forms_of_other_pages_are_refused_also_from_whoever_is_signed_in() {
    let app = TestApp::new().await;
    let view = own_view(&app).await;
    let cookie = owner(&app).await;
    let no_marks = app.stranger();
    for (path, body, _) in FORMS {
        let path = within("default", &path.replace("VIEW", &view));
        form(&cookie.clone().with("sec-fetch-site", "cross-site"), &path, body).await.expect(403);
        form(&no_marks, &path, body).await.expect(403);
    }
    let other_origin = app.stranger().with("host", "audit.test").with("origin", "https://evil.test");
    form(&other_origin, "/admin/sign-in", &format!("email={EMAIL}&password={PASSWORD}")).await.expect(403);
    cookie.get("/admin/account").await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_when_it_is_ended_and_when_its_time_is_up() {
    let app = TestApp::new().await;
    let first = owner(&app).await;
    let second = browser(&app).with("cookie", &cookie(&sign_in(&app, EMAIL, PASSWORD).await.expect(303)));
    form(&first, "/admin/sign-out", "").await.expect(303);
    first.get("/admin/account").await.expect(303);
    second.get("/admin/account").await.expect(200);
    let third = browser(&app).with("cookie", &cookie(&sign_in(&app, EMAIL, PASSWORD).await.expect(303)));
    let page = form(&third, "/admin/account/password", &format!("old={PASSWORD}&new=eight+small+boats")).await;
    assert!(page.expect(200).text().contains("Your password is changed"));
    second.get("/admin/account").await.expect(303);
    third.get("/admin/account").await.expect(200);
    sign_in(&app, EMAIL, PASSWORD).await.expect(403);
    app.later(12 * 60 * 60 * 1_000);
    third.get("/admin/account").await.expect(303);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_chosen_by_somebody_else_is_not_taken_over() {
    let app = TestApp::new().await;
    let planted = cookie(&{
        owner(&app).await;
        sign_in(&app, EMAIL, PASSWORD).await.expect(303)
    });
    let victim = browser(&app).with("cookie", &planted);
    let fresh = form(&victim, "/admin/sign-in", &format!("email={EMAIL}&password={PASSWORD}")).await.expect(303);
    assert_ne!(cookie(&fresh), planted);
    for forged in ["__Host-daybook=", "__Host-daybook=a.b.c", &planted[..planted.len() - 2]] {
        browser(&app).with("cookie", forged).get("/admin/account").await.expect(303);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_made_here_sends_events_until_it_is_revoked_here() {
    let app = TestApp::new().await;
    let owner = owner(&app).await;
    let page = form(&owner, "/admin/projects/default/keys", "name=%3Cb%3EBilling%3C%2Fb%3E&ingest=yes")
        .await
        .expect(200)
        .text();
    assert!(page.contains("&lt;b>Billing&lt;/b>") || page.contains("&lt;b&gt;Billing&lt;/b&gt;"), "{page}");
    let code = |before: &str| {
        let rest = page.split(before).nth(1).unwrap();
        rest.split("<code").nth(1).and_then(|rest| rest.split('>').nth(1)?.split('<').next()).unwrap().to_owned()
    };
    let (id, secret) = (code("Consumer id</dt>"), code("Secret</dt>"));
    let server = app.stranger().with("x-api-key", &format!("{id}:{secret}"));
    server.post("/api/v1/events", &event("c", "1")).await.expect(200);
    assert!(!owner.get("/admin/projects/default/keys").await.text().contains(&secret), "the secret is shown once");
    form(&owner, &format!("/admin/projects/default/keys/{id}/revoke"), "").await.expect(303);
    server.post("/api/v1/events", &event("c", "2")).await.expect(403);
    assert!(
        crate::words(&owner.get("/admin/projects/default/keys").await.text())
            .contains("Revoked 15 Jan 2026, 12:00 UTC")
    );
    assert_eq!(START, 1_768_478_400_000, "the moment above");
    form(&owner, "/admin/projects/default/keys", "name=+").await.expect(400);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_made_here_for_some_calls_one_client_and_some_time_and_rolled() {
    let app = TestApp::new().await;
    let owner = owner(&app).await;
    let path = "/admin/projects/default/keys";
    for (typed, told) in [
        ("name=x", "Tick at least one"),
        ("name=x&read=yes&client=daybook%3Atrail", "other than daybook:trail"),
        ("name=x&admin=yes&client=acme", "cannot have the scope admin"),
        ("name=x&read=yes&expires=soon", "Choose a date"),
        ("name=x&read=yes&expires=2026-01-15", "in the future"),
    ] {
        let page = form(&owner, path, typed).await.expect(400).text();
        assert!(page.contains(told) && page.contains("<details open"), "{typed}: {page}");
    }
    let made = form(&owner, path, "name=Acme&read=yes&client=acme&expires=2026-02-01").await.expect(200);
    let (said, made) = (crate::words(&made.text()), made.text());
    assert!(!made.contains("Send a test event"), "a key that only reads sends none");
    for part in ["Read events", "for acme only", "Until 1 Feb 2026, 00:00 UTC", "Never"] {
        assert!(said.contains(part), "{part}: {said}");
    }
    let code = |page: &str, at: usize| {
        page.split("<code").nth(at).unwrap().split('>').nth(1).unwrap().split('<').next().unwrap().to_owned()
    };
    let (id, first) = (code(&made, 1), code(&made, 2));
    form(&owner, &format!("{path}/{id}/roll"), "overlap=1y").await.expect(400);
    let rolled = form(&owner, &format!("{path}/{id}/roll"), "overlap=7d").await.expect(200);
    let (said, rolled) = (crate::words(&rolled.text()), rolled.text());
    let second = code(&rolled, 2);
    assert!(said.contains("Old secret works until 22 Jan 2026, 12:00 UTC") && second != first, "{rolled}");
    for secret in [first, second] {
        app.stranger().with("x-api-key", &format!("{id}:{secret}")).get("/api/v1/events").await.expect(200);
    }
    app.later(18 * 24 * 60 * 60 * 1_000);
    let again = browser(&app).with("cookie", &cookie(&sign_in(&app, EMAIL, PASSWORD).await.expect(303)));
    assert!(crate::words(&again.get(path).await.text()).contains("Expired 1 Feb 2026, 00:00 UTC"));
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_of_another_project_are_neither_seen_nor_revoked() {
    let app = TestApp::new().await;
    let owner = owner(&app).await;
    let another = app.another_project().await;
    let key = keys::create(&app.backend, &Steward::of_the_machine(another), NewKey::named("Theirs")).await;
    let key = key.unwrap_or_else(|problem| panic!("{problem}"));
    assert!(!owner.get("/admin/projects/default/keys").await.text().contains("Theirs"));
    form(&owner, &format!("/admin/projects/default/keys/{}/revoke", key.id), "").await.expect(404);
    let server = app.stranger().with("x-api-key", &format!("{}:{}", key.id, key.secret));
    server.post("/api/v1/events", &event("c", "1")).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn views_are_made_named_copied_and_put_away() {
    let app = TestApp::new().await;
    let owner = owner(&app).await;
    let first = own_view(&app).await;
    form(&owner, "/admin/projects/default/views", "name=+").await.expect(400);
    let made = form(&owner, "/admin/projects/default/views", "name=Partners").await.expect(303);
    let partners = made.header("location").rsplit('/').next().unwrap().to_owned();
    let at = |view: &str, path: &str| format!("/admin/projects/default/views/{view}/{path}");
    form(&owner, &at(&partners, "name"), "name=%3Ci%3EResellers").await.expect(303);
    form(&owner, &at(&partners, "duplicate"), "").await.expect(303);
    let list = owner.get("/admin/projects/default/views").await.expect(200).text();
    for name in ["Main view", "&lt;i&gt;Resellers<", "&lt;i&gt;Resellers copy<"] {
        assert!(list.contains(name), "{name}: {list}");
    }
    let key = views::show(&app.backend, &ViewId::parse(first.clone()).unwrap()).await.unwrap().access_key;
    let customer = app.stranger().with("origin", "http://localhost:8000");
    let opened = async || {
        let answer = form(&customer, &format!("/embed/{first}"), &format!("clientId=c&accessKey={key}")).await;
        answer.status.as_u16()
    };
    assert_eq!(opened().await, 200);
    form(&owner, &at(&first, "archive"), "").await.expect(303);
    assert_eq!(opened().await, 403);
    form(&owner, &at(&first, "unarchive"), "").await.expect(303);
    assert_eq!(opened().await, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_of_a_view_opens_by_its_rules() {
    let app = TestApp::new().await;
    let owner = owner(&app).await;
    let view = own_view(&app).await;
    let at = |view: &str, path: &str| format!("/admin/projects/default/views/{view}/{path}");
    form(&owner, &at(&view, "security/rules"), "tokens_only=yes&minutes=10").await.expect(200);
    form(&owner, &at(&view, "security/origins"), "origin=https%3A%2F%2Fapp.test").await.expect(200);
    let made = form(&owner, &at(&view, "duplicate"), "").await.expect(303);
    let id = ViewId::parse(made.header("location").rsplit('/').next().unwrap()).unwrap();
    let stored = async |id: &ViewId| app.storage.view(id).await.unwrap().unwrap();
    let (first, copy) = (stored(&ViewId::parse(view).unwrap()).await, stored(&id).await);
    assert!(copy.tokens_only && !copy.may.export && copy.token_life.minutes() == 10, "{copy:?}");
    assert_eq!((copy.may, copy.origins), (first.may, first.origins));
    assert_ne!(copy.access_key, first.access_key);
    assert_ne!(copy.signing_secrets[0].kid, first.signing_secrets[0].kid);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_view_of_a_new_project_is_by_whoever_made_the_project() {
    let app = TestApp::new().await;
    let owner = owner(&app).await;
    form(&owner, "/admin/projects", "name=staging").await.expect(303);
    let list = owner.get("/admin/projects/staging/views").await.expect(200).text();
    let view = format!("vw_{}", list.split("/views/vw_").nth(1).unwrap().split(['"', '/']).next().unwrap());
    let versions = owner.get(&format!("/admin/projects/staging/views/{view}/versions")).await.expect(200).text();
    assert!(versions.contains("Anna") && !versions.contains("the command line"), "{versions}");
    let trail = owner.get("/admin/projects/staging/trail?action=view.created").await.expect(200).text();
    assert!(trail.contains("Anna") && !trail.contains("Whoever runs this server"), "{trail}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_is_saved_by_one_at_a_time_and_every_version_can_be_brought_back() {
    let app = TestApp::new().await;
    let owner = owner(&app).await;
    let view = own_view(&app).await;
    let at = |path: &str| format!("/admin/projects/default/views/{view}/{path}");
    let save = async |base: u32, title: &str| {
        let mut config = ViewConfig::default();
        config.brand.title = title.to_owned();
        let body = serde_json::json!({ "base": base, "config": config }).to_string();
        owner.send("POST", &at("save"), Body::from(body)).await
    };
    assert_eq!(save(1, "One").await.expect(200).json()["version"], 2);
    let overtaken = save(1, "Another").await.expect(409).json();
    assert_eq!((&overtaken["version"], &overtaken["author"]), (&2.into(), &"Anna".into()));
    assert_eq!(overtaken["config"]["brand"]["title"], "One");
    let wrong = save(2, " ").await.expect(400).json();
    assert!(wrong["faults"]["brand.title"].is_array(), "{wrong}");
    let versions = owner.get(&at("versions")).await.expect(200).text();
    assert!(versions.contains("Title: Audit log → One"), "{versions}");
    form(&owner, &at("versions/1/restore"), "").await.expect(303);
    form(&owner, &at("versions/9/restore"), "").await.expect(404);
    let id = ViewId::parse(view.clone()).unwrap();
    assert_eq!(views::show(&app.backend, &id).await.unwrap().config, ViewConfig::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_logo_is_a_picture_for_anybody_and_can_do_nothing_else() {
    let app = TestApp::new().await;
    let owner = owner(&app).await;
    let send = async |bytes: Vec<u8>| owner.send("POST", "/admin/projects/default/pictures", Body::from(bytes)).await;
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
    let path = send(svg.to_vec()).await.expect(200).text();
    let picture = app.stranger().get(&path).await.expect(200);
    assert_eq!(picture.header("content-type"), "image/svg+xml");
    assert!(picture.header("content-security-policy").contains("sandbox"));
    send(b"<html>".to_vec()).await.expect(400);
    send(vec![0; 256 * 1024 + 2]).await.expect(413);
    app.stranger().get(&format!("/pictures/{}", "0".repeat(64))).await.expect(404);
}

/// Invites somebody; the code.
pub async fn invite(member: &Caller, role: &str) -> String {
    let page = form(member, "/admin/projects/default/members/invite", &format!("role={role}")).await.expect(200).text();
    page.split("/admin/join#").nth(1).and_then(|rest| rest.split("</code>").next()).unwrap().to_owned()
}

/// Takes an invitation; the newcomer's browser.
pub async fn join(app: &TestApp, code: &str, email: &str) -> Answer {
    let body = format!("code={code}&name=Newcomer&email={email}&password={PASSWORD}");
    form(&browser(app), "/admin/join", &body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_makes_one_member_of_its_role_once_and_for_a_week() {
    let app = TestApp::new().await;
    let owner = owner(&app).await;
    let code = invite(&owner, "admin").await;
    join(&app, "guessed", "ben@harbour.test").await.expect(400);
    let wrong = format!("code={code}&name=Eve&email={EMAIL}&password=not+the+password");
    let told = form(&browser(&app), "/admin/join", &wrong).await.expect(400).text();
    assert!(told.contains("There is an account of this address"));
    let ben = browser(&app).with("cookie", &cookie(&join(&app, &code, "ben@harbour.test").await.expect(303)));
    ben.get("/admin/account").await.expect(200);
    ben.get("/admin/projects/default/keys").await.expect(200);
    assert!(join(&app, &code, "eve@harbour.test").await.expect(400).text().contains("was used"));
    let page = owner.get("/admin/projects/default/members").await.text();
    assert!(page.contains("ben@harbour.test") && !page.contains("Pending invitations"));
    let late = invite(&owner, "admin").await;
    assert!(owner.get("/admin/projects/default/members").await.text().contains("Pending invitations"));
    app.later(7 * 24 * 60 * 60 * 1_000);
    join(&app, &late, "eve@harbour.test").await.expect(400);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_taken_back_is_worth_nothing() {
    let app = TestApp::new().await;
    let owner = owner(&app).await;
    let code = invite(&owner, "admin").await;
    let page = owner.get("/admin/projects/default/members").await.text();
    let id = page
        .split("/admin/projects/default/members/invitations/")
        .nth(1)
        .and_then(|rest| rest.split('/').next())
        .unwrap();
    form(&owner, &format!("/admin/projects/default/members/invitations/{id}/withdraw"), "").await.expect(200);
    join(&app, &code, "ben@harbour.test").await.expect(400);
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_change_at_once_owners_are_made_by_owners_and_one_stays() {
    let app = TestApp::new().await;
    let owner = owner(&app).await;
    let admin = join(&app, &invite(&owner, "admin").await, "ben@harbour.test").await;
    let admin = browser(&app).with("cookie", &cookie(&admin));
    admin.get("/admin/projects/default/keys").await.expect(200);
    form(&admin, "/admin/projects/default/members/invite", "role=owner").await.expect(403);
    form(&admin, "/admin/projects/default/members/2/role", "role=owner").await.expect(403);
    form(&admin, "/admin/projects/default/members/1/role", "role=admin").await.expect(403);
    form(&admin, "/admin/projects/default/members/1/remove", "").await.expect(403);
    for (path, body) in
        [("/admin/projects/default/members/1/role", "role=admin"), ("/admin/projects/default/members/1/remove", "")]
    {
        assert!(form(&owner, path, body).await.expect(400).text().contains("at least one owner"));
    }
    form(&owner, "/admin/projects/default/members/2/role", "role=owner").await.expect(200);
    form(&admin, "/admin/projects/default/members/invite", "role=owner").await.expect(200);
    form(&owner, "/admin/projects/default/members/2/role", "role=admin").await.expect(200);
    form(&admin, "/admin/projects/default/members/invite", "role=owner").await.expect(403);
    form(&owner, "/admin/projects/default/members/2/role", "role=king").await.expect(400);
    form(&owner, "/admin/projects/default/members/invite", "role=king").await.expect(400);
    form(&owner, "/admin/projects/default/members/2/remove", "").await.expect(200);
    admin.get("/admin/account").await.expect(303);
    sign_in(&app, "ben@harbour.test", PASSWORD).await.expect(403);
    form(&owner, "/admin/projects/default/members/2/role", "role=admin").await.expect(404);
    join(&app, &invite(&owner, "admin").await, "ben@harbour.test").await.expect(303);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_nobody_else_s_to_frame_or_to_keep() {
    let app = TestApp::new().await;
    let page = owner(&app).await.get("/admin/projects/default/keys").await.expect(200);
    assert!(page.header("content-security-policy").contains("frame-ancestors 'none'"));
    assert!(page.header("content-security-policy").starts_with("default-src 'none'"));
    assert_eq!(page.header("x-frame-options"), "DENY");
    assert_eq!(page.header("cache-control"), "no-store");
    assert_eq!(page.header("referrer-policy"), "no-referrer");
}
