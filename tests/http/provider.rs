//! A small `OpenID` Connect provider on this machine, where everybody who comes is whom the test says.

use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;

/// What this server is called there, and proves itself with.
pub const CLIENT: (&str, &str) = ("daybook", "between us");
/// The public half of provider.der, which signs nothing but tests.
const MODULUS: &str = "zsfz9x9x-VZvEYq5Y4uNWDCNQaRxGIXrrRqBt0u6ieLa7-IZzSS4E7ZqMlhg4NI-8GPqpluRcG_DfHkJR2azXel0Rr_QSoEkEv8jTdIat9WXiW3yOoCvnFmg6Sm83SChBAD-hpPG8TJMvXMU-YtPLuRVJr1_1BEfw6gFPUqiMPw7oTpfQZMoXAFHy7wanoQz53Z6YS5LGaWf_i6ls3g7GqS57k0dlNKlxSV0pvRRVQWzimITzHQhxmSizJfTRW1LVWXQBaysHc88YM4VaXOzLgy8hyK55cdB4P06kRDjXAzfPP3OXwnJE3OBY0fs0vvN9Hxo4oDXHEjwkCCErEAbGw";

/// The provider.
#[derive(Clone)]
pub struct TestProvider {
    pub issuer: String,
    /// The next ID token's claims, over the right ones.
    pub says: Arc<Mutex<Value>>,
    /// Codes that were handed out, with what came along.
    codes: Arc<Mutex<HashMap<String, HashMap<String, String>>>>,
    now: i64,
}

impl TestProvider {
    /// Starts it; its clock stands at `now`, in seconds since 1970.
    pub async fn start(now: i64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let provider = Self { issuer, says: Arc::new(Mutex::new(json!({}))), codes: Arc::default(), now };
        let routes = Router::new()
            .route("/.well-known/openid-configuration", get(configuration))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .with_state(provider.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        provider
    }

    /// Signs somebody in who was sent here; the query that they go back with.
    pub fn sign_in(&self, sent: &str) -> String {
        let (address, query) = sent.split_once('?').unwrap();
        assert_eq!(address, format!("{}/authorize", self.issuer));
        let asked: HashMap<String, String> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        for (name, value) in [("response_type", "code"), ("client_id", CLIENT.0), ("code_challenge_method", "S256")] {
            assert_eq!(asked[name], value);
        }
        assert!(asked["scope"].contains("openid") && asked["scope"].contains("email"));
        let state = asked["state"].clone();
        let code = format!("code-{}", self.codes.lock().unwrap().len());
        self.codes.lock().unwrap().insert(code.clone(), asked);
        format!("code={code}&state={state}")
    }

    fn id_token(&self, asked: &HashMap<String, String>) -> String {
        let mut claims = json!({
            "iss": self.issuer, "aud": CLIENT.0, "sub": "1", "iat": self.now, "exp": self.now + 300,
            "nonce": asked["nonce"], "email": "anna@harbour.test", "email_verified": true, "name": "Anna",
        });
        for (name, value) in self.says.lock().unwrap().as_object().unwrap() {
            claims[name] = value.clone();
        }
        let key = EncodingKey::from_rsa_der(include_bytes!("provider.der"));
        encode(&Header { kid: Some("1".to_owned()), ..Header::new(Algorithm::RS256) }, &claims, &key).unwrap()
    }
}

async fn configuration(State(provider): State<TestProvider>) -> Json<Value> {
    let issuer = &provider.issuer;
    Json(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
    }))
}

async fn keys() -> Json<Value> {
    Json(json!({"keys": [{"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "1", "n": MODULUS, "e": "AQAB"}]}))
}

/// A code is good once, for whoever has the verifier of its challenge.
async fn token(
    State(provider): State<TestProvider>,
    Form(given): Form<HashMap<String, String>>,
) -> Result<Json<Value>, StatusCode> {
    let asked = provider.codes.lock().unwrap().remove(&given["code"]).ok_or(StatusCode::BAD_REQUEST)?;
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(given["code_verifier"].as_bytes()));
    if challenge != asked["code_challenge"] || given["redirect_uri"] != asked["redirect_uri"] {
        return Err(StatusCode::BAD_REQUEST);
    }
    Ok(Json(json!({"access_token": "unused", "token_type": "bearer", "id_token": provider.id_token(&asked)})))
}
