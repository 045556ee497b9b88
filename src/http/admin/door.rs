//! Setting up, signing in, signing out.

use super::super::{AppState, headers};
use super::oidc;
use super::session::{self, SignedInPerson};
use super::{Told, html, mistakes, shown, style};
use crate::backend::auth::Whence;
use crate::backend::people::{Entered, SignedIn};
use crate::backend::{people, start};
use crate::domain::problem::{Problem, Refusal};
use crate::rpc::guard::status;
use crate::ui::admin::{
    AskingCode, Introduction, Mistakes, Occasion, SigningIn, render_asking_code, render_introduction, render_sign_in,
};
use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use serde::Deserialize;

/// What somebody without an account sends.
#[derive(Deserialize)]
pub struct Introduce {
    code: String,
    name: String,
    email: String,
    password: String,
}

/// What somebody who signs in sends.
#[derive(Deserialize)]
pub struct SignIn {
    email: String,
    password: String,
    #[serde(default)]
    then: String,
}

/// Where to go after signing in.
#[derive(Deserialize)]
pub struct Then {
    #[serde(default)]
    pub then: String,
}

pub async fn set_up_page(State(state): State<AppState>) -> Result<Response, Told> {
    if !people::wants_setup(&state.backend).await? {
        return Ok(Redirect::to("/admin").into_response());
    }
    Ok(introduce(StatusCode::OK, Introduction::default()))
}

fn introduce(status: StatusCode, page: Introduction) -> Response {
    let nonce = headers::nonce();
    let page = Introduction { style: style(), nonce: nonce.clone(), ..page };
    html(status, &nonce, render_introduction(&page))
}

pub async fn set_up(
    State(state): State<AppState>,
    whence: Whence,
    browser: HeaderMap,
    Form(form): Form<Introduce>,
) -> Result<Response, Told> {
    let project = start::project(&state.backend).await?;
    let made = match kept(&browser) {
        Ok(()) => people::found(&state.backend, project, &form.introduced(&whence)).await,
        Err(problem) => Err(problem),
    };
    welcome(&state, Occasion::SetUp, form, whence, made).await
}

pub async fn join_page(State(state): State<AppState>) -> Response {
    let (occasion, provider) = (Occasion::Invitation, oidc::name(&state));
    introduce(StatusCode::OK, Introduction { occasion, provider, ..Introduction::default() })
}

pub async fn join(
    State(state): State<AppState>,
    whence: Whence,
    browser: HeaderMap,
    Form(form): Form<Introduce>,
) -> Result<Response, Told> {
    let made = match kept(&browser) {
        Ok(()) => people::join(&state.backend, &form.introduced(&whence)).await,
        Err(problem) => Err(problem),
    };
    welcome(&state, Occasion::Invitation, form, whence, made).await
}

/// Before anything is used up: a session that the browser does not keep would only lead back here.
fn kept(browser: &HeaderMap) -> Result<(), Problem> {
    const TOLD: &str = "Open this page by https: over plain http, browsers keep nobody signed in, except on the machine that the server runs on";
    if session::is_kept(browser) { Ok(()) } else { Err(Problem::invalid("", TOLD)) }
}

impl Introduce {
    fn introduced(&self, whence: &Whence) -> people::Introduced<'_> {
        let Self { code, name, email, password } = self;
        people::Introduced { code, name, email, password, whence: whence.clone() }
    }
}

/// Lets somebody in who has an account now, or asks again.
async fn welcome(
    state: &AppState,
    occasion: Occasion,
    form: Introduce,
    whence: Whence,
    made: Result<(), Problem>,
) -> Result<Response, Told> {
    if let Err(problem) = made {
        let mistakes = mistakes(problem)?;
        let Introduce { code, name, email, .. } = form;
        let provider = oidc::name(state).filter(|_| occasion == Occasion::Invitation);
        let page = Introduction { occasion, code, name, email, mistakes, provider, ..Introduction::default() };
        return Ok(introduce(StatusCode::BAD_REQUEST, page));
    }
    enter(state, &form.email, &form.password, whence, "/admin").await
}

pub async fn sign_in_page(State(state): State<AppState>, Query(Then { then }): Query<Then>) -> Result<Response, Told> {
    if people::wants_setup(&state.backend).await? {
        return Ok(Redirect::to("/admin/set-up").into_response());
    }
    Ok(shown(render_sign_in(&SigningIn { then, provider: oidc::name(&state), style: style(), ..SigningIn::default() })))
}

pub async fn sign_in(
    State(state): State<AppState>,
    whence: Whence,
    browser: HeaderMap,
    Form(form): Form<SignIn>,
) -> Result<Response, Told> {
    let then = within(&form.then);
    let entered = match kept(&browser) {
        Ok(()) => enter(&state, &form.email, &form.password, whence, then).await,
        Err(problem) => Err(Told(problem)),
    };
    match entered {
        Err(Told(problem)) => {
            let status = status(&problem);
            let mistakes = if matches!(problem, Problem::Invalid { .. }) {
                mistakes(problem)?
            } else {
                Mistakes::whole(told(problem)?)
            };
            let provider = oidc::name(&state);
            let page = SigningIn { email: form.email, then: form.then, mistakes, provider, style: style() };
            Ok(html(status, &headers::nonce(), render_sign_in(&page)))
        }
        entered => entered,
    }
}

async fn enter(state: &AppState, email: &str, password: &str, whence: Whence, then: &str) -> Result<Response, Told> {
    entered(people::sign_in(&state.backend, email, password, whence).await?, then)
}

/// Goes on with somebody who has proved who they are.
pub fn entered(entered: Entered, then: &str) -> Result<Response, Told> {
    match entered {
        Entered::In(session) => let_in(&session, then),
        Entered::Halfway(token) => {
            let cookie = session::begin_halfway(&token).ok_or(Problem::Internal)?;
            let ask = Redirect::to(&format!("/admin/sign-in/code?{}", session::then(then)));
            Ok(([(header::SET_COOKIE, cookie)], ask).into_response())
        }
    }
}

/// Begins the session in the browser.
fn let_in(session: &SignedIn, then: &str) -> Result<Response, Told> {
    let cookie = session::begin(session).ok_or(Problem::Internal)?;
    let cookies = AppendHeaders([(header::SET_COOKIE, cookie), (header::SET_COOKIE, session::end_halfway())]);
    Ok((cookies, Redirect::to(then)).into_response())
}

/// A code, and where to go with it.
#[derive(Deserialize)]
pub struct Code {
    code: String,
    #[serde(default)]
    then: String,
}

pub async fn code_page(
    State(state): State<AppState>,
    browser: HeaderMap,
    Query(Then { then }): Query<Then>,
) -> Response {
    match session::halfway(&state, &browser) {
        Some(_) => shown(render_asking_code(&AskingCode { then, style: style(), ..AskingCode::default() })),
        None => Redirect::to("/admin/sign-in").into_response(),
    }
}

pub async fn sign_in_with_code(
    State(state): State<AppState>,
    whence: Whence,
    browser: HeaderMap,
    Form(Code { code, then }): Form<Code>,
) -> Result<Response, Told> {
    let halfway = session::halfway(&state, &browser).ok_or(Problem::SignInRequired)?;
    match people::sign_in_with_code(&state.backend, &halfway, &code, whence).await {
        Ok(session) => let_in(&session, within(&then)),
        Err(problem) => {
            let status = status(&problem);
            let mistakes = Mistakes::whole(told(problem)?);
            Ok(html(status, &headers::nonce(), render_asking_code(&AskingCode { then, mistakes, style: style() })))
        }
    }
}

/// What to say above the form that was sent.
fn told(problem: Problem) -> Result<String, Told> {
    match problem {
        Problem::TooMany { .. } => Ok("Too many attempts. Wait half a minute, then try again.".to_owned()),
        Problem::Busy { .. } => Ok("Many people sign in just now. Try again in a moment.".to_owned()),
        Problem::CredentialRefused { reason: Refusal::WrongPassword | Refusal::WrongCode } => Ok(format!("{problem}.")),
        other => Err(Told(other)),
    }
}

/// Most bytes of an address to come back to: it travels in a cookie.
const LONGEST_WAY: usize = 1_000;

/// Only to pages of ours: an address of elsewhere would let others send people away from here.
pub fn within(then: &str) -> &str {
    let plain = then.starts_with("/admin/")
        && then.len() <= LONGEST_WAY
        && then.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-_.~%!$'()*+,;=:@".contains(&byte))
        && !then.split('/').any(|part| part == "..");
    if plain { then } else { "/admin" }
}

pub async fn sign_out(State(state): State<AppState>, SignedInPerson(person): SignedInPerson) -> Result<Response, Told> {
    people::sign_out(&state.backend, &person).await?;
    Ok(([(header::SET_COOKIE, session::end())], Redirect::to("/admin/sign-in")).into_response())
}

#[cfg(test)]
mod tests {
    use super::within;

    #[test]
    fn one_comes_back_to_our_own_pages_only() {
        for own in ["/admin/projects/default/keys", "/admin/projects/default/clients/acme.com%20%26%20sons"] {
            assert_eq!(within(own), own);
        }
        for elsewhere in [
            "",
            "https://evil.test",
            "//evil.test/admin/",
            "/admin/../embed",
            "/admin/?a",
            "/admin/\\evil",
            "/admin/\r\nset-cookie: a",
            "/embed/vw_1",
            &format!("/admin/{}", "x".repeat(1_000)),
        ] {
            assert_eq!(within(elsewhere), "/admin");
        }
    }
}
