//! Files and folders that only their owner may open, whatever the umask is: their content is other people's.

use anyhow::Context;
use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// The mode of a file that is made.
const FILE: u32 = 0o600;
/// The mode of a folder that is made.
const FOLDER: u32 = 0o700;
/// The bits that let others than the owner in.
const OTHERS: u32 = 0o077;
/// How the names of what is ours in a data folder begin. Whatever else lies there is somebody else's business.
const OURS: [&str; 8] =
    ["daybook.db", "index.db", "server.secret", "lock", "opening", "imports", "upgrade-from-", "replaced-"];

/// Opens a file as the options say, and takes what others may do with it away. A pipe or a device stays as it is.
pub fn open(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    let file = options.mode(FILE).open(path)?;
    let found = file.metadata()?;
    if found.is_file() && found.permissions().mode() & OTHERS != 0 {
        file.set_permissions(Permissions::from_mode(found.permissions().mode() & !OTHERS))?;
    }
    Ok(file)
}

/// Makes an empty file where there is none. One that is there is not opened: closing it would end the locks that the
/// database engine has on it.
pub fn make(path: &Path) -> io::Result<()> {
    match open(path, OpenOptions::new().write(true).create_new(true)) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// Makes a folder, and those that it is in, where there are none.
pub fn make_folder(folder: &Path) -> anyhow::Result<()> {
    let made = DirBuilder::new().recursive(true).mode(FOLDER).create(folder);
    made.with_context(|| format!("cannot create {}", folder.display()))
}

/// Writes to the disk that a file has come or gone, or has another name.
pub fn sync_folder(file: &Path) -> io::Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

/// Makes a data folder, or takes what others may do in one that is there away, and says so.
pub fn secure(folder: &Path) -> anyhow::Result<()> {
    make_folder(folder)?;
    let mut changed = Vec::new();
    narrow(folder, &mut changed);
    for path in ours(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        narrow(&path, &mut changed);
        for inner in within(&path) {
            narrow(&inner, &mut changed);
        }
    }
    if !changed.is_empty() {
        let paths = changed.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ");
        tracing::warn!("other users of this machine could open {paths}; from now on only the owner can");
    }
    Ok(())
}

fn ours(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    let is_ours = |name: &str| OURS.iter().any(|prefix| name.starts_with(prefix));
    let ours = entries.iter().filter(|entry| entry.file_name().to_str().is_some_and(is_ours));
    Ok(ours.map(fs::DirEntry::path).collect())
}

/// What is in a folder, which only the state of imports is; nothing of a file.
fn within(path: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(path).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).collect()
}

/// A folder that belongs to somebody else, such as a mounted volume, cannot be changed: that is said, and no reason to
/// refuse the service.
fn narrow(path: &Path, changed: &mut Vec<PathBuf>) {
    let narrowed = || -> io::Result<bool> {
        let found = fs::symlink_metadata(path)?;
        // A link is open to all by its nature; what it leads to counts, where that is the folder itself.
        let found = if found.is_symlink() { fs::metadata(path)? } else { found };
        let mode = found.permissions().mode();
        if mode & OTHERS == 0 || !(found.is_file() || found.is_dir()) {
            return Ok(false);
        }
        fs::set_permissions(path, Permissions::from_mode(mode & !OTHERS))?;
        Ok(true)
    };
    match narrowed() {
        Ok(true) => changed.push(path.to_owned()),
        // Another process has removed it meanwhile.
        Ok(false) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => tracing::warn!("other users of this machine can open {}: {error}", path.display()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn a_file_is_its_owner_s_alone_made_or_found() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        make(&path).unwrap();
        assert_eq!(mode(&path), 0o600);
        fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
        open(&path, OpenOptions::new().append(true)).unwrap();
        assert_eq!(mode(&path), 0o600);
    }

    #[test]
    fn what_is_ours_in_a_folder_is_closed_to_others_and_nothing_else_is_touched() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        fs::create_dir_all(data.join("imports")).unwrap();
        for name in ["daybook.db", "daybook.db-wal", "server.secret", "imports/x.json", "notes.txt"] {
            fs::write(data.join(name), name).unwrap();
            fs::set_permissions(data.join(name), Permissions::from_mode(0o666)).unwrap();
        }
        fs::set_permissions(&data, Permissions::from_mode(0o755)).unwrap();
        secure(&data).unwrap();
        for (name, expected) in [
            ("", 0o700),
            ("daybook.db", 0o600),
            ("daybook.db-wal", 0o600),
            ("server.secret", 0o600),
            ("imports", 0o700),
            ("imports/x.json", 0o600),
            ("notes.txt", 0o666),
        ] {
            assert_eq!(mode(&data.join(name)), expected, "{name}");
        }
    }
}
