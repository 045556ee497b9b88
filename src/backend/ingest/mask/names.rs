//! Which names tell that a value is a secret.

use std::collections::BTreeSet;

/// What names end with whose texts are secrets, in one or in many, and however the words are joined: `X-Auth-Token`,
/// `apiKeys`. A number is none: `tokens` may be counted.
const TOKENS: [&str; 7] = ["token", "apikey", "accesskey", "privatekey", "authorization", "cookie", "credential"];
/// Words of names whose numbers are secrets as well.
const PASSWORDS: [&str; 7] = ["password", "passwd", "passphrase", "passcode", "pwd", "secret", "secretkey"];
/// Whole names of that kind.
const CODES: [&str; 5] = ["pin", "otp", "totp", "cvv", "cvc"];
/// Words after those above that speak of the value itself, as numbers do: `password_confirmation`, `token2`.
const VALUES: [&str; 26] = [
    "after",
    "again",
    "before",
    "confirm",
    "confirmation",
    "confirmed",
    "current",
    "data",
    "digest",
    "encrypted",
    "hash",
    "hashed",
    "header",
    "headers",
    "new",
    "old",
    "plain",
    "plaintext",
    "previous",
    "raw",
    "repeat",
    "repeated",
    "string",
    "text",
    "value",
    "values",
];
/// Words after a password that speak of something else: `password_age`, `secretName`.
const ABOUT: [&str; 59] = [
    "age",
    "arn",
    "at",
    "attempt",
    "attempts",
    "change",
    "changed",
    "changes",
    "count",
    "created",
    "date",
    "days",
    "enabled",
    "engine",
    "expiration",
    "expired",
    "expires",
    "expiry",
    "field",
    "history",
    "id",
    "ids",
    "kind",
    "last",
    "length",
    "less",
    "limit",
    "link",
    "manager",
    "max",
    "method",
    "min",
    "minimum",
    "name",
    "names",
    "needed",
    "path",
    "policy",
    "protected",
    "provider",
    "ref",
    "reference",
    "required",
    "requirements",
    "reset",
    "resets",
    "reuse",
    "rotated",
    "rotation",
    "rules",
    "score",
    "set",
    "state",
    "status",
    "strength",
    "time",
    "type",
    "updated",
    "version",
];
/// One of these is in every name that has a word of the lists; most names are known by it to have none.
const STEMS: [&str; 7] = ["pass", "pwd", "secret", "token", "key", "cookie", "credential"];

/// The names that count everywhere, for people to read.
pub struct UsualNames {
    /// What has one of these among its words is a secret, numbers included,
    pub passwords: &'static [&'static str],
    /// and what is one of these.
    pub codes: &'static [&'static str],
    /// Texts whose names end with one of these are.
    pub tokens: &'static [&'static str],
}

/// The names that count for a project.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    usual: bool,
    also: BTreeSet<String>,
    except: BTreeSet<String>,
}

/// How secret a value is by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Secrecy {
    /// Only if the text itself tells.
    None,
    Texts,
    /// Numbers as well.
    All,
}

impl Names {
    /// Masks nothing, whatever it looks like.
    pub fn none() -> Self {
        Self::default()
    }

    /// Those that count everywhere.
    pub fn usual() -> Self {
        Self { usual: true, ..Self::default() }
    }

    /// What those are.
    pub fn listed() -> UsualNames {
        UsualNames { passwords: &PASSWORDS, codes: &CODES, tokens: &TOKENS }
    }

    /// And these, however their words are joined; numbers included.
    #[must_use]
    pub fn with<'n>(mut self, names: impl IntoIterator<Item = &'n str>) -> Self {
        self.also.extend(names.into_iter().map(plain));
        self
    }

    /// But not these: names, or paths such as `metadata.token`.
    #[must_use]
    pub fn without<'n>(mut self, names: impl IntoIterator<Item = &'n str>) -> Self {
        self.except
            .extend(names.into_iter().map(|name| if name.contains('.') { name.to_owned() } else { plain(name) }));
        self
    }

    /// Whether there is anything to look for.
    pub fn are_off(&self) -> bool {
        !self.usual && self.also.is_empty()
    }

    /// Whether texts that look like secrets are masked whatever they are called.
    pub(super) fn usual_too(&self) -> bool {
        self.usual
    }

    /// What a member's name tells.
    pub(super) fn judge(&self, name: &str) -> Secrecy {
        let plain = plain(name);
        if plain.is_empty() || self.except.contains(&plain) {
            Secrecy::None
        } else if self.also.contains(&plain) {
            Secrecy::All
        } else if self.usual {
            usual(name, &plain)
        } else {
            Secrecy::None
        }
    }

    /// Whether what is at a path is left as it is.
    pub(super) fn leaves(&self, path: &str) -> bool {
        self.except.contains(path)
    }
}

/// What a name tells by the words that count everywhere.
fn usual(name: &str, plain: &str) -> Secrecy {
    if CODES.contains(&plain) {
        return Secrecy::All;
    }
    if !STEMS.iter().chain(&["authorization"]).any(|stem| plain.contains(stem)) {
        return Secrecy::None;
    }
    let words = words(name);
    let mut before = String::new();
    let told = words.iter().enumerate().map(|(at, word)| {
        before.push_str(word);
        by_words(&before, &words[at + 1..]).max(joined(word))
    });
    told.max().unwrap_or(Secrecy::None)
}

/// What the words of a name tell up to one of them and after it.
fn by_words(before: &str, after: &[String]) -> Secrecy {
    let ends = |text: &str, names: &[&str]| names.iter().any(|name| text.ends_with(name));
    let many = before.strip_suffix('s').unwrap_or_default();
    let is_value = after.iter().all(|word| VALUES.contains(&&**word) || word.bytes().all(|byte| byte.is_ascii_digit()));
    let is_about = after.iter().any(|word| ABOUT.contains(&&**word));
    if ends(before, &PASSWORDS) && is_value {
        Secrecy::All
    } else if (ends(before, &PASSWORDS) || ends(many, &PASSWORDS)) && !is_about
        || (ends(before, &TOKENS) || ends(many, &TOKENS)) && is_value
    {
        Secrecy::Texts
    } else {
        Secrecy::None
    }
}

/// What a word tells in which two were joined, such as `passwordconfirmation`.
fn joined(word: &str) -> Secrecy {
    let begins = |name: &str| word.strip_prefix(name).is_some_and(|rest| VALUES.contains(&rest));
    if PASSWORDS.into_iter().any(begins) { Secrecy::All } else { Secrecy::None }
}

/// A name's words in small letters, however they are joined: `X-Api-Key`, `api_key`, `apiKey` and `APIKey`. Digits stand
/// apart.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before: Option<char> = None;
    let mut rest = name.chars().peekable();
    while let Some(c) = rest.next() {
        let is_new = before.is_some_and(|before| {
            let last_of_many = before.is_uppercase() && rest.peek().is_some_and(|next| next.is_lowercase());
            !before.is_alphanumeric()
                || before.is_numeric() != c.is_numeric()
                || c.is_uppercase() && (before.is_lowercase() || last_of_many)
        });
        if is_new {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| c.is_alphanumeric()) {
            word.extend(c.to_lowercase());
        }
        before = Some(c);
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Small letters and digits alone: `X-Api-Key`, `api_key` and `apiKey` are one name.
fn plain(name: &str) -> String {
    signs(name).collect()
}

fn signs(name: &str) -> impl Iterator<Item = char> {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase)
}

/// Whether a name is one of a list of plain ones, however its words are joined.
pub(super) fn is_one_of(name: &str, names: &[&str]) -> bool {
    names.iter().any(|known| signs(name).eq(known.chars()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_judged_by_its_words_however_they_are_joined() {
        let names = Names::usual();
        for (name, secrecy) in [
            ("password", Secrecy::All),
            ("old-Password", Secrecy::All),
            ("client_secret", Secrecy::All),
            ("X-Auth-Token", Secrecy::Texts),
            ("Set-Cookie", Secrecy::Texts),
            ("cookies", Secrecy::Texts),
            ("pin", Secrecy::All),
            ("shipping", Secrecy::None),
            ("tokens", Secrecy::Texts),
            ("token_count", Secrecy::None),
            ("password_confirmation", Secrecy::All),
            ("passwordConfirmation", Secrecy::All),
            ("passwordconfirmation", Secrecy::All),
            ("user[password]", Secrecy::All),
            ("password1", Secrecy::All),
            ("newpassword2", Secrecy::All),
            ("passcode", Secrecy::All),
            ("client_secret_value", Secrecy::All),
            ("DB_PASSWORD_PROD", Secrecy::Texts),
            ("passwords", Secrecy::Texts),
            ("secrets", Secrecy::Texts),
            ("api_keys", Secrecy::Texts),
            ("APIKeys", Secrecy::Texts),
            ("authorization_header", Secrecy::Texts),
            ("password_reset_token", Secrecy::Texts),
            ("password_reset", Secrecy::None),
            ("passwordChangedAt", Secrecy::None),
            ("password_age", Secrecy::None),
            ("passwordless", Secrecy::None),
            ("secret_name", Secrecy::None),
            ("secretary", Secrecy::None),
            ("AccessKeyId", Secrecy::None),
            ("token_type", Secrecy::None),
            ("cookie_policy", Secrecy::None),
            ("authorizationEndpoint", Secrecy::None),
            ("bypass", Secrecy::None),
            ("key", Secrecy::None),
            ("", Secrecy::None),
        ] {
            assert_eq!(names.judge(name), secrecy, "{name}");
        }
        assert_eq!(Names::none().judge("password"), Secrecy::None);
        assert_eq!(Names::none().with(["Tax-Number"]).judge("taxNumber"), Secrecy::All);
    }
}
