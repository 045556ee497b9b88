//! Failures as pages: what a browser shows of an answer that would otherwise be JSON or a line of text.

use super::{admin, assets, headers};
use crate::ui::admin::{Notice, render_notice};
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;

/// Where programs alone ask: they get what they understand, whatever they say they accept.
const PROGRAMS: [&str; 4] = ["/api/", "/rpc/", "/health", "/metrics"];
/// What the body was, which is another one now.
const OF_THE_BODY: [HeaderName; 5] =
    [header::CONTENT_LENGTH, header::CONTENT_ENCODING, header::ETAG, header::LAST_MODIFIED, header::ACCEPT_RANGES];

/// Puts a page in the place of a failure's body where a browser has asked. Status and other headers stay.
pub async fn for_browsers(request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let is_program = PROGRAMS.iter().any(|start| path.starts_with(start));
    let is_browser = !is_program && wants_page(request.headers());
    let is_head = *request.method() == Method::HEAD;
    let response = next.run(request).await;
    let status = response.status();
    let is_failure = status.is_client_error() || status.is_server_error();
    if is_browser && is_failure && !is_page(&response) { page(response, &path, is_head) } else { response }
}

/// Whether whoever asks shows pages to people. Programs say who they are, send JSON, or accept anything.
pub fn wants_page(headers: &HeaderMap) -> bool {
    let value = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_program = headers.contains_key(header::AUTHORIZATION)
        || headers.contains_key("x-api-key")
        || value(header::CONTENT_TYPE).contains("json");
    !is_program && value(header::ACCEPT).contains("text/html")
}

fn is_page(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE);
    kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}

fn page(response: Response, path: &str, is_head: bool) -> Response {
    let (mut parts, _) = response.into_parts();
    let id = parts.headers.get("x-request-id").and_then(|id| id.to_str().ok()).unwrap_or_default();
    let (title, text) = words(parts.status, id);
    let notice = Notice { title: title.to_owned(), text, links: ways(path), style: assets::path("admin.css") };
    let made = admin::html(parts.status, &headers::nonce(), render_notice(&notice));
    for name in OF_THE_BODY {
        parts.headers.remove(name);
    }
    let (made, body) = made.into_parts();
    parts.headers.extend(made.headers);
    Response::from_parts(parts, if is_head { Body::empty() } else { body })
}

/// What happened, and what to do.
fn words(status: StatusCode, id: &str) -> (&'static str, String) {
    let (title, text) = match status {
        StatusCode::NOT_FOUND => ("Page not found", "There is no page at this address. Check it for typing errors."),
        StatusCode::METHOD_NOT_ALLOWED => {
            ("Nothing to show here", "This address takes data from a form or a program. It has no page of its own.")
        }
        StatusCode::UNAUTHORIZED => ("Sign in required", "You are not signed in, or your session has ended."),
        StatusCode::FORBIDDEN => ("Access denied", "You don’t have permission to open this page."),
        StatusCode::PAYLOAD_TOO_LARGE => {
            ("Too large", "What you sent is larger than this page accepts. Nothing was saved. Go back and send less.")
        }
        StatusCode::REQUEST_TIMEOUT => ("That took too long", "The server gave up waiting. Try again."),
        StatusCode::TOO_MANY_REQUESTS => {
            ("Too many requests", "Too many requests came from your address. Wait a minute, then try again.")
        }
        StatusCode::SERVICE_UNAVAILABLE | StatusCode::INSUFFICIENT_STORAGE => {
            ("The server is busy", "It can’t answer right now. Wait a minute, then try again.")
        }
        status if status.is_server_error() => {
            ("Something went wrong", "The server could not answer. Try again in a minute.")
        }
        _ => ("That didn’t work", "The server could not read what was sent. Go back and try again."),
    };
    let quote = (status.is_server_error() && !id.is_empty()).then(|| format!(" If you ask for help, quote {id}."));
    (title, format!("{text}{}", quote.unwrap_or_default()))
}

/// Where to go on.
pub fn ways(path: &str) -> Vec<(String, String)> {
    let ways: &[(&str, &str)] = if path == "/admin" || path.starts_with("/admin/") {
        &[("/admin", "Go to your projects"), ("/api", "API reference")]
    } else {
        &[("/admin", "Sign in"), ("/api", "API reference"), ("/", "About this server")]
    };
    ways.iter().map(|(address, name)| ((*address).to_owned(), (*name).to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn a_browser_is_told_from_a_program() {
        let headers = |list: &[(&'static str, &'static str)]| -> HeaderMap {
            list.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))).collect()
        };
        assert!(wants_page(&headers(&[("accept", "text/html,application/xhtml+xml,*/*;q=0.8")])));
        for program in [
            headers(&[]),
            headers(&[("accept", "*/*")]),
            headers(&[("accept", "application/json")]),
            headers(&[("accept", "text/html, image/gif, *; q=.2"), ("authorization", "Bearer x")]),
            headers(&[("accept", "text/html"), ("content-type", "application/json")]),
        ] {
            assert!(!wants_page(&program), "{program:?}");
        }
    }
}
