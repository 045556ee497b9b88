//! `daybook import`: files of every vendor, and those of another Daybook.

use super::{answer, complaint, daybook, out, run};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::{Duration, Instant};

/// A data folder and a place for files.
pub struct Place {
    pub folder: tempfile::TempDir,
}

impl Place {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub fn file(&self, name: &str, text: impl AsRef<[u8]>) -> String {
        let path = self.folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    pub fn import(&self, words: &[&str]) -> Output {
        run(&self.data(), &[&["import"], words].concat())
    }

    /// Imports what must be taken whole, and answers with the number of events stored.
    pub fn takes(&self, words: &[&str]) -> u64 {
        let output = self.import(words);
        assert!(output.status.success(), "{}{}", out(&output), complaint(&output));
        figure(&output, "stored")
    }

    /// Everything that is in the log, as the API exports it.
    pub fn export(&self, query: &str) -> String {
        let key = answer(&run(&self.data(), &["key", "create", "--name", "export", "--scope", "export", "--json"]));
        let server = super::Server::plain(&self.data());
        let address = server.greeting.split_whitespace().find_map(|word| word.strip_prefix("http://")).unwrap();
        let url = format!("http://{}/api/v1/events/export?{query}", address.trim_end_matches(['.', ',', '/']));
        let bearer = key["bearer"].as_str().unwrap().to_owned();
        let text = tokio::runtime::Runtime::new().unwrap().block_on(async {
            let asked = reqwest::Client::new().get(url).bearer_auth(bearer).send().await.unwrap();
            assert!(asked.status().is_success(), "{}", asked.status());
            asked.text().await.unwrap()
        });
        server.stop();
        text
    }

    /// The same events, oldest first, without what only this log says of them.
    pub fn events(&self) -> Vec<Value> {
        let export = self.export("format=ndjson");
        let mut events: Vec<Value> = export.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        for event in &mut events {
            let event = event.as_object_mut().unwrap();
            event.retain(|name, _| !matches!(name.as_str(), "id" | "receptionTime" | "_links"));
        }
        events.sort_by_key(|event| (event["time"].to_string(), event.to_string()));
        events
    }
}

/// A line of the summary.
pub fn figure(output: &Output, name: &str) -> u64 {
    let text = out(output);
    let line = text.lines().find(|line| line.trim().starts_with(name)).unwrap_or_else(|| panic!("{text}"));
    line.split_whitespace().last().unwrap().parse().unwrap()
}

fn native(actions: std::ops::Range<u32>) -> String {
    let event = |number| {
        json!({"client": {"uuid": "c"}, "time": "2026-01-02T03:04:05Z", "action": format!("a.{number}"),
            "actor": {"uuid": "u"}})
    };
    actions.flat_map(|number| [event(number).to_string(), "\n".to_owned()]).collect()
}

#[test]
fn lines_arrays_tables_and_packed_files_are_taken_and_a_second_run_adds_nothing() {
    let place = Place::new();
    let lines = native(0..3);
    let array = format!("[{}]", native(3..6).trim().replace('\n', ",\n"));
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(native(6..9).as_bytes()).unwrap();
    let table = "client.uuid,time,action,Who\nc,2026-01-02,\"a,9\",u\n";
    let files = [
        place.file("lines.ndjson", lines),
        place.file("array.json", array),
        place.file("packed.bin", packed.finish().unwrap()),
    ];
    let words: Vec<&str> = files.iter().map(String::as_str).collect();
    let first = place.import(&words);
    assert!(first.status.success(), "{}", complaint(&first));
    assert_eq!(out(&first).matches("stored                 3").count(), 3, "{}", out(&first));
    let table = place.file("table.csv", table);
    assert_eq!(place.takes(&[&table, "--map", "Who=actor.uuid"]), 1);
    let second = place.import(&words);
    assert_eq!(out(&second).matches("duplicates             3").count(), 3, "{}", out(&second));
    assert_eq!(place.takes(&[&table, "--map", "Who=actor.uuid"]), 0);
    let actions: Vec<Value> = place.events().into_iter().map(|event| event["action"].clone()).collect();
    assert_eq!(actions.len(), 10);
    assert!(actions.contains(&json!("a,9")));
    assert!(out(&run(&place.data(), &["check"])).contains("nothing is damaged"));
}

#[test]
fn standard_input_is_a_file_too() {
    let place = Place::new();
    let mut process = daybook(&place.data())
        .args(["import", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    process.stdin.take().unwrap().write_all(native(0..4).as_bytes()).unwrap();
    let output = process.wait_with_output().unwrap();
    assert_eq!(figure(&output, "stored"), 4, "{}", complaint(&output));
}

#[test]
fn every_vendor_s_events_come_as_its_customers_take_them_out() {
    let at = "2026-05-13T10:23:00.000Z";
    let auditledge = json!([{"id": "7b1c5f3e-0000-4000-8000-000000000001", "timestamp": at, "actor_id": "u1",
        "actor_name": "Ann", "actor_email": null, "action": "user.login", "resource_type": "user", "resource_id": "u1",
        "resource_name": null, "metadata": {"password": "hidden"}, "organization_id": "acme", "api_key_id": "k"}]);
    let auditledge_csv = format!(
        "id,timestamp,actor_id,actor_name,action,resource_type,resource_id,resource_name,organization_id\n1,{at},u1,Ann,user.login,user,u1,,acme\n"
    );
    let workos = json!({"organization_id": "acme", "event": {"action": "user.login", "occurred_at": at,
        "actor": {"id": "u1", "type": "user", "name": "Ann"}, "targets": [{"id": "u1", "type": "user"}],
        "context": {"location": "203.0.113.7", "user_agent": "curl"}}});
    let workos_csv = format!(
        "id,organization_id,action,occurred_at,actor_id,actor_name,actor_type,targets,context_location\n1,acme,user.login,{at},u1,Ann,user,\"[{{\"\"id\"\":\"\"u1\"\",\"\"type\"\":\"\"user\"\"}}]\",203.0.113.7\n"
    );
    let auditlog = json!({"_id": {"type": "events"}, "entries": [{"_links": {"href": "/e/1"}, "id": "e1",
        "receptionTime": "2026-05-13T10:23:01", "uuid": "s1", "client": {"uuid": "acme", "name": null},
        "time": "2026-05-13T10:23:00", "action": "user.login", "description": null, "url": null,
        "actor": {"uuid": "u1", "name": "Ann", "email": null}, "target": {"type": "user", "uuid": "u1"}}]});
    let epilot = json!({"logs": [{"id": "1", "org_id": "acme", "service_name": "s", "event_name": "user.login",
        "status_code": 200, "timestamp": at, "caller": {"user_id": "u1", "trigger_type": "user"},
        "http": {"method": "GET", "headers": {"Authorization": "Bearer hidden"}}}], "total": 1});
    let retraced = json!({"data": {"search": {"edges": [{"cursor": "x", "node": {"id": "0a", "action": "user.login",
        "crud": "r", "group": {"id": "acme", "name": null}, "actor": {"id": "u1", "name": "Ann", "fields": []},
        "target": {"id": "u1", "type": "user"}, "received": at, "canonical_time": at, "is_failure": false}}]}}});
    let retraced_csv = "action,crud,group,actor_name,created,received,canonical_time,is_failure,target\n\
        user.login,r,\"{\"\"id\"\":\"\"acme\"\"}\",Ann,,2026-05-13 10:23:00,2026-05-13 10:23:00,,\"{\"\"id\"\":\"\"u1\"\",\"\"type\"\":\"\"user\"\"}\"\n";
    for (format, file, text) in [
        ("auditledge", "a.json", auditledge.to_string()),
        ("auditledge", "a.csv", auditledge_csv),
        ("workos", "w.json", workos.to_string()),
        ("workos", "w.csv", workos_csv),
        ("native", "l.json", auditlog.to_string()),
        ("epilot", "e.json", epilot.to_string()),
        ("retraced", "r.json", retraced.to_string()),
        ("retraced", "r.csv", retraced_csv.to_owned()),
    ] {
        let place = Place::new();
        let file = place.file(file, text);
        let first = place.import(&[&file]);
        assert!(first.status.success(), "{format}: {}", complaint(&first));
        assert!(complaint(&first).contains(&format!("events of {format};")), "{}", complaint(&first));
        assert_eq!(figure(&first, "stored"), 1);
        assert_eq!(figure(&place.import(&[&file, "--format", format]), "duplicates"), 1);
        let events = place.events();
        let [event] = events.as_slice() else { panic!("{events:?}") };
        let said = json!([event["client"]["uuid"], event["action"], event["time"]]);
        assert_eq!(said, json!(["acme", "user.login", at]), "{format}");
        // epilot's have none.
        assert_eq!(event["target"]["uuid"] == "u1", format != "epilot", "{format}");
        assert_eq!(event["actor"]["uuid"], if file.ends_with("r.csv") { "Ann" } else { "u1" });
        assert!(!event.to_string().contains("hidden"), "{event}");
    }
}

#[test]
fn an_export_reads_equal_in_another_daybook_in_every_form() {
    let old = Place::new();
    assert!(run(&old.data(), &["demo"]).status.success());
    let odd = json!({"client": {"uuid": "c", "name": "C"}, "action": "=1+1", "actor": {"uuid": "u", "metadata": {"a": null}},
        "targets": [{"type": "t", "uuid": "1"}, {"type": "t", "uuid": "2", "label": "two"}], "time": "2026-01-01T00:00:00Z",
        "changes": [{"field": "f", "before": null, "after": [1]}], "metadata": {"password": "p", "n": null, "x": 1.5},
        "fields": {"k": "v"}, "schemaVersion": 2, "outcome": {"result": "failure", "code": "7"}});
    let anonymous =
        json!({"client": {"uuid": "c"}, "action": "site.view", "anonymous": true, "time": "2026-01-01T00:00:00Z"});
    let file = old.file("odd.ndjson", format!("{odd}\n{anonymous}\n"));
    assert_eq!(old.takes(&[&file]), 2);
    let events = old.events();
    assert_eq!(events.len(), 2_002);
    for format in ["ndjson", "json", "csv"] {
        let new = Place::new();
        let export = new.file("export", old.export(&format!("format={format}")));
        assert_eq!(new.takes(&[&export]), 2_002, "{format}");
        assert_eq!(new.takes(&[&export]), 0, "{format}");
        let brought = new.events();
        for (before, after) in events.iter().zip(&brought) {
            assert_eq!(before, after, "{format}");
        }
        assert_eq!(brought.len(), events.len());
    }
}

#[test]
fn refused_lines_are_named_and_kept_and_the_others_are_stored() {
    let place = Place::new();
    let broken = "{\"client\":{\"uuid\":\"c\"},\"action\":\"a\"\n";
    let nobody = json!({"action": "a", "actor": {"uuid": "u"}});
    let text = format!("{}{broken}{nobody}\n{}", native(0..2), native(2..3));
    let (file, refused) = (place.file("mixed.ndjson", text), place.folder.path().join("refused.ndjson"));
    let output = place.import(&[&file, "--refused", refused.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!((figure(&output, "read"), figure(&output, "stored"), figure(&output, "refused")), (5, 3, 2));
    assert!(complaint(&output).contains("mixed.ndjson, line 4: client is required"), "{}", complaint(&output));
    let kept: Vec<Value> =
        fs::read_to_string(refused).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((&kept[0]["line"], &kept[0]["event"]), (&json!(3), &json!(broken.trim())));
    assert_eq!(
        kept[1],
        json!({"file": "mixed.ndjson", "line": 4, "field": "client", "reason": "client is required", "event": nobody})
    );
    let output = place.import(&[&file, "--client", "d"]);
    assert_eq!((figure(&output, "stored"), figure(&output, "duplicates")), (1, 3));
    let many = place.file("many.ndjson", format!("{}{}", native(0..1), "{\"client\":{\"uuid\":\"c\"}}\n".repeat(30)));
    let output = place.import(&[&many]);
    assert_eq!(complaint(&output).matches("many.ndjson, line").count(), 20);
    assert!(complaint(&output).contains("and 10 more; --refused FILE keeps them all"), "{}", complaint(&output));
}

#[test]
fn what_stands_before_a_broken_end_is_stored() {
    let place = Place::new();
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(native(0..5_000).as_bytes()).unwrap();
    let mut packed = packed.finish().unwrap();
    packed.truncate(packed.len() - 20);
    let output = place.import(&[&place.file("cut.ndjson.gz", packed)]);
    assert_eq!(output.status.code(), Some(1));
    assert!(complaint(&output).contains("importing "), "{}", complaint(&output));
    assert!(place.events().len() > 2_000);
}

#[test]
fn what_nobody_can_tell_is_asked_for_and_a_wrong_word_is_named() {
    let place = Place::new();
    let file = place.file("x.json", r#"{"what": 1}"#);
    let table = place.file("x.csv", "when,who\n1,2\n");
    for (words, told) in [
        (vec![file.as_str()], "cannot tell whose events these are; name it with --format"),
        (vec![table.as_str()], "cannot tell whose table this is"),
        (vec![table.as_str(), "--format", "native"], "no column of this table is one of id, uuid"),
        (vec![table.as_str(), "--map", "whom=actor.uuid"], "the column \"whom\", which is not in the file"),
        (vec![table.as_str(), "--format", "native", "--map", "who=whom"], "--map names \"whom\"; expected one of id"),
        (vec!["/nowhere/x.json"], "cannot read /nowhere/x.json"),
    ] {
        let output = place.import(&words);
        assert_eq!(output.status.code(), Some(1), "{words:?}");
        assert!(complaint(&output).contains(told), "{}", complaint(&output));
    }
    let wrong = place.import(&[&file, "--format", "splunk"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(complaint(&wrong).contains(
        "native, auditledge, workos, auditlog, epilot, retraced, github, cloudtrail, okta, kubernetes, keycloak"
    ));
}

#[test]
fn an_import_that_is_killed_goes_on_where_it_stopped_and_stores_nothing_twice() {
    let place = Place::new();
    let events = 60_000;
    let file = place.file("long.ndjson", native(0..events));
    let mut process =
        daybook(&place.data()).args(["import", &file]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let deadline = Instant::now() + Duration::from_secs(30);
    while !has_begun(&place.data().join("imports")) {
        assert!(Instant::now() < deadline && process.try_wait().unwrap().is_none(), "it was never seen at work");
        std::thread::sleep(Duration::from_millis(2));
    }
    process.kill().unwrap();
    process.wait().unwrap();
    let output = place.import(&[&file]);
    assert!(output.status.success(), "{}", complaint(&output));
    assert!(complaint(&output).contains("going on after "), "{}", complaint(&output));
    assert_eq!(figure(&output, "read"), u64::from(events));
    assert_eq!(figure(&output, "stored") + figure(&output, "duplicates"), u64::from(events));
    let again = place.import(&[&file]);
    assert_eq!((figure(&again, "stored"), figure(&again, "duplicates")), (0, u64::from(events)));
}

fn has_begun(imports: &Path) -> bool {
    fs::read_dir(imports).is_ok_and(|files| {
        files.flatten().any(|file| file.path().extension().is_some_and(|extension| extension == "json"))
    })
}

#[test]
fn an_import_is_in_the_account_trail_and_counts_in_no_quota() {
    let place = Place::new();
    let file = place.file("h.ndjson", native(0..5));
    let output = daybook(&place.data()).env("DAYBOOK_MONTHLY_QUOTA", "2").args(["import", &file]).output().unwrap();
    assert_eq!(figure(&output, "stored"), 5, "{}", complaint(&output));
    let key = answer(&run(&place.data(), &["key", "create", "--name", "t", "--scope", "admin", "--json"]));
    let server = super::Server::plain(&place.data());
    let address = server.greeting.split_whitespace().find_map(|word| word.strip_prefix("http://")).unwrap().to_owned();
    let url = format!("http://{}/api/v1/events?client=daybook:trail", address.trim_end_matches(['.', ',', '/']));
    let told: Value = tokio::runtime::Runtime::new().unwrap().block_on(async {
        let asked = reqwest::Client::new().get(url).bearer_auth(key["bearer"].as_str().unwrap()).send().await.unwrap();
        asked.json().await.unwrap()
    });
    server.stop();
    let lines: Vec<&str> =
        told["entries"].as_array().unwrap().iter().filter_map(|e| e["description"].as_str()).collect();
    assert!(lines.contains(&"Began to import “h.ndjson”, events of native"), "{lines:?}");
    assert!(lines.contains(&"Imported “h.ndjson”, events of native: 5 stored, 0 refused"), "{lines:?}");
}

#[test]
fn the_log_of_a_running_server_is_not_touched() {
    let place = Place::new();
    let file = place.file("h.ndjson", native(0..1));
    let server = super::Server::plain(&place.data());
    let output = place.import(&[&file]);
    assert_eq!(output.status.code(), Some(1));
    assert!(complaint(&output).contains("another daybook is using"), "{}", complaint(&output));
    server.stop();
}
