//! A way back in for somebody who has lost their password or their telephone, given by whoever has the data folder.

use super::password;
use crate::backend::auth::By;
use crate::backend::trail::{self, Deed};
use crate::backend::{Backend, secrets};
use crate::domain::people::Email;
use crate::domain::problem::Problem;

/// Gives an account a fresh password, known only now, and ends its second factor and its sessions.
pub async fn reset(backend: &Backend, email: &Email) -> Result<String, Problem> {
    let person = backend.storage.person_of(email).await.map_err(|error| backend.internal(error))?;
    let person = person.ok_or_else(|| Problem::invalid("email", "expected the address of somebody with an account"))?;
    let password = secrets::random_secret();
    let hash = password::hash(backend, &password).await?;
    let deed = Deed::AccountReset { email: &person.email, name: &person.name };
    let line = trail::line(backend, &By::Machine, &deed);
    backend.storage.reset_person(person.id, &hash, &line).await.map_err(|error| backend.internal(error))?;
    Ok(password)
}
