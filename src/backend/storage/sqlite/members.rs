//! Who belongs to a project, and who is invited.

use super::trail;
use crate::backend::storage::{InvitationRecord, Joining, MemberRecord, NewPerson, StorageError, TrailLine};
use crate::domain::access::ProjectId;
use crate::domain::people::{Email, PersonId, Role};
use crate::domain::time::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteExecutor, SqlitePool};

pub async fn list(readers: &SqlitePool, project: ProjectId) -> Result<Vec<MemberRecord>, StorageError> {
    let rows = sqlx::query(
        "select p.id, p.name, p.email, m.role from member m join person p on p.id = m.person
         where m.project = ? order by p.name, p.id",
    )
    .bind(project.0)
    .fetch_all(readers)
    .await?;
    rows.iter()
        .map(|row| {
            let email: String = row.try_get(2)?;
            Ok(MemberRecord {
                person: PersonId(row.try_get(0)?),
                name: row.try_get(1)?,
                email: Email::parse(&email).map_err(|error| StorageError::Damaged(format!("an e-mail: {error}")))?,
                role: role(row, 3)?,
            })
        })
        .collect()
}

/// A project always has an owner: the statements below change nothing that would take the last one away.
const NOT_THE_LAST_OWNER: &str = "not (role = 'owner' and (select count(*) from member o where o.project = member.project and o.role = 'owner') = 1)";

pub async fn set_role(
    writers: &SqlitePool,
    project: ProjectId,
    person: PersonId,
    role: Role,
    line: &TrailLine,
) -> Result<bool, StorageError> {
    let statement = format!(
        "update member set role = ?1 where project = ?2 and person = ?3 and (?1 = 'owner' or {NOT_THE_LAST_OWNER})"
    );
    let update = sqlx::query(sqlx::AssertSqlSafe(statement)).bind(role.word()).bind(project.0).bind(person.0);
    trail::with(writers, update, project, line).await
}

pub async fn remove(
    writers: &SqlitePool,
    project: ProjectId,
    person: PersonId,
    line: &TrailLine,
) -> Result<bool, StorageError> {
    let mut tx = writers.begin().await?;
    let statement = format!("delete from member where project = ? and person = ? and {NOT_THE_LAST_OWNER}");
    let done = sqlx::query(sqlx::AssertSqlSafe(statement)).bind(project.0).bind(person.0).execute(&mut *tx).await?;
    if done.rows_affected() > 0 {
        // An account without a project would only keep its address from being invited again.
        let gone = "?1 and not exists (select 1 from member where person = ?1)";
        for statement in
            [format!("delete from sign_in where person = {gone}"), format!("delete from person where id = {gone}")]
        {
            sqlx::query(sqlx::AssertSqlSafe(statement)).bind(person.0).execute(&mut *tx).await?;
        }
        trail::add(&mut *tx, project, line).await?;
    }
    tx.commit().await?;
    Ok(done.rows_affected() > 0)
}

pub async fn invite(writers: &SqlitePool, invitation: &InvitationRecord, line: &TrailLine) -> Result<(), StorageError> {
    let InvitationRecord { id, project, role, code_hash, created_at, expires_at } = invitation;
    let mut tx = writers.begin().await?;
    sqlx::query("delete from invitation where expires_at <= ?").bind(created_at.millis()).execute(&mut *tx).await?;
    sqlx::query("insert into invitation (id, project, role, hash, created_at, expires_at) values (?, ?, ?, ?, ?, ?)")
        .bind(id)
        .bind(project.0)
        .bind(role.word())
        .bind(code_hash.as_slice())
        .bind(created_at.millis())
        .bind(expires_at.millis())
        .execute(&mut *tx)
        .await?;
    trail::add(&mut *tx, *project, line).await?;
    Ok(tx.commit().await?)
}

pub async fn invitations(
    readers: &SqlitePool,
    project: ProjectId,
    now: Timestamp,
) -> Result<Vec<InvitationRecord>, StorageError> {
    let rows = sqlx::query(
        "select id, project, role, hash, created_at, expires_at from invitation
         where project = ? and expires_at > ? order by created_at desc, id",
    )
    .bind(project.0)
    .bind(now.millis())
    .fetch_all(readers)
    .await?;
    rows.iter().map(invitation).collect()
}

pub async fn withdraw(
    writers: &SqlitePool,
    project: ProjectId,
    id: &str,
    line: &TrailLine,
) -> Result<bool, StorageError> {
    let delete = sqlx::query("delete from invitation where project = ? and id = ?").bind(project.0).bind(id);
    trail::with(writers, delete, project, line).await
}

pub async fn join(
    writers: &SqlitePool,
    code_hash: &[u8; 32],
    who: &Joining,
    now: Timestamp,
    line: &TrailLine,
) -> Result<Option<PersonId>, StorageError> {
    let mut tx = writers.begin().await?;
    let used = sqlx::query("delete from invitation where hash = ? and expires_at > ? returning project, role")
        .bind(code_hash.as_slice())
        .bind(now.millis())
        .fetch_optional(&mut *tx)
        .await?;
    let Some(used) = used else { return Ok(None) };
    let id = match who {
        Joining::New(person) => insert(&mut *tx, person).await?,
        Joining::Known(id) => *id,
    };
    let project = ProjectId(used.try_get(0)?);
    add(&mut *tx, project, id, role(&used, 1)?).await?;
    trail::add(&mut *tx, project, line).await?;
    tx.commit().await?;
    Ok(Some(id))
}

/// Makes somebody a member; whoever is one already keeps their role.
pub async fn add(
    writers: impl SqliteExecutor<'_>,
    project: ProjectId,
    person: PersonId,
    role: Role,
) -> Result<(), StorageError> {
    sqlx::query("insert into member (project, person, role) values (?, ?, ?) on conflict do nothing")
        .bind(project.0)
        .bind(person.0)
        .bind(role.word())
        .execute(writers)
        .await?;
    Ok(())
}

async fn insert(writers: impl SqliteExecutor<'_>, person: &NewPerson) -> Result<PersonId, StorageError> {
    let id = sqlx::query_scalar(
        "insert into person (email, name, password_hash, created_at) values (?, ?, ?, ?) returning id",
    )
    .bind(person.email.as_str())
    .bind(&person.name)
    .bind(&person.password_hash)
    .bind(person.created_at.millis())
    .fetch_one(writers)
    .await
    .map_err(|error| match &error {
        sqlx::Error::Database(database) if database.is_unique_violation() => {
            StorageError::Conflict { what: "an account of this address" }
        }
        _ => error.into(),
    })?;
    Ok(PersonId(id))
}

fn invitation(row: &SqliteRow) -> Result<InvitationRecord, StorageError> {
    let hash: Vec<u8> = row.try_get(3)?;
    Ok(InvitationRecord {
        id: row.try_get(0)?,
        project: ProjectId(row.try_get(1)?),
        role: role(row, 2)?,
        code_hash: hash
            .try_into()
            .map_err(|_| StorageError::Damaged("an invitation's hash is not 32 bytes".to_owned()))?,
        created_at: Timestamp::from_millis(row.try_get(4)?),
        expires_at: Timestamp::from_millis(row.try_get(5)?),
    })
}

fn role(row: &SqliteRow, column: usize) -> Result<Role, StorageError> {
    let word: String = row.try_get(column)?;
    Role::of_word(&word).ok_or_else(|| StorageError::Damaged(format!("a role {word}")))
}
