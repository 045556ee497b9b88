//! API keys: what a company's own servers sign their requests with.

use super::{Reader, Writer};
use crate::backend::{Backend, secrets, storage::KeyRecord};
use crate::domain::access::{ClientScope, KeyId, Scope};
use crate::domain::opening::Rights;
use crate::domain::problem::{Problem, Refusal};
use crate::domain::time::Timestamp;
use std::collections::HashMap;
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

    /// The right to add events to the key's project.
    pub async fn writer(&self, backend: &Backend) -> Result<Writer, Problem> {
        let key = self.check(backend).await?;
        Ok(Writer { project: key.project, key: key.id.clone() })
    }

    /// The right to read every client of the key's project.
    pub async fn reader(&self, backend: &Backend) -> Result<Reader, Problem> {
        let key = self.check(backend).await?;
        Ok(Reader {
            scope: Scope { project: key.project, clients: ClientScope::All },
            restriction: None,
            hide: Vec::new(),
            rights: Rights::ALL,
            view: None,
        })
    }

    /// The public half.
    pub fn id(&self) -> &KeyId {
        &self.id
    }

    /// An unknown id and a wrong secret take the same steps, and the comparison takes the same time wherever the
    /// texts differ. (Plain SHA-256 is enough for a secret of 256 random bits: there is nothing to guess.)
    async fn check(&self, backend: &Backend) -> Result<Arc<KeyRecord>, Problem> {
        let record = backend.known_keys.find(backend, &self.id).await?;
        let expected = record.as_ref().map_or([0; 32], |record| record.secret_hash);
        let matches = bool::from(secrets::hash(&self.secret).ct_eq(&expected));
        match record {
            Some(record) if matches && record.revoked_at.is_none() => Ok(record),
            _ => Err(Problem::refused(Refusal::UnknownKey)),
        }
    }
}

/// Key records read lately, so that a busy sender does not cost a database read with every request. A record counts
/// for less than a second, so a key that any process on the same data revokes is refused a second later at the latest.
/// Ids that name no key are never kept.
#[derive(Default)]
pub struct KnownKeys(RwLock<HashMap<KeyId, Known>>);

struct Known {
    record: Arc<KeyRecord>,
    read_at: Timestamp,
}

impl KnownKeys {
    const LIFE_MILLIS: i64 = 1_000;
    /// More than any installation has keys in use within a second.
    const MOST: usize = 10_000;

    async fn find(&self, backend: &Backend, id: &KeyId) -> Result<Option<Arc<KeyRecord>>, Problem> {
        let now = backend.clock.now();
        if let Some(record) = self.fresh(id, now) {
            return Ok(Some(record));
        }
        let found = backend.storage.key(id).await.map_err(|error| backend.internal(error))?;
        let record = found.map(Arc::new);
        if let Some(record) = &record {
            let mut keys = self.0.write().unwrap_or_else(PoisonError::into_inner);
            if keys.len() >= Self::MOST {
                keys.clear();
            }
            keys.insert(id.clone(), Known { record: Arc::clone(record), read_at: now });
        }
        Ok(record)
    }

    fn fresh(&self, id: &KeyId, now: Timestamp) -> Option<Arc<KeyRecord>> {
        let keys = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let known = keys.get(id)?;
        // A clock that was set back makes the age negative: read again.
        let age = now.millis() - known.read_at.millis();
        (0..Self::LIFE_MILLIS).contains(&age).then(|| Arc::clone(&known.record))
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
