//! Members: people who run the logs, signed in with a cookie.

use super::{Reader, Rights};
use crate::backend::Backend;
use crate::backend::storage::{Project, SignInRecord};
use crate::domain::access::{ClientScope, ProjectId, ProjectName, Scope};
use crate::domain::people::{Email, PersonId, Right, Role};
use crate::domain::problem::{Problem, Refusal};
use crate::domain::time::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};

/// Somebody signed in.
#[derive(Debug, Clone)]
pub struct Person {
    id: PersonId,
    sign_in: String,
    name: String,
    email: Email,
}

/// Somebody signed in, and what they are in one project. The project is given out for a right alone.
#[derive(Debug, Clone)]
pub struct Member {
    person: Person,
    project: Project,
    role: Role,
}

/// What a session's cookie holds. Whether the session still holds is the database's to say.
#[derive(Serialize, Deserialize)]
struct Claims {
    /// The session.
    sid: String,
    /// When it ends, in seconds since 1970.
    exp: i64,
}

impl Person {
    /// What proves a session: a JWT (HS256) of the server's own secret.
    pub(in crate::backend) fn token(backend: &Backend, sign_in: &SignInRecord) -> Result<String, Problem> {
        let claims = Claims { sid: sign_in.id.clone(), exp: sign_in.expires_at.millis() / 1000 };
        let key = EncodingKey::from_secret(&backend.secret.derive(PURPOSE));
        encode(&Header::new(Algorithm::HS256), &claims, &key)
            .map_err(|error| backend.internal(anyhow::Error::from(error).into()))
    }

    /// Whoever a token belongs to, if its session still holds.
    pub async fn of_token(backend: &Backend, token: &str) -> Result<Self, Problem> {
        let ended = || Problem::refused(Refusal::Expired);
        let claims = read(backend, token).ok_or_else(ended)?;
        let record = backend.storage.sign_in(&claims.sid).await.map_err(|error| backend.internal(error))?;
        let now = backend.clock.now();
        let record = record.filter(|record| record.expires_at > now).ok_or_else(ended)?;
        let person = backend.storage.person(record.person).await.map_err(|error| backend.internal(error))?;
        let person = person.ok_or_else(ended)?;
        Ok(Self { id: person.id, sign_in: record.id, name: person.name, email: person.email })
    }

    pub fn id(&self) -> PersonId {
        self.id
    }

    /// The session's id.
    pub fn sign_in(&self) -> &str {
        &self.sign_in
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn email(&self) -> &Email {
        &self.email
    }
}

impl Member {
    /// Somebody in a project. One that they are no member of is as absent as one that never was.
    pub async fn of(backend: &Backend, person: Person, project: &ProjectName) -> Result<Self, Problem> {
        let roles = backend.storage.roles(person.id).await.map_err(|error| backend.internal(error))?;
        let found = roles.into_iter().find(|(known, _)| known.name == *project);
        let (project, role) = found.ok_or(Problem::NotFound)?;
        Ok(Self { person, project, role })
    }

    /// The project, for those who may do this in it.
    pub fn project_to(&self, right: Right) -> Result<ProjectId, Problem> {
        if self.role.may(right) { Ok(self.project.id) } else { Err(Problem::NotAllowed) }
    }

    /// A reader of all clients of the project, for those who may read them.
    pub fn reader(&self) -> Result<Reader, Problem> {
        let scope = Scope { project: self.project_to(Right::ReadEvents)?, clients: ClientScope::All };
        let rights = Rights { export: false, tail: true };
        Ok(Reader { scope, restriction: None, hide: Vec::new(), rights, view: None })
    }

    pub fn person(&self) -> &Person {
        &self.person
    }

    pub fn project_name(&self) -> &ProjectName {
        &self.project.name
    }

    pub fn role(&self) -> Role {
        self.role
    }
}

/// What the secret is derived for.
const PURPOSE: &str = "member";

/// The moments are compared by our own clock.
fn read(backend: &Backend, token: &str) -> Option<Claims> {
    let mut validation = Validation::new(Algorithm::HS256);
    validation.validate_exp = false;
    validation.required_spec_claims.clear();
    let key = DecodingKey::from_secret(&backend.secret.derive(PURPOSE));
    let claims = decode::<Claims>(token, &key, &validation).ok()?.claims;
    (Timestamp::from_millis(claims.exp.checked_mul(1000)?) > backend.clock.now()).then_some(claims)
}
