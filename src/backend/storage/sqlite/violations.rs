//! Requests that a vendor would have refused.

use super::{Sqlite, trail};
use crate::backend::storage::{StorageError, TrailLine, ViolationRecord, Violations};
use crate::domain::access::ProjectId;
use crate::domain::strictness::{Api, Violation};
use crate::domain::time::Timestamp;
use async_trait::async_trait;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

#[async_trait]
impl Violations for Sqlite {
    async fn add_violations(&self, project: ProjectId, counted: &[ViolationRecord]) -> Result<(), StorageError> {
        let mut tx = self.settings.begin().await?;
        for ViolationRecord { violation, accepted, refused, at, example } in counted {
            sqlx::query(
                "insert into violation (project, kind, api, accepted, refused, at, example) values (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                 on conflict (project, kind) do update set accepted = accepted + excluded.accepted,
                 refused = refused + excluded.refused, at = excluded.at, example = excluded.example",
            )
            .bind(project.0)
            .bind(violation.word())
            .bind(violation.api().word())
            .bind(i64::try_from(*accepted).unwrap_or(i64::MAX))
            .bind(i64::try_from(*refused).unwrap_or(i64::MAX))
            .bind(at.millis())
            .bind(example)
            .execute(&mut *tx)
            .await?;
        }
        tx.commit().await?;
        Ok(())
    }

    async fn violations(&self, project: ProjectId) -> Result<Vec<ViolationRecord>, StorageError> {
        let rows = sqlx::query("select * from violation where project = ?").bind(project.0);
        let rows = rows.fetch_all(&self.readers).await?;
        // What another version counted by another name is passed over.
        let mut counted: Vec<_> = rows.iter().filter_map(|row| record(row).transpose()).collect::<Result<_, _>>()?;
        counted.sort_by_key(|record: &ViolationRecord| record.violation);
        Ok(counted)
    }

    async fn forget_violations(&self, project: ProjectId, api: Api, line: &TrailLine) -> Result<(), StorageError> {
        let mut tx = self.settings.begin().await?;
        let forgotten = sqlx::query("delete from violation where project = ? and api = ?")
            .bind(project.0)
            .bind(api.word())
            .execute(&mut *tx)
            .await?;
        if forgotten.rows_affected() > 0 {
            trail::add(&mut *tx, project, line).await?;
        }
        tx.commit().await?;
        self.changed(Ok(())).await
    }
}

fn record(row: &SqliteRow) -> Result<Option<ViolationRecord>, StorageError> {
    let Some(violation) = Violation::of_word(row.try_get("kind")?) else { return Ok(None) };
    let number = |name: &str| row.try_get(name).map(|number: i64| u64::try_from(number).unwrap_or_default());
    Ok(Some(ViolationRecord {
        violation,
        accepted: number("accepted")?,
        refused: number("refused")?,
        at: Timestamp::from_millis(row.try_get("at")?),
        example: row.try_get("example")?,
    }))
}
