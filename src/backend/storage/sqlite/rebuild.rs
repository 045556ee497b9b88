//! The index built anew from the log.

use super::connect::{self, Files};
use super::index::Indexer;
use super::lock::{lock, turn};
use super::{Options, Sqlite, upgrade};
use crate::backend::private_files;
use anyhow::Context;
use futures::future::BoxFuture;
use std::path::Path;
use std::sync::Arc;

impl Sqlite {
    /// Builds the index of a folder anew, whatever is there instead; answers with the number of events. Nobody else may
    /// use the folder meanwhile.
    pub async fn rebuild_index(folder: &Path) -> anyhow::Result<u64> {
        let files = Files::of(folder);
        private_files::secure(folder)?;
        let turn = turn(folder)?;
        let _lock = lock(folder)?;
        upgrade::bring(&files, true).await?;
        drop(turn);
        files.remove_index().context("cannot remove the old index")?;
        build(files).await
    }
}

/// Boxed, since the compiler cannot see through the migrations that it may move between threads.
fn build(files: Files) -> BoxFuture<'static, anyhow::Result<u64>> {
    Box::pin(async move {
        let mut indexer = {
            let index = connect::index_writer(&files, true).await?.context("cannot make a new index")?;
            let log = connect::log_reader(&files).await?;
            let at_once = Options::default().receipts_at_once;
            Indexer::open(index, log, Arc::default(), at_once, (Arc::default(), files)).await?
        };
        let mut events = 0;
        loop {
            match indexer.step().await? {
                0 => return Ok(events),
                more => events += more as u64,
            }
        }
    })
}
