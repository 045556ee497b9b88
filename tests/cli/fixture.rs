//! Data folders that released versions have made: see scripts/data-folder.

use flate2::read::GzDecoder;
use serde_json::Value;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

/// One of them, unpacked.
pub struct Fixture {
    pub version: String,
    /// What must be found in it.
    pub expected: Value,
    folder: tempfile::TempDir,
}

impl Fixture {
    /// All of them.
    pub fn all() -> Vec<Self> {
        let folders = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/data")).unwrap();
        let all: Vec<Self> = folders.map(|entry| Self::unpacked(&entry.unwrap().path())).collect();
        assert!(!all.is_empty());
        all
    }

    /// The first version's.
    pub fn first() -> Self {
        Self::all().into_iter().find(|fixture| fixture.version == "0.1.0").unwrap()
    }

    fn unpacked(packed: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let read = |name: &str| {
            let mut bytes = Vec::new();
            GzDecoder::new(fs::File::open(packed.join(format!("{name}.gz"))).unwrap()).read_to_end(&mut bytes).unwrap();
            bytes
        };
        let data = folder.path().join("data");
        fs::create_dir(&data).unwrap();
        for name in ["daybook.db", "index.db", "server.secret"] {
            fs::write(data.join(name), read(name)).unwrap();
        }
        let expected = serde_json::from_slice(&read("expected.json")).unwrap();
        Self { version: packed.file_name().unwrap().to_str().unwrap().to_owned(), expected, folder }
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A text that is expected.
    pub fn text(&self, name: &str) -> &str {
        self.expected[name].as_str().unwrap()
    }
}
