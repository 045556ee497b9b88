//! Sums of a span: always what a look at all events comes to.

use super::{Database, client, create_project, open};
use daybook::backend::storage::sqlite::{Options, Sqlite};
use daybook::backend::storage::{Append, ClientsWanted, Query, Replacement, Storage, Stored};
use daybook::domain::access::{ClientScope, ProjectId, Scope};
use daybook::domain::event::Event;
use daybook::domain::query::Filter;
use daybook::domain::stats::{ClientSummary, QUARTER, Quarter, Ranked, Ranking, Seen, Span, Stats, Sum};
use daybook::domain::time::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

const HOUR: i64 = 4 * QUARTER;
const DAY: i64 = 24 * HOUR;
/// The clock of these tests: all events are received then.
const NOW: i64 = 1_700_000_000_000;
/// More than there are values of any kind.
const ALL: usize = 1_000;

/// Events scattered over some months, in no order, of a few clients, with rare actions that begin and stop.
fn scattered(count: usize) -> Vec<Append> {
    let at = |number: usize| number * 7919 % 100_003;
    let event = |number: usize| {
        let shuffled = at(number);
        let moment = NOW + 3_000 - i64::try_from(shuffled).unwrap() * 100 * DAY / 100_003;
        let name = ["a", "b", "c"][shuffled % 7 % 3];
        let action = match shuffled / 10_000 {
            0 => "thing.began".to_owned(),
            9 => "thing.stopped".to_owned(),
            _ => format!("{}.{}", ["user", "order"][shuffled % 2], ["view", "create", "delete", "send"][shuffled % 4]),
        };
        let mut document = serde_json::json!({
            "uuid": format!("event-{number}"), "client": {"uuid": name}, "action": action,
            "outcome": if shuffled.is_multiple_of(9) { "failure" } else { "success" },
        });
        if shuffled.is_multiple_of(11) {
            document["anonymous"] = true.into();
        } else {
            let actor = shuffled % 83;
            document["actor"] = serde_json::json!({"uuid": format!("actor-{actor}"), "name": format!("Actor {actor}")});
        }
        Append {
            client: client(name),
            client_name: Some(format!("Client {name}")),
            uuid: Some(format!("event-{number}")),
            uuid_holds: None,
            occurred_at: Some(Timestamp::from_millis(moment)),
            document: serde_json::to_vec(&document).unwrap().into(),
        }
    };
    (0..count).map(event).collect()
}

async fn events(database: &Database, scope: &Scope) -> Vec<Event> {
    let mut events = Vec::new();
    let mut query = Query { limit: 1_000, ..Query::default() };
    loop {
        let page = database.storage.page(scope, &query).await.unwrap();
        events.extend(page.items.iter().map(Stored::event));
        match page.next {
            None => return events,
            next => query.after = next,
        }
    }
}

/// A value and what to show for it.
type Named = Option<(String, String)>;

fn ranking<'e>(events: impl Iterator<Item = &'e Event>, value: fn(&Event) -> Named) -> Ranking {
    let mut sums: BTreeMap<String, (String, Sum)> = BTreeMap::new();
    for event in events {
        if let Some((value, label)) = value(event) {
            let (shown, sum) = sums.entry(value).or_default();
            *shown = label;
            sum.add(Sum::one(event.outcome.failed()));
        }
    }
    let all: Vec<Ranked> = sums.into_iter().map(|(value, (label, sum))| Ranked { value, label, sum }).collect();
    let (mut most, mut failing) = (all.clone(), all);
    most.sort_by_key(|ranked| std::cmp::Reverse(ranked.sum.events));
    failing.retain(|ranked| ranked.sum.failed > 0);
    failing.sort_by_key(|ranked| std::cmp::Reverse(ranked.sum.failed));
    Ranking { distinct: most.len() as u64, distinct_failing: failing.len() as u64, most, failing }
}

/// A look at all events.
fn looked_at(events: &[Event], scope: &Scope, span: Span) -> Stats {
    let inside = |event: &&Event| (span.from()..span.until()).contains(&event.stamp.occurred_at);
    let mut quarters: BTreeMap<i64, Quarter> = BTreeMap::new();
    for quarter in events.iter().filter(inside).map(Quarter::of) {
        let empty = Quarter { number: quarter.number, ..Quarter::default() };
        quarters.entry(quarter.number).or_insert(empty).add(&quarter);
    }
    let mut seen: BTreeMap<&str, (Timestamp, Timestamp)> = BTreeMap::new();
    for event in events {
        let moment = event.stamp.occurred_at;
        let moments = seen.entry(&event.action).or_insert((moment, moment));
        *moments = (moments.0.min(moment), moments.1.max(moment));
    }
    let seen = seen.into_iter().map(|(action, (first, last))| Seen { action: action.to_owned(), first, last });
    let before = span.from().plus_millis(-span.millis());
    let (mut new, mut stopped) = (Vec::new(), Vec::new());
    for seen in seen {
        if (span.from()..span.until()).contains(&seen.first) {
            new.push(seen);
        } else if (before..span.from()).contains(&seen.last) {
            stopped.push(seen);
        }
    }
    new.sort_by_key(|seen| std::cmp::Reverse(seen.first));
    stopped.sort_by_key(|seen| std::cmp::Reverse(seen.last));
    let of_all = scope.clients == ClientScope::All;
    Stats {
        quarters: quarters.into_values().collect(),
        actions: ranking(events.iter().filter(inside), |event| Some((event.action.clone(), event.action.clone()))),
        actors: ranking(events.iter().filter(inside), |event| {
            event.actor.as_ref().map(|actor| (actor.uuid.clone(), actor.name.clone().unwrap()))
        }),
        clients: ranking(events.iter().filter(inside).filter(|_| of_all), |event| {
            Some((event.client.uuid.clone(), event.client.uuid.clone()))
        }),
        new_actions: new,
        stopped_actions: stopped,
    }
}

fn spans() -> Vec<Span> {
    let span = |from: i64, until: i64| Span::around(Timestamp::from_millis(from), Timestamp::from_millis(until));
    vec![
        span(NOW - DAY, NOW + HOUR),
        span(NOW - 7 * DAY, NOW),
        span(NOW - 30 * DAY - QUARTER, NOW - 2 * QUARTER),
        span(NOW - 101 * DAY, NOW + 365 * DAY),
        span(NOW - 12 * DAY, NOW - 12 * DAY + 1),
        span(NOW + DAY, NOW + 2 * DAY),
    ]
}

async fn compare(database: &Database, told: &str) {
    for scope in [database.all(), database.client("a"), database.client("nobody")] {
        let events = events(database, &scope).await;
        for span in spans() {
            let stats = database.storage.stats(&scope, span, ALL).await.unwrap();
            assert_eq!(stats, looked_at(&events, &scope, span), "{told}: {scope:?} {span:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sums_are_what_a_look_at_all_events_comes_to_whatever_is_indexed_and_after_a_rebuild() {
    let database = Database::new().await;
    let events = scattered(6_000);
    let (first, rest) = events.split_at(4_500);
    for batch in first.chunks(900) {
        database.append(batch.to_vec()).await;
        compare(&database, "while it is indexed").await;
    }
    database.storage.settle().await.unwrap();
    compare(&database, "indexed").await;
    database.append(rest.to_vec()).await;
    compare(&database, "with a tail").await;
    let database = database.reopen().await;
    compare(&database, "opened again").await;
    database.storage.settle().await.unwrap();
    assert_eq!(database.storage.check().await.unwrap().faults, Vec::<String>::new());
    database.storage.close().await;
    let rebuilt = Sqlite::rebuild_index(database.folder.path()).await.unwrap();
    assert_eq!(rebuilt, 6_001, "with the line of the trail that tells of the project");
    let database =
        Database { storage: open(database.folder.path(), &database.now, Options::default()).await, ..database };
    compare(&database, "built anew").await;
}

/// The event as another document has it: another act of another person, with another outcome.
fn rewritten(event: &Event, number: usize) -> Replacement {
    let mut document = serde_json::json!({
        "uuid": event.uuid, "client": {"uuid": event.client.uuid}, "action": "thing.rewritten",
        "outcome": if event.outcome.failed() { "success" } else { "failure" },
    });
    if number.is_multiple_of(3) {
        document["anonymous"] = true.into();
    } else {
        document["actor"] = serde_json::json!({"uuid": "actor-new", "name": "Actor new"});
    }
    Replacement { id: event.stamp.id, document: serde_json::to_vec(&document).unwrap().into() }
}

#[tokio::test(flavor = "multi_thread")]
async fn sums_and_filters_follow_replaced_documents_whether_these_are_indexed_or_not() {
    let database = Database::new().await;
    let sent = scattered(3_000);
    database.append(sent[..2_500].to_vec()).await;
    database.storage.settle().await.unwrap();
    database.append(sent[2_500..].to_vec()).await;
    for settled in [false, true] {
        if settled {
            database.storage.settle().await.unwrap();
        }
        let all = events(&database, &database.all()).await;
        // All of an action that began, so that nothing is left of it, and some of all others.
        let chosen = all.iter().enumerate().filter(|(at, event)| event.action == "thing.began" || at.is_multiple_of(7));
        let documents: Vec<Replacement> = chosen.map(|(at, event)| rewritten(event, at)).collect();
        database.storage.replace(database.project, &documents).await.unwrap();
        compare(&database, "replaced").await;
        let facets = database.storage.facets(&database.all(), 1_000).await.unwrap();
        assert!(facets.actions.iter().all(|action| action.value != "thing.began"), "{:?}", facets.actions);
        let filter = Filter { action: Some("thing.rewritten".to_owned()), ..Filter::default() };
        let query = Query { filter, limit: 1, ..Query::default() };
        let found = database.storage.count(&database.all(), &query, Some(10_000)).await.unwrap().count;
        let all = events(&database, &database.all()).await;
        assert_eq!(found, all.iter().filter(|event| event.action == "thing.rewritten").count() as u64);
    }
    database.storage.settle().await.unwrap();
    compare(&database, "indexed").await;
    assert_eq!(database.storage.check().await.unwrap().faults, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_values_are_the_most_frequent_also_among_many() {
    let database = Database::new().await;
    database.append(scattered(3_000)).await;
    for settled in [false, true] {
        if settled {
            database.storage.settle().await.unwrap();
        }
        let span = spans()[3];
        let all = database.storage.stats(&database.all(), span, ALL).await.unwrap();
        let few = database.storage.stats(&database.all(), span, 5).await.unwrap();
        assert_eq!(few.actors.most, all.actors.most[..5]);
        assert_eq!(few.actors.failing, all.actors.failing[..5]);
        assert_eq!(few.actors.distinct, all.actors.distinct);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_once_told_is_not_lost_to_an_event_that_tells_none() {
    let database = Database::new().await;
    let named = |number: usize, name: Option<&str>| {
        let mut document = serde_json::json!({
            "uuid": format!("event-{number}"), "client": {"uuid": "a"}, "action": "x", "actor": {"uuid": "u-1"},
        });
        if let Some(name) = name {
            document["actor"]["name"] = name.into();
        }
        let document = serde_json::to_vec(&document).unwrap().into();
        Append { client: client("a"), client_name: None, uuid: None, uuid_holds: None, occurred_at: None, document }
    };
    database.append(vec![named(1, Some("Ann"))]).await;
    database.storage.settle().await.unwrap();
    database.append(vec![named(2, None)]).await;
    database.storage.settle().await.unwrap();
    let facets = database.storage.facets(&database.all(), 10).await.unwrap();
    assert_eq!((facets.actors[0].label.as_str(), facets.actors[0].count), ("Ann", 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sums_of_a_client_and_of_a_project_hold_nothing_of_another() {
    let database = Database::new().await;
    database.append(scattered(600)).await;
    let other = create_project(&database.storage, "other").await;
    database.storage.append(other, scattered(300)).await.unwrap();
    let span = spans()[3];
    for settled in [false, true] {
        if settled {
            database.storage.settle().await.unwrap();
        }
        let total = async |scope: &Scope| {
            let stats = database.storage.stats(scope, span, ALL).await.unwrap();
            stats.quarters.iter().map(|quarter| quarter.sum().events).sum::<u64>()
        };
        let theirs = Scope { project: other, clients: ClientScope::All };
        assert_eq!((total(&database.all()).await, total(&theirs).await), (600, 300));
        assert!(total(&database.client("a")).await < 600);
        let stats = database.storage.stats(&database.client("a"), span, ALL).await.unwrap();
        assert_eq!(stats.clients, Ranking::default());
        let facets = database.storage.facets(&database.client("a"), 10).await.unwrap();
        assert!(facets.clients.is_empty());
        let nobody = Scope { project: ProjectId(99), clients: ClientScope::All };
        assert_eq!(total(&nobody).await, 0);
        assert!(database.storage.clients(&nobody, &wanted("", 10)).await.unwrap().is_empty());
    }
}

fn wanted(text: &str, limit: u32) -> ClientsWanted {
    ClientsWanted { text: text.to_owned(), after: None, limit }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_is_found_whatever_the_case_of_its_letters() {
    let database = Database::new().await;
    let named = |id: &str, name: &str| {
        let event = serde_json::json!({"client": {"uuid": id, "name": name}, "action": "x", "actor": {"uuid": "u-1"}});
        let document = serde_json::to_vec(&event).unwrap().into();
        let client_name = Some(name.to_owned());
        Append { client: client(id), client_name, uuid: None, uuid_holds: None, occurred_at: None, document }
    };
    database.append(vec![named("1", "ÅKER & Söner"), named("ÖST", "East"), named("3", "Aker")]).await;
    let found = async |text: &str, limit: u32| {
        let clients = database.storage.clients(&database.all(), &wanted(text, limit)).await.unwrap();
        clients.into_iter().map(|client| client.id.to_string()).collect::<BTreeSet<_>>()
    };
    assert_eq!(found("åker &", 10).await, ["1".to_owned()].into());
    assert_eq!(found("öst", 10).await, ["ÖST".to_owned()].into());
    assert_eq!(found("SÖNER", 10).await, ["1".to_owned()].into());
    assert_eq!(found("åker", 10).await.len(), 2, "as everywhere, accents do not matter");
    assert_eq!(found("åker", 1).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_are_listed_with_what_a_look_at_their_events_comes_to() {
    let database = Database::new().await;
    let sent = scattered(1_000);
    database.append(sent[..600].to_vec()).await;
    database.storage.settle().await.unwrap();
    database.append(sent[600..].to_vec()).await;
    for settled in [false, true] {
        if settled {
            database.storage.settle().await.unwrap();
        }
        let listed = database.storage.clients(&database.all(), &wanted("", 10)).await.unwrap();
        let mut expected = Vec::new();
        for name in ["a", "b", "c"] {
            let events = events(&database, &database.client(name)).await;
            let moments: BTreeSet<Timestamp> = events.iter().map(|event| event.stamp.occurred_at).collect();
            expected.push(ClientSummary {
                id: client(name),
                name: Some(format!("Client {name}")),
                events: events.len() as u64,
                first: *moments.first().unwrap(),
                last: *moments.last().unwrap(),
            });
        }
        expected.sort_by_key(|client| std::cmp::Reverse(client.last));
        assert_eq!(listed, expected);
        let first = database.storage.clients(&database.all(), &wanted("", 1)).await.unwrap();
        let after = first.last().map(|client| (client.last, client.id.clone()));
        let rest = ClientsWanted { after, ..wanted("", 10) };
        assert_eq!(database.storage.clients(&database.all(), &rest).await.unwrap(), expected[1..]);
        let found = database.storage.clients(&database.all(), &wanted("CLIENT B", 10)).await.unwrap();
        assert_eq!(found.iter().map(|client| client.id.as_str()).collect::<Vec<_>>(), ["b"]);
        let own = database.storage.clients(&database.client("c"), &wanted("", 10)).await.unwrap();
        assert_eq!(own.iter().map(|client| client.id.as_str()).collect::<Vec<_>>(), ["c"]);
        assert!(database.storage.clients(&database.all(), &wanted("%", 10)).await.unwrap().is_empty());
    }
}
