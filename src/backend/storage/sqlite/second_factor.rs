//! Second factors, and the projects that require one.

use super::{Sqlite, trail};
use crate::backend::storage::{Sealed, SecondFactorRecord, SecondFactors, StorageError, TrailLine};
use crate::domain::access::ProjectId;
use crate::domain::people::PersonId;
use crate::domain::time::Timestamp;
use async_trait::async_trait;
use sqlx::Row;

#[async_trait]
impl SecondFactors for Sqlite {
    async fn second_factor(&self, person: PersonId) -> Result<Option<SecondFactorRecord>, StorageError> {
        let row = sqlx::query("select secret, confirmed_at from second_factor where person = ?")
            .bind(person.0)
            .fetch_optional(&self.readers)
            .await?;
        row.map(|row| {
            let confirmed_at: Option<i64> = row.try_get(1)?;
            let confirmed_at = confirmed_at.map(Timestamp::from_millis);
            Ok(SecondFactorRecord { secret: Sealed(row.try_get(0)?), confirmed_at })
        })
        .transpose()
    }

    async fn offer_second_factor(&self, person: PersonId, secret: &Sealed) -> Result<bool, StorageError> {
        let kept = sqlx::query(
            "insert into second_factor (person, secret, last_step) values (?, ?, 0)
             on conflict (person) do update set secret = excluded.secret where confirmed_at is null",
        )
        .bind(person.0)
        .bind(&secret.0)
        .execute(&self.settings)
        .await?;
        Ok(kept.rows_affected() > 0)
    }

    async fn confirm_second_factor(
        &self,
        person: PersonId,
        step: i64,
        recovery: &[[u8; 32]],
        line: &TrailLine,
    ) -> Result<bool, StorageError> {
        let mut tx = self.settings.begin().await?;
        let confirmed = sqlx::query(
            "update second_factor set confirmed_at = ?, last_step = ? where person = ? and confirmed_at is null",
        )
        .bind(line.at.millis())
        .bind(step)
        .bind(person.0)
        .execute(&mut *tx)
        .await?;
        if confirmed.rows_affected() == 0 {
            return Ok(false);
        }
        for hash in recovery {
            sqlx::query("insert into recovery_code (person, hash) values (?, ?)")
                .bind(person.0)
                .bind(hash.as_slice())
                .execute(&mut *tx)
                .await?;
        }
        trail::add_for(&mut *tx, person, line).await?;
        tx.commit().await?;
        self.changed(Ok(true)).await
    }

    async fn use_step(&self, person: PersonId, step: i64) -> Result<bool, StorageError> {
        let used = sqlx::query("update second_factor set last_step = ?1 where person = ?2 and last_step < ?1")
            .bind(step)
            .bind(person.0)
            .execute(&self.settings)
            .await?;
        Ok(used.rows_affected() > 0)
    }

    async fn use_recovery_code(
        &self,
        person: PersonId,
        hash: &[u8; 32],
        line: &TrailLine,
    ) -> Result<bool, StorageError> {
        let mut tx = self.settings.begin().await?;
        let used = sqlx::query("delete from recovery_code where person = ? and hash = ?")
            .bind(person.0)
            .bind(hash.as_slice())
            .execute(&mut *tx)
            .await?;
        if used.rows_affected() == 0 {
            return Ok(false);
        }
        trail::add_for(&mut *tx, person, line).await?;
        tx.commit().await?;
        self.changed(Ok(true)).await
    }

    async fn recovery_codes(&self, person: PersonId) -> Result<u32, StorageError> {
        let left = sqlx::query_scalar("select count(*) from recovery_code where person = ?")
            .bind(person.0)
            .fetch_one(&self.readers)
            .await?;
        Ok(left)
    }

    async fn end_second_factor(&self, person: PersonId, line: &TrailLine) -> Result<(), StorageError> {
        let mut tx = self.settings.begin().await?;
        sqlx::query("delete from second_factor where person = ?").bind(person.0).execute(&mut *tx).await?;
        trail::add_for(&mut *tx, person, line).await?;
        self.changed(tx.commit().await.map_err(StorageError::from)).await
    }

    async fn requires_second_factor(&self, project: ProjectId) -> Result<bool, StorageError> {
        let required: Option<bool> = sqlx::query_scalar("select second_factor from project where id = ?")
            .bind(project.0)
            .fetch_optional(&self.readers)
            .await?;
        Ok(required.unwrap_or(false))
    }

    async fn require_second_factor(
        &self,
        project: ProjectId,
        required: bool,
        line: &TrailLine,
    ) -> Result<(), StorageError> {
        let update = sqlx::query("update project set second_factor = ? where id = ?").bind(required).bind(project.0);
        self.changed(trail::with(&self.settings, update, project, line).await).await.map(|_| ())
    }
}
