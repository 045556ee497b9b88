//! Opening a view from a page of the company's: with a signed token, or with the view's access key.

use super::hide;
use super::session::{self, Grant, Look, OpenedBy, Session};
use super::sightings;
use super::view_token::{self, FilterClaim, Verified, VerifyError};
use super::{PassTo, Passed, Reader, Visitor};
use crate::backend::storage::ViewRecord;
use crate::backend::{Backend, clients, views};
use crate::domain::access::{ClientId, Origin, ViewId};
use crate::domain::name::LONGEST_NAME;
use crate::domain::opening::Rights;
use crate::domain::problem::{Problem, Refusal};
use crate::domain::view::ViewConfig;
use subtle::ConstantTimeEq;

/// What a page says to have a view opened.
#[derive(Clone)]
pub struct Embedder {
    pub view: ViewId,
    /// Needed with an access key; with a token it must be the token's own, if given.
    pub client_id: Option<ClientId>,
    pub access_key: Option<String>,
    /// Wins over the access key.
    pub token: Option<String>,
    /// The page, its origin as the browser says; none where the page hides it.
    pub look: Look,
}

/// A view that opened.
pub struct OpenedView {
    pub view: ViewId,
    pub config: ViewConfig,
    /// Who may frame it.
    pub origins: Vec<Origin>,
    pub session: Session,
    pub reader: Reader,
    pub look: Look,
}

/// Checks the credential and makes a session. Nothing is told of whether the client exists.
pub async fn open_view(backend: &Backend, embedder: Embedder) -> Result<OpenedView, Problem> {
    let record = views::in_use(backend, &embedder.view).await?;
    sightings::note_page(backend, &record.id, &embedder.look);
    let grant = admit(backend, &record, &embedder).await?;
    let session = grant.sign(&backend.secret)?;
    let config = views::as_seen_by(backend, &record, &grant.client).await?;
    let ViewRecord { id, origins, .. } = record;
    let look = grant.look.clone();
    Ok(OpenedView { view: id, config, origins, session, reader: grant.reader(), look })
}

/// Makes a session for whoever came by a link of their company's, at the top of their browser's window.
pub async fn open_by_pass<T>(
    backend: &Backend,
    view: &ViewId,
    passed: &Passed<T>,
) -> Result<(Session, Reader), Problem> {
    let record = views::in_use(backend, view).await?;
    let PassTo { client, filter, visitor, .. } = &passed.to;
    if record.project != passed.reader.scope().project {
        return Err(Problem::refused(Refusal::UnknownView));
    }
    session::not_closed_since(backend, &record.id, client, passed.issued_at).await?;
    let opened_by = OpenedBy::Pass(passed.holder.key.clone(), passed.holder.secret.clone());
    let (rights, now) = (passed.reader.rights(), backend.clock.now());
    let grant = Grant::new(&record, opened_by, client.clone(), rights, Look::default(), now);
    let grant = Grant { filter: filter.clone(), visitor: visitor.clone(), ..grant };
    Ok((grant.sign(&backend.secret)?, grant.reader()))
}

/// Makes a new session for a page that has one, with a credential as fresh as for opening.
///
/// The page is the one that opened it: a renewal comes from within the frame, whose own origin says nothing.
pub async fn renew(backend: &Backend, earlier_token: &str, embedder: Embedder) -> Result<Session, Problem> {
    let earlier = session::earlier(backend, earlier_token)?;
    earlier.still_open(backend).await?;
    let embedder = Embedder { look: earlier.look.clone(), ..embedder };
    let record = views::in_use(backend, &embedder.view).await?;
    let grant = admit(backend, &record, &embedder).await?;
    grant.continuing(&earlier).map_err(Problem::refused)?.sign(&backend.secret)
}

/// Lets a page in. A token that is good once is used up by this, and only if it opens something.
async fn admit(backend: &Backend, record: &ViewRecord, embedder: &Embedder) -> Result<Grant, Problem> {
    embedder.look.may_show(&record.origins).map_err(Problem::refused)?;
    let Examined { grant, token } = examine(backend, record, embedder).await?;
    if let Some(Verified { claims, kid }) = token {
        backend.replays.first_use(&record.id, &claims, backend.clock.now())?;
        sightings::note_signing(backend, &record.id, &kid);
    }
    Ok(grant)
}

/// What a credential gives, and the token it is, if it is one.
pub(super) struct Examined {
    pub grant: Grant,
    pub token: Option<Verified>,
}

/// Checks a credential, whatever the page, and leaves no trace.
pub(super) async fn examine(backend: &Backend, record: &ViewRecord, embedder: &Embedder) -> Result<Examined, Problem> {
    match (&embedder.token, &embedder.access_key) {
        (Some(token), _) => by_token(backend, record, embedder, token).await,
        (None, Some(key)) => Ok(Examined { grant: by_access_key(backend, record, embedder, key).await?, token: None }),
        (None, None) => Err(Problem::SignInRequired),
    }
}

async fn by_token(
    backend: &Backend,
    record: &ViewRecord,
    embedder: &Embedder,
    token: &str,
) -> Result<Examined, Problem> {
    let now = backend.clock.now();
    let verified = view_token::verify(token, record, &backend.secret, now).map_err(|error| match error {
        VerifyError::Refused(refusal) => Problem::refused(refusal),
        VerifyError::Storage(error) => backend.internal(error),
    })?;
    let claims = &verified.claims;
    claims.check()?;
    let client = claims.client().map_err(Problem::refused)?;
    let client = clients::meant(backend, record.project, client).await?;
    if let Some(asked) = &embedder.client_id
        && clients::meant(backend, record.project, asked.clone()).await? != client
    {
        return Err(Problem::refused(Refusal::WrongClient));
    }
    if let Some(origin) = &claims.origin
        && embedder.look.origin.as_ref() != Some(origin)
    {
        return Err(Problem::refused(Refusal::WrongOrigin));
    }
    if !claims.grants("read") {
        return Err(Problem::NotAllowed);
    }
    session::not_closed_since(backend, &record.id, &client, claims.issued_at()).await?;
    if let Some(tester) = claims.tester {
        session::still_tests(backend, record.project, tester).await?;
    }
    let hide = hide::document_paths(&claims.hide)?;
    let filter = claims.filter.clone().map(FilterClaim::restriction).transpose()?;
    let rights = Rights { export: claims.grants("export"), tail: claims.grants("tail") };
    let visitor = visitor(&claims.sub, claims.name.clone());
    // The company knows its user's language and zone better than the browser does.
    let page = embedder.look.clone();
    let (locale, zone) = (claims.locale.clone().or(page.locale.clone()), claims.tz.clone().or(page.zone.clone()));
    let opened_by = OpenedBy::Token(verified.kid.clone());
    let grant = Grant::new(record, opened_by, client, rights, Look { locale, zone, ..page }, now);
    let (visitor, tester) = (Some(visitor), claims.tester);
    Ok(Examined { grant: Grant { visitor, tester, filter, hide, ..grant }, token: Some(verified) })
}

/// A longer name is cut: a session's token has no room for it.
fn visitor(sub: &str, name: Option<String>) -> Visitor {
    let name = name.map(|name| name.trim().chars().filter(|c| !c.is_control()).take(LONGEST_NAME).collect());
    Visitor { uuid: sub.to_owned(), name: name.filter(|name: &String| !name.is_empty()) }
}

/// What a view looks like, for a page that has its access key.
pub async fn view_of_key(backend: &Backend, embedder: &Embedder) -> Result<ViewConfig, Problem> {
    let record = views::in_use(backend, &embedder.view).await?;
    embedder.look.may_show(&record.origins).map_err(Problem::refused)?;
    let key = embedder.access_key.as_deref().ok_or(Problem::SignInRequired)?;
    opened_by_key(backend, &record, key)?;
    Ok(record.config)
}

/// The view's own access key, or the one before it within its grace, if this is one of them.
fn opened_by_key(backend: &Backend, record: &ViewRecord, key: &str) -> Result<OpenedBy, Problem> {
    if record.tokens_only {
        return Err(Problem::refused(Refusal::TokenRequired));
    }
    for own in record.access_keys(backend.clock.now()) {
        let plain = backend.secret.open_sealed(own).map_err(|error| backend.internal(error))?;
        if bool::from(plain.ct_eq(key.as_bytes())) {
            return Ok(OpenedBy::AccessKey(own.mark()));
        }
    }
    Err(Problem::refused(Refusal::WrongAccessKey))
}

async fn by_access_key(
    backend: &Backend,
    record: &ViewRecord,
    embedder: &Embedder,
    key: &str,
) -> Result<Grant, Problem> {
    let opened_by = opened_by_key(backend, record, key)?;
    let client =
        embedder.client_id.clone().ok_or_else(|| Problem::invalid("clientId", "is required with an access key"))?;
    let client = clients::meant(backend, record.project, client).await?;
    Ok(Grant::new(record, opened_by, client, Rights::ALL, embedder.look.clone(), backend.clock.now()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::auth::{Steward, resume};
    use crate::backend::clock::Clock;
    use crate::backend::rate::RateLimits;
    use crate::backend::secrets::ServerSecret;
    use crate::backend::start;
    use crate::backend::storage::sqlite::{Options, Sqlite};
    use crate::backend::views::{self, Change, OwnedView};
    use crate::domain::query::Filter;
    use crate::domain::time::Timestamp;
    use crate::domain::view::Theme;
    use jsonwebtoken::{EncodingKey, Header, encode};
    use serde_json::{Value, json};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicI64, Ordering};

    /// In seconds since 1970.
    const NOW: i64 = 1_768_478_400;
    const PAGE: &str = "http://localhost:5173";

    /// A view of a company, and a clock that the test moves.
    struct House {
        backend: Backend,
        steward: Steward,
        view: OwnedView,
        now: Arc<AtomicI64>,
        _folder: tempfile::TempDir,
    }

    impl House {
        async fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let now = Arc::new(AtomicI64::new(NOW));
            let shown = Arc::clone(&now);
            let clock = Clock::fixed(move || Timestamp::from_millis(shown.load(Ordering::Relaxed) * 1_000));
            let storage = Arc::new(Sqlite::open(folder.path(), clock.clone(), Options::default()).await.unwrap());
            let backend = Backend::new(storage, clock, ServerSecret::random(), RateLimits::default());
            let steward = Steward::of_the_machine(start::project(&backend).await.unwrap());
            let id = views::create_default(&backend, &steward).await.unwrap();
            let view = views::show(&backend, &id).await.unwrap();
            Self { backend, steward, view, now, _folder: folder }
        }

        /// Another view of the same company.
        async fn another_view(&self) -> OwnedView {
            let id = views::create_default(&self.backend, &self.steward).await.unwrap();
            views::show(&self.backend, &id).await.unwrap()
        }

        async fn change(&self, change: Change) -> OwnedView {
            views::change(&self.backend, &self.steward, &self.view.id, change).await.unwrap();
            views::show(&self.backend, &self.view.id).await.unwrap()
        }

        fn later(&self, seconds: i64) {
            self.now.fetch_add(seconds, Ordering::Relaxed);
        }

        /// A page of this machine that brings nothing yet.
        fn page(&self) -> Embedder {
            let view = self.view.id.clone();
            Embedder { view, client_id: None, access_key: None, token: None, look: from(PAGE) }
        }

        fn with_key(&self, client: &str) -> Embedder {
            let client_id = Some(ClientId::parse(client).unwrap());
            Embedder { client_id, access_key: Some(self.view.access_key.clone()), ..self.page() }
        }

        fn with_token(&self, change: &Value) -> Embedder {
            Embedder { token: Some(self.token(&self.view, change)), ..self.page() }
        }

        /// A token for acme, signed with the newest secret of a view.
        fn token(&self, view: &OwnedView, change: &Value) -> String {
            let now = self.now.load(Ordering::Relaxed);
            let mut claims = json!({
                "aud": "audit-viewer", "view": self.view.id, "client": "acme", "sub": "user-7", "iat": now, "exp": now + 600
            });
            for (name, value) in change.as_object().unwrap() {
                claims[name] = value.clone();
            }
            let header = Header { kid: Some(view.kid.clone()), ..Header::default() };
            encode(&header, &claims, &EncodingKey::from_secret(view.signing_secret.as_bytes())).unwrap()
        }

        async fn refusal(&self, embedder: Embedder) -> Problem {
            open_view(&self.backend, embedder).await.err().expect("it does not open")
        }
    }

    /// A page of this origin.
    fn from(origin: &str) -> Look {
        Look { origin: Some(origin.to_owned()), ..Look::default() }
    }

    fn refused(reason: Refusal) -> Problem {
        Problem::refused(reason)
    }

    #[tokio::test]
    async fn an_access_key_opens_the_client_that_the_page_names() {
        let house = House::new().await;
        let opened = open_view(&house.backend, house.with_key("acme")).await.unwrap();
        assert_eq!(opened.reader.client().unwrap().as_str(), "acme");
        let reader = resume(&house.backend, &house.view.id, &opened.session.token).await.unwrap().reader;
        assert_eq!(reader.client(), opened.reader.client());
    }

    #[tokio::test]
    async fn a_wrong_key_and_a_missing_one_do_not_open() {
        let house = House::new().await;
        let wrong = Embedder { access_key: Some("x".repeat(43)), ..house.with_key("acme") };
        assert_eq!(house.refusal(wrong).await, refused(Refusal::WrongAccessKey));
        let other = house.another_view().await.access_key;
        let others = Embedder { access_key: Some(other), ..house.with_key("acme") };
        assert_eq!(house.refusal(others).await, refused(Refusal::WrongAccessKey));
        assert_eq!(house.refusal(house.page()).await, Problem::SignInRequired);
        let nobody = Embedder { client_id: None, ..house.with_key("acme") };
        assert!(matches!(house.refusal(nobody).await, Problem::Invalid { .. }));
    }

    #[tokio::test]
    async fn a_view_can_ask_for_tokens_only() {
        let house = House::new().await;
        house.change(Change { tokens_only: Some(true), ..Change::default() }).await;
        assert_eq!(house.refusal(house.with_key("acme")).await, refused(Refusal::TokenRequired));
        assert!(open_view(&house.backend, house.with_token(&json!({}))).await.is_ok());
    }

    #[tokio::test]
    async fn what_is_taken_from_a_view_is_taken_from_its_open_pages() {
        let house = House::new().await;
        let by_key = open_view(&house.backend, house.with_key("acme")).await.unwrap().session.token;
        let by_token = open_view(&house.backend, house.with_token(&json!({}))).await.unwrap().session.token;
        let resumed = async |token: &str| resume(&house.backend, &house.view.id, token).await.map(|_| ());
        house.change(Change { tokens_only: Some(true), ..Change::default() }).await;
        assert_eq!(resumed(&by_key).await, Err(refused(Refusal::TokenRequired)));
        assert_eq!(resumed(&by_token).await, Ok(()));
        let origins = vec![Origin::parse("https://app.example.com").unwrap()];
        house.change(Change { origins: Some(origins), ..Change::default() }).await;
        assert_eq!(resumed(&by_token).await, Err(refused(Refusal::WrongOrigin)));
    }

    #[tokio::test]
    async fn a_page_closes_when_the_key_or_the_secret_that_opened_it_is_gone() {
        let house = House::new().await;
        let resumed = async |token: &str| resume(&house.backend, &house.view.id, token).await.map(|_| ());
        let opened = async |embedder: Embedder| open_view(&house.backend, embedder).await.unwrap().session.token;
        let (by_key, by_token) = (opened(house.with_key("acme")).await, opened(house.with_token(&json!({}))).await);
        let rotate = || Change { new_signing_secret: true, ..Change::default() };
        house.change(rotate()).await;
        assert_eq!((resumed(&by_key).await, resumed(&by_token).await), (Ok(()), Ok(())), "two secrets sign");
        house.change(rotate()).await;
        assert_eq!(resumed(&by_token).await, Err(refused(Refusal::Expired)));
        assert_eq!(resumed(&by_key).await, Ok(()));
        house.change(Change { new_access_key: true, ..Change::default() }).await;
        assert_eq!(resumed(&by_key).await, Err(refused(Refusal::Expired)));
    }

    #[tokio::test]
    async fn a_session_fits_into_a_cookie_whatever_the_page_looks_like() {
        let house = House::new().await;
        let font = format!("\"{}\"", "x".repeat(190));
        let theme = Theme::TOKENS.iter().fold(Theme::default(), |theme, name| theme.with(name, &font));
        let claims =
            json!({"filter": {"actor": "ä".repeat(255), "action": "ö".repeat(255)}, "hide": vec!["actor.email"; 32]});
        let page = Embedder { look: Look { theme, ..from(PAGE) }, ..house.with_token(&claims) };
        let session = open_view(&house.backend, page).await.unwrap().session;
        assert!(session.token.len() < 3_800, "{}", session.token.len());
        assert!(resume(&house.backend, &house.view.id, &session.token).await.unwrap().reader.restriction().is_some());
    }

    #[tokio::test]
    async fn beside_a_token_a_key_counts_for_nothing_and_another_client_is_refused() {
        let house = House::new().await;
        let both = Embedder { token: Some("not a token".to_owned()), ..house.with_key("acme") };
        assert_eq!(house.refusal(both).await, refused(Refusal::BadSignature));
        let both = |client| Embedder { token: Some(house.token(&house.view, &json!({}))), ..house.with_key(client) };
        assert!(open_view(&house.backend, both("acme")).await.is_ok());
        assert_eq!(house.refusal(both("globex")).await, refused(Refusal::WrongClient));
    }

    #[tokio::test]
    async fn a_token_grants_what_it_claims_and_no_more() {
        let house = House::new().await;
        let claims =
            json!({"filter": {"actor": "user-7", "action": "invoice.*"}, "hide": ["actor.email"], "scope": "read"});
        let opened = open_view(&house.backend, house.with_token(&claims)).await.unwrap();
        let restriction =
            Filter { actor: Some("user-7".to_owned()), action: Some("invoice.*".to_owned()), ..Filter::default() };
        let resumed = resume(&house.backend, &house.view.id, &opened.session.token).await.unwrap().reader;
        for reader in [opened.reader, resumed] {
            assert_eq!(reader.restriction(), Some(&restriction));
            assert_eq!(reader.hide(), ["actor.email"]);
            assert_eq!(reader.rights(), Rights { export: false, tail: false });
        }
        assert_eq!(house.refusal(house.with_token(&json!({"scope": "export"}))).await, Problem::NotAllowed);
    }

    #[tokio::test]
    async fn a_token_that_hides_what_does_not_exist_is_refused() {
        let house = House::new().await;
        let misspelt = house.with_token(&json!({"hide": ["actor.mail"]}));
        let told = "“actor.mail” is no part of an event that can be hidden";
        assert_eq!(house.refusal(misspelt).await, Problem::invalid("hide[0]", told));
    }

    #[tokio::test]
    async fn another_views_secret_signs_nothing_here() {
        let house = House::new().await;
        let other = house.another_view().await;
        let renamed = OwnedView { kid: house.view.kid.clone(), ..other.clone() };
        for view in [other, renamed] {
            let forged = Embedder { token: Some(house.token(&view, &json!({}))), ..house.page() };
            assert_eq!(house.refusal(forged).await, refused(Refusal::BadSignature));
        }
    }

    #[tokio::test]
    async fn a_replaced_secret_signs_until_the_next_one_is_replaced() {
        let house = House::new().await;
        let rotate = || Change { new_signing_secret: true, ..Change::default() };
        let signed_by = |view: &OwnedView| Embedder { token: Some(house.token(view, &json!({}))), ..house.page() };
        let second = house.change(rotate()).await;
        assert_ne!(second.kid, house.view.kid);
        for view in [&house.view, &second] {
            assert!(open_view(&house.backend, signed_by(view)).await.is_ok());
        }
        let third = house.change(rotate()).await;
        assert_eq!(house.refusal(signed_by(&house.view)).await, refused(Refusal::BadSignature));
        for view in [&second, &third] {
            assert!(open_view(&house.backend, signed_by(view)).await.is_ok());
        }
    }

    #[tokio::test]
    async fn a_replaced_access_key_opens_nothing() {
        let house = House::new().await;
        let fresh = house.change(Change { new_access_key: true, ..Change::default() }).await;
        assert_eq!(house.refusal(house.with_key("acme")).await, refused(Refusal::WrongAccessKey));
        let with_fresh = Embedder { access_key: Some(fresh.access_key), ..house.with_key("acme") };
        assert!(open_view(&house.backend, with_fresh).await.is_ok());
    }

    #[tokio::test]
    async fn a_strange_page_is_refused_before_its_token_is_used_up() {
        let house = House::new().await;
        house
            .change(Change {
                origins: Some(vec![Origin::parse("https://app.example.com").unwrap()]),
                ..Change::default()
            })
            .await;
        let token = house.with_token(&json!({"jti": "once"}));
        let from = |origin: &str| Embedder { look: from(origin), ..token.clone() };
        for strange in [PAGE, "https://evil.test", "https://app.example.com.evil.test", "null"] {
            assert_eq!(house.refusal(from(strange)).await, refused(Refusal::WrongOrigin), "{strange}");
        }
        assert!(open_view(&house.backend, from("https://app.example.com")).await.is_ok());
        assert_eq!(house.refusal(from("https://app.example.com")).await, refused(Refusal::Replayed));
    }

    #[tokio::test]
    async fn a_refused_token_is_not_used_up() {
        let house = House::new().await;
        let token = house.with_token(&json!({"jti": "once"}));
        let globex = Embedder { client_id: Some(ClientId::parse("globex").unwrap()), ..token.clone() };
        assert_eq!(house.refusal(globex).await, refused(Refusal::WrongClient));
        assert!(open_view(&house.backend, token).await.is_ok());
    }

    #[tokio::test]
    async fn a_token_can_be_pinned_to_one_page() {
        let house = House::new().await;
        let pinned = house.with_token(&json!({"origin": PAGE}));
        assert!(open_view(&house.backend, pinned.clone()).await.is_ok());
        let other = Embedder { look: from("http://localhost:8080"), ..pinned.clone() };
        assert_eq!(house.refusal(other).await, refused(Refusal::WrongOrigin));
        let untold = Embedder { look: Look::default(), ..pinned };
        assert_eq!(house.refusal(untold).await, refused(Refusal::WrongOrigin), "the browser told no origin");
    }

    #[tokio::test]
    async fn a_session_holds_a_quarter_of_an_hour_for_its_own_view() {
        let house = House::new().await;
        let session = open_view(&house.backend, house.with_key("acme")).await.unwrap().session;
        let other = house.another_view().await.id;
        let resumed = |view: ViewId, token: String| {
            let backend = house.backend.clone();
            async move { resume(&backend, &view, &token).await.map(|_| ()) }
        };
        assert_eq!(resumed(other, session.token.clone()).await, Err(refused(Refusal::WrongClaims)));
        let unsigned = session.token.rsplit_once('.').unwrap().0.to_owned() + ".";
        assert_eq!(resumed(house.view.id.clone(), unsigned).await, Err(refused(Refusal::BadSignature)));
        let token = house.with_token(&json!({})).token.unwrap();
        assert_eq!(
            resumed(house.view.id.clone(), token).await,
            Err(refused(Refusal::BadSignature)),
            "a view token is no session"
        );
        house.later(15 * 60 - 1);
        assert_eq!(resumed(house.view.id.clone(), session.token.clone()).await, Ok(()));
        house.later(1);
        assert_eq!(resumed(house.view.id.clone(), session.token).await, Err(refused(Refusal::Expired)));
    }

    #[tokio::test]
    async fn a_page_renews_for_twelve_hours_and_for_the_same_client() {
        let house = House::new().await;
        let first = open_view(&house.backend, house.with_token(&json!({}))).await.unwrap().session;
        let globex = house.with_token(&json!({"client": "globex"}));
        assert_eq!(renew(&house.backend, &first.token, globex).await.err(), Some(refused(Refusal::WrongClient)));
        // Long over, as after a night: the credential is fresh, and that is what counts.
        house.later(11 * 3_600 + 50 * 60);
        let last = renew(&house.backend, &first.token, house.with_token(&json!({}))).await.unwrap();
        assert_eq!(last.handle, first.handle);
        assert_eq!(last.seconds_from(house.backend.clock().now()), 10 * 60, "no longer than the twelve hours");
        house.later(10 * 60);
        let over = renew(&house.backend, &last.token, house.with_token(&json!({}))).await;
        assert_eq!(over.err(), Some(refused(Refusal::Expired)));
    }

    #[tokio::test]
    async fn a_view_that_is_not_there_says_so_and_no_more() {
        let house = House::new().await;
        let unknown = Embedder { view: ViewId::parse("vw_none").unwrap(), ..house.with_key("acme") };
        assert_eq!(house.refusal(unknown).await, refused(Refusal::UnknownView));
    }
}
