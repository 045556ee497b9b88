//! What taking a whole log away costs, over HTTP by the real binary, beside reading the same rows.

use super::client::Connection;
use super::server::Server;
use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use std::time::Instant;

/// Exports everything that a folder holds in two forms.
pub async fn run(folder: tempfile::TempDir) -> anyhow::Result<tempfile::TempDir> {
    let (raw, events) = read(&folder).await?;
    println!("## Export of {events} events\n");
    println!("| read | events/s | of raw |\n| --- | --- | --- |\n| raw rows | {raw:.0} | 1.00 |");
    let server = Server::over(folder).await?;
    let (idle, _) = server.memory()?;
    for format in ["csv", "ndjson"] {
        let mut connection = Connection::open(&server.address, &server.key).await?;
        let begun = Instant::now();
        let bytes = connection.get(&format!("/api/v1/events/export?format={format}")).await?;
        let (seconds, rate) = (begun.elapsed().as_secs_f64(), events as f64 / begun.elapsed().as_secs_f64());
        let megabytes = bytes as f64 / 1e6;
        println!("| {format}, {:.0} MB/s | {rate:.0} | {:.2} |", megabytes / seconds, rate / raw);
    }
    let (after, peak) = server.memory()?;
    println!("\nmemory: idle {idle:.0} MB, peak while exporting {peak:.0} MB, after it {after:.0} MB\n");
    server.stop()
}

/// Every row of the log as it lies there, newest first: events a second, and how many.
async fn read(folder: &tempfile::TempDir) -> anyhow::Result<(f64, u64)> {
    use futures::TryStreamExt;
    let options = SqliteConnectOptions::new().filename(folder.path().join("daybook.db")).read_only(true);
    let mut log = SqliteConnection::connect_with(&options).await?;
    let begun = Instant::now();
    let mut events = 0;
    {
        let mut rows = sqlx::query_as::<_, (i64, Vec<u8>, i64, Vec<u8>)>(
            "select seq, id, occurred_at, body from event order by seq desc",
        )
        .fetch(&mut log);
        while let Some(row) = rows.try_next().await? {
            std::hint::black_box(row);
            events += 1;
        }
    }
    let rate = events as f64 / begun.elapsed().as_secs_f64();
    log.close().await?;
    Ok((rate, events))
}
