//! The real server is killed again and again while it takes events: what it acknowledged is there afterwards, once.
#![expect(clippy::unwrap_used, reason = "a test that stops has failed")]

use reqwest::Client;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::watch;

const ROUNDS: usize = 12;
const CLIENT: &str = "crash";
/// How many events each sender puts into a request.
const SENDERS: [usize; 4] = [1, 1, 20, 20];

/// The command over a data folder, with no setting of the developer's own.
fn daybook(data: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_daybook"));
    std::env::vars().filter(|(name, _)| name.starts_with("DAYBOOK_")).for_each(|(name, _)| {
        command.env_remove(name);
    });
    command.env("DAYBOOK_DATA", data).args(words);
    command
}

fn out(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// A server that is killed when it is dropped, as it is when the power fails.
struct Server {
    process: Child,
    url: String,
}

impl Server {
    /// Starts one on a free port; returns once it listens.
    fn start(data: &Path) -> Self {
        let words = ["serve", "--listen", "127.0.0.1:0"];
        let mut process = daybook(data, &words).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines().map(Result::unwrap);
        let url = lines.into_iter().find_map(|line| {
            let (_, rest) = line.split_once("http://")?;
            let end = rest.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == ':')).unwrap_or(rest.len());
            Some(format!("http://{}", &rest[..end]))
        });
        Self { process, url: url.expect("the server ended before it said where it listens") }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // SIGKILL: nothing of the server runs any more, not even a last write.
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

/// Who sends: knows the server of the moment, and tells how much was acknowledged.
struct Senders {
    url: watch::Receiver<String>,
    key: String,
    http: Client,
    acknowledged: AtomicUsize,
    enough: AtomicBool,
}

impl Senders {
    /// Sends batch after batch until it is enough, each until it is acknowledged. Returns the first receipts, by uuid.
    async fn send(&self, name: usize, size: usize) -> BTreeMap<String, String> {
        let mut receipts = BTreeMap::new();
        for batch in 0.. {
            if self.enough.load(Ordering::Relaxed) {
                break;
            }
            let uuids: Vec<String> = (0..size).map(|at| format!("{name}-{batch}-{at}")).collect();
            let answer = loop {
                match self.post(&uuids).await {
                    Ok(answer) => break answer,
                    // Killed, and nobody knows whether before or after it was stored.
                    Err(_) => tokio::time::sleep(Duration::from_millis(5)).await,
                }
            };
            self.acknowledged.fetch_add(1, Ordering::Relaxed);
            receipts.extend(answer);
        }
        receipts
    }

    async fn post(&self, uuids: &[String]) -> reqwest::Result<Vec<(String, String)>> {
        let url = format!("{}/api/v1/events", *self.url.borrow());
        let event = |uuid: &String| {
            json!({
                "uuid": uuid, "client": {"uuid": CLIENT}, "action": "crash.survive",
                "actor": {"uuid": "a-1", "name": "Ada"}, "metadata": {"filler": "x".repeat(400)}
            })
        };
        let events: Vec<Value> = uuids.iter().map(event).collect();
        let sent = self.http.post(url).header("x-api-key", &self.key).json(&events).send().await?;
        let answer: Value = sent.error_for_status()?.json().await?;
        let text = |receipt: &Value, name: &str| receipt[name].as_str().unwrap().to_owned();
        let receipts = answer["ReceivedEvents"].as_array().unwrap().iter();
        let receipts: Vec<_> = receipts.map(|receipt| (text(receipt, "uuid"), text(receipt, "id"))).collect();
        assert_eq!(receipts.iter().map(|(uuid, _)| uuid).collect::<Vec<_>>(), uuids.iter().collect::<Vec<_>>());
        Ok(receipts)
    }

    /// Every event of the log, page by page: uuid and id.
    async fn all(&self) -> Vec<(String, String)> {
        let mut found = Vec::new();
        let mut cursor = String::new();
        loop {
            let url = format!("{}/api/v1/events?clientID={CLIENT}&limit=1000{cursor}", *self.url.borrow());
            let answer = self.http.get(url).header("x-api-key", &self.key).send().await.unwrap();
            let page: Value = answer.error_for_status().unwrap().json().await.unwrap();
            let text = |entry: &Value, name: &str| entry[name].as_str().unwrap().to_owned();
            let entries = page["entries"].as_array().unwrap();
            found.extend(entries.iter().map(|entry| (text(entry, "uuid"), text(entry, "id"))));
            match page["cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return found,
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_outlives_every_kill_exactly_once() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let key = out(&daybook(data, &["key", "create", "--name", "crash", "--json"]).output().unwrap());
    let key: Value = serde_json::from_str(&key).unwrap();
    let key = format!("{}:{}", key["id"].as_str().unwrap(), key["secret"].as_str().unwrap());

    let mut server = Server::start(data);
    let (tell, url) = watch::channel(server.url.clone());
    let http = Client::builder().timeout(Duration::from_secs(10)).build().unwrap();
    let senders = Senders { url, key, http, acknowledged: AtomicUsize::new(0), enough: AtomicBool::new(false) };
    let senders = Arc::new(senders);
    let under_way: Vec<_> = SENDERS
        .into_iter()
        .enumerate()
        .map(|(name, size)| {
            let senders = Arc::clone(&senders);
            tokio::spawn(async move { senders.send(name, size).await })
        })
        .collect();

    for round in 0..ROUNDS {
        // Each time elsewhere in the work: after another number of answers, and some microseconds more.
        let goal = senders.acknowledged.load(Ordering::Relaxed) + 15 + round * 7 % 40;
        while senders.acknowledged.load(Ordering::Relaxed) < goal {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        tokio::time::sleep(Duration::from_micros(round as u64 * 617 % 4_000)).await;
        drop(server);
        server = Server::start(data);
        tell.send(server.url.clone()).unwrap();
    }
    senders.enough.store(true, Ordering::Relaxed);
    let mut receipts = BTreeMap::new();
    for sender in under_way {
        receipts.extend(sender.await.unwrap());
    }

    let stored = senders.all().await;
    assert!(stored.len() > ROUNDS * 15, "the load was too small to say anything: {}", stored.len());
    let by_uuid: BTreeMap<String, String> = stored.iter().cloned().collect();
    assert_eq!(stored.len(), by_uuid.len(), "an event is there twice");
    assert_eq!(by_uuid, receipts, "an event is missing, or is not the one that was acknowledged");

    let uuids: Vec<String> = receipts.keys().cloned().collect();
    for batch in uuids.chunks(500) {
        for (uuid, id) in senders.post(batch).await.unwrap() {
            assert_eq!(receipts[&uuid], id, "{uuid} sent again");
        }
    }
    assert_eq!(senders.all().await.len(), stored.len(), "sending again stored something");

    drop(server);
    let said = out(&daybook(data, &["check"]).output().unwrap());
    // With the project, its view and its key, which the account trail tells of.
    assert_eq!(said.trim(), format!("{} events, nothing is damaged.", stored.len() + 3));
}
