//! The server's own secret, and what is made from it: sealed secrets, signed sessions, fresh random names.

use super::storage::{Sealed, StorageError};
use anyhow::{Context, ensure};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chacha20poly1305::{ChaCha20Poly1305, KeyInit, aead::Aead};
use sha2::{Digest, Sha256};
use std::{fs, io::Write, path::Path};

/// Thirty-two random bytes in a file beside the database, readable by its owner only. Made on the first start: there
/// is no default. Whoever has it can open the views' sealed secrets and sign viewer sessions.
pub struct ServerSecret([u8; 32]);

impl ServerSecret {
    /// Reads the file, or makes it where there is none.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        match fs::read(path) {
            Ok(bytes) => {
                let bytes: [u8; 32] =
                    bytes.try_into().map_err(|_| anyhow::anyhow!("{} must hold exactly 32 bytes", path.display()))?;
                Ok(Self(bytes))
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Self::create(path),
            Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
        }
    }

    fn create(path: &Path) -> anyhow::Result<Self> {
        let secret = Self::random();
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path).with_context(|| format!("cannot create {}", path.display()))?;
        file.write_all(&secret.0)?;
        file.sync_all()?;
        Ok(secret)
    }

    /// A secret for a test, or for a database in memory.
    pub fn random() -> Self {
        Self(random_bytes())
    }

    /// A key for one purpose, so that no two uses share one.
    pub fn derive(&self, purpose: &str) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(self.0);
        hash.update([0]);
        hash.update(purpose.as_bytes());
        hash.finalize().into()
    }

    /// Encrypts a secret for storage (ChaCha20-Poly1305, RFC 8439), a fresh nonce before it.
    pub fn seal(&self, plain: &[u8]) -> Sealed {
        let nonce: [u8; 12] = random_bytes();
        let sealed = self.cipher().encrypt(&nonce.into(), plain).expect("a short text can be encrypted");
        Sealed([nonce.as_slice(), &sealed].concat())
    }

    /// Decrypts what [`Self::seal`] made.
    pub fn open_sealed(&self, sealed: &Sealed) -> Result<Vec<u8>, StorageError> {
        let opened = || -> anyhow::Result<Vec<u8>> {
            ensure!(sealed.0.len() > 12, "too short");
            let (nonce, body) = sealed.0.split_at(12);
            let nonce: [u8; 12] = nonce.try_into()?;
            self.cipher()
                .decrypt(&nonce.into(), body)
                .map_err(|_| anyhow::anyhow!("it was sealed by another server secret"))
        };
        opened().map_err(|error| StorageError::Damaged(format!("a sealed secret: {error}")))
    }

    fn cipher(&self) -> ChaCha20Poly1305 {
        ChaCha20Poly1305::new(&self.derive("seal").into())
    }
}

/// Fresh randomness from the operating system.
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system has randomness");
    bytes
}

/// A fresh public name such as `vw_` and 16 letters and digits.
pub fn random_name(prefix: &str) -> String {
    const LETTERS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let letters = random_bytes::<16>().map(|byte| char::from(LETTERS[usize::from(byte) % LETTERS.len()]));
    format!("{prefix}{}", letters.iter().collect::<String>())
}

/// A fresh secret: 256 random bits as 43 letters that need no escaping anywhere.
pub fn random_secret() -> String {
    URL_SAFE_NO_PAD.encode(random_bytes::<32>())
}

/// How a secret of full entropy is stored.
pub fn hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_secret_opens_with_the_same_server_secret_only() {
        let (ours, theirs) = (ServerSecret::random(), ServerSecret::random());
        let sealed = ours.seal(b"hello");
        assert_eq!(ours.open_sealed(&sealed).unwrap(), b"hello");
        assert!(theirs.open_sealed(&sealed).is_err());
        assert!(ours.open_sealed(&Sealed(vec![1; 5])).is_err());
    }

    #[test]
    fn the_file_is_made_once_and_belongs_to_its_owner() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("server.secret");
        let first = ServerSecret::open(&path).unwrap();
        assert_eq!(first.0, ServerSecret::open(&path).unwrap().0);
        let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&path).unwrap().permissions());
        assert_eq!(mode & 0o777, 0o600);
        fs::write(&path, b"short").unwrap();
        assert!(ServerSecret::open(&path).is_err());
    }
}
