//! Folders of other versions: opened with everything in them, copied first, or refused in words of ours.

use super::caller::Caller;
use super::fixture::Fixture;
use super::{Server, answer, complaint, out, run};
use daybook::backend::clock::Clock;
use serde_json::{Value, json};
use sqlx::Connection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use totp_rs::{Builder, Secret};

/// What no later version may tell otherwise of an event.
fn essence(event: &Value) -> Value {
    let part = |path: &str| event.pointer(path).cloned().unwrap_or_default();
    json!({
        "uuid": part("/uuid"), "client": part("/client"), "action": part("/action"), "time": part("/time"),
        "received": part("/receptionTime"), "description": part("/description"), "actor": part("/actor/uuid"),
        "name": part("/actor/name"), "targets": part("/targets"), "metadata": part("/metadata"), "api": part("/api"),
        "masked": part("/masked"), "outcome": part("/outcome/result"), "crud": part("/crud"),
    })
}

fn by_id(events: impl IntoIterator<Item = Value>) -> BTreeMap<String, Value> {
    events.into_iter().map(|event| (event["id"].as_str().unwrap().to_owned(), essence(&event))).collect()
}

fn exported(server: &Caller, bearer: &str) -> BTreeMap<String, Value> {
    let export = server.get("/api/v1/events/export?format=ndjson", bearer);
    assert_eq!(export.status, 200, "{}", export.text);
    by_id(export.text.lines().map(|line| serde_json::from_str(line).unwrap()))
}

#[test]
fn a_folder_of_every_released_version_opens_with_everything_in_it() {
    for fixture in Fixture::all() {
        let expected = &fixture.expected;
        let checked = run(&fixture.data(), &["check"]);
        assert!(out(&checked).ends_with("events, nothing is damaged.\n"), "{}{}", out(&checked), complaint(&checked));
        let server = Server::later(&fixture.data());
        let caller = Caller::of(&server);
        let admin = fixture.text("admin");
        let events = by_id(expected["events"].as_array().unwrap().clone());
        assert_eq!(exported(&caller, admin), events, "{}", fixture.version);
        assert!(exported(&caller, fixture.text("first")).len() == events.len());
        let narrow = caller.json("/api/v1/events?limit=1000", fixture.text("acme"));
        let clients =
            narrow["entries"].as_array().unwrap().iter().map(|entry| entry["client"]["uuid"].as_str().unwrap());
        let clients: Vec<&str> = clients.collect();
        assert!(!clients.is_empty() && clients.iter().all(|client| *client == "acme"), "{clients:?}");
        // The fixture's own last questions are in it, which it was asked before.
        let trail = caller.trail(admin);
        for line in expected["trail"].as_array().unwrap() {
            assert!(trail.iter().any(|told| line == told), "{line} in {trail:?}");
        }
        let actions = caller.json("/audit_logs/actions", admin);
        assert_eq!(actions["data"], expected["schemas"]["data"]);
        opens_for_people(&fixture, &caller);
        server.stop();
        let keys = answer(&run(&fixture.data(), &["key", "list", "--json"]));
        let keys: Vec<&Value> = keys.as_array().unwrap().iter().map(|key| &key["id"]).collect();
        assert_eq!(keys, expected["keys"].as_array().unwrap().iter().collect::<Vec<_>>());
    }
}

/// What is sealed opens: the view by its access key, and a sign-in by its second factor.
fn opens_for_people(fixture: &Fixture, caller: &Caller) {
    let view = answer(&run(&fixture.data(), &["view", "show", "--json"]));
    assert_eq!(view, fixture.expected["view"]);
    let fields = [("accessKey", view["access_key"].as_str().unwrap()), ("clientId", "globex")];
    let opened = caller.form(&format!("/embed/{}", view["id"].as_str().unwrap()), &fields, "");
    // The key was issued before the view was narrowed to an origin, so the page says that it may not be framed from here.
    assert!([200, 403].contains(&opened.status), "{} {}", opened.status, opened.text);
    assert!(!opened.text.contains("of acme"));
    let (email, password) = (fixture.text("email"), fixture.text("password"));
    let asked = caller.form("/admin/sign-in", &[("email", email), ("password", password)], "");
    assert!(asked.headers["location"].to_str().unwrap().starts_with("/admin/sign-in/code"), "{}", asked.text);
    let app = Builder::new().with_secret(Secret::try_from_base32(fixture.text("totp")).unwrap()).build().unwrap();
    let now = u64::try_from(Clock::system().now().millis() / 1_000).unwrap();
    let code = app.generate(now).to_string();
    let inside = caller.form("/admin/sign-in/code", &[("code", &code), ("then", "/admin/account")], &asked.cookie());
    assert_eq!(inside.headers["location"], "/admin/account", "{}", inside.text);
}

#[test]
fn a_copy_is_kept_from_before_an_upgrade_until_the_next_one() {
    let fixture = Fixture::first();
    let data = fixture.data();
    let before = fs::read(data.join("daybook.db")).unwrap();
    fs::write(data.join("upgrade-from-0.0.9.db"), "of the upgrade before").unwrap();
    assert!(run(&data, &["key", "list"]).status.success());
    let copy = data.join("upgrade-from-0.1.0.db");
    assert!(fs::read(&copy).unwrap() == before, "the copy is the log as it was, byte by byte");
    assert_ne!(fs::read(data.join("daybook.db")).unwrap(), before);
    assert!(!data.join("upgrade-from-0.0.9.db").exists());
    let checked = out(&run(&data, &["check", copy.to_str().unwrap()]));
    assert!(checked.contains("nothing is damaged") && checked.contains("of an older version"), "{checked}");
    fs::remove_file(&copy).unwrap();
    assert!(run(&data, &["key", "list"]).status.success());
    assert!(!copy.exists(), "there was nothing to upgrade");
}

#[test]
fn an_upgrade_that_was_broken_off_keeps_the_copy_of_what_was_before() {
    let fixture = Fixture::first();
    let data = fixture.data();
    let original = fs::read(data.join("daybook.db")).unwrap();
    assert!(run(&data, &["key", "list"]).status.success());
    // As it is where the last migration is missing still.
    change(&data, "delete from _sqlx_migrations where version = 90; drop table installation");
    let output = run(&data, &["key", "list"]);
    assert!(output.status.success(), "{}", complaint(&output));
    assert!(fs::read(data.join("upgrade-from-0.1.0.db")).unwrap() == original);
}

#[test]
fn no_command_changes_an_older_log_beside_a_running_server() {
    let fixture = Fixture::first();
    let data = fixture.data();
    // What an older server holds as long as it runs.
    let lock = fs::File::create(data.join("lock")).unwrap();
    lock.lock().unwrap();
    let before = fs::read(data.join("daybook.db")).unwrap();
    for words in
        [&["key", "list"][..], &["key", "create", "--name", "x"], &["view", "show"], &["check"], &["masking", "show"]]
    {
        let output = run(&data, words);
        assert_eq!(output.status.code(), Some(1), "{words:?}");
        let told = complaint(&output);
        assert!(told.contains("is of an older version, and another daybook is using it"), "{words:?}: {told}");
    }
    for words in [&["serve", "--listen", "127.0.0.1:0"][..], &["reindex"], &["demo"]] {
        assert!(complaint(&run(&data, words)).contains("another daybook is using"), "{words:?}");
    }
    assert!(fs::read(data.join("daybook.db")).unwrap() == before);
    assert!(!data.join("upgrade-from-0.1.0.db").exists());
    // A backup is of any version, and changes nothing.
    let copy = data.with_file_name("copy.db");
    let output = run(&data, &["backup", copy.to_str().unwrap()]);
    assert!(output.status.success(), "{}", complaint(&output));
    assert!(out(&run(&data, &["check", copy.to_str().unwrap()])).contains("of an older version"));
    drop(lock);
    assert!(run(&data, &["key", "list"]).status.success());
}

#[test]
fn a_log_that_this_version_cannot_use_is_refused_in_our_words_and_not_touched() {
    for (change_it, told) in [
        (
            "insert into _sqlx_migrations values (9999, 'later', current_timestamp, 1, x'00', 1); update installation set version = '9.9.9'",
            "was written by a newer version of Daybook, 9.9.9: this is ",
        ),
        ("update _sqlx_migrations set success = 0 where version = 14", "its migration 14 was broken off"),
        (
            "update _sqlx_migrations set checksum = x'00' where version = 14",
            "its migration 14 is not the one that Daybook",
        ),
        ("drop table _sqlx_migrations", "it holds tables, but none of Daybook's"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        assert!(run(folder.path(), &["key", "create", "--name", "x"]).status.success());
        change(folder.path(), change_it);
        let before = fs::read(folder.path().join("daybook.db")).unwrap();
        for words in [&["key", "list"][..], &["check"], &["reindex"], &["serve", "--listen", "127.0.0.1:0"]] {
            let output = run(folder.path(), words);
            assert_eq!(output.status.code(), Some(1), "{words:?}");
            assert!(complaint(&output).contains(told), "{words:?}: {}", complaint(&output));
            assert!(!complaint(&output).contains("previously applied"), "{}", complaint(&output));
        }
        assert!(fs::read(folder.path().join("daybook.db")).unwrap() == before);
        let file = folder.path().join("copy.db");
        fs::copy(folder.path().join("daybook.db"), &file).unwrap();
        let checked = run(folder.path(), &["check", file.to_str().unwrap()]);
        assert!(complaint(&checked).contains(told), "{}", complaint(&checked));
        let restored =
            run(folder.path(), &["restore", file.to_str().unwrap(), folder.path().join("new").to_str().unwrap()]);
        assert!(complaint(&restored).contains(told), "{}", complaint(&restored));
    }
}

/// Changes a log that nobody has open, as no version of ours would.
pub fn change(data: &Path, statements: &'static str) {
    let options = SqliteConnectOptions::new().filename(data.join("daybook.db"));
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let mut log = SqliteConnection::connect_with(&options).await.unwrap();
        sqlx::raw_sql(statements).execute(&mut log).await.unwrap();
        log.close().await.unwrap();
    });
}
