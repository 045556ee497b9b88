//! Halfway in: somebody who has proved who they are, and is asked for their second factor.

use super::signed;
use crate::backend::Backend;
use crate::domain::people::PersonId;
use crate::domain::problem::{Problem, Refusal};
use serde::{Deserialize, Serialize};

/// How long the code may take, in seconds.
pub const HALFWAY: i64 = 5 * 60;
/// What the secret is derived for: no session is signed with it.
const PURPOSE: &str = "second factor";

/// Somebody halfway in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Halfway {
    person: PersonId,
}

impl Halfway {
    /// Somebody who has come so far. Opens nothing by itself.
    pub(in crate::backend) fn new(person: PersonId) -> Self {
        Self { person }
    }

    pub(in crate::backend) fn person(self) -> PersonId {
        self.person
    }

    /// What proves it to the next request.
    pub(in crate::backend) fn token(self, backend: &Backend) -> Result<String, Problem> {
        signed::sign(backend, PURPOSE, self, backend.clock.now().plus_millis(HALFWAY * 1000))
    }

    /// Whoever a token belongs to, as long as it holds.
    pub fn of_token(backend: &Backend, token: &str) -> Result<Self, Problem> {
        signed::read(backend, PURPOSE, token).ok_or(Problem::refused(Refusal::Expired))
    }
}
