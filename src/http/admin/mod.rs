//! The pages of the people who run the logs: forms and links, whole without scripts.

mod account;
mod clients;
mod dashboard;
mod door;
mod events;
mod keys;
mod masking;
mod members;
mod oidc;
mod projects;
mod second_factor;
mod session;
mod start;
mod vendor_apis;
mod views;

use super::{AppState, assets, headers, request};
use crate::domain::problem::Problem;
use crate::domain::view::LARGEST_PICTURE;
use crate::rpc::guard::status;
use crate::ui::admin::{Mistakes, Notice, PAGE_SCRIPT, render_notice};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::from_fn;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use base64::{Engine, engine::general_purpose::STANDARD};
use events::Log;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The largest form: a few lines of text.
const LARGEST: usize = 16 * 1024;

/// Everything under `/admin`.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/admin", get(projects::home))
        .route("/admin/set-up", get(door::set_up_page).post(door::set_up))
        .route("/admin/sign-in", get(door::sign_in_page).post(door::sign_in))
        .route("/admin/sign-in/code", get(door::code_page).post(door::sign_in_with_code))
        .route("/admin/sign-in/oidc", get(oidc::leave))
        .route("/admin/sign-in/oidc/callback", get(oidc::come_back))
        .route("/admin/sign-out", post(door::sign_out))
        .route("/admin/join", get(door::join_page).post(door::join))
        .route("/admin/join/oidc", post(oidc::leave_invited))
        .route("/admin/account", get(account::show))
        .route("/admin/account/password", post(account::change_password))
        .route("/admin/account/sign-out-elsewhere", post(account::sign_out_elsewhere))
        .route("/admin/account/second-factor", get(second_factor::show).post(second_factor::offer))
        .route("/admin/account/second-factor/confirm", post(second_factor::confirm))
        .route("/admin/account/second-factor/off", post(second_factor::turn_off))
        .route("/admin/projects", get(projects::list).post(projects::create))
        .nest("/admin/projects/{project}", in_project())
        .layer(from_fn(session::own_pages_only))
        .layer(DefaultBodyLimit::max(LARGEST))
}

/// Everything of one project.
fn in_project() -> Router<AppState> {
    Router::new()
        .route("/", get(dashboard::home))
        .nest("/events", events::of(Log::AllClients))
        .nest("/trail", events::of(Log::Trail))
        .route("/start", get(start::show))
        .route("/start/key", post(start::make_key))
        .route("/start/state", get(start::state))
        .route("/clients", get(clients::list))
        .route("/clients/{client}", get(clients::show))
        .route("/keys", get(keys::list).post(keys::create))
        .route("/keys/{id}/roll", post(keys::roll))
        .route("/keys/{id}/revoke", post(keys::revoke))
        .route("/views", get(views::list).post(views::create))
        .nest("/views/{view}", of_view())
        .route("/pictures", post(views::design::upload).layer(DefaultBodyLimit::max(LARGEST_PICTURE as usize + 1)))
        .route("/masking", get(masking::show))
        .route("/masking/on", post(masking::turn_on))
        .route("/masking/off", post(masking::turn_off))
        .route("/masking/also", post(masking::count))
        .route("/masking/also/remove", post(masking::count_no_more))
        .route("/masking/except", post(masking::leave))
        .route("/masking/except/remove", post(masking::leave_no_more))
        .route("/vendor-apis", get(vendor_apis::show))
        .route("/vendor-apis/schemas", post(vendor_apis::make_schema))
        .route("/vendor-apis/{api}/strictness", post(vendor_apis::choose))
        .route("/vendor-apis/{api}/counts/reset", post(vendor_apis::reset))
        .route("/members", get(members::list))
        .route("/members/second-factor", post(members::require_second_factor))
        .route("/members/invite", post(members::invite))
        .route("/members/{person}/role", post(members::set_role))
        .route("/members/{person}/remove", post(members::remove))
        .route("/members/invitations/{id}/withdraw", post(members::withdraw))
}

/// Everything of one view.
fn of_view() -> Router<AppState> {
    Router::new()
        .route("/", get(views::design::show))
        .route("/preview", get(views::design::preview))
        .route("/events", get(views::design::events))
        .route("/save", post(views::design::save).layer(DefaultBodyLimit::max(views::design::LARGEST_VIEW)))
        .route("/versions", get(views::versions::list))
        .route("/versions/{version}/restore", post(views::versions::restore))
        .route("/name", post(views::rename))
        .route("/duplicate", post(views::duplicate))
        .route("/archive", post(views::archive))
        .route("/unarchive", post(views::unarchive))
        .nest("/clients", views::clients::routes())
        .nest("/security", views::security::routes())
        .nest("/embed", views::embed::routes())
}

/// What a page has to do with other documents, as sources of a content security policy.
struct Around<'p> {
    /// What it frames.
    frames: &'p str,
    /// Where its forms go.
    forms: &'p str,
    /// Who frames it.
    framed_by: &'p str,
}

/// Nothing but forms of its own.
const ALONE: Around<'static> = Around { frames: "'none'", forms: "'self'", framed_by: "'none'" };

/// A page; it is nobody else's to keep or to frame.
pub(super) fn html(status: StatusCode, nonce: &str, page: String) -> Response {
    html_around(status, nonce, &ALONE, page)
}

/// A page that frames others, or is framed by one of ours.
fn html_around(status: StatusCode, nonce: &str, around: &Around<'_>, page: String) -> Response {
    let Around { frames, forms, framed_by } = around;
    let script = page_script();
    let policy = format!(
        "default-src 'none'; style-src 'self'; img-src 'self' data:; connect-src 'self'; script-src 'nonce-{nonce}' {script}; \
         frame-src {frames}; form-action {forms}; base-uri 'none'; frame-ancestors {framed_by}"
    );
    let policy = HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("default-src 'none'"));
    let mut all = HeaderMap::new();
    all.insert(header::CONTENT_SECURITY_POLICY, policy);
    all.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    all.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    (status, all, page).into_response()
}

/// The page that tells a failure which was known before any page was asked.
pub fn failure(problem: Problem) -> Response {
    Told(problem).into_response()
}

/// The script that every page has, as a source of a content security policy.
fn page_script() -> &'static str {
    static SOURCE: LazyLock<String> =
        LazyLock::new(|| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(PAGE_SCRIPT.as_bytes()))));
    &SOURCE
}

fn shown(page: String) -> Response {
    html(StatusCode::OK, &headers::nonce(), page)
}

fn style() -> String {
    assets::path("admin.css")
}

/// A failure, told to a person.
struct Told(Problem);

impl From<Problem> for Told {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl IntoResponse for Told {
    fn into_response(self) -> Response {
        let (title, text, link) = match &self.0 {
            Problem::SignInRequired | Problem::CredentialRefused { .. } => (
                "Sign in required",
                "You are not signed in, or your session has ended.",
                Some(("/admin/sign-in", "Sign in")),
            ),
            Problem::NotAllowed => {
                ("Access denied", "Your role in this project doesn’t include this. Ask an owner to change it.", None)
            }
            Problem::SecondFactorWanted => (
                "Second factor required",
                "This project requires a second factor. Set one up for your account, then come back.",
                Some(("/admin/account/second-factor", "Set up second factor")),
            ),
            Problem::NotFound => ("Page not found", "It doesn’t exist, or it belongs to another project.", None),
            Problem::StorageFull { .. } => {
                ("Nothing was saved", "The server’s disk is full. Its operator has to free space first.", None)
            }
            Problem::TooMany { .. } | Problem::Busy { .. } => {
                ("Too many requests", "Wait a minute, then try again.", None)
            }
            _ => ("Something went wrong", "The server could not answer. Try again in a minute.", None),
        };
        let request = request::current_id().map(|id| format!(" If you ask for help, quote {id}.")).unwrap_or_default();
        let notice = Notice {
            title: title.to_owned(),
            text: if matches!(self.0, Problem::Internal) { format!("{text}{request}") } else { text.to_owned() },
            links: vec![way_on(link)],
            style: style(),
        };
        let mut response = html(status(&self.0), &headers::nonce(), render_notice(&notice));
        if let Problem::TooMany { retry_after } | Problem::Busy { retry_after } | Problem::StorageFull { retry_after } =
            self.0
        {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(retry_after));
        }
        response
    }
}

/// Nobody is left without a way on.
fn way_on(link: Option<(&str, &str)>) -> (String, String) {
    let (address, name) = link.unwrap_or(("/admin", "Go to your projects"));
    (address.to_owned(), name.to_owned())
}

/// What is wrong with a form, where that is all that is wrong.
fn mistakes(problem: Problem) -> Result<Mistakes, Told> {
    match problem {
        Problem::Invalid { faults } => {
            let each = faults.iter().map(|(field, told)| (field.to_owned(), told.join(". ")));
            Ok(Mistakes(each.collect::<BTreeMap<_, _>>()))
        }
        other => Err(Told(other)),
    }
}
