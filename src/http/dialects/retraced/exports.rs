//! Searches that a viewer keeps to have their events as a file: each reader's own, whoever else reads the group's log.

use super::answer::Refused;
use super::caller::{Browser, Viewer};
use super::question;
use crate::backend::Backend;
use crate::backend::auth::Passed;
use crate::backend::export::{CANONICAL, CsvPen, Export, Table, Wanted};
use crate::backend::secrets::random_name;
use crate::backend::shelf::{Kept, New, Shelf};
use crate::backend::storage::{Name, Stretch};
use crate::domain::event::Crud;
use crate::domain::export::Format;
use crate::domain::problem::{Faults, Problem};
use crate::domain::query::Filter;
use crate::domain::time::{ExactTime, Timestamp};
use crate::http::AppState;
use crate::http::body::JsonBytes;
use crate::http::download;
use crate::http::uri::Path;
use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

const EXPORTS: Shelf<Saved> = Shelf::of_readers("retraced/exports");
/// How many are listed, unless asked otherwise, and at most.
const USUAL: u32 = 100;
/// Most characters of a name.
const LONGEST_NAME: usize = 200;
/// Most bytes of a request.
const LONGEST: usize = 16 * 1024;
/// How many a reader has; another one takes the place of its oldest.
const MOST: u32 = USUAL;
/// For how long one can be had, in milliseconds.
const LIFE: i64 = 30 * 24 * 60 * 60 * 1000;

/// What is kept of an export, under its id.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Saved {
    name: String,
    search: Search,
}

/// What the viewer asks for; what else it says is not kept.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(clippy::struct_excessive_bools, reason = "its viewer writes four of them")]
struct Search {
    #[serde(rename = "searchQuery")]
    text: Option<String>,
    show_create: bool,
    show_read: bool,
    show_update: bool,
    show_delete: bool,
    /// ISO 8601, or milliseconds since 1970.
    start_time: Value,
    end_time: Value,
}

impl Search {
    fn filter(&self) -> Result<Filter, Faults> {
        let mut faults = Faults::default();
        let text = question::read(self.text.as_deref().unwrap_or_default());
        let mut filter = text.unwrap_or_else(|fault| {
            faults.add("exportBody.searchQuery", fault);
            Filter::default()
        });
        let kinds = [
            (self.show_create, Crud::Create),
            (self.show_read, Crud::Read),
            (self.show_update, Crud::Update),
            (self.show_delete, Crud::Delete),
        ];
        let shown: Vec<Crud> = kinds.into_iter().filter(|(is_shown, _)| *is_shown).map(|(_, kind)| kind).collect();
        if !shown.is_empty() {
            filter.kinds = shown;
        }
        for (name, said, bound) in
            [("startTime", &self.start_time, &mut filter.from), ("endTime", &self.end_time, &mut filter.through)]
        {
            match moment(said) {
                Ok(Some(moment)) => *bound = Some(moment),
                Ok(None) => {}
                Err(()) => faults.add(format!("exportBody.{name}"), "must be an ISO 8601 date and time"),
            }
        }
        if faults.is_empty() { Ok(filter) } else { Err(faults) }
    }
}

fn moment(value: &Value) -> Result<Option<Timestamp>, ()> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) if text.is_empty() => Ok(None),
        Value::String(text) => Timestamp::parse(text).map(Some).map_err(|_| ()),
        Value::Number(number) => ExactTime::from_number(number.as_str()).map(|time| Some(time.moment)).map_err(|_| ()),
        _ => Err(()),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    #[serde(default)]
    name: String,
    export_body: Search,
}

/// `POST /project/{p}/export`
pub async fn create(
    State(state): State<AppState>,
    Browser(passed): Browser,
    JsonBytes(body): JsonBytes,
) -> Result<(StatusCode, Json<Value>), Refused> {
    if body.len() > LONGEST {
        return Err(Problem::TooLarge { what: "The export".to_owned(), limit: LONGEST as u64 }.into());
    }
    let Request { name, export_body: search } = serde_json::from_slice(&body)
        .map_err(|error| Problem::invalid("exportBody", format!("cannot be read: {error}")))?;
    search.filter().map_err(|faults| Problem::Invalid { faults })?;
    if name.trim().is_empty() || name.chars().count() > LONGEST_NAME {
        return Err(Problem::invalid("name", format!("must have 1 to {LONGEST_NAME} characters")).into());
    }
    make_room(&state.backend, &passed).await?;
    let saved = Saved { name, search };
    let id = random_name("export_");
    let new = New { id: &id, alias: None, client: Some(passed.to.client.clone()), body: &saved };
    if !EXPORTS.put(&state.backend, &passed.holder, new).await? {
        return Err(Problem::Internal.into());
    }
    Ok((StatusCode::CREATED, Json(told(&id, &saved, state.backend.clock().now()))))
}

/// Takes exports away: those of the viewer's group whose time is over, and the viewer's oldest beyond as many as there
/// may be.
async fn make_room(backend: &Backend, passed: &Passed<Viewer>) -> Result<(), Problem> {
    let over = backend.clock().now().plus_millis(1 - LIFE);
    EXPORTS.take_before(backend, &passed.holder, over).await?;
    let newest_first = Stretch { oldest_first: false, beside: None, limit: 2 * MOST };
    let found = EXPORTS.list(backend, &passed.holder, &newest_first).await?;
    for kept in found.iter().skip(MOST as usize - 1) {
        EXPORTS.take(backend, &passed.holder, &kept.id).await?;
    }
    Ok(())
}

fn is_over(kept: &Kept<Saved>, now: Timestamp) -> bool {
    kept.created_at.plus_millis(LIFE) <= now
}

/// `GET /project/{p}/exports`: the viewer's own, the latest first.
pub async fn list(
    State(state): State<AppState>,
    Browser(passed): Browser,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, Refused> {
    let query = query.unwrap_or_default();
    let limit = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "limit").map(|(_, limit)| limit);
    let limit = match limit.as_deref() {
        None | Some("") => USUAL,
        Some(limit) => {
            limit.parse::<u32>().map_err(|_| Problem::invalid("limit", "must be a whole number"))?.min(USUAL)
        }
    };
    let stretch = Stretch { oldest_first: false, beside: None, limit };
    let found = EXPORTS.list(&state.backend, &passed.holder, &stretch).await?;
    let now = state.backend.clock().now();
    let found = found.iter().filter(|kept| !is_over(kept, now));
    Ok(Json(found.map(|kept| told(&kept.id, &kept.body, kept.created_at)).collect()))
}

/// `GET /project/{p}/export/{id}/rendered`
pub async fn file(
    State(state): State<AppState>,
    Browser(passed): Browser,
    Path((_, id)): Path<(String, String)>,
) -> Result<Response, Refused> {
    let kept = EXPORTS.get(&state.backend, &passed.holder, Name::Id(&id)).await?;
    let kept = kept.filter(|kept| !is_over(kept, state.backend.clock().now()));
    let Kept { body: Saved { name, search }, .. } = kept.ok_or(Problem::NotFound)?;
    let filter = search.filter().map_err(|faults| Problem::Invalid { faults })?;
    let wanted = Wanted { filter, ..Wanted::default() };
    let pen = Box::new(CsvPen::of(Table::Columns(&CANONICAL)));
    let export = Export::begin(&state.backend, &passed.reader, wanted, pen).await?;
    Ok(download::named(export, Format::Csv, &file_name(&name)).await?)
}

fn told(id: &str, saved: &Saved, created_at: Timestamp) -> Value {
    json!({"id": id, "name": saved.name, "body": saved.search, "created": created_at.to_string()})
}

/// As the export is called, without what no file's name may have.
fn file_name(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '-' | '.') { c } else { '_' };
    format!("{}.csv", name.trim().chars().map(plain).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_that_are_not_shown_are_left_out_and_times_are_read_in_both_forms() {
        let search: Search = serde_json::from_value(json!({
            "searchQuery": "crud:c action:a.b", "showCreate": true, "showDelete": true, "version": 1,
            "startTime": "2026-01-01T00:00:00.000Z", "endTime": 1_767_312_000_000_i64,
        }))
        .unwrap();
        let filter = search.filter().unwrap();
        assert_eq!(filter.kinds, [Crud::Create, Crud::Delete]);
        assert_eq!(filter.from.unwrap().to_string(), "2026-01-01T00:00:00.000Z");
        assert_eq!(filter.through.unwrap().to_string(), "2026-01-02T00:00:00.000Z");
        let wrong: Search = serde_json::from_value(json!({"searchQuery": "crud:x", "startTime": "soon"})).unwrap();
        assert_eq!(wrong.filter().unwrap_err().len(), 2);
        assert_eq!(file_name("Last week: \"all\""), "Last_week___all_.csv");
    }
}
