//! What is sealed with the server's secret.

use super::{Sqlite, trail, upgrade, views};
use crate::backend::storage::{FreshSeals, Sealed, SealedValues, Seals, StorageError};
use async_trait::async_trait;
use sqlx::sqlite::SqliteConnection;
use std::path::Path;

impl Sqlite {
    /// What is sealed in a log that is not opened: one at rest, of this version or an older one.
    pub async fn sealed_values_of(log: &Path) -> anyhow::Result<SealedValues> {
        let mut connection = upgrade::open_at_rest(log).await?;
        Ok(read(&mut connection).await?)
    }
}

#[async_trait]
impl Seals for Sqlite {
    async fn sealed_values(&self) -> Result<SealedValues, StorageError> {
        Ok(read(&mut *self.readers.acquire().await?).await?)
    }

    async fn keep_proof(&self, proof: &Sealed) -> Result<(), StorageError> {
        sqlx::query("update installation set secret_proof = ? where secret_proof is null")
            .bind(&proof.0)
            .execute(&self.settings)
            .await?;
        Ok(())
    }

    async fn reseal(&self, fresh: &FreshSeals) -> Result<bool, StorageError> {
        let mut tx = self.settings.begin().await?;
        for view in &fresh.views {
            if !views::secure(&mut tx, view).await? {
                return Ok(false);
            }
        }
        for statement in ["delete from second_factor", "delete from sign_in"] {
            sqlx::query(statement).execute(&mut *tx).await?;
        }
        sqlx::query("update installation set secret_proof = ?").bind(&fresh.proof.0).execute(&mut *tx).await?;
        for (project, line) in &fresh.lines {
            trail::add(&mut *tx, *project, line).await?;
        }
        self.changed(tx.commit().await.map(|()| true).map_err(StorageError::from)).await
    }
}

/// All of it, from whichever version's log.
async fn read(log: &mut SqliteConnection) -> sqlx::Result<SealedValues> {
    let has_proof: bool = sqlx::query_scalar("select count(*) > 0 from sqlite_schema where name = 'installation'")
        .fetch_one(&mut *log)
        .await?;
    let proof: Option<Option<Vec<u8>>> = if has_proof {
        sqlx::query_scalar("select secret_proof from installation").fetch_optional(&mut *log).await?
    } else {
        None
    };
    Ok(SealedValues {
        proof: proof.flatten().map(Sealed),
        access_keys: column(
            log,
            "select access_key from view
             union all select former_access_key from view where former_access_key is not null",
        )
        .await?,
        signing_secrets: column(log, "select secret from signing_secret").await?,
        second_factors: column(log, "select secret from second_factor").await?,
    })
}

async fn column(log: &mut SqliteConnection, statement: &'static str) -> sqlx::Result<Vec<Sealed>> {
    let values: Vec<Vec<u8>> = sqlx::query_scalar(statement).fetch_all(log).await?;
    Ok(values.into_iter().map(Sealed).collect())
}
