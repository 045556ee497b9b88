//! `/.well-known/security.txt` (RFC 9116): whom to tell of a hole.

use super::AppState;
use super::answer::Failure;
use crate::domain::time::Timestamp;
use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::fmt::Write as _;

/// Where the file is (RFC 9116, section 3).
const PATH: &str = "/.well-known/security.txt";
/// How long what it says holds: it is written anew for everybody who asks, so it never runs out (section 2.5.5).
const DAYS: i64 = 90;

/// What the operator says of reporting holes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecurityContact {
    /// Addresses such as `mailto:security@example.com`, the preferred first; never empty.
    pub contacts: Vec<String>,
    /// Where the rules for reporting stand.
    pub policy: Option<String>,
}

pub fn routes() -> Router<AppState> {
    Router::new().route(PATH, get(show))
}

async fn show(State(state): State<AppState>) -> Response {
    let Some(contact) = &state.options.security else { return Failure::NoSuchPath.into_response() };
    let text = contact.text(state.public_url.as_deref(), state.backend.clock().now());
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, "max-age=3600")], text)
        .into_response()
}

impl SecurityContact {
    /// The file.
    fn text(&self, public_url: Option<&str>, now: Timestamp) -> String {
        let mut text = String::new();
        let mut field = |name: &str, value: &str| {
            let _ = writeln!(text, "{name}: {value}");
        };
        for contact in &self.contacts {
            field("Contact", contact);
        }
        // To the day, so that the file is the same all day long.
        let expires = now.plus_millis(DAYS * 24 * 60 * 60 * 1_000).to_string();
        field("Expires", &format!("{}T00:00:00Z", &expires[..10]));
        if let Some(policy) = &self.policy {
            field("Policy", policy);
        }
        if let Some(public_url) = public_url {
            field("Canonical", &format!("{public_url}{PATH}"));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_has_the_fields_of_rfc_9116_and_never_runs_out() {
        let contact = SecurityContact {
            contacts: vec!["mailto:security@example.com".to_owned(), "https://example.com/report".to_owned()],
            policy: Some("https://example.com/policy".to_owned()),
        };
        let now = Timestamp::parse("2026-01-15T12:00:00Z").unwrap();
        assert_eq!(
            contact.text(Some("https://audit.example.com"), now),
            "Contact: mailto:security@example.com\nContact: https://example.com/report\nExpires: 2026-04-15T00:00:00Z\n\
             Policy: https://example.com/policy\nCanonical: https://audit.example.com/.well-known/security.txt\n"
        );
        let least = SecurityContact { policy: None, ..contact };
        assert_eq!(least.text(None, now).lines().count(), 3);
    }
}
