//! What a question to AuditLedge's API may say.

use crate::backend::search::LONGEST_PAGE;
use crate::domain::access::ClientId;
use crate::domain::export::Format;
use crate::domain::problem::{Faults, Problem};
use crate::domain::query::{Condition, Filter, Part};
use crate::domain::time::Timestamp;

/// Events on a page, unless asked otherwise.
const USUAL_PAGE: u32 = 20;

/// A question, read. Names that the API does not know are passed over, as it does.
#[derive(Debug, PartialEq)]
pub struct Asked {
    pub client: Option<ClientId>,
    pub filter: Filter,
    pub limit: u32,
    pub offset: u64,
    pub format: Format,
}

impl Asked {
    /// Reads a URL's query. The Python client writes what is not asked as `None`.
    pub fn parse(query: &str) -> Result<Self, Problem> {
        let mut asked =
            Self { client: None, filter: Filter::default(), limit: USUAL_PAGE, offset: 0, format: Format::Json };
        let mut faults = Faults::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let value = value.trim();
            if !value.is_empty()
                && value != "None"
                && let Err(expected) = asked.take(&name, value)
            {
                faults.add(name, expected);
            }
        }
        faults.or(asked)
    }

    fn take(&mut self, name: &str, value: &str) -> Result<(), String> {
        let filter = &mut self.filter;
        match name {
            "limit" => self.limit = whole(value)?.min(u64::from(LONGEST_PAGE)).try_into().unwrap_or(LONGEST_PAGE),
            "offset" => self.offset = whole(value)?,
            "format" => self.format = format(value)?,
            "organization_id" => self.client = Some(ClientId::parse(value).map_err(|error| error.to_string())?),
            "actor_id" => filter.actor = Some(value.to_owned()),
            "resource_type" => filter.target_type = Some(value.to_owned()),
            "action" => filter.action = Some(format!("*{value}*")),
            "actor_name" => filter.conditions.push(Condition::within(&[Part::ActorName], value)),
            "search" => {
                filter.conditions.push(Condition::within(&[Part::Action, Part::ActorName, Part::TargetType], value));
            }
            "start_date" | "from" => filter.from = Some(Timestamp::parse(value).map_err(|error| error.to_string())?),
            "end_date" | "to" => filter.through = Some(Timestamp::parse_end(value).map_err(|error| error.to_string())?),
            _ => {}
        }
        Ok(())
    }
}

fn whole(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| "expected a whole number".to_owned())
}

fn format(text: &str) -> Result<Format, String> {
    match text {
        "json" => Ok(Format::Json),
        "csv" => Ok(Format::Csv),
        _ => Err("expected json or csv".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_of_a_range_ask_the_same_and_a_bare_date_ends_with_its_day() {
        let ours = Asked::parse("start_date=2026-01-01&end_date=2026-01-31").unwrap();
        assert_eq!(ours, Asked::parse("from=2026-01-01&to=2026-01-31&actor_id=None&x=y&search=").unwrap());
        assert_eq!(ours.filter.through.unwrap().to_string(), "2026-01-31T23:59:59.999Z");
        assert_eq!((ours.limit, ours.offset, ours.client, ours.format), (20, 0, None, Format::Json));
    }

    #[test]
    fn every_wrong_value_is_named() {
        let Err(Problem::Invalid { faults }) = Asked::parse("limit=-1&offset=x&format=xml&start_date=soon&to=1") else {
            panic!()
        };
        assert_eq!(
            faults.iter().map(|(name, _)| name).collect::<Vec<_>>(),
            ["format", "limit", "offset", "start_date", "to"]
        );
    }
}
