//! `make bench`: what the product costs beside the raw engine, in one run. Prints what `docs/benchmarks.md` records.
//!
//! Absolute figures belong to the machine; the ratios are what is aimed for.
#![expect(clippy::print_stdout, reason = "printing is what it is for")]
#![expect(clippy::cast_precision_loss, reason = "figures for people")]

mod client;
mod compare;
mod corpus;
mod dashboard;
mod dialects;
mod export;
mod import;
mod ingest;
mod queries;
mod raw;
mod server;

use corpus::Corpus;

/// Events in the large log, unless `DAYBOOK_BENCH_EVENTS` says otherwise.
const EVENTS: usize = 1_000_000;
/// Events in the small log that the large one is compared with.
const SMALL: usize = 10_000;

fn main() -> anyhow::Result<()> {
    let events = match std::env::var("DAYBOOK_BENCH_EVENTS") {
        Ok(text) => text.parse()?,
        Err(_) => EVENTS,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        println!("## Corpus\n");
        let corpus = Corpus::new(events);
        println!("{} events, {:.0} bytes of JSON each on average\n", corpus.len(), corpus.mean_bytes());
        import::run(&corpus).await?;
        let large = ingest::run(&corpus).await?;
        dialects::run(&corpus).await?;
        let large = export::run(large).await?;
        let small = ingest::fill(&corpus.first(SMALL)).await?;
        queries::run(&small, &large).await?;
        dashboard::run(&small, &large).await
    })
}
