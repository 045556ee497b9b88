//! The people who run the logs: the first of them, signing in and out, passwords.

mod members;
pub mod oidc;
mod password;
mod proof;
mod reset;
pub mod second_factor;
mod sign_in;

pub use members::{INVITATION_DAYS, invite, join, members, remove, set_role, withdraw};
pub use reset::reset;
pub use sign_in::{Entered, SignedIn, sign_in, sign_in_with_code, sign_out, sign_out_elsewhere};

use super::auth::{By, Known, Person, Whence};
use super::storage::{NewPerson, SignInRecord};
use super::trail::{self, Deed};
use super::{Backend, secrets};
use crate::domain::access::ProjectId;
use crate::domain::name::checked_name;
use crate::domain::people::Email;
use crate::domain::problem::{Faults, Problem};
use subtle::ConstantTimeEq;

/// Fewest characters of a password (NIST SP 800-63B §3.1.1.2 asks for no more rules than a length).
pub const SHORTEST_PASSWORD: usize = 12;
/// Most: hashing more is work for nothing.
const LONGEST_PASSWORD: usize = 1_000;

/// Somebody without an account, as they introduce themselves.
pub struct Introduced<'a> {
    /// Of the first start, or of an invitation.
    pub code: &'a str,
    pub name: &'a str,
    pub email: &'a str,
    pub password: &'a str,
    pub whence: Whence,
}

impl Introduced<'_> {
    /// As the account trail names them.
    fn by(&self, person: &NewPerson) -> By {
        By::Person(Known { name: person.name.clone(), email: person.email.clone(), whence: self.whence.clone() })
    }
}

/// A fresh code that makes the first person, shown once and worth nothing after the next call; `None` once there is
/// somebody.
pub async fn offer_setup(backend: &Backend) -> Result<Option<String>, Problem> {
    let code = secrets::random_secret();
    let kept = backend.storage.offer_setup(&secrets::hash(&code)).await;
    Ok(kept.map_err(|error| backend.internal(error))?.then_some(code))
}

/// Whether somebody has to be first still.
pub async fn wants_setup(backend: &Backend) -> Result<bool, Problem> {
    Ok(backend.storage.setup().await.map_err(|error| backend.internal(error))?.is_some())
}

/// Makes the first person, owner of the project. The code is worth nothing from then on.
pub async fn found(backend: &Backend, project: ProjectId, founder: &Introduced<'_>) -> Result<(), Problem> {
    let expected = backend.storage.setup().await.map_err(|error| backend.internal(error))?.ok_or(Problem::NotFound)?;
    let mut faults = Faults::default();
    if !bool::from(secrets::hash(founder.code.trim()).ct_eq(&expected)) {
        faults.add("code", "This is not the code that the server printed last");
    }
    let person = newcomer(backend, founder, faults).await?;
    let line = trail::line(backend, &founder.by(&person), &Deed::MemberJoined { email: &person.email });
    let made = backend.storage.found(project, &person, &line).await.map_err(|error| backend.internal(error))?;
    made.map(|_| ()).ok_or(Problem::NotFound)
}

/// A person to be, of somebody who introduces themselves with nothing wrong; `faults` are those found before.
async fn newcomer(backend: &Backend, introduced: &Introduced<'_>, mut faults: Faults) -> Result<NewPerson, Problem> {
    let name = check_name(introduced.name, &mut faults);
    let email = Email::parse(introduced.email).map_err(|_| faults.add("email", "Enter an e-mail address"));
    check_password("password", introduced.password, &mut faults);
    let (Ok(email), true) = (email, faults.is_empty()) else { return Err(Problem::Invalid { faults }) };
    let password_hash = Some(password::hash(backend, introduced.password).await?);
    Ok(NewPerson { email, name, password_hash, created_at: backend.clock.now() })
}

/// Changes somebody's own password, or gives them a first one; their other sessions end.
pub async fn change_password(backend: &Backend, person: &Person, old: &str, new: &str) -> Result<(), Problem> {
    let mut faults = Faults::default();
    check_password("new", new, &mut faults);
    faults.or(())?;
    proof::prove(backend, person, "old", old).await?;
    let hash = password::hash(backend, new).await?;
    let line = trail::line(backend, &person.by(), &Deed::PasswordChanged);
    let stored = backend.storage.set_password(person.id(), &hash, person.sign_in(), &line).await;
    stored.map_err(|error| backend.internal(error))
}

/// Whether somebody has a password; whoever signs in elsewhere may have none.
pub async fn has_password(backend: &Backend, person: &Person) -> Result<bool, Problem> {
    let known = backend.storage.person(person.id()).await.map_err(|error| backend.internal(error))?;
    Ok(known.is_some_and(|known| known.password_hash.is_some()))
}

/// Where somebody is signed in, the latest first.
pub async fn sign_ins(backend: &Backend, person: &Person) -> Result<Vec<SignInRecord>, Problem> {
    let now = backend.clock.now();
    backend.storage.sign_ins(person.id(), now).await.map_err(|error| backend.internal(error))
}

fn check_name(name: &str, faults: &mut Faults) -> String {
    checked_name(name).unwrap_or_else(|wrong| {
        faults.add("name", format!("Enter {}", wrong.expected));
        name.to_owned()
    })
}

fn check_password(field: &str, password: &str, faults: &mut Faults) {
    let length = password.chars().count();
    if !(SHORTEST_PASSWORD..=LONGEST_PASSWORD).contains(&length) {
        faults.add(field, format!("Choose at least {SHORTEST_PASSWORD} characters; a few words are easy to remember"));
    }
}
