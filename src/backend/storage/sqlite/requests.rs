//! Requests that their senders named.

use super::Sqlite;
use crate::backend::storage::{NamedRequest, NamedRequests, StorageError};
use crate::domain::access::ProjectId;
use crate::domain::time::Timestamp;
use async_trait::async_trait;

#[async_trait]
impl NamedRequests for Sqlite {
    async fn note_request(
        &self,
        project: ProjectId,
        request: &NamedRequest,
        since: Timestamp,
    ) -> Result<NamedRequest, StorageError> {
        let NamedRequest { name, body, at } = request;
        let mut tx = self.settings.begin().await?;
        sqlx::query("delete from named_request where at <= ?").bind(since.millis()).execute(&mut *tx).await?;
        sqlx::query("insert into named_request (project, name, body, at) values (?, ?, ?, ?) on conflict do nothing")
            .bind(project.0)
            .bind(&name[..])
            .bind(&body[..])
            .bind(at.millis())
            .execute(&mut *tx)
            .await?;
        let (body, at): (Vec<u8>, i64) =
            sqlx::query_as("select body, at from named_request where project = ? and name = ?")
                .bind(project.0)
                .bind(&name[..])
                .fetch_one(&mut *tx)
                .await?;
        tx.commit().await?;
        let body = body.try_into().map_err(|_| StorageError::Damaged("a named request".to_owned()))?;
        Ok(NamedRequest { name: *name, body, at: Timestamp::from_millis(at) })
    }

    async fn forget_request(&self, project: ProjectId, request: &NamedRequest) -> Result<(), StorageError> {
        sqlx::query("delete from named_request where project = ? and name = ? and at = ?")
            .bind(project.0)
            .bind(&request.name[..])
            .bind(request.at.millis())
            .execute(&self.settings)
            .await?;
        Ok(())
    }
}
