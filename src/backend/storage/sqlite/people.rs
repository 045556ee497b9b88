//! People, their roles and their sessions.

use super::{Sqlite, members, projects, trail};
use crate::backend::storage::{
    InvitationRecord, Joined, Joining, MemberRecord, NewPerson, People, PersonRecord, Project, SignInRecord,
    StorageError, TrailLine,
};
use crate::domain::access::ProjectId;
use crate::domain::people::{Email, PersonId, Role};
use crate::domain::time::Timestamp;
use async_trait::async_trait;
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

#[async_trait]
impl People for Sqlite {
    async fn offer_setup(&self, code_hash: &[u8; 32]) -> Result<bool, StorageError> {
        let kept = sqlx::query(
            "insert into setup_code (only_row, hash) select 1, ? where not exists (select 1 from person)
             on conflict (only_row) do update set hash = excluded.hash",
        )
        .bind(code_hash.as_slice())
        .execute(&self.settings)
        .await?;
        Ok(kept.rows_affected() > 0)
    }

    async fn setup(&self) -> Result<Option<[u8; 32]>, StorageError> {
        let hash: Option<Vec<u8>> =
            sqlx::query_scalar("select hash from setup_code where not exists (select 1 from person)")
                .fetch_optional(&self.readers)
                .await?;
        let damaged = |_| StorageError::Damaged("the set-up code's hash is not 32 bytes".to_owned());
        hash.map(|hash| hash.try_into().map_err(damaged)).transpose()
    }

    async fn found(
        &self,
        project: ProjectId,
        person: &NewPerson,
        line: &TrailLine,
    ) -> Result<Option<PersonId>, StorageError> {
        let mut tx = self.settings.begin().await?;
        let id: Option<i64> = sqlx::query_scalar(
            "insert into person (email, name, password_hash, created_at)
             select ?, ?, ?, ? where not exists (select 1 from person) returning id",
        )
        .bind(person.email.as_str())
        .bind(&person.name)
        .bind(person.password_hash.as_deref().unwrap_or_default())
        .bind(person.created_at.millis())
        .fetch_optional(&mut *tx)
        .await?;
        let Some(id) = id else { return Ok(None) };
        members::add(&mut *tx, project, PersonId(id), Role::Owner).await?;
        sqlx::query("delete from setup_code").execute(&mut *tx).await?;
        trail::add(&mut *tx, project, line).await?;
        tx.commit().await?;
        self.changed(Ok(Some(PersonId(id)))).await
    }

    async fn person_of(&self, email: &Email) -> Result<Option<PersonRecord>, StorageError> {
        let row = sqlx::query("select * from person where email = ?")
            .bind(email.as_str())
            .fetch_optional(&self.readers)
            .await?;
        row.as_ref().map(person_record).transpose()
    }

    async fn person(&self, id: PersonId) -> Result<Option<PersonRecord>, StorageError> {
        let row = sqlx::query("select * from person where id = ?").bind(id.0).fetch_optional(&self.readers).await?;
        row.as_ref().map(person_record).transpose()
    }

    async fn set_password(
        &self,
        id: PersonId,
        password_hash: &str,
        kept: &str,
        line: &TrailLine,
    ) -> Result<(), StorageError> {
        let mut tx = self.settings.begin().await?;
        sqlx::query("update person set password_hash = ? where id = ?")
            .bind(password_hash)
            .bind(id.0)
            .execute(&mut *tx)
            .await?;
        end_others(&mut tx, id, kept).await?;
        trail::add_for(&mut *tx, id, line).await?;
        self.changed(tx.commit().await.map_err(StorageError::from)).await
    }

    async fn reset_person(&self, id: PersonId, password_hash: &str, line: &TrailLine) -> Result<(), StorageError> {
        let mut tx = self.settings.begin().await?;
        sqlx::query("update person set password_hash = ? where id = ?")
            .bind(password_hash)
            .bind(id.0)
            .execute(&mut *tx)
            .await?;
        for statement in ["delete from second_factor where person = ?", "delete from sign_in where person = ?"] {
            sqlx::query(statement).bind(id.0).execute(&mut *tx).await?;
        }
        trail::add_for(&mut *tx, id, line).await?;
        self.changed(tx.commit().await.map_err(StorageError::from)).await
    }

    async fn record_of(&self, id: PersonId, line: &TrailLine) -> Result<(), StorageError> {
        self.changed(trail::add_for(&self.settings, id, line).await).await
    }

    async fn roles(&self, id: PersonId) -> Result<Vec<(Project, Role)>, StorageError> {
        let rows = sqlx::query(
            "select p.id, p.name, m.role from member m join project p on p.id = m.project where m.person = ? order by p.name",
        )
        .bind(id.0)
        .fetch_all(&self.readers)
        .await?;
        rows.iter()
            .map(|row| {
                let word: String = row.try_get(2)?;
                let role = Role::of_word(&word).ok_or_else(|| StorageError::Damaged(format!("a role {word}")))?;
                Ok((projects::project_record(row)?, role))
            })
            .collect()
    }

    async fn members(&self, project: ProjectId) -> Result<Vec<MemberRecord>, StorageError> {
        members::list(&self.readers, project).await
    }

    async fn set_role(
        &self,
        project: ProjectId,
        person: PersonId,
        role: Role,
        line: &TrailLine,
    ) -> Result<bool, StorageError> {
        self.changed(members::set_role(&self.settings, project, person, role, line).await).await
    }

    async fn remove_member(
        &self,
        project: ProjectId,
        person: PersonId,
        line: &TrailLine,
    ) -> Result<bool, StorageError> {
        self.changed(members::remove(&self.settings, project, person, line).await).await
    }

    async fn invite(&self, invitation: &InvitationRecord, line: &TrailLine) -> Result<(), StorageError> {
        self.changed(members::invite(&self.settings, invitation, line).await).await
    }

    async fn invitations(&self, project: ProjectId, now: Timestamp) -> Result<Vec<InvitationRecord>, StorageError> {
        members::invitations(&self.readers, project, now).await
    }

    async fn withdraw(&self, project: ProjectId, id: &str, line: &TrailLine) -> Result<bool, StorageError> {
        self.changed(members::withdraw(&self.settings, project, id, line).await).await
    }

    async fn invitation(&self, code_hash: &[u8; 32], now: Timestamp) -> Result<Option<InvitationRecord>, StorageError> {
        members::invitation_of(&self.readers, code_hash, now).await
    }

    async fn join(
        &self,
        code_hash: &[u8; 32],
        who: &Joining,
        now: Timestamp,
        line: &TrailLine,
    ) -> Result<Joined, StorageError> {
        self.changed(members::join(&self.settings, code_hash, who, now, line).await).await
    }

    async fn begin_sign_in(&self, sign_in: &SignInRecord, line: &TrailLine) -> Result<(), StorageError> {
        let mut tx = self.settings.begin().await?;
        // Those that have run out are of no use to anybody.
        sqlx::query("delete from sign_in where person = ? and expires_at <= ?")
            .bind(sign_in.person.0)
            .bind(sign_in.created_at.millis())
            .execute(&mut *tx)
            .await?;
        sqlx::query("insert into sign_in (id, person, created_at, expires_at, agent) values (?, ?, ?, ?, ?)")
            .bind(&sign_in.id)
            .bind(sign_in.person.0)
            .bind(sign_in.created_at.millis())
            .bind(sign_in.expires_at.millis())
            .bind(&sign_in.agent)
            .execute(&mut *tx)
            .await?;
        trail::add_for(&mut *tx, sign_in.person, line).await?;
        self.changed(tx.commit().await.map_err(StorageError::from)).await
    }

    async fn sign_in(&self, id: &str) -> Result<Option<SignInRecord>, StorageError> {
        let row = sqlx::query("select * from sign_in where id = ?").bind(id).fetch_optional(&self.readers).await?;
        row.as_ref().map(sign_in_record).transpose()
    }

    async fn sign_ins(&self, person: PersonId, now: Timestamp) -> Result<Vec<SignInRecord>, StorageError> {
        let rows =
            sqlx::query("select * from sign_in where person = ? and expires_at > ? order by created_at desc, id")
                .bind(person.0)
                .bind(now.millis())
                .fetch_all(&self.readers)
                .await?;
        rows.iter().map(sign_in_record).collect()
    }

    async fn end_sign_in(&self, person: PersonId, id: &str, line: &TrailLine) -> Result<(), StorageError> {
        let end = sqlx::query("delete from sign_in where person = ? and id = ?").bind(person.0).bind(id);
        self.changed(trail::with_for(&self.settings, end, person, line).await).await
    }

    async fn end_other_sign_ins(&self, person: PersonId, kept: &str, line: &TrailLine) -> Result<(), StorageError> {
        let mut tx = self.settings.begin().await?;
        if end_others(&mut tx, person, kept).await? > 0 {
            trail::add_for(&mut *tx, person, line).await?;
        }
        self.changed(tx.commit().await.map_err(StorageError::from)).await
    }
}

/// Ends all sessions but one, and what was begun in them: whoever sat there knows the secret of a second factor that
/// waits for its first code.
async fn end_others(tx: &mut SqliteConnection, person: PersonId, kept: &str) -> Result<u64, StorageError> {
    let ended = sqlx::query("delete from sign_in where person = ? and id <> ?");
    let ended = ended.bind(person.0).bind(kept).execute(&mut *tx).await?;
    sqlx::query("delete from second_factor where person = ? and confirmed_at is null")
        .bind(person.0)
        .execute(tx)
        .await?;
    Ok(ended.rows_affected())
}

fn person_record(row: &SqliteRow) -> Result<PersonRecord, StorageError> {
    let (email, password_hash): (String, String) = (row.try_get("email")?, row.try_get("password_hash")?);
    Ok(PersonRecord {
        id: PersonId(row.try_get("id")?),
        email: Email::parse(&email).map_err(|error| StorageError::Damaged(format!("a person's e-mail: {error}")))?,
        name: row.try_get("name")?,
        password_hash: Some(password_hash).filter(|hash| !hash.is_empty()),
    })
}

fn sign_in_record(row: &SqliteRow) -> Result<SignInRecord, StorageError> {
    Ok(SignInRecord {
        id: row.try_get("id")?,
        person: PersonId(row.try_get("person")?),
        created_at: Timestamp::from_millis(row.try_get("created_at")?),
        expires_at: Timestamp::from_millis(row.try_get("expires_at")?),
        agent: row.try_get("agent")?,
    })
}
