//! What becomes of events whose documents are replaced, and how many a project is told that it has.

use super::{Database, create_project, event};
use daybook::backend::storage::sqlite::Options;
use daybook::backend::storage::{Query, Replacement, Storage, Stored};
use daybook::backend::usage::Usage;
use daybook::domain::event::Stamp;
use daybook::domain::query::Filter;
use daybook::domain::time::Timestamp;
use std::sync::atomic::Ordering;

/// An event's document with another name of its actor.
fn renamed(stored: &Stored) -> Replacement {
    let mut document: serde_json::Value = serde_json::from_slice(stored.document.as_ref().unwrap()).unwrap();
    document["actor"]["name"] = "Zebulon".into();
    Replacement { id: stored.stamp.id, document: serde_json::to_vec(&document).unwrap().into() }
}

fn words(text: &str) -> Filter {
    Filter { text: text.to_owned(), ..Filter::default() }
}

async fn all(database: &Database) -> Vec<Stored> {
    database.storage.page(&database.all(), &Query { limit: 100, ..Query::default() }).await.unwrap().items
}

fn stamps(events: &[Stored]) -> Vec<Stamp> {
    events.iter().map(|event| event.stamp).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replaced_document_keeps_its_place_and_its_uuid_and_is_found_by_its_new_words_alone() {
    for settled in [false, true] {
        let mut database = Database::new().await;
        database.append((0..6).map(|number| event("a", number, number)).collect()).await;
        if settled {
            database.storage.settle().await.unwrap();
        }
        let before = all(&database).await;
        let documents: Vec<Replacement> = before.iter().skip(1).step_by(2).map(renamed).collect();
        database.storage.replace(database.project, &documents).await.unwrap();
        for restarted in [false, true] {
            if restarted {
                database = database.reopen().await;
            }
            assert_eq!(stamps(&all(&database).await), stamps(&before));
            let found = async |text| database.uuids(&database.client("a"), words(text), 10).await;
            assert_eq!(found("zebulon").await, ["event-4", "event-2", "event-0"]);
            assert_eq!(found("\"actor ňo\"").await, ["event-5", "event-3", "event-1"]);
            assert!(database.append(vec![event("a", 4, 4)]).await[0].repeated);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_project_replaces_no_document_of_another() {
    let database = Database::new().await;
    let another = create_project(&database.storage, "another").await;
    database.append(vec![event("a", 1, 1)]).await;
    let [stored] = &all(&database).await[..] else { panic!() };
    database.storage.replace(another, &[renamed(stored)]).await.unwrap();
    database.storage.settle().await.unwrap();
    assert_eq!(all(&database).await[0].document, stored.document);
    assert!(database.uuids(&database.all(), words("zebulon"), 10).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn usage_counts_a_project_s_events_of_a_month_once_each_whenever_they_happened() {
    let mut database = Database::with(Options { monthly_quota: Some(9), ..Options::default() }).await;
    let another = create_project(&database.storage, "another").await;
    database.append(vec![event("a", 1, 1), event("b", 2, 1), event("a", 1, 1)]).await;
    let now = || Timestamp::from_millis(database.now.load(Ordering::Relaxed));
    let told = database.storage.usage(database.project, now()).await.unwrap();
    assert_eq!(told, Usage { events: 2, limit: Some(9) });
    assert_eq!(database.storage.usage(another, now()).await.unwrap().events, 0);
    let last_month = now();
    database.now.fetch_add(40 * 86_400_000, Ordering::Relaxed);
    database.append(vec![event("a", 3, 1)]).await;
    for restarted in [false, true] {
        if restarted {
            database = database.reopen().await;
        }
        let this_month = Timestamp::from_millis(database.now.load(Ordering::Relaxed));
        for (moment, events) in [(last_month, 2), (this_month, 1)] {
            assert_eq!(database.storage.usage(database.project, moment).await.unwrap().events, events);
        }
    }
}
