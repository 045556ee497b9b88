//! Passwords, kept as Argon2id (RFC 9106) with the parameters that OWASP's cheat sheet asks for at least.

use crate::backend::Backend;
use crate::backend::secrets::random_bytes;
use crate::domain::problem::Problem;
use argon2::Argon2;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

/// How long somebody waits for their turn before they are told to come back: hashing is dear, and a queue without an end
/// would keep everybody waiting.
const PATIENCE: Duration = Duration::from_secs(10);

/// What a password is compared with where there is no person, so that both take the same time.
static NOBODY: LazyLock<String> =
    LazyLock::new(|| compute("nobody has this password").expect("a short text can be hashed"));

/// The hash of a password. Takes some tens of milliseconds and 19 MiB, on a thread for that.
pub async fn hash(backend: &Backend, password: &str) -> Result<String, Problem> {
    let password = password.to_owned();
    in_turn(backend, move || compute(&password)).await
}

/// Whether a password is the one of a hash; without a hash it never is, after the same time.
pub async fn verify(backend: &Backend, hash: Option<&str>, password: &str) -> Result<bool, Problem> {
    let (hash, password) = (hash.map(str::to_owned), password.to_owned());
    in_turn(backend, move || matches(hash.as_deref(), &password)).await
}

/// Does the work on a thread for that, no more of it at once than there are processors. The turn ends with the work, not
/// with the request: whoever hangs up meanwhile still has it.
async fn in_turn<T: Send + 'static>(
    backend: &Backend,
    work: impl FnOnce() -> anyhow::Result<T> + Send + 'static,
) -> Result<T, Problem> {
    let turn = tokio::time::timeout(PATIENCE, Arc::clone(&backend.passwords).acquire_owned()).await;
    let turn = turn
        .map_err(|_| Problem::Busy { retry_after: 1 })?
        .map_err(|error| backend.internal(anyhow::Error::from(error).into()))?;
    let done = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        work()
    });
    done.await.map_err(anyhow::Error::from).flatten().map_err(|error| backend.internal(error.into()))
}

fn compute(password: &str) -> anyhow::Result<String> {
    let salt = SaltString::encode_b64(&random_bytes::<16>()).map_err(|error| anyhow::anyhow!("a salt: {error}"))?;
    let hash = Argon2::default().hash_password(password.as_bytes(), &salt);
    Ok(hash.map_err(|error| anyhow::anyhow!("a password's hash: {error}"))?.to_string())
}

fn matches(hash: Option<&str>, password: &str) -> anyhow::Result<bool> {
    let known =
        PasswordHash::new(hash.unwrap_or(&NOBODY)).map_err(|error| anyhow::anyhow!("a stored hash: {error}"))?;
    let equal = Argon2::default().verify_password(password.as_bytes(), &known).is_ok();
    Ok(equal && hash.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_matches_its_own_hash_and_nobody_s() {
        let hash = compute("correct horse battery").unwrap();
        assert!(hash.starts_with("$argon2id$"));
        assert!(matches(Some(&hash), "correct horse battery").unwrap());
        assert!(!matches(Some(&hash), "correct horse batterz").unwrap());
        assert!(!matches(None, "nobody has this password").unwrap());
        assert_ne!(compute("same").unwrap(), compute("same").unwrap());
    }
}
