// Answer GET /audit-token with audit_token(the company's id, the user's id), as plain text, for whoever is signed in.
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode, errors::Result, get_current_timestamp};
use serde_json::json;

pub fn audit_token(client: &str, user: &str) -> Result<String> {
    let now = get_current_timestamp();
    let once = getrandom::u64().expect("the system has randomness");
    let head = Header { kid: Some("{{kid}}".to_owned()), ..Header::new(Algorithm::HS256) };
    let claims = json!({"aud": "audit-viewer", "view": "{{view}}", "client": client, "sub": user,
        "iat": now, "exp": now + 300, "jti": once.to_string()});
    let secret = std::env::var("AUDIT_SECRET").expect("AUDIT_SECRET holds the signing secret");
    encode(&head, &claims, &EncodingKey::from_secret(secret.as_bytes()))
}
