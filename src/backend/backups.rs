//! Backups that the server makes by itself, beside its work.

use super::clock::Clock;
use super::metrics::Metrics;
use super::storage::Storage;
use super::{Backend, file_stamp, private_files};
use crate::domain::time::Timestamp;
use anyhow::Context;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How the name of a backup begins; its moment follows.
const NAME: &str = "daybook-";
/// After how long a backup that failed is tried again, unless the next is due sooner.
const AGAIN: Duration = Duration::from_mins(15);
/// How long it is waited at once: the clock may be set meanwhile.
const LOOK: Duration = Duration::from_secs(30);

/// What is wanted of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupPlan {
    pub folder: PathBuf,
    /// From one to the next.
    pub every: Duration,
    /// The most that are kept: the oldest goes.
    pub keep: usize,
}

/// Reads a span such as `90s`, `30m`, `24h` or `7d`, from a second to a year.
pub fn span(text: &str) -> Option<Duration> {
    let (number, unit) = text.split_at(text.len().checked_sub(1).filter(|at| text.is_char_boundary(*at))?);
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => return None,
    };
    let seconds = number.parse::<u64>().ok()?.checked_mul(seconds)?;
    (1..=366 * 86_400).contains(&seconds).then(|| Duration::from_secs(seconds))
}

/// Makes them as they fall due, until it is dropped. One that was made before this start counts.
pub async fn run(backend: &Backend, plan: &BackupPlan) {
    let Backend { storage, clock, metrics, .. } = backend;
    let mut due = first_due(clock, metrics, plan);
    loop {
        let wait = due.millis() - clock.now().millis();
        if let Ok(wait @ 1..) = u64::try_from(wait) {
            tokio::time::sleep(Duration::from_millis(wait).min(LOOK)).await;
            continue;
        }
        let wait = match make(&**storage, clock, plan).await {
            Ok(at) => {
                metrics.backup_made(at);
                plan.every
            }
            Err(error) => {
                tracing::error!("the backup failed and is tried again: {error:#}");
                metrics.backup_failed();
                plan.every.min(AGAIN)
            }
        };
        due = after(clock.now(), wait);
    }
}

/// When the next one is due, as far as the folder tells.
fn first_due(clock: &Clock, metrics: &Metrics, plan: &BackupPlan) -> Timestamp {
    let now = clock.now();
    match made(&plan.folder).map(|made| made.into_iter().map(|(at, _)| at).max()) {
        Ok(Some(last)) => {
            metrics.backup_found(last);
            // The clock may have been set back since.
            after(last, plan.every).min(after(now, plan.every))
        }
        Ok(None) => now,
        Err(error) => {
            tracing::warn!("{error:#}");
            now
        }
    }
}

fn after(moment: Timestamp, wait: Duration) -> Timestamp {
    moment.plus_millis(i64::try_from(wait.as_millis()).unwrap_or(i64::MAX))
}

/// Makes one, and removes those that are more than are kept.
async fn make(storage: &dyn Storage, clock: &Clock, plan: &BackupPlan) -> anyhow::Result<Timestamp> {
    private_files::make_folder(&plan.folder)?;
    let at = clock.now();
    let file = plan.folder.join(format!("{NAME}{}.db", file_stamp::of(at)));
    let events = storage.backup(&file).await.with_context(|| format!("cannot back up to {}", file.display()))?;
    tracing::info!(events, "backed up to {}", file.display());
    if let Err(error) = remove_oldest(plan) {
        tracing::warn!("cannot remove old backups: {error:#}");
    }
    Ok(at)
}

fn remove_oldest(plan: &BackupPlan) -> anyhow::Result<()> {
    let mut made = made(&plan.folder)?;
    made.sort();
    for (_, path) in made.iter().rev().skip(plan.keep) {
        fs::remove_file(path).with_context(|| format!("cannot remove {}", path.display()))?;
    }
    Ok(())
}

/// Those in a folder; none where it is not there yet. Whatever else lies there is let be, but for what a backup that was
/// broken off has left.
fn made(folder: &Path) -> anyhow::Result<Vec<(Timestamp, PathBuf)>> {
    if !folder.try_exists().with_context(|| format!("cannot read {}", folder.display()))? {
        return Ok(Vec::new());
    }
    let mut made = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_prefix(NAME));
        let Some(name) = name else { continue };
        if let Some(at) = name.strip_suffix(".db").and_then(file_stamp::read) {
            made.push((at, path));
        } else if name.strip_suffix(".db.partial").and_then(file_stamp::read).is_some() {
            fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
        }
    }
    Ok(made)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::storage::sqlite::{Options, Sqlite};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicI64, Ordering};

    const START: i64 = 1_768_478_400_000;

    fn clock(now: &Arc<AtomicI64>) -> Clock {
        let now = Arc::clone(now);
        Clock::fixed(move || Timestamp::from_millis(now.load(Ordering::Relaxed)))
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn as_many_are_kept_as_are_wanted_and_nothing_else_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let now = Arc::new(AtomicI64::new(START));
        let storage = Sqlite::open(&folder.path().join("data"), clock(&now), Options::default()).await.unwrap();
        let plan = BackupPlan { folder: folder.path().join("backups"), every: Duration::from_mins(1), keep: 2 };
        for _ in 0..3 {
            make(&storage, &clock(&now), &plan).await.unwrap();
            now.fetch_add(60_000, Ordering::Relaxed);
        }
        fs::write(plan.folder.join("daybook-notes.db"), "mine").unwrap();
        fs::write(plan.folder.join("daybook-20200101T000000Z.db.partial"), "broken off").unwrap();
        let metrics = Metrics::default();
        let due = first_due(&clock(&now), &metrics, &plan);
        assert_eq!(due.millis(), START + 3 * 60_000, "a minute after the last one");
        let kept = ["daybook-20260115T120100Z.db", "daybook-20260115T120200Z.db", "daybook-notes.db"];
        assert_eq!(names(&plan.folder), kept);
        metrics.tell_backup_age(Timestamp::from_millis(START + 180_000));
        let page = metrics.render();
        assert!(page.lines().any(|line| line == "daybook_backup_age_seconds{} 60"), "{page}");
        storage.close().await;
    }

    #[test]
    fn a_backup_from_the_future_delays_none_by_more_than_the_usual_span() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("daybook-20990101T000000Z.db"), "").unwrap();
        let now = Arc::new(AtomicI64::new(START));
        let plan = BackupPlan { folder: folder.path().to_owned(), every: Duration::from_mins(1), keep: 2 };
        assert_eq!(first_due(&clock(&now), &Metrics::default(), &plan).millis(), START + 60_000);
    }

    #[test]
    fn spans_have_a_unit() {
        assert_eq!(span("24h"), Some(Duration::from_hours(24)));
        assert_eq!(span("90s"), Some(Duration::from_secs(90)));
        for wrong in ["", "h", "24", "0s", "-1h", "1é", "400d", "99999999999999999999h"] {
            assert_eq!(span(wrong), None, "{wrong}");
        }
    }
}
