//! One call that somebody makes.

use super::body::{self, Sent};
use super::dialect::{Bodies, Call, Dialect};
use super::{search, text};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// With a credential for all clients, or for `acme`.
    Insider,
    /// With one for the client `other`.
    Bystander,
    /// With none.
    Stranger,
    /// With a wrong one.
    Forger,
}

#[derive(Debug, Clone)]
pub struct Case {
    pub who: Who,
    pub method: &'static str,
    /// As the API's documentation writes it.
    pub path: &'static str,
    /// The same with something in its holes, and a query. `{n}` is the nth thing that is known to be there.
    pub uri: String,
    pub header: Option<(&'static str, String)>,
    pub body: Sent,
}

/// Things that are there, which a case may name.
pub const KNOWN: usize = 4;

/// Any call of an API.
pub fn any(dialect: Dialect) -> impl Strategy<Value = Case> {
    select(dialect.calls()).prop_flat_map(|call| {
        let Call { method, path, parameters, bodies } = call;
        let who = prop_oneof![
            8 => Just(Who::Insider), 4 => Just(Who::Bystander), 1 => Just(Who::Stranger), 1 => Just(Who::Forger)
        ];
        let body = match bodies {
            Bodies::None => body::none(),
            Bodies::Near(good) => body::near(good),
            Bodies::Search => search::body(),
        };
        (who, uri(path, parameters), header(), body).prop_map(move |(who, uri, header, body)| Case {
            who,
            method,
            path,
            uri,
            header,
            body,
        })
    })
}

fn uri(path: &'static str, parameters: &'static [&'static str]) -> impl Strategy<Value = String> {
    let holes = path.matches('{').count();
    let name = if parameters.is_empty() {
        text::escaped().boxed()
    } else {
        select(parameters).prop_map(str::to_owned).boxed()
    };
    let pair = prop_oneof![9 => (name, part()), 1 => (text::escaped(), part())];
    let most = if parameters.is_empty() { 1 } else { 5 };
    (vec(part(), holes), vec(pair, 0..most)).prop_map(move |(parts, pairs)| {
        let mut uri = String::new();
        let mut parts = parts.into_iter();
        for piece in path.split_inclusive('}') {
            let (fixed, hole) = piece.split_once('{').map_or((piece, false), |(fixed, _)| (fixed, true));
            uri += fixed;
            uri += &if hole { parts.next().unwrap_or_default() } else { String::new() };
        }
        let query: Vec<String> = pairs.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
        if query.is_empty() { uri } else { format!("{uri}?{}", query.join("&")) }
    })
}

/// Something that is there, or anything.
fn part() -> impl Strategy<Value = String> {
    prop_oneof![1 => (0..KNOWN).prop_map(|at| format!("{{{at}}}")), 2 => text::escaped()]
}

fn header() -> impl Strategy<Value = Option<(&'static str, String)>> {
    let names = vec!["idempotency-key", "x-epilot-org-id", "origin", "user-agent", "accept", "host"];
    let legal = text::any().prop_map(|text| text.chars().filter(|c| !c.is_control()).collect());
    proptest::option::weighted(0.3, (select(names), legal))
}
