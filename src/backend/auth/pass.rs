//! Passes: what somebody with an API key hands to somebody without one, to read one client's log for a while.

use super::api_key::SecretMark;
use super::basis::Basis;
use super::{Holder, Reader, ReaderIdentity, Rights, SharedCredential, Visitor, Whence, Writer, api_key};
use crate::backend::Backend;
use crate::domain::access::{ClientId, ClientScope, KeyId, ProjectId, Scope};
use crate::domain::key::KeyScope;
use crate::domain::problem::{Problem, Refusal};
use crate::domain::query::Filter;
use crate::domain::time::Timestamp;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What a pass opens.
#[derive(Debug, Clone)]
pub struct PassTo<T> {
    /// Its client.
    pub client: ClientId,
    /// The part of that client's log that it shows.
    pub filter: Option<Filter>,
    /// Whoever it is made for, where that is known.
    pub visitor: Option<Visitor>,
    /// What else whoever made it wants to know again.
    pub note: T,
}

/// A pass that holds: it reads, and notes in the name of the key that it came from.
#[derive(Debug, Clone)]
pub struct Passed<T> {
    pub reader: Reader,
    /// Of its client's documents.
    pub holder: Holder,
    pub to: PassTo<T>,
    /// When it was made, to a second.
    pub issued_at: Timestamp,
    writer: Option<Writer>,
}

impl<T> Passed<T> {
    /// Who notes that somebody looked, where the key may send events.
    pub fn writer(&self) -> Result<&Writer, Problem> {
        self.writer.as_ref().ok_or(Problem::ScopeMissing { scope: KeyScope::Ingest })
    }
}

#[derive(Serialize, Deserialize)]
struct Claims<T> {
    project: ProjectId,
    key: KeyId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    secret: Option<SecretMark>,
    client: ClientId,
    filter: Option<Filter>,
    visitor: Option<Visitor>,
    note: T,
    /// In seconds since 1970; 0 for those made before this was said.
    #[serde(default)]
    iat: i64,
    exp: i64,
}

/// Signs a pass (a JWT, HS256) that holds for so many seconds, for somebody who may read what it opens. Those of one
/// purpose open nothing of another's.
pub fn issue<T: Serialize>(
    backend: &Backend,
    (holder, reader): (&Holder, &Reader),
    purpose: &str,
    to: PassTo<T>,
    seconds: i64,
) -> Result<String, Problem> {
    let iat = backend.clock.now().millis().div_euclid(1000);
    let exp = iat + seconds;
    let PassTo { client, filter, visitor, note } = to;
    let own = ClientScope::One(client.clone());
    if !(reader.scope.clients.holds(&own) && holder.scope.clients.holds(&own)) {
        return Err(Problem::NotAllowed);
    }
    let (project, key, secret) = (holder.scope.project, holder.key.clone(), holder.secret.clone());
    let claims = Claims { project, key, secret, client, filter, visitor, note, iat, exp };
    let key = EncodingKey::from_secret(&backend.secret.derive(purpose));
    encode(&Header::new(Algorithm::HS256), &claims, &key)
        .map_err(|error| backend.internal(anyhow::Error::from(error).into()))
}

/// Whoever comes with a pass, while it holds and so does the key that it came from. What that key may not do, its
/// passes may not either.
pub async fn open<T: DeserializeOwned + Clone>(
    backend: &Backend,
    purpose: &str,
    token: &str,
) -> Result<Passed<T>, Problem> {
    let mut validation = Validation::new(Algorithm::HS256);
    // Our own clock decides below.
    validation.validate_exp = false;
    let key = DecodingKey::from_secret(&backend.secret.derive(purpose));
    let claims = decode::<Claims<T>>(token, &key, &validation);
    let Claims { project, key, secret, client, filter, visitor, note, iat, exp } =
        claims.map_err(|_| Problem::refused(Refusal::BadSignature))?.claims;
    if backend.clock.now().millis() >= exp * 1000 {
        return Err(Problem::refused(Refusal::Expired));
    }
    let scope = Scope { project, clients: ClientScope::One(client.clone()) };
    let record = backend.known_keys.in_use(backend, &key).await?;
    let of_key = api_key::scope(&record);
    let has_secret = secret.as_ref().is_none_or(|secret| secret.holds(&record, backend.clock.now()));
    if of_key.project != project || !of_key.clients.holds(&scope.clients) || !has_secret {
        return Err(Problem::refused(Refusal::UnknownKey));
    }
    let reader = Reader {
        scope: scope.clone(),
        restriction: filter.clone(),
        hide: Vec::new(),
        rights: Rights { export: record.scopes.allow(KeyScope::Export), tail: true },
        trail: false,
        view: None,
        identity: visitor.clone().map_or(ReaderIdentity::Unnamed(SharedCredential::Link), ReaderIdentity::Visitor),
        basis: Basis::Key(key.clone()),
        source: Whence::default(),
    };
    let may_write = record.scopes.allow(KeyScope::Ingest);
    let writer = may_write.then(|| Writer { scope: scope.clone(), key: key.clone() });
    let mark = Some(reader_mark(visitor.as_ref(), filter.as_ref()));
    let holder = Holder { scope, key, reader: mark, secret };
    let to = PassTo { client, filter, visitor, note };
    Ok(Passed { reader, holder, to, issued_at: Timestamp::from_millis(iat * 1000), writer })
}

/// Tells readers of one log apart: by who they are, and by the part of it that they see. Names nobody.
fn reader_mark(visitor: Option<&Visitor>, filter: Option<&Filter>) -> String {
    let said = serde_json::json!([visitor.map(|visitor| &visitor.uuid), filter]);
    URL_SAFE_NO_PAD.encode(Sha256::digest(said.to_string().as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::auth::{ApiCredential, Steward};
    use crate::backend::clock::Clock;
    use crate::backend::keys::{self, NewKey};
    use crate::backend::rate::RateLimits;
    use crate::backend::secrets::ServerSecret;
    use crate::backend::start;
    use crate::backend::storage::sqlite::{Options, Sqlite};
    use crate::domain::key::KeyScopes;
    use crate::domain::time::Timestamp;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicI64, Ordering};

    /// In milliseconds since 1970.
    const NOW: i64 = 1_768_478_400_000;

    /// A project, and a clock that the test moves.
    struct House {
        backend: Backend,
        steward: Steward,
        now: Arc<AtomicI64>,
        _folder: tempfile::TempDir,
    }

    impl House {
        async fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let now = Arc::new(AtomicI64::new(NOW));
            let shown = Arc::clone(&now);
            let clock = Clock::fixed(move || Timestamp::from_millis(shown.load(Ordering::Relaxed)));
            let storage = Sqlite::open(folder.path(), clock.clone(), Options::default()).await.unwrap();
            let backend = Backend::new(Arc::new(storage), clock, ServerSecret::random(), RateLimits::default());
            let steward = Steward::of_the_machine(start::project(&backend).await.unwrap());
            Self { backend, steward, now, _folder: folder }
        }

        /// Whoever has a new key.
        async fn key(&self, key: NewKey) -> (Holder, Reader) {
            let key = keys::create(&self.backend, &self.steward, key).await.unwrap();
            let credential = ApiCredential::parse(None, Some(&format!("Bearer {}", key.bearer))).unwrap();
            (credential.holder(&self.backend).await.unwrap(), credential.reader(&self.backend).await.unwrap())
        }

        fn issue(&self, (holder, reader): &(Holder, Reader), client: &str) -> Result<String, Problem> {
            let to = PassTo { client: ClientId::parse(client).unwrap(), filter: None, visitor: None, note: 7 };
            issue(&self.backend, (holder, reader), "one", to, 600)
        }

        async fn open(&self, purpose: &str, token: &str) -> Result<Passed<i32>, Problem> {
            open(&self.backend, purpose, token).await
        }
    }

    #[tokio::test]
    async fn a_pass_holds_for_its_purpose_its_time_and_while_its_key_does() {
        let house = House::new().await;
        let key = house.key(NewKey::named("a test's")).await;
        let token = house.issue(&key, "c").unwrap();
        let passed = house.open("one", &token).await.unwrap();
        assert_eq!(passed.reader.client().map(ClientId::as_str), Some("c"));
        assert_eq!(passed.holder.scope(), passed.reader.scope());
        assert_eq!((passed.to.note, passed.writer().unwrap().project()), (7, house.steward.project()));
        assert!(house.open("another", &token).await.is_err());
        house.now.fetch_add(599_999, Ordering::Relaxed);
        assert!(house.open("one", &token).await.is_ok());
        house.now.fetch_add(1, Ordering::Relaxed);
        assert!(house.open("one", &token).await.is_err());
        let token = house.issue(&key, "c").unwrap();
        keys::revoke(&house.backend, &house.steward, &key.0.key).await.unwrap();
        assert_eq!(house.open("one", &token).await.unwrap_err(), Problem::refused(Refusal::UnknownKey));
    }

    #[tokio::test]
    async fn a_pass_ends_with_the_time_of_its_key() {
        let house = House::new().await;
        let expires_at = Some(Timestamp::from_millis(NOW + 60_000));
        let key = house.key(NewKey { expires_at, ..NewKey::named("short") }).await;
        let token = house.issue(&key, "c").unwrap();
        house.now.fetch_add(60_000, Ordering::Relaxed);
        assert_eq!(house.open("one", &token).await.unwrap_err(), Problem::refused(Refusal::KeyExpired));
    }

    #[tokio::test]
    async fn a_pass_may_do_no_more_than_its_key() {
        let house = House::new().await;
        let scopes = KeyScopes::parse("read").unwrap();
        let key = house.key(NewKey { scopes, ..NewKey::named("reads") }).await;
        let passed = house.open("one", &house.issue(&key, "c").unwrap()).await.unwrap();
        assert_eq!(passed.reader.rights(), Rights { export: false, tail: true });
        assert_eq!(passed.writer().unwrap_err(), Problem::ScopeMissing { scope: KeyScope::Ingest });
    }

    #[tokio::test]
    async fn a_key_for_one_client_gives_no_pass_to_another() {
        let house = House::new().await;
        let client = Some(ClientId::parse("acme").unwrap());
        let key = house.key(NewKey { client, ..NewKey::named("acme's") }).await;
        assert!(house.issue(&key, "acme").is_ok());
        assert_eq!(house.issue(&key, "globex").unwrap_err(), Problem::NotAllowed);
    }
}
