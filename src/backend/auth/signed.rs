//! What a browser keeps for us: claims, signed with a key of the server's secret for one purpose (JWT, HS256).

use crate::backend::Backend;
use crate::domain::problem::Problem;
use crate::domain::time::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// Claims, and when they end.
#[derive(Serialize, Deserialize)]
struct Dated<T> {
    #[serde(flatten)]
    claims: T,
    /// In seconds since 1970.
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
    let Dated { claims, exp } = decode::<Dated<T>>(token, &key, &validation).ok()?.claims;
    (Timestamp::from_millis(exp.checked_mul(1000)?) > backend.clock.now()).then_some(claims)
}
