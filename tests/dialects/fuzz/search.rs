//! Retraced's searches: documents near the one that its clients send, and texts near those that people write.

use super::{body, text};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::json;

const DOCUMENT: &str = "query Search ( $query : String ! , $last : Int , $before : String ) { search ( query : $query , \
    last : $last , before : $before ) { totalCount , pageInfo { hasPreviousPage hasNextPage } edges { cursor node { id \
    action crud received created canonical_time description raw display { markdown } actor { id name fields { key value } } \
    group { id name } target { id name href type fields { key value } } fields { key value } metadata { key value } \
    source_ip country is_failure is_anonymous component version external_id } } } }";

/// What stands in documents where it does not belong.
const TOKENS: &[&str] = &[
    "{",
    "}",
    "(",
    ")",
    ":",
    "$",
    "!",
    "=",
    "[",
    "]",
    "...",
    "@skip",
    "\"",
    "\"x\"",
    "\"\\ud800\"",
    "\"\"\"a\"\"\"",
    "#",
    "\n",
    "-1",
    "1e999",
    "01",
    "99999999999999999999",
    "true",
    "null",
    "mutation",
    "fragment",
    "a",
    "search",
    "edges",
    "\u{feff}",
    "é",
    "first : 3",
    "after : \"x\"",
    "last : -1",
    "last : 1.5",
];

const NAMES: &[&str] = &[
    "action",
    "crud",
    "received",
    "created",
    "actor.id",
    "actor.name",
    "description",
    "location",
    "external_id",
    "target.id",
    "target.name",
    "target.type",
    "nothing",
    "",
];

const VALUES: &[&str] = &[
    "c,u,d",
    "x",
    "user.*",
    "*",
    "2026-01-01,2026-02-01",
    "2026-01-01T00:00:00Z,",
    ",",
    ",,",
    "0001-01-01,0001-01-01",
    "9999-12-31T23:59:59.999Z,9999-12-31T23:59:59.999Z",
    "2026-02-01,2026-01-01",
];

/// A request's body.
pub fn body() -> BoxedStrategy<body::Sent> {
    let variables = prop_oneof![
        4 => (query(), select(vec![json!(10), json!(0), json!(-1), json!(u64::MAX), json!(1.5), json!("3"), json!(null)]),
            text::any()).prop_map(|(query, last, before)| json!({"query": query, "last": last, "before": before})),
        4 => query().prop_map(|query| json!({"query": query, "last": 20, "before": ""})),
        1 => body::json(),
    ];
    let written = (document(), variables)
        .prop_map(|(query, variables)| json!({"query": query, "variables": variables}).to_string().into_bytes());
    body::damaged(written.boxed())
}

/// What is searched for.
pub fn query() -> BoxedStrategy<String> {
    let value = prop_oneof![select(VALUES).prop_map(str::to_owned), text::any()];
    let quoted = value.clone().prop_map(|value| format!("\"{value}\""));
    let term = (select(NAMES), prop_oneof![value.clone(), quoted]).prop_map(|(name, value)| format!("{name}:{value}"));
    vec(prop_oneof![3 => term, 1 => value], 0..4).prop_map(|terms| terms.join(" ")).boxed()
}

fn document() -> impl Strategy<Value = String> {
    let changes = vec((any::<Index>(), proptest::option::of(select(TOKENS))), 0..3);
    changes.prop_map(|changes| {
        let mut tokens: Vec<&str> = DOCUMENT.split(' ').collect();
        for (at, token) in changes {
            let at = at.index(tokens.len());
            match token {
                Some(token) => tokens.insert(at, token),
                None => drop(tokens.remove(at)),
            }
        }
        tokens.join(" ")
    })
}
