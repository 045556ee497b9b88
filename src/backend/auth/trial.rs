//! A view's embedding put to the test by its keepers: what a page would be told.

use super::embed::{Embedder, examine};
use super::session::Look;
use super::view_token::AUDIENCE;
use super::{Member, Reader};
use crate::backend::secrets::random_name;
use crate::backend::storage::ViewRecord;
use crate::backend::trail::{self, Deed};
use crate::backend::views::{self, Secret};
use crate::backend::{Backend, search};
use crate::domain::access::{ClientId, Origin, ViewId};
use crate::domain::opening::may_frame;
use crate::domain::people::Right;
use crate::domain::problem::Problem;
use crate::domain::query::{Filter, Total};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::json;

/// How long a token of ours holds, in seconds: as much as every view allows.
const LENGTH: i64 = 5 * 60;

/// A page as it would be.
pub struct Trial {
    pub client: ClientId,
    /// Where it would be.
    pub origin: Option<Origin>,
    pub pass: Pass,
}

/// What a page would bring.
pub enum Pass {
    /// The view's own access key.
    AccessKey,
    /// A token that we sign, as the company's backend would.
    Signed,
    /// A token of the company's backend.
    Token(String),
}

/// What came of it.
pub struct Findings {
    /// Whether the page may show the view, if it was said which.
    pub page: Option<bool>,
    /// How many events the credential shows, or why it opens nothing.
    pub events: Result<Total, Problem>,
    pub access_key: Option<String>,
    pub token: Option<String>,
}

/// Tries a view. Nothing is used up, for the page itself still has to open it; what was shown or signed is in the trail.
pub async fn attempt(backend: &Backend, member: &Member, id: &ViewId, trial: Trial) -> Result<Findings, Problem> {
    let view = views::owned(backend, member, id, Right::SecureViews).await?;
    let Trial { client, origin, pass } = trial;
    let page = origin.as_ref().map(|origin| may_frame(&view.origins, origin.as_str()));
    let (access_key, token) = match pass {
        Pass::AccessKey => (Some(views::reveal(backend, member, id, &Secret::AccessKey).await?), None),
        Pass::Signed => (None, Some(sign(backend, member, &view, &client).await?)),
        Pass::Token(token) => (None, Some(token)),
    };
    let embedder = Embedder {
        view: view.id.clone(),
        client_id: Some(client),
        access_key: access_key.clone(),
        token: token.clone(),
        look: Look { origin: origin.map(String::from), ..Look::default() },
    };
    let events = match examine(backend, &view, &embedder).await {
        Ok(examined) => Ok(count(backend, &examined.grant.reader()).await?),
        Err(problem) => Err(problem),
    };
    Ok(Findings { page, events, access_key, token })
}

async fn count(backend: &Backend, reader: &Reader) -> Result<Total, Problem> {
    search::count(backend, reader, Filter::default()).await
}

/// A token by the view's newest secret, in the tester's name; that they had it signed is in the trail first.
async fn sign(backend: &Backend, member: &Member, view: &ViewRecord, client: &ClientId) -> Result<String, Problem> {
    let newest = view.signing_secrets.last().ok_or(Problem::Internal)?;
    let deed = Deed::TokenSigned { id: &view.id, name: &view.name, client, kid: &newest.kid };
    let line = trail::line(backend, &member.person().by(), &deed);
    backend.storage.record(view.project, &line).await.map_err(|error| backend.internal(error))?;
    let secret = backend.secret.open_sealed(&newest.secret).map_err(|error| backend.internal(error))?;
    let now = backend.clock.now().millis().div_euclid(1000);
    let claims = json!({
        "aud": AUDIENCE, "view": view.id, "client": client, "sub": member.person().email().as_str(),
        "daybook:tester": member.person().id(),
        "iat": now, "exp": now + LENGTH, "jti": random_name(""),
    });
    let header = Header { kid: Some(newest.kid.clone()), ..Header::new(Algorithm::HS256) };
    encode(&header, &claims, &EncodingKey::from_secret(&secret))
        .map_err(|error| backend.internal(anyhow::Error::from(error).into()))
}
