//! The folder of finished files: names carry the content's hash, so that a browser may keep them for ever, and each
//! stands beside its compressed forms.

use crate::front::Profile;
use anyhow::Context;
use brotli::enc::BrotliEncoderParams;
use sha2::{Digest, Sha256};
use std::{collections::BTreeMap, fs, io::Write, path::PathBuf};

/// Files being collected.
pub struct Site {
    folder: PathBuf,
    brotli_quality: i32,
    files: BTreeMap<String, Vec<u8>>,
}

impl Site {
    /// An empty one.
    pub fn new(folder: PathBuf, profile: Profile) -> Self {
        let brotli_quality = if profile == Profile::Release { 11 } else { 5 };
        Self { folder, brotli_quality, files: BTreeMap::new() }
    }

    /// Adds a file under the name that the server knows it by.
    pub fn add(&mut self, name: &str, bytes: Vec<u8>) {
        self.files.insert(name.to_owned(), bytes);
    }

    /// Writes all of them, and `manifest.json` last, in place of what the folder held; prints their sizes.
    pub fn write(self) -> anyhow::Result<()> {
        if self.folder.exists() {
            fs::remove_dir_all(&self.folder).with_context(|| format!("cannot empty {}", self.folder.display()))?;
        }
        fs::create_dir_all(&self.folder)?;
        let mut manifest = BTreeMap::new();
        eprintln!("{:<14} {:>9} {:>9} {:>9}", "bytes", "raw", "gzip", "brotli");
        for (name, bytes) in &self.files {
            let hashed = hashed_name(name, bytes);
            let (gzip, brotli) = (gzip(bytes)?, self.brotli(bytes)?);
            eprintln!("{name:<14} {:>9} {:>9} {:>9}", bytes.len(), gzip.len(), brotli.len());
            for (suffix, bytes) in [("", bytes), (".gz", &gzip), (".br", &brotli)] {
                let file = self.folder.join(format!("{hashed}{suffix}"));
                fs::write(&file, bytes).with_context(|| format!("cannot write {}", file.display()))?;
            }
            manifest.insert(name, hashed);
        }
        fs::write(self.folder.join("manifest.json"), serde_json::to_string_pretty(&manifest)? + "\n")?;
        Ok(())
    }

    fn brotli(&self, bytes: &[u8]) -> anyhow::Result<Vec<u8>> {
        let parameters = BrotliEncoderParams { quality: self.brotli_quality, ..BrotliEncoderParams::default() };
        let mut compressed = Vec::new();
        brotli::BrotliCompress(&mut &bytes[..], &mut compressed, &parameters)?;
        Ok(compressed)
    }
}

fn gzip(bytes: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

/// `viewer.css` as `viewer.1f0c9a3b.css`.
fn hashed_name(name: &str, bytes: &[u8]) -> String {
    let hash = Sha256::digest(bytes);
    let hash: String = hash[..4].iter().map(|byte| format!("{byte:02x}")).collect();
    match name.rsplit_once('.') {
        Some((stem, extension)) => format!("{stem}.{hash}.{extension}"),
        None => format!("{name}.{hash}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{gzip, hashed_name};
    use crate::strip;

    #[test]
    fn the_loader_is_small() {
        let loader = strip::script(include_str!("../../public/embed.js"));
        let bytes = gzip(loader.as_bytes()).unwrap().len();
        assert!(bytes <= 1_600, "{bytes} bytes");
    }

    #[test]
    fn a_name_changes_with_its_content() {
        assert_eq!(hashed_name("viewer.css", b""), "viewer.e3b0c442.css");
        assert_ne!(hashed_name("viewer.css", b"a"), hashed_name("viewer.css", b"b"));
    }
}
