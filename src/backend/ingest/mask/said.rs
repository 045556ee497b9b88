//! Texts that tell by themselves that they are secrets, or hold one.

use super::names::Names;
use super::parts::{self, is_signed_token};
use super::{MASK, Masked, within};
use crate::backend::ingest::document;

/// The text without what is secret in it, with the paths of that below `path`; `None` where nothing is.
pub fn masked(text: &str, names: &Names, path: &str, deepest: u8) -> Option<Masked> {
    if names.usual_too() && is_secret(text) {
        return Some(Masked { json: MASK.to_owned(), paths: vec![path.to_owned()] });
    }
    if deepest > 0 && text.trim_start().starts_with(['{', '[']) && document::sound(text).is_ok() {
        return within(text, names, path, deepest - 1);
    }
    let secrets = parts::secrets(text, names);
    if secrets.is_empty() {
        return None;
    }
    let (mut masked, mut at) = (String::with_capacity(text.len()), 0);
    for part in secrets {
        masked.push_str(&text[at..part.start]);
        masked.push_str(MASK);
        at = part.end;
    }
    masked.push_str(&text[at..]);
    Some(Masked { json: masked, paths: vec![path.to_owned()] })
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
    fn a_text_keeps_everything_but_the_secrets_in_it() {
        for (text, expected) in [
            ("https://a.test/x?page=2&token=abc#top", "https://a.test/x?page=2&token=[masked]#top"),
            ("https://app/cb#access_token=abc&state=1", "https://app/cb#access_token=[masked]&state=1"),
            ("/a?next=/b?token=abc", "/a?next=/b?token=[masked]"),
            ("https://bob:hunter2@git.test/x", "https://bob:[masked]@git.test/x"),
            ("postgres://u:p@ss@db/x", "postgres://u:[masked]@db/x"),
            ("https://ghp_0123456789abcdefghij@git.test/x", "https://[masked]@git.test/x"),
            ("password=x&user=y", "password=[masked]&user=y"),
            ("user%5Bname%5D=y&user[password]=x", "user%5Bname%5D=y&user[password]=[masked]"),
            ("Server=db;User Id=sa;Password=x y;Port=1", "Server=db;User Id=sa;Password=[masked] y;Port=1"),
            ("Authorization: Bearer abc", "Authorization: [masked]"),
            ("Cookie: sid=1; theme=dark", "Cookie: [masked]"),
            ("Host: a.test\r\nX-Api-Key: k\r\nAccept: */*", "Host: a.test\r\nX-Api-Key: [masked]\r\nAccept: */*"),
            ("signed in with password=hunter2 from Oslo", "signed in with password=[masked] from Oslo"),
            ("the API key: sk_live_1 was sent", "the API key: sk_live_1 was sent"),
            ("api_key: \"sk_live_1\", sent", "api_key: \"[masked]\", sent"),
            ("curl -H 'Authorization: Bearer abc12345'", "curl -H 'Authorization: Bearer [masked]'"),
            ("sent eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln_-, twice", "sent [masked], twice"),
        ] {
            assert_eq!(of(text), expected);
            assert_eq!(of(&of(text)), expected, "once more");
        }
    }

    #[test]
    fn what_only_speaks_of_secrets_stays() {
        for plain in [
            "https://a.test/?q=token",
            "https://a.test/?token=[masked]",
            "https://bob:[masked]@git.test/x",
            "ssh://git@git.test/x",
            "mailto:ann@a.test?subject=password",
            "https://a.test/?token_type=bearer&token_count=5",
            "Did you set the password? password=yes or no",
            "Password: must have 8 characters",
            "Token: expired at 2026-01-14T10:30:00Z",
            "The bearer of this token: nobody; see https://a.test/password",
            "Cookie: refused",
            "2026-01-14T10:30:00Z",
            "a=b; c=d",
            "dG9rZW4=",
            "password=",
        ] {
            assert_eq!(of(plain), plain);
        }
    }
}
