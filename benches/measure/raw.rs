//! The raw engine: the same documents into one bare table without indexes, as durably.

use super::corpus::Corpus;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{AssertSqlSafe, Connection};
use std::time::Instant;

/// Events a second, so many a transaction.
pub async fn insert(corpus: &Corpus, batch: usize) -> anyhow::Result<f64> {
    let folder = tempfile::tempdir()?;
    let options = SqliteConnectOptions::new()
        .filename(folder.path().join("bare.db"))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .pragma("wal_autocheckpoint", "4000");
    let mut bare = SqliteConnection::connect_with(&options).await?;
    sqlx::query("create table event (seq integer primary key, document blob not null) strict")
        .execute(&mut bare)
        .await?;
    // As the product does it: many rows a statement.
    let rows = batch.min(100);
    let statement = format!("insert into event (document) values {}", vec!["(?)"; rows].join(", "));
    let documents = corpus.documents();
    let documents = &documents[..documents.len() / batch * batch];
    let begun = Instant::now();
    for batch in documents.chunks(batch) {
        let mut transaction = bare.begin().await?;
        for rows in batch.chunks(rows) {
            let mut query = sqlx::query(AssertSqlSafe(statement.clone()));
            for document in rows {
                query = query.bind(document.as_bytes());
            }
            query.execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
    }
    Ok(documents.len() as f64 / begun.elapsed().as_secs_f64())
}
