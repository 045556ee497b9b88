//! The file of the server's secret: found, made on the first start, told from another log's, and replaced once it is lost.

use super::private_files;
use super::secrets::ServerSecret;
use super::storage::{Sealed, SealedValues, Storage};
use anyhow::{Context, bail};
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

/// What is sealed to know the secret by.
const PROOF: &[u8] = b"daybook";
/// What a lost secret leads to.
const WAY_OUT: &str = "Put it back from where you keep a copy. If it is lost, `daybook secret reset` makes a new one and says \
                       beforehand what that costs";

/// Where the secret of a data folder is.
pub fn path(folder: &Path) -> PathBuf {
    folder.join("server.secret")
}

/// How a secret stands to what is sealed in a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    /// It opens everything, also where there is nothing to open.
    Right,
    /// It is the log's, but so many values were sealed with another one.
    Partly(usize),
    /// Another one has sealed what is there.
    Wrong,
}

/// Whether a secret is the one that a log's values were sealed with.
pub fn fit(secret: &ServerSecret, sealed: &SealedValues) -> Fit {
    let (all, opened) =
        sealed.all().fold((0, 0), |(all, opened), value| (all + 1, opened + usize::from(opens(secret, value))));
    match &sealed.proof {
        Some(proof) if !opens(secret, proof) => Fit::Wrong,
        None if all > 0 && opened == 0 => Fit::Wrong,
        _ if opened < all => Fit::Partly(all - opened),
        _ => Fit::Right,
    }
}

fn opens(secret: &ServerSecret, value: &Sealed) -> bool {
    secret.open_sealed(value).is_ok()
}

/// The secret of a folder. Where there is none it is made, if nothing in the log was sealed with an earlier one.
pub async fn open(storage: &dyn Storage, folder: &Path) -> anyhow::Result<ServerSecret> {
    let sealed = storage.sealed_values().await?;
    finish_replacement(folder, &sealed)?;
    let path = path(folder);
    let secret = match ServerSecret::read(&path)? {
        Some(secret) => secret,
        None if sealed.proof.is_none() && sealed.all().next().is_none() => ServerSecret::make(&path)?,
        None => bail!("{}", missing(&path, &sealed)),
    };
    match fit(&secret, &sealed) {
        Fit::Right => {}
        Fit::Partly(others) => tracing::warn!(
            "{others} of the log's sealed values were sealed with an earlier {} and cannot be opened: replace the access \
             keys and signing secrets that do not work, or all of them with `daybook secret reset`",
            path.display()
        ),
        Fit::Wrong => bail!("{}", wrong(&path, &sealed)),
    }
    if sealed.proof.is_none() {
        storage.keep_proof(&proof(&secret)).await?;
    }
    Ok(secret)
}

/// By which the secret is known again.
pub fn proof(secret: &ServerSecret) -> Sealed {
    secret.seal(PROOF)
}

/// What is wrong with the secret of a folder, seen from its log, if anything is.
pub fn fault(folder: &Path, sealed: &SealedValues) -> anyhow::Result<Option<String>> {
    let path = path(folder);
    if sealed.proof.is_none() && sealed.all().next().is_none() {
        return Ok(None);
    }
    Ok(match ServerSecret::read(&path)?.map(|secret| fit(&secret, sealed)) {
        None => Some(missing(&path, sealed)),
        Some(Fit::Wrong) => Some(wrong(&path, sealed)),
        Some(Fit::Right | Fit::Partly(_)) => None,
    })
}

fn missing(path: &Path, sealed: &SealedValues) -> String {
    format!("{} is missing, and only it opens what the log holds: {}. {WAY_OUT}", path.display(), dependents(sealed))
}

fn wrong(path: &Path, sealed: &SealedValues) -> String {
    format!(
        "{} is not the secret that this log was sealed with; only that one opens {}. {WAY_OUT}",
        path.display(),
        dependents(sealed)
    )
}

/// What the log loses without the secret, in words.
pub fn dependents(sealed: &SealedValues) -> String {
    let parts = [
        (sealed.access_keys.len(), "access key", "access keys"),
        (sealed.signing_secrets.len(), "signing secret", "signing secrets"),
        (sealed.second_factors.len(), "second factor", "second factors"),
    ];
    let parts = parts.iter().filter(|(count, ..)| *count > 0);
    let parts: Vec<String> =
        parts.map(|(count, one, many)| format!("{count} {}", if *count == 1 { one } else { many })).collect();
    if parts.is_empty() { "nothing yet".to_owned() } else { parts.join(", ") }
}

/// A secret that takes another's place once the log is sealed with it. Until then it lies beside it.
pub struct Replacement {
    pub secret: ServerSecret,
    folder: PathBuf,
}

impl Replacement {
    /// Makes one, on the disk before anything depends on it.
    pub fn make(folder: &Path) -> anyhow::Result<Self> {
        let next = next(folder);
        match fs::remove_file(&next) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("cannot remove {}", next.display()));
            }
            _ => {}
        }
        Ok(Self { secret: ServerSecret::make(&next)?, folder: folder.to_owned() })
    }

    /// Puts it in the other's place, which is kept aside: it may be another log's. Answers with where that is.
    pub fn commit(self) -> anyhow::Result<Option<PathBuf>> {
        commit(&self.folder)
    }
}

fn next(folder: &Path) -> PathBuf {
    folder.join("server.secret.new")
}

fn commit(folder: &Path) -> anyhow::Result<Option<PathBuf>> {
    let path = path(folder);
    let cannot = || format!("cannot replace {}", path.display());
    let aside = path.with_extension("secret.before-reset");
    let before = path.try_exists().with_context(cannot)?;
    if before {
        fs::rename(&path, &aside).with_context(cannot)?;
    }
    fs::rename(next(folder), &path).with_context(cannot)?;
    private_files::sync_folder(&path).with_context(cannot)?;
    Ok(before.then_some(aside))
}

/// A replacement that was broken off is completed where the log is sealed with it already.
fn finish_replacement(folder: &Path, sealed: &SealedValues) -> anyhow::Result<()> {
    let Some(next) = ServerSecret::read(&next(folder))? else { return Ok(()) };
    if sealed.proof.as_ref().is_some_and(|proof| opens(&next, proof)) {
        commit(folder)?;
        tracing::warn!("completed the replacement of {}, which was broken off", path(folder).display());
    }
    Ok(())
}

impl ServerSecret {
    /// Reads the file; nothing where there is none.
    pub fn read(path: &Path) -> anyhow::Result<Option<Self>> {
        match fs::read(path) {
            Ok(bytes) => Self::of_bytes(&bytes)
                .with_context(|| format!("{} must hold exactly 32 bytes. {WAY_OUT}", path.display()))
                .map(Some),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
        }
    }

    /// Makes the file with a fresh secret. Where another process has just made it, that one counts.
    fn make(path: &Path) -> anyhow::Result<Self> {
        let cannot = || format!("cannot create {}", path.display());
        // Whole at once: another process that finds the file finds all of it.
        let partial = path.with_extension(format!("partial-{}", std::process::id()));
        let secret = Self::random();
        let options = &mut OpenOptions::new();
        let mut file =
            private_files::open(&partial, options.write(true).create(true).truncate(true)).with_context(cannot)?;
        file.write_all(secret.bytes()).and_then(|()| file.sync_all()).with_context(cannot)?;
        let linked = fs::hard_link(&partial, path);
        fs::remove_file(&partial).with_context(cannot)?;
        match linked {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                Self::read(path)?.with_context(|| format!("{} has just gone", path.display()))
            }
            made => {
                made.and_then(|()| private_files::sync_folder(path)).with_context(cannot)?;
                Ok(secret)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::clock::Clock;
    use crate::backend::storage::sqlite::{Options, Sqlite};
    use crate::backend::storage::{Seals, Storage};

    async fn storage(folder: &Path) -> Sqlite {
        Sqlite::open(folder, Clock::system(), Options::default()).await.unwrap()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn it_is_made_once_for_its_owner_and_never_again_once_the_log_knows_it() {
        let folder = tempfile::tempdir().unwrap();
        let storage = storage(folder.path()).await;
        let first = open(&storage, folder.path()).await.unwrap();
        let path = path(folder.path());
        let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&path).unwrap().permissions());
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(first.bytes(), open(&storage, folder.path()).await.unwrap().bytes());
        fs::remove_file(&path).unwrap();
        let refused = open(&storage, folder.path()).await.err().unwrap().to_string();
        assert!(refused.contains("server.secret is missing") && refused.contains("daybook secret reset"), "{refused}");
        assert!(!path.exists(), "it is never replaced in silence");
        fs::write(&path, [7; 32]).unwrap();
        let refused = open(&storage, folder.path()).await.err().unwrap().to_string();
        assert!(refused.contains("is not the secret that this log was sealed with"), "{refused}");
        fs::write(&path, b"short").unwrap();
        assert!(open(&storage, folder.path()).await.err().unwrap().to_string().contains("exactly 32 bytes"));
        storage.close().await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_replacement_that_was_broken_off_is_completed_only_if_the_log_knows_it() {
        let folder = tempfile::tempdir().unwrap();
        let storage = storage(folder.path()).await;
        let first = open(&storage, folder.path()).await.unwrap();
        let next = Replacement::make(folder.path()).unwrap().secret;
        assert_eq!(open(&storage, folder.path()).await.unwrap().bytes(), first.bytes());
        let fresh = crate::backend::storage::FreshSeals { proof: proof(&next), views: Vec::new(), lines: Vec::new() };
        assert!(storage.reseal(&fresh).await.unwrap());
        assert_eq!(open(&storage, folder.path()).await.unwrap().bytes(), next.bytes());
        assert_eq!(fs::read(folder.path().join("server.secret.before-reset")).unwrap(), first.bytes());
        storage.close().await;
    }

    #[test]
    fn values_of_two_secrets_are_told_from_those_of_a_wrong_one() {
        let (ours, theirs) = (ServerSecret::random(), ServerSecret::random());
        let values = SealedValues { access_keys: vec![ours.seal(b"a"), theirs.seal(b"b")], ..SealedValues::default() };
        assert_eq!(fit(&ours, &values), Fit::Partly(1));
        assert_eq!(fit(&ServerSecret::random(), &values), Fit::Wrong);
        assert_eq!(fit(&ours, &SealedValues { proof: Some(proof(&theirs)), ..values.clone() }), Fit::Wrong);
        assert_eq!(fit(&ours, &SealedValues::default()), Fit::Right);
        assert_eq!(dependents(&values), "2 access keys");
    }
}
