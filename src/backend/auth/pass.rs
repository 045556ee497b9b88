//! Passes: what somebody with an API key hands to somebody without one, to read one client's log for a while.

use super::{Reader, Rights, Writer};
use crate::backend::Backend;
use crate::domain::access::{ClientId, ClientScope, KeyId, ProjectId, Scope};
use crate::domain::problem::{Problem, Refusal};
use crate::domain::query::Filter;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// What a pass opens.
#[derive(Debug, Clone)]
pub struct PassTo<T> {
    /// Its client.
    pub client: ClientId,
    /// The part of that client's log that it shows.
    pub filter: Option<Filter>,
    /// What else whoever made it wants to know again.
    pub note: T,
}

/// A pass that holds: it reads, and notes in the name of the key that it came from.
#[derive(Debug, Clone)]
pub struct Passed<T> {
    pub reader: Reader,
    pub writer: Writer,
    pub to: PassTo<T>,
}

#[derive(Serialize, Deserialize)]
struct Claims<T> {
    project: ProjectId,
    key: KeyId,
    client: ClientId,
    filter: Option<Filter>,
    note: T,
    /// In seconds since 1970.
    exp: i64,
}

/// Signs a pass (a JWT, HS256) that holds for so many seconds. Those of one purpose open nothing of another's.
pub fn issue<T: Serialize>(
    backend: &Backend,
    writer: &Writer,
    purpose: &str,
    to: PassTo<T>,
    seconds: i64,
) -> Result<String, Problem> {
    let exp = backend.clock.now().millis().div_euclid(1000) + seconds;
    let PassTo { client, filter, note } = to;
    let claims = Claims { project: writer.project, key: writer.key.clone(), client, filter, note, exp };
    let key = EncodingKey::from_secret(&backend.secret.derive(purpose));
    encode(&Header::new(Algorithm::HS256), &claims, &key)
        .map_err(|error| backend.internal(anyhow::Error::from(error).into()))
}

/// Whoever comes with a pass, while it holds and so does the key that it came from.
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
    let Claims { project, key, client, filter, note, exp } =
        claims.map_err(|_| Problem::refused(Refusal::BadSignature))?.claims;
    if backend.clock.now().millis() >= exp * 1000 {
        return Err(Problem::refused(Refusal::Expired));
    }
    if !backend.known_keys.holds(backend, &key).await? {
        return Err(Problem::refused(Refusal::UnknownKey));
    }
    let reader = Reader {
        scope: Scope { project, clients: ClientScope::One(client.clone()) },
        restriction: filter.clone(),
        hide: Vec::new(),
        rights: Rights { export: true, tail: true },
        view: None,
    };
    Ok(Passed { reader, writer: Writer { project, key }, to: PassTo { client, filter, note } })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::clock::Clock;
    use crate::backend::rate::RateLimits;
    use crate::backend::secrets::ServerSecret;
    use crate::backend::storage::Storage;
    use crate::backend::storage::sqlite::{Options, Sqlite};
    use crate::backend::{auth::ApiCredential, keys};
    use crate::domain::access::ProjectName;
    use crate::domain::time::Timestamp;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicI64, Ordering};

    #[tokio::test]
    async fn a_pass_holds_for_its_purpose_its_time_and_while_its_key_does() {
        let folder = tempfile::tempdir().unwrap();
        let now = Arc::new(AtomicI64::new(1_768_478_400_000));
        let shown = Arc::clone(&now);
        let clock = Clock::fixed(move || Timestamp::from_millis(shown.load(Ordering::Relaxed)));
        let storage = Arc::new(Sqlite::open(folder.path(), clock.clone(), Options::default()).await.unwrap());
        let project = storage.create_project(&ProjectName::parse("default").unwrap()).await.unwrap().id;
        let backend = Backend::new(storage, clock, ServerSecret::random(), RateLimits::default());
        let key = keys::create(&backend, project, "a test's").await.unwrap();
        let credential = ApiCredential::parse(None, Some(&format!("Bearer {}", key.bearer))).unwrap();
        let writer = credential.writer(&backend).await.unwrap();
        let to = || PassTo { client: ClientId::parse("c").unwrap(), filter: None, note: 7 };
        let token = issue(&backend, &writer, "one", to(), 600).unwrap();
        let passed = open::<i32>(&backend, "one", &token).await.unwrap();
        assert_eq!(passed.reader.client().map(ClientId::as_str), Some("c"));
        assert_eq!((passed.to.note, passed.writer.project()), (7, project));
        assert!(open::<i32>(&backend, "another", &token).await.is_err());
        now.fetch_add(599_999, Ordering::Relaxed);
        assert!(open::<i32>(&backend, "one", &token).await.is_ok());
        now.fetch_add(1, Ordering::Relaxed);
        assert!(open::<i32>(&backend, "one", &token).await.is_err());
        let token = issue(&backend, &writer, "one", to(), 600).unwrap();
        keys::revoke(&backend, project, &key.id).await.unwrap();
        assert_eq!(open::<i32>(&backend, "one", &token).await.unwrap_err(), Problem::refused(Refusal::UnknownKey));
    }
}
