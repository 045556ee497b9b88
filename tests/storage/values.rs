//! The values of one field: found by what is typed, and counted where not all are listed.

use super::{Database, event};
use daybook::backend::storage::{Append, Storage};
use daybook::domain::query::{FacetField, FacetList, MoreValues};

/// Labels of what is found, and how many more there are.
fn said(found: &FacetList) -> (Vec<&str>, Option<u64>) {
    (found.values.iter().map(|value| value.label.as_str()).collect(), found.more)
}

/// Events of a client, the first number being that of the first; there are seven actors.
fn events(client: &str, numbers: std::ops::Range<usize>) -> Vec<Append> {
    numbers.map(|number| event(client, number, number)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_says_how_many_values_it_leaves_out_whether_indexed_or_not() {
    let database = Database::new().await;
    database.append(events("a", 0..3)).await;
    database.storage.settle().await.unwrap();
    database.append(events("a", 3..7)).await;
    for settled in [false, true] {
        if settled {
            database.storage.settle().await.unwrap();
        }
        let facets = database.storage.facets(&database.client("a"), 2).await.unwrap();
        assert_eq!((facets.actors.len(), facets.more.actors, facets.more.clients), (2, 5, 0), "settled: {settled}");
        let all = database.storage.facets(&database.client("a"), 100).await.unwrap();
        assert_eq!(all.more, MoreValues::default());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn values_are_found_by_what_is_shown_and_by_themselves_whatever_their_case_and_accents() {
    let database = Database::new().await;
    database.append(events("a", 0..70)).await;
    for settled in [false, true] {
        if settled {
            database.storage.settle().await.unwrap();
        }
        let find = async |field, text, limit| {
            database.storage.find_values(&database.client("a"), field, text, limit).await.unwrap()
        };
        assert_eq!(said(&find(FacetField::Actor, "ACTOR NO 3", 10).await), (vec!["Actor Ňo 3"], Some(0)));
        let some = find(FacetField::Actor, "actor", 3).await;
        assert_eq!(said(&some), (vec!["Actor Ňo 0", "Actor Ňo 1", "Actor Ňo 2"], Some(4)));
        assert!(some.values.iter().all(|value| value.count == 10));
        let by_id = find(FacetField::Actor, &some.values[2].value, 10).await;
        assert!(by_id.values.iter().any(|value| value.label == "Actor Ňo 2"));
        assert_eq!(said(&find(FacetField::Actor, "nobody", 10).await), (vec![], Some(0)));
        assert_eq!(said(&find(FacetField::TargetType, "ORD", 10).await), (vec!["order"], Some(0)));
        assert_eq!(find(FacetField::TargetType, "", 10).await.values.len(), 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_value_of_another_client_is_found() {
    let database = Database::new().await;
    database.append(events("a", 0..3)).await;
    database.append(events("b", 3..7)).await;
    for settled in [false, true] {
        if settled {
            database.storage.settle().await.unwrap();
        }
        let of = async |scope, field| database.storage.find_values(&scope, field, "", 100).await.unwrap();
        assert_eq!(of(database.client("a"), FacetField::Actor).await.values.len(), 3);
        assert_eq!(of(database.client("c"), FacetField::Actor).await.values.len(), 0);
        assert_eq!(of(database.client("a"), FacetField::Client).await.values.len(), 0);
        assert_eq!(of(database.all(), FacetField::Client).await.values.len(), 2);
        assert_eq!(of(database.all(), FacetField::Actor).await.values.len(), 7);
    }
}
