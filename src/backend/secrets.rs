//! The server's own secret, and what is made from it: sealed secrets, signed sessions, fresh random names.

use super::storage::{Sealed, StorageError};
use anyhow::ensure;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chacha20poly1305::{ChaCha20Poly1305, KeyInit, aead::Aead};
use sha2::{Digest, Sha256};

/// Thirty-two random bytes in a file beside the database: see [`super::server_secret`]. There is no default. Whoever has it
/// can open the views' sealed secrets and sign viewer sessions.
#[derive(Clone)]
pub struct ServerSecret([u8; 32]);

impl ServerSecret {
    /// The secret that a file holds; nothing where these are not as many bytes as it has.
    pub(super) fn of_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// As its file holds it.
    pub(super) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// A fresh one.
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
}
