//! The command line as people and scripts meet it.
#![expect(clippy::unwrap_used, reason = "a test that stops has failed")]

mod caller;
mod fixture;
mod import;
mod import_encodings;
mod import_mappings;
mod serving;
mod recovery;
mod secret;
mod upgrade;

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// The command over a data folder, with no setting of the developer's own.
fn daybook(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_daybook"));
    std::env::vars().filter(|(name, _)| name.starts_with("DAYBOOK_")).for_each(|(name, _)| {
        command.env_remove(name);
    });
    command.env("DAYBOOK_DATA", data);
    command
}

fn run(data: &Path, words: &[&str]) -> Output {
    daybook(data).args(words).output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn complaint(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn answer(output: &Output) -> Value {
    assert!(output.status.success(), "{}", complaint(output));
    serde_json::from_str(&out(output)).unwrap()
}

/// A server that is killed if a test fails.
struct Server {
    process: Child,
    greeting: String,
}

impl Server {
    /// Starts one on free ports, with the demo; returns once it has said where it is.
    fn start(data: &Path) -> Self {
        Self::with(data, &["serve", "--demo", "--listen", "127.0.0.1:0", "--demo-listen", "127.0.0.1:0"], &|greeting| {
            greeting.contains("its demo at") || greeting.contains("The API is described at")
        })
    }

    /// One without the demo.
    fn plain(data: &Path) -> Self {
        Self::with(data, &["serve", "--listen", "127.0.0.1:0"], &|greeting| greeting.contains("/admin/set-up#"))
    }

    /// One over a log that has keys and people already.
    fn later(data: &Path) -> Self {
        Self::with(data, &["serve", "--listen", "127.0.0.1:0"], &|greeting| greeting.contains("Daybook runs at"))
    }

    fn with(data: &Path, words: &[&str], told_all: &dyn Fn(&str) -> bool) -> Self {
        let mut process = daybook(data).args(words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut reader = BufReader::new(process.stdout.take().unwrap());
        let mut greeting = String::new();
        while !told_all(&greeting) {
            assert_ne!(reader.read_line(&mut greeting).unwrap(), 0, "the server ended after {greeting:?}");
        }
        Self { process, greeting }
    }

    fn stop(mut self) -> String {
        let mut errors = self.process.stderr.take().unwrap();
        self.end();
        let mut log = String::new();
        errors.read_to_string(&mut log).unwrap();
        log
    }

    /// Stops it, and waits for its end.
    fn end(mut self) {
        let pid = self.process.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        let deadline = Instant::now() + Duration::from_secs(10);
        loop {
            if let Some(status) = self.process.try_wait().unwrap() {
                assert!(status.success(), "{status}");
                break;
            }
            assert!(Instant::now() < deadline, "the server does not stop");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It has ended already where a test came to its end.
        self.process.kill().ok();
    }
}

#[test]
fn masking_rules_are_set_one_by_one_and_shown() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), &["key", "create", "--name", "x"]);
    let shown = || answer(&run(folder.path(), &["masking", "show", "--json"]));
    assert_eq!(shown(), serde_json::json!({"on": true, "also": [], "except": []}));
    run(folder.path(), &["masking", "set", "--also", "iban, tax-number"]);
    run(folder.path(), &["masking", "set", "--on", "no", "--except", "metadata.token"]);
    let expected = serde_json::json!({"on": false, "also": ["iban", "tax-number"], "except": ["metadata.token"]});
    assert_eq!(shown(), expected);
    let told = run(folder.path(), &["masking", "set", "--also", "", "--on", "yes"]);
    assert_eq!(out(&told), "Masks secrets   yes\nAlso            -\nExcept          metadata.token\n");
}

#[test]
fn strictness_is_set_for_one_api_or_both_and_schemas_are_listed() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), &["key", "create", "--name", "x"]);
    let shown = || answer(&run(folder.path(), &["strictness", "show", "--json"]));
    assert_eq!(shown(), json!({"chosen": {"workos": "open", "retraced": "open"}, "violations": []}));
    let told = run(folder.path(), &["strictness", "set", "--workos", "strict"]);
    assert_eq!(out(&told), "WorkOS    strict\nRetraced  open\n");
    run(folder.path(), &["strictness", "set", "--workos", "observe", "--retraced", "strict"]);
    assert_eq!(shown()["chosen"], json!({"workos": "observe", "retraced": "strict"}));
    assert_eq!(run(folder.path(), &["strictness", "set", "--workos", "harsh"]).status.code(), Some(2));
    let made = run(folder.path(), &["schema", "make", "user.invited"]);
    assert_eq!(made.status.code(), Some(1));
    assert!(complaint(&made).contains("action: has no event that came by the WorkOS API"), "{}", complaint(&made));
    assert!(run(folder.path(), &["schema", "list"]).status.success());
}

#[test]
fn the_first_start_tells_all_that_is_needed_and_the_second_does_not_repeat_it() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    let greeting = server.greeting.clone();
    server.stop();
    for part in
        ["Consumer id   ck_", "View          vw_", "Access key    ", "curl http://127.0.0.1:", "/?client=1234567890"]
    {
        assert!(greeting.contains(part), "{part} is missing in {greeting}");
    }
    let secret = greeting.lines().find_map(|line| line.trim().strip_prefix("Secret")).unwrap().trim();
    let server = Server::start(folder.path());
    assert_eq!(server.greeting.lines().count(), 1, "{}", server.greeting);
    let log = server.stop();
    assert!(!log.contains(secret));
}

#[test]
fn commands_work_beside_a_running_server() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    let key = answer(&run(folder.path(), &["key", "create", "--name", "beside", "--json"]));
    let keys = answer(&run(folder.path(), &["key", "list", "--json"]));
    assert!(keys.as_array().unwrap().iter().any(|listed| listed["id"] == key["id"] && listed["revokedAt"].is_null()));
    assert!(out(&run(folder.path(), &["check"])).contains("nothing is damaged"));
    let copy = folder.path().join("copy.db");
    assert!(run(folder.path(), &["backup", copy.to_str().unwrap()]).status.success());
    assert!(copy.exists());
    let second = run(folder.path(), &["demo"]);
    assert_eq!(second.status.code(), Some(1));
    assert!(complaint(&second).contains("another daybook"), "{}", complaint(&second));
    server.stop();
}

#[test]
fn a_key_is_made_in_json_and_revoked_once_known() {
    let folder = tempfile::tempdir().unwrap();
    let key = answer(&run(folder.path(), &["key", "create", "--name", "first", "--json"]));
    let (id, secret) = (key["id"].as_str().unwrap(), key["secret"].as_str().unwrap());
    assert_eq!(key["bearer"], format!("{id}.{secret}"));
    let rolled = answer(&run(folder.path(), &["key", "roll", id, "--keep-old", "7d", "--json"]));
    assert_eq!(rolled["id"], id);
    assert_ne!(rolled["secret"], secret);
    assert!(!answer(&run(folder.path(), &["key", "list", "--json"]))[0]["oldSecretUntil"].is_null());
    assert!(run(folder.path(), &["key", "revoke", id]).status.success());
    assert!(!answer(&run(folder.path(), &["key", "list", "--json"]))[0]["revokedAt"].is_null());
    let unknown = run(folder.path(), &["key", "revoke", "ck_nobody"]);
    assert_eq!(
        (unknown.status.code(), complaint(&unknown).as_str()),
        (Some(1), "daybook: there is no key ck_nobody in use\n")
    );
}

#[test]
fn a_key_is_made_for_what_the_line_says_and_for_nothing_that_makes_no_sense() {
    let folder = tempfile::tempdir().unwrap();
    let words = ["key", "create", "--name", "acme", "--scope", "read,export", "--client", "acme", "--expires"];
    assert!(run(folder.path(), &[&words[..], &["2099-01-01"]].concat()).status.success());
    let key = answer(&run(folder.path(), &["key", "list", "--json"]))[0].clone();
    assert_eq!((&key["scopes"], &key["client"]), (&json!(["read", "export"]), &json!("acme")));
    assert_eq!((&key["expiresAt"], &key["lastUsedAt"]), (&json!(4_070_908_800_000_i64), &Value::Null));
    assert!(out(&run(folder.path(), &["key", "list"])).contains("until 2099-01-01"));
    for (wrong, code, told) in [
        (vec!["--scope", "write"], 2, "one or more of ingest, read, export and admin"),
        (vec!["--client", "daybook:trail"], 2, "other than daybook:trail"),
        (vec!["--client", "acme", "--scope", "admin"], 1, "cannot have the scope admin"),
        (vec!["--expires", "1999-01-01"], 1, "expires: expected a moment in the future"),
    ] {
        let answer = run(folder.path(), &[&["key", "create", "--name", "x"], &wrong[..]].concat());
        assert_eq!(answer.status.code(), Some(code), "{wrong:?}");
        assert!(complaint(&answer).contains(told), "{}", complaint(&answer));
    }
}

#[test]
fn the_view_is_the_same_however_often_it_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let view = answer(&run(folder.path(), &["view", "show", "--json"]));
    assert!(view["id"].as_str().unwrap().starts_with("vw_"));
    assert_eq!(view, answer(&run(folder.path(), &["view", "show", "--json"])));
    let text = out(&run(folder.path(), &["view", "show"]));
    assert!(text.contains(view["access_key"].as_str().unwrap()) && text.contains("Signing key id  vs_"), "{text}");
}

#[test]
fn the_view_changes_as_it_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let first = answer(&run(folder.path(), &["view", "show", "--json"]));
    let appearance = folder.path().join("view.json");
    std::fs::write(
        &appearance,
        r#"{"brand": {"title": "Activity"}, "columns": [{"label": "When", "lines": ["time"]}]}"#,
    )
    .unwrap();
    let origins = "https://app.example.com, https://*.example.org";
    let words = ["view", "set", "--tokens-only", "yes", "--new-access-key", "--origins", origins, "--appearance"];
    let text = out(&run(folder.path(), &[&words[..], &[appearance.to_str().unwrap()]].concat()));
    for part in ["Title           Activity\n", "Columns         When\n", "Tokens only     yes\n", origins] {
        assert!(text.contains(part), "{part} is missing in {text}");
    }
    assert!(!text.contains(first["access_key"].as_str().unwrap()));
    let wrong = run(folder.path(), &["view", "set", "--origins", "app.example.com"]);
    assert_eq!(wrong.status.code(), Some(1));
    assert!(complaint(&wrong).starts_with("daybook: --origins names \"app.example.com\": expected an origin"));
}

#[test]
fn the_demo_fills_an_empty_log_only() {
    let folder = tempfile::tempdir().unwrap();
    assert!(out(&run(folder.path(), &["demo"])).starts_with("Added 2000 events"));
    assert!(out(&run(folder.path(), &["demo"])).contains("nothing was added"));
    // The project, its view, and the key that the history came in by are in the account trail, six lines.
    assert!(out(&run(folder.path(), &["reindex"])).contains("2006 events"));
    assert_eq!(out(&run(folder.path(), &["check"])), "2006 events, nothing is damaged.\n");
}

#[test]
fn a_mistake_is_one_line_with_its_name_and_an_exit_code() {
    let folder = tempfile::tempdir().unwrap();
    let wrong = daybook(folder.path()).env("DAYBOOK_LISTEN", "everywhere").arg("serve").output().unwrap();
    assert_eq!(wrong.status.code(), Some(2));
    assert!(complaint(&wrong).starts_with("daybook: DAYBOOK_LISTEN is \"everywhere\"; expected an address"));
    assert_eq!(complaint(&wrong).lines().count(), 1);
    let missing = run(&folder.path().join("nothing"), &["check"]);
    assert_eq!(missing.status.code(), Some(1));
    assert!(complaint(&missing).starts_with("daybook: there is no log in "));
    assert!(!folder.path().join("nothing").exists());
    assert_eq!(run(folder.path(), &["remove", "everything"]).status.code(), Some(2));
}

#[test]
fn every_command_explains_itself_with_an_example() {
    let folder = tempfile::tempdir().unwrap();
    let commands: [&[&str]; 15] = [
        &[],
        &["serve"],
        &["demo"],
        &["key", "create"],
        &["key", "list"],
        &["key", "roll"],
        &["key", "revoke"],
        &["view", "show"],
        &["view", "set"],
        &["import"],
        &["backup"],
        &["restore"],
        &["check"],
        &["secret", "reset"],
        &["reindex"],
    ];
    for command in commands {
        let help = run(folder.path(), &[command, &["--help"]].concat());
        assert!(help.status.success());
        assert!(out(&help).contains("Example"), "{command:?}");
    }
}
