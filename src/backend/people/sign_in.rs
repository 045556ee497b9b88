//! Signing in and out.

use super::{password, second_factor};
use crate::backend::Backend;
use crate::backend::auth::{By, Halfway, Known, Person, Whence};
use crate::backend::secrets::random_name;
use crate::backend::storage::{PersonRecord, SignInRecord};
use crate::backend::trail::{self, Deed};
use crate::domain::people::Email;
use crate::domain::problem::{Problem, Refusal};
use crate::domain::time::Timestamp;

/// How long a session holds, in seconds.
const LENGTH: i64 = 12 * 60 * 60;

/// A session that has just begun.
pub struct SignedIn {
    /// Proves it; goes into a cookie that scripts cannot read.
    pub token: String,
    pub seconds: i64,
}

/// How far somebody has come.
pub enum Entered {
    In(SignedIn),
    /// To the question for their second factor. The token proves the password, for a few minutes, and opens nothing.
    Halfway(String),
}

/// Lets somebody in who knows an address's password, or asks for their second factor. Whether the address or the password
/// is wrong is not told, by words or by time, and guessing at one address soon has to wait.
pub async fn sign_in(backend: &Backend, email: &str, password: &str, whence: Whence) -> Result<Entered, Problem> {
    let wrong = || Problem::refused(Refusal::WrongPassword);
    let email = Email::parse(email).map_err(|_| wrong())?;
    let person = whoever(backend, &email, password, &whence).await?.ok_or_else(wrong)?;
    if second_factor::is_on(backend, person.id).await? {
        return Ok(Entered::Halfway(Halfway::new(&person).token(backend)?));
    }
    begin(backend, person, whence, "their password").await.map(Entered::In)
}

/// Lets somebody in who has proved their password and has a code.
pub async fn sign_in_with_code(
    backend: &Backend,
    halfway: &Halfway,
    code: &str,
    whence: Whence,
) -> Result<SignedIn, Problem> {
    let person = halfway.person(backend).await?;
    match second_factor::check(backend, person.id, &by(&person, whence.clone()), code).await {
        Ok(means) => begin(backend, person, whence, means).await,
        Err(problem) => {
            if problem == Problem::refused(Refusal::WrongCode) {
                record(backend, &person, whence, &Deed::SignInFailed { means: "a wrong code" });
            }
            Err(problem)
        }
    }
}

/// Begins a session of somebody who has proved who they are.
pub(super) async fn begin(
    backend: &Backend,
    person: PersonRecord,
    whence: Whence,
    means: &str,
) -> Result<SignedIn, Problem> {
    let now = backend.clock.now();
    let record = SignInRecord {
        // Always a new one: an id that somebody else has put into the browser is worth nothing.
        id: random_name("si_"),
        person: person.id,
        created_at: now,
        expires_at: Timestamp::from_millis(now.millis() + LENGTH * 1000),
        agent: whence.agent.clone(),
    };
    let line = trail::line(backend, &by(&person, whence), &Deed::SignedIn { means });
    backend.storage.begin_sign_in(&record, &line).await.map_err(|error| backend.internal(error))?;
    Ok(SignedIn { token: Person::token(backend, &record)?, seconds: LENGTH })
}

/// Whoever has an address and knows its password; takes the same time where there is nobody, or no password.
pub(super) async fn whoever(
    backend: &Backend,
    email: &Email,
    password: &str,
    whence: &Whence,
) -> Result<Option<PersonRecord>, Problem> {
    backend.rates.check_password(email, whence.address)?;
    let person = backend.storage.person_of(email).await.map_err(|error| backend.internal(error))?;
    let hash = person.as_ref().and_then(|person| person.password_hash.as_deref());
    let matches = password::verify(backend, hash, password).await?;
    if let Some(person) = person.as_ref().filter(|_| !matches) {
        record(backend, person, whence.clone(), &Deed::SignInFailed { means: "a wrong password" });
    }
    Ok(person.filter(|_| matches))
}

/// Records a failed attempt beside the answer: the time that it takes must not tell that there is such an account.
pub(super) fn record(backend: &Backend, person: &PersonRecord, whence: Whence, failure: &Deed<'_>) {
    let (id, line) = (person.id, trail::line(backend, &by(person, whence), failure));
    let backend = backend.clone();
    tokio::spawn(async move {
        if let Err(error) = backend.storage.record_of(id, &line).await {
            tracing::error!(%error, "a failed attempt to get at an account could not be recorded");
        }
    });
}

/// A person as the account trail names them.
pub(super) fn by(person: &PersonRecord, whence: Whence) -> By {
    By::Person(Known { name: person.name.clone(), email: person.email.clone(), whence })
}

/// Ends somebody's session: its cookie opens nothing from now on.
pub async fn sign_out(backend: &Backend, person: &Person) -> Result<(), Problem> {
    let line = trail::line(backend, &person.by(), &Deed::SignedOut);
    let ended = backend.storage.end_sign_in(person.id(), person.sign_in(), &line).await;
    ended.map_err(|error| backend.internal(error))
}

/// Ends somebody's other sessions.
pub async fn sign_out_elsewhere(backend: &Backend, person: &Person) -> Result<(), Problem> {
    let sessions = super::sign_ins(backend, person).await?.len().saturating_sub(1) as u64;
    let line = trail::line(backend, &person.by(), &Deed::SignedOutElsewhere { sessions });
    let ended = backend.storage.end_other_sign_ins(person.id(), person.sign_in(), &line).await;
    ended.map_err(|error| backend.internal(error))
}
