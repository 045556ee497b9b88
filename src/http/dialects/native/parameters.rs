//! What a search's query may say.

use crate::backend::export::Wanted;
use crate::backend::search::LONGEST_PAGE;
use crate::domain::access::ClientScope;
use crate::domain::export::Format;
use crate::domain::problem::{Faults, Problem};
use crate::domain::query::{After, Filter};
use std::borrow::Cow;
use std::collections::BTreeMap;
use utoipa::IntoParams;

/// Events on a page, unless asked otherwise.
const USUAL_PAGE: u32 = 50;

/// Their documentation; [`ToFind`] and [`ToExport`] read them.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes the query, which is read by hand to find all faults at once")]
pub struct SearchParameters {
    /// Only this client's events: its `client.uuid`. Also called `clientID`. `daybook:trail` is the project's account
    /// trail, for a key with the scope `admin`.
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
    /// This action, or with `*` at its end every action that begins so; with `*` at both ends every action that holds this
    /// part, whatever its case.
    #[param(example = "user.*")]
    action: Option<String>,
    /// By the actor with this `uuid`.
    actor: Option<String>,
    /// On the target with this `uuid`.
    target: Option<String>,
    /// On targets of this type.
    #[param(rename = "type")]
    kind: Option<String>,
    /// Only events that ended so: `other` is neither success nor failure, such as `skipped`.
    #[param(inline, value_type = Option<Ended>)]
    outcome: Option<String>,
    /// Of this session.
    #[param(rename = "sessionId")]
    session_id: Option<String>,
    /// Of this correlation.
    #[param(rename = "correlationId")]
    correlation_id: Option<String>,
    /// From this address, or by way of it where several were sent.
    ip: Option<String>,
    /// By somebody with this `uuid` in the actor's name.
    impersonator: Option<String>,
    /// Words that must all occur somewhere in the event; quotes keep words together.
    q: Option<String>,
    /// Where an earlier answer ended; or the `id` of an event, to go on after it.
    cursor: Option<String>,
}

/// What finding takes besides.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes the query, which is read by hand to find all faults at once")]
pub struct PageParameters {
    /// Events on a page.
    #[param(minimum = 1, maximum = 1000, default = 50)]
    limit: Option<u32>,
}

/// What an export takes besides.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes the query, which is read by hand to find all faults at once")]
pub struct ExportParameters {
    /// The file's form: one array, an event on each line, or a table.
    #[param(inline, value_type = Option<Form>, default = "json")]
    format: Option<String>,
}

#[derive(utoipa::ToSchema)]
#[schema(rename_all = "lowercase")]
#[expect(dead_code, reason = "describes a parameter's values")]
enum Form {
    Json,
    Ndjson,
    Csv,
}

#[derive(utoipa::ToSchema)]
#[schema(rename_all = "lowercase")]
#[expect(dead_code, reason = "describes a parameter's values")]
enum Ended {
    Success,
    Failure,
    Other,
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

/// Every name that both calls know, with the one it stands for.
const NAMES: [(&str, &str); 18] = [
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
    ("sessionId", "sessionId"),
    ("correlationId", "correlationId"),
    ("ip", "ip"),
    ("impersonator", "impersonator"),
    ("q", "q"),
    ("cursor", "cursor"),
];

/// A search, read.
#[derive(Debug, PartialEq)]
pub struct ToFind {
    pub wanted: Wanted,
    pub limit: u32,
}

/// What to export, read.
#[derive(Debug, PartialEq)]
pub struct ToExport {
    pub wanted: Wanted,
    pub format: Format,
}

impl ToFind {
    /// Reads a URL's query. An unknown name is a fault: ignoring it would answer another question than was asked.
    pub fn parse(query: &str) -> Result<Self, Problem> {
        let mut faults = Faults::default();
        let values = named(query, "limit", &mut faults);
        let limit = given(&values, "limit").map_or(Some(USUAL_PAGE), |text| text.parse().ok());
        let limit = limit.filter(|limit| (1..=LONGEST_PAGE).contains(limit)).unwrap_or_else(|| {
            faults.add("limit", format!("expected a whole number from 1 to {LONGEST_PAGE}"));
            USUAL_PAGE
        });
        let wanted = wanted(&values, &mut faults);
        faults.or(Self { wanted, limit })
    }
}

impl ToExport {
    /// In the same way.
    pub fn parse(query: &str) -> Result<Self, Problem> {
        let mut faults = Faults::default();
        let values = named(query, "format", &mut faults);
        let format = given(&values, "format").and_then(|text| read(text.parse(), "format", &mut faults));
        let wanted = wanted(&values, &mut faults);
        faults.or(Self { wanted, format: format.unwrap_or(Format::Json) })
    }
}

/// Values by the names they stand for.
type Values<'q> = BTreeMap<&'static str, Cow<'q, str>>;

fn wanted(values: &Values<'_>, faults: &mut Faults) -> Wanted {
    // With the blanks around it, which may be a part of it.
    let client = values.get("client").map(|value| &**value).filter(|value| !value.trim().is_empty());
    let clients = client.and_then(|text| read(ClientScope::named(text), "client", faults));
    let after = given(values, "cursor").and_then(|text| read(text.parse::<After>(), "cursor", faults));
    let filter =
        Filter::from_pairs(values.iter().map(|(name, value)| (*name, value.as_ref()))).unwrap_or_else(|wrong| {
            wrong.iter().for_each(|(name, expected)| expected.iter().for_each(|expected| faults.add(name, expected)));
            Filter::default()
        });
    Wanted { clients: clients.unwrap_or_default(), filter, after }
}

fn given<'v>(values: &'v Values<'_>, name: &str) -> Option<&'v str> {
    values.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
}

/// `own` is the name that only one of the calls knows.
fn named<'q>(query: &'q str, own: &'static str, faults: &mut Faults) -> Values<'q> {
    let mut values = BTreeMap::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        match NAMES.iter().chain([&(own, own)]).find(|(known, _)| *known == name) {
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
        let ours = ToFind::parse("client=c1&from=2026-01-01&through=2026-01-31&limit=2").unwrap();
        let theirs = ToFind::parse("clientID=c1&fromDate=2026-01-01&throughDate=2026-01-31&limit=2").unwrap();
        assert_eq!(ours, theirs);
        assert_eq!(ours.limit, 2);
        assert_eq!(ours.wanted.filter.through.unwrap().to_string(), "2026-01-31T23:59:59.999Z");
        assert_eq!(ToFind::parse("").unwrap().limit, USUAL_PAGE);
    }

    #[test]
    fn every_wrong_parameter_is_named() {
        let Err(Problem::Invalid { faults }) =
            ToFind::parse("acton=x&limit=0&cursor=x&outcome=maybe&from=soon&client=a&clientID=b")
        else {
            panic!()
        };
        let names: Vec<&str> = faults.iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["acton", "client", "cursor", "from", "limit", "outcome"]);
    }
}
