//! Who may open a view.

use super::super::super::{AppState, headers};
use super::super::session::{SignedInMember, Turned, shell};
use super::super::{Told, html, mistakes};
use super::Named;
use crate::backend::auth::Member;
use crate::backend::views::{self, Rules, Secret, Security};
use crate::domain::access::{ClientId, Origin, ViewId};
use crate::domain::opening::{Grace, RecordedOpenings, Rights, TokenLife};
use crate::domain::problem::{Faults, Problem};
use crate::ui::admin::{
    AccessKey, Mistakes, RulesForm, SecretRow, SeenRow, ViewHead, ViewSecurity, render_view_security,
};
use axum::Router;
use axum::extract::{Form, FromRequestParts, Path};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use axum::routing::{get, post};
use serde::Deserialize;

/// Everything under a view's `/security`.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/", get(show))
        .route("/access-key", post(replace_access_key))
        .route("/access-key/show", post(show_access_key))
        .route("/access-key/end", post(end_former_key))
        .route("/secrets", post(add_secret))
        .route("/secrets/{kid}/show", post(show_secret))
        .route("/secrets/{kid}/revoke", post(revoke_secret))
        .route("/rules", post(set_rules))
        .route("/origins", post(allow_origin))
        .route("/origins/remove", post(forbid_origin))
        .route("/close", post(close_client))
}

/// How long the key that is replaced still opens the view.
#[derive(Deserialize)]
struct Replacement {
    grace: String,
}

/// A tick is there only if it is set.
#[derive(Deserialize)]
struct Ticked {
    tokens_only: Option<String>,
    export: Option<String>,
    live: Option<String>,
    minutes: String,
    /// As it is where a form does not say.
    openings: Option<String>,
}

#[derive(Deserialize)]
struct TypedOrigin {
    origin: String,
}

#[derive(Deserialize)]
struct TypedClient {
    client: String,
}

/// A signing secret that an address names.
#[derive(Deserialize)]
struct NamedSecret {
    kid: String,
}

/// What a form has come to: a sentence about what was done, or nothing to say.
type Done = Result<Option<&'static str>, Problem>;

/// A member, and the view that they look at.
struct Desk {
    state: AppState,
    member: Member,
    view: ViewId,
}

impl FromRequestParts<AppState> for Desk {
    type Rejection = Turned;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Turned> {
        let SignedInMember(member) = SignedInMember::from_request_parts(parts, state).await?;
        let named = Path::<Named>::from_request_parts(parts, state).await;
        let view = named.map_err(|_| Problem::NotFound).and_then(|Path(view)| view.id());
        Ok(Self { state: state.clone(), member, view: view.map_err(|problem| Turned::Away(Told(problem)))? })
    }
}

impl Desk {
    /// The page, with what was done or what was wrong, changed by `adding` what only this answer holds.
    async fn answer(self, done: Done, adding: impl FnOnce(&mut ViewSecurity)) -> Result<Response, Told> {
        let Self { state, member, view } = self;
        let (status, done, wrong) = match done {
            Ok(done) => (StatusCode::OK, done, None),
            Err(problem) => (StatusCode::BAD_REQUEST, None, Some(mistakes(problem)?)),
        };
        let nonce = headers::nonce();
        let mut page = page(views::security(&state.backend, &member, &view).await?);
        page.mistakes = wrong.unwrap_or_default();
        page.done = done;
        adding(&mut page);
        Ok(html(status, &nonce, render_view_security(&shell(&member), &page)))
    }
}

fn as_it_is(_: &mut ViewSecurity) {}

async fn show(desk: Desk) -> Result<Response, Told> {
    desk.answer(Ok(None), as_it_is).await
}

async fn replace_access_key(desk: Desk, Form(form): Form<Replacement>) -> Result<Response, Told> {
    let done = match Grace::of_word(&form.grace) {
        Some(grace) => views::replace_access_key(&desk.state.backend, &desk.member, &desk.view, grace).await,
        None => Err(Problem::invalid("grace", "Choose one of the times")),
    };
    desk.answer(done.map(|()| Some("The access key is replaced.")), as_it_is).await
}

async fn show_access_key(desk: Desk) -> Result<Response, Told> {
    let key = views::reveal(&desk.state.backend, &desk.member, &desk.view, &Secret::AccessKey).await?;
    desk.answer(Ok(None), |page| page.key.shown = Some(key)).await
}

async fn end_former_key(desk: Desk) -> Result<Response, Told> {
    let done = views::end_former_key(&desk.state.backend, &desk.member, &desk.view).await;
    desk.answer(done.map(|()| Some("Only the present access key opens the view now.")), as_it_is).await
}

async fn add_secret(desk: Desk) -> Result<Response, Told> {
    let done = views::add_signing_secret(&desk.state.backend, &desk.member, &desk.view).await;
    desk.answer(done.map(|()| Some("A signing secret is added. Those before it still sign.")), as_it_is).await
}

async fn show_secret(desk: Desk, Path(NamedSecret { kid }): Path<NamedSecret>) -> Result<Response, Told> {
    let asked = Secret::Signing(kid.clone());
    let text = views::reveal(&desk.state.backend, &desk.member, &desk.view, &asked).await?;
    let show = |page: &mut ViewSecurity| {
        for secret in page.secrets.iter_mut().filter(|secret| secret.kid == kid) {
            secret.shown = Some(text.clone());
        }
    };
    desk.answer(Ok(None), show).await
}

async fn revoke_secret(desk: Desk, Path(NamedSecret { kid }): Path<NamedSecret>) -> Result<Response, Told> {
    let done = views::revoke_signing_secret(&desk.state.backend, &desk.member, &desk.view, &kid).await;
    desk.answer(done.map(|()| Some("The signing secret is revoked.")), as_it_is).await
}

async fn set_rules(desk: Desk, Form(form): Form<Ticked>) -> Result<Response, Told> {
    let present = views::security(&desk.state.backend, &desk.member, &desk.view).await?.rules.recorded;
    let chosen = form.openings.as_deref().map_or(Some(present), RecordedOpenings::of_word);
    let typed = RulesForm {
        tokens_only: form.tokens_only.is_some(),
        export: form.export.is_some(),
        live: form.live.is_some(),
        minutes: form.minutes,
        openings: chosen.unwrap_or(present),
    };
    let mut faults = Faults::default();
    let token_life = TokenLife::parse(&typed.minutes);
    let token_life = token_life.map_err(|error| faults.add("minutes", format!("Enter {}", error.expected)));
    if chosen.is_none() {
        faults.add("openings", "Choose one of these");
    }
    let done = match token_life {
        Ok(token_life) if faults.is_empty() => {
            let may = Rights { export: typed.export, tail: typed.live };
            let rules = Rules { tokens_only: typed.tokens_only, may, token_life, recorded: typed.openings };
            views::set_rules(&desk.state.backend, &desk.member, &desk.view, rules).await
        }
        _ => Err(Problem::Invalid { faults }),
    };
    desk.answer(done.map(|()| Some("Saved.")), |page| page.rules = typed).await
}

async fn allow_origin(desk: Desk, Form(form): Form<TypedOrigin>) -> Result<Response, Told> {
    let done = match origin(&form.origin) {
        Ok(origin) => views::allow_origin(&desk.state.backend, &desk.member, &desk.view, origin).await,
        Err(problem) => Err(problem),
    };
    let kept = if done.is_err() { form.origin } else { String::new() };
    desk.answer(done.map(|()| Some("Its pages may show the view now.")), |page| page.origin = kept).await
}

async fn forbid_origin(desk: Desk, Form(form): Form<TypedOrigin>) -> Result<Response, Told> {
    let done = match origin(&form.origin) {
        Ok(origin) => views::forbid_origin(&desk.state.backend, &desk.member, &desk.view, &origin).await,
        Err(problem) => Err(problem),
    };
    desk.answer(done.map(|()| Some("The origin is removed.")), as_it_is).await
}

async fn close_client(desk: Desk, Form(form): Form<TypedClient>) -> Result<Response, Told> {
    let done = match client(&form.client) {
        Ok(client) => views::close_client(&desk.state.backend, &desk.member, &desk.view, &client).await,
        Err(problem) => Err(problem),
    };
    let kept = if done.is_err() { form.client } else { String::new() };
    desk.answer(done.map(|()| Some("Whatever was open for that client is closed.")), |page| page.client = kept).await
}

/// Copied from an address bar it has a path, most often only a slash.
pub(super) fn origin(text: &str) -> Result<Origin, Problem> {
    Origin::parse(text.trim().trim_end_matches('/'))
        .map_err(|error| Problem::invalid("origin", format!("Enter {}", error.expected)))
}

/// As it was typed: what is meant by it is said by [`crate::backend::clients::meant`].
pub(super) fn client(text: &str) -> Result<ClientId, Problem> {
    ClientId::parse(text).map_err(|error| Problem::invalid("client", format!("Enter {}", error.expected)))
}

fn page(security: Security) -> ViewSecurity {
    let Security { id, name, former_key_until, secrets, rules, origins, seen } = security;
    let Rules { tokens_only, may, token_life, recorded } = rules;
    let minutes = token_life.minutes().to_string();
    let secrets = secrets.into_iter().map(|secret| SecretRow {
        kid: secret.kid,
        created: secret.created_at,
        used: secret.last_used_at,
        shown: None,
    });
    let seen = seen.into_iter().map(|sighting| SeenRow {
        origin: sighting.origin.to_string(),
        when: sighting.at,
        allowed: sighting.allowed,
    });
    ViewSecurity {
        head: ViewHead { id: id.to_string(), name, may_secure: true },
        key: AccessKey { shown: None, former_until: former_key_until },
        secrets: secrets.collect(),
        rules: RulesForm { tokens_only, export: may.export, live: may.tail, minutes, openings: recorded },
        origins: origins.into_iter().map(String::from).collect(),
        seen: seen.collect(),
        mistakes: Mistakes::default(),
        ..ViewSecurity::default()
    }
}

#[cfg(test)]
mod tests {
    use super::origin;

    #[test]
    fn an_origin_is_read_as_people_write_it() {
        assert_eq!(origin(" https://a.test/ ").unwrap().as_str(), "https://a.test");
        assert!(origin("https://*.b.test").is_ok());
        for text in ["", "b.test", "https://a.test/path", "https://a.test https://b.test"] {
            assert!(origin(text).is_err(), "{text}");
        }
    }
}
