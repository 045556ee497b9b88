//! What a search's query may say.

use crate::backend::search::LONGEST_PAGE;
use crate::domain::access::ClientId;
use crate::domain::problem::{Faults, Problem};
use crate::domain::query::{Cursor, Filter};
use std::borrow::Cow;
use std::collections::BTreeMap;
use utoipa::IntoParams;

/// Events on a page, unless asked otherwise.
const USUAL_PAGE: u32 = 50;

/// Their documentation; [`Asked::parse`] reads them.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes the query, which is read by hand to find all faults at once")]
pub struct SearchParameters {
    /// Only this client's events: its `client.uuid`. Also called `clientID`.
    client: Option<String>,
    /// Not before: an ISO 8601 date, or date and time (UTC unless it says otherwise). Also called `fromDate`.
    #[param(example = "2026-01-01")]
    from: Option<String>,
    /// Not after; a bare date includes that whole day. Also called `throughDate`.
    #[param(example = "2026-01-31")]
    through: Option<String>,
    /// A span up to now instead.
    #[param(inline, value_type = Option<Last>)]
    last: Option<String>,
    /// This action, or with `*` at its end every action that begins so.
    #[param(example = "user.*")]
    action: Option<String>,
    /// By the actor with this `uuid`.
    actor: Option<String>,
    /// On the target with this `uuid`.
    target: Option<String>,
    /// On targets of this type.
    #[param(rename = "type")]
    kind: Option<String>,
    /// Only events that ended so.
    #[param(inline, value_type = Option<Ended>)]
    outcome: Option<String>,
    /// Words that must all occur somewhere in the event; quotes keep words together.
    q: Option<String>,
    /// Events on a page.
    #[param(minimum = 1, maximum = 1000, default = 50)]
    limit: Option<u32>,
    /// Where an earlier answer ended.
    cursor: Option<String>,
}

#[derive(utoipa::ToSchema)]
#[schema(rename_all = "lowercase")]
#[expect(dead_code, reason = "describes a parameter's values")]
enum Ended {
    Success,
    Failure,
}

#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "describes a parameter's values")]
enum Last {
    #[schema(rename = "1h")]
    Hour,
    #[schema(rename = "24h")]
    Day,
    #[schema(rename = "7d")]
    Week,
    #[schema(rename = "30d")]
    Month,
    #[schema(rename = "90d")]
    Quarter,
}

/// Every name, with the one it stands for.
const NAMES: [(&str, &str); 15] = [
    ("client", "client"),
    ("clientID", "client"),
    ("from", "from"),
    ("fromDate", "from"),
    ("through", "through"),
    ("throughDate", "through"),
    ("last", "last"),
    ("action", "action"),
    ("actor", "actor"),
    ("target", "target"),
    ("type", "type"),
    ("outcome", "outcome"),
    ("q", "q"),
    ("limit", "limit"),
    ("cursor", "cursor"),
];

/// A search, read.
#[derive(Debug, PartialEq)]
pub struct Asked {
    pub client: Option<ClientId>,
    pub filter: Filter,
    pub limit: u32,
    pub after: Option<Cursor>,
}

impl Asked {
    /// Reads a URL's query. An unknown name is a fault: ignoring it would answer another question than was asked.
    pub fn parse(query: &str) -> Result<Self, Problem> {
        let mut faults = Faults::default();
        let values = named(query, &mut faults);
        let given = |name: &str| values.get(name).map(|value| value.trim()).filter(|value| !value.is_empty());
        let client = given("client").and_then(|text| read(ClientId::parse(text), "client", &mut faults));
        let after = given("cursor").and_then(|text| read(text.parse::<Cursor>(), "cursor", &mut faults));
        let limit = given("limit").map_or(Some(USUAL_PAGE), |text| text.parse().ok());
        let limit = limit.filter(|limit| (1..=LONGEST_PAGE).contains(limit)).unwrap_or_else(|| {
            faults.add("limit", format!("expected a whole number from 1 to {LONGEST_PAGE}"));
            USUAL_PAGE
        });
        let filter =
            Filter::from_pairs(values.iter().map(|(name, value)| (*name, value.as_ref()))).unwrap_or_else(|wrong| {
                wrong
                    .iter()
                    .for_each(|(name, expected)| expected.iter().for_each(|expected| faults.add(name, expected)));
                Filter::default()
            });
        faults.or(Self { client, filter, limit, after })
    }
}

fn named<'q>(query: &'q str, faults: &mut Faults) -> BTreeMap<&'static str, Cow<'q, str>> {
    let mut values = BTreeMap::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        match NAMES.iter().find(|(known, _)| *known == name) {
            None => faults.add(name, "is not a parameter of this call"),
            Some((_, meant)) => {
                if values.insert(*meant, value).is_some() {
                    faults.add(*meant, "is given more than once");
                }
            }
        }
    }
    values
}

fn read<T, E: std::fmt::Display>(result: Result<T, E>, name: &str, faults: &mut Faults) -> Option<T> {
    result.map_err(|error| faults.add(name, error.to_string())).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sets_of_names_ask_the_same() {
        let ours = Asked::parse("client=c1&from=2026-01-01&through=2026-01-31&limit=2").unwrap();
        let theirs = Asked::parse("clientID=c1&fromDate=2026-01-01&throughDate=2026-01-31&limit=2").unwrap();
        assert_eq!(ours, theirs);
        assert_eq!(ours.limit, 2);
        assert_eq!(ours.filter.through.unwrap().to_string(), "2026-01-31T23:59:59.999Z");
        assert_eq!(Asked::parse("").unwrap().limit, USUAL_PAGE);
    }

    #[test]
    fn every_wrong_parameter_is_named() {
        let Err(Problem::Invalid { faults }) =
            Asked::parse("acton=x&limit=0&cursor=x&outcome=maybe&from=soon&client=a&clientID=b")
        else {
            panic!()
        };
        let names: Vec<&str> = faults.iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["acton", "client", "cursor", "from", "limit", "outcome"]);
    }
}
