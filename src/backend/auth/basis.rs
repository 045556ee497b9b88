//! What let a reader in, asked again while they read on: a file may be on its way for longer than its credential holds.

use super::Reader;
use super::session::{self, Grant};
use crate::backend::Backend;
use crate::domain::access::{KeyId, ProjectId};
use crate::domain::people::{PersonId, Right};
use crate::domain::problem::{Problem, Refusal};
use std::sync::Arc;

/// The credential that a reader comes from, as far as it can be revoked.
#[derive(Debug, Clone)]
pub(super) enum Basis {
    /// An API key, or a pass that came from it.
    Key(KeyId),
    /// The data folder.
    Machine,
    /// An opened view.
    Session(Arc<Grant>),
    /// A member's session, and the right that they read by.
    Member { person: PersonId, sign_in: String, right: Right },
}

impl Reader {
    /// Whether a member tries the view with a token that this server signed for that.
    pub fn is_test(&self) -> bool {
        matches!(&self.basis, Basis::Session(grant) if grant.tester.is_some() || grant.look.own)
    }

    /// Refuses a reader whose credential was revoked since they were let in. That it has expired meanwhile is no matter:
    /// whoever was in time may finish.
    pub async fn still_allowed(&self, backend: &Backend) -> Result<(), Problem> {
        match &self.basis {
            Basis::Key(id) => backend.known_keys.unrevoked(backend, id).await.map(|_| ()),
            Basis::Machine => Ok(()),
            Basis::Session(grant) => session::holds(backend, grant).await.map(|_| ()),
            Basis::Member { person, sign_in, right } => {
                let session = backend.storage.sign_in(sign_in).await.map_err(|error| backend.internal(error))?;
                session.ok_or(Problem::refused(Refusal::Expired))?;
                may_still(backend, self.scope.project, *person, *right).await
            }
        }
    }
}

/// Refuses a person who is no member of a project any more, or whose role there has lost a right.
pub(super) async fn may_still(
    backend: &Backend,
    project: ProjectId,
    person: PersonId,
    right: Right,
) -> Result<(), Problem> {
    let roles = backend.storage.roles(person).await.map_err(|error| backend.internal(error))?;
    let may = roles.iter().any(|(known, role)| known.id == project && role.may(right));
    if may { Ok(()) } else { Err(Problem::NotAllowed) }
}
