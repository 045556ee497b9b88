//! What becomes of reads when stored bytes are not what was written: of the log, and of the index.

use super::{Database, client, event, open};
use daybook::backend::clock::Clock;
use daybook::backend::storage::sqlite::{Options, Sqlite};
use daybook::backend::storage::{Append, ClientsWanted, Query, Replacement, Storage, Stored};
use daybook::domain::access::Scope;
use daybook::domain::event::{Ending, UNREADABLE_ACTION};
use daybook::domain::query::{Filter, Order};
use daybook::domain::stats::Span;
use daybook::domain::time::Timestamp;
use proptest::prelude::*;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, Connection, Row};
use std::path::Path;

/// A connection to a file of the folder, past everything that looks after it.
async fn raw(folder: &Path, file: &str) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(folder.join(file)).foreign_keys(false);
    SqliteConnection::connect_with(&options).await.unwrap()
}

async fn run(connection: &mut SqliteConnection, statement: &str) {
    sqlx::query(AssertSqlSafe(statement)).execute(connection).await.unwrap();
}

/// Everything of a scope, newest first, a few at a time.
async fn all(storage: &Sqlite, scope: &Scope, filter: Filter) -> Vec<Stored> {
    let (mut items, mut query) = (Vec::new(), Query { filter, limit: 7, ..Query::default() });
    loop {
        let page = storage.page(scope, &query).await.unwrap();
        items.extend(page.items);
        assert!(items.len() < 10_000, "a page leads to itself");
        match page.next {
            None => return items,
            next => query.after = next,
        }
    }
}

fn uuids(events: &[Stored]) -> Vec<String> {
    events.iter().filter_map(|stored| stored.event().uuid).collect()
}

/// Documents that are hard to read, or that nobody can.
fn documents() -> impl Strategy<Value = Vec<u8>> {
    let good = br#"{"uuid":"x","client":{"uuid":"a"},"action":"b","actor":{"uuid":"u"},"$daybook":{"api":"epilot"}}"#;
    let special = prop::sample::select(vec![
        r#"{"$daybook":null,"client":{"uuid":"evil"},"action":"z","actor":{"uuid":"1"},"$daybook":{"masked":["a"]}}"#
            .to_owned(),
        r#"{"client":{"uuid":"a"},"client":{"uuid":"b"},"action":"z","actor":{"uuid":"1"}}"#.to_owned(),
        r#"{"action":"z","metadata":{"x":{"$serde_json::private::RawValue":5}}}"#.to_owned(),
        r#"{"action":"z","metadata":{"x":{"$serde_json::private::Number":"y"}}}"#.to_owned(),
        r#"{"action":"z","actor":{"uuid":"1"},"$daybook":5}"#.to_owned(),
        r#"{"action":"z","actor":[1],"targets":{"a":1},"changes":"x","context":7}"#.to_owned(),
        r#"["a",{"uuid":"b"}]"#.to_owned(),
        format!("{{\"metadata\":{{\"a\":{}{}}}}}", "[".repeat(5_000), "]".repeat(5_000)),
        String::new(),
        "null".to_owned(),
        "{".to_owned(),
        "{}".to_owned(),
        r#"{"uuid":7,"actor":{"uuid":"\ud800"}}"#.to_owned(),
    ]);
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..200),
        special.prop_map(String::into_bytes),
        (0..good.len(), any::<u8>()).prop_map(|(at, byte)| {
            let mut document = good.to_vec();
            document[at] = byte;
            document
        }),
    ]
}

/// All reads of one client's log and of the project's go on.
async fn reads_go_on(database: &Database, stored: usize) {
    let Database { storage, .. } = database;
    let good = (0..20).rev().map(|number| format!("event-{number}")).collect::<Vec<_>>();
    let theirs = all(storage, &database.client("b"), Filter::default()).await;
    assert_eq!(uuids(&theirs), good, "another client's events are as they were");
    for scope in [database.client("a"), database.all()] {
        let events = all(storage, &scope, Filter::default()).await;
        let of_b = if scope == database.all() { 20 } else { 0 };
        assert_eq!(events.len(), stored + of_b);
        for found in &events {
            let one = storage.event(&scope, found.stamp.id).await.unwrap().unwrap();
            assert_eq!(one.document, found.document);
            assert_eq!(one.event().unreadable.is_some(), one.sent().is_none());
            assert!(scope == database.all() || one.event().client.uuid == "a");
        }
        let unreadable = events.iter().filter(|found| found.event().unreadable.is_some()).count();
        let filter = Filter { action: Some(UNREADABLE_ACTION.to_owned()), ..Filter::default() };
        assert_eq!(all(storage, &scope, filter.clone()).await.len(), unreadable);
        let query = Query { filter, ..Query::default() };
        assert_eq!(storage.count(&scope, &query, None).await.unwrap().count, unreadable as u64);
        for filter in [
            Filter { text: "nummer 1".to_owned(), ..Filter::default() },
            Filter { actor: Some("actor-1".to_owned()), ..Filter::default() },
            Filter { outcome: Some(Ending::Failure), ..Filter::default() },
        ] {
            let query = Query { filter, order: Order::Oldest, limit: 100, ..Query::default() };
            assert!(!storage.page(&scope, &query).await.unwrap().items.is_empty());
            storage.count(&scope, &query, Some(10)).await.unwrap();
        }
        let facets = storage.facets(&scope, 1_000).await.unwrap();
        assert_eq!(facets.actions.iter().map(|value| value.count).sum::<u64>(), events.len() as u64);
        let span = Span::around(Timestamp::from_millis(1_600_000_000_000), Timestamp::from_millis(1_700_000_100_000));
        storage.stats(&scope, span, 10).await.unwrap();
    }
    let wanted = ClientsWanted { limit: 10, ..ClientsWanted::default() };
    assert_eq!(storage.clients(&database.all(), &wanted).await.unwrap().len(), 2);
    assert!(storage.named(&database.client("b"), "event-3").await.unwrap().is_some());
    storage.check().await.unwrap();
}

fn case(documents: &[Vec<u8>], bodies: &[Vec<u8>]) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut database = Database::new().await;
        for number in 0..20 {
            database.append(vec![event("a", number, number), event("b", number, number)]).await;
        }
        for document in documents {
            let any = Append { uuid: None, document: document.clone().into(), ..event("a", 0, 30) };
            database.append(vec![any]).await;
        }
        let stored = 20 + documents.len();
        reads_go_on(&database, stored).await;
        database.storage.settle().await.unwrap();
        reads_go_on(&database, stored).await;
        // Documents are replaced beside them.
        let events = all(&database.storage, &database.client("b"), Filter::default()).await;
        let same = |stored: &Stored| Replacement { id: stored.stamp.id, document: stored.document.clone().unwrap() };
        let documents: Vec<_> = events.iter().map(same).collect();
        database.storage.replace(database.project, &documents).await.unwrap();
        let query = Query { means: Some("1".to_owned()), limit: 100, ..Query::default() };
        database.storage.page(&database.all(), &query).await.unwrap();
        for _ in bodies {
            database.append(vec![Append { uuid: None, ..event("a", 0, 40) }]).await;
        }
        let stored = stored + bodies.len();
        database.storage.close().await;
        // As rows from before there were checksums, so that their bodies are taken apart.
        let mut log = raw(database.folder.path(), "daybook.db").await;
        run(&mut log, "update unsealed set through = (select max(seq) from event)").await;
        for (body, back) in bodies.iter().zip(0_i64..) {
            sqlx::query("update event set body = ?, checksum = null where seq = (select max(seq) from event) - ?")
                .bind(body)
                .bind(back)
                .execute(&mut log)
                .await
                .unwrap();
        }
        log.close().await.unwrap();
        Sqlite::rebuild_index(database.folder.path()).await.unwrap();
        database.storage = open(database.folder.path(), &database.now, Options::default()).await;
        reads_go_on(&database, stored).await;
        database = database.reopen().await;
        reads_go_on(&database, stored).await;
        let known = database.storage.unreadable().await.unwrap();
        let events = all(&database.storage, &database.client("a"), Filter::default()).await;
        assert_eq!(events.iter().filter(|found| found.event().unreadable.is_some()).count() as u64, known);
        database.storage.close().await;
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, ..ProptestConfig::default() })]

    #[test]
    fn whatever_bytes_are_stored_all_reads_and_the_index_go_on(
        documents in prop::collection::vec(documents(), 1..25),
        bodies in prop::collection::vec(
            prop_oneof![prop::collection::vec(any::<u8>(), 0..60), (any::<u8>(), prop::collection::vec(any::<u8>(), 0..60))
                .prop_map(|(_, mut bytes)| { bytes.insert(0, 1); bytes })],
            1..8,
        ),
    ) {
        case(&documents, &bodies);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_flipped_bit_of_a_row_is_found_by_checking_and_by_reading() {
    let database = Database::new().await;
    database.append((0..12).map(|number| event("a", number, number)).collect()).await;
    database.append((0..3).map(|number| event("b", number, number)).collect()).await;
    database.storage.settle().await.unwrap();
    let mut log = raw(database.folder.path(), "daybook.db").await;
    let select = "select id, body, client, occurred_at, digest, checksum from event where seq = 7";
    let row = sqlx::query(select).fetch_one(&mut log).await.unwrap();
    let id: Vec<u8> = row.get(0);
    let name = daybook::domain::event::EventId::from_bytes(id.clone().try_into().unwrap());
    let found = async |column: &str, bit: usize| {
        let report = database.storage.check().await.unwrap();
        let named = report.faults.iter().any(|fault| fault.starts_with("event 7 ("));
        assert!(named, "bit {bit} of {column}: {:?}", report.faults);
    };
    for (column, at) in [("client", 2), ("occurred_at", 3), ("digest", 4), ("checksum", 5)] {
        let value: i64 = row.get(at);
        for bit in (0..64).step_by(3) {
            let put = format!("update event set {column} = ? where seq = 7");
            sqlx::query(AssertSqlSafe(put.as_str())).bind(value ^ (1 << bit)).execute(&mut log).await.unwrap();
            found(column, bit).await;
            sqlx::query(AssertSqlSafe(put.as_str())).bind(value).execute(&mut log).await.unwrap();
        }
    }
    for (column, at, is_body) in [("id", 0, false), ("body", 1, true)] {
        let value: Vec<u8> = row.get(at);
        let put = format!("update event set {column} = ? where seq = 7");
        for bit in (0..value.len() * 8).step_by(7) {
            let mut altered = value.clone();
            altered[bit / 8] ^= 1 << (bit % 8);
            sqlx::query(AssertSqlSafe(put.as_str())).bind(altered).execute(&mut log).await.unwrap();
            found(column, bit).await;
            if is_body {
                let stored = database.storage.event(&database.client("a"), name).await.unwrap().unwrap();
                assert!(stored.event().unreadable.is_some(), "bit {bit}");
            }
        }
        sqlx::query(AssertSqlSafe(put.as_str())).bind(value).execute(&mut log).await.unwrap();
    }
    run(&mut log, "update event set checksum = null where seq = 7").await;
    found("checksum", 0).await;
    sqlx::query("update event set checksum = ? where seq = 7")
        .bind(row.get::<i64, _>(5))
        .execute(&mut log)
        .await
        .unwrap();
    assert_eq!(database.storage.check().await.unwrap().faults, Vec::<String>::new());
    run(&mut log, "update client set uuid = 'c' where uuid = 'b'").await;
    assert!(database.storage.check().await.unwrap().faults.iter().any(|fault| fault.starts_with("event 14 (")));
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_from_before_are_given_checksums_behind_everything_else() {
    let database = Database::new().await;
    database.append((0..1_500).map(|number| event("a", number, number)).collect()).await;
    database.storage.settle().await.unwrap();
    database.storage.close().await;
    let mut log = raw(database.folder.path(), "daybook.db").await;
    run(&mut log, "update event set checksum = null").await;
    run(&mut log, "update unsealed set done = 0, through = (select max(seq) from event)").await;
    let storage = open(database.folder.path(), &database.now, Options::default()).await;
    let database = Database { storage, ..database };
    assert_eq!(all(&database.storage, &database.client("a"), Filter::default()).await.len(), 1_500);
    database.append((1_500..1_510).map(|number| event("a", number, number)).collect()).await;
    loop {
        let left: i64 =
            sqlx::query_scalar("select count(*) from event where checksum is null").fetch_one(&mut log).await.unwrap();
        if left == 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    let report = database.storage.check().await.unwrap();
    assert_eq!((report.events, report.faults), (1_511, vec![]));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_that_knows_more_than_its_log_is_built_anew_and_shows_nobody_another_s_events() {
    let database = Database::new().await;
    database.append((0..10).map(|number| event("a", number, number)).collect()).await;
    let before = database.folder.path().join("before.db");
    database.storage.backup(&before).await.unwrap();
    database.append((0..600).map(|number| event("b", number, number)).collect()).await;
    database.storage.settle().await.unwrap();
    database.storage.close().await;
    for suffix in ["daybook.db", "daybook.db-wal", "daybook.db-shm"] {
        drop(std::fs::remove_file(database.folder.path().join(suffix)));
    }
    std::fs::rename(&before, database.folder.path().join("daybook.db")).unwrap();
    // Beside a process that may not build it anew, too.
    let reader = open(database.folder.path(), &database.now, Options { append: false, ..Options::default() }).await;
    assert_eq!(all(&reader, &database.all(), Filter::default()).await.len(), 10);
    reader.close().await;
    let storage = open(database.folder.path(), &database.now, Options::default()).await;
    let database = Database { storage, ..database };
    database.append((10..20).map(|number| event("a", number, number)).collect()).await;
    database.storage.settle().await.unwrap();
    assert_eq!(all(&database.storage, &database.client("a"), Filter::default()).await.len(), 20);
    assert!(all(&database.storage, &database.client("b"), Filter::default()).await.is_empty());
    assert_eq!(database.storage.check().await.unwrap().faults, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_without_its_log_starts_no_empty_one() {
    let database = Database::new().await;
    database.append(vec![event("a", 1, 1)]).await;
    database.storage.settle().await.unwrap();
    database.storage.close().await;
    let folder = database.folder.path();
    let log = folder.join("daybook.db");
    let empty = tempfile::tempdir().unwrap();
    open(empty.path(), &database.now, Options::default()).await.close().await;
    for state in ["missing", "of no length", "without events"] {
        for suffix in ["daybook.db-wal", "daybook.db-shm"] {
            drop(std::fs::remove_file(folder.join(suffix)));
        }
        match state {
            "missing" => std::fs::remove_file(&log).unwrap(),
            "of no length" => std::fs::write(&log, "").unwrap(),
            _ => drop(std::fs::copy(empty.path().join("daybook.db"), &log).unwrap()),
        }
        for append in [true, false] {
            let opened = Sqlite::open(folder, Clock::system(), Options { append, ..Options::default() }).await;
            let error = format!("{:#}", opened.err().unwrap());
            assert!(error.contains("Put the log back") && error.contains("index.db"), "{state}: {error}");
        }
    }
    std::fs::remove_file(folder.join("index.db")).unwrap();
    open(folder, &database.now, Options::default()).await.close().await;
}

/// Ways to make an index wrong, each for some number.
const WRONGS: [&str; 7] = [
    "update or ignore timeline set seq = 1 + abs(random()) % 1300",
    "update or ignore timeline set log = (select id from log order by random() limit 1)",
    "update log set waiting = (select waiting from log l where l.id <> log.id order by random() limit 1)",
    "update block set columns = (select columns from block b where b.id <> block.id order by random() limit 1)",
    "update rollup set sums = (select sums from rollup r where r.log <> rollup.log order by random() limit 1)",
    "update block set columns = randomblob(length(columns))",
    "update progress set last_id = randomblob(16)",
];

fn wrong_case(wrongs: &[usize]) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let database = Database::with(Options { receipts_at_once: 10, ..Options::default() }).await;
        let both = |number| [event("a", number, number), event("b", number, number)];
        database.append((0..600).flat_map(both).collect()).await;
        database.storage.settle().await.unwrap();
        database.storage.close().await;
        let mut index = raw(database.folder.path(), "index.db").await;
        for wrong in wrongs {
            run(&mut index, WRONGS[*wrong]).await;
        }
        index.close().await.unwrap();
        let storage = open(database.folder.path(), &database.now, Options::default()).await;
        let database = Database { storage, ..database };
        for _ in 0..2 {
            for name in ["a", "b"] {
                let scope = database.client(name);
                for (filter, count) in [
                    (Filter::default(), 600),
                    (Filter { text: "\"nummer 7\"".to_owned(), ..Filter::default() }, 11),
                    (Filter { action: Some("user.create".to_owned()), ..Filter::default() }, 100),
                ] {
                    let events = all(&database.storage, &scope, filter.clone()).await;
                    assert!(events.iter().all(|found| found.client == name && found.event().client.uuid == name));
                    assert_eq!(events.len(), count, "{filter:?}");
                    let query = Query { filter, ..Query::default() };
                    assert_eq!(database.storage.count(&scope, &query, None).await.unwrap().count, count as u64);
                }
                let span =
                    Span::around(Timestamp::from_millis(1_600_000_000_000), Timestamp::from_millis(1_700_000_000_000));
                database.storage.stats(&scope, span, 5).await.unwrap();
                let named = database.storage.named(&scope, "event-5").await.unwrap().unwrap();
                assert_eq!((named.client.as_str(), named.event().uuid.as_deref()), (name, Some("event-5")));
            }
            assert!(database.append(vec![event("a", 9, 9)]).await[0].repeated, "what was stored is known still");
            database.storage.settle().await.unwrap();
        }
        database.storage.close().await;
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, ..ProptestConfig::default() })]

    #[test]
    fn no_index_however_wrong_shows_a_client_another_s_events(
        wrongs in prop::collection::vec(0..WRONGS.len(), 1..4),
    ) {
        wrong_case(&wrongs);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_no_index_is_built_anew_at_the_start() {
    let database = Database::new().await;
    database.append((0..30).map(|number| event("a", number, number)).collect()).await;
    database.storage.settle().await.unwrap();
    database.storage.close().await;
    for suffix in ["index.db-wal", "index.db-shm"] {
        drop(std::fs::remove_file(database.folder.path().join(suffix)));
    }
    std::fs::write(database.folder.path().join("index.db"), "no database ".repeat(1_000)).unwrap();
    let reader = open(database.folder.path(), &database.now, Options { append: false, ..Options::default() }).await;
    assert_eq!(all(&reader, &database.client("a"), Filter::default()).await.len(), 30, "the log is read without it");
    reader.close().await;
    let storage = open(database.folder.path(), &database.now, Options::default()).await;
    storage.settle().await.unwrap();
    assert_eq!(all(&storage, &database.client("a"), Filter::default()).await.len(), 30);
    assert_eq!(storage.check().await.unwrap().faults, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_index_keeps_nobody_from_reading_or_storing_and_is_built_anew() {
    let database = Database::with(Options { receipts_at_once: 10, ..Options::default() }).await;
    let both = |number| [event("a", number, number), event("b", number, number)];
    database.append((0..700).flat_map(both).collect()).await;
    database.storage.settle().await.unwrap();
    database.storage.close().await;
    let file = database.folder.path().join("index.db");
    let mut bytes = std::fs::read(&file).unwrap();
    // The engine's own pages, but for the first few, which say what tables there are.
    let length = bytes.len();
    bytes[12 * 4_096..].iter_mut().for_each(|byte| *byte = 0xaa);
    assert!(length > 40 * 4_096);
    std::fs::write(&file, bytes).unwrap();
    let storage = open(database.folder.path(), &database.now, Options::default()).await;
    let database = Database { storage, ..database };
    for number in 700..705 {
        assert_eq!(all(&database.storage, &database.client("a"), Filter::default()).await.len(), number);
        let appended = database.append(vec![event("a", number, number), event("a", 3, 3)]).await;
        assert_eq!((appended[0].repeated, appended[1].repeated), (false, true));
        let filter = Filter { text: "\"nummer 44\"".to_owned(), ..Filter::default() };
        assert_eq!(all(&database.storage, &database.client("b"), filter).await.len(), 11);
    }
    database.storage.close().await;
    let storage = open(database.folder.path(), &database.now, Options::default()).await;
    storage.settle().await.unwrap();
    assert_eq!(all(&storage, &database.client("a"), Filter::default()).await.len(), 705);
    assert_eq!(storage.check().await.unwrap().faults, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_is_of_the_client_in_whose_log_it_is_whatever_it_says() {
    let database = Database::new().await;
    let lying = Append { client: client("a"), ..event("b", 1, 1) };
    database.append(vec![lying]).await;
    let events = all(&database.storage, &database.client("a"), Filter::default()).await;
    assert_eq!(events[0].event().client.uuid, "a");
    let report = database.storage.check().await.unwrap();
    assert!(report.faults.is_empty() && report.unreadable[0].contains("names another client"), "{report:?}");
}
