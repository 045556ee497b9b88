//! A file to import: opened, unpacked if it is packed, and known again when it is opened another time.

use anyhow::Context;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flate2::read::MultiGzDecoder;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes at a file's beginning by which it is known again, with its path and its length.
const BEGINNING: u64 = 64 * 1024;
/// Bytes read at once.
const BUFFER: usize = 256 * 1024;

/// An opened file, or standard input.
pub struct Source {
    /// As people call it.
    pub name: String,
    /// Bytes, as far as they are known beforehand.
    pub length: Option<u64>,
    /// By which it is known again; standard input is not.
    pub identity: Option<String>,
    /// Of the file itself, however it is packed.
    pub bytes_read: Arc<AtomicU64>,
    /// What it holds, unpacked.
    pub reader: Box<dyn BufRead + Send>,
}

impl Source {
    /// Opens a file; `-` is standard input.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        if path == Path::new("-") {
            let (reader, bytes_read) = unpacked(Box::new(io::stdin())).context("cannot read standard input")?;
            return Ok(Self { name: "standard input".to_owned(), length: None, identity: None, bytes_read, reader });
        }
        let cannot = || format!("cannot read {}", path.display());
        let file = File::open(path).with_context(cannot)?;
        let length = file.metadata().with_context(cannot)?.len();
        let identity = Some(identity(path, length).with_context(cannot)?);
        let (reader, bytes_read) = unpacked(Box::new(file)).with_context(cannot)?;
        let name = path.file_name().map_or_else(|| path.display().to_string(), |name| name.display().to_string());
        Ok(Self { name, length: Some(length), identity, bytes_read, reader })
    }
}

fn identity(path: &Path, length: u64) -> io::Result<String> {
    let mut beginning = Vec::new();
    File::open(path)?.take(BEGINNING).read_to_end(&mut beginning)?;
    let path = path.canonicalize()?;
    let mut hash = Sha256::new();
    for part in [path.as_os_str().as_encoded_bytes(), &length.to_le_bytes(), &beginning] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    Ok(URL_SAFE_NO_PAD.encode(&hash.finalize()[..16]))
}

/// A packed file is told by its first bytes, whatever it is called; so is the mark before UTF-8, which is left out.
fn unpacked(raw: Box<dyn Read + Send>) -> io::Result<(Box<dyn BufRead + Send>, Arc<AtomicU64>)> {
    let bytes_read = Arc::<AtomicU64>::default();
    let mut packed = BufReader::with_capacity(BUFFER, Counted { inner: raw, count: Arc::clone(&bytes_read) });
    let mut plain: Box<dyn BufRead + Send> = if packed.fill_buf()?.starts_with(&[0x1f, 0x8b]) {
        Box::new(BufReader::with_capacity(BUFFER, MultiGzDecoder::new(packed)))
    } else {
        Box::new(packed)
    };
    if plain.fill_buf()?.starts_with("\u{feff}".as_bytes()) {
        plain.consume("\u{feff}".len());
    }
    Ok((plain, bytes_read))
}

struct Counted {
    inner: Box<dyn Read + Send>,
    count: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.count.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}
