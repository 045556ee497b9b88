//! Texts that tell by themselves that they are secrets, or hold one.

use super::names::{Names, Secrecy};
use super::{MASK, Masked, within};
use crate::backend::ingest::document;
use std::borrow::Cow;

/// The text without what is secret in it, with the paths of that below `path`; `None` where nothing is.
pub fn masked(text: &str, names: &Names, path: &str, deepest: u8) -> Option<Masked> {
    if names.usual_too() && is_secret(text) {
        return Some(Masked { json: MASK.to_owned(), paths: vec![path.to_owned()] });
    }
    if deepest > 0 && text.trim_start().starts_with(['{', '[']) && document::sound(text).is_ok() {
        return within(text, names, path, deepest - 1);
    }
    if let Some((before, query)) = text.split_once('?')
        && let Cow::Owned(masked) = masked_query(query, names)
    {
        return Some(Masked { json: format!("{before}?{masked}"), paths: vec![path.to_owned()] });
    }
    None
}

/// The value of an `Authorization` header, a signed token, or a private key.
fn is_secret(text: &str) -> bool {
    let text = text.trim();
    let scheme = |name: &str| {
        let (start, rest) = text.split_at_checked(name.len()).unwrap_or_default();
        start.eq_ignore_ascii_case(name) && rest.strip_prefix(' ').is_some_and(is_credential)
    };
    scheme("bearer")
        || scheme("basic")
        || is_signed_token(text)
        || (text.starts_with("-----BEGIN ") && text.contains("PRIVATE KEY-----"))
}

/// One word of some length, as no sentence goes on after "bearer".
fn is_credential(rest: &str) -> bool {
    rest.len() >= 8 && !rest.contains(char::is_whitespace)
}

/// Three parts in base64, the first of which is a JSON object (RFC 7519).
fn is_signed_token(text: &str) -> bool {
    let plain =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    text.starts_with("eyJ") && text.split('.').count() == 3 && text.split('.').all(plain)
}

/// A query's values, as names in it tell.
fn masked_query<'q>(query: &'q str, names: &Names) -> Cow<'q, str> {
    let is_secret = |pair: &str| {
        pair.split_once('=').is_some_and(|(name, value)| {
            let is_name = !name.contains(char::is_whitespace);
            is_name && names.judge(name) != Secrecy::None && !value.is_empty() && !value.starts_with(MASK)
        })
    };
    if !query.split('&').any(is_secret) {
        return Cow::Borrowed(query);
    }
    let pairs = query.split('&').map(|pair| match pair.split_once('=') {
        Some((name, value)) if is_secret(pair) => {
            let rest = value.find(|c: char| c.is_whitespace() || c == '#').map_or("", |end| &value[end..]);
            format!("{name}={MASK}{rest}")
        }
        _ => pair.to_owned(),
    });
    Cow::Owned(pairs.collect::<Vec<_>>().join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> String {
        masked(text, &Names::usual(), "x", 1).map_or_else(|| text.to_owned(), |masked| masked.json)
    }

    #[test]
    fn credentials_are_known_by_their_form() {
        for secret in [
            "Bearer abcdefgh1234",
            "basic dXNlcjpwYXNz",
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln_-",
            "-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----",
        ] {
            assert_eq!(of(secret), MASK, "{secret}");
        }
        for plain in
            ["Bearer of news", "basic plan", "eyJ.", "a.b.c", "bearer", "Basic — é", "-----BEGIN CERTIFICATE-----"]
        {
            assert_eq!(of(plain), plain);
        }
    }

    #[test]
    fn an_address_keeps_everything_but_the_secrets_of_its_query() {
        assert_eq!(of("https://a.test/x?page=2&token=abc#top"), "https://a.test/x?page=2&token=[masked]#top");
        assert_eq!(of("https://a.test/?q=token"), "https://a.test/?q=token");
        assert_eq!(of("Did you set the password? password=yes or no"), "Did you set the password? password=yes or no");
        assert_eq!(of("https://a.test/?token=[masked]"), "https://a.test/?token=[masked]");
    }
}
