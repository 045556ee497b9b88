//! Answers to searches, from the documents that clients and viewer send.

use super::answer::Refused;
use super::graphql::{self, Field};
use super::{node, question};
use crate::backend::Backend;
use crate::backend::auth::Reader;
use crate::backend::search;
use crate::backend::storage::Stored;
use crate::domain::query::{Cursor, Filter};
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// Events on a page, unless asked otherwise.
const USUAL: u64 = 20;
/// Most events on a page.
const MOST: u64 = 500;
/// Events that are read at once, and most bytes that those of a page have together.
const AT_ONCE: usize = 50;
const MOST_BYTES: usize = 16 * 1024 * 1024;
/// Most bytes of a request: a document, and what its variables say.
const LONGEST: usize = 64 * 1024;

#[derive(Deserialize)]
struct Document {
    query: String,
    #[serde(default)]
    variables: Option<Map<String, Value>>,
}

/// The answer to a request's body.
pub async fn answer(backend: &Backend, reader: &Reader, body: &[u8]) -> Result<Value, Refused> {
    if body.len() > LONGEST {
        return Err(Refused::Query(format!("a search may have {LONGEST} bytes")));
    }
    let Document { query, variables } = serde_json::from_slice(body)
        .map_err(|error| Refused::Query(format!("the body must be JSON with a query: {error}")))?;
    let fields = graphql::read(&query, &variables.unwrap_or_default()).map_err(Refused::Query)?;
    let mut data = Map::new();
    for field in fields {
        if field.name != "search" {
            return Err(Refused::Query(format!("there is no field {}", field.name)));
        }
        data.insert(field.key.clone(), one(backend, reader, &field).await?);
    }
    Ok(json!({"data": data}))
}

async fn one(backend: &Backend, reader: &Reader, field: &Field) -> Result<Value, Refused> {
    let Asked { filter, limit, before } = Asked::read(&field.arguments).map_err(Refused::Query)?;
    let total = search::count_all(backend, reader, filter.clone()).await?;
    let (found, more) = page(backend, reader, &filter, before, limit).await?;
    let edges = found.iter().map(|stored| {
        let cursor = Cursor { occurred_at: stored.stamp.occurred_at, id: stored.stamp.id };
        json!({"cursor": cursor.to_string(), "node": node::of(stored)})
    });
    let edges: Vec<Value> = edges.collect();
    let whole = json!({
        "totalCount": total,
        "pageInfo": {"hasPreviousPage": more, "hasNextPage": before.is_some()},
        "edges": edges,
    });
    graphql::select(&whole, &field.fields).map_err(Refused::Query)
}

/// Events, and whether there are older ones: the client goes on from the last of a page, so there must be one where there
/// are more. A search that takes long ends early, even without events, and is gone on with.
async fn page(
    backend: &Backend,
    reader: &Reader,
    filter: &Filter,
    mut after: Option<Cursor>,
    limit: u32,
) -> Result<(Vec<Stored>, bool), Refused> {
    let wanted = limit as usize;
    let (mut found, mut bytes) = (Vec::new(), 0);
    loop {
        let rest = u32::try_from((wanted + 1 - found.len()).min(AT_ONCE)).unwrap_or(1);
        let page = search::page(backend, reader, filter.clone(), after, rest).await?;
        bytes += page.items.iter().map(|stored| stored.document.len()).sum::<usize>();
        if bytes > MOST_BYTES {
            // Fewer than it asked for would be a client's last page.
            let fault = format!("the events of a page may have {MOST_BYTES} bytes together; ask for fewer with last");
            return Err(Refused::Query(fault));
        }
        found.extend(page.items);
        after = page.next;
        if after.is_none() || found.len() > wanted {
            let more = found.len() > wanted;
            found.truncate(wanted);
            return Ok((found, more));
        }
    }
}

struct Asked {
    filter: Filter,
    limit: u32,
    before: Option<Cursor>,
}

impl Asked {
    fn read(arguments: &Map<String, Value>) -> Result<Self, String> {
        let mut asked = Self { filter: Filter::default(), limit: 0, before: None };
        let mut limit = USUAL;
        for (name, value) in arguments.iter().filter(|(_, value)| !value.is_null()) {
            match (name.as_str(), value) {
                ("query", Value::String(text)) => asked.filter = question::read(text)?,
                ("last", Value::Number(number)) => limit = number.as_u64().ok_or("last takes a whole number")?,
                ("before", Value::String(text)) if text.is_empty() => {}
                ("before", Value::String(text)) => {
                    asked.before = Some(text.parse().map_err(|_| "before takes the cursor of an edge")?);
                }
                _ => return Err(format!("{name} is not an argument of search, or of another type")),
            }
        }
        asked.limit = u32::try_from(limit.clamp(1, MOST)).unwrap_or(1);
        Ok(asked)
    }
}
