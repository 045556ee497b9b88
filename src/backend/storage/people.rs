//! What the product asks of a database about the people who run it.

use super::{Project, StorageError, TrailLine};
use crate::domain::access::ProjectId;
use crate::domain::people::{Email, PersonId, Role};
use crate::domain::time::Timestamp;
use async_trait::async_trait;

/// A person to be.
#[derive(Debug, Clone)]
pub struct NewPerson {
    pub email: Email,
    pub name: String,
    /// Argon2id, in the PHC string format; `None` for somebody who signs in elsewhere.
    pub password_hash: Option<String>,
    pub created_at: Timestamp,
}

/// A person, as stored.
#[derive(Debug, Clone)]
pub struct PersonRecord {
    pub id: PersonId,
    pub email: Email,
    pub name: String,
    /// As above.
    pub password_hash: Option<String>,
}

/// Whoever takes an invitation.
#[derive(Debug, Clone)]
pub enum Joining {
    /// Somebody without an account.
    New(NewPerson),
    /// Somebody who has one already.
    Known(PersonId),
}

/// What came of an invitation's code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Joined {
    /// They are a member, and the code is used up.
    Now,
    /// They were one already; the code is still good for somebody else.
    Before,
    /// The code is worth nothing.
    Never,
}

/// A session of a person, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInRecord {
    pub id: String,
    pub person: PersonId,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    /// What the browser said of itself.
    pub agent: String,
}

/// A person's place in a project, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberRecord {
    pub person: PersonId,
    pub name: String,
    pub email: Email,
    pub role: Role,
}

/// An invitation into a project, as stored: its code only as SHA-256.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvitationRecord {
    /// Names it; no secret.
    pub id: String,
    pub project: ProjectId,
    /// Whoever made it; `None` for those made before that was kept.
    pub by: Option<PersonId>,
    pub role: Role,
    pub code_hash: [u8; 32],
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
}

/// People, their roles and their sessions.
#[async_trait]
pub trait People: Send + Sync + 'static {
    /// Keeps the hash of the code that makes the first person, over an earlier one's; false once there is somebody.
    async fn offer_setup(&self, code_hash: &[u8; 32]) -> Result<bool, StorageError>;
    /// The hash of that code, while there is nobody.
    async fn setup(&self) -> Result<Option<[u8; 32]>, StorageError>;
    /// Makes the first person, owner of a project, and the code worthless. `None` where somebody was faster.
    async fn found(
        &self,
        project: ProjectId,
        person: &NewPerson,
        line: &TrailLine,
    ) -> Result<Option<PersonId>, StorageError>;

    async fn person_of(&self, email: &Email) -> Result<Option<PersonRecord>, StorageError>;
    async fn person(&self, id: PersonId) -> Result<Option<PersonRecord>, StorageError>;
    /// Ends all of a person's sessions but the one `kept`. With a line in the trail of each of their projects.
    async fn set_password(
        &self,
        id: PersonId,
        password_hash: &str,
        kept: &str,
        line: &TrailLine,
    ) -> Result<(), StorageError>;
    /// Gives somebody another password and ends their second factor and all their sessions; with such a line.
    async fn reset_person(&self, id: PersonId, password_hash: &str, line: &TrailLine) -> Result<(), StorageError>;
    /// Something somebody did, or tried, to get to their account: a line in the trail of each of their projects.
    async fn record_of(&self, id: PersonId, line: &TrailLine) -> Result<(), StorageError>;
    /// The projects of a person, by name.
    async fn roles(&self, id: PersonId) -> Result<Vec<(Project, Role)>, StorageError>;

    /// The members of a project, by name.
    async fn members(&self, project: ProjectId) -> Result<Vec<MemberRecord>, StorageError>;
    /// Gives a member another role, and ends the invitations that they made and now might not; false where there is no such member, or they are the last owner.
    async fn set_role(
        &self,
        project: ProjectId,
        person: PersonId,
        role: Role,
        line: &TrailLine,
    ) -> Result<bool, StorageError>;
    /// Takes somebody out of a project, with the invitations that they made; out of their last one with their account
    /// and its sessions. False as above.
    async fn remove_member(&self, project: ProjectId, person: PersonId, line: &TrailLine)
    -> Result<bool, StorageError>;

    async fn invite(&self, invitation: &InvitationRecord, line: &TrailLine) -> Result<(), StorageError>;
    /// A project's invitations that hold at a moment, the latest first.
    async fn invitations(&self, project: ProjectId, now: Timestamp) -> Result<Vec<InvitationRecord>, StorageError>;
    /// False where the project has no such invitation.
    async fn withdraw(&self, project: ProjectId, id: &str, line: &TrailLine) -> Result<bool, StorageError>;
    /// The invitation of a code, while it holds.
    async fn invitation(&self, code_hash: &[u8; 32], now: Timestamp) -> Result<Option<InvitationRecord>, StorageError>;
    /// Makes a person a member by an invitation's code, which is used up.
    async fn join(
        &self,
        code_hash: &[u8; 32],
        who: &Joining,
        now: Timestamp,
        line: &TrailLine,
    ) -> Result<Joined, StorageError>;

    /// With a line in the trail of each of their projects.
    async fn begin_sign_in(&self, sign_in: &SignInRecord, line: &TrailLine) -> Result<(), StorageError>;
    async fn sign_in(&self, id: &str) -> Result<Option<SignInRecord>, StorageError>;
    /// Those that hold at a moment, the latest first.
    async fn sign_ins(&self, person: PersonId, now: Timestamp) -> Result<Vec<SignInRecord>, StorageError>;
    /// Ends one of a person's, with a line in the trail of each of their projects; without one where it had ended.
    async fn end_sign_in(&self, person: PersonId, id: &str, line: &TrailLine) -> Result<(), StorageError>;
    /// Ends all of a person's but one, with a line as above if there were any.
    async fn end_other_sign_ins(&self, person: PersonId, kept: &str, line: &TrailLine) -> Result<(), StorageError>;
}
