//! The write-ahead logs stay within a bound while one search follows on another.

use super::{Database, event};
use daybook::backend::storage::sqlite::Options;
use daybook::backend::storage::{Query, Storage};
use daybook::domain::access::{ClientScope, Scope};
use daybook::domain::query::Filter;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

const BOUND: u64 = 2 * 1_024 * 1_024;
/// What a step of the index, or a commit, may add before it is looked at again.
const ONE_STEP: u64 = 12 * 1_024 * 1_024;
const BATCHES: usize = 60;
const BATCH: usize = 1_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn continuous_searches_do_not_let_a_write_ahead_log_grow() {
    let database = Arc::new(Database::with(Options { wal_bytes: BOUND, ..Options::default() }).await);
    let (done, largest) =
        (Arc::new(AtomicBool::new(false)), [Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0))]);
    let mut tasks = Vec::new();
    // More than there are connections, so that some search is always under way.
    for _ in 0..8 {
        let (database, done) = (Arc::clone(&database), Arc::clone(&done));
        tasks.push(tokio::spawn(async move {
            let scope = Scope { project: database.project, clients: ClientScope::All };
            // No index helps with it: every block is read.
            let filter = Filter { action: Some("*nothing*".to_owned()), ..Filter::default() };
            let query = Query { filter, limit: 50, ..Query::default() };
            while !done.load(Ordering::Relaxed) {
                database.storage.page(&scope, &query).await.unwrap();
            }
        }));
    }
    for (file, largest) in ["daybook.db-wal", "index.db-wal"].into_iter().zip(largest.clone()) {
        let (path, done) = (database.folder.path().join(file), Arc::clone(&done));
        tasks.push(tokio::spawn(async move {
            while !done.load(Ordering::Relaxed) {
                largest.fetch_max(std::fs::metadata(&path).map_or(0, |file| file.len()), Ordering::Relaxed);
                tokio::time::sleep(std::time::Duration::from_millis(2)).await;
            }
        }));
    }
    let mut written = 0;
    for batch in 0..BATCHES {
        let events = (0..BATCH).map(|number| event("acme", batch * BATCH + number, number)).collect();
        written += database.append(events).await.len();
    }
    database.storage.settle().await.unwrap();
    done.store(true, Ordering::Relaxed);
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(written, BATCHES * BATCH);
    for largest in largest {
        let largest = largest.load(Ordering::Relaxed);
        assert!(largest <= 2 * BOUND + ONE_STEP, "{largest}");
    }
}
