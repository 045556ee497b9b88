//! Links that are safe to follow.

use serde::{Deserialize, Serialize};

/// An `http`, `https` or `mailto` address. Nothing else becomes a link, whatever an event says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SafeLink(String);

impl SafeLink {
    /// The address, if it is one of the three kinds. Control characters and blanks, which browsers drop, are refused.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (scheme, rest) = text.split_once(':')?;
        let known = match scheme.to_ascii_lowercase().as_str() {
            "http" | "https" => rest.starts_with("//") && rest.len() > 2,
            "mailto" => rest.contains('@'),
            _ => false,
        };
        let clean = !text.chars().any(|c| c.is_control() || c.is_whitespace() || c == '\\');
        (known && clean).then(|| Self(text.to_owned()))
    }

    /// The address as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for SafeLink {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("expected an http, https or mailto address")
    }
}

impl From<SafeLink> for String {
    fn from(link: SafeLink) -> Self {
        link.0
    }
}

#[cfg(test)]
mod tests {
    use super::SafeLink;

    #[test]
    fn only_web_and_mail_addresses_are_links() {
        for text in ["https://a.test/x?y#z", "HTTP://a.test", "mailto:a@b.test"] {
            assert!(SafeLink::parse(text).is_some(), "{text}");
        }
        for text in [
            "javascript:alert(1)",
            "java\nscript:alert(1)",
            " JaVaScRiPt:alert(1)",
            "data:text/html,x",
            "//a.test",
            "/x",
            "",
            "vbscript:x",
            "https:",
            "http:\\\\a.test",
            "https://a.test/\u{0}x",
            "blob:https://a.test/1",
            "file:///etc/passwd",
        ] {
            assert!(SafeLink::parse(text).is_none(), "{text}");
        }
    }
}
