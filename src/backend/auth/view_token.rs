//! Signed tokens: how a company's own backend says which client a page may show, to whom, for how long.

use crate::backend::secrets::ServerSecret;
use crate::backend::storage::{StorageError, ViewRecord};
use crate::domain::access::{ClientId, ViewId};
use crate::domain::problem::{Problem, Refusal};
use crate::domain::query::Filter;
use crate::domain::time::Timestamp;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Who a token is for.
pub const AUDIENCE: &str = "audit-viewer";
/// The longest a token may hold, from `iat` to `exp`, in seconds.
const LONGEST: i64 = 60 * 60;
/// How far the two clocks may be apart, in seconds.
const LEEWAY: i64 = 60;

/// What a token claims (RFC 7519 §4 and our own).
#[derive(Debug, Clone, Deserialize)]
pub struct Claims {
    pub view: String,
    pub client: String,
    /// The company's own id for whoever looks.
    pub sub: String,
    pub iat: i64,
    pub exp: i64,
    pub nbf: Option<i64>,
    /// Makes the token good for one opening.
    pub jti: Option<String>,
    /// Words of `read`, `export`, `tail`; `read export` if absent.
    pub scope: Option<String>,
    #[serde(default)]
    pub filter: Option<FilterClaim>,
    /// Paths of fields that are left out.
    #[serde(default)]
    pub hide: Vec<String>,
    /// The only origin that may show it.
    pub origin: Option<String>,
    pub name: Option<String>,
    pub locale: Option<String>,
    pub tz: Option<String>,
}

/// Which events of the client's. An unknown name here is a fault, not a wider look.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FilterClaim {
    actor: Option<String>,
    action: Option<String>,
    target: Option<String>,
    #[serde(rename = "type")]
    target_type: Option<String>,
}

impl From<FilterClaim> for Filter {
    fn from(claim: FilterClaim) -> Self {
        let FilterClaim { actor, action, target, target_type } = claim;
        Self { actor, action, target, target_type, ..Self::default() }
    }
}

/// Checks a token for a view at a moment. The signature first: what is not signed tells nothing.
pub fn verify(token: &str, view: &ViewRecord, secret: &ServerSecret, now: Timestamp) -> Result<Claims, VerifyError> {
    let header = decode_header(token).map_err(|_| Refusal::BadSignature)?;
    let signing = view
        .signing_secrets
        .iter()
        .find(|signing| header.kid.as_deref().is_none_or(|kid| kid == signing.kid))
        .ok_or(Refusal::BadSignature)?;
    // Without a `kid` each active secret is tried, so that a rotation needs no flag day.
    let mut candidates = vec![signing];
    if header.kid.is_none() {
        candidates = view.signing_secrets.iter().collect();
    }
    let mut refusal = Refusal::BadSignature;
    for signing in candidates {
        let key = DecodingKey::from_secret(&secret.open_sealed(&signing.secret)?);
        match decode::<Claims>(token, &key, &validation()) {
            Ok(data) => return Ok(within_time(data.claims, now)?.meant_for(&view.id)?),
            Err(error) => match error.kind() {
                ErrorKind::InvalidSignature | ErrorKind::InvalidAlgorithm => {}
                _ => refusal = Refusal::WrongClaims,
            },
        }
    }
    Err(refusal.into())
}

/// One algorithm, one audience; the times are checked by our own clock, which tests move.
fn validation() -> Validation {
    let mut validation = Validation::new(Algorithm::HS256);
    validation.set_audience(&[AUDIENCE]);
    validation.set_required_spec_claims(&["aud", "exp", "sub"]);
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation
}

fn within_time(claims: Claims, now: Timestamp) -> Result<Claims, Refusal> {
    let now = now.millis().div_euclid(1000);
    if claims.exp.saturating_sub(claims.iat) > LONGEST || claims.exp <= claims.iat {
        return Err(Refusal::WrongClaims);
    }
    if now >= claims.exp.saturating_add(LEEWAY) {
        return Err(Refusal::Expired);
    }
    let begins = claims.iat.max(claims.nbf.unwrap_or(i64::MIN));
    if now < begins.saturating_sub(LEEWAY) { Err(Refusal::WrongClaims) } else { Ok(claims) }
}

impl Claims {
    fn meant_for(self, view: &ViewId) -> Result<Self, Refusal> {
        if self.view == view.as_str() { Ok(self) } else { Err(Refusal::WrongClaims) }
    }

    /// The client it opens.
    pub fn client(&self) -> Result<ClientId, Refusal> {
        ClientId::parse(self.client.as_str()).map_err(|_| Refusal::WrongClaims)
    }

    /// Whether it grants a right; unknown words grant nothing.
    pub fn grants(&self, right: &str) -> bool {
        self.scope.as_deref().unwrap_or("read export").split_whitespace().any(|word| word == right)
    }
}

/// A token is refused, or the view's secrets cannot be read.
#[derive(Debug)]
pub enum VerifyError {
    Refused(Refusal),
    Storage(StorageError),
}

impl From<Refusal> for VerifyError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<StorageError> for VerifyError {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

/// Single-use tokens that were used, until they would have expired anyway. In memory: a restart forgets them, and a
/// token lives minutes.
#[derive(Default)]
pub struct Replays(Mutex<HashMap<(ViewId, String), i64>>);

impl Replays {
    /// Notes a use; a second one is refused.
    pub fn first_use(&self, view: &ViewId, claims: &Claims, now: Timestamp) -> Result<(), Problem> {
        /// When to look for what can be forgotten.
        const MANY: usize = 10_000;
        let Some(jti) = &claims.jti else { return Ok(()) };
        let now = now.millis().div_euclid(1000);
        let mut used = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if used.len() >= MANY {
            used.retain(|_, until| *until > now);
        }
        match used.insert((view.clone(), jti.clone()), claims.exp.saturating_add(LEEWAY)) {
            Some(until) if until > now => Err(Problem::refused(Refusal::Replayed)),
            _ => Ok(()),
        }
    }
}
