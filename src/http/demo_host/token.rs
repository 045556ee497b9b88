//! What a company's backend does to embed the audit log: it signs who may see which client's events, for minutes.

use super::DemoHost;
use super::customers::Customer;
use crate::backend::secrets::random_name;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode, errors};
use serde::Serialize;

/// How long a token holds, in seconds: long enough for a slow page, too short to be worth stealing.
const LENGTH: u64 = 5 * 60;

/// What Daybook wants to know. `origin` could be added, to bind the token to pages of this origin.
#[derive(Serialize)]
struct Claims<'c> {
    aud: &'static str,
    view: &'c str,
    /// Whose events the page will show, and nobody else's.
    client: &'c str,
    /// Who looks, by our own id.
    sub: &'c str,
    name: &'c str,
    iat: u64,
    exp: u64,
    /// Makes the token good for one opening.
    jti: String,
}

/// A token for a customer's person; `now` in seconds since 1970.
pub fn sign(host: &DemoHost, customer: &Customer, now: u64) -> errors::Result<String> {
    let claims = Claims {
        aud: "audit-viewer",
        view: host.view.as_str(),
        client: customer.id,
        sub: customer.person_id,
        name: customer.person,
        iat: now,
        exp: now + LENGTH,
        jti: random_name(""),
    };
    let header = Header { kid: Some(host.kid.clone()), ..Header::new(Algorithm::HS256) };
    encode(&header, &claims, &EncodingKey::from_secret(host.signing_secret.as_bytes()))
}
