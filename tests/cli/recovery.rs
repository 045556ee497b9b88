//! Backups, made and checked, and the way back from one.

use super::upgrade::change;
use super::{Server, answer, complaint, daybook, out, run};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// A data folder and a place for files.
struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    /// With so many events.
    fn with(events: u32) -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap() };
        place.import("first", 0..events);
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn data(&self) -> PathBuf {
        self.path("data")
    }

    fn import(&self, name: &str, actions: std::ops::Range<u32>) {
        let event = |number| {
            format!(
                "{{\"client\":{{\"uuid\":\"c\"}},\"action\":\"a.{number}\",\"actor\":{{\"uuid\":\"u\"}},\"time\":\"2026-01-02\"}}\n"
            )
        };
        fs::write(self.path(name), actions.map(event).collect::<String>()).unwrap();
        let output = run(&self.data(), &["import", self.path(name).to_str().unwrap()]);
        assert!(output.status.success(), "{}", complaint(&output));
    }

    fn backup(&self, name: &str) -> String {
        let file = self.path(name).to_str().unwrap().to_owned();
        let output = run(&self.data(), &["backup", &file]);
        assert!(output.status.success(), "{}", complaint(&output));
        file
    }

    /// The log by its last words, such as `12 events, nothing is damaged.`
    fn events(data: &Path) -> u64 {
        let checked = out(&run(data, &["check"]));
        assert!(checked.ends_with("nothing is damaged.\n"), "{checked}");
        checked.split(' ').next().unwrap().parse().unwrap()
    }
}

fn names(folder: &Path) -> BTreeSet<String> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn a_backup_is_there_once_it_is_whole_and_checked() {
    let place = Place::with(5);
    let events = Place::events(&place.data());
    // An earlier one that was broken off is no hindrance.
    fs::write(place.path("copy.db.partial"), "broken off").unwrap();
    let copy = place.backup("copy.db");
    assert_eq!(names(place.folder.path()), BTreeSet::from(["copy.db", "data", "first"].map(str::to_owned)));
    assert_eq!(out(&run(&place.data(), &["check", &copy])), format!("{events} events, nothing is damaged.\n"));
    assert_eq!(names(place.folder.path()).len(), 3, "a check leaves no trace");
    let again = run(&place.data(), &["backup", &copy]);
    assert!(complaint(&again).contains("a file of this name exists already"), "{}", complaint(&again));
    let nowhere = run(&place.data(), &["backup", place.path("none/copy.db").to_str().unwrap()]);
    assert_eq!(nowhere.status.code(), Some(1));
}

#[test]
fn a_backup_of_a_damaged_log_says_so_and_leaves_no_file() {
    let place = Place::with(5);
    change(&place.data(), "update event set body = x'00' where seq = 3");
    let copy = place.path("copy.db");
    let output = run(&place.data(), &["backup", copy.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        complaint(&output).contains("the copy is damaged, and so may be the log: event 3"),
        "{}",
        complaint(&output)
    );
    assert_eq!(names(place.folder.path()), BTreeSet::from(["data", "first"].map(str::to_owned)));
}

#[test]
fn a_folder_is_what_its_backup_was_and_nothing_of_the_log_that_was_there_is_left() {
    let place = Place::with(5);
    let (before, copy) = (Place::events(&place.data()), place.backup("copy.db"));
    place.import("second", 5..9);
    assert!(Place::events(&place.data()) > before);
    fs::create_dir_all(place.data().join("imports")).unwrap();
    fs::write(place.data().join("imports/x-1-native.json"), "{}").unwrap();
    let data = place.data().to_str().unwrap().to_owned();
    let restore = |more: &[&str]| run(&place.data(), &[&["restore", &copy, &data], more].concat());

    let refused = restore(&[]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(complaint(&refused).contains("there is a log in") && complaint(&refused).contains("--replace"));
    let server = Server::plain(&place.data());
    assert!(complaint(&restore(&["--replace"])).contains("another daybook is using"));
    server.stop();
    let untouched = Place::events(&place.data());
    assert!(untouched > before);

    let restored = restore(&["--replace"]);
    assert!(restored.status.success(), "{}", complaint(&restored));
    let told = out(&restored);
    assert!(told.starts_with(&format!("Restored {before} events into {data}.\n")), "{told}");
    assert!(told.contains("daybook serve --data") && !told.contains("server.secret"), "{told}");
    let left = names(&place.data());
    assert!(!left.contains("index.db") && !left.contains("imports"), "{left:?}");
    let aside = left.iter().find(|name| name.starts_with("replaced-")).unwrap();
    let aside = out(&run(&place.data(), &["check", place.data().join(aside).to_str().unwrap()]));
    assert_eq!(aside, format!("{untouched} events, nothing is damaged.\n"));
    assert_eq!(Place::events(&place.data()), before);
    // What came after the backup comes again when it is sent again.
    place.import("second", 5..9);
    assert!(Place::events(&place.data()) > before);
}

#[test]
fn a_restore_into_a_new_folder_says_that_the_secret_is_missing() {
    let place = Place::with(5);
    let view = answer(&run(&place.data(), &["view", "show", "--json"]));
    let copy = place.backup("copy.db");
    let new = place.path("new");
    let told = out(&run(&place.data(), &["restore", &copy, new.to_str().unwrap()]));
    let secret = new.join("server.secret");
    assert!(told.contains(&format!("Still to do: {} is missing", secret.display())), "{told}");
    assert!(told.contains("daybook secret reset"), "{told}");
    assert_eq!(run(&new, &["view", "show"]).status.code(), Some(1));
    fs::copy(place.data().join("server.secret"), &secret).unwrap();
    assert_eq!(answer(&run(&new, &["view", "show", "--json"])), view);
}

#[test]
fn a_damaged_backup_is_refused_and_nothing_changes() {
    let place = Place::with(200);
    let copy = place.backup("copy.db");
    let before = Place::events(&place.data());
    let mut bytes = fs::read(&copy).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 4_096].fill(0xa5);
    fs::write(&copy, &bytes).unwrap();
    let data = place.data().to_str().unwrap().to_owned();
    let checked = run(&place.data(), &["check", &copy]);
    assert_eq!(checked.status.code(), Some(1), "{}", out(&checked));
    let left = names(&place.data());
    for more in [&[][..], &["--replace"]] {
        let output = run(&place.data(), &[&["restore", &copy, &data], more].concat());
        assert_eq!(output.status.code(), Some(1));
        assert_eq!(names(&place.data()), left);
    }
    assert_eq!(Place::events(&place.data()), before);
    for (name, text) in [("empty.db", ""), ("text.db", "not a database, and long enough to be read as one of them")] {
        fs::write(place.path(name), text).unwrap();
        let output =
            run(&place.data(), &["restore", place.path(name).to_str().unwrap(), place.path("new").to_str().unwrap()]);
        assert_eq!(output.status.code(), Some(1), "{name}");
        assert!(!place.path("new").join("daybook.db").exists(), "{name}");
    }
    let live = run(&place.data(), &["restore", "/nowhere.db", place.path("new").to_str().unwrap()]);
    assert!(complaint(&live).contains("there is no file /nowhere.db"), "{}", complaint(&live));
}

#[test]
fn a_log_in_use_is_not_taken_for_a_backup() {
    let place = Place::with(5);
    let server = Server::plain(&place.data());
    let log = place.data().join("daybook.db");
    let (log, new) = (log.to_str().unwrap().to_owned(), place.path("new").to_str().unwrap().to_owned());
    for words in [&["check", &log][..], &["restore", &log, &new]] {
        let output = run(&place.data(), words);
        assert!(complaint(&output).contains("it is a log in use and no copy"), "{}", complaint(&output));
    }
    server.stop();
}

#[test]
fn the_server_makes_backups_by_itself_and_keeps_as_many_as_it_is_told() {
    let place = Place::with(5);
    let backups = place.path("backups");
    let words = ["serve", "--listen", "127.0.0.1:0", "--backup-every", "1s", "--backup-keep", "2", "--backup-folder"];
    let words = [&words[..], &[backups.to_str().unwrap()]].concat();
    let server = Server::with(&place.data(), &words, &|greeting| greeting.contains("/admin/set-up#"));
    let (mut seen, deadline) = (BTreeSet::new(), Instant::now() + Duration::from_mins(1));
    while seen.len() < 4 {
        assert!(Instant::now() < deadline, "{seen:?}");
        if backups.exists() {
            seen.extend(names(&backups).into_iter().filter(|name| name.strip_suffix(".db").is_some()));
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    let log = server.stop();
    assert!(log.contains("backed up to"), "{log}");
    let made: Vec<String> = names(&backups).into_iter().filter(|name| name.strip_suffix(".db").is_some()).collect();
    assert!((2..=3).contains(&made.len()), "{made:?}");
    let newest = backups.join(made.last().unwrap());
    assert!(out(&run(&place.data(), &["check", newest.to_str().unwrap()])).contains("nothing is damaged"));
}

#[test]
fn a_backup_that_fails_is_in_the_log_and_the_server_goes_on() {
    let place = Place::with(5);
    let file = place.path("file");
    fs::write(&file, "no folder").unwrap();
    let server = Server::with(
        &place.data(),
        &["serve", "--listen", "127.0.0.1:0", "--backup-folder", file.join("backups").to_str().unwrap()],
        &|greeting| greeting.contains("/admin/set-up#"),
    );
    let caller = super::caller::Caller::of(&server);
    assert_eq!(caller.get("/health/ready", "").status, 200);
    let log = server.stop();
    assert!(log.contains("the backup failed and is tried again: cannot"), "{log}");
}

#[test]
fn what_is_made_is_its_owner_s_alone_whatever_the_umask_is() {
    let place = Place { folder: tempfile::tempdir().unwrap() };
    let open = |words: &[&str]| {
        let mut command = daybook(&place.data());
        let binary = command.get_program().to_owned();
        let mut shell = std::process::Command::new("sh");
        shell.args(["-c", "umask 000; exec \"$0\" \"$@\""]).arg(binary).args(words);
        for (name, value) in command.args([""; 0]).get_envs() {
            match value {
                Some(value) => shell.env(name, value),
                None => shell.env_remove(name),
            };
        }
        shell.output().unwrap()
    };
    // A file that breaks off leaves the state of its import.
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let lines = "{\"client\":{\"uuid\":\"c\"},\"action\":\"a\",\"actor\":{\"uuid\":\"u\"}}\nnothing\n".repeat(3_000);
    std::io::Write::write_all(&mut packed, lines.as_bytes()).unwrap();
    let mut packed = packed.finish().unwrap();
    packed.truncate(packed.len() - 20);
    fs::write(place.path("cut.gz"), packed).unwrap();
    let refused = place.path("refused.ndjson");
    fs::write(&refused, "").unwrap();
    set_mode(&refused, 0o644);
    open(&["import", place.path("cut.gz").to_str().unwrap(), "--refused", refused.to_str().unwrap()]);
    assert!(open(&["backup", place.path("copy.db").to_str().unwrap()]).status.success());
    let new = place.path("new");
    assert!(open(&["restore", place.path("copy.db").to_str().unwrap(), new.to_str().unwrap()]).status.success());
    let mut seen = Vec::new();
    for path in [place.data(), new, refused, place.path("copy.db")] {
        walk(&path, &mut seen);
    }
    for (path, mode) in &seen {
        assert_eq!(mode & 0o077, 0, "{} is {mode:o}", path.display());
    }
    let has = |part: &str| seen.iter().any(|(path, _)| path.to_string_lossy().contains(part));
    for part in
        ["data/daybook.db", "index.db", "server.secret", "lock", "opening", "imports/", "refused", "copy.db", "new/"]
    {
        assert!(has(part), "{part} was not made: {seen:?}");
    }
}

#[test]
fn a_folder_that_was_open_to_others_is_closed_and_that_is_said_once() {
    let place = Place::with(5);
    let (data, log) = (place.data(), place.data().join("daybook.db"));
    set_mode(&data, 0o755);
    set_mode(&log, 0o644);
    let told = complaint(&run(&data, &["key", "list"]));
    assert!(told.contains("other users of this machine could open"), "{told}");
    assert!(told.contains(&format!("{}, {}", data.display(), log.display())), "{told}");
    assert_eq!((mode(&data), mode(&log)), (0o700, 0o600));
    assert_eq!(complaint(&run(&data, &["key", "list"])), "");
}

fn walk(path: &Path, seen: &mut Vec<(PathBuf, u32)>) {
    seen.push((path.to_owned(), mode(path)));
    for entry in fs::read_dir(path).into_iter().flatten() {
        walk(&entry.unwrap().path(), seen);
    }
}

fn mode(path: &Path) -> u32 {
    std::os::unix::fs::PermissionsExt::mode(&fs::metadata(path).unwrap().permissions()) & 0o777
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
}
