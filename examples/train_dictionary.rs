//! Trains the dictionary that stored events are compressed with, on the demo's history, and writes it to the file given:
//! `cargo run --release --features ssr --example train_dictionary -- src/backend/storage/sqlite/dictionary_1.bin`
//!
//! A dictionary in use must never change: a better one gets a new version in `codec.rs`.

use daybook::backend::demo;
use daybook::domain::time::Timestamp;

/// Larger ones gain little: 32 KiB is what was measured.
const BYTES: usize = 32 * 1024;
/// Clients of all sizes, so that no one's names fill the dictionary.
const CLIENTS: u64 = 200;
const EVENTS: u64 = 40_000;

fn main() -> anyhow::Result<()> {
    let path = std::env::args().nth(1).ok_or_else(|| anyhow::anyhow!("expected the file to write"))?;
    let now = Timestamp::from_millis(1_780_000_000_000);
    // Another history than the demo's and the benchmarks', so that neither is measured on what was learnt by heart.
    let samples: Vec<String> = demo::documents(99, now, CLIENTS, EVENTS).collect();
    let dictionary = zstd::dict::from_samples(&samples, BYTES)?;
    std::fs::write(path, dictionary)?;
    Ok(())
}
