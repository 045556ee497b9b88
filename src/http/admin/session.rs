//! The cookie that says who is signed in, and the rule that only our own pages send forms.

use super::super::{AppState, request};
use super::{Told, style};
use crate::backend::auth::{HALFWAY, Halfway, Member, Person, Whence};
use crate::backend::people::SignedIn;
use crate::backend::people::oidc::AWAY;
use crate::backend::projects;
use crate::domain::access::ProjectName;
use crate::domain::people::Right;
use crate::domain::problem::Problem;
use crate::ui::admin::{Section, Shell};
use axum::extract::{FromRequestParts, OriginalUri, RawPathParams, Request};
use axum::http::{HeaderMap, HeaderValue, Method, header, request::Parts};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};

/// Bound to this host and to encrypted connections by its name (RFC 6265bis §4.1.3.2); browsers take it from this
/// machine's own address without encryption too.
const COOKIE: &str = "__Host-daybook";

/// Somebody signed in. Whoever is not is sent to sign in, and comes back.
pub struct SignedInPerson(pub Person);

/// Somebody signed in, in the project that the address names.
pub struct SignedInMember(pub Member);

/// Why there is none.
pub enum Turned {
    ToSignIn(String),
    Away(Told),
}

impl FromRequestParts<AppState> for SignedInPerson {
    type Rejection = Turned;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Turned> {
        let Ok(whence) = Whence::from_request_parts(parts, state).await;
        let refused = |problem: Problem| match problem {
            Problem::CredentialRefused { .. } | Problem::SignInRequired if is_document(parts) => {
                // A nested router sees the rest of the path alone.
                let path = parts.extensions.get::<OriginalUri>().map_or(parts.uri.path(), |uri| uri.path());
                Turned::ToSignIn(path.to_owned())
            }
            other => Turned::Away(Told(other)),
        };
        let token = cookie(&parts.headers, COOKIE).ok_or(Problem::SignInRequired).map_err(refused)?;
        let person = Person::of_token(&state.backend, token, whence).await.map_err(refused)?;
        request::set_known();
        Ok(Self(person))
    }
}

impl FromRequestParts<AppState> for SignedInMember {
    type Rejection = Turned;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Turned> {
        let SignedInPerson(person) = SignedInPerson::from_request_parts(parts, state).await?;
        let absent = || Turned::Away(Told(Problem::NotFound));
        let path = RawPathParams::from_request_parts(parts, state).await.map_err(|_| absent())?;
        let name = path.iter().find(|(key, _)| *key == "project").map(|(_, name)| name.to_owned());
        let name = ProjectName::parse(name.unwrap_or_default()).map_err(|_| absent())?;
        Member::of(&state.backend, person, &name).await.map(Self).map_err(|problem| Turned::Away(Told(problem)))
    }
}

impl IntoResponse for Turned {
    fn into_response(self) -> Response {
        match self {
            Self::ToSignIn(path) => Redirect::to(&format!("/admin/sign-in?{}", then(&path))).into_response(),
            Self::Away(told) => told.into_response(),
        }
    }
}

/// Where to go after signing in, for an address of a page that leads there.
pub fn then(path: &str) -> String {
    form_urlencoded::Serializer::new(String::new()).append_pair("then", path).finish()
}

/// Whether somebody waits for a page, rather than a script for a part of one.
fn is_document(parts: &Parts) -> bool {
    parts.method == Method::GET && !parts.headers.contains_key("x-daybook-part")
}

/// The value of a cookie.
pub fn cookie<'h>(headers: &'h HeaderMap, wanted: &str) -> Option<&'h str> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = all.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == wanted).map(|(_, value)| value)
}

/// Holds what proves the password while the second factor is asked for.
const HALFWAY_COOKIE: &str = "__Host-daybook-halfway";

/// Puts the proof of a password into the browser.
pub fn begin_halfway(token: &str) -> Option<HeaderValue> {
    let cookie = format!("{HALFWAY_COOKIE}={token}; Path=/; Max-Age={HALFWAY}; Secure; HttpOnly; SameSite=Lax");
    HeaderValue::try_from(cookie).ok()
}

/// Takes it out again.
pub fn end_halfway() -> HeaderValue {
    HeaderValue::from_static("__Host-daybook-halfway=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax")
}

/// Whoever has it.
pub fn halfway(state: &AppState, headers: &HeaderMap) -> Option<Halfway> {
    Halfway::of_token(&state.backend, cookie(headers, HALFWAY_COOKIE)?).ok()
}

/// Holds what somebody at the provider must bring back.
const ERRAND_COOKIE: &str = "__Host-daybook-errand";

/// Puts what must be brought back into the browser.
pub fn begin_errand(token: &str) -> Option<HeaderValue> {
    let cookie = format!("{ERRAND_COOKIE}={token}; Path=/; Max-Age={AWAY}; Secure; HttpOnly; SameSite=Lax");
    HeaderValue::try_from(cookie).ok()
}

/// Takes it out again.
pub fn end_errand() -> HeaderValue {
    HeaderValue::from_static("__Host-daybook-errand=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax")
}

/// What was brought back.
pub fn errand(headers: &HeaderMap) -> Option<&str> {
    cookie(headers, ERRAND_COOKIE)
}

/// Whether the browser will keep what it is given: cookies of this kind need an encrypted connection, or a server on the
/// browser's own machine (Secure Contexts §3.1).
pub fn is_kept(headers: &HeaderMap) -> bool {
    let origin = headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok());
    let Some(host) = origin.and_then(|origin| origin.strip_prefix("http://")) else { return true };
    let name = host.rsplit_once(':').filter(|(_, port)| !port.contains(']')).map_or(host, |(name, _)| name);
    name == "localhost" || name.ends_with(".localhost") || name == "[::1]" || name.starts_with("127.")
}

/// Puts a session into the browser.
pub fn begin(session: &SignedIn) -> Option<HeaderValue> {
    let SignedIn { token, seconds } = session;
    let cookie = format!("{COOKIE}={token}; Path=/; Max-Age={seconds}; Secure; HttpOnly; SameSite=Lax");
    HeaderValue::try_from(cookie).ok()
}

/// Takes it out again.
pub fn end() -> HeaderValue {
    HeaderValue::from_static("__Host-daybook=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax")
}

/// Where something of a project is, such as `at(project, "/keys")`.
pub fn at(project: &ProjectName, path: &str) -> String {
    format!("/admin/projects/{project}{path}")
}

/// What is around a member's pages of their project.
pub fn shell(member: &Member) -> Shell {
    let sections = Shell::sections(|section| match section {
        Section::Overview | Section::Events | Section::Clients => member.role().may(Right::ReadEvents),
        Section::Start | Section::Keys => member.role().may(Right::ManageKeys),
        Section::Views => member.role().may(Right::DesignViews),
        Section::Members => member.role().may(Right::ManageMembers),
        Section::Masking => member.role().may(Right::SetMasking),
        Section::VendorApis => member.role().may(Right::SetStrictness),
        Section::Trail => member.role().may(Right::ReadTrail),
    });
    let project = Some(member.project_name().to_string());
    Shell { project, sections, ..around(member.person(), member.projects()) }
}

/// What is around somebody's own pages, which belong to no project.
pub async fn shell_of(state: &AppState, person: &Person) -> Result<Shell, Problem> {
    let own: Vec<ProjectName> =
        projects::of(&state.backend, person).await?.into_iter().map(|(project, _)| project.name).collect();
    Ok(around(person, &own))
}

fn around(person: &Person, projects: &[ProjectName]) -> Shell {
    Shell {
        person: person.name().to_owned(),
        project: None,
        projects: projects.iter().map(ProjectName::to_string).collect(),
        sections: Vec::new(),
        style: style(),
    }
}

/// Refuses forms that another page has sent (cross-site request forgery): a browser says of every form where it comes
/// from, in `Sec-Fetch-Site` (Fetch Metadata §2.3) or at least in `Origin` (Fetch §3.2).
pub async fn own_pages_only(request: Request, next: Next) -> Response {
    if matches!(*request.method(), Method::GET | Method::HEAD) || is_own(request.headers()) {
        next.run(request).await
    } else {
        Told(Problem::NotAllowed).into_response()
    }
}

fn is_own(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return site == "same-origin";
    }
    let host = text("host");
    let origin = text("origin").and_then(|origin| origin.split_once("://")).map(|(_, host)| host);
    origin.is_some() && origin == host
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(pairs: &[(&'static str, &'static str)]) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(*name, HeaderValue::from_static(value));
        }
        is_own(&headers)
    }

    #[test]
    fn only_our_own_pages_send_forms() {
        assert!(own(&[("sec-fetch-site", "same-origin")]));
        assert!(own(&[("host", "audit.test:3000"), ("origin", "https://audit.test:3000")]));
        assert!(!own(&[("sec-fetch-site", "cross-site"), ("host", "a.test"), ("origin", "https://a.test")]));
        assert!(!own(&[("sec-fetch-site", "same-site")]));
        assert!(!own(&[("host", "a.test"), ("origin", "https://evil.test")]));
        assert!(!own(&[("host", "a.test"), ("origin", "null")]));
        assert!(!own(&[("host", "a.test")]));
        assert!(!own(&[]));
    }

    #[test]
    fn a_session_is_not_begun_where_the_browser_would_not_keep_it() {
        let kept =
            |origin: &'static str| is_kept(&HeaderMap::from_iter([(header::ORIGIN, HeaderValue::from_static(origin))]));
        for origin in [
            "https://audit.test",
            "http://localhost:3000",
            "http://a.localhost",
            "http://127.0.0.1",
            "http://[::1]:3000",
        ] {
            assert!(kept(origin), "{origin}");
        }
        for origin in
            ["http://audit.test", "http://192.0.2.1:3000", "http://[2001:db8::1]", "http://localhost.evil.test"]
        {
            assert!(!kept(origin), "{origin}");
        }
        assert!(is_kept(&HeaderMap::new()));
    }

    #[test]
    fn the_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("a=b; __Host-daybook=x.y.z"));
        assert_eq!(cookie(&headers, COOKIE), Some("x.y.z"));
        headers.clear();
        headers.append(header::COOKIE, HeaderValue::from_static("x__Host-daybook=1; daybook=2"));
        assert_eq!(cookie(&headers, COOKIE), None);
    }
}
