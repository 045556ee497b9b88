//! Members of a project: invited, given roles, taken out again.

use super::sign_in::{by, whoever};
use super::{Introduced, newcomer};
use crate::backend::auth::Member;
use crate::backend::storage::{InvitationRecord, Joined, Joining, MemberRecord, PersonRecord, StorageError};
use crate::backend::trail::{self, Deed};
use crate::backend::{Backend, secrets};
use crate::domain::people::{Email, PersonId, Right, Role};
use crate::domain::problem::{Faults, Problem};
use crate::domain::time::Timestamp;

/// How long an invitation holds, in days.
pub const INVITATION_DAYS: i64 = 7;

/// The members of one's project, and its invitations that nobody has taken yet.
pub async fn members(
    backend: &Backend,
    member: &Member,
) -> Result<(Vec<MemberRecord>, Vec<InvitationRecord>), Problem> {
    let project = member.project_to(Right::ManageMembers)?;
    let now = backend.clock.now();
    let members = backend.storage.members(project).await.map_err(|error| backend.internal(error))?;
    let invitations = backend.storage.invitations(project, now).await.map_err(|error| backend.internal(error))?;
    Ok((members, invitations))
}

/// Invites somebody; the code, shown once.
pub async fn invite(backend: &Backend, member: &Member, role: Role) -> Result<String, Problem> {
    let project = member.project_to(Right::ManageMembers)?;
    allowed(member, role)?;
    let (code, now) = (secrets::random_secret(), backend.clock.now());
    let invitation = InvitationRecord {
        id: secrets::random_name("in_"),
        project,
        by: Some(member.person().id()),
        role,
        code_hash: secrets::hash(&code),
        created_at: now,
        expires_at: Timestamp::from_millis(now.millis() + INVITATION_DAYS * 24 * 60 * 60 * 1000),
    };
    let line = trail::line(backend, &member.person().by(), &Deed::MemberInvited { role });
    backend.storage.invite(&invitation, &line).await.map_err(|error| backend.internal(error))?;
    Ok(code)
}

/// Takes an invitation back.
pub async fn withdraw(backend: &Backend, member: &Member, id: &str) -> Result<(), Problem> {
    let (_, invitations) = members(backend, member).await?;
    let invitation = invitations.iter().find(|invitation| invitation.id == id).ok_or(Problem::NotFound)?;
    allowed(member, invitation.role)?;
    let project = member.project_to(Right::ManageMembers)?;
    let line = trail::line(backend, &member.person().by(), &Deed::InvitationWithdrawn { role: invitation.role });
    let withdrawn = backend.storage.withdraw(project, id, &line).await.map_err(|error| backend.internal(error))?;
    if withdrawn { Ok(()) } else { Err(Problem::NotFound) }
}

/// Makes the holder of an invitation's code a member: somebody new, or somebody with an account, by its password. The
/// code is worth nothing from then on.
pub async fn join(backend: &Backend, introduced: &Introduced<'_>) -> Result<(), Problem> {
    let (code, now) = (secrets::hash(introduced.code.trim()), backend.clock.now());
    // First: whether an address has an account is only for those to find out who were invited.
    let invitation = backend.storage.invitation(&code, now).await.map_err(|error| backend.internal(error))?;
    invitation.ok_or_else(worthless)?;
    let (who, by, email) = if let Some(person) = known(backend, introduced).await? {
        (Joining::Known(person.id), by(&person, introduced.whence.clone()), person.email)
    } else {
        let person = newcomer(backend, introduced, Faults::default()).await?;
        let (by, email) = (introduced.by(&person), person.email.clone());
        (Joining::New(person), by, email)
    };
    let line = trail::line(backend, &by, &Deed::MemberJoined { email: &email });
    match backend.storage.join(&code, &who, now, &line).await {
        Ok(Joined::Now) => Ok(()),
        Ok(Joined::Before) => Err(Problem::invalid(
            "code",
            "You are a member of this project already; the invitation is good for somebody else",
        )),
        Ok(Joined::Never) => Err(worthless()),
        Err(StorageError::Conflict { .. }) => Err(has_account()),
        Err(error) => Err(backend.internal(error)),
    }
}

fn worthless() -> Problem {
    Problem::invalid("code", "This invitation was used, was taken back, or has expired")
}

/// The account of an address, for whoever knows its password.
async fn known(backend: &Backend, introduced: &Introduced<'_>) -> Result<Option<PersonRecord>, Problem> {
    let Ok(email) = Email::parse(introduced.email) else { return Ok(None) };
    let account = backend.storage.person_of(&email).await.map_err(|error| backend.internal(error))?;
    if account.is_none() {
        return Ok(None);
    }
    let person = whoever(backend, &email, introduced.password, &introduced.whence).await?;
    person.map(Some).ok_or_else(has_account)
}

fn has_account() -> Problem {
    Problem::invalid("password", "There is an account of this address already: enter its password")
}

/// Gives a member of one's project another role.
pub async fn set_role(backend: &Backend, member: &Member, person: PersonId, role: Role) -> Result<(), Problem> {
    let project = member.project_to(Right::ManageMembers)?;
    allowed(member, role)?;
    let known = known_member(backend, member, person).await?;
    allowed(member, known.role)?;
    let deed = Deed::RoleChanged { email: &known.email, name: &known.name, before: known.role, after: role };
    let line = trail::line(backend, &member.person().by(), &deed);
    let done = backend.storage.set_role(project, person, role, &line).await.map_err(|error| backend.internal(error))?;
    if done { Ok(()) } else { Err(last_owner()) }
}

/// Takes somebody out of one's project.
pub async fn remove(backend: &Backend, member: &Member, person: PersonId) -> Result<(), Problem> {
    let project = member.project_to(Right::ManageMembers)?;
    let known = known_member(backend, member, person).await?;
    allowed(member, known.role)?;
    let deed = Deed::MemberRemoved { email: &known.email, name: &known.name };
    let line = trail::line(backend, &member.person().by(), &deed);
    let done = backend.storage.remove_member(project, person, &line).await.map_err(|error| backend.internal(error))?;
    if done { Ok(()) } else { Err(last_owner()) }
}

fn last_owner() -> Problem {
    Problem::invalid("", "A project keeps at least one owner; make somebody else one first")
}

fn allowed(member: &Member, role: Role) -> Result<(), Problem> {
    if member.role().may_give(role) { Ok(()) } else { Err(Problem::NotAllowed) }
}

async fn known_member(backend: &Backend, member: &Member, person: PersonId) -> Result<MemberRecord, Problem> {
    let (members, _) = members(backend, member).await?;
    members.into_iter().find(|known| known.person == person).ok_or(Problem::NotFound)
}
