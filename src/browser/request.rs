//! Asking the server.

use super::dom::window;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Headers, RequestInit, Response};

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// We took the question back.
    Cancelled,
    /// The session is over.
    Expired,
    /// No answer, or not a good one; with the number to quote, if the server gave one.
    Unavailable { request: Option<String> },
}

/// Fetches a part of the page.
pub async fn part(url: &str, session: Option<&str>, signal: &AbortSignal) -> Result<String, Failure> {
    let headers = Headers::new().map_err(|_| none())?;
    headers.set("x-daybook-part", "desk").map_err(|_| none())?;
    if let Some(session) = session {
        headers.set("authorization", &format!("Bearer {session}")).map_err(|_| none())?;
    }
    let options = RequestInit::new();
    options.set_headers(&headers);
    options.set_signal(Some(signal));
    text(url, &options, Some(signal)).await
}

/// Sends a JSON object and returns the answer's body.
pub async fn post(url: &str, body: &JsValue) -> Result<String, Failure> {
    let headers = Headers::new().map_err(|_| none())?;
    headers.set("content-type", "application/json").map_err(|_| none())?;
    let body = js_sys::JSON::stringify(body).map_err(|_| none())?;
    let options = RequestInit::new();
    options.set_method("POST");
    options.set_headers(&headers);
    options.set_body(&body);
    text(url, &options, None).await
}

/// Sends a body, a text or a file, and returns the status and the answer's body, whatever the status is.
pub async fn send(url: &str, body: &JsValue) -> Result<(u16, String), Failure> {
    let options = RequestInit::new();
    options.set_method("POST");
    options.set_body(body);
    answer(url, &options).await
}

/// Asks, and returns the status and the answer's body, whatever the status is.
pub async fn ask(url: &str) -> Result<(u16, String), Failure> {
    answer(url, &RequestInit::new()).await
}

async fn answer(url: &str, options: &RequestInit) -> Result<(u16, String), Failure> {
    let answer = JsFuture::from(window().fetch_with_str_and_init(url, options)).await.map_err(|_| none())?;
    let answer: Response = answer.unchecked_into();
    let text = JsFuture::from(answer.text().map_err(|_| none())?).await.map_err(|_| none())?;
    Ok((answer.status(), text.as_string().unwrap_or_default()))
}

async fn text(url: &str, options: &RequestInit, signal: Option<&AbortSignal>) -> Result<String, Failure> {
    let lost = |_| if signal.is_some_and(AbortSignal::aborted) { Failure::Cancelled } else { none() };
    let answer = JsFuture::from(window().fetch_with_str_and_init(url, options)).await.map_err(lost)?;
    let answer: Response = answer.unchecked_into();
    match answer.status() {
        200..=299 => {
            let text = JsFuture::from(answer.text().map_err(lost)?).await.map_err(lost)?;
            text.as_string().ok_or_else(none)
        }
        401 | 403 => Err(Failure::Expired),
        _ => Err(Failure::Unavailable { request: answer.headers().get("x-request-id").ok().flatten() }),
    }
}

fn none() -> Failure {
    Failure::Unavailable { request: None }
}
