//! What a caller may learn of a failure.

use super::key::KeyScope;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A failure in words that may leave the house: no causes, no internals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "kind", content = "of", rename_all = "snake_case")]
pub enum Problem {
    /// No credential came with the request.
    #[error("No credential was given")]
    SignInRequired,
    /// A credential came, but it is unknown, revoked or out of date.
    #[error("{reason}")]
    CredentialRefused { reason: Refusal },
    /// The caller is known, but this is not theirs to do.
    #[error("This credential does not allow that")]
    NotAllowed,
    /// The API key is good, but was not made for this.
    #[error("This API key does not have the scope {scope}; use one that has it")]
    ScopeMissing { scope: KeyScope },
    /// The project is open to members with a second factor only.
    #[error("This project asks its members for a second factor")]
    SecondFactorWanted,
    /// There is no such thing, or it belongs to somebody else: the two are not told apart.
    #[error("Not found")]
    NotFound,
    /// The input is wrong; every fault by its path, such as `[0].actor.uuid`.
    #[error("The request has {} invalid field(s)", faults.len())]
    Invalid { faults: Faults },
    /// More than the limits on size allow.
    #[error("{what} is larger than the limit of {limit}")]
    TooLarge { what: String, limit: u64 },
    /// The project has used up its events for the month.
    #[error("The monthly limit of {limit} events is used up")]
    OverQuota { limit: u64 },
    /// A name that a request came under before now stands on another one.
    #[error("This Idempotency-Key was used with another body; use a new one for each request")]
    RequestDiffers,
    /// Too many requests; try again after so many seconds.
    #[error("Too many requests")]
    TooMany { retry_after: u32 },
    /// The server cannot take this now; try again after so many seconds.
    #[error("The server is busy")]
    Busy { retry_after: u32 },
    /// The server has no room on its disk; nothing was stored. Try again after so many seconds.
    #[error("The server's disk is full; nothing was stored")]
    StorageFull { retry_after: u32 },
    /// Something went wrong on our side; the cause is in the log under the request's id.
    #[error("Something went wrong on our side")]
    Internal,
}

/// Why a credential was refused. A customer sees these words, so each says what to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    #[error("This API key is not valid")]
    UnknownKey,
    #[error("This API key has expired; make another one")]
    KeyExpired,
    #[error("This access key is not valid for the view")]
    WrongAccessKey,
    #[error("This view only opens with a signed token")]
    TokenRequired,
    #[error("The token has expired")]
    Expired,
    #[error("The token's signature is not valid")]
    BadSignature,
    #[error("The token is not complete or not meant for this view")]
    WrongClaims,
    #[error("The token is for another client")]
    WrongClient,
    #[error("The token is for another origin")]
    WrongOrigin,
    #[error("The token was used before")]
    Replayed,
    #[error("There is no such view")]
    UnknownView,
    #[error("The e-mail address or the password is not right")]
    WrongPassword,
    #[error("The code is not right, or was used before")]
    WrongCode,
    #[error("The sign-in provider did not vouch for you; try again")]
    NotVouchedFor,
    #[error("There is no account of your e-mail address here; ask to be invited")]
    NoAccount,
}

/// Faults by path, in path order; several for one path are possible. What a request names is in them, so they are bounded:
/// however much is wrong, an answer is no larger than a person reads.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Faults(BTreeMap<String, Vec<String>>);

impl Faults {
    /// Most paths that are kept, and most faults of each; of the others it is said that they are there.
    const MOST: usize = 200;
    const MOST_OF_A_PATH: usize = 10;
    /// Most characters of a path, and of what was expected there.
    const LONGEST_PATH: usize = 300;
    const LONGEST_TEXT: usize = 1_000;
    /// What stands for the faults that are not kept.
    const MORE: &str = "only the first faults are listed; there are more";

    /// Notes what was expected at a path.
    pub fn add(&mut self, path: impl Into<String>, expected: impl Into<String>) {
        let path = cut(path.into(), Self::LONGEST_PATH);
        if self.0.len() >= Self::MOST && !self.0.contains_key(&path) {
            let more = self.0.entry("body".to_owned()).or_default();
            if more.last().is_none_or(|last| last != Self::MORE) {
                more.push(Self::MORE.to_owned());
            }
            return;
        }
        let faults = self.0.entry(path).or_default();
        if faults.len() < Self::MOST_OF_A_PATH {
            faults.push(cut(expected.into(), Self::LONGEST_TEXT));
        }
    }

    /// One fault alone.
    pub fn one(path: impl Into<String>, expected: impl Into<String>) -> Self {
        let mut faults = Self::default();
        faults.add(path, expected);
        faults
    }

    /// How many paths are at fault.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing is at fault.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each path with what was expected there.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.0.iter().map(|(path, expected)| (path.as_str(), expected.as_slice()))
    }

    /// `Ok(value)` when nothing is at fault.
    pub fn or<T>(self, value: T) -> Result<T, Problem> {
        if self.is_empty() { Ok(value) } else { Err(Problem::Invalid { faults: self }) }
    }
}

/// A text with as many characters, and a mark where it was longer.
fn cut(mut text: String, longest: usize) -> String {
    if let Some((end, _)) = text.char_indices().nth(longest) {
        text.truncate(end);
        text.push('…');
    }
    text
}

impl Problem {
    /// One field is wrong.
    pub fn invalid(path: impl Into<String>, expected: impl Into<String>) -> Self {
        Self::Invalid { faults: Faults::one(path, expected) }
    }

    /// A credential is refused for a reason.
    pub fn refused(reason: Refusal) -> Self {
        Self::CredentialRefused { reason }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn however_much_is_wrong_what_is_said_of_it_is_bounded() {
        let mut faults = Faults::default();
        for number in 0..100_000 {
            faults.add(format!("[{number}].{}", "ü".repeat(1_000)), "y".repeat(2_000));
            faults.add("same", "again");
        }
        assert_eq!(faults.iter().filter(|(path, _)| *path != "body").count(), Faults::MOST);
        let of = |wanted: &str| faults.iter().find(|(path, _)| *path == wanted).unwrap().1;
        assert_eq!(of("body"), [Faults::MORE]);
        assert_eq!(of("same").len(), Faults::MOST_OF_A_PATH);
        assert!(serde_json::to_string(&faults).unwrap().len() < 512 * 1024);
        assert!(faults.iter().next().unwrap().0.ends_with("ü…"));
    }
}
