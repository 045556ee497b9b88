//! Which names tell that a value is a secret.

use std::collections::BTreeSet;

/// Endings of names whose values are secrets, without signs between words: `X-Auth-Token` ends with `token`. A number is
/// none: a `token` may be a count.
const ENDINGS: [&str; 7] = ["token", "apikey", "accesskey", "privatekey", "authorization", "cookie", "credential"];
/// Whole names of the same kind.
const WHOLE: [&str; 2] = ["cookies", "credentials"];
/// Endings of names whose numbers are secrets as well.
const PASSWORDS: [&str; 6] = ["password", "passwd", "passphrase", "pwd", "secret", "secretkey"];
/// Whole names of that kind.
const CODES: [&str; 5] = ["pin", "otp", "totp", "cvv", "cvc"];

/// The names that count everywhere, for people to read.
pub struct UsualNames {
    /// What ends with one of these is a secret, numbers included,
    pub passwords: &'static [&'static str],
    /// and what is one of these.
    pub codes: &'static [&'static str],
    /// The same of texts alone.
    pub endings: &'static [&'static str],
    pub whole: &'static [&'static str],
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
        UsualNames { passwords: &PASSWORDS, codes: &CODES, endings: &ENDINGS, whole: &WHOLE }
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
        let name = plain(name);
        if name.is_empty() || self.except.contains(&name) {
            return Secrecy::None;
        }
        let (whole, ends) =
            (|names: &[&str]| names.contains(&&*name), |ends: &[&str]| ends.iter().any(|end| name.ends_with(end)));
        if self.also.contains(&name) || self.usual && (whole(&CODES) || ends(&PASSWORDS)) {
            Secrecy::All
        } else if self.usual && (whole(&WHOLE) || ends(&ENDINGS)) {
            Secrecy::Texts
        } else {
            Secrecy::None
        }
    }

    /// Whether what is at a path is left as it is.
    pub(super) fn leaves(&self, path: &str) -> bool {
        self.except.contains(path)
    }
}

/// Small letters and digits alone: `X-Api-Key`, `api_key` and `apiKey` are one name.
fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_judged_by_its_last_words_however_they_are_joined() {
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
            ("tokens", Secrecy::None),
            ("token_count", Secrecy::None),
            ("key", Secrecy::None),
            ("", Secrecy::None),
        ] {
            assert_eq!(names.judge(name), secrecy, "{name}");
        }
        assert_eq!(Names::none().judge("password"), Secrecy::None);
        assert_eq!(Names::none().with(["Tax-Number"]).judge("taxNumber"), Secrecy::All);
    }
}
