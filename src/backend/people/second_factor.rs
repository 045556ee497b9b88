//! The second factor: a code of a telephone's app (TOTP, RFC 6238), and recovery codes for the day it is lost.

use super::{proof, sign_out_elsewhere};
use crate::backend::Backend;
use crate::backend::auth::{By, Member, Person};
use crate::backend::secrets::{self, random_bytes};
use crate::backend::storage::{Sealed, SecondFactorRecord};
use crate::backend::trail::{self, Deed};
use crate::domain::people::{PersonId, Right};
use crate::domain::problem::{Problem, Refusal};
use totp_rs::{Algorithm, Builder, Totp};

/// Recovery codes that are made at once.
const RECOVERY_CODES: usize = 10;
/// Characters of one: 80 bits, so that a plain hash of it cannot be guessed.
const RECOVERY_LETTERS: usize = 16;

/// A secret for somebody's app.
#[derive(Debug, Clone)]
pub struct Offer {
    /// In Base32, to be typed.
    pub secret: String,
    /// The same for a camera, in the form that apps read (`otpauth://`).
    pub url: String,
}

/// What somebody has of a second factor.
#[derive(Debug, Clone)]
pub enum Standing {
    None,
    /// A secret that waits for its first code.
    Offered(Offer),
    /// One that is asked for, with so many recovery codes left.
    On {
        recovery_codes: u32,
    },
}

/// What a person has.
pub async fn standing(backend: &Backend, person: &Person) -> Result<Standing, Problem> {
    let record = backend.storage.second_factor(person.id()).await.map_err(|error| backend.internal(error))?;
    match record {
        None => Ok(Standing::None),
        Some(SecondFactorRecord { secret, confirmed_at: None }) => {
            Ok(Standing::Offered(offer(person, &totp(backend, &secret)?)))
        }
        Some(SecondFactorRecord { confirmed_at: Some(_), .. }) => {
            let left = backend.storage.recovery_codes(person.id()).await;
            Ok(Standing::On { recovery_codes: left.map_err(|error| backend.internal(error))? })
        }
    }
}

/// Makes a secret, which counts once a code of it was right. Whoever has a second factor keeps it.
pub async fn offer_one(backend: &Backend, person: &Person) -> Result<(), Problem> {
    let secret = backend.secret.seal(&random_bytes::<20>());
    let kept = backend.storage.offer_second_factor(person.id(), &secret).await;
    if kept.map_err(|error| backend.internal(error))? { Ok(()) } else { Err(Problem::NotAllowed) }
}

/// Turns it on by the password and a first code; the recovery codes, known only now. Other sessions end: they began
/// without it.
pub async fn confirm(backend: &Backend, person: &Person, given: &str, code: &str) -> Result<Vec<String>, Problem> {
    proof::prove(backend, person, "password", given).await?;
    backend.rates.check_code(person.id())?;
    let record = backend.storage.second_factor(person.id()).await.map_err(|error| backend.internal(error))?;
    let record = record.filter(|record| record.confirmed_at.is_none()).ok_or(Problem::NotFound)?;
    let wrong = || Problem::invalid("code", "This is not the code that your app shows now");
    let step = step_of(backend, &record.secret, code)?.ok_or_else(wrong)?;
    let codes: Vec<String> = std::iter::repeat_with(recovery_code).take(RECOVERY_CODES).collect();
    let hashes: Vec<[u8; 32]> = codes.iter().map(|code| secrets::hash(&plain(code))).collect();
    let line = trail::line(backend, &person.by(), &Deed::SecondFactorSet);
    let confirmed = backend.storage.confirm_second_factor(person.id(), step, &hashes, &line).await;
    if !confirmed.map_err(|error| backend.internal(error))? {
        return Err(Problem::NotFound);
    }
    sign_out_elsewhere(backend, person).await?;
    Ok(codes)
}

/// Turns it off, for whoever knows the password and has a code.
pub async fn turn_off(backend: &Backend, person: &Person, given: &str, code: &str) -> Result<(), Problem> {
    proof::prove(backend, person, "password", given).await?;
    match check(backend, person.id(), &person.by(), code).await {
        Ok(_) => {}
        Err(Problem::CredentialRefused { reason: reason @ Refusal::WrongCode }) => {
            return Err(Problem::invalid("code", reason.to_string()));
        }
        Err(problem) => return Err(problem),
    }
    let line = trail::line(backend, &person.by(), &Deed::SecondFactorOff);
    backend.storage.end_second_factor(person.id(), &line).await.map_err(|error| backend.internal(error))
}

/// Takes a code of the app, or a recovery code, each once. Guessing soon has to wait.
pub(super) async fn check(backend: &Backend, person: PersonId, by: &By, code: &str) -> Result<&'static str, Problem> {
    backend.rates.check_code(person)?;
    let wrong = || Problem::refused(Refusal::WrongCode);
    let record = backend.storage.second_factor(person).await.map_err(|error| backend.internal(error))?;
    let record = record.filter(|record| record.confirmed_at.is_some()).ok_or_else(wrong)?;
    if let Some(step) = step_of(backend, &record.secret, code)? {
        let first = backend.storage.use_step(person, step).await.map_err(|error| backend.internal(error))?;
        return if first { Ok("a code of their app") } else { Err(wrong()) };
    }
    let line = trail::line(backend, by, &Deed::RecoveryCodeUsed);
    let used = backend.storage.use_recovery_code(person, &secrets::hash(&plain(code)), &line).await;
    if used.map_err(|error| backend.internal(error))? { Ok("a recovery code") } else { Err(wrong()) }
}

/// Whether a person is asked for one.
pub(super) async fn is_on(backend: &Backend, person: PersonId) -> Result<bool, Problem> {
    let record = backend.storage.second_factor(person).await.map_err(|error| backend.internal(error))?;
    Ok(record.is_some_and(|record| record.confirmed_at.is_some()))
}

/// Whether a member's project is open to members with a second factor only.
pub async fn is_required(backend: &Backend, member: &Member) -> Result<bool, Problem> {
    let project = member.project_to(Right::ManageMembers)?;
    backend.storage.requires_second_factor(project).await.map_err(|error| backend.internal(error))
}

/// Opens a project to members with a second factor only, or to all of them again. Whoever asks for one has one.
pub async fn require(backend: &Backend, member: &Member, required: bool) -> Result<(), Problem> {
    let project = member.project_to(Right::RequireSecondFactor)?;
    if required && !is_on(backend, member.person().id()).await? {
        return Err(Problem::invalid("", "Set up a second factor for your own account first"));
    }
    let line = trail::line(backend, &member.person().by(), &Deed::SecondFactorRequired { required });
    backend.storage.require_second_factor(project, required, &line).await.map_err(|error| backend.internal(error))
}

/// As apps expect it: SHA-1, six digits, thirty seconds, and one step either way for a clock that is a little off.
fn totp(backend: &Backend, secret: &Sealed) -> Result<Totp, Problem> {
    let secret = backend.secret.open_sealed(secret).map_err(|error| backend.internal(error))?;
    let made = Builder::new().with_algorithm(Algorithm::SHA1).with_digits(6).with_step_duration(30).with_skew(1);
    made.with_secret(secret)
        .build()
        .map_err(|error| backend.internal(anyhow::anyhow!("a second factor: {error}").into()))
}

/// The step that a code is of, if it is one of now.
fn step_of(backend: &Backend, secret: &Sealed, code: &str) -> Result<Option<i64>, Problem> {
    let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let seconds = u64::try_from(backend.clock.now().millis() / 1000).unwrap_or(0);
    let step = totp(backend, secret)?.check(&digits, seconds);
    Ok(step.and_then(|step| i64::try_from(step).ok()))
}

fn offer(person: &Person, totp: &Totp) -> Offer {
    let secret = totp.secret().to_base32();
    let label: String = form_urlencoded::byte_serialize(person.email().as_str().as_bytes()).collect();
    let url = format!("otpauth://totp/Daybook:{label}?secret={secret}&issuer=Daybook");
    Offer { secret, url }
}

/// Such as `k3qz-p7wm-2fhc-x9rt`: letters and digits that are not taken for each other.
fn recovery_code() -> String {
    const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz123456789";
    let letters = random_bytes::<RECOVERY_LETTERS>().map(|byte| char::from(LETTERS[usize::from(byte % 32)]));
    letters.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// A code as it counts, however it was typed.
fn plain(code: &str) -> String {
    code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recovery_code_is_the_same_however_it_is_typed() {
        let code = recovery_code();
        assert_eq!(plain(&code).len(), RECOVERY_LETTERS);
        assert_eq!(plain(&format!(" {} ", code.to_uppercase().replace('-', " "))), plain(&code));
        assert_ne!(recovery_code(), code);
    }
}
