//! Who owns what: projects, clients, keys and views, as names that cannot hold nonsense.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Why a text is not a valid name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected}")]
pub struct NotAName {
    /// What the text should have been.
    pub expected: String,
}

/// What a project's account trail is called where a client's identifier stands. No client has this name, so nothing that
/// takes a [`ClientId`] can reach the trail.
pub const TRAIL: &str = "daybook:trail";

/// A client's identifier as the company knows it (its `client.uuid`): 1 to 2,048 characters, no control characters, and
/// not [`TRAIL`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ClientId(String);

/// A view's public identifier, such as `vw_3kTq…`. Not a secret.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ViewId(String);

/// A project's name, such as `production`: it stands in addresses.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ProjectName(String);

/// An API key's public half (the consumer id), such as `ck_9f…`. Not a secret.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct KeyId(String);

macro_rules! name {
    ($type:ident, $valid:expr, $expected:expr) => {
        impl $type {
            /// Reads it from text.
            pub fn parse(text: impl Into<String>) -> Result<Self, NotAName> {
                let text = text.into();
                let valid: fn(&str) -> bool = $valid;
                if valid(&text) { Ok(Self(text)) } else { Err(NotAName { expected: $expected.to_owned() }) }
            }

            /// As text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $type {
            type Error = NotAName;
            fn try_from(text: String) -> Result<Self, NotAName> {
                Self::parse(text)
            }
        }

        impl From<$type> for String {
            fn from(name: $type) -> Self {
                name.0
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

name!(
    ClientId,
    |text| {
        !text.trim().is_empty()
            && text.chars().count() <= 2_048
            && !text.chars().any(char::is_control)
            && text.trim() != TRAIL
    },
    "a client id of 1 to 2,048 characters, other than daybook:trail"
);
name!(ProjectName, is_project_name, "1 to 40 lower-case letters, digits and hyphens, such as staging-2");
name!(ViewId, |text| handle(text, "vw_"), "a view id, which begins with vw_");
name!(KeyId, |text| handle(text, "ck_"), "a consumer id, which begins with ck_");

impl ClientId {
    /// Whether it differs by blanks at its ends from another one, which is the same to people.
    pub fn has_blanks_around(&self) -> bool {
        self.0.trim().len() < self.0.len()
    }

    /// The same without them.
    #[must_use]
    pub fn without_blanks_around(&self) -> Self {
        Self(self.0.trim().to_owned())
    }
}

fn is_project_name(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    text.len() <= 40 && text.chars().all(|c| plain(c) || c == '-') && text.starts_with(plain) && text.ends_with(plain)
}

fn handle(text: &str, prefix: &str) -> bool {
    text.len() <= 64
        && text
            .strip_prefix(prefix)
            .is_some_and(|rest| !rest.is_empty() && rest.chars().all(|c| c.is_ascii_alphanumeric()))
}

/// A project's number in storage. A company may have several, such as production and staging.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ProjectId(pub i64);

/// Which log of one project a caller may read, or asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub enum ClientScope {
    /// Exactly one client's: what a customer sees.
    One(ClientId),
    /// Every client's: what the company's own people see. The account trail is no client.
    #[default]
    All,
    /// The account trail: what was done to the project itself.
    Trail,
}

impl ClientScope {
    /// The log of a name: a client's, or the trail by [`TRAIL`].
    pub fn named(name: &str) -> Result<Self, NotAName> {
        if name == TRAIL { Ok(Self::Trail) } else { ClientId::parse(name).map(Self::One) }
    }

    /// Whether it holds every event of another.
    pub fn holds(&self, other: &Self) -> bool {
        self == other || matches!((self, other), (Self::All, Self::One(_)))
    }
}

/// Whose rows a storage call may touch. Every read of events takes one first.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Scope {
    /// The project.
    pub project: ProjectId,
    /// Its clients.
    pub clients: ClientScope,
}

impl Scope {
    /// All clients of a project.
    pub const fn whole(project: ProjectId) -> Self {
        Self { project, clients: ClientScope::All }
    }

    /// The one client; `None` for all of them, and for the trail.
    pub fn client(&self) -> Option<&ClientId> {
        match &self.clients {
            ClientScope::One(client) => Some(client),
            ClientScope::All | ClientScope::Trail => None,
        }
    }
}

/// A web origin such as `https://app.example.com`, as in the `Origin` header: scheme, host and port, nothing else.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Origin(String);

name!(Origin, is_origin, "an origin such as https://app.example.com, or https://*.example.com");

/// Also allows `*.` before the host, for all its subdomains.
fn is_origin(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else { return false };
    let (host, port) = match rest.rsplit_once(':') {
        Some((host, port)) if !host.is_empty() && !rest.ends_with(']') => (host, Some(port)),
        _ => (rest, None),
    };
    let host = host.strip_prefix("*.").unwrap_or(host);
    matches!(scheme, "http" | "https")
        // A host's name has 253 characters at most (RFC 1035 §2.3.4).
        && text.len() <= 270
        && !host.is_empty()
        && host.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '[' | ']' | ':'))
        && port.is_none_or(|port| port.parse::<u16>().is_ok())
}

impl Origin {
    /// Whether a page of origin `other` is meant, wildcards included.
    pub fn covers(&self, other: &str) -> bool {
        match self.0.split_once("://*.") {
            None => self.0 == other,
            Some((scheme, domain)) => other
                .strip_prefix(scheme)
                .and_then(|rest| rest.strip_prefix("://"))
                .is_some_and(|host| host.strip_suffix(domain).is_some_and(|sub| sub.len() > 1 && sub.ends_with('.'))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_id_is_any_printable_text() {
        assert!(ClientId::parse("1234567890").is_ok());
        assert!(ClientId::parse("株式会社/東京").is_ok());
        assert!(ClientId::parse(" ").is_err());
        assert!(ClientId::parse("a\nb").is_err());
        assert!(ClientId::parse("x".repeat(2_049)).is_err());
    }

    #[test]
    fn blanks_around_a_client_s_id_are_told() {
        let padded = ClientId::parse(" a b\u{a0}").unwrap();
        assert!(padded.has_blanks_around() && !padded.without_blanks_around().has_blanks_around());
        assert_eq!(padded.without_blanks_around().as_str(), "a b");
    }

    #[test]
    fn the_trail_is_no_client_and_not_among_all_of_them() {
        assert!(ClientId::parse(TRAIL).is_err());
        assert!(ClientId::parse(format!(" {TRAIL}\u{a0}")).is_err(), "nor is it with blanks around, which come off");
        assert_eq!(ClientScope::named(TRAIL), Ok(ClientScope::Trail));
        let one = ClientScope::named("acme").unwrap();
        assert!(ClientScope::All.holds(&one) && !one.holds(&ClientScope::All));
        assert!(!ClientScope::All.holds(&ClientScope::Trail) && !ClientScope::Trail.holds(&one));
    }

    #[test]
    fn a_project_s_name_stands_in_addresses_as_it_is() {
        for name in ["default", "staging-2", "a", "2026"] {
            assert!(ProjectName::parse(name).is_ok(), "{name}");
        }
        for name in ["", "-a", "a-", "Staging", "a b", "a/b", "ü", &"x".repeat(41)] {
            assert!(ProjectName::parse(name).is_err(), "{name}");
        }
    }

    #[test]
    fn a_wildcard_origin_covers_subdomains_only() {
        let origin = Origin::parse("https://*.example.com").unwrap();
        assert!(origin.covers("https://app.example.com"));
        assert!(!origin.covers("https://example.com"));
        assert!(!origin.covers("http://app.example.com"));
        assert!(!origin.covers("https://evilexample.com"));
        assert!(!origin.covers("https://app.example.com.evil.test"));
    }

    #[test]
    fn an_origin_has_no_path_and_no_quotes() {
        for text in [
            "https://a.test/",
            "a.test",
            "javascript://x",
            "https://a.test; script-src *",
            "https://",
            "http://a.test:99999",
            &format!("https://{}.test", "a".repeat(270)),
        ] {
            assert!(Origin::parse(text).is_err(), "{text}");
        }
        for text in ["http://127.0.0.1:3001", "http://[::1]:3000", "https://a.test"] {
            assert!(Origin::parse(text).is_ok(), "{text}");
        }
    }
}
