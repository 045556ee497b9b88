//! The same question to a small log and to a large one.

use std::time::Instant;

/// The head of the table that [`print`] adds rows to.
pub const HEAD: &str =
    "| question | small p50 | p99 | large p50 | p99 | ratio of p50 |\n| --- | --- | --- | --- | --- | --- |";

/// Asks both, alternating, and prints how the costs compare.
pub async fn print(
    name: &str,
    small: impl AsyncFn() -> anyhow::Result<()>,
    large: impl AsyncFn() -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let (mut small_times, mut large_times) = (Vec::new(), Vec::new());
    for round in 0..220 {
        let (a, b) = (time(&small).await?, time(&large).await?);
        // The first rounds warm the caches.
        if round >= 20 {
            small_times.push(a);
            large_times.push(b);
        }
    }
    small_times.sort_by(f64::total_cmp);
    large_times.sort_by(f64::total_cmp);
    let (a, b) = (percentile(&small_times, 50), percentile(&large_times, 50));
    println!(
        "| {name} | {a:.2} ms | {:.2} ms | {b:.2} ms | {:.2} ms | {:.2} |",
        percentile(&small_times, 99),
        percentile(&large_times, 99),
        b / a
    );
    Ok(())
}

/// In milliseconds.
async fn time(question: &impl AsyncFn() -> anyhow::Result<()>) -> anyhow::Result<f64> {
    let begun = Instant::now();
    question().await?;
    Ok(begun.elapsed().as_secs_f64() * 1000.0)
}

/// Of sorted samples.
fn percentile(sorted: &[f64], percent: usize) -> f64 {
    sorted[(sorted.len() * percent / 100).min(sorted.len() - 1)]
}
