//! Signed tokens: how a company's own backend says which client a page may show, to whom, for how long.

use crate::backend::secrets::ServerSecret;
use crate::backend::storage::{StorageError, ViewRecord};
use crate::domain::access::{ClientId, ViewId};
use crate::domain::opening::TokenLife;
use crate::domain::people::PersonId;
use crate::domain::problem::{Faults, Problem, Refusal};
use crate::domain::query::Filter;
use crate::domain::time::Timestamp;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Who a token is for.
pub const AUDIENCE: &str = "audit-viewer";
/// How far the two clocks may be apart, in seconds.
const LEEWAY: i64 = 60;

/// What a token claims (RFC 7519 §4 and our own).
#[derive(Debug, Clone, Deserialize)]
pub struct Claims {
    pub view: String,
    pub client: String,
    /// The company's own id for whoever looks.
    pub sub: String,
    pub iat: NumericDate,
    pub exp: NumericDate,
    pub nbf: Option<NumericDate>,
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
    /// The member for whom this server signed it, to try the view: see [`super::attempt`].
    #[serde(default, rename = "daybook:tester")]
    pub tester: Option<PersonId>,
}

/// Most characters of the claims that are kept or handed on.
const LONGEST_CLAIM: usize = 255;
/// The same of an id, as in events.
const LONGEST_ID: usize = 2_048;
/// The same of a language and a zone: the longest that there are have half as many.
pub const LONGEST_PLACE: usize = 80;

/// Seconds since 1970, with or without a fraction (RFC 7519 §2): many a program divides milliseconds.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(from = "f64")]
pub struct NumericDate(i64);

impl From<f64> for NumericDate {
    fn from(seconds: f64) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "what is out of range becomes the nearest there is")]
        Self(seconds.floor() as i64)
    }
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

impl FilterClaim {
    /// As a restriction of the log. An empty value chooses nothing that anybody can have meant.
    pub fn restriction(self) -> Result<Filter, Problem> {
        let Self { actor, action, target, target_type } = self;
        let mut faults = Faults::default();
        for (name, value) in [("actor", &actor), ("action", &action), ("target", &target), ("type", &target_type)] {
            bounded(&format!("filter.{name}"), value.as_deref(), LONGEST_ID, &mut faults);
        }
        faults.or(Filter { actor, action, target, target_type, ..Filter::default() })
    }
}

/// Finds a text that says nothing, or too much.
fn bounded(name: &str, value: Option<&str>, longest: usize, faults: &mut Faults) {
    if value.is_some_and(|value| value.trim().is_empty() || value.chars().count() > longest) {
        faults.add(name, format!("expected 1 to {longest} characters"));
    }
}

/// A token that a view's own secret has signed, in its time.
pub struct Verified {
    pub claims: Claims,
    /// The secret.
    pub kid: String,
}

/// Checks a token for a view at a moment. The signature first: what is not signed tells nothing.
pub fn verify(token: &str, view: &ViewRecord, secret: &ServerSecret, now: Timestamp) -> Result<Verified, VerifyError> {
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
            Ok(data) => {
                let claims = within_time(data.claims, view.token_life, now)?.meant_for(&view.id)?;
                return Ok(Verified { claims, kid: signing.kid.clone() });
            }
            Err(error) => match error.kind() {
                // A signature that cannot even be read is none.
                ErrorKind::InvalidSignature | ErrorKind::InvalidAlgorithm | ErrorKind::Base64(_) => {}
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
    // The moments are required by [`Claims`]: this package reads no numbers where serde_json keeps their text.
    validation.set_required_spec_claims(&["aud", "sub"]);
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation
}

fn within_time(claims: Claims, longest: TokenLife, now: Timestamp) -> Result<Claims, Refusal> {
    let now = now.millis().div_euclid(1000);
    let (NumericDate(issued), NumericDate(expires)) = (claims.iat, claims.exp);
    // The leeway is for clocks: it does not make a token's own life longer.
    if expires.saturating_sub(issued) > longest.seconds() || expires <= issued {
        return Err(Refusal::WrongClaims);
    }
    if now >= expires.saturating_add(LEEWAY) {
        return Err(Refusal::Expired);
    }
    let begins = issued.max(claims.nbf.map_or(i64::MIN, |NumericDate(begins)| begins));
    if now < begins.saturating_sub(LEEWAY) { Err(Refusal::WrongClaims) } else { Ok(claims) }
}

impl Claims {
    fn meant_for(self, view: &ViewId) -> Result<Self, Refusal> {
        if self.view == view.as_str() { Ok(self) } else { Err(Refusal::WrongClaims) }
    }

    /// Refuses claims that nothing here has room for, by name.
    pub fn check(&self) -> Result<(), Problem> {
        let mut faults = Faults::default();
        bounded("sub", Some(&self.sub), LONGEST_ID, &mut faults);
        for (name, value) in [
            ("jti", self.jti.as_ref()),
            ("scope", self.scope.as_ref().filter(|scope| !scope.is_empty())),
            ("origin", self.origin.as_ref()),
            ("name", self.name.as_ref().filter(|name| !name.trim().is_empty())),
        ] {
            bounded(name, value.map(String::as_str), LONGEST_CLAIM, &mut faults);
        }
        for (name, value) in [("locale", &self.locale), ("tz", &self.tz)] {
            bounded(name, value.as_deref(), LONGEST_PLACE, &mut faults);
        }
        faults.or(())
    }

    /// The client it opens.
    pub fn client(&self) -> Result<ClientId, Refusal> {
        ClientId::parse(self.client.as_str()).map_err(|_| Refusal::WrongClaims)
    }

    /// When it was made, by its maker's clock.
    pub fn issued_at(&self) -> Timestamp {
        Timestamp::from_millis(self.iat.0.saturating_mul(1_000))
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
        match used.insert((view.clone(), jti.clone()), claims.exp.0.saturating_add(LEEWAY)) {
            Some(until) if until > now => Err(Problem::refused(Refusal::Replayed)),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::storage::SigningSecret;
    use crate::domain::access::ProjectId;
    use crate::domain::opening::{RecordedOpenings, Rights};
    use crate::domain::view::ViewConfig;
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
    use jsonwebtoken::{EncodingKey, Header, encode};
    use serde_json::{Value, json};

    const NOW: i64 = 1_768_478_400;

    /// A view with two secrets, the older first.
    fn view(secret: &ServerSecret) -> ViewRecord {
        let signing = |name: &str| SigningSecret {
            kid: format!("vs_{name}"),
            secret: secret.seal(format!("the {name} secret").as_bytes()),
            created_at: Timestamp::from_millis(0),
            last_used_at: None,
        };
        ViewRecord {
            id: ViewId::parse("vw_1").unwrap(),
            project: ProjectId(1),
            name: "Main view".to_owned(),
            created_at: Timestamp::from_millis(0),
            archived_at: None,
            version: 1,
            revision: 0,
            config: ViewConfig::default(),
            access_key: secret.seal(b"key"),
            former_key: None,
            signing_secrets: ["old", "new"].map(signing).into(),
            tokens_only: false,
            may: Rights::ALL,
            token_life: TokenLife::LONGEST,
            recorded: RecordedOpenings::default(),
            origins: Vec::new(),
        }
    }

    fn claims(change: &Value) -> Value {
        let mut claims = json!({
            "aud": "audit-viewer", "view": "vw_1", "client": "acme", "sub": "user-7", "iat": NOW, "exp": NOW + 600
        });
        for (name, value) in change.as_object().unwrap() {
            claims[name] = value.clone();
        }
        claims
    }

    fn sign(header: &Header, change: &Value, key: &str) -> String {
        encode(header, &claims(change), &EncodingKey::from_secret(key.as_bytes())).unwrap()
    }

    fn token(change: &Value) -> String {
        sign(&Header::default(), change, "the new secret")
    }

    fn at(token: &str, now: i64) -> Result<Claims, Refusal> {
        within(TokenLife::LONGEST, token, now).map(|verified| verified.claims)
    }

    fn within(token_life: TokenLife, token: &str, now: i64) -> Result<Verified, Refusal> {
        let secret = ServerSecret::random();
        let view = ViewRecord { token_life, ..view(&secret) };
        verify(token, &view, &secret, Timestamp::from_millis(now * 1_000)).map_err(|error| match error {
            VerifyError::Refused(refusal) => refusal,
            VerifyError::Storage(error) => panic!("{error}"),
        })
    }

    fn refused(change: &Value) -> Refusal {
        at(&token(change), NOW).unwrap_err()
    }

    #[test]
    fn a_good_token_says_who_sees_what() {
        let claims = at(&token(&json!({"jti": "1", "name": "Acme", "tz": "Europe/Stockholm"})), NOW).unwrap();
        assert_eq!(claims.client().unwrap().as_str(), "acme");
        assert!(claims.grants("read") && claims.grants("export") && !claims.grants("tail"));
        assert_eq!(
            (claims.sub.as_str(), claims.jti.as_deref(), claims.tz.as_deref()),
            ("user-7", Some("1"), Some("Europe/Stockholm"))
        );
        assert!(at(&token(&json!({"aud": ["other", "audit-viewer"]})), NOW).is_ok());
    }

    #[test]
    fn a_token_is_good_for_its_time_and_a_minute_of_skew() {
        let token = token(&json!({}));
        assert!(at(&token, NOW - 60).is_ok());
        assert_eq!(at(&token, NOW - 61).unwrap_err(), Refusal::WrongClaims);
        assert!(at(&token, NOW + 659).is_ok());
        assert_eq!(at(&token, NOW + 660).unwrap_err(), Refusal::Expired);
        assert_eq!(refused(&json!({"nbf": NOW + 61})), Refusal::WrongClaims);
    }

    #[test]
    fn a_token_lives_an_hour_at_most_whatever_the_skew() {
        assert!(at(&token(&json!({"exp": NOW + 3_600})), NOW).is_ok());
        assert_eq!(refused(&json!({"exp": NOW + 3_601})), Refusal::WrongClaims);
        assert_eq!(refused(&json!({"exp": NOW})), Refusal::WrongClaims);
        assert_eq!(refused(&json!({"iat": NOW * 1_000, "exp": (NOW + 600) * 1_000})), Refusal::WrongClaims);
        assert_eq!(refused(&json!({"iat": -1e300, "exp": 1e300})), Refusal::WrongClaims);
    }

    #[test]
    fn a_view_may_ask_for_shorter_tokens_and_says_which_secret_signed() {
        let ten = TokenLife::of_minutes(10).unwrap();
        assert_eq!(within(ten, &token(&json!({})), NOW).map(|verified| verified.kid), Ok("vs_new".to_owned()));
        let long = token(&json!({"exp": NOW + 601}));
        assert_eq!(within(ten, &long, NOW).map(|verified| verified.kid), Err(Refusal::WrongClaims));
    }

    #[test]
    fn seconds_may_have_a_fraction() {
        assert!(at(&token(&json!({"iat": 1_768_478_399.75, "exp": 1_768_478_999.75})), NOW).is_ok());
    }

    #[test]
    fn only_a_secret_of_the_view_signs_and_a_token_that_names_one_must_use_it() {
        let named = |kid: &str| Header { kid: Some(kid.to_owned()), ..Header::default() };
        let none = json!({});
        for good in [
            sign(&named("vs_new"), &none, "the new secret"),
            sign(&named("vs_old"), &none, "the old secret"),
            sign(&Header::default(), &none, "the old secret"),
        ] {
            assert!(at(&good, NOW).is_ok());
        }
        for forged in [
            sign(&Header::default(), &none, "another view's secret"),
            sign(&named("vs_new"), &none, "the old secret"),
            sign(&named("vs_other"), &none, "the new secret"),
            sign(&Header::new(Algorithm::HS512), &none, "the new secret"),
            sign(&Header::default(), &none, ""),
        ] {
            assert_eq!(at(&forged, NOW).unwrap_err(), Refusal::BadSignature);
        }
    }

    #[test]
    fn a_changed_token_is_refused() {
        let good = token(&json!({}));
        let [header, _, signature] = good.split('.').collect::<Vec<_>>().try_into().unwrap();
        let other = BASE64.encode(claims(&json!({"client": "globex"})).to_string());
        assert_eq!(at(&format!("{header}.{other}.{signature}"), NOW).unwrap_err(), Refusal::BadSignature);
        let expired_and_changed = BASE64.encode(claims(&json!({"exp": NOW - 900, "iat": NOW - 1_000})).to_string());
        let changed = at(&format!("{header}.{expired_and_changed}.{signature}"), NOW);
        assert_eq!(changed.unwrap_err(), Refusal::BadSignature, "what is not signed tells nothing");
    }

    #[test]
    fn a_token_cannot_say_that_it_needs_no_signature() {
        let body = BASE64.encode(claims(&json!({})).to_string());
        let signature = BASE64.encode("x");
        for alg in ["none", "None", "NONE", "RS256", "hs256"] {
            let header = BASE64.encode(format!(r#"{{"alg":"{alg}","typ":"JWT"}}"#));
            for token in
                [format!("{header}.{body}."), format!("{header}.{body}.{signature}"), format!("{header}.{body}")]
            {
                assert_eq!(at(&token, NOW).unwrap_err(), Refusal::BadSignature, "{alg}");
            }
        }
        for text in ["", ".", "..", "a.b.c", "<html>Sign in</html>"] {
            assert_eq!(at(text, NOW).unwrap_err(), Refusal::BadSignature, "{text}");
        }
    }

    #[test]
    fn a_token_for_something_else_is_refused() {
        for change in [
            json!({"aud": "another-product"}),
            json!({"aud": null}),
            json!({"view": "vw_2"}),
            json!({"view": null}),
            json!({"client": null}),
            json!({"sub": null}),
            json!({"iat": null}),
            json!({"exp": null}),
            json!({"exp": "tomorrow"}),
            json!({"hide": "actor.email"}),
        ] {
            assert_eq!(refused(&change), Refusal::WrongClaims, "{change}");
        }
        assert_eq!(at(&token(&json!({"client": " "})), NOW).unwrap().client(), Err(Refusal::WrongClaims));
    }

    #[test]
    fn a_filter_that_is_not_understood_refuses_the_token() {
        let filter = |filter: Value| {
            let claims = at(&token(&json!({"filter": filter})), NOW).map_err(Problem::refused)?;
            claims.filter.map(FilterClaim::restriction).transpose()
        };
        let expected =
            Filter { action: Some("user.*".to_owned()), target_type: Some("user".to_owned()), ..Filter::default() };
        assert_eq!(filter(json!({"action": "user.*", "type": "user"})), Ok(Some(expected)));
        assert_eq!(filter(json!(null)), Ok(None));
        for wrong in [json!({"actors": "user-7"}), json!({"actor": 7}), json!("user-7"), json!({"from": "2026-01-01"})]
        {
            assert_eq!(filter(wrong.clone()), Err(Problem::refused(Refusal::WrongClaims)), "{wrong}");
        }
        for (name, value) in
            [("actor", ""), ("target", " "), ("action", &"x".repeat(2_049)), ("type", &"x".repeat(2_049))]
        {
            let expected = Problem::invalid(format!("filter.{name}"), "expected 1 to 2048 characters");
            assert_eq!(filter(json!({name: value})), Err(expected));
        }
    }

    #[test]
    fn every_text_of_a_token_is_bounded_and_the_fault_names_its_claim() {
        for (name, longest) in
            [("sub", 2_048), ("jti", 255), ("scope", 255), ("origin", 255), ("name", 255), ("locale", 80), ("tz", 80)]
        {
            let of = |length: usize| at(&token(&json!({name: "ä".repeat(length)})), NOW).unwrap().check();
            assert_eq!(of(longest), Ok(()));
            assert_eq!(of(longest + 1), Err(Problem::invalid(name, format!("expected 1 to {longest} characters"))));
        }
        let nobody = at(&token(&json!({"sub": " "})), NOW).unwrap().check();
        assert_eq!(nobody, Err(Problem::invalid("sub", "expected 1 to 2048 characters")));
    }

    #[test]
    fn words_of_scope_that_are_not_known_grant_nothing() {
        let claims = at(&token(&json!({"scope": "read administer"})), NOW).unwrap();
        assert!(claims.grants("read") && !claims.grants("export") && !claims.grants("tail"));
    }

    #[test]
    fn a_token_with_an_id_is_used_once_while_it_lives() {
        let replays = Replays::default();
        let used = |view: &str, jti: &str, now: i64| {
            let claims = at(&token(&json!({"jti": jti})), NOW).unwrap();
            replays.first_use(&ViewId::parse(view).unwrap(), &claims, Timestamp::from_millis(now * 1_000))
        };
        assert_eq!(used("vw_1", "a", NOW), Ok(()));
        assert_eq!(used("vw_1", "a", NOW + 659), Err(Problem::refused(Refusal::Replayed)));
        assert_eq!(used("vw_1", "b", NOW), Ok(()));
        assert_eq!(used("vw_2", "a", NOW), Ok(()), "another view's");
        let without = at(&token(&json!({})), NOW).unwrap();
        for _ in 0..2 {
            assert_eq!(
                replays.first_use(&ViewId::parse("vw_1").unwrap(), &without, Timestamp::from_millis(NOW)),
                Ok(())
            );
        }
    }
}
