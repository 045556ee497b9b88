//! What a browser keeps for us: claims, signed with a key of the server's secret for one purpose (JWT, HS256).

use crate::backend::Backend;
use crate::domain::problem::Problem;
use crate::domain::time::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// Claims, and when they end.
#[derive(Serialize)]
struct Dated<T> {
    #[serde(flatten)]
    claims: T,
    /// In seconds since 1970.
    exp: i64,
}

/// When some claims end.
#[derive(Deserialize)]
struct Until {
    exp: i64,
}

/// Signs claims that hold until a moment.
pub(in crate::backend) fn sign<T: Serialize>(
    backend: &Backend,
    purpose: &str,
    claims: T,
    until: Timestamp,
) -> Result<String, Problem> {
    let key = EncodingKey::from_secret(&backend.secret.derive(purpose));
    encode(&Header::new(Algorithm::HS256), &Dated { claims, exp: until.millis() / 1000 }, &key)
        .map_err(|error| backend.internal(anyhow::Error::from(error).into()))
}

/// The claims of a token that was signed for this purpose and still holds, by our own clock.
pub(in crate::backend) fn read<T: DeserializeOwned>(backend: &Backend, purpose: &str, token: &str) -> Option<T> {
    let mut validation = Validation::new(Algorithm::HS256);
    validation.validate_exp = false;
    validation.required_spec_claims.clear();
    let key = DecodingKey::from_secret(&backend.secret.derive(purpose));
    // Read twice rather than flattened: what serde buffers reads no numbers, whose text serde_json keeps.
    let both: Box<RawValue> = decode(token, &key, &validation).ok()?.claims;
    let Until { exp } = serde_json::from_str(both.get()).ok()?;
    let claims = serde_json::from_str(both.get()).ok()?;
    (Timestamp::from_millis(exp.checked_mul(1000)?) > backend.clock.now()).then_some(claims)
}
