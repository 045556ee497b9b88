//! The API's description: an `OpenAPI` 3.1 document made from the code, and a page made from that document.

mod page;

use super::AppState;
use super::dialects::native;
use crate::domain::limits::{FieldLimits, LIMITS};
use crate::http::error_page::wants_page;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use utoipa::OpenApi;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};

/// The address in examples where nobody has set the public one.
const EXAMPLE_URL: &str = "http://127.0.0.1:3000";

/// Both texts are made once, when the server starts.
pub fn routes(state: &AppState) -> Router<AppState> {
    let document = document(state.public_url.as_deref());
    let json: Arc<str> = document.to_string().into();
    let page: Arc<str> = page::page(&document, state.public_url.as_deref().unwrap_or(EXAMPLE_URL)).into();
    let welcome: Arc<str> = page::welcome().into();
    let json_header = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
    Router::new()
        .route("/api/openapi.json", get(async move || (json_header, json.to_string())))
        .route("/api", get(async move || (html_headers(), page.to_string())))
        .route("/", get(async move |headers: HeaderMap| about(&headers, &welcome)))
}

/// What this server is: a page for people, and JSON for programs.
fn about(headers: &HeaderMap, welcome: &str) -> Response {
    if wants_page(headers) {
        return (html_headers(), welcome.to_owned()).into_response();
    }
    Json(json!({"name": "Daybook", "version": env!("CARGO_PKG_VERSION"), "documentation": "/api",
        "openapi": "/api/openapi.json", "admin": "/admin"}))
    .into_response()
}

/// The pages have no scripts, and one style, which the policy names by its hash.
fn html_headers() -> [(header::HeaderName, HeaderValue); 2] {
    let hash = STANDARD.encode(Sha256::digest(page::STYLE.as_bytes()));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_str(&policy).expect("base64 may stand in a header")),
    ]
}

/// What stands before the calls.
const INTRODUCTION: &str = "\
Send your application's audit events to this server, and show each of your customers their own in an embedded table. \
The events are those of the AuditLog.co API, so programs written for it work here; every field beyond theirs is optional.

Every call but `readLimits` and those of a view needs an API key of your project, either as the header `x-api-key: {consumer id}:{secret}` or \
as `Authorization: Bearer {consumer id}.{secret}`. Keep it on your servers: there is no CORS, on purpose. A key does what its \
scopes say: `ingest` sends events, `read` finds and reads them, `export` exports them, `admin` does all of this and reads the \
project's account trail, which is asked for as `client=daybook:trail`. A key that was made for one client sends and reads the \
events of that client alone.

Every answer has an `x-request-id`; send your own (letters, digits, `-`, `_`, `.`) and it is used instead. A failure \
answers with its status and the body `Error`, a problem as RFC 9457 has it (`application/problem+json`), which names every \
fault of the request at once: `errors` by JSON pointers, `details` by paths as AuditLog.co's API does.

Numbers come out by the text that they were sent with, whatever their size and digits, and times with all their digits down \
to the nanosecond.";

#[derive(OpenApi)]
#[openapi(
    info(title = "Daybook API", description = INTRODUCTION, license(name = "Apache-2.0", identifier = "Apache-2.0")),
    tags((name = "Events", description = "Sending and finding events"), (name = "Views", description = "What AuditLog.co's drop-in asks for in a browser, with a view's access key"), (name = "Limits", description = "How large things may be")),
    modifiers(&Security)
)]
struct Document;

/// The two ways to give an API key, and the way to give a view's.
struct Security;

impl utoipa::Modify for Security {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.get_or_insert_default();
        let key = ApiKeyValue::with_description("x-api-key", "`{consumer id}:{secret}`");
        components.add_security_scheme("key", SecurityScheme::ApiKey(ApiKey::Header(key)));
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("`{consumer id}.{secret}`"));
        let view = ApiKeyValue::with_description("x-view-key", "`{view}:{access key}`");
        components.add_security_scheme("view", SecurityScheme::ApiKey(ApiKey::Header(view)));
        components.add_security_scheme("bearer", SecurityScheme::Http(bearer.build()));
    }
}

/// What each API says of itself, under one head.
fn openapi() -> utoipa::openapi::OpenApi {
    Document::openapi().merge_from(native::Document::openapi())
}

/// The whole document, with the lengths in force.
fn document(public_url: Option<&str>) -> Value {
    let mut document = serde_json::to_value(openapi()).expect("the document is JSON");
    document["servers"] = json!([{"url": public_url.unwrap_or("/")}]);
    let schemas = &mut document["components"]["schemas"];
    for (schema, field, longest) in lengths(LIMITS.fields) {
        schemas[schema]["properties"][field]["maxLength"] = longest.into();
    }
    schemas["NewEvent"]["properties"]["targets"]["maxItems"] = LIMITS.targets.into();
    schemas["NewEvent"]["properties"]["changes"]["maxItems"] = LIMITS.changes.into();
    schemas["NewEvent"]["properties"]["time"]["type"] = json!(["string", "number", "null"]);
    schemas["NewEvent"]["properties"]["outcome"]["oneOf"]
        .as_array_mut()
        .expect("it may be null")
        .push(json!({"type": "string", "maxLength": LIMITS.fields.name}));
    // One address, or several in one text or in a list.
    for field in ["ipAddress", "ipAddresses"] {
        let addresses = &mut schemas["ClientContext"]["properties"][field];
        addresses["type"] = json!(["string", "array", "null"]);
        addresses["items"] = json!({"type": "string", "maxLength": LIMITS.fields.ip_address});
        addresses["maxItems"] = LIMITS.addresses.into();
    }
    document
}

/// Characters that each text of a sent event may have.
fn lengths(limit: FieldLimits) -> [(&'static str, &'static str, u64); 27] {
    [
        ("NewEvent", "uuid", limit.identifier),
        ("NewEvent", "action", limit.action),
        ("NewEvent", "description", limit.description),
        ("NewEvent", "url", limit.url),
        ("NewEvent", "sessionId", limit.identifier),
        ("NewEvent", "correlationId", limit.identifier),
        ("NewEvent", "externalId", limit.identifier),
        ("Client", "uuid", limit.identifier),
        ("Client", "name", limit.name),
        ("Actor", "uuid", limit.identifier),
        ("Actor", "name", limit.name),
        ("Actor", "email", limit.email),
        ("Actor", "type", limit.name),
        ("Actor", "url", limit.url),
        ("Target", "type", limit.name),
        ("Target", "uuid", limit.identifier),
        ("Target", "label", limit.label),
        ("Target", "url", limit.url),
        ("Outcome", "result", limit.name),
        ("Outcome", "reason", limit.label),
        ("ClientContext", "browserAgent", limit.browser_agent),
        ("ClientContext", "location", limit.label),
        ("ServerContext", "serverId", limit.name),
        ("ServerContext", "version", limit.name),
        ("ServerContext", "service", limit.name),
        ("HttpContext", "path", limit.url),
        ("Change", "field", limit.label),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_limited_field_is_in_the_document() {
        let plain = serde_json::to_value(openapi()).unwrap();
        for (schema, field, _) in lengths(LIMITS.fields) {
            assert!(plain["components"]["schemas"][schema]["properties"][field].is_object(), "{schema}.{field}");
        }
    }
}
