//! Signing in and out.

use super::password;
use crate::backend::Backend;
use crate::backend::auth::Person;
use crate::backend::secrets::random_name;
use crate::backend::storage::{PersonRecord, SignInRecord};
use crate::domain::people::Email;
use crate::domain::problem::{Problem, Refusal};
use crate::domain::time::Timestamp;

/// How long a session holds, in seconds.
const LENGTH: i64 = 12 * 60 * 60;
/// Most characters kept of what a browser says of itself.
const LONGEST_AGENT: usize = 200;

/// A session that has just begun.
pub struct SignedIn {
    /// Proves it; goes into a cookie that scripts cannot read.
    pub token: String,
    pub seconds: i64,
}

/// Begins a session for whoever knows an address's password. Whether the address or the password is wrong is not told,
/// by words or by time, and guessing at one address soon has to wait.
pub async fn sign_in(backend: &Backend, email: &str, password: &str, agent: &str) -> Result<SignedIn, Problem> {
    let wrong = || Problem::refused(Refusal::WrongPassword);
    let email = Email::parse(email).map_err(|_| wrong())?;
    let person = whoever(backend, &email, password).await?.ok_or_else(wrong)?;
    let now = backend.clock.now();
    let record = SignInRecord {
        // Always a new one: an id that somebody else has put into the browser is worth nothing.
        id: random_name("si_"),
        person: person.id,
        created_at: now,
        expires_at: Timestamp::from_millis(now.millis() + LENGTH * 1000),
        agent: agent.chars().filter(|c| !c.is_control()).take(LONGEST_AGENT).collect(),
    };
    backend.storage.begin_sign_in(&record).await.map_err(|error| backend.internal(error))?;
    Ok(SignedIn { token: Person::token(backend, &record)?, seconds: LENGTH })
}

/// Whoever has an address and knows its password; takes the same time where there is nobody.
pub(super) async fn whoever(backend: &Backend, email: &Email, password: &str) -> Result<Option<PersonRecord>, Problem> {
    backend.rates.check_sign_in(email)?;
    let person = backend.storage.person_of(email).await.map_err(|error| backend.internal(error))?;
    let hash = person.as_ref().map(|person| person.password_hash.as_str());
    let matches = password::verify(backend, hash, password).await?;
    Ok(person.filter(|_| matches))
}

/// Ends somebody's session: its cookie opens nothing from now on.
pub async fn sign_out(backend: &Backend, person: &Person) -> Result<(), Problem> {
    backend.storage.end_sign_in(person.sign_in()).await.map_err(|error| backend.internal(error))
}

/// Ends somebody's other sessions.
pub async fn sign_out_elsewhere(backend: &Backend, person: &Person) -> Result<(), Problem> {
    let ended = backend.storage.end_other_sign_ins(person.id(), person.sign_in()).await;
    ended.map_err(|error| backend.internal(error))
}
