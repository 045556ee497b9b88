//! New rows of the log: many in one statement, and few in one that is a transaction of its own.

use super::queue::Prepared;
use super::row::checksum_of;
use crate::domain::access::ProjectId;
use crate::domain::event::EventId;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Sqlite, SqliteConnection};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// A new event's row.
pub struct NewRow<'j> {
    pub seq: i64,
    pub id: EventId,
    pub project: ProjectId,
    pub client: i64,
    pub occurred_at: i64,
    pub event: &'j Prepared,
}

/// A statement with its values.
type Question<'q> = sqlx::query::Query<'q, Sqlite, SqliteArguments>;

impl NewRow<'_> {
    fn checksum(&self) -> i64 {
        let Prepared { client, digest, body, .. } = self.event;
        checksum_of((self.seq, self.project.0, self.occurred_at, *digest), self.id.as_bytes(), client, body)
    }
}

fn bind_row<'q>(query: Question<'q>, row: &'q NewRow<'_>) -> Question<'q> {
    query
        .bind(row.seq)
        .bind(row.id.as_bytes().as_slice())
        .bind(row.client)
        .bind(row.occurred_at)
        .bind(row.event.digest)
        .bind(row.event.body.as_slice())
        .bind(row.checksum())
}

fn bind_use<'q>(query: Question<'q>, (project, events): (&ProjectId, &u64), month: i64) -> Question<'q> {
    query.bind(project.0).bind(month).bind(events.cast_signed())
}

/// The statement that is a whole transaction of a project's few events, where there is one for so many.
pub fn whole_transaction(rows: usize) -> Option<&'static str> {
    rows.checked_sub(1).and_then(|few| WHOLE.get(few)).copied()
}

/// Fills the statement of a whole transaction: its rows, and what each project has used in a month.
pub fn bind<'q>(
    statement: &'static str,
    rows: &'q [NewRow<'_>],
    used: &BTreeMap<ProjectId, u64>,
    month: i64,
) -> Question<'q> {
    let query = rows.iter().fold(sqlx::query(statement), bind_row);
    used.iter().fold(query, |query, used| bind_use(query, used, month))
}

/// Adds to what projects have used in a month.
pub async fn usage(log: &mut SqliteConnection, used: &BTreeMap<ProjectId, u64>, month: i64) -> anyhow::Result<()> {
    for used in used {
        bind_use(sqlx::query(USE), used, month).execute(&mut *log).await?;
    }
    Ok(())
}

const USE: &str = "insert into usage (project, month, events) values (?, ?, ?)
     on conflict (project, month) do update set events = events + excluded.events";

/// Writes rows, many a statement: a long one for batches, a short one for the rest, each prepared once.
pub async fn rows(log: &mut SqliteConnection, mut rows: &[NewRow<'_>]) -> anyhow::Result<()> {
    for (count, statement) in &*INSERTS {
        while rows.len() >= *count {
            let (now, rest) = rows.split_at(*count);
            rows = rest;
            now.iter().fold(sqlx::query(*statement), bind_row).execute(&mut *log).await?;
        }
    }
    Ok(())
}

static INSERTS: LazyLock<[(usize, &'static str); 3]> =
    LazyLock::new(|| [100, 10, 1].map(|count| (count, prepared_once(insert_of(count)))));

/// By the number of rows, whole transactions of a project's few events.
static WHOLE: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let whole = |count: usize| prepared_once(format!("begin immediate; {}; {USE}; commit", insert_of(count)));
    (1..=32).map(whole).collect()
});

fn insert_of(rows: usize) -> String {
    let rows = vec!["(?, ?, ?, ?, ?, ?, ?)"; rows].join(", ");
    format!("insert into event (seq, id, client, occurred_at, digest, body, checksum) values {rows}")
}

/// Lives as long as the program, so that the driver prepares it once.
fn prepared_once(statement: String) -> &'static str {
    statement.leak()
}
