//! Durable ingest over HTTP, disk and memory.

use super::client::Connection;
use super::corpus::Corpus;
use super::raw;
use super::server::{Server, bytes_on_disk};
use sqlx::Connection as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Connections that send at once.
const CONNECTIONS: usize = 16;

/// Measures batches of 1, 100 and 1,000; leaves the folder that the last filled.
pub async fn run(corpus: &Corpus) -> anyhow::Result<tempfile::TempDir> {
    println!("## Durable ingest over HTTP, {CONNECTIONS} connections\n");
    println!("| batch | events/s over HTTP | raw SQLite, events/s | raw does | ratio |");
    println!("| --- | --- | --- | --- | --- |");
    let small = corpus.first(20_000.min(corpus.len()));
    let single = raw::insert(&corpus.first(3_000.min(corpus.len())), 1).await?;
    let (rate, _) = send(&Server::start().await?, &small, 1).await?;
    println!("| 1 | {rate:.0} | {single:.0} | one commit an event | {:.2} |", rate / single);
    let middle = corpus.first(200_000.min(corpus.len()));
    let raw_100 = raw::insert(&middle, 100).await?;
    let (rate, _) = send(&Server::start().await?, &middle, 100).await?;
    println!("| 100 | {rate:.0} | {raw_100:.0} | 100 a commit | {:.2} |", rate / raw_100);
    let raw_1000 = raw::insert(corpus, 1_000).await?;
    let server = Server::start().await?;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let (idle, _) = server.memory()?;
    let (rate, elapsed) = send(&server, corpus, 1_000).await?;
    println!("| 1,000 | {rate:.0} | {raw_1000:.0} | 1,000 a commit | {:.2} |\n", rate / raw_1000);
    let behind = settle(&server, corpus.len()).await?;
    let (after, peak) = server.memory()?;
    println!(
        "Batches of 1,000 took {:.1} s; the index was complete {:.1} s later ({:.0} events/s with it).\n",
        elapsed.as_secs_f64(),
        behind.as_secs_f64(),
        corpus.len() as f64 / (elapsed + behind).as_secs_f64()
    );
    println!("## Memory\n\nidle {idle:.0} MB, peak while ingesting {peak:.0} MB, after it {after:.0} MB\n");
    let folder = server.stop()?;
    println!("## Disk\n\n| file | bytes an event |\n| --- | --- |");
    let files = bytes_on_disk(folder.path())?;
    for (path, bytes) in &files {
        println!("| {} | {:.1} |", path.file_name().unwrap_or_default().display(), *bytes as f64 / corpus.len() as f64);
    }
    let all: u64 = files.iter().map(|(_, bytes)| bytes).sum();
    println!("| all | {:.1} |\n", all as f64 / corpus.len() as f64);
    Ok(folder)
}

/// Fills a folder and waits for its index.
pub async fn fill(corpus: &Corpus) -> anyhow::Result<tempfile::TempDir> {
    let server = Server::start().await?;
    send(&server, corpus, 1_000).await?;
    settle(&server, corpus.len()).await?;
    server.stop()
}

async fn send(server: &Server, corpus: &Corpus, batch: usize) -> anyhow::Result<(f64, Duration)> {
    let bodies = Arc::new(corpus.bodies(batch));
    let next = Arc::new(AtomicUsize::new(0));
    let mut connections = Vec::new();
    for _ in 0..CONNECTIONS {
        connections.push(Connection::open(&server.address, &server.key).await?);
    }
    let begun = Instant::now();
    let senders: Vec<_> = connections
        .into_iter()
        .map(|mut connection| {
            let (bodies, next) = (Arc::clone(&bodies), Arc::clone(&next));
            tokio::spawn(async move {
                while let Some(body) = bodies.get(next.fetch_add(1, Ordering::Relaxed)) {
                    connection.post(body).await?;
                }
                anyhow::Ok(())
            })
        })
        .collect();
    for sender in senders {
        sender.await??;
    }
    let elapsed = begun.elapsed();
    Ok((corpus.len() as f64 / elapsed.as_secs_f64(), elapsed))
}

/// Waits until the index has every event.
async fn settle(server: &Server, events: usize) -> anyhow::Result<Duration> {
    let begun = Instant::now();
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(server.data().join("index.db")).read_only(true);
    let mut index = sqlx::SqliteConnection::connect_with(&options).await?;
    loop {
        let seq: i64 = sqlx::query_scalar("select seq from progress").fetch_one(&mut index).await?;
        if usize::try_from(seq)? >= events {
            return Ok(begun.elapsed());
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
