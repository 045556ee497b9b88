//! A file to import: opened, unpacked if it is packed, and known again when it is opened another time.

use anyhow::Context;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use encoding_rs::{UTF_16BE, UTF_16LE};
use encoding_rs_io::DecodeReaderBytesBuilder;
use flate2::read::MultiGzDecoder;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
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

/// A packed file is told by its first bytes, whatever it is called.
fn unpacked(raw: Box<dyn Read + Send>) -> io::Result<(Box<dyn BufRead + Send>, Arc<AtomicU64>)> {
    let bytes_read = Arc::<AtomicU64>::default();
    let mut packed = BufReader::with_capacity(BUFFER, Counted { inner: raw, count: Arc::clone(&bytes_read) });
    let plain: Box<dyn Read + Send> = if packed.fill_buf()?.starts_with(&[0x1f, 0x8b]) {
        Box::new(MultiGzDecoder::new(packed))
    } else {
        Box::new(packed)
    };
    Ok((decoded(plain)?, bytes_read))
}

/// The text as UTF-8 without the mark at its beginning. UTF-16 is told by that mark, or by the zeros beside its first two
/// letters. What is no UTF-8 is handed on, to be refused with its line.
fn decoded(mut plain: Box<dyn Read + Send>) -> io::Result<Box<dyn BufRead + Send>> {
    let mut beginning = Vec::new();
    plain.by_ref().take(4).read_to_end(&mut beginning)?;
    let encoding = match beginning.as_slice() {
        [a, 0, b, 0] if *a != 0 && *b != 0 => Some(UTF_16LE),
        [0, a, 0, b] if *a != 0 && *b != 0 => Some(UTF_16BE),
        _ => None,
    };
    let text = DecodeReaderBytesBuilder::new()
        .encoding(encoding)
        .utf8_passthru(true)
        .strip_bom(true)
        .bom_override(true)
        .build(Cursor::new(beginning).chain(plain));
    Ok(Box::new(BufReader::with_capacity(BUFFER, text)))
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

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::read::GzEncoder;

    fn read(bytes: &[u8]) -> Vec<u8> {
        let (mut reader, _) = unpacked(Box::new(Cursor::new(bytes.to_vec()))).unwrap();
        let mut text = Vec::new();
        reader.read_to_end(&mut text).unwrap();
        text
    }

    fn utf_16(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(to_bytes).collect()
    }

    #[test]
    fn every_encoding_is_read_with_and_without_its_mark_packed_and_plain() {
        let text = format!("{{\"a\":\"Zoë 日本 😀\"}}\n{}", "é".repeat(300_000));
        let marked = format!("\u{feff}{text}");
        for bytes in [
            text.clone().into_bytes(),
            marked.clone().into_bytes(),
            utf_16(&text, u16::to_le_bytes),
            utf_16(&text, u16::to_be_bytes),
            utf_16(&marked, u16::to_le_bytes),
            utf_16(&marked, u16::to_be_bytes),
        ] {
            assert!(read(&bytes) == text.as_bytes());
            let mut packed = Vec::new();
            GzEncoder::new(bytes.as_slice(), Compression::fast()).read_to_end(&mut packed).unwrap();
            assert!(read(&packed) == text.as_bytes());
        }
        assert_eq!(read(b""), b"");
        assert_eq!(read("\u{feff}".as_bytes()), b"");
    }

    #[test]
    fn what_is_no_utf_8_stays_as_it_is() {
        assert_eq!(read(b"{\"a\":\"\xff\"}"), b"{\"a\":\"\xff\"}");
    }
}
