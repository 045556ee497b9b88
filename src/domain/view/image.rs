//! Pictures that a view shows.

use super::SafeLink;
use serde::{Deserialize, Serialize};

/// Where the pictures that were uploaded are served.
pub const KEPT: &str = "/pictures/";
/// Most bytes of an uploaded picture.
pub const LARGEST_PICTURE: u32 = 256 * 1024;

/// A picture: somewhere on the web, or one that was uploaded here, such as `/pictures/4f0c…`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Image(String);

impl Image {
    /// An `http` or `https` address, or the path of a picture kept here.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let kept = |id: &str| id.len() == 64 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        let known = match text.strip_prefix(KEPT) {
            Some(id) => kept(id),
            None => SafeLink::parse(text).is_some() && !text.to_ascii_lowercase().starts_with("mailto:"),
        };
        known.then(|| Self(text.to_owned()))
    }

    /// As an `img` element's `src`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Image {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("expected a picture's https address, or one that was uploaded")
    }
}

impl From<Image> for String {
    fn from(image: Image) -> Self {
        image.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_on_the_web_or_kept_here() {
        let kept = format!("{KEPT}{}", "a0".repeat(32));
        for text in ["https://cdn.test/logo.svg", "http://localhost:3001/a.png", kept.as_str()] {
            assert!(Image::parse(text).is_some(), "{text}");
        }
        for text in ["", "mailto:a@b.test", "/pictures/x", "/admin", "data:image/png;base64,AA", "javascript:x"] {
            assert!(Image::parse(text).is_none(), "{text}");
        }
    }
}
