//! API keys: what a company's own servers sign their requests with.

use super::basis::Basis;
use super::{Holder, Reader, ReaderIdentity, Whence, Writer};
use crate::backend::{Backend, secrets, storage::KeyRecord};
use crate::domain::access::{ClientScope, KeyId, Scope};
use crate::domain::key::KeyScope;
use crate::domain::opening::Rights;
use crate::domain::problem::{Problem, Refusal};
use crate::domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use subtle::ConstantTimeEq;

/// An API key as a request carried it, not yet checked.
pub struct ApiCredential {
    id: KeyId,
    secret: String,
}

impl ApiCredential {
    /// Reads the `x-api-key` header (`id:secret`) or the `Authorization` header (`Bearer id.secret`, or with a colon).
    /// The first wins; an `Authorization` of another scheme is no API key.
    pub fn parse(x_api_key: Option<&str>, authorization: Option<&str>) -> Result<Self, Problem> {
        let refused = || Problem::refused(Refusal::UnknownKey);
        if let Some(key) = x_api_key.map(str::trim).filter(|key| !key.is_empty()) {
            return Self::of_pair(key.split_once(':')).ok_or_else(refused);
        }
        let (scheme, key) =
            authorization.and_then(|value| value.trim().split_once(' ')).ok_or(Problem::SignInRequired)?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(Problem::SignInRequired);
        }
        Self::of_pair(key.trim().split_once(['.', ':'])).ok_or_else(refused)
    }

    fn of_pair(pair: Option<(&str, &str)>) -> Option<Self> {
        let (id, secret) = pair?;
        Some(Self { id: KeyId::parse(id).ok()?, secret: secret.to_owned() })
    }

    /// The right to add events to the key's project, or of its one client.
    pub async fn writer(&self, backend: &Backend) -> Result<Writer, Problem> {
        let key = self.check(backend, KeyScope::Ingest).await?;
        Ok(Writer { scope: scope(&key), key: key.id.clone() })
    }

    /// The right to read every client of the key's project, or its one client.
    pub async fn reader(&self, backend: &Backend) -> Result<Reader, Problem> {
        Ok(reader(&*self.check(backend, KeyScope::Read).await?))
    }

    /// The same, to take the log away.
    pub async fn exporter(&self, backend: &Backend) -> Result<Reader, Problem> {
        Ok(reader(&*self.check(backend, KeyScope::Export).await?))
    }

    /// Whose the key is, whatever it is for.
    pub async fn holder(&self, backend: &Backend) -> Result<Holder, Problem> {
        let key = self.known(backend).await?.record;
        let secret = Some(SecretMark::of(&secrets::hash(&self.secret)));
        Ok(Holder { scope: scope(&key), key: key.id.clone(), secret, reader: None })
    }

    /// The public half.
    pub fn id(&self) -> &KeyId {
        &self.id
    }

    /// The key, if it is good and was made for this.
    async fn check(&self, backend: &Backend, needed: KeyScope) -> Result<Arc<KeyRecord>, Problem> {
        let known = self.known(backend).await?;
        if !known.record.scopes.allow(needed) {
            return Err(Problem::ScopeMissing { scope: needed });
        }
        note_use(backend, &known, backend.clock.now());
        Ok(known.record)
    }

    /// The key, if it is good. Whoever does not know the secret learns no more than that.
    async fn known(&self, backend: &Backend) -> Result<Known, Problem> {
        let now = backend.clock.now();
        let known = backend.known_keys.find(backend, &self.id).await?;
        let matches = self.matches(known.as_ref().map(|known| &*known.record), now);
        let known = known.filter(|known| matches && known.record.revoked_at.is_none());
        let known = known.ok_or(Problem::refused(Refusal::UnknownKey))?;
        in_time(&known.record, now)?;
        Ok(known)
    }

    /// An unknown id and a wrong secret take the same steps, and the comparisons take the same time wherever the
    /// texts differ. (Plain SHA-256 is enough for a secret of 256 random bits: there is nothing to guess.)
    fn matches(&self, record: Option<&KeyRecord>, now: Timestamp) -> bool {
        let hash = secrets::hash(&self.secret);
        let current = record.map_or([0; 32], |record| record.secret_hash);
        let previous = record.and_then(|record| record.previous.as_ref()).filter(|previous| previous.until > now);
        let previous = previous.map_or([0; 32], |previous| previous.hash);
        bool::from(hash.ct_eq(&current) | hash.ct_eq(&previous))
    }
}

/// Tells a key's secrets apart, and nothing of them: a hash of the stored hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct SecretMark(String);

impl SecretMark {
    fn of(hash: &[u8; 32]) -> Self {
        Self(format!("{:x}", Sha256::digest(hash)).chars().take(16).collect())
    }

    /// Whether it is of a secret that a key has still.
    pub fn holds(&self, key: &KeyRecord, now: Timestamp) -> bool {
        let previous = key.previous.as_ref().filter(|previous| previous.until > now).map(|previous| &previous.hash);
        std::iter::once(&key.secret_hash).chain(previous).any(|hash| Self::of(hash) == *self)
    }
}

fn in_time(key: &KeyRecord, now: Timestamp) -> Result<(), Problem> {
    let over = key.expires_at.is_some_and(|at| at <= now);
    if over { Err(Problem::refused(Refusal::KeyExpired)) } else { Ok(()) }
}

/// Whose events a key is for.
pub(super) fn scope(key: &KeyRecord) -> Scope {
    Scope { project: key.project, clients: key.client.clone().map_or(ClientScope::All, ClientScope::One) }
}

fn reader(key: &KeyRecord) -> Reader {
    let export = key.scopes.allow(KeyScope::Export);
    let trail = key.scopes.allow(KeyScope::Admin) && key.client.is_none();
    let rights = Rights { export, tail: true };
    Reader {
        scope: scope(key),
        restriction: None,
        hide: Vec::new(),
        rights,
        trail,
        view: None,
        identity: ReaderIdentity::Server,
        basis: Basis::Key(key.id.clone()),
        source: Whence::default(),
    }
}

/// How long a key may be used before that is noted again, in milliseconds.
const NOTE_EVERY: i64 = 60_000;

/// Notes that a key is used, at most once a minute and off the request's way: the request does not need it.
fn note_use(backend: &Backend, known: &Known, now: Timestamp) {
    let last = known.noted.load(Ordering::Relaxed);
    let due = now.millis().saturating_sub(last) >= NOTE_EVERY;
    if due && known.noted.compare_exchange(last, now.millis(), Ordering::Relaxed, Ordering::Relaxed).is_ok() {
        let (backend, id) = (backend.clone(), known.record.id.clone());
        tokio::spawn(async move {
            if let Err(error) = backend.storage.use_key(&id, now).await {
                tracing::warn!(%error, key = %id, "the last use of a key could not be noted");
            }
        });
    }
}

/// Key records read lately, so that a busy sender does not cost a database read with every request. A record counts
/// for less than a second, so a key that any process on the same data revokes is refused a second later at the latest.
/// Ids that name no key are never kept.
#[derive(Default)]
pub struct KnownKeys(RwLock<HashMap<KeyId, Known>>);

#[derive(Clone)]
struct Known {
    record: Arc<KeyRecord>,
    read_at: Timestamp,
    /// When a use of it was last noted, in milliseconds since 1970.
    noted: Arc<AtomicI64>,
}

impl KnownKeys {
    const LIFE_MILLIS: i64 = 1_000;
    /// More than any installation has keys in use within a second.
    const MOST: usize = 10_000;

    async fn find(&self, backend: &Backend, id: &KeyId) -> Result<Option<Known>, Problem> {
        let now = backend.clock.now();
        if let Some(known) = self.fresh(id, now) {
            return Ok(Some(known));
        }
        let found = backend.storage.key(id).await.map_err(|error| backend.internal(error))?;
        Ok(found.map(|record| self.keep(record, now)))
    }

    /// A key that is in use now.
    pub(super) async fn in_use(&self, backend: &Backend, id: &KeyId) -> Result<Arc<KeyRecord>, Problem> {
        let record = self.unrevoked(backend, id).await?;
        in_time(&record, backend.clock.now())?;
        Ok(record)
    }

    /// A key that nobody has revoked, expired or not.
    pub(super) async fn unrevoked(&self, backend: &Backend, id: &KeyId) -> Result<Arc<KeyRecord>, Problem> {
        let known = self.find(backend, id).await?.filter(|known| known.record.revoked_at.is_none());
        Ok(known.ok_or(Problem::refused(Refusal::UnknownKey))?.record)
    }

    fn keep(&self, record: KeyRecord, now: Timestamp) -> Known {
        let mut keys = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if keys.len() >= Self::MOST {
            keys.clear();
        }
        let noted = keys.get(&record.id).map(|known| Arc::clone(&known.noted));
        let noted =
            noted.unwrap_or_else(|| Arc::new(AtomicI64::new(record.used_at.map_or(i64::MIN, Timestamp::millis))));
        let known = Known { record: Arc::new(record), read_at: now, noted };
        keys.insert(known.record.id.clone(), known.clone());
        known
    }

    fn fresh(&self, id: &KeyId, now: Timestamp) -> Option<Known> {
        let keys = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let known = keys.get(id)?;
        // A clock that was set back makes the age negative: read again.
        let age = now.millis() - known.read_at.millis();
        (0..Self::LIFE_MILLIS).contains(&age).then(|| known.clone())
    }

    /// The record has changed.
    pub(in crate::backend) fn forget(&self, id: &KeyId) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).remove(id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(x_api_key: Option<&str>, authorization: Option<&str>) -> Result<(String, String), Problem> {
        ApiCredential::parse(x_api_key, authorization).map(|credential| (credential.id.to_string(), credential.secret))
    }

    #[test]
    fn a_key_comes_in_either_header() {
        let expected = Ok(("ck_1".to_owned(), "s-e_c".to_owned()));
        assert_eq!(parse(Some("ck_1:s-e_c"), None), expected);
        assert_eq!(parse(Some(" ck_1:s-e_c "), Some("Bearer ck_2.other")), expected);
        assert_eq!(parse(None, Some("Bearer ck_1.s-e_c")), expected);
        assert_eq!(parse(Some(""), Some("bearer ck_1:s-e_c")), expected);
    }

    #[test]
    fn no_key_and_a_malformed_key_are_told_apart() {
        assert_eq!(parse(None, None), Err(Problem::SignInRequired));
        assert_eq!(parse(None, Some("Basic Y2s6eA==")), Err(Problem::SignInRequired));
        for key in ["ck_1", "zz_1:secret", ":secret", "ck_'or 1=1:x"] {
            assert_eq!(parse(Some(key), None), Err(Problem::refused(Refusal::UnknownKey)), "{key}");
        }
        assert_eq!(parse(None, Some("Bearer ck_1")), Err(Problem::refused(Refusal::UnknownKey)));
    }
}
