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

/// Faults by path, in path order; several for one path are possible.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Faults(BTreeMap<String, Vec<String>>);

impl Faults {
    /// Notes what was expected at a path.
    pub fn add(&mut self, path: impl Into<String>, expected: impl Into<String>) {
        self.0.entry(path.into()).or_default().push(expected.into());
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
