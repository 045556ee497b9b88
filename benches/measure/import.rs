//! What bringing a history along costs, by the real binary, beside the raw engine.

use super::corpus::Corpus;
use super::raw;
use super::server::import;
use std::io::Write;
use std::time::Instant;

/// Imports the corpus from a file of NDJSON, and then once more.
pub async fn run(corpus: &Corpus) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("history.ndjson");
    let mut file = std::io::BufWriter::new(std::fs::File::create(&path)?);
    for document in corpus.documents() {
        writeln!(file, "{document}")?;
    }
    file.flush()?;
    let raw = raw::insert(corpus, 1_000).await?;
    println!("## Import of {} events\n", corpus.len());
    println!("| run | events/s | of raw |\n| --- | --- | --- |\n| raw SQLite, 1,000 a commit | {raw:.0} | 1.00 |");
    for name in ["NDJSON", "the same again, all known"] {
        let begun = Instant::now();
        import(&folder.path().join("data"), &path)?;
        let rate = corpus.len() as f64 / begun.elapsed().as_secs_f64();
        println!("| {name} | {rate:.0} | {:.2} |", rate / raw);
    }
    println!();
    Ok(())
}
