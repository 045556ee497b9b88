//! Small documents and counts beside the log.

use super::{Database, create_project, document, line};
use daybook::backend::storage::Name;
use daybook::backend::storage::{NewDocument, Put, Shelves, Storage, Stretch, ViolationRecord, Violations};
use daybook::domain::access::Scope;
use daybook::domain::strictness::{Api, Violation};
use daybook::domain::time::Timestamp;
use sqlx::Connection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

#[tokio::test(flavor = "multi_thread")]
async fn a_shelf_has_room_for_so_many_of_each_client_and_forgets_what_is_old_in_all_its_parts() {
    let database = Database::new().await;
    let storage = &database.storage;
    let old = |id: &str, client: &str| NewDocument {
        created_at: Timestamp::from_millis(i64::try_from(id.len()).unwrap()),
        ..document(id, None, Some(client))
    };
    let put = async |shelf: &str, new: NewDocument| storage.put_within(database.project, shelf, &new, 2).await.unwrap();
    assert_eq!(put("s", old("1", "a")).await, Put::Done);
    assert_eq!(put("s", old("1", "a")).await, Put::Taken);
    assert_eq!(put("s", old("22", "a")).await, Put::Done);
    assert_eq!(put("s", old("333", "a")).await, Put::Full);
    assert_eq!(put("s", old("333", "b")).await, Put::Done);
    assert_eq!(put("s/x", old("1", "a")).await, Put::Done);
    assert_eq!(put("s/y", old("1", "b")).await, Put::Done);
    assert_eq!(put("s0", old("1", "a")).await, Put::Done);
    assert_eq!(storage.parts(database.project, "s").await.unwrap(), ["s", "s/x", "s/y"]);
    let ids = async |shelf: &str| {
        let all = Stretch { oldest_first: true, beside: None, limit: 10 };
        let found = storage.stretch(&database.all(), shelf, &all).await.unwrap();
        found.into_iter().map(|kept| kept.id).collect::<Vec<_>>()
    };
    storage.take_before(&database.client("a"), "s", Timestamp::from_millis(2)).await.unwrap();
    assert_eq!(
        (ids("s").await, ids("s/x").await, ids("s/y").await),
        (vec!["22".into(), "333".into()], vec![], vec!["1".into()])
    );
    storage.take_before(&database.all(), "s", Timestamp::from_millis(3)).await.unwrap();
    assert_eq!((ids("s").await, ids("s/y").await, ids("s0").await), (vec!["333".into()], vec![], vec!["1".into()]));
}

#[tokio::test(flavor = "multi_thread")]
async fn violations_add_up_by_project_and_kind_and_are_forgotten_by_api_with_a_line() {
    let database = Database::new().await;
    let other = create_project(&database.storage, "other").await;
    let storage = &database.storage;
    let one = |violation: Violation, accepted: u64, millis: i64| ViolationRecord {
        violation,
        accepted,
        refused: 1,
        at: Timestamp::from_millis(millis),
        example: format!("at {millis}"),
    };
    for millis in [1, 2] {
        let counted = [one(Violation::RetracedFields, 2, millis), one(Violation::UnknownOrganization, 3, millis)];
        storage.add_violations(database.project, &counted).await.unwrap();
    }
    let found = storage.violations(database.project).await.unwrap();
    let counts: Vec<_> = found.iter().map(|one| (one.violation, one.accepted, one.refused)).collect();
    assert_eq!(counts, [(Violation::UnknownOrganization, 6, 2), (Violation::RetracedFields, 4, 2)]);
    assert_eq!((found[0].at, found[0].example.as_str()), (Timestamp::from_millis(2), "at 2"));
    assert_eq!(storage.violations(other).await.unwrap(), []);
    let line = line("1");
    storage.forget_violations(database.project, Api::WorkOs, &line).await.unwrap();
    let left = storage.violations(database.project).await.unwrap();
    assert_eq!(left.iter().map(|one| one.violation).collect::<Vec<_>>(), [Violation::RetracedFields]);
    assert!(
        database.storage.named(&Scope::whole(database.project), "1").await.unwrap().is_none(),
        "the trail is no client"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_that_were_made_for_good_expire_after_the_upgrade_and_searches_of_nobody_are_gone() {
    let database = Database::new().await;
    let made = 1_700_000_000_000_i64;
    for (shelf, id) in [("retraced/api_tokens", "t"), ("retraced/exports", "e"), ("workos/exports", "w")] {
        let body = r#"{"display_name":"Ours"}"#.to_owned();
        let old = NewDocument { body, created_at: Timestamp::from_millis(made), ..document(id, None, Some("a")) };
        assert!(database.storage.put(database.project, shelf, &old, None).await.unwrap());
    }
    let options = SqliteConnectOptions::new().filename(database.folder.path().join("daybook.db"));
    let mut file = SqliteConnection::connect_with(&options).await.unwrap();
    for statement in
        ["drop index shelf_client", "drop index shelf_age", "delete from _sqlx_migrations where version = 120"]
    {
        sqlx::query(statement).execute(&mut file).await.unwrap();
    }
    file.close().await.unwrap();
    let database = database.reopen().await;
    let kept = async |shelf: &str, id: &str| database.storage.kept(&database.all(), shelf, Name::Id(id)).await.unwrap();
    let token: serde_json::Value = serde_json::from_str(&kept("retraced/api_tokens", "t").await.unwrap().body).unwrap();
    assert_eq!(token["display_name"], "Ours");
    let (day, expires) = (86_400_000, token["expires_at"].as_i64().unwrap());
    // Made more than a year ago: ninety days from the upgrade on.
    let now = i64::try_from(std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_millis()).unwrap();
    assert!((now + 89 * day..now + 91 * day).contains(&expires), "{expires}");
    assert!(kept("retraced/exports", "e").await.is_none() && kept("workos/exports", "w").await.is_some());
}
