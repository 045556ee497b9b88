//! The server's secret: lost, mixed up, replaced.

use super::caller::Caller;
use super::fixture::Fixture;
use super::{Server, answer, complaint, out, run};
use std::fs;

#[test]
fn a_lost_secret_is_never_replaced_in_silence() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let view = answer(&run(&data, &["view", "show", "--json"]));
    let (secret, kept) = (data.join("server.secret"), folder.path().join("kept"));
    fs::rename(&secret, &kept).unwrap();
    for words in
        [&["serve", "--listen", "127.0.0.1:0"][..], &["view", "show"], &["key", "create", "--name", "x"], &["demo"]]
    {
        let output = run(&data, words);
        assert_eq!(output.status.code(), Some(1), "{words:?}");
        let told = complaint(&output);
        for part in ["server.secret is missing", "1 access key, 1 signing secret", "daybook secret reset"] {
            assert!(told.contains(part), "{words:?}: {part} is not in {told}");
        }
        assert!(!secret.exists(), "{words:?}");
    }
    let checked = run(&data, &["check"]);
    assert_eq!(checked.status.code(), Some(1));
    assert!(out(&checked).contains("server.secret is missing"), "{}", out(&checked));
    let copy = folder.path().join("copy.db");
    assert!(run(&data, &["backup", copy.to_str().unwrap()]).status.success(), "the log can be saved all the same");
    fs::rename(&kept, &secret).unwrap();
    assert_eq!(answer(&run(&data, &["view", "show", "--json"])), view);
    assert!(run(&data, &["check"]).status.success());
}

#[test]
fn a_secret_that_did_not_seal_the_log_is_told_also_before_anything_was_sealed_by_hand() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for folder in [&one, &other] {
        run(folder.path(), &["view", "show"]);
    }
    fs::copy(other.path().join("server.secret"), one.path().join("server.secret")).unwrap();
    let output = run(one.path(), &["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(output.status.code(), Some(1));
    let told = complaint(&output);
    assert!(told.contains("is not the secret that this log was sealed with"), "{told}");
    assert!(told.contains("daybook secret reset"), "{told}");
    // A log of a version that kept no proof of its secret is not less safe.
    let fixture = Fixture::first();
    fs::write(fixture.data().join("server.secret"), [7; 32]).unwrap();
    let told = complaint(&run(&fixture.data(), &["view", "show"]));
    assert!(told.contains("is not the secret that this log was sealed with"), "{told}");
    assert!(told.contains("2 second factors") || told.contains("1 second factor"), "{told}");
}

#[test]
fn a_reset_says_first_what_it_costs_and_then_gives_everything_new() {
    let fixture = Fixture::first();
    let data = fixture.data();
    let server = Server::later(&data);
    let refused = run(&data, &["secret", "reset", "--yes"]);
    assert!(complaint(&refused).contains("another daybook is using"), "{}", complaint(&refused));
    server.stop();
    let secret = fs::read(data.join("server.secret")).unwrap();
    let cost = run(&data, &["secret", "reset"]);
    assert_eq!(cost.status.code(), Some(2));
    for part in ["signing secrets   2:", "second factors    1:", "Nothing was changed", "--yes"] {
        assert!(out(&cost).contains(part), "{part} is not in {}", out(&cost));
    }
    assert_eq!(fs::read(data.join("server.secret")).unwrap(), secret);
    // As it is when somebody needs it.
    fs::remove_file(data.join("server.secret")).unwrap();
    let views = answer(&run(&data, &["secret", "reset", "--yes", "--json"]));
    let [view] = views.as_array().unwrap().as_slice() else { panic!("{views}") };
    assert_ne!(fs::read(data.join("server.secret")).unwrap(), secret);
    assert!(!data.join("server.secret.new").exists());
    let shown = answer(&run(&data, &["view", "show", "--json"]));
    assert_eq!((&shown["id"], &shown["access_key"]), (&view["view"], &view["accessKey"]));
    assert_ne!(shown["access_key"], fixture.expected["view"]["access_key"]);
    let text = out(&run(&data, &["view", "show"]));
    assert!(
        text.contains(view["signingSecret"].as_str().unwrap()) && text.contains(view["kid"].as_str().unwrap()),
        "{text}"
    );

    let server = Server::later(&data);
    let caller = Caller::of(&server);
    let trail = caller.trail(fixture.text("admin"));
    let line = "Replaced the server secret: 1 view with a new access key and signing secret, 1 second factor removed, all sessions ended";
    assert!(trail.iter().any(|told| told == line), "{trail:?}");
    let fields = [("email", fixture.text("email")), ("password", fixture.text("password"))];
    let inside = caller.form("/admin/sign-in", &fields, "");
    assert_eq!(inside.headers["location"], "/admin", "{}", inside.text);
    server.stop();
    assert!(run(&data, &["check"]).status.success());
}
