//! Proving a second time who one is, before what would let others in or keep oneself out.

use super::password;
use super::sign_in::record;
use crate::backend::Backend;
use crate::backend::auth::Person;
use crate::backend::storage::PersonRecord;
use crate::backend::trail::Deed;
use crate::domain::problem::Problem;

/// How new a session has to be that proves somebody without a password, in milliseconds.
const NEW: i64 = 15 * 60 * 1000;

/// Whoever is signed in, if it is them who asks: they know their password or, where they have none since they sign in
/// elsewhere, have just done so. Guessing has to wait here as it does at the door; faults are told under `field`.
pub(super) async fn prove(
    backend: &Backend,
    person: &Person,
    field: &str,
    password: &str,
) -> Result<PersonRecord, Problem> {
    backend.rates.check_password(person.email(), person.whence().address)?;
    let known = backend.storage.person(person.id()).await.map_err(|error| backend.internal(error))?;
    let known = known.ok_or(Problem::SignInRequired)?;
    let Some(hash) = &known.password_hash else {
        return if backend.clock.now().millis() - person.since().millis() <= NEW {
            Ok(known)
        } else {
            Err(Problem::invalid(
                "",
                "Sign out and in again first: you signed in too long ago to be sure that it is you",
            ))
        };
    };
    if password::verify(backend, Some(hash), password).await? {
        return Ok(known);
    }
    record(backend, &known, person.whence().clone(), &Deed::PasswordRefused);
    Err(Problem::invalid(field, "This is not your password"))
}
