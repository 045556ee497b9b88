//! Signing in at the company's own provider (`OpenID` Connect Core 1.0, authorization code with PKCE, RFC 7636).

use super::second_factor;
use super::sign_in::{self, Entered, begin};
use crate::backend::Backend;
use crate::backend::auth::{By, Halfway, Known, Whence, signed};
use crate::backend::secrets;
use crate::backend::storage::{Joined, Joining, NewPerson, PersonRecord};
use crate::backend::trail::{self, Deed};
use crate::domain::name::LONGEST_NAME;
use crate::domain::people::Email;
use crate::domain::problem::{Problem, Refusal};
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreIdTokenClaims, CoreProviderMetadata, CoreTokenResponse,
};
use openidconnect::{
    AuthorizationCode, ClientId, ClientSecret, CsrfToken, IssuerUrl, Nonce, PkceCodeChallenge, PkceCodeVerifier,
    RedirectUrl, Scope, TokenResponse, reqwest,
};
use serde::{Deserialize, Serialize};
use std::time::{Duration, Instant};
use subtle::ConstantTimeEq;
use tokio::sync::Mutex;

/// How long somebody may take at the provider, in seconds.
pub const AWAY: i64 = 10 * 60;
/// How long the provider may take to answer us.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long what it says of itself is believed: each way in would otherwise be two questions to it, by whoever asks.
const BELIEVED: Duration = Duration::from_mins(5);
/// What the secret is derived for.
const PURPOSE: &str = "oidc";

/// A provider that people may sign in at.
pub struct Provider {
    issuer: IssuerUrl,
    client_id: ClientId,
    client_secret: ClientSecret,
    http: reqwest::Client,
    said: Mutex<Option<Said>>,
}

/// What a provider said of itself, and when.
struct Said {
    metadata: CoreProviderMetadata,
    at: Instant,
}

/// Somebody on their way to the provider.
pub struct Away {
    /// Where to send them.
    pub url: String,
    /// What their browser brings back: it alone can end what it began.
    pub token: String,
}

/// What the browser keeps meanwhile.
#[derive(Serialize, Deserialize)]
struct Errand {
    state: CsrfToken,
    nonce: Nonce,
    verifier: PkceCodeVerifier,
    /// Of somebody who is not a member yet.
    invitation: Option<String>,
    /// Where they wanted to go.
    then: String,
}

impl Provider {
    /// By its address (`iss`) and what it knows this server by.
    pub fn new(issuer: &str, client_id: &str, client_secret: &str) -> anyhow::Result<Self> {
        // A provider that sends us elsewhere could send us into our own network.
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).timeout(PATIENCE).build()?;
        Ok(Self {
            issuer: IssuerUrl::new(issuer.to_owned())?,
            client_id: ClientId::new(client_id.to_owned()),
            client_secret: ClientSecret::new(client_secret.to_owned()),
            http,
            said: Mutex::default(),
        })
    }

    /// What people know it by: its host.
    pub fn name(&self) -> String {
        self.issuer.url().host_str().unwrap_or("your provider").to_owned()
    }

    /// What it says of itself, its keys included.
    async fn discover(&self) -> anyhow::Result<CoreProviderMetadata> {
        let mut said = self.said.lock().await;
        match said.as_ref().filter(|said| said.at.elapsed() < BELIEVED) {
            Some(said) => Ok(said.metadata.clone()),
            None => self.ask(&mut said).await,
        }
    }

    /// The same, asked anew: its keys change when it likes.
    async fn discover_anew(&self) -> anyhow::Result<CoreProviderMetadata> {
        self.ask(&mut *self.said.lock().await).await
    }

    async fn ask(&self, said: &mut Option<Said>) -> anyhow::Result<CoreProviderMetadata> {
        let metadata = CoreProviderMetadata::discover_async(self.issuer.clone(), &self.http).await?;
        *said = Some(Said { metadata: metadata.clone(), at: Instant::now() });
        Ok(metadata)
    }
}

/// The provider, if there is one.
pub fn provider(backend: &Backend) -> Option<&Provider> {
    backend.provider.as_deref()
}

/// Sends somebody to the provider, who comes back to `redirect`; with an invitation's code, somebody new.
pub async fn leave(
    backend: &Backend,
    redirect: &str,
    invitation: Option<String>,
    then: String,
) -> Result<Away, Problem> {
    let provider = provider(backend).ok_or(Problem::NotFound)?;
    let metadata = provider.discover().await.map_err(|error| failed(&error))?;
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let client = CoreClient::from_provider_metadata(metadata, provider.client_id.clone(), None);
    let client = client.set_redirect_uri(address(redirect)?);
    let (url, state, nonce) = client
        .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
        .add_scopes(["email", "profile"].map(|scope| Scope::new(scope.to_owned())))
        .set_pkce_challenge(challenge)
        .url();
    let until = backend.clock.now().plus_millis(AWAY * 1000);
    let token = signed::sign(backend, PURPOSE, Errand { state, nonce, verifier, invitation, then }, until)?;
    Ok(Away { url: url.to_string(), token })
}

/// Lets somebody in who comes back from the provider, as the owner of the address that it vouches for: a member, or
/// whoever was invited. Also where they wanted to go.
pub async fn come_back(
    backend: &Backend,
    token: &str,
    (state, code): (&str, &str),
    redirect: &str,
    whence: Whence,
) -> Result<(Entered, String), Problem> {
    let provider = provider(backend).ok_or(Problem::NotFound)?;
    let errand: Errand = signed::read(backend, PURPOSE, token).ok_or(Problem::refused(Refusal::Expired))?;
    if !bool::from(errand.state.secret().as_bytes().ct_eq(state.as_bytes())) {
        return Err(Problem::refused(Refusal::NotVouchedFor));
    }
    let Errand { nonce, verifier, invitation, then, .. } = errand;
    let claims = vouched(backend, provider, code, verifier, &nonce, redirect).await.map_err(|error| failed(&error))?;
    let (email, name) = identity(&claims)?;
    if let Some(invitation) = invitation {
        join(backend, &invitation, &email, name, whence.clone()).await?;
    }
    let person = known(backend, &email).await?.ok_or(Problem::refused(Refusal::NoAccount))?;
    if second_factor::is_on(backend, person.id).await? {
        return Ok((Entered::Halfway(Halfway::new(&person).token(backend)?), then));
    }
    let session = begin(backend, person, whence, &format!("{}’s word", provider.name())).await?;
    Ok((Entered::In(session), then))
}

/// What the provider says of whoever brought the code, its signature, audience and nonce checked.
async fn vouched(
    backend: &Backend,
    provider: &Provider,
    code: &str,
    verifier: PkceCodeVerifier,
    nonce: &Nonce,
    redirect: &str,
) -> anyhow::Result<CoreIdTokenClaims> {
    let secret = Some(provider.client_secret.clone());
    let client = CoreClient::from_provider_metadata(provider.discover().await?, provider.client_id.clone(), secret);
    let client = client.set_redirect_uri(RedirectUrl::new(redirect.to_owned())?);
    let exchange = client.exchange_code(AuthorizationCode::new(code.to_owned()))?.set_pkce_verifier(verifier);
    let answer: CoreTokenResponse = exchange.request_async(&provider.http).await?;
    let token = answer.id_token().ok_or_else(|| anyhow::anyhow!("the provider sent no ID token"))?;
    let millis = backend.clock.now().millis();
    let now = move || chrono::DateTime::from_timestamp_millis(millis).unwrap_or_default();
    if let Ok(claims) = token.claims(&client.id_token_verifier().set_time_fn(now), nonce) {
        return Ok(claims.clone());
    }
    // It may have signed with a key that it had not when it was asked.
    let secret = Some(provider.client_secret.clone());
    let metadata = provider.discover_anew().await?;
    let client = CoreClient::from_provider_metadata(metadata, provider.client_id.clone(), secret);
    Ok(token.claims(&client.id_token_verifier().set_time_fn(now), nonce)?.clone())
}

/// The address that the provider has verified, and a name.
fn identity(claims: &CoreIdTokenClaims) -> Result<(Email, String), Problem> {
    let verified = claims.email().filter(|_| claims.email_verified() == Some(true));
    let email = verified.and_then(|email| Email::parse(email).ok()).ok_or(Problem::refused(Refusal::NotVouchedFor))?;
    let name = claims.name().and_then(|name| name.get(None)).map(|name| name.trim().to_owned());
    let name = name.filter(|name| !name.is_empty()).unwrap_or_else(|| email.to_string());
    Ok((email, name.chars().filter(|c| !c.is_control()).take(LONGEST_NAME).collect()))
}

async fn known(backend: &Backend, email: &Email) -> Result<Option<PersonRecord>, Problem> {
    backend.storage.person_of(email).await.map_err(|error| backend.internal(error))
}

/// Makes whoever was invited a member: with their account or with a new one, which has no password. Whoever is one
/// already just comes in.
async fn join(backend: &Backend, invitation: &str, email: &Email, name: String, whence: Whence) -> Result<(), Problem> {
    let now = backend.clock.now();
    let account = known(backend, email).await?;
    let by = match &account {
        Some(person) => sign_in::by(person, whence),
        None => By::Person(Known { name: name.clone(), email: email.clone(), whence }),
    };
    let who = match account {
        Some(person) => Joining::Known(person.id),
        None => Joining::New(NewPerson { email: email.clone(), name, password_hash: None, created_at: now }),
    };
    let line = trail::line(backend, &by, &Deed::MemberJoined { email });
    let joined = backend.storage.join(&secrets::hash(invitation), &who, now, &line).await;
    match joined.map_err(|error| backend.internal(error))? {
        Joined::Now | Joined::Before => Ok(()),
        Joined::Never => Err(Problem::refused(Refusal::NoAccount)),
    }
}

fn address(redirect: &str) -> Result<RedirectUrl, Problem> {
    RedirectUrl::new(redirect.to_owned()).map_err(|error| failed(&error.into()))
}

/// What went wrong at the provider is for the log; whoever signs in learns that it did.
fn failed(error: &anyhow::Error) -> Problem {
    tracing::warn!(error = ?error, "a sign-in at the provider failed");
    Problem::refused(Refusal::NotVouchedFor)
}
