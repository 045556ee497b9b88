//! The server as a process: its descriptors, its listeners, its log.

use super::{Server, daybook};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

/// Asks, and reads all that comes.
fn get(address: &str, path: &str) -> String {
    let mut socket = TcpStream::connect(address).unwrap();
    // A test that waits for so long has hung.
    socket.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    write!(socket, "GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).unwrap();
    answer
}

/// `127.0.0.1:1234` in a text.
fn address_in(text: &str) -> String {
    let start = text.find("127.0.0.1:").unwrap_or_else(|| panic!("no address in {text}"));
    text[start..].chars().take_while(|letter| letter.is_ascii_digit() || matches!(letter, '.' | ':')).collect()
}

/// A server with these words after `serve`, and the address of its metrics.
fn start(data: &Path, words: &[&str]) -> (Server, String, BufReader<std::process::ChildStderr>) {
    let usual = ["serve", "--listen", "127.0.0.1:0", "--metrics-listen", "127.0.0.1:0"];
    let mut server = Server::with(data, &[&usual[..], words].concat(), &|greeting| greeting.contains("/admin/set-up#"));
    let mut log = BufReader::new(server.process.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("metrics are served") {
        line.clear();
        assert_ne!(log.read_line(&mut line).unwrap(), 0, "the server ended");
    }
    (server, address_in(&line), log)
}

#[test]
fn more_sockets_than_descriptors_keep_nobody_out() {
    let folder = tempfile::tempdir().unwrap();
    let binary = env!("CARGO_BIN_EXE_daybook");
    let mut process = Command::new("sh")
        // Both limits, so that the server cannot raise them.
        .args(["-c", "ulimit -n 160; exec \"$0\" serve --listen 127.0.0.1:0 --metrics-listen off", binary])
        .env("DAYBOOK_DATA", folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut greeting = String::new();
    let mut lines = BufReader::new(process.stdout.take().unwrap());
    while !greeting.contains("/admin/set-up#") {
        assert_ne!(lines.read_line(&mut greeting).unwrap(), 0, "the server ended after {greeting}");
    }
    let address = address_in(&greeting);
    let held: Vec<TcpStream> = (0..400).map(|_| TcpStream::connect(&address).unwrap()).collect();
    for _ in 0..3 {
        assert!(get(&address, "/health/live").ends_with("live\n"));
        assert!(get(&address, "/api/v1/limits").contains("200 OK"));
    }
    drop(held);
    process.kill().unwrap();
    process.wait().unwrap();
}

#[test]
fn metrics_have_a_listener_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let (server, metrics, _log) = start(folder.path(), &[]);
    let address = address_in(&server.greeting);
    assert!(get(&address, "/metrics").contains("404 Not Found"));
    assert!(get(&address, "/health/ready").ends_with("ready\n"));
    let page = get(&metrics, "/metrics");
    assert!(page.contains("daybook_build_info") && page.contains("daybook_process_max_fds"), "{page}");
    assert!(get(&metrics, "/api/v1/limits").contains("404 Not Found"));
    server.end();
}

#[test]
fn the_access_log_names_requests_and_holds_nothing_that_opens_anything() {
    let folder = tempfile::tempdir().unwrap();
    let (server, _, mut log) = start(folder.path(), &["--access-log", "yes"]);
    let address = address_in(&server.greeting);
    get(&address, "/portal/a-pass-that-opens?token=another");
    get(&address, "/nothing/here-that-opens?pass=another");
    server.end();
    let mut text = String::new();
    log.read_to_string(&mut text).unwrap();
    let lines: Vec<&str> = text.lines().filter(|line| line.contains("daybook::access")).collect();
    assert_eq!(lines.len(), 2, "{text}");
    for part in ["/portal/{pass}", "rq_", "status", "127.0.0.1", "GET"] {
        assert!(lines[0].contains(part), "{part} is not in {}", lines[0]);
    }
    assert!(!text.contains("opens") && !text.contains("another"), "{text}");
}

#[test]
fn a_port_for_metrics_that_is_taken_stops_only_a_server_that_was_told_to_use_it() {
    let folder = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let words = ["serve", "--listen", "127.0.0.1:0", "--metrics-listen", &address];
    let told = daybook(folder.path()).args(words).output().unwrap();
    assert_eq!(told.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&told.stderr).contains("cannot listen on"));
}
