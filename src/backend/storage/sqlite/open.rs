//! Opening the database in a folder, and what a process that appends keeps going.

use super::connect::{self, Files};
use super::health::Condition;
use super::index::Indexer;
use super::lock::{lock, lock_if_free, turn};
use super::reading::{IndexState, Reading};
use super::tail::Tail;
use super::wal::WalBound;
use super::writer::Writer;
use super::{Options, Running, Sqlite, known, sealing, upgrade};
use crate::backend::clock::Clock;
use crate::backend::private_files;
use anyhow::Context;
use sqlx::Connection;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use tokio::sync::{Mutex, Notify, mpsc, watch};

impl Sqlite {
    /// Opens the database in a folder, made where there is none.
    pub async fn open(folder: &Path, clock: Clock, options: Options) -> anyhow::Result<Self> {
        private_files::secure(folder)?;
        let files = Files::of(folder);
        let turn = turn(folder)?;
        // Only who is alone may bring the files to this version, also one that does not append.
        let lock = if options.append { Some(lock(folder)?) } else { lock_if_free(folder)? };
        files.ensure_log_is_not_lost()?;
        upgrade::bring(&files, lock.is_some()).await?;
        let log = connect::log_writer(&files).await?;
        let index = connect::index_writer(&files, lock.is_some()).await?;
        let lock = lock.filter(|_| options.append);
        drop(turn);
        let readers = connect::readers(&files, options.readers).await?;
        let state = Arc::new(IndexState::default());
        let scanning = connect::scanning_readers(&files, options.readers);
        let reading = Reading::new(readers.clone(), scanning, Arc::clone(&state));
        let settings = connect::settings_writer(&files).await?;
        let condition = Arc::new(Condition::new(files.clone(), Arc::clone(&state)));
        let Some(lock) = lock else {
            log.close().await?;
            if let Some(index) = index {
                index.close().await?;
            }
            let (running, queue) = (Mutex::new(None), std::sync::RwLock::new(None));
            let (taking_over, monthly_quota) = (Mutex::default(), options.monthly_quota);
            let (tail, progress, asks) = (None, None, None);
            return Ok(Self {
                readers,
                reading,
                settings,
                running,
                queue,
                tail,
                taking_over,
                progress,
                asks,
                files,
                condition,
                clock,
                monthly_quota,
            });
        };
        let index = index.context("the index cannot be opened")?;
        let tail = Arc::new(Tail::default());
        let grown = Arc::new(Notify::new());
        let written = Arc::new(AtomicI64::new(0));
        let (stop, stopped) = watch::channel(false);
        let (asks, asked) = mpsc::channel(1);
        let log_reader = connect::log_reader(&files).await?;
        let at_once = options.receipts_at_once;
        let indexer = Indexer::open(index, log_reader, Arc::clone(&tail), at_once, (state, files.clone())).await?;
        let indexer = indexer.bounded(WalBound::new(&files.index, options.wal_bytes), options.filled);
        let progress = indexer.progress();
        known::load(&tail, &readers).await?;
        let writer = Writer::open(
            log,
            reading.clone(),
            Arc::clone(&tail),
            clock.clone(),
            options.monthly_quota,
            Arc::clone(&grown),
            Arc::clone(&written),
        )
        .await?
        .bounded(WalBound::new(&files.log, options.wal_bytes), condition.meters.commit.clone(), options.filled);
        let (queue, writer) = writer.start();
        let sealing = sealing::start(&files, stopped.clone()).await?;
        let indexer = tokio::spawn(indexer.run(grown, written, asked, stopped, Arc::clone(&condition)));
        let storage = Self {
            readers,
            reading,
            settings,
            running: Mutex::new(Some(Running { writer, indexer, sealing, stop, _lock: lock })),
            queue: std::sync::RwLock::new(Some(Arc::new(queue))),
            tail: Some(tail),
            taking_over: Mutex::default(),
            progress: Some(progress),
            asks: Some(asks),
            files,
            condition,
            clock,
            monthly_quota: options.monthly_quota,
        };
        storage.take_over().await?;
        Ok(storage)
    }
}
