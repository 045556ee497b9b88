//! The contract of every database. SQLite is always tested; another engine joins by a line in `databases`.
#![cfg(feature = "ssr")]
#![expect(clippy::unwrap_used, reason = "a test that stops has failed")]

mod damage;
mod pictures;
mod rewritten;
mod shelves;
mod stats;
mod values;
mod wal;

use daybook::backend::clock::Clock;
use daybook::backend::secrets::random_name;
use daybook::backend::storage::sqlite::{Options, Sqlite};
use daybook::backend::storage::{
    Append, ClosedClient, Exchanged, FormerKey, KeptDocument, KeyRecord, Name, NewDocument, NewView, Openings,
    PreviousSecret, Query, Receipt, Sealed, SeenOrigin, Shelves, Side, SigningSecret, Storage, StorageError, Stretch,
    TrailLine, VersionRecord, ViewRecord, Views,
};
use daybook::domain::access::{ClientId, ClientScope, KeyId, Origin, ProjectId, ProjectName, Scope, TRAIL, ViewId};
use daybook::domain::event::Ending;
use daybook::domain::key::KeyScopes;
use daybook::domain::opening::{RecordedOpenings, Rights, TokenLife};
use daybook::domain::query::{Cursor, Filter, Order};
use daybook::domain::time::Timestamp;
use daybook::domain::view::ViewConfig;
use sqlx::Connection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// A database in a folder of its own, with a clock that the test moves.
struct Database {
    storage: Sqlite,
    folder: tempfile::TempDir,
    now: Arc<AtomicI64>,
    project: ProjectId,
}

impl Database {
    async fn new() -> Self {
        Self::with(Options::default()).await
    }

    async fn with(options: Options) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let now = Arc::new(AtomicI64::new(1_700_000_000_000));
        let storage = open(folder.path(), &now, options).await;
        let project = create_project(&storage, "default").await;
        Self { storage, folder, now, project }
    }

    /// Closes and opens again, as a restart does.
    async fn reopen(self) -> Self {
        self.storage.close().await;
        let storage = open(self.folder.path(), &self.now, Options::default()).await;
        Self { storage, ..self }
    }

    async fn append(&self, events: Vec<Append>) -> Vec<Receipt> {
        self.storage.append(self.project, events).await.unwrap()
    }

    fn client(&self, name: &str) -> Scope {
        Scope { project: self.project, clients: ClientScope::One(client(name)) }
    }

    fn trail(&self) -> Scope {
        Scope { project: self.project, clients: ClientScope::Trail }
    }

    /// A key that nobody has the secret of.
    fn key(&self) -> KeyRecord {
        KeyRecord {
            id: KeyId::parse(random_name("ck_")).unwrap(),
            project: self.project,
            name: "a test's".to_owned(),
            secret_hash: [7; 32],
            previous: None,
            scopes: KeyScopes::USUAL,
            client: None,
            created_at: Timestamp::from_millis(5),
            expires_at: None,
            used_at: None,
            revoked_at: None,
        }
    }

    fn all(&self) -> Scope {
        Scope { project: self.project, clients: ClientScope::All }
    }

    /// The uuids of everything that a filter chooses, page by page, newest first.
    async fn uuids(&self, scope: &Scope, filter: Filter, limit: u32) -> Vec<String> {
        self.uuids_in(Order::Newest, scope, filter, limit).await
    }

    /// The same in either order.
    async fn uuids_in(&self, order: Order, scope: &Scope, filter: Filter, limit: u32) -> Vec<String> {
        let mut uuids = Vec::new();
        let mut query = Query { filter, order, limit, ..Query::default() };
        loop {
            let page = self.storage.page(scope, &query).await.unwrap();
            assert!(page.items.len() <= limit as usize);
            uuids.extend(page.items.iter().map(|stored| stored.event().uuid.unwrap()));
            match page.next {
                None => return uuids,
                next => query.after = next,
            }
        }
    }
}

async fn create_project(storage: &Sqlite, name: &str) -> ProjectId {
    let made = TrailLine { at: Timestamp::from_millis(0), ..line(&format!("{name} was made")) };
    let first = view(&format!("vw_{name}"));
    storage.create_project(&ProjectName::parse(name).unwrap(), None, &first, &[made]).await.unwrap().id
}

/// A line of the trail.
fn line(uuid: &str) -> TrailLine {
    let document = serde_json::json!({
        "uuid": uuid, "client": {"uuid": TRAIL}, "action": "made", "actor": {"uuid": "anna"}
    });
    let at = Timestamp::from_millis(1_600_000_000_000);
    TrailLine { uuid: uuid.to_owned(), at, document: document.to_string() }
}

async fn open(folder: &Path, now: &Arc<AtomicI64>, options: Options) -> Sqlite {
    let now = Arc::clone(now);
    let clock = Clock::fixed(move || Timestamp::from_millis(now.load(Ordering::Relaxed)));
    Sqlite::open(folder, clock, options).await.unwrap()
}

/// Whether a filter should choose the event of this number.
type Chooses = Box<dyn Fn(usize) -> bool>;

fn client(name: &str) -> ClientId {
    ClientId::parse(name).unwrap()
}

/// An event of a client at a minute, described by its number so that its values are known.
fn event(client_name: &str, number: usize, minute: usize) -> Append {
    let uuid = format!("event-{number}");
    let failed = if number.is_multiple_of(10) { "failure" } else { "success" };
    let document = serde_json::json!({
        "uuid": uuid,
        "client": {"uuid": client_name},
        "action": format!("{}.{}", ["user", "invoice", "role"][number % 3], ["create", "delete"][number % 2]),
        "description": format!("Ärende nummer {number} för Åsa"),
        "actor": {"uuid": format!("actor-{}", number % 7), "name": format!("Actor Ňo {}", number % 7)},
        "target": {"type": (["user", "order"][number % 2]), "uuid": format!("target-{number}"), "label": format!("Thing #{number}")},
        "outcome": failed,
    });
    Append {
        client: client(client_name),
        client_name: Some(format!("Client {client_name}")),
        uuid: Some(uuid),
        uuid_holds: None,
        occurred_at: Some(Timestamp::from_millis(1_600_000_000_000 + i64::try_from(minute).unwrap() * 60_000)),
        document: serde_json::to_vec(&document).unwrap().into(),
    }
}

/// A view to be without anything special.
fn view(id: &str) -> NewView {
    NewView {
        id: ViewId::parse(id).unwrap(),
        name: "Main view".to_owned(),
        created_at: Timestamp::from_millis(1),
        config: ViewConfig::default(),
        author: "Anna".to_owned(),
        access_key: Sealed(vec![1]),
        signing_secrets: Vec::new(),
        tokens_only: false,
        may: Rights::ALL,
        token_life: TokenLife::LONGEST,
        recorded: RecordedOpenings::default(),
        origins: Vec::new(),
    }
}

/// The same, made in the project.
async fn made(database: &Database, view: NewView) -> ViewRecord {
    database.storage.create_view(database.project, &view, &line("view made")).await.unwrap();
    stored(database, &view.id).await
}

async fn stored(database: &Database, id: &ViewId) -> ViewRecord {
    database.storage.view(id).await.unwrap().unwrap()
}

fn numbered(numbers: impl Iterator<Item = usize>) -> Vec<String> {
    numbers.map(|number| format!("event-{number}")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_is_found_as_soon_as_its_receipt_is_there_and_comes_back_as_sent() {
    let database = Database::new().await;
    let sent = event("a", 1, 1);
    let receipts = database.append(vec![sent.clone()]).await;
    let page = database.storage.page(&database.client("a"), &Query { limit: 10, ..Query::default() }).await.unwrap();
    assert_eq!(page.items.len(), 1);
    assert_eq!(page.items[0].document.as_ref().unwrap(), &sent.document);
    assert_eq!(page.items[0].stamp.id, receipts[0].id);
    assert_eq!(page.items[0].stamp.id.received_at(), Timestamp::from_millis(1_700_000_000_000));
    let one = database.storage.event(&database.client("a"), receipts[0].id).await.unwrap().unwrap();
    assert_eq!(one.document.as_ref().unwrap(), &sent.document);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_run_both_ways_without_gaps_or_repeats_in_whatever_order_events_came() {
    let database = Database::new().await;
    // A fixed shuffle: 7919 is prime to the count.
    let count = 1_500;
    let events: Vec<Append> =
        (0..count).map(|at| at * 7919 % count).map(|number| event("a", number, number / 3)).collect();
    for batch in events.chunks(400) {
        database.append(batch.to_vec()).await;
    }
    for settled in [false, true] {
        if settled {
            database.storage.settle().await.unwrap();
        }
        let pages = database.uuids(&database.client("a"), Filter::default(), 37).await;
        assert_eq!(pages.len(), count);
        assert_eq!(pages.iter().collect::<BTreeSet<_>>().len(), count);
        let minutes: Vec<usize> = pages.iter().map(|uuid| uuid[6..].parse::<usize>().unwrap() / 3).collect();
        assert!(minutes.is_sorted_by(|a, b| a >= b));
        let mut back = database.uuids_in(Order::Oldest, &database.client("a"), Filter::default(), 41).await;
        back.reverse();
        assert_eq!(back, pages);
        // Some thirds of the log, and what is found in the events alone.
        let minute = |minute: i64| Some(Timestamp::from_millis(1_600_000_000_000 + minute * 60_000));
        for (from, through, text) in [(100, 400, ""), (0, 499, "thing"), (250, 260, "nummer"), (400, 100, "")] {
            let text = text.to_owned();
            let filter = Filter { from: minute(from), through: minute(through), text, ..Filter::default() };
            let pages = database.uuids(&database.client("a"), filter.clone(), 23).await;
            let mut back = database.uuids_in(Order::Oldest, &database.client("a"), filter, 29).await;
            back.reverse();
            assert_eq!(back, pages);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_filter_finds_exactly_what_a_look_at_all_events_finds() {
    let database = Database::new().await;
    let count = 2_000;
    let events: Vec<Append> = (0..count).map(|number| event("a", number, number)).collect();
    for batch in events.chunks(700) {
        database.append(batch.to_vec()).await;
    }
    let of = |filter: fn(&mut Filter)| {
        let mut made = Filter::default();
        filter(&mut made);
        made
    };
    let expected: Vec<(Filter, Chooses)> = vec![
        (of(|f| f.actor = Some("actor-3".to_owned())), Box::new(|n| n % 7 == 3)),
        (of(|f| f.action = Some("user.create".to_owned())), Box::new(|n| n % 6 == 0)),
        (of(|f| f.action = Some("user.*".to_owned())), Box::new(|n| n % 3 == 0)),
        (of(|f| f.action = Some("none.*".to_owned())), Box::new(|_| false)),
        (of(|f| f.target = Some("target-1234".to_owned())), Box::new(|n| n == 1234)),
        (of(|f| f.target_type = Some("order".to_owned())), Box::new(|n| n % 2 == 1)),
        (of(|f| f.outcome = Some(Ending::Failure)), Box::new(|n| n % 10 == 0)),
        (of(|f| f.outcome = Some(Ending::Success)), Box::new(|n| n % 10 != 0)),
        (of(|f| f.text = "THING #77".to_owned()), Box::new(|n| n.to_string().starts_with("77"))),
        (of(|f| f.text = "\"nummer 199 \"".to_owned()), Box::new(|n| n == 199)),
        (of(|f| f.text = "arende asa no".to_owned()), Box::new(|_| true)),
        (of(|f| f.text = "åsa".to_owned()), Box::new(|_| true)),
        (of(|f| f.text = "zebra".to_owned()), Box::new(|_| false)),
        (of(|f| f.text = "#9".to_owned()), Box::new(|n| n.to_string().starts_with('9'))),
        (
            of(|f| {
                f.from = Some(Timestamp::from_millis(1_600_000_000_000 + 100 * 60_000));
                f.through = Some(Timestamp::from_millis(1_600_000_000_000 + 200 * 60_000));
            }),
            Box::new(|n| (100..=200).contains(&n)),
        ),
        (
            of(|f| {
                f.actor = Some("actor-2".to_owned());
                f.outcome = Some(Ending::Failure);
                f.through = Some(Timestamp::from_millis(1_600_000_000_000 + 999 * 60_000));
                f.text = "ärende".to_owned();
            }),
            Box::new(|n| n % 7 == 2 && n % 10 == 0 && n <= 999),
        ),
    ];
    for settled in [false, true] {
        if settled {
            database.storage.settle().await.unwrap();
        }
        for scope in [database.client("a"), database.all()] {
            for (filter, chosen) in &expected {
                let wanted = numbered((0..count).rev().filter(|number| chosen(*number)));
                assert_eq!(database.uuids(&scope, filter.clone(), 50).await, wanted, "{filter:?} {settled}");
                let mut back = database.uuids_in(Order::Oldest, &scope, filter.clone(), 50).await;
                back.reverse();
                assert_eq!(back, wanted, "{filter:?} {settled}, oldest first");
                let query = Query { filter: filter.clone(), ..Query::default() };
                let total = database.storage.count(&scope, &query, Some(10_000)).await.unwrap();
                assert_eq!((total.count, total.exact), (wanted.len() as u64, true), "{filter:?} {settled}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restriction_narrows_whatever_the_filter_says() {
    let database = Database::new().await;
    database.append((0..600).map(|number| event("a", number, number)).collect()).await;
    database.storage.settle().await.unwrap();
    let query = Query {
        filter: Filter { actor: Some("actor-3".to_owned()), ..Filter::default() },
        restriction: Some(Filter { actor: Some("actor-4".to_owned()), ..Filter::default() }),
        limit: 50,
        ..Query::default()
    };
    assert!(database.storage.page(&database.client("a"), &query).await.unwrap().items.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn client_a_never_sees_the_events_of_b_nor_one_project_those_of_another() {
    let database = Database::new().await;
    let theirs = database.append((0..700).map(|number| event("b", number, number)).collect()).await;
    let ours = database.append((700..1_400).map(|number| event("a", number, number)).collect()).await;
    let other = create_project(&database.storage, "other").await;
    let others = database.storage.append(other, vec![event("a", 9_999, 1)]).await.unwrap();
    for settled in [false, true] {
        if settled {
            database.storage.settle().await.unwrap();
        }
        let scope = database.client("a");
        let seen = database.uuids(&scope, Filter::default(), 200).await;
        assert_eq!(seen, numbered((700..1_400).rev()));
        for receipt in theirs.iter().take(3).chain(&others) {
            assert!(database.storage.event(&scope, receipt.id).await.unwrap().is_none());
        }
        let text = Filter { text: "nummer".to_owned(), ..Filter::default() };
        assert_eq!(database.uuids(&scope, text.clone(), 200).await.len(), 700);
        assert_eq!(database.uuids(&database.all(), text, 500).await.len(), 1_400);
        let facets = database.storage.facets(&scope, 100).await.unwrap();
        assert_eq!(facets.actions.iter().map(|value| value.count).sum::<u64>(), 700);
        let total = database.storage.count(&scope, &Query::default(), Some(10_000)).await.unwrap();
        assert_eq!(total.count, 700);
        // A cursor taken in one log opens nothing in another.
        let cursor = Cursor { occurred_at: Timestamp::MAX, id: theirs[5].id };
        let query = Query { after: Some(cursor), limit: 1_000, ..Query::default() };
        let page = database.storage.page(&scope, &query).await.unwrap();
        assert!(page.items.iter().all(|stored| stored.event().client.uuid == "a"));
    }
    let nobody = Scope { project: ProjectId(99), clients: ClientScope::All };
    assert!(database.storage.event(&nobody, ours[0].id).await.unwrap().is_none());
    assert!(database.uuids(&database.client("c"), Filter::default(), 10).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_event_answers_with_the_first_receipt_and_stores_nothing() {
    let database = Database::new().await;
    let first = database.append(vec![event("a", 1, 1), event("a", 1, 2), event("b", 1, 1)]).await;
    assert_eq!(first.iter().map(|receipt| receipt.repeated).collect::<Vec<_>>(), [false, true, false]);
    assert_eq!(first[0].id, first[1].id);
    assert_ne!(first[0].id, first[2].id);
    let again = database.append(vec![event("a", 1, 3)]).await;
    assert_eq!((again[0].id, again[0].repeated), (first[0].id, true));
    database.storage.settle().await.unwrap();
    let again = database.append(vec![event("a", 1, 3)]).await;
    assert_eq!((again[0].id, again[0].repeated), (first[0].id, true));
    let database = database.reopen().await;
    let again = database.append(vec![event("a", 1, 3), event("a", 2, 3)]).await;
    assert_eq!((again[0].id, again[0].repeated), (first[0].id, true));
    assert!(!again[1].repeated && again[1].id > first[2].id);
    assert_eq!(database.uuids(&database.all(), Filter::default(), 10).await.len(), 3);
    let mut without = event("a", 3, 1);
    without.uuid = None;
    let twice = database.append(vec![without.clone(), without]).await;
    assert_ne!(twice[0].id, twice[1].id);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_uuid_that_holds_for_a_while_is_another_event_afterwards() {
    let database = Database::new().await;
    let short = |minute| Append { uuid_holds: Some(1_000), ..event("a", 1, minute) };
    let first = database.append(vec![short(1)]).await;
    database.now.fetch_add(999, Ordering::Relaxed);
    assert_eq!(database.append(vec![short(1)]).await[0].id, first[0].id);
    database.now.fetch_add(1, Ordering::Relaxed);
    let second = database.append(vec![short(1)]).await;
    assert!(!second[0].repeated && second[0].id != first[0].id);
    database.storage.settle().await.unwrap();
    database.now.fetch_add(999, Ordering::Relaxed);
    let third = database.append(vec![short(1)]).await;
    assert_eq!((third[0].id, third[0].repeated), (second[0].id, true), "the latest one counts");
    assert_eq!(database.uuids(&database.all(), Filter::default(), 10).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_event_sent_by_many_at_once_is_stored_once() {
    let database = Arc::new(Database::new().await);
    let senders: Vec<_> = (0..20)
        .map(|_| {
            let database = Arc::clone(&database);
            tokio::spawn(
                async move { database.append((0..50).map(|number| event("a", number, number)).collect()).await },
            )
        })
        .collect();
    let mut ids = BTreeSet::new();
    for sender in senders {
        ids.extend(sender.await.unwrap().into_iter().map(|receipt| receipt.id));
    }
    assert_eq!(ids.len(), 50);
    assert_eq!(database.uuids(&database.all(), Filter::default(), 100).await.len(), 50);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_quota_of_a_month_refuses_a_batch_whole_and_ends_with_the_month() {
    let database = Database::with(Options { monthly_quota: Some(3), ..Options::default() }).await;
    database.append(vec![event("a", 1, 1), event("a", 2, 1)]).await;
    let refused = database.storage.append(database.project, vec![event("a", 3, 1), event("a", 4, 1)]).await;
    assert!(matches!(refused, Err(StorageError::OverQuota { limit: 3 })));
    let fits = database.append(vec![event("a", 3, 1), event("a", 1, 1)]).await;
    assert_eq!(fits.iter().map(|receipt| receipt.repeated).collect::<Vec<_>>(), [false, true]);
    database.now.fetch_add(40 * 86_400_000, Ordering::Relaxed);
    let next = database.append(vec![event("a", 4, 1)]).await;
    assert!(!next[0].repeated);
    assert_eq!(database.uuids(&database.all(), Filter::default(), 10).await.len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn facets_count_every_value_at_once() {
    let database = Database::new().await;
    database.append((0..420).map(|number| event("a", number, number)).collect()).await;
    let early = database.storage.facets(&database.client("a"), 100).await.unwrap();
    database.storage.settle().await.unwrap();
    let late = database.storage.facets(&database.client("a"), 100).await.unwrap();
    assert_eq!(early, late);
    assert_eq!(late.actors.len(), 7);
    assert!(late.actors.iter().all(|actor| actor.count == 60));
    assert_eq!(late.actors[0].label, "Actor Ňo 0");
    assert_eq!(
        late.target_types.iter().map(|kind| (kind.value.as_str(), kind.count)).collect::<Vec<_>>(),
        [("order", 210), ("user", 210)]
    );
    assert_eq!(database.storage.facets(&database.client("a"), 2).await.unwrap().actors.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn reindexing_changes_no_answer_and_checking_finds_no_fault() {
    let database = Database::new().await;
    let receipts =
        database.append((0..900).map(|number| event(["a", "b"][number % 2], number, number)).collect()).await;
    database.storage.settle().await.unwrap();
    let filter = Filter { text: "nummer 8".to_owned(), ..Filter::default() };
    let before = database.uuids(&database.client("a"), filter.clone(), 20).await;
    assert!(Sqlite::rebuild_index(database.folder.path()).await.is_err(), "not while it is in use");
    database.storage.close().await;
    let rebuilt = Sqlite::rebuild_index(database.folder.path()).await.unwrap();
    assert_eq!(rebuilt, 901, "with the line of the project");
    let database =
        Database { storage: open(database.folder.path(), &database.now, Options::default()).await, ..database };
    assert_eq!(database.uuids(&database.client("a"), filter, 20).await, before);
    let report = database.storage.check().await.unwrap();
    assert_eq!((report.events, report.faults), (901, vec![]), "with the line of the project");
    let again = database.append(vec![event("b", 3, 3)]).await;
    assert_eq!((again[0].id, again[0].repeated), (receipts[3].id, true));
}

#[tokio::test(flavor = "multi_thread")]
async fn repeats_are_known_whether_their_receipts_are_in_memory_in_the_index_or_read_at_the_start() {
    let options = Options { receipts_at_once: 40, ..Options::default() };
    let database = Database::with(options).await;
    let mut receipts = Vec::new();
    // Receipts of the first fifty are written, those of the others wait for more.
    for range in [0..50, 50..70] {
        receipts.extend(database.append(range.map(|number| event("a", number, number)).collect()).await);
        database.storage.settle().await.unwrap();
    }
    let again = || (0..70).map(|number| event("a", number, number)).collect();
    let ids = |receipts: &[Receipt]| receipts.iter().map(|receipt| receipt.id).collect::<Vec<_>>();
    let repeated = database.append(again()).await;
    assert!(repeated.iter().all(|receipt| receipt.repeated));
    assert_eq!(ids(&repeated), ids(&receipts));
    database.storage.close().await;
    let database = Database { storage: open(database.folder.path(), &database.now, options).await, ..database };
    let repeated = database.append(again()).await;
    assert!(repeated.iter().all(|receipt| receipt.repeated));
    assert_eq!(ids(&repeated), ids(&receipts));
    assert!(!database.append(vec![event("b", 3, 3)]).await[0].repeated, "another client's is another event");
}

/// Lets the index look like another version's.
async fn make_index_foreign(folder: &Path) {
    let index = SqliteConnectOptions::new().filename(folder.join("index.db"));
    let mut index = SqliteConnection::connect_with(&index).await.unwrap();
    sqlx::query("update _sqlx_migrations set checksum = x'00'").execute(&mut index).await.unwrap();
    index.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_of_another_version_is_built_anew() {
    let database = Database::new().await;
    database.append((0..20).map(|number| event("a", number, number)).collect()).await;
    database.storage.settle().await.unwrap();
    database.storage.close().await;
    make_index_foreign(database.folder.path()).await;
    assert_eq!(Sqlite::rebuild_index(database.folder.path()).await.unwrap(), 21, "by whoever asks for it");
    make_index_foreign(database.folder.path()).await;
    let database =
        Database { storage: open(database.folder.path(), &database.now, Options::default()).await, ..database };
    assert_eq!(database.uuids(&database.client("a"), Filter::default(), 50).await.len(), 20);
    database.storage.settle().await.unwrap();
    assert_eq!(database.storage.check().await.unwrap().faults, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_that_missed_a_replacement_is_built_anew() {
    let database = Database::new().await;
    database.append((0..20).map(|number| event("a", number, number)).collect()).await;
    database.storage.settle().await.unwrap();
    let facets = database.storage.facets(&database.client("a"), 50).await.unwrap();
    database.storage.close().await;
    for (file, statement) in
        [("daybook.db", "update redone set turn = turn + 1"), ("index.db", "update facet set label = 'Ann Ward'")]
    {
        let file = SqliteConnectOptions::new().filename(database.folder.path().join(file));
        let mut file = SqliteConnection::connect_with(&file).await.unwrap();
        sqlx::query(statement).execute(&mut file).await.unwrap();
        file.close().await.unwrap();
    }
    for _ in 0..2 {
        let storage = open(database.folder.path(), &database.now, Options::default()).await;
        storage.settle().await.unwrap();
        assert_eq!(storage.facets(&database.client("a"), 50).await.unwrap(), facets);
        storage.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_taken_while_writing_is_a_whole_database() {
    let database = Database::new().await;
    database.append((0..300).map(|number| event("a", number, number)).collect()).await;
    let copy = tempfile::tempdir().unwrap();
    database.storage.backup(&copy.path().join("daybook.db")).await.unwrap();
    database.append(vec![event("a", 300, 300)]).await;
    assert!(database.storage.backup(&copy.path().join("daybook.db")).await.is_err(), "never over another file");
    let restored = Sqlite::open(copy.path(), Clock::system(), Options::default()).await.unwrap();
    let scope = Scope { project: database.project, clients: ClientScope::All };
    assert_eq!(restored.count(&scope, &Query::default(), Some(1_000)).await.unwrap().count, 300);
    assert_eq!(restored.check().await.unwrap().faults, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn one_process_appends_at_a_time_while_others_may_change_keys() {
    let database = Database::new().await;
    let second = Sqlite::open(database.folder.path(), Clock::system(), Options::default()).await;
    assert!(second.is_err());
    let aside = Sqlite::open(database.folder.path(), Clock::system(), Options { append: false, ..Options::default() })
        .await
        .unwrap();
    let (key, made) = (database.key(), line("made"));
    aside.create_key(&key, &made).await.unwrap();
    assert_eq!(database.storage.key(&key.id).await.unwrap().unwrap().secret_hash, [7; 32]);
    assert!(aside.append(database.project, vec![event("a", 1, 1)]).await.is_err());
    let at = Timestamp::from_millis(9);
    assert!(!database.storage.revoke_key(ProjectId(77), &key.id, at, &line("not this")).await.unwrap());
    assert!(aside.revoke_key(database.project, &key.id, at, &line("revoked")).await.unwrap());
    assert!(!aside.revoke_key(database.project, &key.id, at, &line("nor this")).await.unwrap());
    assert_eq!(database.storage.keys(database.project).await.unwrap()[0].revoked_at, Some(Timestamp::from_millis(9)));
    assert!(matches!(aside.create_key(&key, &made).await, Err(StorageError::Conflict { .. })));
    assert_eq!(database.uuids(&database.trail(), Filter::default(), 10).await, ["revoked", "made", "default was made"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_comes_back_as_it_was_made_and_rolled() {
    let database = Database::new().await;
    let key = KeyRecord {
        client: Some(client("acme")),
        scopes: KeyScopes::parse("read,export").unwrap(),
        expires_at: Some(Timestamp::from_millis(77)),
        ..database.key()
    };
    database.storage.create_key(&key, &line("1")).await.unwrap();
    let stored = async || database.storage.key(&key.id).await.unwrap().unwrap();
    let before = stored().await;
    assert_eq!((before.client, before.scopes, before.expires_at), (key.client.clone(), key.scopes, key.expires_at));
    assert_eq!((before.previous, before.used_at), (None, None));
    let until = Timestamp::from_millis(50);
    assert!(!database.storage.roll_key(ProjectId(77), &key.id, &[8; 32], until, &line("2")).await.unwrap());
    assert!(database.storage.roll_key(database.project, &key.id, &[8; 32], until, &line("3")).await.unwrap());
    let rolled = stored().await;
    assert_eq!((rolled.secret_hash, rolled.previous), ([8; 32], Some(PreviousSecret { hash: [7; 32], until })));
    for at in [60, 40] {
        database.storage.use_key(&key.id, Timestamp::from_millis(at)).await.unwrap();
    }
    assert_eq!(stored().await.used_at, Some(Timestamp::from_millis(60)));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_trail_is_a_log_of_its_own_that_no_question_about_clients_reaches() {
    let database = Database::with(Options { monthly_quota: Some(2), ..Options::default() }).await;
    let another = create_project(&database.storage, "another").await;
    database.append(vec![event("a", 1, 1), event("a", 2, 2)]).await;
    // A line that is met twice, as after a crash between the log and the table, is one event.
    for uuid in ["x", "y", "z", "x"] {
        database.storage.record(database.project, &line(uuid)).await.unwrap();
    }
    database.storage.record(another, &line("theirs")).await.unwrap();
    for settled in [false, true] {
        if settled {
            database.storage.settle().await.unwrap();
        }
        let of = async |scope: Scope| database.uuids(&scope, Filter::default(), 2).await;
        assert_eq!(of(database.trail()).await, ["z", "y", "x", "default was made"]);
        assert_eq!(of(Scope { project: another, ..database.trail() }).await, ["theirs", "another was made"]);
        assert_eq!(of(database.all()).await, ["event-2", "event-1"]);
        let made = Filter { action: Some("made".to_owned()), ..Filter::default() };
        assert_eq!(database.uuids(&database.all(), made.clone(), 9).await, Vec::<String>::new());
        assert_eq!(database.uuids(&database.trail(), made, 9).await.len(), 4);
        let query = Query::default();
        assert_eq!(database.storage.count(&database.all(), &query, Some(100)).await.unwrap().count, 2);
        assert_eq!(database.storage.count(&database.trail(), &query, Some(100)).await.unwrap().count, 4);
        assert_eq!(database.storage.facets(&database.trail(), 9).await.unwrap().actions[0].count, 4);
        assert!(
            database.storage.facets(&database.all(), 9).await.unwrap().actions.iter().all(|one| one.value != "made")
        );
        let page = database.storage.page(&database.trail(), &Query { limit: 1, ..query }).await.unwrap();
        let id = page.items[0].stamp.id;
        assert!(database.storage.event(&database.trail(), id).await.unwrap().is_some());
        assert!(database.storage.event(&database.all(), id).await.unwrap().is_none());
        assert!(database.storage.event(&database.client("a"), id).await.unwrap().is_none());
    }
    assert_eq!(database.storage.check().await.unwrap().faults, Vec::<String>::new());
    let used_up = database.storage.append(database.project, vec![event("a", 3, 3)]).await;
    assert!(matches!(used_up, Err(StorageError::OverQuota { .. })));
    let noted = event("a", 4, 4);
    database.storage.append_uncounted(database.project, vec![noted]).await.unwrap();
    assert_eq!(database.uuids(&database.client("a"), Filter::default(), 9).await.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_process_did_is_in_the_trail_when_it_is_read_and_after_a_restart() {
    let database = Database::new().await;
    let aside = Options { append: false, ..Options::default() };
    let aside = Sqlite::open(database.folder.path(), Clock::system(), aside).await.unwrap();
    aside.record(database.project, &line("beside")).await.unwrap();
    let page = database.storage.page(&database.trail(), &Query { limit: 5, ..Query::default() }).await.unwrap();
    assert_eq!(page.items.len(), 2);
    assert_eq!(page.items[0].stamp.occurred_at, Timestamp::from_millis(1_600_000_000_000));
    aside.record(database.project, &line("later")).await.unwrap();
    aside.close().await;
    let database = database.reopen().await;
    assert_eq!(database.uuids(&database.trail(), Filter::default(), 5).await.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_comes_back_as_saved() {
    let database = Database::new().await;
    let new = NewView {
        signing_secrets: vec![SigningSecret {
            kid: "vs_1".to_owned(),
            secret: Sealed(vec![4]),
            created_at: Timestamp::from_millis(1),
            last_used_at: None,
        }],
        origins: vec![Origin::parse("https://app.test").unwrap()],
        ..view("vw_1")
    };
    let mut view = made(&database, new).await;
    view.tokens_only = true;
    view.former_key = Some(FormerKey { key: Sealed(vec![6]), until: Timestamp::from_millis(9) });
    view.may = Rights { export: false, tail: true };
    view.token_life = TokenLife::of_minutes(10).unwrap();
    view.recorded = RecordedOpenings::All;
    view.signing_secrets.push(SigningSecret {
        kid: "vs_2".to_owned(),
        secret: Sealed(vec![5]),
        created_at: Timestamp::from_millis(2),
        last_used_at: None,
    });
    assert!(database.storage.secure_view(&view, None, &[line("secured")]).await.unwrap());
    view.name = "Partners".to_owned();
    view.archived_at = Some(Timestamp::from_millis(7));
    database.storage.archive_view(view.project, &view.id, view.archived_at, &line("archived")).await.unwrap();
    database.storage.rename_view(view.project, &view.id, &view.name, &line("renamed")).await.unwrap();
    let stored = stored(&database, &view.id).await;
    assert_eq!((stored.config, stored.tokens_only, stored.origins), (view.config, true, view.origins));
    assert_eq!((stored.name, stored.archived_at), (view.name, view.archived_at));
    assert_eq!((stored.former_key, stored.may, stored.token_life), (view.former_key, view.may, view.token_life));
    assert_eq!(stored.recorded, RecordedOpenings::All);
    assert_eq!(stored.signing_secrets.iter().map(|secret| secret.kid.as_str()).collect::<Vec<_>>(), ["vs_1", "vs_2"]);
    assert_eq!(database.storage.views(database.project).await.unwrap().len(), 2, "with the project's first");
    assert!(database.storage.view(&ViewId::parse("vw_other").unwrap()).await.unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_is_saved_over_the_version_it_was_made_from_and_no_other() {
    let database = Database::new().await;
    let id = made(&database, view("vw_1")).await.id;
    let version = |version: u32, title: &str| {
        let mut config = ViewConfig::default();
        config.brand.title = title.to_owned();
        VersionRecord { version, config, author: title.to_owned(), saved_at: Timestamp::from_millis(5) }
    };
    assert!(database.storage.save_view(&id, 1, &version(2, "Anna's"), &line("saved")).await.unwrap());
    assert!(!database.storage.save_view(&id, 1, &version(2, "Ben's"), &line("saved")).await.unwrap());
    assert!(database.storage.save_view(&id, 2, &version(3, "Ben's"), &line("saved")).await.unwrap());
    let versions = database.storage.view_versions(&id).await.unwrap();
    assert_eq!(versions.iter().map(|known| known.author.as_str()).collect::<Vec<_>>(), ["Ben's", "Anna's", "Anna"]);
    assert_eq!(versions[0], version(3, "Ben's"));
    assert_eq!(database.storage.view(&id).await.unwrap().unwrap().version, 3);
}

/// The lines of the trail, by their names.
async fn told(database: &Database) -> Vec<String> {
    database.uuids(&database.trail(), Filter::default(), 100).await
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_open_a_view_is_said_over_what_was_read_and_over_nothing_later() {
    let database = Database::new().await;
    let read = made(&database, view("vw_1")).await;
    let safer = ViewRecord { tokens_only: true, ..read.clone() };
    assert!(database.storage.secure_view(&safer, None, &[line("safer")]).await.unwrap());
    // As another process would, that read before and writes after.
    let late = ViewRecord { origins: vec![Origin::parse("https://old.test").unwrap()], ..read.clone() };
    assert!(!database.storage.secure_view(&late, None, &[line("late")]).await.unwrap());
    let next = VersionRecord {
        version: 2,
        config: ViewConfig::default(),
        author: "Ben".to_owned(),
        saved_at: Timestamp::from_millis(5),
    };
    assert!(!database.storage.secure_view(&late, Some(&next), &[line("late too")]).await.unwrap());
    let now = stored(&database, &read.id).await;
    assert!(now.tokens_only && now.origins.is_empty() && now.version == 1);
    let told = told(&database).await;
    assert!(told.contains(&"safer".to_owned()) && !told.iter().any(|line| line.starts_with("late")), "{told:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_and_looks_are_stored_together_or_not_at_all() {
    let database = Database::new().await;
    let read = made(&database, view("vw_1")).await;
    let version = |version| VersionRecord {
        version,
        config: ViewConfig::default(),
        author: "Ben".to_owned(),
        saved_at: Timestamp::from_millis(5),
    };
    assert!(database.storage.save_view(&read.id, 1, &version(2), &line("saved")).await.unwrap());
    let safer = ViewRecord { tokens_only: true, ..read.clone() };
    assert!(!database.storage.secure_view(&safer, Some(&version(2)), &[line("both")]).await.unwrap());
    assert!(!stored(&database, &read.id).await.tokens_only, "the look was not the newest, so nothing is stored");
    let safer = ViewRecord { version: 2, ..safer };
    assert!(database.storage.secure_view(&safer, Some(&version(3)), &[line("both")]).await.unwrap());
    let now = stored(&database, &read.id).await;
    assert_eq!((now.tokens_only, now.version), (true, 3));
    assert_eq!(database.storage.view_versions(&read.id).await.unwrap().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_that_is_renamed_stays_where_it_was_put() {
    let database = Database::new().await;
    let view = made(&database, view("vw_1")).await;
    let (project, id) = (view.project, &view.id);
    let away = Some(Timestamp::from_millis(7));
    database.storage.archive_view(project, id, away, &line("put away")).await.unwrap();
    database.storage.rename_view(project, id, "Partners", &line("renamed")).await.unwrap();
    let later = Some(Timestamp::from_millis(9));
    database.storage.archive_view(project, id, later, &line("put away again")).await.unwrap();
    let other = create_project(&database.storage, "other").await;
    database.storage.archive_view(other, id, None, &line("taken by others")).await.unwrap();
    database.storage.rename_view(other, id, "Theirs", &line("named by others")).await.unwrap();
    let now = stored(&database, id).await;
    assert_eq!((now.name.as_str(), now.archived_at), ("Partners", away));
    let told = told(&database).await;
    assert!(told.contains(&"put away".to_owned()) && !told.contains(&"put away again".to_owned()), "{told:?}");
    database.storage.archive_view(project, id, None, &line("taken back")).await.unwrap();
    assert_eq!(stored(&database, id).await.archived_at, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_project_is_made_with_its_first_view_or_not_at_all() {
    let database = Database::new().await;
    let name = ProjectName::parse("staging").unwrap();
    // The view's id is taken, so that its half of the change fails.
    let taken = view("vw_default");
    assert!(database.storage.create_project(&name, None, &taken, &[line("made")]).await.is_err());
    assert_eq!(database.storage.project(&name).await.unwrap(), None);
    let project = database.storage.create_project(&name, None, &view("vw_2"), &[line("made")]).await.unwrap();
    assert_eq!(database.storage.views(project.id).await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_remembers_its_last_use_whatever_else_changes_and_goes_when_it_is_taken_away() {
    let database = Database::new().await;
    let secret = |kid: &str, age: i64| SigningSecret {
        kid: kid.to_owned(),
        secret: Sealed(vec![4]),
        created_at: Timestamp::from_millis(age),
        last_used_at: None,
    };
    let secrets = vec![secret("vs_1", 1), secret("vs_2", 2)];
    let other = made(&database, NewView { signing_secrets: vec![secret("vs_3", 3)], ..view("vw_2") }).await;
    let mut view = made(&database, NewView { signing_secrets: secrets, ..view("vw_1") }).await;
    let at = Timestamp::from_millis(60_000);
    for kid in ["vs_2", "vs_3", "vs_none"] {
        database.storage.note_signing(&view.id, kid, at).await.unwrap();
    }
    view.signing_secrets.remove(0);
    assert!(database.storage.secure_view(&view, None, &[line("secured")]).await.unwrap());
    let used = async |view: &ViewRecord| {
        let secrets = stored(&database, &view.id).await.signing_secrets;
        secrets.into_iter().map(|secret| (secret.kid, secret.last_used_at)).collect::<Vec<_>>()
    };
    assert_eq!(used(&view).await, [("vs_2".to_owned(), Some(at))]);
    assert_eq!(used(&other).await, [("vs_3".to_owned(), None)], "another view's secret did not sign");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_latest_pages_that_asked_for_a_view_are_kept_and_no_more() {
    let database = Database::new().await;
    let (other, view) = (made(&database, view("vw_2")).await, made(&database, view("vw_1")).await);
    let seen = |number: i64, at: i64| SeenOrigin {
        origin: Origin::parse(format!("https://{number}.test")).unwrap(),
        at: Timestamp::from_millis(at),
    };
    database.storage.note_origin(&other.id, &seen(9, 1), 3).await.unwrap();
    for (number, at) in [(1, 1), (2, 2), (3, 3), (1, 4), (4, 5)] {
        database.storage.note_origin(&view.id, &seen(number, at), 3).await.unwrap();
    }
    let noted = database.storage.seen_origins(&view.id).await.unwrap();
    assert_eq!(noted, [seen(4, 5), seen(1, 4), seen(3, 3)]);
    assert_eq!(database.storage.seen_origins(&other.id).await.unwrap(), [seen(9, 1)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_closed_is_closed_for_one_client_of_one_view_and_forgotten_in_time() {
    let database = Database::new().await;
    let (other, view) = (made(&database, view("vw_2")).await, made(&database, view("vw_1")).await);
    let at = Timestamp::from_millis;
    let closed =
        async |view: &ViewRecord, name: &str| database.storage.client_closed_at(&view.id, &client(name)).await.unwrap();
    let close = async |view: &ViewRecord, name: &str, moment: i64, forget: i64| {
        let closed = ClosedClient { client: client(name), at: at(moment) };
        let stored = database.storage.close_client(view.project, &view.id, &closed, at(forget), &line("closed")).await;
        stored.unwrap();
    };
    close(&view, "a", 100, 0).await;
    assert_eq!(closed(&view, "a").await, Some(at(100)));
    assert_eq!((closed(&view, "b").await, closed(&other, "a").await), (None, None));
    close(&view, "a", 200, 50).await;
    assert_eq!(closed(&view, "a").await, Some(at(200)));
    close(&other, "b", 300, 201).await;
    assert_eq!((closed(&view, "a").await, closed(&other, "b").await), (None, Some(at(300))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_byte_is_found_and_named() {
    let database = Database::new().await;
    database.append((0..20).map(|number| event("a", number, number)).collect()).await;
    database.storage.settle().await.unwrap();
    let Database { storage, folder, .. } = database;
    storage.close().await;
    let file = folder.path().join("daybook.db");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&file);
    let mut log = <sqlx::SqliteConnection as sqlx::Connection>::connect_with(&options).await.unwrap();
    sqlx::query("update event set body = substr(body, 1, length(body) - 3) where seq = 7")
        .execute(&mut log)
        .await
        .unwrap();
    sqlx::query("update event set digest = digest + 1 where seq = 9").execute(&mut log).await.unwrap();
    sqlx::Connection::close(log).await.unwrap();
    let storage = Sqlite::open(folder.path(), Clock::system(), Options::default()).await.unwrap();
    let report = storage.check().await.unwrap();
    assert_eq!(report.faults.len(), 2, "{:?}", report.faults);
    assert!(report.faults[0].starts_with("event 7 (") && report.faults[1].starts_with("event 9 ("));
}

/// A document of a client, or of the project.
fn document(id: &str, alias: Option<&str>, of: Option<&str>) -> NewDocument {
    NewDocument {
        id: id.to_owned(),
        alias: alias.map(str::to_owned),
        client: of.map(client),
        body: format!("\"{id}\""),
        created_at: Timestamp::from_millis(5),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shelf_holds_each_id_and_alias_once_for_its_project_and_clients_see_their_own() {
    let database = Database::new().await;
    let other = create_project(&database.storage, "other").await;
    let storage = &database.storage;
    for (project, shelf, new, put) in [
        (database.project, "s", document("1", Some("one"), Some("a")), true),
        (database.project, "s", document("1", None, None), false),
        (database.project, "s", document("2", Some("one"), None), false),
        (database.project, "s", document("2", None, Some("b")), true),
        (database.project, "s", document("3", None, None), true),
        (database.project, "t", document("1", Some("one"), None), true),
        (other, "s", document("1", Some("one"), None), true),
    ] {
        assert_eq!(storage.put(project, shelf, &new, None).await.unwrap(), put, "{new:?}");
    }
    let id = async |scope: &Scope, name| storage.kept(scope, "s", name).await.unwrap().map(|kept| kept.id);
    assert_eq!(id(&database.all(), Name::Alias("one")).await.as_deref(), Some("1"));
    assert_eq!(id(&database.client("a"), Name::Id("1")).await.as_deref(), Some("1"));
    assert_eq!(id(&database.client("b"), Name::Id("1")).await, None);
    assert_eq!(id(&database.client("a"), Name::Id("3")).await, None);
    let all = Stretch { oldest_first: true, beside: None, limit: 10 };
    let ids = async |scope: &Scope| {
        let found = storage.stretch(scope, "s", &all).await.unwrap();
        found.into_iter().map(|kept| kept.id).collect::<Vec<_>>()
    };
    assert_eq!(ids(&database.all()).await, ["1", "2", "3"]);
    assert_eq!(ids(&database.client("b")).await, ["2"]);
    assert!(!storage.take(&database.client("b"), "s", "1").await.unwrap());
    assert!(storage.take(&database.client("a"), "s", "1").await.unwrap());
    assert!(!storage.take(&database.all(), "s", "1").await.unwrap());
    let theirs = Scope { project: other, clients: ClientScope::All };
    assert_eq!(ids(&theirs).await, ["1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_is_changed_by_whoever_read_its_latest_state() {
    let database = Database::new().await;
    let storage = &database.storage;
    for new in [document("1", Some("one"), Some("a")), document("2", Some("two"), None)] {
        storage.put(database.project, "s", &new, None).await.unwrap();
    }
    let read = storage.kept(&database.all(), "s", Name::Id("1")).await.unwrap().unwrap();
    let changed = KeptDocument { body: "{}".to_owned(), alias: None, ..read.clone() };
    let at = Timestamp::from_millis(9);
    let exchange =
        async |scope: &Scope, document: &KeptDocument| storage.exchange(scope, "s", document, at, None).await.unwrap();
    assert_eq!(exchange(&database.client("b"), &changed).await, Exchanged::Stale);
    assert_eq!(exchange(&database.client("a"), &changed).await, Exchanged::Done);
    assert_eq!(exchange(&database.all(), &read).await, Exchanged::Stale);
    let stored = storage.kept(&database.all(), "s", Name::Id("1")).await.unwrap().unwrap();
    assert_eq!((stored.body.as_str(), stored.alias.as_deref(), stored.updated_at), ("{}", None, at));
    assert_eq!(stored.created_at, read.created_at);
    let taken = KeptDocument { alias: Some("two".to_owned()), ..stored };
    assert_eq!(exchange(&database.all(), &taken).await, Exchanged::AliasTaken);
}

#[tokio::test(flavor = "multi_thread")]
async fn stretches_of_a_shelf_lie_on_either_side_of_a_document() {
    let database = Database::new().await;
    for number in 1..=7 {
        let new = document(&number.to_string(), None, None);
        database.storage.put(database.project, "s", &new, None).await.unwrap();
    }
    for (oldest_first, beside, found) in [
        (true, None, "123"),
        (false, None, "765"),
        (true, Some((Side::After, "5")), "67"),
        (true, Some((Side::Before, "5")), "234"),
        (false, Some((Side::After, "5")), "432"),
        (false, Some((Side::Before, "5")), "76"),
        (false, Some((Side::After, "none")), ""),
    ] {
        let beside = beside.map(|(side, id): (Side, &str)| (side, id.to_owned()));
        let stretch = Stretch { oldest_first, beside, limit: 3 };
        let documents = database.storage.stretch(&database.all(), "s", &stretch).await.unwrap();
        assert_eq!(documents.iter().map(|kept| kept.id.as_str()).collect::<String>(), found, "{stretch:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_that_a_shelf_lacks_are_put_there_once_with_their_names() {
    let database = Database::new().await;
    let mut nameless = event("b", 1, 1);
    nameless.client_name = None;
    database.append(vec![event("a", 1, 1), nameless]).await;
    database.storage.put(database.project, "s", &document("a", None, None), None).await.unwrap();
    let at = Timestamp::from_millis(7);
    for scope in [database.client("a"), database.all(), database.all()] {
        database.storage.adopt_clients(&scope, "s", at).await.unwrap();
    }
    let all = Stretch { oldest_first: true, beside: None, limit: 10 };
    let found = database.storage.stretch(&database.all(), "s", &all).await.unwrap();
    let found: Vec<_> = found.iter().map(|kept| (kept.id.as_str(), kept.body.as_str())).collect();
    assert_eq!(found, [("a", "\"a\""), ("b", r#"{"name":"b"}"#)]);
    assert_eq!(database.storage.stretch(&database.client("b"), "s", &all).await.unwrap().len(), 1);
}
