//! Halfway in: somebody who has proved who they are, and is asked for their second factor.

use super::signed;
use crate::backend::storage::PersonRecord;
use crate::backend::{Backend, secrets};
use crate::domain::people::PersonId;
use crate::domain::problem::{Problem, Refusal};
use serde::{Deserialize, Serialize};

/// How long the code may take, in seconds.
pub const HALFWAY: i64 = 5 * 60;
/// What the secret is derived for: no session is signed with it.
const PURPOSE: &str = "second factor";

/// Somebody halfway in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Halfway {
    person: PersonId,
    /// Of the password that they had: see [`mark`].
    mark: String,
}

impl Halfway {
    /// Somebody who has come so far. Opens nothing by itself.
    pub(in crate::backend) fn new(person: &PersonRecord) -> Self {
        Self { person: person.id, mark: mark(person) }
    }

    /// Whoever it is, unless they have got another password since.
    pub(in crate::backend) async fn person(&self, backend: &Backend) -> Result<PersonRecord, Problem> {
        let person = backend.storage.person(self.person).await.map_err(|error| backend.internal(error))?;
        person.filter(|person| mark(person) == self.mark).ok_or(Problem::refused(Refusal::Expired))
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

/// Tells a stored password from any other, and nothing else of it: each hash has a salt of its own.
fn mark(person: &PersonRecord) -> String {
    let hash = secrets::hash(person.password_hash.as_deref().unwrap_or_default());
    hash.iter().take(16).fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
}
