//! Members: people who run the logs, signed in with a cookie.

use super::basis::Basis;
use super::{By, Known, Reader, ReaderIdentity, Rights, Steward, Whence, signed};
use crate::backend::Backend;
use crate::backend::storage::{Project, SignInRecord};
use crate::domain::access::{ClientScope, ProjectId, ProjectName, Scope};
use crate::domain::people::{Email, PersonId, Right, Role};
use crate::domain::problem::{Problem, Refusal};
use crate::domain::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Somebody signed in.
#[derive(Debug, Clone)]
pub struct Person {
    id: PersonId,
    sign_in: String,
    since: Timestamp,
    name: String,
    email: Email,
    whence: Whence,
}

/// Somebody signed in, and what they are in one project. The project is given out for a right alone.
#[derive(Debug, Clone)]
pub struct Member {
    person: Person,
    project: Project,
    role: Role,
    /// All that they are a member of, by name.
    projects: Vec<ProjectName>,
}

/// What a session's cookie holds. Whether the session still holds is the database's to say.
#[derive(Serialize, Deserialize)]
struct Claims {
    /// The session.
    sid: String,
}

impl Person {
    /// What proves a session.
    pub(in crate::backend) fn token(backend: &Backend, sign_in: &SignInRecord) -> Result<String, Problem> {
        signed::sign(backend, PURPOSE, Claims { sid: sign_in.id.clone() }, sign_in.expires_at)
    }

    /// Whoever a token belongs to, if its session still holds; `whence` is where they sit.
    pub async fn of_token(backend: &Backend, token: &str, whence: Whence) -> Result<Self, Problem> {
        let ended = || Problem::refused(Refusal::Expired);
        let claims: Claims = signed::read(backend, PURPOSE, token).ok_or_else(ended)?;
        let record = backend.storage.sign_in(&claims.sid).await.map_err(|error| backend.internal(error))?;
        let now = backend.clock.now();
        let record = record.filter(|record| record.expires_at > now).ok_or_else(ended)?;
        let person = backend.storage.person(record.person).await.map_err(|error| backend.internal(error))?;
        let person = person.ok_or_else(ended)?;
        let (sign_in, since) = (record.id, record.created_at);
        Ok(Self { id: person.id, sign_in, since, name: person.name, email: person.email, whence })
    }

    pub fn id(&self) -> PersonId {
        self.id
    }

    /// The session's id.
    pub fn sign_in(&self) -> &str {
        &self.sign_in
    }

    /// When the session began.
    pub fn since(&self) -> Timestamp {
        self.since
    }

    /// Where they sit.
    pub fn whence(&self) -> &Whence {
        &self.whence
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn email(&self) -> &Email {
        &self.email
    }

    /// As the account trail names them.
    pub fn by(&self) -> By {
        By::Person(Known { name: self.name.clone(), email: self.email.clone(), whence: self.whence.clone() })
    }
}

impl Member {
    /// Somebody in a project. One that they are no member of is as absent as one that never was.
    pub async fn of(backend: &Backend, person: Person, project: &ProjectName) -> Result<Self, Problem> {
        let roles = backend.storage.roles(person.id).await.map_err(|error| backend.internal(error))?;
        let projects = roles.iter().map(|(known, _)| known.name.clone()).collect();
        let found = roles.into_iter().find(|(known, _)| known.name == *project);
        let (project, role) = found.ok_or(Problem::NotFound)?;
        if backend.storage.requires_second_factor(project.id).await.map_err(|error| backend.internal(error))? {
            let factor = backend.storage.second_factor(person.id).await.map_err(|error| backend.internal(error))?;
            factor.filter(|factor| factor.confirmed_at.is_some()).ok_or(Problem::SecondFactorWanted)?;
        }
        Ok(Self { person, project, role, projects })
    }

    /// The member as somebody who does this to their project, if they may.
    pub fn steward(&self, right: Right) -> Result<Steward, Problem> {
        Ok(Steward::new(self.project_to(right)?, self.person.by()))
    }

    /// The project, for those who may do this in it.
    pub fn project_to(&self, right: Right) -> Result<ProjectId, Problem> {
        if self.role.may(right) { Ok(self.project.id) } else { Err(Problem::NotAllowed) }
    }

    /// A reader of all clients of the project, for those who may read them.
    pub fn reader(&self) -> Result<Reader, Problem> {
        self.reader_by(Right::ReadEvents, ClientScope::All)
    }

    /// A reader of the project's account trail, for those who may read it.
    pub fn trail(&self) -> Result<Reader, Problem> {
        self.reader_by(Right::ReadTrail, ClientScope::Trail)
    }

    fn reader_by(&self, right: Right, clients: ClientScope) -> Result<Reader, Problem> {
        Ok(Reader {
            scope: Scope { project: self.project_to(right)?, clients },
            restriction: None,
            hide: Vec::new(),
            rights: Rights::ALL,
            trail: false,
            view: None,
            identity: ReaderIdentity::Member(self.person.by()),
            basis: Basis::Member { person: self.person.id, sign_in: self.person.sign_in.clone(), right },
            source: self.person.whence.clone(),
        })
    }

    pub fn person(&self) -> &Person {
        &self.person
    }

    pub fn project_name(&self) -> &ProjectName {
        &self.project.name
    }

    /// All projects that they are a member of, by name.
    pub fn projects(&self) -> &[ProjectName] {
        &self.projects
    }

    pub fn role(&self) -> Role {
        self.role
    }
}

/// What the secret is derived for.
const PURPOSE: &str = "member";
