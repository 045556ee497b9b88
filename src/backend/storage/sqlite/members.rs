//! Who belongs to a project, and who is invited.

use super::trail;
use crate::backend::storage::{InvitationRecord, Joined, Joining, MemberRecord, NewPerson, StorageError, TrailLine};
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
                role: role(row, "role")?,
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
    let mut tx = writers.begin().await?;
    let update = sqlx::query(sqlx::AssertSqlSafe(statement)).bind(role.word()).bind(project.0).bind(person.0);
    if update.execute(&mut *tx).await?.rows_affected() == 0 {
        return Ok(false);
    }
    for not_theirs in Role::ALL.into_iter().filter(|other| !role.may_give(*other)) {
        let forget = sqlx::query("delete from invitation where project = ? and person = ? and role = ?");
        forget.bind(project.0).bind(person.0).bind(not_theirs.word()).execute(&mut *tx).await?;
    }
    trail::add(&mut *tx, project, line).await?;
    tx.commit().await?;
    Ok(true)
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
        // Nobody comes back by an invitation of their own.
        let forget = sqlx::query("delete from invitation where project = ? and person = ?");
        forget.bind(project.0).bind(person.0).execute(&mut *tx).await?;
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
    let InvitationRecord { id, project, by, role, code_hash, created_at, expires_at } = invitation;
    let mut tx = writers.begin().await?;
    sqlx::query("delete from invitation where expires_at <= ?").bind(created_at.millis()).execute(&mut *tx).await?;
    let insert =
        "insert into invitation (id, project, person, role, hash, created_at, expires_at) values (?, ?, ?, ?, ?, ?, ?)";
    sqlx::query(insert)
        .bind(id)
        .bind(project.0)
        .bind(by.map(|by| by.0))
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
    let rows =
        sqlx::query("select * from invitation where project = ? and expires_at > ? order by created_at desc, id")
            .bind(project.0)
            .bind(now.millis())
            .fetch_all(readers)
            .await?;
    rows.iter().map(invitation).collect()
}

pub async fn invitation_of(
    readers: &SqlitePool,
    code_hash: &[u8; 32],
    now: Timestamp,
) -> Result<Option<InvitationRecord>, StorageError> {
    let row = sqlx::query("select * from invitation where hash = ? and expires_at > ?")
        .bind(code_hash.as_slice())
        .bind(now.millis())
        .fetch_optional(readers)
        .await?;
    row.as_ref().map(invitation).transpose()
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
) -> Result<Joined, StorageError> {
    let mut tx = writers.begin().await?;
    let used = sqlx::query("delete from invitation where hash = ? and expires_at > ? returning project, role")
        .bind(code_hash.as_slice())
        .bind(now.millis())
        .fetch_optional(&mut *tx)
        .await?;
    let Some(used) = used else { return Ok(Joined::Never) };
    let id = match who {
        Joining::New(person) => insert(&mut *tx, person).await?,
        Joining::Known(id) => *id,
    };
    let project = ProjectId(used.try_get(0)?);
    if !add(&mut *tx, project, id, role(&used, "role")?).await? {
        return Ok(Joined::Before);
    }
    trail::add(&mut *tx, project, line).await?;
    tx.commit().await?;
    Ok(Joined::Now)
}

/// Makes somebody a member; false where they are one already, who keeps their role.
pub async fn add(
    writers: impl SqliteExecutor<'_>,
    project: ProjectId,
    person: PersonId,
    role: Role,
) -> Result<bool, StorageError> {
    let added = sqlx::query("insert into member (project, person, role) values (?, ?, ?) on conflict do nothing")
        .bind(project.0)
        .bind(person.0)
        .bind(role.word())
        .execute(writers)
        .await?;
    Ok(added.rows_affected() > 0)
}

async fn insert(writers: impl SqliteExecutor<'_>, person: &NewPerson) -> Result<PersonId, StorageError> {
    let id = sqlx::query_scalar(
        "insert into person (email, name, password_hash, created_at) values (?, ?, ?, ?) returning id",
    )
    .bind(person.email.as_str())
    .bind(&person.name)
    .bind(person.password_hash.as_deref().unwrap_or_default())
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
    let (hash, by): (Vec<u8>, Option<i64>) = (row.try_get("hash")?, row.try_get("person")?);
    Ok(InvitationRecord {
        id: row.try_get("id")?,
        project: ProjectId(row.try_get("project")?),
        by: by.map(PersonId),
        role: role(row, "role")?,
        code_hash: hash
            .try_into()
            .map_err(|_| StorageError::Damaged("an invitation's hash is not 32 bytes".to_owned()))?,
        created_at: Timestamp::from_millis(row.try_get("created_at")?),
        expires_at: Timestamp::from_millis(row.try_get("expires_at")?),
    })
}

fn role(row: &SqliteRow, column: &str) -> Result<Role, StorageError> {
    let word: String = row.try_get(column)?;
    Role::of_word(&word).ok_or_else(|| StorageError::Damaged(format!("a role {word}")))
}
