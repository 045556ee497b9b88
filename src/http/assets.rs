//! The files a browser loads, built by `cargo xtask front` and held inside the release binary.
//!
//! Their names carry their content's hash, so a browser keeps them for good; each has its compressed forms beside it.

use super::AppState;
use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use rust_embed::RustEmbed;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The folder of finished files. A development build reads it anew for every request, but its manifest once.
#[derive(RustEmbed)]
#[folder = "target/site/"]
#[allow_missing = true]
struct Site;

/// What each file is called, by the name that we know it by.
static MANIFEST: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    let Some(manifest) = Site::get("manifest.json") else { return BTreeMap::new() };
    serde_json::from_slice(&manifest.data).expect("xtask writes a manifest that can be read")
});

/// How long a browser may keep an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// For good: the address changes with the content.
    ForGood,
    /// For five minutes: the address stays, as others have written it down.
    Shortly,
}

impl Keep {
    fn header(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::ForGood => "public, max-age=31536000, immutable",
            Self::Shortly => "public, max-age=300",
        })
    }
}

/// `/assets/…`, and the two files that browsers and robots ask for by themselves.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/assets/{file}", get(asset))
        .route("/favicon.ico", get(async |headers: HeaderMap| answer("favicon.svg", &headers, Keep::Shortly)))
        .route("/favicon.svg", get(async |headers: HeaderMap| answer("favicon.svg", &headers, Keep::Shortly)))
        .route("/robots.txt", get(async |headers: HeaderMap| answer("robots.txt", &headers, Keep::Shortly)))
}

/// Whether the front was built into this binary.
pub fn are_built() -> bool {
    !MANIFEST.is_empty()
}

/// Where the page finds a file such as `viewer.css`.
pub fn path(name: &str) -> String {
    format!("/assets/{}", MANIFEST.get(name).map_or(name, String::as_str))
}

/// A file's bytes, by the name that we know it by.
pub fn file(name: &str) -> Option<Cow<'static, [u8]>> {
    Some(Site::get(MANIFEST.get(name)?)?.data)
}

/// A file as an answer, by the name that we know it by, in the best form that the caller takes.
pub fn answer(name: &str, headers: &HeaderMap, keep: Keep) -> Response {
    match MANIFEST.get(name) {
        Some(hashed) => negotiated(hashed, headers, keep),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn asset(Path(file): Path<String>, headers: HeaderMap) -> Response {
    if MANIFEST.values().any(|hashed| *hashed == file) {
        negotiated(&file, &headers, Keep::ForGood)
    } else {
        StatusCode::NOT_FOUND.into_response()
    }
}

fn negotiated(hashed: &str, headers: &HeaderMap, keep: Keep) -> Response {
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or("");
    let encoded = Encoding::ALL
        .into_iter()
        .filter(|encoding| encoding.is_accepted(accepted))
        .find_map(|encoding| Some((Some(encoding), Site::get(&format!("{hashed}{}", encoding.suffix()))?)));
    let Some((encoding, file)) = encoded.or_else(|| Some((None, Site::get(hashed)?))) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(content_type(hashed))),
        (header::CACHE_CONTROL, keep.header()),
        (header::VARY, HeaderValue::from_static("accept-encoding")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        // The loader runs in pages of other origins, some of which load nothing without this.
        (header::HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("cross-origin")),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
    ];
    let mut response = (headers, file.data).into_response();
    if let Some(encoding) = encoding {
        response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding.name()));
    }
    response
}

/// A compressed form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Brotli,
    Gzip,
}

impl Encoding {
    /// The smaller first.
    const ALL: [Self; 2] = [Self::Brotli, Self::Gzip];

    fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }

    fn suffix(self) -> &'static str {
        match self {
            Self::Brotli => ".br",
            Self::Gzip => ".gz",
        }
    }

    /// Whether an `Accept-Encoding` header (RFC 9110, section 12.5.3) takes it.
    fn is_accepted(self, header: &str) -> bool {
        let quality = |wanted: &str| {
            header.split(',').find_map(|entry| {
                let (name, parameters) = entry.split_once(';').unwrap_or((entry, ""));
                name.trim().eq_ignore_ascii_case(wanted).then(|| {
                    parameters
                        .trim()
                        .strip_prefix("q=")
                        .map_or(1.0, |quality| quality.trim().parse::<f32>().unwrap_or(0.0))
                })
            })
        };
        quality(self.name()).or_else(|| quality("*")).is_some_and(|quality| quality > 0.0)
    }
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("css") => "text/css; charset=utf-8",
        Some("ico") => "image/x-icon",
        Some("js") => "text/javascript; charset=utf-8",
        Some("json") => "application/json",
        Some("png") => "image/png",
        Some("svg") => "image/svg+xml",
        Some("txt") => "text/plain; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_form_that_the_caller_takes_is_chosen() {
        let chosen = |header| Encoding::ALL.into_iter().find(|encoding| encoding.is_accepted(header));
        assert_eq!(chosen("gzip, deflate, br, zstd"), Some(Encoding::Brotli));
        assert_eq!(chosen("gzip;q=1.0, br;q=0"), Some(Encoding::Gzip));
        assert_eq!(chosen("*"), Some(Encoding::Brotli));
        assert_eq!(chosen("br;q=0, *;q=0.5"), Some(Encoding::Gzip));
        assert_eq!(chosen("identity"), None);
        assert_eq!(chosen(""), None);
    }

    #[test]
    fn nothing_outside_the_manifest_is_served() {
        for name in ["manifest.json", "../Cargo.toml", "viewer.css", ""] {
            assert!(MANIFEST.values().all(|hashed| hashed != name), "{name}");
        }
        assert_eq!(answer("manifest.json", &HeaderMap::new(), Keep::ForGood).status(), StatusCode::NOT_FOUND);
    }

    #[test]
    fn wasm_has_the_type_that_browsers_stream() {
        assert_eq!(content_type("viewer.00112233.wasm"), "application/wasm");
    }
}
