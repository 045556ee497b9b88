//! `/embed/…`: views in the company's pages.

use crate::support::{Answer, Caller, Differing, START, TestApp};
use axum::body::Body;
use daybook::backend::views::{self, Change, OwnedView};
use daybook::domain::access::Origin;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

/// A page of this machine, which may frame a view that lists nobody.
pub const PAGE: &str = "http://127.0.0.1:5173";

/// A server with a view, and events of two clients.
pub struct House {
    pub app: TestApp,
    pub view: OwnedView,
}

impl House {
    pub async fn new() -> Self {
        Self::differing(Differing::default()).await
    }

    pub async fn new_behind_a_proxy() -> Self {
        Self::differing(Differing { trust_proxy: true, ..Differing::default() }).await
    }

    async fn differing(differing: Differing) -> Self {
        let app = TestApp::differing(differing).await;
        let id = views::create_default(&app.backend, &app.steward()).await.unwrap();
        let view = views::show(&app.backend, &id).await.unwrap();
        let events = json!([
            {"uuid": "a-1", "client": {"uuid": "acme", "name": "Acme"}, "time": "2026-01-10T10:00:00Z", "action": "user.invite",
             "description": "Only Acme knows", "actor": {"uuid": "u-1", "name": "Roberta", "email": "roberta@acme.test"}},
            {"uuid": "a-2", "client": {"uuid": "acme", "name": "Acme"}, "time": "2026-01-11T10:00:00Z", "action": "invoice.paid",
             "description": "Only the accounts know", "actor": {"uuid": "u-2", "name": "Salman", "email": "salman@acme.test"}},
            {"uuid": "g-1", "client": {"uuid": "globex", "name": "Globex"}, "time": "2026-01-12T10:00:00Z", "action": "user.invite",
             "description": "Only Globex knows", "actor": {"uuid": "u-3", "name": "Hank", "email": "hank@globex.test"}}
        ]);
        app.writer().post("/api/v1/events", &events).await.expect(200);
        Self { app, view }
    }

    pub async fn change(&mut self, change: Change) {
        views::change(&self.app.backend, &self.app.steward(), &self.view.id, change).await.unwrap();
        self.view = views::show(&self.app.backend, &self.view.id).await.unwrap();
    }

    pub fn path(&self) -> String {
        format!("/embed/{}", self.view.id)
    }

    /// The frame in a page of an origin.
    fn frame(&self, page: &str) -> Caller {
        self.app.stranger().with("origin", page)
    }

    /// Opens the view in a page of this machine, as the loader does.
    pub async fn open(&self, fields: &[(&str, &str)]) -> Answer {
        submit(&self.frame(PAGE), &self.path(), fields).await
    }

    pub async fn open_with_key(&self, client: &str) -> Answer {
        self.open(&[("accessKey", &self.view.access_key), ("clientId", client)]).await
    }

    /// A token for acme that says something more or else.
    pub fn token(&self, change: &Value) -> String {
        let now = START / 1_000;
        let mut claims = json!({
            "aud": "audit-viewer", "view": self.view.id, "client": "acme", "sub": "user-7", "iat": now, "exp": now + 600
        });
        for (name, value) in change.as_object().unwrap() {
            claims[name] = value.clone();
        }
        let header = Header { kid: Some(self.view.kid.clone()), ..Header::new(Algorithm::HS256) };
        encode(&header, &claims, &EncodingKey::from_secret(self.view.signing_secret.as_bytes())).unwrap()
    }
}

/// Sends a form.
pub async fn submit(caller: &Caller, path: &str, fields: &[(&str, &str)]) -> Answer {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(fields);
    let form_type = "application/x-www-form-urlencoded";
    caller.clone().with("content-type", form_type).send("POST", path, Body::from(form.finish())).await
}

/// What the document says on its body under `data-{name}`.
pub fn told(answer: &Answer, name: &str) -> String {
    let text = answer.text();
    let start = format!("data-{name}=\"");
    let rest = text.split(&start).nth(1).unwrap_or_else(|| panic!("no data-{name} in {text}"));
    rest.split('"').next().unwrap().replace("&amp;", "&")
}

/// The cookie of a document, as a browser sends it back.
pub fn cookie(answer: &Answer) -> String {
    answer.header("set-cookie").split(';').next().unwrap().to_owned()
}

#[track_caller]
fn assert_shows_nobody(answer: &Answer) {
    let text = answer.text();
    for secret in ["Roberta", "Salman", "Hank", "Only Acme knows", "Only Globex knows"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

#[tokio::test]
async fn the_first_answer_holds_the_rows_of_one_client() {
    let house = House::new().await;
    let opened = house.open_with_key("acme").await.expect(200);
    assert!(opened.text().contains("Only Acme knows") && opened.text().contains("Salman"));
    assert!(!opened.text().contains("Globex") && !opened.text().contains("Hank"));
    let opened = house.open(&[("token", &house.token(&json!({})))]).await.expect(200);
    assert!(opened.text().contains("Only Acme knows") && !opened.text().contains("Globex"));
}

#[tokio::test]
async fn the_documents_headers_let_in_the_listed_pages_and_nothing_foreign() {
    let mut house = House::new().await;
    house
        .change(Change { origins: Some(vec![Origin::parse("https://app.example.com").unwrap()]), ..Change::default() })
        .await;
    let caller = house.frame("https://app.example.com");
    let opened = submit(&caller, &house.path(), &[("token", &house.token(&json!({})))]).await.expect(200);
    let nonce = opened.text().split("<script nonce=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let expected = format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self' 'nonce-{nonce}'; \
         img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; \
         frame-ancestors 'self' https://app.example.com"
    );
    assert_eq!(opened.header("content-security-policy"), expected);
    for (name, value) in [
        ("cache-control", "no-store"),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
        ("x-robots-tag", "noindex"),
        ("x-frame-options", ""),
        ("cross-origin-resource-policy", "cross-origin"),
        ("cross-origin-embedder-policy", "require-corp"),
        ("permissions-policy", "camera=(), microphone=(), geolocation=(), payment=(), clipboard-write=(self)"),
    ] {
        assert_eq!(opened.header(name), value, "{name}");
    }
    assert!(opened.header("vary").contains("cookie"));
    assert_eq!(told(&opened, "parent"), "https://app.example.com");
}

#[tokio::test]
async fn everything_else_stays_out_of_frames() {
    let house = House::new().await;
    for path in ["/", "/api", "/api/v1/limits", "/health/live", "/no/such/path"] {
        let answer = house.app.stranger().get(path).await;
        assert_eq!(answer.header("x-frame-options"), "DENY", "{path}");
        assert!(answer.header("content-security-policy").contains("frame-ancestors 'none'"), "{path}");
    }
}

#[tokio::test]
async fn a_strange_page_is_refused_and_its_token_stays_unused() {
    let house = House::new().await;
    let token = house.token(&json!({"jti": "once"}));
    for page in ["https://evil.test", "http://127.0.0.1.evil.test"] {
        let refused = submit(&house.frame(page), &house.path(), &[("token", &token)]).await.expect(403);
        assert_shows_nobody(&refused);
        assert_eq!(refused.header("set-cookie"), "");
        assert!(!refused.header("content-security-policy").contains("evil.test"));
    }
    house.open(&[("token", &token)]).await.expect(200);
    assert_shows_nobody(&house.open(&[("token", &token)]).await.expect(403));
}

#[tokio::test]
async fn a_page_that_hides_its_origin_is_held_to_what_it_says() {
    let house = House::new().await;
    let fields = |url| [("accessKey", house.view.access_key.as_str()), ("clientId", "acme"), ("url", url)];
    let opened =
        submit(&house.frame("null"), &house.path(), &fields("http://localhost:8080/log?x=1")).await.expect(200);
    assert_eq!(told(&opened, "parent"), "http://localhost:8080");
    submit(&house.frame("null"), &house.path(), &fields("https://evil.test/")).await.expect(403);
}

#[tokio::test]
async fn every_fault_of_a_token_is_refused_in_the_same_words() {
    let house = House::new().await;
    let now = START / 1_000;
    let good = house.token(&json!({}));
    let (signed, signature) = good.rsplit_once('.').unwrap();
    let faulty = [
        format!("{signed}x.{signature}"),
        format!("{signed}."),
        house.token(&json!({"client": "no such client", "aud": "another"})),
        house.token(&json!({"view": "vw_other"})),
        house.token(&json!({"exp": now + 3_601})),
        house.token(&json!({"filter": {"actors": "u-1"}})),
        house.token(&json!({"origin": "https://other.test"})),
        "not a token".to_owned(),
    ];
    let mut words: Vec<String> = Vec::new();
    for token in faulty {
        let refused = house.open(&[("token", &token)]).await.expect(403);
        assert_shows_nobody(&refused);
        assert_eq!(told(&refused, "error"), "refused");
        words.push(told(&refused, "message"));
    }
    words.dedup();
    assert_eq!(words.len(), 1, "{words:?}");
    let expired =
        house.open(&[("token", &house.token(&json!({"iat": now - 700, "exp": now - 100})))]).await.expect(403);
    assert_eq!(told(&expired, "error"), "expired");
}

#[tokio::test]
async fn a_client_without_events_looks_like_one_that_never_was() {
    let house = House::new().await;
    let opened = house.open_with_key("nobody knows this one").await.expect(200);
    assert_shows_nobody(&opened);
}

#[tokio::test]
async fn beside_a_token_the_access_key_counts_for_nothing() {
    let house = House::new().await;
    let both = |client| {
        let token = house.token(&json!({}));
        let key = house.view.access_key.clone();
        let house = &house;
        async move { house.open(&[("token", &token), ("accessKey", &key), ("clientId", client)]).await }
    };
    both("acme").await.expect(200);
    assert_shows_nobody(&both("globex").await.expect(403));
}

#[tokio::test]
async fn without_a_credential_the_page_is_asked_for_one() {
    let mut house = House::new().await;
    let refused = house.open(&[("clientId", "acme")]).await.expect(401);
    assert_shows_nobody(&refused);
    assert!(refused.text().contains(&format!("href=\"{}\"", house.path())), "trying again leads to the door");
    house.change(Change { tokens_only: Some(true), ..Change::default() }).await;
    assert_shows_nobody(&house.open_with_key("acme").await.expect(403));
}

#[tokio::test]
async fn an_unknown_view_and_nonsense_are_alike() {
    let house = House::new().await;
    let mut texts = Vec::new();
    for view in ["vw_none", "x", "vw_%27or%201=1"] {
        let refused = submit(&house.frame(PAGE), &format!("/embed/{view}"), &[("accessKey", "k")]).await.expect(403);
        texts.push(told(&refused, "message"));
        house.app.stranger().get(&format!("/embed/{view}")).await.expect(403);
        house.app.stranger().get(&format!("/embed/{view}/s/h")).await.expect(403);
    }
    texts.dedup();
    assert_eq!(texts.len(), 1);
}

#[tokio::test]
async fn the_cookie_belongs_to_one_document_only() {
    let house = House::new().await;
    let [acme, globex] = [house.open_with_key("acme").await, house.open_with_key("globex").await];
    let base = told(&acme, "base");
    let handle = base.rsplit('/').next().unwrap();
    let set = acme.header("set-cookie");
    assert!(set.starts_with(&format!("daybook_view_{handle}=")), "{set}");
    for part in
        [format!("Path={base}"), "HttpOnly".into(), "Secure".into(), "SameSite=None".into(), "Partitioned".into()]
    {
        assert!(set.split("; ").any(|given| given == part), "{part} in {set}");
    }
    let with = |cookie: &str| house.app.stranger().with("cookie", cookie);
    let again = with(&format!("other=1; {}", cookie(&acme))).get(&format!("{base}?action=user.*")).await.expect(200);
    assert!(again.text().contains("Only Acme knows") && !again.text().contains("Only the accounts know"));
    assert_eq!(again.header("cache-control"), "no-store");
    assert_shows_nobody(&with(&cookie(&globex)).get(&base).await.expect(403));
    let renamed = format!("daybook_view_{handle}={}", cookie(&globex).split_once('=').unwrap().1);
    assert_shows_nobody(&with(&renamed).get(&base).await.expect(403));
    assert_shows_nobody(&house.app.stranger().get(&base).await.expect(403));
}

#[tokio::test]
async fn the_browser_part_gets_the_part_that_changes() {
    let house = House::new().await;
    let opened = house.open_with_key("acme").await;
    let (base, session) = (told(&opened, "base"), told(&opened, "session"));
    let browser = house.app.stranger().with("x-daybook-part", "desk");
    let bearer = browser.clone().with("authorization", &format!("Bearer {session}"));
    let part = bearer.get(&format!("{base}?q=Roberta")).await.expect(200);
    assert!(part.text().starts_with("<div id=\"desk\""), "{}", part.text());
    assert!(part.text().contains("Only Acme knows") && !part.text().contains("Only the accounts know"));
    assert_eq!((part.header("cache-control"), part.header("x-frame-options")), ("no-store", "DENY"));
    assert_shows_nobody(&browser.get(&base).await.expect(403));
    house.app.later(15 * 60 * 1_000);
    assert_shows_nobody(&bearer.get(&base).await.expect(403));
}

#[tokio::test]
async fn a_session_reads_no_other_clients_event_by_its_id() {
    let house = House::new().await;
    let found = house.app.writer().get("/api/v1/events?client=globex").await.expect(200).json();
    let id = found["entries"][0]["_id"].as_str().or(found["entries"][0]["id"].as_str()).unwrap().to_owned();
    let opened = house.open_with_key("acme").await;
    let browser = house.app.stranger().with("authorization", &format!("Bearer {}", told(&opened, "session")));
    for query in [format!("event={id}"), "q=Globex".into(), "actor=u-3".into(), "client=globex".into()] {
        let answer = browser.get(&format!("{}?{query}", told(&opened, "base"))).await.expect(200);
        assert!(!answer.text().contains("Hank") && !answer.text().contains("Only Globex knows"), "{query}");
    }
}

#[tokio::test]
async fn what_a_token_hides_and_leaves_out_is_nowhere_in_the_document() {
    let house = House::new().await;
    let token = house.token(&json!({"hide": ["actor.email"], "filter": {"action": "user.*"}}));
    let opened = house.open(&[("token", &token)]).await.expect(200);
    assert!(opened.text().contains("Only Acme knows"));
    assert!(!opened.text().contains("roberta@acme.test") && !opened.text().contains("Salman"));
    let browser = house.app.stranger().with("authorization", &format!("Bearer {}", told(&opened, "session")));
    let widened = browser.get(&format!("{}?action=invoice.*", told(&opened, "base"))).await.expect(200);
    assert!(!widened.text().contains("Salman"), "a filter narrows what a token allows");
}

#[tokio::test]
async fn a_page_gets_a_new_session_for_a_fresh_credential() {
    let house = House::new().await;
    let opened = house.open(&[("token", &house.token(&json!({"origin": PAGE})))]).await.expect(200);
    let (base, session, renew) = (told(&opened, "base"), told(&opened, "session"), told(&opened, "renew"));
    // The session is over, but the page is still there.
    house.app.later(16 * 60 * 1_000);
    let now = START / 1_000 + 16 * 60;
    let fresh = house.token(&json!({"origin": PAGE, "iat": now, "exp": now + 600}));
    let frame = house.frame("http://127.0.0.1:3000").with("host", "127.0.0.1:3000");
    let renewed = frame.post(&renew, &json!({"session": session, "token": fresh})).await.expect(200);
    assert_eq!(renewed.header("cache-control"), "no-store");
    assert_eq!(renewed.json()["expiresAt"], "2026-01-15T12:31:00.000Z");
    let bearer =
        house.app.stranger().with("authorization", &format!("Bearer {}", renewed.json()["session"].as_str().unwrap()));
    assert!(bearer.get(&base).await.expect(200).text().contains("Only Acme knows"));
    let by_cookie = house.app.stranger().with("cookie", &cookie(&renewed));
    assert!(by_cookie.get(&base).await.expect(200).text().contains("Only Acme knows"));
}

#[tokio::test]
async fn a_renewal_needs_a_credential_for_the_same_client() {
    let house = House::new().await;
    let opened = house.open_with_key("acme").await;
    let (session, renew) = (told(&opened, "session"), told(&opened, "renew"));
    let ask = async |body: Value| house.app.stranger().post(&renew, &body).await;
    ask(json!({"session": session})).await.expect(401);
    ask(json!({"session": session, "accessKey": "wrong", "clientId": "acme"})).await.expect(403);
    ask(json!({"session": session, "accessKey": house.view.access_key, "clientId": "globex"})).await.expect(403);
    ask(json!({"session": "forged", "accessKey": house.view.access_key, "clientId": "acme"})).await.expect(403);
    ask(json!({"session": session, "accessKey": house.view.access_key, "clientId": "acme"})).await.expect(200);
}

#[tokio::test]
async fn the_door_holds_nothing_and_sends_the_form_from_within() {
    let house = House::new().await;
    let door = house.app.stranger().get(&house.path()).await.expect(200);
    assert!(door.text().contains("al:ready") && !door.text().contains(&house.view.access_key));
    assert!(door.header("content-security-policy").contains("form-action 'self'"));
    assert!(
        door.header("content-security-policy")
            .ends_with("frame-ancestors 'self' http://localhost:* http://127.0.0.1:*")
    );
    // The form's origin is our own; the page around is named in it.
    let fields =
        [("accessKey", house.view.access_key.as_str()), ("clientId", "acme"), ("url", "http://localhost:8080/log")];
    let within = house.frame("http://127.0.0.1:3000").with("host", "127.0.0.1:3000");
    let opened = submit(&within, &house.path(), &fields).await.expect(200);
    assert_eq!(told(&opened, "parent"), "http://localhost:8080");
}

#[tokio::test]
async fn behind_a_proxy_our_own_origin_is_the_public_one() {
    let house =
        House::differing(Differing { public_url: Some("https://audit.example.com".into()), ..Differing::default() })
            .await;
    let fields =
        [("accessKey", house.view.access_key.as_str()), ("clientId", "acme"), ("url", "http://localhost:8080/log")];
    let within = house.frame("https://audit.example.com").with("host", "10.0.0.7:3000");
    submit(&within, &house.path(), &fields).await.expect(200);
}

#[tokio::test]
async fn the_reader_begins_where_the_pages_address_or_script_says() {
    let house = House::new().await;
    let open = async |url: &str, action: &str| {
        let key = house.view.access_key.as_str();
        house
            .open(&[("accessKey", key), ("clientId", "acme"), ("url", url), ("action", action)])
            .await
            .expect(200)
            .text()
    };
    let by_script = open("http://127.0.0.1:5173/log", "invoice.*").await;
    assert!(by_script.contains("Only the accounts know") && !by_script.contains("Only Acme knows"));
    let by_address = open("http://127.0.0.1:5173/log?a=1&audit=action%3Duser.invite#top", "invoice.*").await;
    assert!(by_address.contains("Only Acme knows") && !by_address.contains("Only the accounts know"));
}

#[tokio::test]
async fn what_the_page_asks_for_cannot_break_out_of_the_style() {
    let house = House::new().await;
    let opened = house
        .open(&[
            ("accessKey", &house.view.access_key),
            ("clientId", "acme"),
            ("accent", "#635bff"),
            ("surface", "red;}</style><script>alert(1)</script>"),
            ("locale", "\"><script>alert(1)</script>"),
            ("scheme", "dark"),
            ("direction", "rtl"),
        ])
        .await
        .expect(200);
    assert!(opened.text().contains("--audit-accent:#635bff;") && opened.text().contains("data-scheme=\"dark\""));
    assert!(opened.text().contains("dir=\"rtl\"") && !opened.text().contains("<script>alert"));
}

#[tokio::test]
async fn a_form_larger_than_any_credential_is_refused() {
    let house = House::new().await;
    let refused = house.open(&[("token", &"x".repeat(70_000))]).await;
    assert_eq!(refused.status.as_u16(), 413);
}
