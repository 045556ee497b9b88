//! What browsers are told about the documents that a company's pages frame.

use crate::backend::secrets::random_name;
use crate::domain::access::Origin;
use crate::domain::view::ViewConfig;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::Response;

/// A number used once: only scripts and styles with it run in one response.
pub fn nonce() -> String {
    random_name("")
}

/// The headers of a framed document. No `X-Frame-Options`, which cannot say "these pages may".
pub fn framed(nonce: &str, config: &ViewConfig, origins: &[Origin]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; \
         style-src 'self' 'nonce-{nonce}'; img-src 'self' data:{}; font-src 'self'; connect-src 'self'; \
         base-uri 'none'; form-action 'self'; frame-ancestors {}",
        logo_origin(config),
        ancestors(origins)
    );
    // Made of checked origins only; if that ever fails, nobody may frame it.
    let policy = HeaderValue::try_from(policy)
        .unwrap_or(HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'; base-uri 'none'"));
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    for (name, value) in [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (HeaderName::from_static("x-robots-tag"), "noindex"),
        // What the answer depends on, beside its address: the opening page, or the session and the part asked for.
        (header::VARY, "origin, authorization, cookie, x-daybook-part"),
        // A host page with `require-corp` frames only documents with both.
        (HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
        (HeaderName::from_static("cross-origin-embedder-policy"), embedder_policy(config)),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(), microphone=(), geolocation=(), payment=(), clipboard-write=(self)",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
}

/// While no page is listed, only this machine's own may frame a view. Our own keepers' pages always may.
fn ancestors(origins: &[Origin]) -> String {
    if origins.is_empty() {
        return "'self' http://localhost:* http://127.0.0.1:*".to_owned();
    }
    std::iter::once("'self'").chain(origins.iter().map(Origin::as_str)).collect::<Vec<_>>().join(" ")
}

/// A logo from elsewhere seldom says that other origins may show it; without credentials it may be shown all the same.
fn embedder_policy(config: &ViewConfig) -> &'static str {
    if logo_origin(config).is_empty() { "require-corp" } else { "credentialless" }
}

/// Keeps every other answer out of frames, also in browsers that only know the older header.
pub async fn unframed(mut response: Response) -> Response {
    const NEVER: &str = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'";
    let headers = response.headers_mut();
    let policy = headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(NEVER));
    if policy.to_str().is_ok_and(|policy| policy.contains("frame-ancestors 'none'")) {
        headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    }
    response
}

/// Each with a blank before it; empty without a logo from elsewhere.
fn logo_origin(config: &ViewConfig) -> String {
    let logos = [&config.brand.logo, &config.brand.dark_logo].into_iter().flatten();
    let origins = logos.filter_map(|logo| origin_of(logo.as_str()));
    origins.flat_map(|origin| [" ".to_owned(), origin.into()]).collect()
}

/// The origin of a web address.
pub fn origin_of(address: &str) -> Option<Origin> {
    let (scheme, rest) = address.split_once("://")?;
    let host = rest.split(['/', '?', '#']).next()?;
    Origin::parse(format!("{}://{}", scheme.to_ascii_lowercase(), host.to_ascii_lowercase())).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::view::Image;

    fn policy(config: &ViewConfig, origins: &[Origin]) -> String {
        framed("abc", config, origins)[header::CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned()
    }

    #[test]
    fn only_listed_pages_frame_a_view_and_this_machine_s_own_while_none_is_listed() {
        let config = ViewConfig::default();
        let listed = [Origin::parse("https://app.test").unwrap(), Origin::parse("https://*.b.test").unwrap()];
        assert!(policy(&config, &listed).ends_with("frame-ancestors 'self' https://app.test https://*.b.test"));
        assert!(policy(&config, &[]).ends_with("frame-ancestors 'self' http://localhost:* http://127.0.0.1:*"));
    }

    #[test]
    fn a_logo_s_origin_is_let_in_and_nothing_else_of_its_address() {
        let mut config = ViewConfig::default();
        config.brand.logo = Image::parse("https://CDN.test/a/logo.svg?x;script-src");
        assert!(policy(&config, &[]).contains("img-src 'self' data: https://cdn.test;"));
        assert_eq!(framed("abc", &config, &[])["cross-origin-embedder-policy"], "credentialless");
        config.brand.logo = Image::parse("https://user@cdn.test/x");
        assert!(policy(&config, &[]).contains("img-src 'self' data:;"));
    }

    #[test]
    fn the_origin_of_an_address_has_no_path() {
        let origin = |address| origin_of(address).map(String::from);
        assert_eq!(origin("http://127.0.0.1:3001/a?b#c").as_deref(), Some("http://127.0.0.1:3001"));
        assert_eq!(origin("about:blank"), None);
    }
}
